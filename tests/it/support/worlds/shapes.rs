//! The shapes: a base and what is wrong with it.

use crate::support::worlds::net::{Cidr, Entry, Kind, NatState, Policy, Rule, Target, World};

/// A network in which everything works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// A NAT instance.
    NatInstance,
    /// A zonal NAT gateway.
    NatGateway,
    /// A regional NAT gateway.
    Regional,
    /// An endpoint in another VPC, over a transit gateway.
    Transit,
    /// A NAT gateway in another VPC, over a transit gateway.
    Egress,
    /// A NAT instance in another VPC, over a transit gateway.
    EgressAppliance,
    /// An endpoint in another VPC, over a peering connection.
    Peering,
    /// A firewall's endpoint before a NAT gateway.
    Firewall,
    /// IPv6 over an egress-only internet gateway.
    Ipv6,
    /// NAT64.
    Nat64,
}

/// An interface that a fault is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// The task's.
    Task,
    /// The NAT gateway's or the NAT instance's.
    Hop,
    /// The transit gateway's in the task's VPC.
    Near,
    /// The transit gateway's in the other VPC.
    Far,
    /// The endpoint's.
    Endpoint,
    /// The firewall's.
    Firewall,
}

/// The fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: the service answers and refuses.
    None,
    /// Nothing that a document or a record shows: no host answers.
    NoAnswer,
    /// The group admits no requests.
    GroupIn(At),
    /// The group lets nothing out.
    GroupOut(At),
    /// The ACL rejects requests as they arrive.
    AclIn(At),
    /// The ACL rejects requests as they leave.
    AclOut(At),
    /// The ACL rejects replies as they arrive.
    ReplyIn(At),
    /// The ACL rejects replies as they leave.
    ReplyOut(At),
    /// The source/destination check is on.
    Check,
    /// The instance does not forward.
    Idle,
    /// The subnet's table has no route for the packets.
    NoRoute(At),
    /// The table of the instance's subnet leads back to it.
    Loop,
    /// The target of the task's route is gone.
    Gone,
    /// The NAT gateway behaves so.
    Nat(NatState),
    /// The table has no route back.
    NoReturn(At),
    /// The firewall behaves so.
    Policy(Policy),
    /// Replies take another zone's firewall.
    Asymmetric,
}

/// A shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Its name.
    pub(crate) name: &'static str,
    /// The network.
    pub(crate) base: Base,
    /// The fault.
    pub(crate) fault: Fault,
}

const fn shape(name: &'static str, base: Base, fault: Fault) -> Shape {
    Shape { name, base, fault }
}

/// Every shape.
pub(crate) const SHAPES: &[Shape] = &[
    shape("nat-instance-healthy", Base::NatInstance, Fault::None),
    shape("nat-instance-no-answer", Base::NatInstance, Fault::NoAnswer),
    shape("nat-instance-group-in", Base::NatInstance, Fault::GroupIn(At::Hop)),
    shape("nat-instance-group-out", Base::NatInstance, Fault::GroupOut(At::Hop)),
    shape("nat-instance-acl-in", Base::NatInstance, Fault::AclIn(At::Hop)),
    shape("nat-instance-acl-replies", Base::NatInstance, Fault::ReplyIn(At::Hop)),
    shape("nat-instance-acl-to-task", Base::NatInstance, Fault::ReplyOut(At::Hop)),
    shape("nat-instance-check", Base::NatInstance, Fault::Check),
    shape("nat-instance-idle", Base::NatInstance, Fault::Idle),
    shape("nat-instance-no-route", Base::NatInstance, Fault::NoRoute(At::Hop)),
    shape("nat-instance-loop", Base::NatInstance, Fault::Loop),
    shape("nat-instance-gone", Base::NatInstance, Fault::Gone),
    shape("nat-gateway-healthy", Base::NatGateway, Fault::None),
    shape("nat-gateway-no-answer", Base::NatGateway, Fault::NoAnswer),
    shape("nat-gateway-acl-in", Base::NatGateway, Fault::AclIn(At::Hop)),
    shape("nat-gateway-acl-out", Base::NatGateway, Fault::AclOut(At::Hop)),
    shape("nat-gateway-acl-replies", Base::NatGateway, Fault::ReplyIn(At::Hop)),
    shape("nat-gateway-acl-to-task", Base::NatGateway, Fault::ReplyOut(At::Hop)),
    shape("nat-gateway-dead", Base::NatGateway, Fault::Nat(NatState::Dead)),
    shape("nat-gateway-ports", Base::NatGateway, Fault::Nat(NatState::NoPorts)),
    shape("nat-gateway-no-route", Base::NatGateway, Fault::NoRoute(At::Hop)),
    shape("nat-gateway-gone", Base::NatGateway, Fault::Gone),
    shape("regional-healthy", Base::Regional, Fault::None),
    shape("regional-no-answer", Base::Regional, Fault::NoAnswer),
    shape("regional-dead", Base::Regional, Fault::Nat(NatState::Dead)),
    shape("regional-ports", Base::Regional, Fault::Nat(NatState::NoPorts)),
    shape("regional-no-route", Base::Regional, Fault::NoRoute(At::Hop)),
    shape("transit-healthy", Base::Transit, Fault::None),
    shape("transit-no-answer", Base::Transit, Fault::NoAnswer),
    shape("transit-no-route", Base::Transit, Fault::NoRoute(At::Task)),
    shape("transit-no-return", Base::Transit, Fault::NoReturn(At::Endpoint)),
    shape("transit-near-request", Base::Transit, Fault::AclIn(At::Near)),
    shape("transit-near-reply", Base::Transit, Fault::ReplyOut(At::Near)),
    shape("transit-far-request", Base::Transit, Fault::AclOut(At::Far)),
    shape("transit-far-reply", Base::Transit, Fault::ReplyIn(At::Far)),
    shape("transit-endpoint-group", Base::Transit, Fault::GroupIn(At::Endpoint)),
    shape("transit-endpoint-acl", Base::Transit, Fault::AclIn(At::Endpoint)),
    shape("egress-healthy", Base::Egress, Fault::None),
    shape("egress-no-return", Base::Egress, Fault::NoReturn(At::Hop)),
    shape("egress-gateway-acl", Base::Egress, Fault::AclIn(At::Hop)),
    shape("egress-gateway-no-route", Base::Egress, Fault::NoRoute(At::Hop)),
    shape("egress-near-request", Base::Egress, Fault::AclIn(At::Near)),
    shape("egress-far-request", Base::Egress, Fault::AclOut(At::Far)),
    shape("egress-far-reply", Base::Egress, Fault::ReplyIn(At::Far)),
    shape("egress-appliance-healthy", Base::EgressAppliance, Fault::None),
    shape("egress-appliance-group", Base::EgressAppliance, Fault::GroupIn(At::Hop)),
    shape("egress-appliance-check", Base::EgressAppliance, Fault::Check),
    shape("peering-healthy", Base::Peering, Fault::None),
    shape("peering-no-answer", Base::Peering, Fault::NoAnswer),
    shape("peering-no-route", Base::Peering, Fault::NoRoute(At::Task)),
    shape("peering-no-return", Base::Peering, Fault::NoReturn(At::Endpoint)),
    shape("peering-endpoint-group", Base::Peering, Fault::GroupIn(At::Endpoint)),
    shape("peering-endpoint-acl", Base::Peering, Fault::AclIn(At::Endpoint)),
    shape("peering-endpoint-reply", Base::Peering, Fault::ReplyOut(At::Endpoint)),
    shape("peering-task-reply", Base::Peering, Fault::ReplyIn(At::Task)),
    shape("firewall-healthy", Base::Firewall, Fault::None),
    shape("firewall-drop", Base::Firewall, Fault::Policy(Policy::DropOpening)),
    shape("firewall-stall", Base::Firewall, Fault::Policy(Policy::DropData)),
    shape("firewall-reset", Base::Firewall, Fault::Policy(Policy::Reset)),
    shape("firewall-zones", Base::Firewall, Fault::Asymmetric),
    shape("firewall-no-route", Base::Firewall, Fault::NoRoute(At::Firewall)),
    shape("ipv6-healthy", Base::Ipv6, Fault::None),
    shape("ipv6-no-answer", Base::Ipv6, Fault::NoAnswer),
    shape("ipv6-no-route", Base::Ipv6, Fault::NoRoute(At::Task)),
    shape("ipv6-gone", Base::Ipv6, Fault::Gone),
    shape("ipv6-group", Base::Ipv6, Fault::GroupOut(At::Task)),
    shape("ipv6-acl-reply", Base::Ipv6, Fault::ReplyIn(At::Task)),
    shape("nat64-healthy", Base::Nat64, Fault::None),
    shape("nat64-no-route", Base::Nat64, Fault::NoRoute(At::Task)),
    shape("nat64-gateway-acl", Base::Nat64, Fault::ReplyIn(At::Hop)),
];

impl World {
    /// The interface that a fault is at.
    pub(crate) fn at(&self, at: At) -> Option<usize> {
        let by = |is: fn(&Kind) -> bool| self.enis.iter().position(|eni| is(&eni.kind));
        match at {
            At::Task => Some(0),
            At::Hop => by(|kind| matches!(kind, Kind::Nat(_) | Kind::Appliance(..))),
            At::Near => self.vpcs[0].attachment,
            At::Far => self.vpcs.last().and_then(|vpc| vpc.attachment),
            At::Endpoint => by(|kind| matches!(kind, Kind::Endpoint(_))),
            At::Firewall => Some(self.firewalls.first()?.eni),
        }
    }

    fn eni_at(&self, at: At) -> usize {
        self.at(at).expect("the base has the interface")
    }

    /// The table that routes an interface's packets; a regional gateway's own.
    pub(crate) fn table_at(&self, at: At) -> usize {
        match self.at(at) {
            Some(eni) => self.table_of(eni),
            None => self.nats[0].table.expect("a regional gateway has a table"),
        }
    }

    /// Puts a fault in.
    pub(crate) fn breaks(&mut self, fault: Fault) {
        match fault {
            Fault::None => {}
            Fault::NoAnswer => self.is_answered = false,
            Fault::GroupIn(at) => self.restrict_group(at, false),
            Fault::GroupOut(at) => self.restrict_group(at, true),
            Fault::AclIn(at) => self.restrict_acl(at, false, true),
            Fault::AclOut(at) => self.restrict_acl(at, true, true),
            Fault::ReplyIn(at) => self.restrict_acl(at, false, false),
            Fault::ReplyOut(at) => self.restrict_acl(at, true, false),
            Fault::Check => {
                let eni = self.eni_at(At::Hop);
                self.enis[eni].check = true;
            }
            Fault::Idle => {
                let eni = self.eni_at(At::Hop);
                if let Kind::Appliance(_, forwards) = &mut self.enis[eni].kind {
                    *forwards = false;
                }
            }
            Fault::NoRoute(At::Hop) => self.remove_routes(At::Hop, |target| *target == Target::Internet),
            Fault::NoRoute(at) => {
                let (table, service) = (self.table_at(at), self.service);
                let routes = &mut self.tables[table].routes;
                routes.retain(|route| route.target == Target::Local || !route.net.contains(service));
            }
            Fault::Loop => {
                let (eni, table) = (self.eni_at(At::Hop), self.table_at(At::Hop));
                self.tables[table].routes.pop();
                self.add_route(table, "0.0.0.0/0", Target::Appliance(eni));
            }
            Fault::Gone => self.lose_target(),
            Fault::Nat(state) => self.nats[0].state = state,
            Fault::NoReturn(at) => {
                self.remove_routes(at, |target| matches!(target, Target::Transit | Target::Peering));
            }
            Fault::Policy(policy) => self.firewalls[0].policy = policy,
            Fault::Asymmetric => {
                let table = self.table_at(At::Hop);
                let routes = self.tables[table].routes.iter_mut();
                routes
                    .filter(|route| route.target == Target::Firewall(0))
                    .for_each(|route| route.target = Target::Firewall(1));
            }
        }
    }

    /// A group that names another subnet, or nothing.
    fn restrict_group(&mut self, at: At, egress: bool) {
        let group = self.enis[self.eni_at(at)].groups[0];
        self.groups[group].rules.retain(|rule| rule.egress != egress);
        if self.rng.between(0, 1) == 0 {
            let net = Cidr::of(if self.service.is_ipv6() { "0.0.0.0/0" } else { "10.40.200.0/24" });
            self.groups[group].rules.push(Rule { egress, ports: Some((443, 443)), net });
        }
    }

    /// An ACL that stops requests, or that stops replies, in one direction.
    fn restrict_acl(&mut self, at: At, egress: bool, requests: bool) {
        let acl = self.subnets[self.enis[self.eni_at(at)].subnet].acl;
        self.acls[acl].entries.retain(|entry| entry.egress != egress);
        let any = ["0.0.0.0/0", "::/0"];
        // Rules for replies are forgotten, or too narrow for any port that is used.
        let few = if self.rng.between(0, 1) == 0 { (443, 443) } else { (1024, 1500) };
        let v6 = self.vpcs[0].blocks.len() > 1;
        for net in any.into_iter().take(1 + usize::from(v6)) {
            let ports = Some(if requests { (1024, 65_535) } else { few });
            self.acls[acl].entries.push(Entry { egress, ports, net: Cidr::of(net) });
        }
    }

    /// Takes routes out of the table at an interface.
    fn remove_routes(&mut self, at: At, goes: fn(&Target) -> bool) {
        let table = self.table_at(at);
        self.tables[table].routes.retain(|route| !goes(&route.target));
    }

    /// The target of the task's default route is gone, and the route a blackhole.
    fn lose_target(&mut self) {
        let table = self.table_at(At::Task);
        let route = self.tables[table].routes.last_mut().expect("a default route");
        let gone = match &route.target {
            Target::Nat(nat) => ("NatGatewayId", self.nats[*nat].id.clone()),
            Target::Appliance(eni) => ("NetworkInterfaceId", self.enis[*eni].id.clone()),
            _ => ("EgressOnlyInternetGatewayId", self.vpcs[0].eigw.take().expect("IPv6 has one")),
        };
        route.target = Target::Gone(gone.0, gone.1);
    }
}
