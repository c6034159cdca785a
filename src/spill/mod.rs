//! Records of one fixed size, partitioned by a hash. They stay in memory up to a budget; further records are spilled
//! to unnamed temporary files.
//!
//! Input: chunks of records for a partition, from any thread. Output: the records of each partition, in no particular
//! order, in batches of bounded size. The operating system removes an unnamed file when the process ends, even if it
//! is killed.

mod budget;
mod folding;
mod limits;
mod partition;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::partition::Partition;
pub use budget::Budget;
pub use folding::{Folding, about_distinct};
pub use limits::Limits;

/// Number of partitions: one for each value of a byte.
pub const PARTITIONS: usize = 256;
/// Records in one chunk.
pub const CHUNK: usize = 128;
/// Largest number of subpartitions of a partition that is too large. Each thread may have a file open for each of
/// them.
const MAX_SUBPARTITIONS: usize = 32;
/// How often a partition that is too large to be read at once is partitioned again.
const MAX_LEVELS: u32 = 3;

/// Records of `N` words in [`PARTITIONS`] partitions.
#[derive(Debug)]
pub struct Spill<const N: usize> {
    partitions: Vec<Mutex<Partition<N>>>,
    budget: Arc<Budget>,
    folding: Folding<N>,
}

/// Ignores a poisoned lock: every change under a lock is one call, so a thread that panicked left no half-written
/// chunk.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the partition of a hash: its highest byte at level 0, the next byte at the next level.
#[must_use]
#[inline]
pub fn partition_of(hash: u64, level: u32) -> usize {
    usize::from(hash.to_be_bytes()[level as usize % 8])
}

impl<const N: usize> Spill<N> {
    /// Creates a store without records.
    #[must_use]
    pub fn new(budget: Arc<Budget>, folding: Folding<N>) -> Self {
        Self { partitions: (0..PARTITIONS).map(|_| Mutex::default()).collect(), budget, folding }
    }

    /// Adds a chunk to a partition. If memory is at its limit, copies in the partition are folded; if this does not
    /// help, the partition is spilled to its file.
    pub fn add(&self, partition: usize, chunk: Vec<[u64; N]>) -> io::Result<()> {
        lock(&self.partitions[partition]).add(chunk, &self.budget, &self.folding)
    }

    /// Adds a chunk that is full, unless most of its records are copies. These are folded, and the chunk has room for
    /// more records.
    pub fn add_full(&self, partition: usize, chunk: &mut Vec<[u64; N]>) -> io::Result<()> {
        self.folding.fold_if_repetitive(chunk);
        if chunk.len() <= CHUNK / 2 {
            return Ok(());
        }
        self.add(partition, std::mem::take(chunk))
    }

    /// Returns the number of records in all partitions.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.partitions.iter().map(|partition| lock(partition).len()).sum()
    }

    /// Returns whether there are no records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `take` with the records of a partition in batches of about `max_bytes` at most. If a predicate is given,
    /// only records that match it are passed on.
    ///
    /// A larger partition is partitioned again by `hash_at`, the hash of a record for a level from 1. Records that
    /// must stay together need the same hash at every level except the last, [`Spill::last_level`].
    pub fn read(
        &self,
        partition: usize,
        max_bytes: usize,
        predicate: Option<Predicate<'_, N>>,
        hash_at: &(impl Fn(&[u64; N], u32) -> u64 + ?Sized),
        take: &mut dyn FnMut(Vec<[u64; N]>),
    ) -> io::Result<()> {
        let partition = lock(&self.partitions[partition]);
        read_partition(&partition, max_bytes, 1, predicate, (hash_at, &self.folding), take)
    }

    /// Returns the last level. A partition that is still too large there is split without regard to records that
    /// belong together.
    #[must_use]
    pub fn last_level() -> u32 {
        MAX_LEVELS
    }
}

/// Determines which records are passed on.
pub type Predicate<'a, const N: usize> = &'a dyn Fn(&[u64; N]) -> bool;

fn read_partition<const N: usize>(
    partition: &Partition<N>,
    max_bytes: usize,
    level: u32,
    predicate: Option<Predicate<'_, N>>,
    (hash_at, folding): (&(impl Fn(&[u64; N], u32) -> u64 + ?Sized), &Folding<N>),
    take: &mut dyn FnMut(Vec<[u64; N]>),
) -> io::Result<()> {
    let bytes = partition.len().saturating_mul(8 * N as u64);
    if level > MAX_LEVELS && bytes > max_bytes as u64 {
        take(partition.read_folded(max_bytes / size_of::<[u64; N]>(), folding)?);
        return Ok(());
    }
    if let Some(records) = read_at_once(partition, bytes <= max_bytes as u64, max_bytes, predicate)? {
        if !records.is_empty() {
            take(records);
        }
        return Ok(());
    }
    // Only one chunk of each subpartition stays in memory.
    let no_memory = Budget::for_repartitioning();
    let count = subpartition_count(bytes, max_bytes);
    let mut subpartitions: Vec<Partition<N>> = (0..count).map(|_| Partition::default()).collect();
    let mut open: Vec<Vec<[u64; N]>> = vec![Vec::new(); count];
    partition.for_each(|record| {
        if predicate.is_some_and(|predicate| !predicate(record)) {
            return Ok(());
        }
        let place = partition_of(hash_at(record, level), level) * count / PARTITIONS;
        open[place].push(*record);
        if open[place].len() < CHUNK {
            return Ok(());
        }
        subpartitions[place].add(std::mem::take(&mut open[place]), &no_memory, folding)
    })?;
    for (mut partition, rest) in subpartitions.into_iter().zip(open) {
        partition.add(rest, &no_memory, folding)?;
        read_partition(&partition, max_bytes, level + 1, None, (hash_at, folding), take)?;
    }
    Ok(())
}

/// Returns the records of a partition that is small enough, or of which few match; none if it must be partitioned
/// again.
fn read_at_once<const N: usize>(
    partition: &Partition<N>,
    is_small: bool,
    max_bytes: usize,
    predicate: Option<Predicate<'_, N>>,
) -> io::Result<Option<Vec<[u64; N]>>> {
    match predicate {
        None if is_small => partition.read_all().map(Some),
        Some(predicate) if is_small => {
            let mut records = partition.read_all()?;
            records.retain(predicate);
            Ok(Some(records))
        }
        Some(predicate) => partition.read_matching(max_bytes / size_of::<[u64; N]>(), predicate),
        None => Ok(None),
    }
}

/// Returns the number of subpartitions at which each can be read at once. A quarter is added, because their sizes
/// differ.
fn subpartition_count(bytes: u64, max_bytes: usize) -> usize {
    let needed = bytes.saturating_add(bytes / 4) / (max_bytes as u64).max(1) + 1;
    usize::try_from(needed).unwrap_or(MAX_SUBPARTITIONS).clamp(2, MAX_SUBPARTITIONS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mix(record: &[u64; 2]) -> u64 {
        record[0].wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// Returns all records that were read, sorted, and the size of the largest batch.
    fn round_trip(limit: usize, max_bytes: usize, records: &[[u64; 2]]) -> (Vec<[u64; 2]>, usize) {
        let spill = Spill::new(Arc::new(Budget::new(limit, u64::MAX)), Folding::NONE);
        for chunk in records.chunks(CHUNK) {
            for record in chunk {
                spill.add(partition_of(mix(record), 0), vec![*record]).unwrap();
            }
        }
        assert_eq!(spill.len(), records.len() as u64);
        let (mut all, mut largest) = (Vec::new(), 0);
        for partition in 0..PARTITIONS {
            let hash_at = |record: &[u64; 2], level| {
                if level < Spill::<2>::last_level() {
                    mix(record)
                } else {
                    record[1].wrapping_mul(0x9e37_79b9_7f4a_7c15)
                }
            };
            spill
                .read(partition, max_bytes, None, &hash_at, &mut |some| {
                    largest = largest.max(some.len());
                    all.extend(some);
                })
                .unwrap();
        }
        all.sort_unstable();
        (all, largest)
    }

    proptest! {
        #[test]
        fn every_record_is_read_back_once(
            mut records in prop::collection::vec((0_u64..9, any::<u64>()).prop_map(|(a, b)| [a, b]), 0..600),
            limit in prop_oneof![Just(0_usize), 0_usize..8000, Just(usize::MAX)],
            max_bytes in prop_oneof![Just(0_usize), 0_usize..2000, Just(usize::MAX)],
        ) {
            let (all, _) = round_trip(limit, max_bytes, &records);
            records.sort_unstable();
            prop_assert_eq!(all, records);
        }
    }

    proptest! {
        #[test]
        fn matching_records_are_read_at_any_batch_size(
            records in prop::collection::vec((0_u64..9, 0_u64..40).prop_map(|(a, b)| [a, b]), 0..300),
            max_bytes in prop_oneof![Just(0_usize), 0_usize..2000, Just(usize::MAX)],
            wanted in 0_u64..41,
        ) {
            let spill = Spill::new(Arc::new(Budget::new(1000, u64::MAX)), Folding::NONE);
            for record in &records {
                spill.add(0, vec![*record]).unwrap();
            }
            let (predicate, mut all) = (|record: &[u64; 2]| record[1] < wanted, Vec::new());
            spill.read(0, max_bytes, Some(&predicate), &|record, _| mix(record), &mut |some| all.extend(some)).unwrap();
            all.sort_unstable();
            let mut retained: Vec<[u64; 2]> = records.into_iter().filter(|record| predicate(record)).collect();
            retained.sort_unstable();
            prop_assert_eq!(all, retained);
        }
    }

    #[test]
    fn the_use_of_the_disk_is_limited() {
        let spill = Spill::new(Arc::new(Budget::new(0, 100)), Folding::NONE);
        assert!(spill.add(0, vec![[0; 2]; 6]).is_ok());
        let full = spill.add(1, vec![[0; 2]; 1]).expect_err("one record too many");
        assert!(full.to_string().contains("more than 100 bytes"), "{full}");
    }

    #[test]
    fn a_large_partition_is_read_in_batches() {
        let records: Vec<[u64; 2]> = (0..20_000).map(|number| [7, number]).collect();
        let (all, largest) = round_trip(0, 16 * 1000, &records);
        assert_eq!(all, records);
        assert!(largest <= 1000, "{largest}");
    }

    /// Keeps one of equal records.
    fn one_of_equals() -> Folding<2> {
        Folding {
            hash: mix,
            distinct: |records| about_distinct(records, mix),
            fold: |records| {
                records.sort_unstable();
                records.dedup();
            },
        }
    }

    #[test]
    fn copies_grow_neither_chunks_nor_memory_nor_files() {
        let budget = Arc::new(Budget::new(64 * 1024, 0));
        let spill = Spill::new(Arc::clone(&budget), one_of_equals());
        // Few records are folded in their chunk.
        let mut chunk = Vec::new();
        for number in 0..1_000_000 {
            chunk.push([5, number % 30]);
            if chunk.len() == CHUNK {
                spill.add_full(0, &mut chunk).unwrap();
            }
        }
        assert_eq!((spill.len(), chunk.capacity()), (0, CHUNK));
        // More of them are folded when memory is at its limit. The limit of files is 0 here.
        for number in 0..1_000_000 {
            chunk.push([5, number % 300]);
            if chunk.len() == CHUNK {
                spill.add_full(0, &mut chunk).unwrap();
            }
        }
        assert!(spill.len() < 5000, "{}", spill.len());
        let mut read = Vec::new();
        spill.read(0, 1 << 20, None, &|record, _| mix(record), &mut |some| read.extend(some)).unwrap();
        read.extend(chunk);
        read.sort_unstable();
        read.dedup();
        assert_eq!(read, (0..300).map(|number| [5, number]).collect::<Vec<_>>());
    }

    #[test]
    fn copies_in_a_file_are_folded_while_they_are_read() {
        let spill = Spill::new(Arc::new(Budget::new(0, u64::MAX)), one_of_equals());
        for number in 0..100_000 {
            spill.add(0, vec![[5, number % 3]]).unwrap();
        }
        let mut largest = 0;
        spill.read(0, 16 * 1000, None, &|_, _| 5, &mut |some| largest = largest.max(some.len())).unwrap();
        assert!(largest <= 1027, "{largest}");
    }
}
