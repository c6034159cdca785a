//! The resources that block a service's packets in the simulated network.
//!
//! They are found by the simulator's own routes and packet filter, each judged by itself: a packet that one control
//! drops is still shown to the next one. Faults are left out, because no configuration shows them.

use std::net::Ipv4Addr;

use flowcause::finding::CulpritKind;

use crate::support::config::{NatState, Target};
use crate::support::dialogue::{Exchange, Outcome};
use crate::support::filter::{Tracked, header_of};
use crate::support::packets::{Conversation, Sim, TCP, UDP};
use crate::support::referee::Case;
use crate::support::referee::scene::Scene;
use crate::support::referee::variant::Variant;
use crate::support::rng::Rng;
use crate::support::startup::{DOCKER_HUB, port_of};
use crate::support::vpc::{Eni, Party, REGION, Vpc};

/// The name under which `check` lists the resolution of names.
pub(super) const RESOLUTION: &str = "dns";

/// A resource that blocks packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blocker {
    /// The kind of resource.
    pub(super) kind: CulpritKind,
    /// Its id.
    pub(super) id: String,
}

impl Blocker {
    fn new(kind: CulpritKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

/// The resources that block a task's requests to a service, or the replies; none if the service is reached.
pub(super) fn blockers(vpc: &Vpc, task: Eni, service: &str) -> Vec<Blocker> {
    let mut network = Network::of(vpc);
    if service == RESOLUTION { network.of_resolution(task) } else { network.of_service(task, service) }
}

/// A network in which nothing has happened yet and nothing is broken but its configuration.
struct Network(Sim);

impl Network {
    fn of(vpc: &Vpc) -> Self {
        let mut vpc = vpc.clone();
        // No document shows where a DNS server forwards queries.
        vpc.config.names.forwards = true;
        Self(Sim {
            vpc,
            faults: Vec::new(),
            rng: Rng::new(1),
            interfaces: Vec::new(),
            tracked: Tracked::new(),
        })
    }

    fn vpc(&self) -> &Vpc {
        &self.0.vpc
    }

    /// The Amazon resolver answers or not; to other servers, both protocols matter.
    fn of_resolution(&mut self, task: Eni) -> Vec<Blocker> {
        let names = self.vpc().config.names.clone();
        if names.servers.is_empty() {
            let blocker = Blocker::new(CulpritKind::Vpc, self.vpc().id.clone());
            return if names.support { Vec::new() } else { vec![blocker] };
        }
        let mut found = Vec::new();
        for address in names.servers {
            let server = self.vpc().interfaces.iter().position(|one| one.address == address);
            let to = server.map_or(Party::Outside(address), |place| Party::Eni(Eni(place)));
            for protocol in [UDP, TCP] {
                found.extend(self.on_path(task, to, 53, protocol));
            }
        }
        found
    }

    fn of_service(&mut self, task: Eni, service: &str) -> Vec<Blocker> {
        let to = self.0.service(service);
        let mut found = self.on_path(task, to, port_of(service), TCP);
        if let Party::Outside(address) = to
            && !self.dead_ends(task, address).is_empty()
        {
            found.extend(self.unused_entrances(service));
        }
        found
    }

    /// The controls that drop a packet, and the resources that lead it nowhere.
    fn on_path(&mut self, task: Eni, to: Party, port: u16, protocol: u8) -> Vec<Blocker> {
        let talk = self.0.conversation(Party::Eni(task), to, port, protocol);
        let mut found = self.filters(&talk);
        if let (Party::Outside(address), false) = (to, talk.arrives) {
            found.extend(self.dead_ends(task, address));
        }
        found
    }

    /// The network ACLs that drop a packet of either leg, and the groups that do not admit the request.
    fn filters(&self, talk: &Conversation) -> Vec<Blocker> {
        let mut found = Vec::new();
        for (hops, is_request) in [(&talk.request, true), (&talk.reply, false)] {
            for (place, hop) in hops.iter().enumerate() {
                let header = header_of(talk, hop);
                if !self.0.acl_passes(hops, place, &header) {
                    let acl = self.vpc().acl_of(hop.eni).id.clone();
                    found.push(Blocker::new(CulpritKind::NetworkAcl, acl));
                }
                // A group lets back every reply to a request that it let through.
                if is_request && !self.0.groups_admit_new(talk, hop, &header) {
                    let groups = self.vpc().get(hop.eni).groups.iter();
                    found.extend(groups.map(|id| Blocker::new(CulpritKind::SecurityGroup, id)));
                }
            }
        }
        found
    }

    /// The resources by which packets of an interface to a public address lead nowhere.
    fn dead_ends(&self, eni: Eni, address: Ipv4Addr) -> Vec<Blocker> {
        let vpc = self.vpc();
        let table = vpc.table_of(eni);
        let by_table = || vec![Blocker::new(CulpritKind::RouteTable, &vpc.config.tables[table].id)];
        match vpc.config.route(table, address).map(|route| &route.target) {
            None | Some(Target::Local | Target::DeletedNat(_)) => by_table(),
            Some(Target::InternetGateway) if vpc.config.internet_gateway.is_none() => by_table(),
            Some(Target::InternetGateway) if !vpc.has_public_address(eni) => {
                vec![Blocker::new(CulpritKind::Interface, &vpc.get(eni).id)]
            }
            Some(Target::Nat(nat)) => {
                let gateway = Blocker::new(CulpritKind::NatGateway, vpc.nat_id(*nat));
                if vpc.config.nat_state(vpc.nat_id(*nat)) != NatState::Available {
                    return vec![gateway];
                }
                let beyond = self.dead_ends(*nat, address);
                if beyond.is_empty() { beyond } else { [vec![gateway], beyond].concat() }
            }
            Some(Target::InternetGateway | Target::S3Gateway | Target::TransitGateway(_)) => Vec::new(),
        }
    }

    /// The entrances to a service inside the VPC that packets to its public addresses do not take: endpoints that are
    /// there, else the VPC that lacks one.
    fn unused_entrances(&self, service: &str) -> Vec<Blocker> {
        let vpc = self.vpc();
        let names = &vpc.config.names;
        if service == DOCKER_HUB || names.region(service) != REGION {
            return Vec::new();
        }
        let ids = vpc.endpoints_of(service).map(|eni| vpc.endpoint_id(eni));
        let mut found: Vec<Blocker> = ids
            .filter(|id| names.endpoint_region(id) == REGION)
            .map(|id| Blocker::new(CulpritKind::VpcEndpoint, id))
            .collect();
        let lacks_names = !names.support || !names.hostnames;
        if service == "s3" {
            let gateway = vpc.config.s3_gateway.iter();
            found.extend(gateway.map(|id| Blocker::new(CulpritKind::VpcEndpoint, id)));
        } else if found.is_empty() || lacks_names {
            found.push(Blocker::new(CulpritKind::Vpc, &vpc.id));
        }
        found
    }
}

/// Packets complete a call exactly where no resource blocks it.
#[test]
fn a_call_completes_where_nothing_blocks_it() {
    let exchange = Exchange { tls: true, request: 900, reply: 4000, lasts: 50 };
    for case in Case::all(3).into_iter().filter(|case| case.variant == Variant::Full) {
        let mut scene = Scene::of(case);
        scene.apply_trouble();
        let task = scene.task;
        for step in scene.plan.steps.clone() {
            let vpc = &scene.stage.sim.vpc;
            let mut network = Network::of(vpc).0;
            let talk = network.conversation(Party::Eni(task), network.service(step), port_of(step), TCP);
            let (outcome, _) = network.call(&talk, 0, &exchange);
            let blockers = blockers(vpc, task, step);
            assert_eq!(outcome == Outcome::Completed, blockers.is_empty(), "{case} {step}: {blockers:?}");
        }
    }
}
