//! The number of duplicate records: identities are kept in memory or in temporary files and compared at the end.
//!
//! Equal identities are in the same partition, so partitions are compared one by one for any number of records.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::inspect::identity::Identity;
use crate::spill::{CHUNK, Folding, Limits, PARTITIONS, Spill, about_distinct, partition_of};

/// The identities of all records, from all workers.
#[derive(Debug)]
pub(super) struct Identities {
    all: Spill<2>,
    /// The number of records that were added.
    added: AtomicU64,
    limits: Limits,
}

impl Identities {
    /// No identities yet.
    pub(super) fn new(limits: Limits) -> Self {
        let hash = |identity: &Identity| identity[1];
        let folding = Folding { hash, distinct: |some| about_distinct(some, |identity| identity[1]), fold };
        Self { all: Spill::new(Arc::new(limits.budget()), folding), added: AtomicU64::new(0), limits }
    }

    /// The number of records beyond the first of equal ones: of three equal records, two.
    pub(super) fn duplicates(&self, pool: &ThreadPool) -> io::Result<u64> {
        let most = self.limits.batch_bytes(pool.current_num_threads());
        let distinct: io::Result<u64> =
            pool.install(|| (0..PARTITIONS).into_par_iter().map(|part| self.distinct(part, most)).sum());
        Ok(self.added.load(Ordering::Relaxed).saturating_sub(distinct?))
    }

    fn distinct(&self, part: usize, most: usize) -> io::Result<u64> {
        let mut distinct = 0;
        self.all.read(part, most, None, &|identity, _| identity[0], &mut |mut identities| {
            fold(&mut identities);
            distinct += identities.len() as u64;
        })?;
        Ok(distinct)
    }
}

/// Keeps one of equal identities. Their number is known from the number of all records.
fn fold(identities: &mut Vec<Identity>) {
    identities.sort_unstable();
    identities.dedup();
}

/// Collects the identities of one worker and adds them in chunks.
#[derive(Debug)]
pub(super) struct Outbox<'a> {
    to: &'a Identities,
    open: Vec<Vec<Identity>>,
    added: u64,
    /// The first failure: nothing is added after it.
    failed: io::Result<()>,
}

impl<'a> Outbox<'a> {
    pub(super) fn new(to: &'a Identities) -> Self {
        Self { to, open: vec![Vec::new(); PARTITIONS], added: 0, failed: Ok(()) }
    }

    /// Adds a record.
    #[inline]
    pub(super) fn add(&mut self, identity: Identity) {
        self.added += 1;
        let part = partition_of(identity[0], 0);
        let chunk = &mut self.open[part];
        if chunk.capacity() == 0 {
            chunk.reserve_exact(CHUNK);
        }
        chunk.push(identity);
        if chunk.len() < CHUNK {
            return;
        }
        match &self.failed {
            Ok(()) => self.failed = self.to.all.add_full(part, chunk),
            Err(_) => chunk.clear(),
        }
    }

    /// Adds the chunk. A sink cannot fail, so [`Outbox::finish`] returns the first failure.
    #[cold]
    fn send(&mut self, part: usize, chunk: Vec<Identity>) {
        if self.failed.is_ok() {
            self.failed = self.to.all.add(part, chunk);
        }
    }

    /// Adds the last chunk, and returns whether everything was added.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.to.added.fetch_add(self.added, Ordering::Relaxed);
        for part in 0..PARTITIONS {
            let mut chunk = std::mem::take(&mut self.open[part]);
            chunk.shrink_to_fit();
            self.send(part, chunk);
        }
        self.failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::identity::Mixer;

    fn count(all: impl IntoIterator<Item = u64>, memory: usize) -> u64 {
        let identities = Identities::new(Limits { memory, ..Limits::NONE });
        let mut outboxes = [Outbox::new(&identities), Outbox::new(&identities)];
        for (place, number) in all.into_iter().enumerate() {
            outboxes[place % 2].add(Mixer::new().word(number).finish());
        }
        for outbox in outboxes {
            outbox.finish().expect("a folder for temporary files");
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
        identities.duplicates(&pool).expect("the files are there")
    }

    #[test]
    fn all_records_after_the_first_are_counted() {
        let check = |all: &[u64], expect| assert_eq!(count(all.iter().copied(), 1 << 20), expect, "{all:?}");
        check(&[], 0);
        check(&[1, 2, 3], 0);
        check(&[3, 1, 3, 2, 3, 1], 3);
    }

    #[test]
    fn the_memory_limit_does_not_change_the_count() {
        // Of 4 numbers, 3 occur once and one twice; one number occurs ten thousand times.
        let all = || (0..100_000_u64).chain((0..100_000).step_by(4)).chain(std::iter::repeat_n(7, 10_000));
        for memory in [0, 1 << 16, 1 << 30] {
            assert_eq!(count(all(), memory), 35_000, "{memory}");
        }
    }
}
