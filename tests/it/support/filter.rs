//! The packet filter at an interface: security groups, which are stateful, and network ACLs, which are stateless.
//!
//! A group allows replies of a conversation that it has allowed. An ACL judges each packet that crosses the edge of its subnet
//! on its own, and no packet that stays inside one subnet.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use crate::support::config::Header;
use crate::support::packets::{Conversation, Direction, Hop, Sim};
use crate::support::vpc::{Eni, Party};

/// An address and a port.
type End = (Ipv4Addr, u16);

/// The conversations that groups have let through, by interface and protocol, initiator first.
pub(crate) type Tracked = BTreeSet<(Eni, u8, End, End)>;

/// The addresses and ports that a packet of a conversation really has at a hop.
pub(crate) fn header_of(talk: &Conversation, hop: &Hop) -> Header {
    Header { protocol: talk.protocol, src: (hop.packet_src, hop.src.1), dst: (hop.packet_dst, hop.dst.1) }
}

impl Sim {
    /// Whether a packet is dropped at the hop at `place` of a leg.
    pub(super) fn filters(&mut self, talk: &Conversation, hops: &[Hop], place: usize) -> bool {
        let hop = &hops[place];
        let header = header_of(talk, hop);
        let denied = !self.acl_passes(hops, place, &header);
        if denied && hop.direction == Direction::Ingress {
            // For inbound packets the ACL comes first, so groups keep no state of packets that it drops.
            return true;
        }
        !self.groups_pass(talk, hop, &header) || denied
    }

    /// The ACL of the hop's subnet, where the packet crosses its edge.
    pub(super) fn acl_passes(&self, hops: &[Hop], place: usize, header: &Header) -> bool {
        let hop = &hops[place];
        let (egress, neighbour) = match hop.direction {
            Direction::Egress => (true, hops.get(place + 1)),
            Direction::Ingress => (false, place.checked_sub(1).and_then(|before| hops.get(before))),
        };
        let subnet = |hop: &Hop| self.vpc.get(hop.eni).subnet;
        let stays_inside = neighbour.is_some_and(|other| subnet(other) == subnet(hop));
        stays_inside || self.vpc.acl_of(hop.eni).passes(egress, header)
    }

    /// The groups of the hop's interface; a NAT gateway has none and lets everything through.
    fn groups_pass(&mut self, talk: &Conversation, hop: &Hop, header: &Header) -> bool {
        let groups = &self.vpc.get(hop.eni).groups;
        if groups.is_empty() {
            return true;
        }
        let (eni, protocol) = (hop.eni, header.protocol);
        if self.tracked.contains(&(eni, protocol, header.dst, header.src)) {
            return true;
        }
        let admitted = self.groups_admit_new(talk, hop, header);
        if admitted {
            self.tracked.insert((eni, protocol, header.src, header.dst));
        }
        admitted
    }

    /// Whether the groups of the hop's interface admit a packet that belongs to no conversation they remember.
    pub(super) fn groups_admit_new(&self, talk: &Conversation, hop: &Hop, header: &Header) -> bool {
        let interface = self.vpc.get(hop.eni);
        let far = if talk.initiator == Party::Eni(hop.eni) { talk.responder } else { talk.initiator };
        let peers: &[String] = match far {
            Party::Eni(far) => &self.vpc.get(far).groups,
            Party::Outside(_) => &[],
        };
        let egress = hop.direction == Direction::Egress;
        interface.groups.is_empty() || self.vpc.config.groups_admit(&interface.groups, egress, header, peers)
    }
}
