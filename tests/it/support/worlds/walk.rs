//! A packet from interface to interface: filters, routes, gateways, and the records on the way.
//!
//! Groups remember flows, ACLs judge each packet that crosses the edge of a subnet. The ACL of a transit gateway attachment's
//! subnet judges by its inbound rules what enters the transit gateway, and by its outbound rules what leaves it.

use std::net::IpAddr;

use crate::support::rng::Rng;
use crate::support::worlds::net::{Kind, NatState, Policy, Target, World};
use crate::support::worlds::packet::{Ends, Fate, Packet, Place, Sighting};

/// More hops are a loop.
const MOST_HOPS: usize = 14;

impl World {
    /// Sends a packet from the interface that owns it.
    pub(crate) fn send(&mut self, eni: usize, packet: Packet) -> (Fate, Packet) {
        self.leave(eni, packet, packet.ends, 0)
    }

    /// Brings a packet of the internet into a VPC.
    pub(crate) fn enter(&mut self, vpc: usize, mut packet: Packet) -> (Fate, Packet) {
        let address = packet.ends.dst.0;
        if let Some(nat) =
            self.nats.iter().position(|nat| IpAddr::V4(nat.public) == address && nat.eni.is_none())
        {
            return self.regional_back(nat, packet);
        }
        let behind = self.enis.iter().position(|eni| eni.public.map(IpAddr::V4) == Some(address));
        let eni = behind.or_else(|| self.owner(vpc, address));
        let Some(eni) = eni else { return (Fate::Lost, packet) };
        if behind.is_some() {
            packet.ends.dst.0 = IpAddr::V4(self.enis[eni].v4);
        }
        self.arrive(eni, packet, None, 0)
    }

    /// Out of an interface: its group, its ACL, its route.
    fn leave(&mut self, eni: usize, packet: Packet, shown: Ends, hops: usize) -> (Fate, Packet) {
        if hops > MOST_HOPS {
            return (Fate::Lost, packet);
        }
        let target = self.route(self.table_of(eni), packet.ends.dst.0);
        let next = self.next_subnet(eni, target.as_ref(), packet.ends.dst.0);
        let is_routed = !matches!(target, None | Some(Target::Gone(..)));
        let allowed = self.group_admits(eni, true, packet.ends)
            && (next == Some(self.enis[eni].subnet) || self.acl_allows(eni, true, packet.ends));
        if !allowed || is_routed || self.shows_unrouted {
            self.see(Place::Eni(eni), true, shown, packet, !allowed);
        }
        if !allowed {
            return (Fate::Lost, packet);
        }
        self.forward(self.enis[eni].subnet, target, packet, hops + 1)
    }

    /// The subnet of the next interface, if it is in this VPC.
    fn next_subnet(&self, eni: usize, target: Option<&Target>, to: IpAddr) -> Option<usize> {
        let next = match target? {
            Target::Local => self.owner(self.vpc_of(eni), to),
            Target::Nat(nat) => self.nats[*nat].eni,
            Target::Appliance(one) => Some(*one),
            Target::Firewall(one) => Some(self.firewalls[*one].eni),
            Target::Transit => self.vpcs[self.vpc_of(eni)].attachment,
            _ => None,
        };
        next.map(|next| self.enis[next].subnet)
    }

    /// To the target of a route.
    fn forward(
        &mut self,
        subnet: usize,
        target: Option<Target>,
        packet: Packet,
        hops: usize,
    ) -> (Fate, Packet) {
        let vpc = self.subnets[subnet].vpc;
        match target {
            None | Some(Target::Gone(..)) => (Fate::Lost, packet),
            Some(Target::Local) => self.reach_owner(vpc, packet, Some(subnet), hops),
            Some(Target::Internet) => self.reach_internet(vpc, packet),
            Some(Target::EgressOnly | Target::Storage) => (Fate::AtInternet(vpc), packet),
            Some(Target::Nat(nat)) => self.reach_nat(nat, packet, subnet, hops),
            Some(Target::Appliance(eni)) => self.reach_appliance(eni, packet, subnet, hops),
            Some(Target::Transit) => self.reach_transit(vpc, packet, hops),
            Some(Target::Peering) => {
                let far = usize::from(vpc == 0);
                self.reach_owner(far, packet, None, hops)
            }
            Some(Target::Firewall(one)) => self.reach_firewall(one, packet, hops),
        }
    }

    fn reach_owner(
        &mut self,
        vpc: usize,
        packet: Packet,
        from: Option<usize>,
        hops: usize,
    ) -> (Fate, Packet) {
        match self.owner(vpc, packet.ends.dst.0) {
            Some(eni) => self.arrive(eni, packet, from, hops),
            None => (Fate::Lost, packet),
        }
    }

    /// An internet gateway maps private addresses to public ones; an IPv6 address is public.
    fn reach_internet(&self, vpc: usize, mut packet: Packet) -> (Fate, Packet) {
        if let (IpAddr::V4(_), Some(eni)) = (packet.ends.src.0, self.owner(vpc, packet.ends.src.0)) {
            let Some(public) = self.enis[eni].public else { return (Fate::Lost, packet) };
            packet.ends.src.0 = IpAddr::V4(public);
        }
        (Fate::AtInternet(vpc), packet)
    }

    /// Into an interface: its ACL, its group; a translator sends answers back to their task.
    fn arrive(&mut self, eni: usize, packet: Packet, from: Option<usize>, hops: usize) -> (Fate, Packet) {
        let inside = from == Some(self.enis[eni].subnet);
        let allowed = (inside || self.acl_allows(eni, false, packet.ends))
            && self.group_admits(eni, false, packet.ends);
        self.see(Place::Eni(eni), false, packet.ends, packet, !allowed);
        if !allowed {
            return (Fate::Lost, packet);
        }
        let Some(behind) = self.translated.get(&packet.ends.reversed()).copied() else {
            return (Fate::AtInterface(eni), packet);
        };
        let back = Packet { ends: behind.reversed(), ..packet };
        let own = IpAddr::V4(self.enis[eni].v4);
        let src = if back.ends.src.0.is_ipv4() { own } else { back.ends.src.0 };
        let shown = Ends { src: (src, back.ends.src.1), dst: back.ends.dst };
        self.leave(eni, back, shown, hops + 1)
    }

    fn reach_nat(&mut self, nat: usize, packet: Packet, subnet: usize, hops: usize) -> (Fate, Packet) {
        let Some(eni) = self.nats[nat].eni else { return self.reach_regional(nat, packet, subnet, hops) };
        let own = IpAddr::V4(self.enis[eni].v4);
        let dst = if packet.ends.dst.0.is_ipv4() { own } else { packet.ends.dst.0 };
        let shown = Ends { src: packet.ends.src, dst: (dst, packet.ends.dst.1) };
        let inside = subnet == self.enis[eni].subnet;
        let allowed = inside || self.acl_allows(eni, false, packet.ends);
        self.see(Place::Eni(eni), false, shown, packet, !allowed);
        if !allowed || !self.nat_serves(nat, packet.ends.dst.0) {
            return (Fate::Lost, packet);
        }
        let out = self.translate(own, packet);
        self.leave(eni, out, out.ends, hops + 1)
    }

    /// Whether a NAT gateway sends packets on to an address; of IPv6 it takes NAT64's addresses only.
    fn nat_serves(&self, nat: usize, address: IpAddr) -> bool {
        let is_busy = self.nats[nat].state == NatState::NoPorts && address == self.service;
        let translates = address.is_ipv4() || embedded(address).is_some();
        self.nats[nat].state != NatState::Dead && !is_busy && translates
    }

    fn reach_regional(&mut self, nat: usize, packet: Packet, subnet: usize, hops: usize) -> (Fate, Packet) {
        self.see(Place::Regional(nat), false, packet.ends, packet, false);
        let table = self.nats[nat].table.expect("a regional gateway has a table");
        let target = self.route(table, packet.ends.dst.0);
        let is_routed = target.is_some();
        if !self.nat_serves(nat, packet.ends.dst.0) || !(is_routed || self.shows_unrouted) {
            return (Fate::Lost, packet);
        }
        let out = self.translate(IpAddr::V4(self.nats[nat].public), packet);
        self.see(Place::Regional(nat), true, out.ends, out, false);
        self.forward(subnet, target, out, hops + 1)
    }

    /// An answer at a regional gateway's public address.
    fn regional_back(&mut self, nat: usize, packet: Packet) -> (Fate, Packet) {
        let Some(behind) = self.translated.get(&packet.ends.reversed()).copied() else {
            return (Fate::Lost, packet);
        };
        self.see(Place::Regional(nat), false, packet.ends, packet, false);
        let back = Packet { ends: behind.reversed(), ..packet };
        self.see(Place::Regional(nat), true, back.ends, back, false);
        self.reach_owner(self.nats[nat].vpc, back, None, 1)
    }

    /// Gives a packet the translator's address and a port, the same port in half the cases.
    pub(crate) fn translate(&mut self, own: IpAddr, packet: Packet) -> Packet {
        let known =
            self.translated.iter().find(|(seen, behind)| **behind == packet.ends && seen.src.0 == own);
        let ends = known.map_or_else(|| fresh_ends(&mut self.rng, own, packet.ends), |(seen, _)| *seen);
        self.translated.insert(ends, packet.ends);
        Packet { ends, ..packet }
    }

    fn reach_appliance(&mut self, eni: usize, packet: Packet, subnet: usize, hops: usize) -> (Fate, Packet) {
        let own = IpAddr::V4(self.enis[eni].v4);
        let shown = Ends { src: packet.ends.src, dst: (own, packet.ends.dst.1) };
        if self.enis[eni].check && packet.ends.dst.0 != own {
            return (Fate::Lost, packet);
        }
        let inside = subnet == self.enis[eni].subnet;
        let allowed = (inside || self.acl_allows(eni, false, packet.ends))
            && self.group_admits(eni, false, packet.ends);
        self.see(Place::Eni(eni), false, shown, packet, !allowed);
        if !allowed || self.enis[eni].kind.is_idle() || packet.ends.src.0 == own {
            return (Fate::Lost, packet);
        }
        let out = self.translate(own, packet);
        self.leave(eni, out, out.ends, hops + 1)
    }

    /// Through the transit gateway: the attachment of this VPC, then that of the VPC which has the address, or the last one.
    fn reach_transit(&mut self, vpc: usize, packet: Packet, hops: usize) -> (Fate, Packet) {
        let near = self.vpcs[vpc].attachment.expect("a VPC with a route to the transit gateway is attached");
        let own = IpAddr::V4(self.enis[near].v4);
        let allowed = self.acl_allows(near, false, packet.ends);
        let shown = Ends { src: packet.ends.src, dst: (own, packet.ends.dst.1) };
        self.see(Place::Eni(near), false, shown, packet, !allowed);
        let has = |one: &usize| self.vpcs[*one].blocks.iter().any(|block| block.contains(packet.ends.dst.0));
        let far = (0..self.vpcs.len()).find(has).unwrap_or(self.vpcs.len() - 1);
        if !allowed || far == vpc {
            return (Fate::Lost, packet);
        }
        let far = self.vpcs[far].attachment.expect("every VPC of a transit world is attached");
        let target = self.route(self.table_of(far), packet.ends.dst.0);
        let allowed = self.acl_allows(far, true, packet.ends);
        let shown = Ends { src: (IpAddr::V4(self.enis[far].v4), packet.ends.src.1), dst: packet.ends.dst };
        self.see(Place::Eni(far), true, shown, packet, !allowed);
        if !allowed {
            return (Fate::Lost, packet);
        }
        self.forward(self.enis[far].subnet, target, packet, hops + 1)
    }

    fn reach_firewall(&mut self, one: usize, packet: Packet, hops: usize) -> (Fate, Packet) {
        let eni = self.firewalls[one].eni;
        if self.shows_firewalls {
            let own = (IpAddr::V4(self.enis[eni].v4), packet.ends.dst.1);
            self.see(Place::Eni(eni), false, Ends { dst: own, ..packet.ends }, packet, false);
        }
        let opens = packet.flags == 2;
        let firewall = &mut self.firewalls[one];
        let is_known =
            firewall.flows.contains(&packet.ends) || firewall.flows.contains(&packet.ends.reversed());
        let acts = self.filtered.is_none_or(|only| [packet.ends.src.0, packet.ends.dst.0].contains(&only));
        match if acts { firewall.policy } else { Policy::Pass } {
            Policy::DropOpening if opens => return (Fate::Lost, packet),
            Policy::DropData if packet.flags & 2 == 0 => return (Fate::Lost, packet),
            Policy::Reset if packet.flags & 2 == 0 => return (Fate::Reset, packet),
            _ if opens => {
                firewall.flows.insert(packet.ends);
            }
            _ if !is_known => return (Fate::Lost, packet),
            _ => {}
        }
        let subnet = self.enis[eni].subnet;
        let target = self.route(self.subnets[subnet].table, packet.ends.dst.0);
        self.forward(subnet, target, packet, hops + 1)
    }

    /// Records a packet.
    pub(crate) fn see(&mut self, place: Place, egress: bool, shown: Ends, packet: Packet, rejected: bool) {
        self.sightings.push(Sighting { place, egress, shown, packet, rejected });
    }

    /// Whether the groups of an interface admit a packet; those without groups admit everything.
    fn group_admits(&mut self, eni: usize, egress: bool, ends: Ends) -> bool {
        let groups = &self.enis[eni].groups;
        if groups.is_empty()
            || self.tracked.contains(&(eni, ends))
            || self.tracked.contains(&(eni, ends.reversed()))
        {
            return true;
        }
        let other = if egress { ends.dst } else { ends.src };
        let rules = groups.iter().flat_map(|group| &self.groups[*group].rules);
        let admits = rules.filter(|rule| rule.egress == egress).any(|rule| {
            rule.net.contains(other.0)
                && rule.ports.is_none_or(|(low, high)| (low..=high).contains(&ends.dst.1))
        });
        if admits {
            self.tracked.insert((eni, ends));
        }
        admits
    }

    /// Whether the ACL of an interface's subnet allows a packet.
    fn acl_allows(&self, eni: usize, egress: bool, ends: Ends) -> bool {
        let acl = &self.acls[self.subnets[self.enis[eni].subnet].acl];
        let other = if egress { ends.dst } else { ends.src };
        let first = acl.entries.iter().find(|entry| {
            entry.egress == egress
                && entry.net.contains(other.0)
                && entry.ports.is_none_or(|(low, high)| (low..=high).contains(&ends.dst.1))
        });
        first.is_some_and(|entry| !entry.denies)
    }
}

/// The source of a translated packet at the far side: the same port in half the cases.
fn fresh_ends(rng: &mut Rng, own: IpAddr, ends: Ends) -> Ends {
    let keeps = rng.between(0, 1) == 0;
    let fresh = u16::try_from(rng.between(2_000, 65_535)).expect("a port");
    let port = if keeps { ends.src.1 } else { fresh };
    Ends { src: (own, port), dst: (embedded(ends.dst.0).unwrap_or(ends.dst.0), ends.dst.1) }
}

/// The IPv4 address inside an address of NAT64.
fn embedded(address: IpAddr) -> Option<IpAddr> {
    let IpAddr::V6(address) = address else { return None };
    let bits = address.to_bits();
    let last = u32::try_from(bits & 0xffff_ffff).expect("32 bits");
    (bits >> 32 == 0x0064_ff9b_0000_0000_0000_0000).then(|| IpAddr::V4(last.into()))
}

impl Kind {
    /// Whether it is an instance that does not forward.
    fn is_idle(&self) -> bool {
        matches!(self, Self::Appliance(_, false))
    }
}
