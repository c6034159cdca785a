//! What all workers add to: the dictionaries and the flows, each behind a lock that is rarely waited for.
//!
//! A worker asks the dictionaries once for each value it has not met before, and brings flows by the batch, parted by
//! their hash, so that two workers seldom want the same part of the table.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::coverage::CoverageTable;
use super::dictionary::Dictionary;
use super::table::{Flow, FlowTable};
use super::{CoverageRow, FlowKey, Reduced};
use crate::ingest::sink::{AddressId, DESCRIPTIVE, DescriptionId, NameId};
use crate::ingest::totals::Totals;
use crate::model::defect::Defects;

/// Parts of the flow table; a power of two.
pub(super) const PARTITIONS: usize = 64;

/// The numbers of a description's values.
pub(super) type DescriptionValues = [Option<NameId>; DESCRIPTIVE.len()];

/// What all workers add to.
#[derive(Default)]
pub(super) struct Shared {
    names: Mutex<Dictionary<Box<[u8]>>>,
    addresses: Mutex<Dictionary<IpAddr>>,
    descriptions: Mutex<Dictionary<DescriptionValues>>,
    partitions: Vec<Mutex<FlowTable>>,
}

/// A worker that panicked left whole values behind: every change under a lock is one call.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unlocked<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new() -> Self {
        Self { partitions: (0..PARTITIONS).map(|_| Mutex::default()).collect(), ..Self::default() }
    }

    pub(super) fn name(&self, text: &[u8]) -> NameId {
        NameId(lock(&self.names).number(text.into()))
    }

    pub(super) fn address(&self, address: IpAddr) -> AddressId {
        AddressId(lock(&self.addresses).number(address))
    }

    pub(super) fn description(&self, values: DescriptionValues) -> DescriptionId {
        DescriptionId(lock(&self.descriptions).number(values))
    }

    /// Adds parts of flows to one partition.
    pub(super) fn add(&self, partition: usize, batch: &[(u64, Flow)]) {
        lock(&self.partitions[partition]).add(batch, |a, b| self.merge_descriptions(a, b));
    }

    /// Field by field the smaller text, so that merging ignores the order.
    fn merge_descriptions(&self, a: DescriptionId, b: DescriptionId) -> DescriptionId {
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

    /// The aggregate, everything renumbered in the order of what it stands for and sorted.
    pub(super) fn finish(self, coverage: CoverageTable, totals: Totals, defects: Defects) -> Reduced {
        let (names, new_names) = unlocked(self.names).into_sorted();
        let (addresses, new_addresses) = unlocked(self.addresses).into_sorted();
        let name = |id: NameId| NameId(new_names[id.0 as usize]);
        let address = |id: AddressId| AddressId(new_addresses[id.0 as usize]);
        let descriptions = unlocked(self.descriptions);
        let renumber = |flow: Flow| Flow { key: flow.key.renumbered(name, address), ..flow };
        let parts = self.partitions.into_par_iter().map(|partition| unlocked(partition).into_flows());
        let mut flows: Vec<Flow> = parts.flat_map_iter(|part| part.into_iter().map(renumber)).collect();
        flows.par_sort_unstable_by_key(|flow| flow.key);
        let mut coverage = coverage.into_rows();
        for row in &mut coverage {
            row.interface = name(row.interface);
        }
        coverage.sort_unstable_by_key(|row: &CoverageRow| (row.interface, row.bucket));
        Reduced {
            names: names.iter().map(|name| String::from_utf8_lossy(name).into()).collect(),
            addresses,
            descriptions: descriptions.values().iter().map(|values| values.map(|v| v.map(name))).collect(),
            totals: Totals { kept: flows.iter().map(|flow| flow.sums.records).sum(), ..totals },
            files: Vec::new(),
            flows,
            coverage,
            defects,
        }
    }
}

impl FlowKey {
    fn renumbered(self, name: impl Fn(NameId) -> NameId, address: impl Fn(AddressId) -> AddressId) -> Self {
        Self {
            interface: name(self.interface),
            src: address(self.src),
            dst: address(self.dst),
            pkt_src: self.pkt_src.map(&address),
            pkt_dst: self.pkt_dst.map(&address),
            ..self
        }
    }
}
