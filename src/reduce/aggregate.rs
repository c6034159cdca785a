//! The result of reading the files: packed records in partitions, in memory or in temporary files. They are
//! aggregated on demand.

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;

use super::aggregation::{AggregatedFlow, aggregate_records};
use super::discards::Discards;
use super::file_totals::FileTotals;
use super::packed::PackedRecord;
use super::selector::RecordSelector;
use super::shared::Shared;
use crate::ingest::record::NameId;
use crate::ingest::totals::Totals;
use crate::model::defect::Defects;
use crate::model::field::Field;
use crate::model::ids::InterfaceId;
use crate::spill::{PARTITIONS, Predicate, Spill};

/// All retained records, and the counts and defects of all records that were read.
#[derive(Debug)]
pub struct Aggregate {
    pub(super) shared: Shared,
    /// Bytes of packed records that one thread aggregates at once.
    pub(super) batch_bytes: usize,
    /// Counts over all records, retained or not.
    pub totals: Totals,
    /// The same counts for each file, in the order of the files.
    pub files: Vec<FileTotals>,
    /// The defects that were found.
    pub defects: Defects,
    /// The records that could not be read.
    pub discards: Discards,
}

/// The number of retained records and of their duplicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordCounts {
    /// Retained records, each counted once.
    pub retained: u64,
    /// Further copies of retained records.
    pub duplicates: u64,
}

impl RecordCounts {
    fn plus(self, other: Self) -> Self {
        Self { retained: self.retained + other.retained, duplicates: self.duplicates + other.duplicates }
    }
}

impl Aggregate {
    /// Aggregates the partitions one by one, each on one thread of the pool, and calls `process` with the unsorted
    /// flows of each batch. Both directions of a conversation at one interface are in the same batch, unless that
    /// conversation alone is too large for memory.
    pub fn for_each_batch<T: Send>(
        &self,
        pool: &ThreadPool,
        process: impl Fn(&[AggregatedFlow]) -> T + Sync,
    ) -> io::Result<(Vec<T>, RecordCounts)> {
        self.aggregate_partitions(pool, &RecordSelector::All, &process)
    }

    pub(super) fn aggregate_partitions<T: Send>(
        &self,
        pool: &ThreadPool,
        selector: &RecordSelector<'_>,
        process: &(impl Fn(&[AggregatedFlow]) -> T + Sync),
    ) -> io::Result<(Vec<T>, RecordCounts)> {
        // `broadcast` runs one loop per thread. A thread that waits for another pool inside `process` therefore
        // starts no second partition: each partition in progress holds memory.
        let next = AtomicUsize::new(0);
        let of_threads = pool.broadcast(|_| {
            let mut done = Vec::new();
            loop {
                let partition = next.fetch_add(1, Ordering::Relaxed);
                if partition >= PARTITIONS {
                    return Ok(done);
                }
                let (mut made, mut counts) = (Vec::new(), RecordCounts::default());
                self.aggregate_partition(
                    &self.shared.narrow,
                    partition,
                    selector,
                    process,
                    &mut made,
                    &mut counts,
                )?;
                self.aggregate_partition(
                    &self.shared.wide,
                    partition,
                    selector,
                    process,
                    &mut made,
                    &mut counts,
                )?;
                done.push((partition, made, counts));
            }
        });
        let of_threads: Vec<Vec<(usize, Vec<T>, RecordCounts)>> =
            of_threads.into_iter().collect::<io::Result<_>>()?;
        let mut partitions: Vec<_> = of_threads.into_iter().flatten().collect();
        partitions.sort_unstable_by_key(|(partition, ..)| *partition);
        let mut all = (Vec::new(), RecordCounts::default());
        for (_, made, counts) in partitions {
            all.0.extend(made);
            all.1 = all.1.plus(counts);
        }
        Ok(all)
    }

    fn aggregate_partition<T, const N: usize>(
        &self,
        spill: &Spill<N>,
        partition: usize,
        selector: &RecordSelector<'_>,
        process: &impl Fn(&[AggregatedFlow]) -> T,
        made: &mut Vec<T>,
        counts: &mut RecordCounts,
    ) -> io::Result<()>
    where
        [u64; N]: PackedRecord,
    {
        let hash_at = |packed: &[u64; N], level: u32| {
            if level < Spill::<N>::last_level() { packed.conversation_hash() } else { packed.flow_hash() }
        };
        let matches = |packed: &[u64; N]| selector.matches(packed);
        let predicate: Option<Predicate<'_, N>> =
            if matches!(selector, RecordSelector::All) { None } else { Some(&matches) };
        spill.read(partition, self.batch_bytes, predicate, &hash_at, &mut |packed| {
            let mut flows = Vec::new();
            counts.duplicates += aggregate_records(&packed, &mut &self.shared, |flow| flows.push(*flow));
            drop(packed);
            counts.retained += flows.iter().map(|flow| flow.sums.records).sum::<u64>();
            made.push(process(&flows));
        })
    }

    /// Returns the texts of the names, in the numbering that the batches use.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.shared.names().iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
    }

    /// Returns the interfaces whose retained records have a wanted value in a descriptive field.
    pub fn interfaces_described(
        &self,
        pool: &ThreadPool,
        field: Field,
        is_wanted: impl Fn(&str) -> bool,
    ) -> io::Result<BTreeSet<InterfaceId>> {
        let names = self.names();
        let column = crate::ingest::record::DESCRIPTIVE.iter().position(|&have| have == field);
        let values = self.shared.descriptions();
        let matches: Vec<bool> = values
            .iter()
            .map(|values| column.and_then(|at| values[at]).is_some_and(|id| is_wanted(&names[id.0 as usize])))
            .collect();
        let (found, _) = self.for_each_batch(pool, |flows| {
            let described =
                |flow: &&AggregatedFlow| matches.get(flow.sums.description.0 as usize) == Some(&true);
            flows.iter().filter(described).map(|flow| flow.record.interface).collect::<BTreeSet<NameId>>()
        })?;
        Ok(found
            .into_iter()
            .flatten()
            .map(|name| InterfaceId::new(names[name.0 as usize].as_str()))
            .collect())
    }
}
