//! The flows of the aggregate: one row for each key.

use crate::ingest::record::{Action, AddressId, DescriptionId, Direction, NameId};
use crate::model::source::RowRef;

/// Seconds in one bucket of the aggregate.
pub const BUCKET_SECONDS: u32 = 600;

/// The fields that identify a flow.
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

/// The sums over the records of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowSums {
    /// The number of records.
    pub records: u64,
    /// The sum of packets; it saturates at `u64::MAX`, which is
    /// [`UNKNOWN_SIZE`](crate::ingest::record::UNKNOWN_SIZE).
    pub packets: u64,
    /// The sum of bytes; it saturates in the same way.
    pub bytes: u64,
    /// The bitwise or of `tcp-flags`; none if one of the records does not have them.
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
    /// The fields that identify the flow.
    pub key: FlowKey,
    /// The sums over its records.
    pub sums: FlowSums,
}

impl FlowSums {
    /// Adds another part of the same flow. `merge` combines descriptions that differ.
    pub(super) fn merge(
        &mut self,
        other: &Self,
        merge: &mut impl FnMut(DescriptionId, DescriptionId) -> DescriptionId,
    ) {
        self.records += other.records;
        self.packets = self.packets.saturating_add(other.packets);
        self.bytes = self.bytes.saturating_add(other.bytes);
        // The flags of a record without this value are unknown, and so are those of the sum.
        self.tcp_flags = self.tcp_flags.zip(other.tcp_flags).map(|(a, b)| a | b);
        self.first_start = self.first_start.min(other.first_start);
        self.last_end = self.last_end.max(other.last_end);
        self.sample = self.sample.min(other.sample);
        if self.description != other.description {
            self.description = merge(self.description, other.description);
        }
    }
}
