//! What the readers hand over: one call for each record, with names as small numbers.
//!
//! The readers know formats and nothing of tasks; a [`Sink`] knows what matters and nothing of formats.
//! The port test is the sink's, but asked before anything else of a record is parsed.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::prefilter::Prefilter;
use super::totals::Totals;
use crate::model::field::Field;
use crate::model::ids::InterfaceId;
use crate::model::source::RowRef;
use crate::model::time::Window;

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
pub enum Sighting {
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
pub struct Span {
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
    pub span: Span,
    /// The descriptive fields.
    pub description: DescriptionId,
    /// Where the record stands.
    pub row: RowRef,
}

/// Bounds within which every record lies that can matter: what readers may leave out unread.
///
/// A record matters only if its time touches the window, and if its interface or one of its addresses is named here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The time of all cases, what records may be late included.
    pub window: Window,
    /// Interfaces whose flows or coverage matter.
    pub interfaces: BTreeSet<InterfaceId>,
    /// Addresses whose flows matter at whatever interface.
    pub addresses: BTreeSet<IpAddr>,
}

/// Fields that a sink may do without: what nothing asks for is not read, and so not checked either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// `pkt-srcaddr` and `pkt-dstaddr`.
    pub packet_addresses: bool,
    /// `flow-direction`.
    pub direction: bool,
    /// The fields of [`DESCRIPTIVE`].
    pub descriptions: bool,
}

impl Needs {
    /// Every field.
    pub const ALL: Self = Self { packet_addresses: true, direction: true, descriptions: true };
    /// None of those above: what every record has.
    pub const LEAST: Self = Self { packet_addresses: false, direction: false, descriptions: false };
}

/// Takes records in. One sink a worker: no locks on the way.
pub trait Sink {
    /// What is read of a record that matters; the rest of a [`FlowRecord`] is none, and its description without values.
    const NEEDS: Needs = Needs::ALL;
    /// Takes note of columns that records of the file have: known fields in their order, and names that are no field's.
    fn columns(&mut self, _fields: &[Field], _unknown: &[String]) {}
    /// The number of a name.
    fn name(&mut self, text: &[u8]) -> NameId;
    /// The number of a set of descriptive values.
    fn description(&mut self, values: &Description<'_>) -> DescriptionId;
    /// What records can matter at all; none if everyone's may.
    fn wanted(&self) -> Option<&Wanted> {
        None
    }
    /// The same for records of text.
    fn prefilter(&self) -> Option<Arc<Prefilter>> {
        self.wanted().map(|wanted| Arc::new(Prefilter::new(wanted)))
    }
    /// Counts records that were left out by [`Sink::wanted`]: those outside its window by number and span alone,
    /// those within it by action and log-status too.
    fn left_out(&mut self, _counts: &Totals) {}
    /// Whether a record with these ports can matter.
    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool;
    /// Takes note that the interface was covered. Called for every record, before any port test.
    fn sighting(&mut self, interface: NameId, sighting: Sighting, span: Span, row: RowRef);
    /// Takes a record whose ports matter.
    fn flow(&mut self, record: &FlowRecord);
}
