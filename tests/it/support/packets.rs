//! Packets and the interfaces they cross.
//!
//! A conversation knows the hops of both its legs; a packet that is sent along a leg leaves a sighting at every
//! interface that it reaches, until the configuration or a fault stops it. The addresses of a sighting are those that the
//! flow log of the interface would show.

use std::net::Ipv4Addr;

use crate::support::clock::Ms;
use crate::support::fault::{Effect, Fault};
use crate::support::filter::Tracked;
use crate::support::packet_path::packet_path;
use crate::support::rng::Rng;
use crate::support::vpc::{Eni, Party, Vpc};

/// TCP.
pub(crate) const TCP: u8 = 6;
/// UDP.
pub(crate) const UDP: u8 = 17;

/// Seen from the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Direction {
    /// Arriving.
    Ingress,
    /// Leaving.
    Egress,
}

/// The direction of a packet within a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leg {
    /// Initiator to responder.
    Request,
    /// Responder to initiator.
    Reply,
}

/// One crossing of an interface, as its log shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hop {
    /// The interface.
    pub(crate) eni: Eni,
    /// Seen from it.
    pub(crate) direction: Direction,
    /// `srcaddr`, `srcport`.
    pub(crate) src: (Ipv4Addr, u16),
    /// `dstaddr`, `dstport`.
    pub(crate) dst: (Ipv4Addr, u16),
    /// `pkt-srcaddr`.
    pub(crate) packet_src: Ipv4Addr,
    /// `pkt-dstaddr`.
    pub(crate) packet_dst: Ipv4Addr,
    /// `traffic-path`; none for ingress and where there is no route.
    pub(crate) path: Option<u8>,
}

/// Packets of one kind at one moment: `count` of them with `bytes` together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet {
    /// When it is sent.
    pub(crate) at: Ms,
    /// As flow logs count them: ACK alone is 0.
    pub(crate) flags: u16,
    /// How many.
    pub(crate) count: u64,
    /// All their bytes.
    pub(crate) bytes: u64,
}

/// A packet at an interface.
#[derive(Clone, Debug)]
pub(crate) struct ObservedInterface {
    /// When.
    pub(crate) at: Ms,
    /// Where and with which addresses.
    pub(crate) hop: Hop,
    /// IANA number.
    pub(crate) protocol: u8,
    /// Flags, counts.
    pub(crate) packet: Packet,
    /// Whether a group or ACL dropped it here.
    pub(crate) rejected: bool,
    /// `reject-reason`.
    pub(crate) reason: Option<&'static str>,
}

/// The result of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The other end received it.
    Delivered,
    /// It is lost.
    Gone,
    /// Something on the path answered with RST.
    Reset,
}

/// Two parties, their ports, and the interfaces between them.
#[derive(Clone, Debug)]
pub(crate) struct Conversation {
    /// The initiator.
    pub(crate) initiator: Party,
    /// Whom it is for.
    pub(crate) responder: Party,
    /// The responder's port.
    pub(crate) port: u16,
    /// IANA number.
    pub(crate) protocol: u8,
    /// The hops of a request.
    pub(crate) request: Vec<Hop>,
    /// The hops of a reply.
    pub(crate) reply: Vec<Hop>,
    /// Whether a request gets anywhere after its last hop.
    pub(crate) arrives: bool,
}

/// The state of a simulation.
#[derive(Clone, Debug)]
pub(crate) struct Sim {
    /// The network.
    pub(crate) vpc: Vpc,
    /// The faults.
    pub(crate) faults: Vec<Fault>,
    /// Chance.
    pub(crate) rng: Rng,
    /// Everything every interface has seen.
    pub(crate) interfaces: Vec<ObservedInterface>,
    /// The state of security groups.
    pub(crate) tracked: Tracked,
}

impl Sim {
    /// A new conversation from a fresh port.
    pub(crate) fn conversation(&mut self, from: Party, to: Party, port: u16, protocol: u8) -> Conversation {
        let source_port = self.rng.port();
        let (src, dst) = ((self.vpc.address(from), source_port), (self.vpc.address(to), port));
        let nat_port = self.rng.port();
        let path = packet_path(&self.vpc, (from, src), (to, dst), nat_port);
        Conversation {
            initiator: from,
            responder: to,
            port,
            protocol,
            request: path.request,
            reply: path.reply,
            arrives: path.arrives,
        }
    }

    /// Sends a packet along one leg of a conversation.
    pub(crate) fn send(&mut self, talk: &Conversation, leg: Leg, packet: Packet) -> Fate {
        let hops = match leg {
            Leg::Request => &talk.request,
            Leg::Reply => &talk.reply,
        };
        for (place, hop) in hops.iter().enumerate() {
            let filtered = self.filters(talk, hops, place);
            let effect = self.faults.iter().find_map(|fault| fault.effect_on(talk, hop, &packet));
            let reason = if let Some(Effect::Reject(reason)) = effect { reason } else { None };
            self.interfaces.push(ObservedInterface {
                at: packet.at + i64::try_from(place).expect("few hops"),
                hop: *hop,
                protocol: talk.protocol,
                packet,
                rejected: filtered || matches!(effect, Some(Effect::Reject(_))),
                reason,
            });
            match effect {
                _ if filtered => return Fate::Gone,
                None => {}
                Some(Effect::Reset) => return Fate::Reset,
                Some(_) => return Fate::Gone,
            }
        }
        if leg == Leg::Request && !talk.arrives { Fate::Gone } else { Fate::Delivered }
    }

    /// A packet that belongs to a closed connection: the interface where it arrives rejects it.
    pub(crate) fn send_late(&mut self, talk: &Conversation, leg: Leg, packet: Packet) {
        let before = self.interfaces.len();
        self.send(talk, leg, packet);
        let arrived = self.interfaces[before..].last_mut().expect("a leg has a hop");
        arrived.rejected = true;
    }
}
