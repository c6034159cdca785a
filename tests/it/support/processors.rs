//! Runs a function on many cases, on all processors.

use std::num::NonZero;
use std::path::Path;
use std::thread;

/// The results in the order of the cases, which does not depend on how many processors there are. `run` gets a folder that no
/// other call uses at the same time.
pub(crate) fn on_all_processors<C, T>(cases: &[C], run: impl Fn(C, &Path) -> T + Sync) -> Vec<T>
where
    C: Copy + Sync,
    T: Send,
{
    let folder = tempfile::tempdir().expect("a folder");
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let share = cases.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let started: Vec<_> = cases
            .chunks(share)
            .enumerate()
            .map(|(worker, cases)| {
                let (own, run) = (folder.path().join(worker.to_string()), &run);
                scope.spawn(move || cases.iter().map(|case| run(*case, &own)).collect::<Vec<_>>())
            })
            .collect();
        started.into_iter().flat_map(|worker| worker.join().expect("a worker that judges")).collect()
    })
}
