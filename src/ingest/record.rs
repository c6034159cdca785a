//! One record of a flow log as values: what every reader hands to a [`Sink`](super::sink::Sink).

use std::net::IpAddr;

use crate::model::field::Field;
use crate::model::source::RowRef;

/// A text seen before, such as an interface id, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub u32);

/// An address seen before, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressId(pub u32);

/// A set of descriptive values seen before, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DescriptionId(pub u32);

/// Whether security groups and network ACLs of the interface let the packets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// `ACCEPT`.
    Accept,
    /// `REJECT`.
    Reject,
}

/// `flow-direction`, seen from the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Into the interface.
    Ingress,
    /// Out of the interface.
    Egress,
}

/// What a record says of the interface's minute: `log-status`, and the action of an `OK` record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStatus {
    /// Traffic was recorded.
    Ok(Action),
    /// Covered, and no traffic.
    NoData,
    /// Records were lost: absence proves nothing.
    SkipData,
}

/// The descriptive fields that are kept beside a flow, in this order.
pub const DESCRIPTIVE: [Field; 10] = [
    Field::VpcId,
    Field::SubnetId,
    Field::PktDstAwsService,
    Field::TrafficPath,
    Field::EcsServiceName,
    Field::EcsTaskArn,
    Field::EcsTaskId,
    Field::RejectReason,
    Field::NextHopInterfaceId,
    Field::InterfaceType,
];

/// The values of [`DESCRIPTIVE`]; none where the field is missing or `-`.
pub type Description<'a> = [Option<&'a [u8]>; DESCRIPTIVE.len()];

/// The span of a record: Unix seconds, both inclusive; source: flow log fields `start` and `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpan {
    /// First packet.
    pub start: u32,
    /// Last packet.
    pub end: u32,
}

/// One `OK` record whose ports matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowRecord {
    /// `interface-id`.
    pub interface: NameId,
    /// `srcaddr`.
    pub src: IpAddr,
    /// `dstaddr`.
    pub dst: IpAddr,
    /// `pkt-srcaddr`.
    pub pkt_src: Option<IpAddr>,
    /// `pkt-dstaddr`.
    pub pkt_dst: Option<IpAddr>,
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
    /// `packets`.
    pub packets: u64,
    /// `bytes`.
    pub bytes: u64,
    /// `tcp-flags`.
    pub tcp_flags: Option<u16>,
    /// `start` and `end`.
    pub span: TimeSpan,
    /// The descriptive fields.
    pub description: DescriptionId,
    /// Where the record stands.
    pub row: RowRef,
}
