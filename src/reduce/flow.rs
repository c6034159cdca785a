//! The flows of the aggregate: one row for each key.

use crate::ingest::sink::{Action, AddressId, DescriptionId, Direction, NameId};
use crate::model::source::RowRef;

/// Seconds in one bucket of the aggregate.
pub const BUCKET_SECONDS: u32 = 600;

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
    /// ReadMode many records.
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
    pub(super) fn merge(
        &mut self,
        other: &Self,
        merge: &mut impl FnMut(DescriptionId, DescriptionId) -> DescriptionId,
    ) {
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
