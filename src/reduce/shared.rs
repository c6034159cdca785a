//! The tables that all workers add to: dictionaries, packed flows and packed coverage.
//!
//! A worker looks up each new value once in the dictionaries, and adds packed records in chunks.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::copies::folding;
use super::coverage::{COVERAGE, CoverageTable};
use super::dictionary::Dictionary;
use super::duplicates::DescriptionMerger;
use super::packed::{NARROW, WIDE};
use crate::ingest::record::{DESCRIPTIVE, DescriptionId, NameId};
use crate::spill::{Budget, Folding, Spill, partition_of};

/// The numbers of a description's values.
pub(super) type DescriptionValues = [Option<NameId>; DESCRIPTIVE.len()];

/// The tables that all workers add to.
#[derive(Debug)]
pub(super) struct Shared {
    names: Mutex<Dictionary<Box<[u8]>>>,
    descriptions: Mutex<Dictionary<DescriptionValues>>,
    pub(super) narrow: Spill<NARROW>,
    pub(super) wide: Spill<WIDE>,
    pub(super) coverage: Spill<COVERAGE>,
}

/// Ignores a poisoned lock: every change under a lock is one call, so a worker that panicked left no half-written
/// value.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(budget: &Arc<Budget>) -> Self {
        Self {
            names: Mutex::default(),
            descriptions: Mutex::default(),
            narrow: Spill::new(Arc::clone(budget), folding()),
            wide: Spill::new(Arc::clone(budget), folding()),
            coverage: Spill::new(Arc::clone(budget), Folding::NONE),
        }
    }

    pub(super) fn name(&self, text: &[u8]) -> NameId {
        NameId(lock(&self.names).number(text.into()))
    }

    pub(super) fn description(&self, values: DescriptionValues) -> DescriptionId {
        DescriptionId(lock(&self.descriptions).number(values))
    }

    pub(super) fn add_coverage(&self, table: CoverageTable) -> io::Result<()> {
        let mut by_partition: Vec<(usize, [u64; COVERAGE])> =
            table.into_rows().iter().map(|row| (partition_of(row.hash(), 0), row.pack())).collect();
        by_partition.sort_unstable();
        by_partition.chunk_by(|a, b| a.0 == b.0).try_for_each(|some| {
            let (partition, _) = some[0];
            self.coverage.add(partition, some.iter().map(|(_, row)| *row).collect())
        })
    }

    /// Returns the names in the order in which they were added.
    pub(super) fn names(&self) -> Vec<Box<[u8]>> {
        lock(&self.names).values().to_vec()
    }

    /// Returns the descriptions in the order in which they were added.
    pub(super) fn descriptions(&self) -> Vec<DescriptionValues> {
        lock(&self.descriptions).values().to_vec()
    }
}

/// Merges descriptions of the shared dictionary.
impl DescriptionMerger for &Shared {
    /// Takes the smaller text of each field, so that the result does not depend on the order.
    fn merge(&mut self, a: DescriptionId, b: DescriptionId) -> DescriptionId {
        let values = lock(&self.descriptions);
        let (mut merged, other) = (values.values()[a.0 as usize], values.values()[b.0 as usize]);
        drop(values);
        let names = lock(&self.names);
        for (value, other) in merged.iter_mut().zip(other) {
            *value = (*value).into_iter().chain(other).min_by_key(|id| &names.values()[id.0 as usize]);
        }
        drop(names);
        self.description(merged)
    }
}
