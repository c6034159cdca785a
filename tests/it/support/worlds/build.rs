//! Networks in which everything works, one for each base.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::support::rng::Rng;
use crate::support::worlds::build_more::ecr_image;
use crate::support::worlds::launch::Launch;
use crate::support::worlds::names::{Named, Names};
use crate::support::worlds::net::{
    Acl, Cidr, Eni, Entry, Firewall, Group, Kind, Nat, NatState, Policy, Route, Rule, Subnet, Table, Target,
    View, Vpc, World,
};
use crate::support::worlds::shapes::Base;

/// The first two bytes of the block of each VPC.
pub(crate) const BLOCKS: [(u8, u8); 3] = [(10, 40), (10, 60), (172, 31)];

/// A world of a base where everything works.
pub(crate) fn build(base: Base, seed: u64) -> World {
    let mut world = empty(Rng::new(seed ^ 0x3F1A_77C0));
    let vpc = world.add_vpc();
    let subnet = world.add_subnet(vpc, 1, 'a');
    let group = world.add_group(vpc, false);
    world.add_eni(subnet, 31, Kind::Task, vec![group]);
    let data = world.add_subnet(vpc, 9, 'b');
    let other = world.add_group(vpc, true);
    world.add_eni(data, 90, Kind::Other, vec![other]);
    world.add_eni(subnet, 91, Kind::Other, vec![other]);
    match base {
        Base::NatInstance => appliance(&mut world, vpc, subnet),
        Base::NatGateway => gateway(&mut world, vpc, subnet),
        Base::Regional => regional(&mut world, vpc, subnet),
        Base::Transit => transit(&mut world, subnet),
        Base::Egress => egress(&mut world, subnet, false),
        Base::EgressAppliance => egress(&mut world, subnet, true),
        Base::Peering => peering(&mut world, subnet),
        Base::Firewall => firewall(&mut world, subnet),
        Base::Ipv6 => ipv6(&mut world, subnet),
        Base::Nat64 => nat64(&mut world, vpc, subnet),
        Base::Ec2(launch) => {
            let own = world.launches_on_ec2(launch);
            gateway(&mut world, vpc, own);
        }
        Base::Ec2Public(launch) => {
            let own = world.launches_on_ec2(launch);
            world.vpcs[vpc].igw = Some(world.rng.id("igw"));
            world.add_route(world.subnets[own].table, "0.0.0.0/0", Target::Internet);
            world.enis[world.caller].public = Some(Ipv4Addr::new(203, 0, 113, 61));
        }
        Base::Local => world.lives_on_endpoints(),
        Base::Storage { inbound_only } => world.has_storage_endpoint(inbound_only),
        Base::Central => {
            joined(&mut world);
            world.has_central_endpoints();
        }
        Base::Registry(registry) => {
            gateway(&mut world, vpc, subnet);
            world.pulls_from(registry);
        }
        Base::Filtered(registry) => {
            firewall(&mut world, subnet);
            world.pulls_from(registry);
        }
        Base::Shared(view) => {
            gateway(&mut world, vpc, subnet);
            world.is_shared(view);
        }
    }
    world
}

fn empty(mut rng: Rng) -> World {
    let last = u8::try_from(rng.between(1, 250)).expect("a byte");
    let (shows_unrouted, shows_firewalls) = (rng.between(0, 1) == 0, rng.between(0, 1) == 0);
    World {
        rng,
        vpcs: Vec::new(),
        subnets: Vec::new(),
        enis: Vec::new(),
        tables: Vec::new(),
        acls: Vec::new(),
        groups: Vec::new(),
        nats: Vec::new(),
        firewalls: Vec::new(),
        transit: None,
        peering: None,
        sightings: Vec::new(),
        tracked: BTreeSet::new(),
        translated: BTreeMap::new(),
        service: IpAddr::V4(Ipv4Addr::new(52, 94, 228, last)),
        shows_unrouted,
        is_answered: true,
        shows_firewalls,
        caller: 0,
        launch: Launch::Fargate,
        calls: Vec::new(),
        image: ecr_image(),
        has_secret: true,
        names: Names::default(),
        view: View::All,
        filtered: None,
    }
}

impl World {
    pub(super) fn add_vpc(&mut self) -> usize {
        let (one, two) = BLOCKS[self.vpcs.len()];
        let id = self.rng.id("vpc");
        let blocks = vec![Cidr::of(&format!("{one}.{two}.0.0/16"))];
        self.vpcs.push(Vpc { id, blocks, igw: None, eigw: None, attachment: None });
        self.vpcs.len() - 1
    }

    /// A subnet with a table and an open ACL of its own.
    pub(crate) fn add_subnet(&mut self, vpc: usize, third: u8, zone: char) -> usize {
        let (one, two) = BLOCKS[vpc];
        let table = self.add_table(vpc);
        let acl = self.rng.id("acl");
        let all = |egress, net: &str| Entry::allow(egress, None, net);
        let mut entries = vec![all(true, "0.0.0.0/0"), all(false, "0.0.0.0/0")];
        if self.vpcs[vpc].blocks.len() > 1 {
            entries.extend([all(true, "::/0"), all(false, "::/0")]);
        }
        self.acls.push(Acl { id: acl, vpc, entries });
        let id = self.rng.id("subnet");
        let block = Cidr::of(&format!("{one}.{two}.{third}.0/24"));
        self.subnets.push(Subnet { id, vpc, block, block6: None, zone, table, acl: self.acls.len() - 1 });
        self.subnets.len() - 1
    }

    pub(crate) fn add_table(&mut self, vpc: usize) -> usize {
        let id = self.rng.id("rtb");
        let routes =
            self.vpcs[vpc].blocks.iter().map(|net| Route { net: *net, target: Target::Local }).collect();
        self.tables.push(Table { id, vpc, routes });
        self.tables.len() - 1
    }

    /// A group with open egress, and ingress from private addresses where `admits`.
    pub(crate) fn add_group(&mut self, vpc: usize, admits: bool) -> usize {
        let id = self.rng.id("sg");
        let rule = |egress, net: &str| Rule { egress, ports: None, net: Cidr::of(net) };
        let mut rules = vec![rule(true, "0.0.0.0/0")];
        if admits {
            rules.extend(["10.0.0.0/8", "172.16.0.0/12"].map(|net| rule(false, net)));
        }
        self.groups.push(Group { id, vpc, rules });
        self.groups.len() - 1
    }

    pub(crate) fn add_eni(&mut self, subnet: usize, last: u8, kind: Kind, groups: Vec<usize>) -> usize {
        let text = self.subnets[subnet].block.to_string();
        let base: Ipv4Addr = text.split('/').next().expect("a block").parse().expect("an address");
        let [one, two, three, _] = base.octets();
        let check = !matches!(kind, Kind::Appliance(..) | Kind::Nat(_));
        let id = self.rng.id("eni");
        let v4 = Ipv4Addr::new(one, two, three, last);
        self.enis.push(Eni { id, subnet, v4, v6: None, kind, groups, public: None, check });
        self.enis.len() - 1
    }

    pub(crate) fn add_route(&mut self, table: usize, net: &str, target: Target) {
        self.tables[table].routes.push(Route { net: Cidr::of(net), target });
    }

    /// A public subnet: its table leads to an internet gateway.
    fn public_subnet(&mut self, vpc: usize, third: u8, zone: char) -> usize {
        if self.vpcs[vpc].igw.is_none() {
            self.vpcs[vpc].igw = Some(self.rng.id("igw"));
        }
        let subnet = self.add_subnet(vpc, third, zone);
        self.add_route(self.subnets[subnet].table, "0.0.0.0/0", Target::Internet);
        subnet
    }

    fn add_gateway(&mut self, vpc: usize, subnet: usize) -> usize {
        let (nat, id) = (self.nats.len(), self.rng.id("nat"));
        let eni = self.add_eni(subnet, 9, Kind::Nat(nat), Vec::new());
        let public = Ipv4Addr::new(203, 0, 113, 80);
        self.enis[eni].public = Some(public);
        self.nats.push(Nat { id, vpc, eni: Some(eni), table: None, public, state: NatState::Works });
        nat
    }

    fn add_appliance(&mut self, vpc: usize, subnet: usize) -> usize {
        let group = self.add_group(vpc, true);
        let instance = self.rng.id("i");
        let eni = self.add_eni(subnet, 77, Kind::Appliance(instance, true), vec![group]);
        self.enis[eni].public = Some(Ipv4Addr::new(203, 0, 113, 50));
        eni
    }

    fn attach(&mut self, vpc: usize) {
        let attachment = self.rng.id("tgw-attach");
        let subnet = self.add_subnet(vpc, 250, 'a');
        let eni = self.add_eni(subnet, 5, Kind::Transit(attachment), Vec::new());
        self.vpcs[vpc].attachment = Some(eni);
    }

    fn add_endpoint(&mut self, vpc: usize) -> usize {
        let subnet = self.add_subnet(vpc, 12, 'a');
        let group = self.add_group(vpc, true);
        let id = self.rng.id("vpce");
        let named = Named { service: "secretsmanager", is_private: false, inbound_only: None };
        self.names.endpoints.insert(id.clone(), named);
        let eni = self.add_eni(subnet, 36, Kind::Endpoint(id), vec![group]);
        self.service = IpAddr::V4(self.enis[eni].v4);
        subnet
    }

    fn add_firewall(&mut self, vpc: usize, third: u8, zone: char) -> usize {
        let (one, id) = (self.firewalls.len(), self.rng.id("vpce"));
        let subnet = self.add_subnet(vpc, third, zone);
        let eni = self.add_eni(subnet, 7, Kind::Firewall(one), Vec::new());
        let is_tagged = self.rng.between(0, 1) == 0;
        self.firewalls.push(Firewall { id, eni, is_tagged, policy: Policy::Pass, flows: BTreeSet::new() });
        one
    }
}

fn appliance(world: &mut World, vpc: usize, subnet: usize) {
    let public = world.public_subnet(vpc, 101, 'a');
    let eni = world.add_appliance(vpc, public);
    world.add_route(world.subnets[subnet].table, "0.0.0.0/0", Target::Appliance(eni));
}

fn gateway(world: &mut World, vpc: usize, subnet: usize) {
    let public = world.public_subnet(vpc, 101, 'a');
    let nat = world.add_gateway(vpc, public);
    world.add_route(world.subnets[subnet].table, "0.0.0.0/0", Target::Nat(nat));
}

fn regional(world: &mut World, vpc: usize, subnet: usize) {
    world.vpcs[vpc].igw = Some(world.rng.id("igw"));
    let (id, table) = (world.rng.id("nat"), world.add_table(vpc));
    world.add_route(table, "0.0.0.0/0", Target::Internet);
    let public = Ipv4Addr::new(203, 0, 113, 80);
    world.nats.push(Nat { id, vpc, eni: None, table: Some(table), public, state: NatState::Works });
    world.add_route(world.subnets[subnet].table, "0.0.0.0/0", Target::Nat(0));
}

fn transit(world: &mut World, subnet: usize) {
    joined(world);
    gateway(world, 0, subnet);
    world.add_route(world.subnets[subnet].table, "10.0.0.0/8", Target::Transit);
}

/// A VPC with an endpoint, joined by a transit gateway.
fn joined(world: &mut World) {
    world.transit = Some(world.rng.id("tgw"));
    world.attach(0);
    let far = world.add_vpc();
    let place = world.add_endpoint(far);
    world.attach(far);
    world.add_route(world.subnets[place].table, "10.0.0.0/8", Target::Transit);
}

fn egress(world: &mut World, subnet: usize, by_appliance: bool) {
    world.transit = Some(world.rng.id("tgw"));
    world.attach(0);
    let far = world.add_vpc();
    let public = world.public_subnet(far, 101, 'a');
    let target = if by_appliance {
        Target::Appliance(world.add_appliance(far, public))
    } else {
        Target::Nat(world.add_gateway(far, public))
    };
    world.attach(far);
    let attached = world.enis[world.vpcs[far].attachment.expect("it was attached")].subnet;
    world.add_route(world.subnets[attached].table, "0.0.0.0/0", target);
    world.add_route(world.subnets[public].table, "10.0.0.0/8", Target::Transit);
    world.add_route(world.subnets[subnet].table, "0.0.0.0/0", Target::Transit);
}

fn peering(world: &mut World, subnet: usize) {
    world.peering = Some(world.rng.id("pcx"));
    let far = world.add_vpc();
    let place = world.add_endpoint(far);
    world.add_route(world.subnets[place].table, "10.40.0.0/16", Target::Peering);
    gateway(world, 0, subnet);
    world.add_route(world.subnets[subnet].table, "10.60.0.0/16", Target::Peering);
}

fn firewall(world: &mut World, subnet: usize) {
    let public = world.public_subnet(0, 101, 'a');
    let nat = world.add_gateway(0, public);
    for (third, zone) in [(60, 'a'), (61, 'b')] {
        let one = world.add_firewall(0, third, zone);
        let own = world.enis[world.firewalls[one].eni].subnet;
        world.add_route(world.subnets[own].table, "0.0.0.0/0", Target::Nat(nat));
    }
    world.add_route(world.subnets[public].table, "10.40.1.0/24", Target::Firewall(0));
    world.add_route(world.subnets[subnet].table, "0.0.0.0/0", Target::Firewall(0));
}

/// Gives the task's subnet and interface IPv6.
fn add_ipv6(world: &mut World, subnet: usize) {
    let block = Cidr::of("2600:1f18:40:a00::/56");
    world.vpcs[0].blocks.push(block);
    world.subnets[subnet].block6 = Some(Cidr::of("2600:1f18:40:a01::/64"));
    world.enis[0].v6 = Some(Ipv6Addr::new(0x2600, 0x1f18, 0x40, 0xa01, 0, 0, 0, 0x31));
    for table in 0..world.tables.len() {
        world.tables[table].routes.insert(1, Route { net: block, target: Target::Local });
    }
    for acl in &mut world.acls {
        acl.entries.extend([true, false].map(|egress| Entry::allow(egress, None, "::/0")));
    }
    let group = world.enis[0].groups[0];
    world.groups[group].rules.push(Rule { egress: true, ports: None, net: Cidr::of("::/0") });
}

fn ipv6(world: &mut World, subnet: usize) {
    gateway(world, 0, subnet);
    add_ipv6(world, subnet);
    world.vpcs[0].eigw = Some(world.rng.id("eigw"));
    world.service = IpAddr::V6(Ipv6Addr::new(0x2600, 0x1f18, 0x77, 0x100, 0, 0, 0, 0x20));
    world.add_route(world.subnets[subnet].table, "::/0", Target::EgressOnly);
}

fn nat64(world: &mut World, vpc: usize, subnet: usize) {
    gateway(world, vpc, subnet);
    add_ipv6(world, subnet);
    world.service = IpAddr::V6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0x345e, 0xe414));
    world.add_route(world.subnets[subnet].table, "64:ff9b::/96", Target::Nat(0));
}
