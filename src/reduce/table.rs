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
    /// Takes in another part of the same flow; `merge` says what differing descriptions become.
    fn merge(&mut self, other: &Self, merge: &mut impl FnMut(DescriptionId, DescriptionId) -> DescriptionId) {
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
        if self.description != other.description {
            self.description = merge(self.description, other.description);
        }
    }
}

impl FlowKey {
    /// The hash by which partitions and tables find the flow.
    #[inline]
    pub(super) fn hash(&self) -> u64 {
        FxBuildHasher.hash_one(self)
    }
}

/// Flows by key. The index keeps part of each hash, so that a look-up touches no flow but the one it finds.
#[derive(Debug, Default)]
pub(super) struct FlowTable {
    flows: Vec<Flow>,
    index: HashTable<(u32, u32)>,
}

/// The part of a hash that the index keeps.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a part of the hash is all that is wanted")]
fn tag(hash: u64) -> u32 {
    (hash >> 16) as u32
}

/// The whole hash is needed only where a table grows; it is made of the tag, so the tag alone places an entry.
#[inline]
fn place(tag: u32) -> u64 {
    u64::from(tag).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl FlowTable {
    /// Adds parts of flows. `merge` is asked only when a flow's descriptions differ.
    ///
    /// Two passes, so that the memory of many flows is fetched at once: first where each is, then its sums.
    pub(super) fn add(
        &mut self,
        batch: &[(u64, Flow)],
        mut merge: impl FnMut(DescriptionId, DescriptionId) -> DescriptionId,
    ) {
        let mut found = [None; BATCH];
        for part in batch.chunks(BATCH) {
            for (slot, (hash, _)) in found.iter_mut().zip(part) {
                let tag = tag(*hash);
                *slot = self.index.find(place(tag), |&(have, _)| have == tag).map(|&(_, at)| at);
            }
            for (slot, (hash, flow)) in found.iter().zip(part) {
                let likely = slot.filter(|&at| self.flows[at as usize].key == flow.key);
                match likely.or_else(|| self.find(*hash, &flow.key)) {
                    Some(at) => self.flows[at as usize].sums.merge(&flow.sums, &mut merge),
                    None => self.insert(*hash, *flow),
                }
            }
        }
    }

    fn find(&self, hash: u64, key: &FlowKey) -> Option<u32> {
        let tag = tag(hash);
        let is_it = |&(have, at): &(u32, u32)| have == tag && self.flows[at as usize].key == *key;
        self.index.find(place(tag), is_it).map(|&(_, at)| at)
    }

    fn insert(&mut self, hash: u64, flow: Flow) {
        let at = u32::try_from(self.flows.len()).unwrap_or(u32::MAX);
        self.flows.push(flow);
        self.index.insert_unique(place(tag(hash)), (tag(hash), at), |&(tag, _)| place(tag));
    }

    /// The flows in the order they came.
    pub(super) fn into_flows(self) -> Vec<Flow> {
        self.flows
    }
}

/// Parts looked up together.
pub(super) const BATCH: usize = 128;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::model::source::SourceId;

    fn flow(key: u32, packets: u64) -> Flow {
        Flow {
            key: FlowKey {
                interface: NameId(key),
                src: AddressId(0),
                dst: AddressId(0),
                src_port: 0,
                dst_port: 443,
                protocol: 6,
                action: Action::Accept,
                direction: None,
                pkt_src: None,
                pkt_dst: None,
                bucket: 0,
            },
            sums: FlowSums {
                records: 1,
                packets,
                bytes: packets,
                tcp_flags: None,
                first_start: 0,
                last_end: 0,
                description: DescriptionId(0),
                sample: RowRef { source: SourceId(0), line: 1 },
            },
        }
    }

    proptest! {
        /// Few distinct hashes, so that tags collide.
        #[test]
        fn every_part_is_counted_once(parts in prop::collection::vec((0_u32..40, 0_u64..9), 0..700)) {
            let batch: Vec<(u64, Flow)> =
                parts.iter().map(|&(key, packets)| (u64::from(key % 7) << 16, flow(key, packets))).collect();
            let mut table = FlowTable::default();
            table.add(&batch, |a, _| a);
            let mut plain: BTreeMap<u32, u64> = BTreeMap::new();
            for (key, packets) in parts {
                *plain.entry(key).or_default() += packets;
            }
            let have: BTreeMap<u32, u64> =
                table.into_flows().iter().map(|flow| (flow.key.interface.0, flow.sums.packets)).collect();
            prop_assert_eq!(have, plain);
        }
    }
}
