//! Work over threads: each worker takes the next item and adds it to its own result.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Returns the result of each worker for its share of the items.
pub(crate) fn share<Item: Sync, Made: Send>(
    items: &[Item],
    threads: usize,
    begin: impl Fn() -> Made + Sync,
    take: impl Fn(&mut Made, &Item) -> Result<(), String> + Sync,
) -> Result<Vec<Made>, String> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = begin();
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            take(&mut made, item)?;
        }
        Ok(made)
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("workers do not panic")).collect()
    })
}
