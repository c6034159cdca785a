//! The shapes: a base and what is wrong with it.

use crate::support::worlds::build_more::Registry;
use crate::support::worlds::launch::Launch;
use crate::support::worlds::names::Zone;
use crate::support::worlds::net::{Cidr, Entry, Kind, NatState, Policy, Rule, Target, View, World};

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
    /// An instance behind a NAT gateway pulls.
    Ec2(Launch),
    /// An instance in a public subnet pulls.
    Ec2Public(Launch),
    /// A VPC without a way out that has endpoints.
    Local,
    /// The same with an S3 interface endpoint.
    Storage {
        /// Its private DNS is for inbound resolvers only.
        inbound_only: bool,
    },
    /// Endpoints in another VPC, with hosted zones.
    Central,
    /// A registry outside, behind a NAT gateway.
    Registry(Registry),
    /// A registry outside, behind a firewall.
    Filtered(Registry),
    /// A VPC that another account owns, seen by one of the two.
    Shared(View),
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
    /// That of S3's endpoint.
    Storage,
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
    /// The caller in a public subnet has no public address.
    NoPublic,
    /// The caller's group admits the first host only.
    GroupPeer,
    /// Some attempts complete and others are lost.
    Sometimes(Loss),
    /// The caller's table does not lead to S3's gateway endpoint.
    NoGateway,
    /// The hosted zone for ECR's API.
    Zone(Zone),
    /// The task sends nothing.
    Unsent,
    /// No host answers, and the records of the start are not delivered.
    Undelivered,
    /// The host of the last call does not answer, and the records of that call are not delivered.
    LastUndelivered,
}

/// Where attempts are lost at times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Beyond everything that is recorded.
    Far,
    /// At the NAT gateway.
    Ports,
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
    /// Another fault.
    pub(crate) second: Fault,
    /// The fault is repaired during the start.
    pub(crate) is_mended: bool,
}

impl Shape {
    /// Whether the logs have all records that a log can have. The others show only that nothing distinguishes them.
    pub(crate) fn is_delivered(self) -> bool {
        !matches!(self.fault, Fault::Undelivered | Fault::LastUndelivered)
    }

    /// Whether the start gets all its answers.
    pub(crate) fn is_healthy(self) -> bool {
        let is_served = self.base == Base::Storage { inbound_only: false } && self.fault == Fault::NoGateway;
        self.fault == Fault::None || self.is_mended || is_served
    }
}

impl World {
    /// The interface that a fault is at.
    pub(crate) fn at(&self, at: At) -> Option<usize> {
        let by = |is: fn(&Kind) -> bool| self.enis.iter().position(|eni| is(&eni.kind));
        match at {
            At::Task => Some(self.caller),
            At::Hop => by(|kind| matches!(kind, Kind::Nat(_) | Kind::Appliance(..))),
            At::Near => self.vpcs[0].attachment,
            At::Far => self.vpcs.last().and_then(|vpc| vpc.attachment),
            At::Storage => self.endpoint_for("s3"),
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
            Fault::None | Fault::Sometimes(_) | Fault::Unsent | Fault::LastUndelivered => {}
            Fault::Undelivered | Fault::NoAnswer => self.is_answered = false,
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
            Fault::NoPublic => self.enis[self.caller].public = None,
            Fault::GroupPeer => {
                let group = self.enis[self.caller].groups[0];
                let net = Cidr::of(&format!("{}/32", self.calls[0].to));
                self.groups[group].rules = vec![Rule { egress: true, ports: Some((443, 443)), net }];
            }
            Fault::NoGateway => {
                self.remove_routes(At::Task, |target| *target == Target::Storage);
                if self.rng.between(0, 1) == 0 {
                    self.names.gateway = None;
                }
            }
            Fault::Zone(zone) => self.loses_zone(zone),
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
            self.acls[acl].entries.push(Entry::allow(egress, ports, net));
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
