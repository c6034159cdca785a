//! The flows of the aggregate: one row for each key, found by a hash of it.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::ingest::sink::{Action, AddressId, DescriptionId, Direction, NameId};
use crate::model::source::RowRef;

/// What makes two records the same flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowKey {
    /// `interface-id`.
    pub interface: NameId,
    /// `srcaddr`.
    pub src: AddressId,
    /// `dstaddr`.
    pub dst: AddressId,
    /// `srcport`.
    pub src_port: u16,
    /// `dstport`.
    pub dst_port: u16,
    /// `protocol`.
    pub protocol: u8,
    /// `action`.
    pub action: Action,
    /// `flow-direction`.
    pub direction: Option<Direction>,
    /// `pkt-srcaddr`.
    pub pkt_src: Option<AddressId>,
    /// `pkt-dstaddr`.
    pub pkt_dst: Option<AddressId>,
    /// `start` rounded down to ten minutes, Unix seconds.
    pub bucket: u32,
}

/// What is summed up of a flow's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowSums {
    /// How many records.
    pub records: u64,
    /// Packets, summed; a sum past `u64::MAX` stays there.
    pub packets: u64,
    /// Bytes, summed.
    pub bytes: u64,
    /// `tcp-flags`, or-ed; none where no record had them.
    pub tcp_flags: Option<u16>,
    /// The earliest `start`, Unix seconds.
    pub first_start: u32,
    /// The latest `end`, Unix seconds.
    pub last_end: u32,
    /// The descriptive fields.
    pub description: DescriptionId,
    /// The first of the records, by file and line.
    pub sample: RowRef,
}

/// One row of the aggregate's flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// What makes it this flow.
    pub key: FlowKey,
    /// What was summed up.
    pub sums: FlowSums,
}

impl FlowSums {
    /// Takes in another part of the same flow; `description` is what their descriptions merge to.
    fn merge(&mut self, other: &Self, description: DescriptionId) {
        self.records += other.records;
        self.packets = self.packets.saturating_add(other.packets);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.tcp_flags = match (self.tcp_flags, other.tcp_flags) {
            (Some(a), Some(b)) => Some(a | b),
            (a, b) => a.or(b),
        };
        self.first_start = self.first_start.min(other.first_start);
        self.last_end = self.last_end.max(other.last_end);
        self.sample = self.sample.min(other.sample);
        self.description = description;
    }
}

/// Flows by key.
#[derive(Clone, Debug, Default)]
pub(super) struct FlowTable {
    flows: Vec<Flow>,
    index: HashTable<u32>,
}

impl FlowTable {
    /// Adds a part of a flow. `merge` is asked only when a flow's descriptions differ.
    #[inline]
    pub(super) fn add(
        &mut self,
        key: FlowKey,
        sums: &FlowSums,
        merge: impl FnOnce(DescriptionId, DescriptionId) -> DescriptionId,
    ) {
        let hash = FxBuildHasher.hash_one(key);
        let flows = &self.flows;
        if let Some(&at) = self.index.find(hash, |&at| flows[at as usize].key == key) {
            let have = &mut self.flows[at as usize].sums;
            let same = have.description == sums.description;
            let description = if same { sums.description } else { merge(have.description, sums.description) };
            have.merge(sums, description);
            return;
        }
        let at = u32::try_from(self.flows.len()).unwrap_or(u32::MAX);
        self.flows.push(Flow { key, sums: *sums });
        let flows = &self.flows;
        self.index.insert_unique(hash, at, |&at| FxBuildHasher.hash_one(flows[at as usize].key));
    }

    /// The flows in the order they came.
    pub(super) fn into_flows(self) -> Vec<Flow> {
        self.flows
    }
}
