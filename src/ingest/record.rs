//! One record of a flow log as values. Every reader passes these to a [`Sink`](super::sink::Sink).

use std::net::IpAddr;

use crate::model::field::Field;
use crate::model::source::RowRef;

/// The number of a known text, for example of an interface id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub u32);

/// The number of a known address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressId(pub u32);

/// The number of a known set of descriptive values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DescriptionId(pub u32);

/// Whether the security groups and network ACLs of the interface allowed the packets.
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

/// The field `log-status`, and the action if it is `OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStatus {
    /// Traffic was recorded.
    Ok(Action),
    /// The interval was recorded, and there was no traffic.
    NoData,
    /// Records were lost. Missing records therefore prove nothing.
    SkipData,
}

/// The descriptive fields that are stored with a flow, in this order.
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

/// The values of [`DESCRIPTIVE`]; none if the field is missing or `-`.
pub type Description<'a> = [Option<&'a [u8]>; DESCRIPTIVE.len()];

/// The time of a record, in Unix seconds, both ends inclusive. Source: the flow-log fields `start` and `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpan {
    /// Time of the first packet.
    pub start: u32,
    /// Time of the last packet.
    pub end: u32,
}

/// Stands for a missing number of packets or bytes. A sum that saturates stays unknown if a part of it is unknown.
pub const UNKNOWN_SIZE: u64 = u64::MAX;

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
    /// `packets`; [`UNKNOWN_SIZE`] if the record does not have it.
    pub packets: u64,
    /// `bytes`; [`UNKNOWN_SIZE`] if the record does not have it.
    pub bytes: u64,
    /// `tcp-flags`.
    pub tcp_flags: Option<u16>,
    /// `start` and `end`.
    pub span: TimeSpan,
    /// The descriptive fields.
    pub description: DescriptionId,
    /// The position of the record.
    pub row: RowRef,
}
