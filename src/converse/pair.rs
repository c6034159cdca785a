//! Pairing: the rows of one 5-tuple at one interface, in either direction, become one conversation.

use std::collections::BTreeSet;

use crate::frame::{FrameError, sorted_order};
use crate::ingest::record::{Action, AddressId, DescriptionId, Direction, NameId, UNKNOWN_SIZE};
use crate::model::protocol::Protocol;
use crate::model::source::RowRef;
use crate::model::tcp_flags::TcpFlags;
use crate::reduce::{Flow, Reduced};

/// After so many seconds without packets, the same ports between the same addresses are another conversation. This is
/// longer than the aggregation window with its lag, and longer than a NAT gateway keeps an idle connection.
const REUSED_AFTER: u32 = 660;

/// The sums over one direction and action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
    /// Flow records.
    pub records: u64,
    /// Packets; [`UNKNOWN_SIZE`] if a record does not have them.
    pub packets: u64,
    /// Bytes, headers included; [`UNKNOWN_SIZE`] if a record does not have them.
    pub bytes: u64,
    /// Bitwise or of the flags; none if one of the records does not have them.
    pub tcp_flags: Option<TcpFlags>,
    /// First packet, Unix seconds.
    pub first: u32,
    /// Last packet, Unix seconds.
    pub last: u32,
    /// The descriptive fields of the first row.
    pub description: DescriptionId,
    /// The first record.
    pub sample: RowRef,
}

/// One direction of a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Half {
    /// Packets that the interface's security groups and network ACL allowed.
    pub accepted: Option<Sums>,
    /// Packets that they did not allow, or that came late after a close.
    pub rejected: Option<Sums>,
}

/// A conversation as one interface saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// The interface that recorded it.
    pub interface: NameId,
    /// The side that contacts the service port.
    pub initiator: AddressId,
    /// The side with the service port, as seen by this interface.
    pub responder: AddressId,
    /// The responder in the packets themselves, if it differs, as behind a NAT gateway.
    pub far: Option<AddressId>,
    /// The port of the initiator.
    pub initiator_port: u16,
    /// The service port.
    pub responder_port: u16,
    /// TCP, UDP or another.
    pub protocol: Protocol,
    /// Whether the addresses are IPv6.
    pub is_ipv6: bool,
    /// The direction of requests through the interface, if a record contains it.
    pub request_direction: Option<Direction>,
    /// Packets from initiator to responder.
    pub request: Half,
    /// Packets from responder to initiator.
    pub reply: Half,
}

impl Conversation {
    fn sums(&self) -> impl Iterator<Item = &Sums> {
        [&self.request.accepted, &self.request.rejected, &self.reply.accepted, &self.reply.rejected]
            .into_iter()
            .flatten()
    }

    /// Returns the time of the first packet, Unix seconds.
    #[must_use]
    pub fn first(&self) -> u32 {
        self.sums().map(|sums| sums.first).min().unwrap_or(0)
    }

    /// Returns the time of the last packet, Unix seconds.
    #[must_use]
    pub fn last(&self) -> u32 {
        self.sums().map(|sums| sums.last).max().unwrap_or(0)
    }

    /// Returns whether the records show that the initiator sent something: a packet of its own, or the answer to an
    /// opening (SYN and ACK), or data in reply. A lone packet from a service port shows nothing, because anyone can send
    /// it.
    #[must_use]
    pub fn shows_request(&self) -> bool {
        let has_answer = |sums: &Sums| sums.tcp_flags.is_some_and(TcpFlags::accepts);
        let has_request = self.request.accepted.is_some() || self.request.rejected.is_some();
        let halves = [self.reply.accepted, self.reply.rejected];
        has_request || halves.iter().flatten().any(has_answer) || self.has_useful_reply()
    }

    /// Returns the descriptions of all rows, requests first.
    pub fn descriptions(&self) -> impl Iterator<Item = DescriptionId> + '_ {
        self.sums().map(|sums| sums.description)
    }

    /// Returns whether `other` is a record of the same packets at another interface.
    #[must_use]
    pub fn mirrors(&self, other: &Self) -> bool {
        let leads_to = |a: &Self, b: &Self| a.responder == b.responder || a.far == Some(b.responder);
        self.is_same_flow(other) && (leads_to(self, other) || leads_to(other, self))
    }

    /// Returns whether two interfaces saw one initiator use the same ports at the same time, whatever the responder's
    /// address.
    #[must_use]
    pub fn is_same_flow(&self, other: &Self) -> bool {
        self.interface != other.interface
            && self.initiator == other.initiator
            && self.initiator_port == other.initiator_port
            && self.responder_port == other.responder_port
            && self.protocol == other.protocol
            && self.first() <= other.last().saturating_add(REUSED_AFTER)
            && other.first() <= self.last().saturating_add(REUSED_AFTER)
    }
}

/// A flow with initiator and responder named.
struct Oriented {
    initiator: AddressId,
    responder: AddressId,
    far: Option<AddressId>,
    initiator_port: u16,
    responder_port: u16,
    is_reply: bool,
}

/// Names the two sides. The responder is the side with the service port, unless the flags show that this side opened the
/// connection: SYN without ACK from port 443 is a stranger's opening and not a reply. If both ports are service ports,
/// the opening flags decide; without flags, the smaller address counts as the initiator.
/// The initiator is the one in the packets themselves: an interface that forwards, as a transit gateway's does, records its
/// own address in its place.
fn orient(flow: &Flow, ports: &[u16], opened: &OpenedFromServicePort) -> Oriented {
    let key = &flow.key;
    let flags = flow.sums.tcp_flags.map(TcpFlags).unwrap_or_default();
    let is_reply = match (ports.contains(&key.src_port), ports.contains(&key.dst_port)) {
        (true, false) => !flags.opens(),
        (false, true) => !flags.opens() && opened.is_answered_by(flow),
        (false, false) => false,
        (true, true) if flags.opens() => false,
        (true, true) if flags.accepts() => true,
        (true, true) => key.src > key.dst,
    };
    if is_reply {
        Oriented {
            initiator: key.pkt_dst.unwrap_or(key.dst),
            responder: key.src,
            far: key.pkt_src.filter(|&address| address != key.src),
            initiator_port: key.dst_port,
            responder_port: key.src_port,
            is_reply,
        }
    } else {
        Oriented {
            initiator: key.pkt_src.unwrap_or(key.src),
            responder: key.dst,
            far: key.pkt_dst.filter(|&address| address != key.dst),
            initiator_port: key.src_port,
            responder_port: key.dst_port,
            is_reply,
        }
    }
}

/// The ends of an opening: interface, addresses and ports, the opening side first.
type Ends = (NameId, AddressId, AddressId, u16, u16);

/// The openings that come from a service port. There are hardly any, because only scanners open from such a port.
#[derive(Default)]
struct OpenedFromServicePort(BTreeSet<Ends>);

impl OpenedFromServicePort {
    fn of(flows: &[Flow], ports: &[u16]) -> Self {
        let opens = |flow: &&Flow| {
            flow.sums.tcp_flags.map(TcpFlags).is_some_and(TcpFlags::opens)
                && ports.contains(&flow.key.src_port)
                && !ports.contains(&flow.key.dst_port)
        };
        let ends = |flow: &Flow| {
            let key = &flow.key;
            (key.interface, key.src, key.dst, key.src_port, key.dst_port)
        };
        Self(flows.iter().filter(opens).map(ends).collect())
    }

    /// Whether the flow is the other direction of such an opening, for example the RST that refuses it.
    fn is_answered_by(&self, flow: &Flow) -> bool {
        let key = &flow.key;
        let reversed = (key.interface, key.dst, key.src, key.dst_port, key.src_port);
        !self.0.is_empty() && self.0.contains(&reversed)
    }
}

/// Flows that are paired at once, or those of one interface if they are more. The limit bounds the memory of pairing.
const MAX_FLOWS_PER_RUN: usize = 1 << 14;

/// Pairs all flows of the aggregate. The conversations are sorted by interface, sides, ports and time.
pub fn pair(reduced: &Reduced, ports: &[u16]) -> Result<Vec<Conversation>, FrameError> {
    let mut conversations = Vec::new();
    runs(&reduced.flows, MAX_FLOWS_PER_RUN)
        .try_for_each(|run| pair_run(reduced, run, ports, &mut conversations))?;
    Ok(conversations)
}

/// Pairs all flows in runs of some interfaces. All conversations of one interface are in the same run.
pub fn pair_in_runs(
    reduced: &Reduced,
    ports: &[u16],
    mut take: impl FnMut(&[Conversation]),
) -> Result<(), FrameError> {
    let mut conversations = Vec::new();
    for run in runs(&reduced.flows, MAX_FLOWS_PER_RUN) {
        conversations.clear();
        pair_run(reduced, run, ports, &mut conversations)?;
        take(&conversations);
    }
    Ok(())
}

/// Returns runs of flows: whole interfaces with at most `max_flows` flows together, or one interface that has more. The
/// flows are sorted by interface.
fn runs(mut flows: &[Flow], max_flows: usize) -> impl Iterator<Item = &[Flow]> {
    std::iter::from_fn(move || {
        let first = flows.first()?.key.interface;
        let end = match flows.get(max_flows).map(|flow| flow.key.interface) {
            None => flows.len(),
            Some(beyond) if beyond == first => flows.partition_point(|flow| flow.key.interface == first),
            Some(beyond) => flows.partition_point(|flow| flow.key.interface < beyond),
        };
        let (run, rest) = flows.split_at(end);
        flows = rest;
        Some(run)
    })
}

fn pair_run(
    reduced: &Reduced,
    flows: &[Flow],
    ports: &[u16],
    conversations: &mut Vec<Conversation>,
) -> Result<(), FrameError> {
    let opened = OpenedFromServicePort::of(flows, ports);
    let oriented: Vec<Oriented> = flows.iter().map(|flow| orient(flow, ports, &opened)).collect();
    let keys = vec![
        flows.iter().map(|flow| flow.key.interface.0).collect(),
        oriented.iter().map(|sides| sides.initiator.0).collect(),
        oriented.iter().map(|sides| sides.responder.0).collect(),
        oriented.iter().map(|sides| sides.far.map_or(u32::MAX, |far| far.0)).collect(),
        oriented.iter().map(ports_key).collect(),
        flows.iter().map(|flow| flow.key.protocol.into()).collect(),
        flows.iter().map(|flow| flow.sums.first_start).collect(),
    ];
    for at in sorted_order(keys)? {
        let (flow, sides) = (&flows[at as usize], &oriented[at as usize]);
        match conversations.last_mut() {
            Some(open) if continues(open, flow, sides) => open.take(flow, sides.is_reply),
            _ => {
                let mut opened = open(reduced, flow, sides);
                opened.take(flow, sides.is_reply);
                conversations.push(opened);
            }
        }
    }
    Ok(())
}

fn ports_key(sides: &Oriented) -> u32 {
    u32::from(sides.initiator_port) << 16 | u32::from(sides.responder_port)
}

fn continues(open: &Conversation, flow: &Flow, sides: &Oriented) -> bool {
    open.interface == flow.key.interface
        && open.initiator == sides.initiator
        && open.responder == sides.responder
        && open.far == sides.far
        && open.initiator_port == sides.initiator_port
        && open.responder_port == sides.responder_port
        && open.protocol == Protocol(flow.key.protocol)
        && flow.sums.first_start <= open.last().saturating_add(REUSED_AFTER)
}

fn open(reduced: &Reduced, flow: &Flow, sides: &Oriented) -> Conversation {
    Conversation {
        interface: flow.key.interface,
        initiator: sides.initiator,
        responder: sides.responder,
        far: sides.far,
        initiator_port: sides.initiator_port,
        responder_port: sides.responder_port,
        protocol: Protocol(flow.key.protocol),
        is_ipv6: reduced.address(sides.initiator).is_ipv6(),
        request_direction: None,
        request: Half::default(),
        reply: Half::default(),
    }
}

impl Conversation {
    fn take(&mut self, flow: &Flow, is_reply: bool) {
        let direction = flow.key.direction.map(|direction| match (direction, is_reply) {
            (direction, false) => direction,
            (Direction::Ingress, true) => Direction::Egress,
            (Direction::Egress, true) => Direction::Ingress,
        });
        self.request_direction = self.request_direction.or(direction);
        let half = if is_reply { &mut self.reply } else { &mut self.request };
        let slot = match flow.key.action {
            Action::Accept => &mut half.accepted,
            Action::Reject => &mut half.rejected,
        };
        let sums = Sums::of(flow);
        match slot {
            Some(have) => have.merge(&sums),
            None => *slot = Some(sums),
        }
    }
}

impl Sums {
    /// Packets and bytes; none unless every record has both.
    #[must_use]
    pub fn sizes(&self) -> Option<(u64, u64)> {
        (self.packets != UNKNOWN_SIZE && self.bytes != UNKNOWN_SIZE).then_some((self.packets, self.bytes))
    }

    fn of(flow: &Flow) -> Self {
        let sums = &flow.sums;
        Self {
            records: sums.records,
            packets: sums.packets,
            bytes: sums.bytes,
            tcp_flags: sums.tcp_flags.map(TcpFlags),
            first: sums.first_start,
            last: sums.last_end,
            description: sums.description,
            sample: sums.sample,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.records += other.records;
        self.packets = self.packets.saturating_add(other.packets);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.tcp_flags = self.tcp_flags.zip(other.tcp_flags).map(|(a, b)| TcpFlags(a.0 | b.0));
        if (other.first, other.sample) < (self.first, self.sample) {
            self.description = other.description;
            self.sample = other.sample;
        }
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::record::{DescriptionId, NameId};
    use crate::model::source::SourceId;
    use crate::reduce::{FlowKey, FlowSums};

    fn flow(interface: u32) -> Flow {
        let key = FlowKey {
            interface: NameId(interface),
            src: AddressId(0),
            dst: AddressId(1),
            src_port: 40_000,
            dst_port: 443,
            protocol: 6,
            action: Action::Accept,
            direction: None,
            pkt_src: None,
            pkt_dst: None,
            bucket: 0,
        };
        let sums = FlowSums {
            records: 1,
            packets: 1,
            bytes: 60,
            tcp_flags: None,
            first_start: 0,
            last_end: 0,
            description: DescriptionId(0),
            sample: RowRef { source: SourceId(0), line: 1 },
        };
        Flow { key, sums }
    }

    proptest! {
        #[test]
        fn a_run_contains_whole_interfaces(
            mut interfaces in prop::collection::vec(0_u32..6, 0..40),
            max_flows in 1_usize..20,
        ) {
            interfaces.sort_unstable();
            let flows: Vec<Flow> = interfaces.into_iter().map(flow).collect();
            let runs: Vec<&[Flow]> = runs(&flows, max_flows).collect();
            let last = |run: &[Flow]| run.last().map(|flow| flow.key.interface);
            for run in &runs {
                prop_assert!(run.len() <= max_flows || last(run) == Some(run[0].key.interface), "{run:?}");
            }
            prop_assert!(runs.windows(2).all(|two| last(two[0]) < Some(two[1][0].key.interface)));
            prop_assert_eq!(runs.concat(), flows);
        }
    }
}
