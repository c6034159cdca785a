//! Packets and the interfaces they cross.
//!
//! A conversation knows the hops of both its legs; sending a packet along a leg leaves a sighting at every interface it
//! reaches, and stops where a fault says so. Addresses of a sighting are those its interface's flow log would show.

use std::net::Ipv4Addr;

use crate::support::clock::Ms;
use crate::support::fault::{Effect, Fault};
use crate::support::rng::Rng;
use crate::support::vpc::{Eni, Exit, Party, Role, Vpc, is_s3};

use Direction::{Egress, Ingress};

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

/// Which way a packet of a conversation goes.
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
pub(crate) struct Sighting {
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

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The other end has it.
    Delivered,
    /// Nobody will hear of it.
    Gone,
    /// Something on the path answered with RST.
    Reset,
}

/// Two parties, their ports, and the interfaces between them.
#[derive(Clone, Debug)]
pub(crate) struct Conversation {
    /// Who began.
    pub(crate) initiator: Party,
    /// The responder's port.
    pub(crate) port: u16,
    protocol: u8,
    request: Vec<Hop>,
    reply: Vec<Hop>,
    routed: bool,
}

/// A simulation under way.
#[derive(Clone, Debug)]
pub(crate) struct Sim {
    /// The network.
    pub(crate) vpc: Vpc,
    /// What is broken.
    pub(crate) faults: Vec<Fault>,
    /// Chance.
    pub(crate) rng: Rng,
    /// Everything every interface has seen.
    pub(crate) sightings: Vec<Sighting>,
}

impl Sim {
    /// A new conversation from a fresh port.
    pub(crate) fn conversation(&mut self, from: Party, to: Party, port: u16, protocol: u8) -> Conversation {
        let source_port = self.rng.port();
        let (src, dst) = ((self.vpc.address(from), source_port), (self.vpc.address(to), port));
        let nat_port = self.rng.port();
        let (request, reply, routed) = route(&self.vpc, (from, src), (to, dst), nat_port);
        Conversation { initiator: from, port, protocol, request, reply, routed }
    }

    /// Sends a packet along one leg of a conversation.
    pub(crate) fn send(&mut self, talk: &Conversation, leg: Leg, packet: Packet) -> Fate {
        let hops = match leg {
            Leg::Request => &talk.request,
            Leg::Reply => &talk.reply,
        };
        for (place, hop) in hops.iter().enumerate() {
            let effect = self.faults.iter().find_map(|fault| fault.effect_on(talk, hop, &packet));
            let reason = if let Some(Effect::Reject(reason)) = effect { reason } else { None };
            self.sightings.push(Sighting {
                at: packet.at + i64::try_from(place).expect("few hops"),
                hop: *hop,
                protocol: talk.protocol,
                packet,
                rejected: matches!(effect, Some(Effect::Reject(_))),
                reason,
            });
            match effect {
                None => {}
                Some(Effect::Reset) => return Fate::Reset,
                Some(_) => return Fate::Gone,
            }
        }
        if leg == Leg::Request && !talk.routed { Fate::Gone } else { Fate::Delivered }
    }

    /// A packet that belongs to a closed connection: the interface where it arrives rejects it.
    pub(crate) fn send_late(&mut self, talk: &Conversation, leg: Leg, packet: Packet) {
        let before = self.sightings.len();
        self.send(talk, leg, packet);
        let arrived = self.sightings[before..].last_mut().expect("a leg has a hop");
        arrived.rejected = true;
    }
}

/// The hops of both legs, and whether the request gets anywhere.
fn route(
    vpc: &Vpc,
    (from, src): (Party, (Ipv4Addr, u16)),
    (to, dst): (Party, (Ipv4Addr, u16)),
    nat_port: u16,
) -> (Vec<Hop>, Vec<Hop>, bool) {
    match (from, to) {
        (Party::Eni(a), Party::Eni(b)) => (
            vec![hop(a, Egress, src, dst, Some(1)), hop(b, Ingress, src, dst, None)],
            vec![hop(b, Egress, dst, src, Some(1)), hop(a, Ingress, dst, src, None)],
            true,
        ),
        (Party::Outside(_), Party::Eni(b)) => {
            (vec![hop(b, Ingress, src, dst, None)], vec![hop(b, Egress, dst, src, Some(8))], true)
        }
        (Party::Eni(a), Party::Outside(address)) => {
            let direct = |path, routed| {
                (vec![hop(a, Egress, src, dst, path)], vec![hop(a, Ingress, dst, src, None)], routed)
            };
            match vpc.exit_of(a) {
                _ if is_s3(address) && vpc.s3_gateway.is_some() => direct(Some(7), true),
                Exit::None => direct(None, false),
                Exit::InternetGateway => direct(Some(8), true),
                Exit::Nat(nat) => through_nat(vpc, nat, (a, src), dst, nat_port),
            }
        }
        (Party::Outside(_), Party::Outside(_)) => panic!("nobody here sees that conversation"),
    }
}

fn hop(eni: Eni, direction: Direction, src: (Ipv4Addr, u16), dst: (Ipv4Addr, u16), path: Option<u8>) -> Hop {
    Hop { eni, direction, src, dst, packet_src: src.0, packet_dst: dst.0, path }
}

/// The four records of an exchange at a NAT gateway, and the two at the sender.
fn through_nat(
    vpc: &Vpc,
    nat: Eni,
    (a, src): (Eni, (Ipv4Addr, u16)),
    dst: (Ipv4Addr, u16),
    nat_port: u16,
) -> (Vec<Hop>, Vec<Hop>, bool) {
    let address = vpc.get(nat).address;
    assert!(matches!(vpc.get(nat).role, Role::Nat { .. }), "the exit is a NAT gateway");
    let outside = (address, nat_port);
    let request = vec![
        hop(a, Egress, src, dst, Some(1)),
        Hop { packet_dst: dst.0, ..hop(nat, Ingress, src, (address, dst.1), None) },
        hop(nat, Egress, outside, dst, Some(8)),
    ];
    let reply = vec![
        hop(nat, Ingress, dst, outside, None),
        Hop { packet_src: dst.0, ..hop(nat, Egress, (address, dst.1), src, Some(1)) },
        hop(a, Ingress, dst, src, None),
    ];
    (request, reply, true)
}
