//! Laws of the evaluation that hold for every configuration.

use std::mem::discriminant;

use proptest::prelude::*;
use proptest::sample::subsequence;

use crate::finding::HopDecision;
use crate::inventory::{DocumentKind, Inventory};
use crate::model::ids::{InterfaceId, NatGatewayId, SubnetId, VpcId};
use crate::model::network::{Subnet, Vpc};
use crate::model::service::Service;
use crate::path::configured::{ConfiguredPath, Request};
use crate::path::fixture::{ENDPOINT, PUBLIC, S3, World, acl, group_id, https, route_table, rule, shown};

const NEAR: &str = "10.40.1.36";

const RULES: [&str; 9] = [
    "tcp 443 sg-task",
    "tcp 443 sg-endpoints",
    "tcp 443 sg-other",
    "tcp 443 pl-s3",
    "tcp 443 pl-x",
    "tcp 443 10.40.0.0/16",
    "tcp 443 10.40.1.0/25",
    "udp 53 0.0.0.0/0",
    "all 0.0.0.0/0",
];

const ENTRIES: [&str; 10] = [
    "in 50 deny tcp 443 10.40.1.0/25",
    "in 100 allow tcp 443 10.40.0.0/16",
    "in 110 allow tcp 1024-65535 0.0.0.0/0",
    "in 120 deny all 52.0.0.0/8",
    "in 130 allow all 0.0.0.0/0",
    "out 50 deny tcp 1024-65535 10.40.0.0/16",
    "out 100 allow tcp 443 0.0.0.0/0",
    "out 110 allow tcp 32768-65535 0.0.0.0/0",
    "out 120 allow all 0.0.0.0/0",
    "out 32767 deny all 0.0.0.0/0",
];

const ROUTES: [&str; 10] = [
    "10.40.0.0/16 local",
    "10.40.12.0/24 eni-fw",
    "pl-s3 vpce-s3",
    "pl-x tgw-1",
    "0.0.0.0/0 nat-1",
    "0.0.0.0/0 igw-1",
    "0.0.0.0/0 nat-2 blackhole",
    "44.0.0.0/8 pcx-1",
    "52.216.0.0/16 igw-1",
    "::/0 igw-1",
];

fn some<const N: usize>(pool: [&'static str; N]) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(pool.to_vec(), 0..=N)
}

/// The small VPC with other rules, entries, routes and states; consistent, as if all documents were saved at one time.
pub(super) fn world() -> impl Strategy<Value = World> {
    let groups = (some(RULES), some(RULES), some(RULES));
    let acls = (some(ENTRIES), some(ENTRIES), some(ENTRIES));
    let tables = (some(ROUTES), some(ROUTES));
    let states =
        (any::<bool>(), any::<bool>(), any::<bool>(), prop::option::of(any::<bool>()), any::<bool>());
    (groups, acls, tables, states).prop_map(|(groups, acls, tables, states)| {
        let mut world = World::endpoints();
        world.group("sg-task", &[], &groups.0);
        world.group("sg-more", &[], &groups.1);
        world.group("sg-endpoints", &groups.2, &[]);
        world.sender.group_ids = Some(vec![group_id("sg-task"), group_id("sg-more")]);
        world.interface("eni-near", NEAR, "subnet-task", &["sg-endpoints"], "vpce-sm");
        for (name, entries) in [("task", acls.0), ("endpoints", acls.1), ("public", acls.2)] {
            world.acl(&format!("acl-{name}"), &[&format!("subnet-{name}")], &entries);
        }
        world.table("rtb-task", &["subnet-task"], &tables.0);
        world.table("rtb-public", &["subnet-public"], &tables.1);
        let (is_available, has_nat, is_attached, is_public, has_address) = states;
        if !is_available {
            "pending".clone_into(&mut world.inventory.endpoints.get_mut("vpce-sm").unwrap().state);
        }
        if !has_nat {
            "failed".clone_into(&mut world.inventory.nat_gateways.get_mut("nat-1").unwrap().state);
        }
        if !is_attached {
            world.inventory.internet_gateways.get_mut("igw-1").unwrap().vpc_ids = Some(Vec::new());
        }
        if !has_address {
            world.sender.addresses.clear();
        }
        world.sender.has_public_address = is_public;
        world
    })
}

pub(super) fn request() -> impl Strategy<Value = Request> {
    let destinations = [
        (ENDPOINT, Service::SecretsManager),
        (NEAR, Service::SecretsManager),
        ("10.40.12.99", Service::Unknown),
        (S3, Service::S3),
        (PUBLIC, Service::EcrApi),
        (PUBLIC, Service::Unknown),
        ("2a05:d018::1", Service::Unknown),
    ];
    prop::sample::select(destinations.to_vec()).prop_map(|(to, service)| https(to, service))
}

fn evaluate(world: &World, request: &Request) -> ConfiguredPath {
    crate::path::evaluate(&world.inventory, &world.sender, request)
}

/// Every hop that one path allows and the other does not allow.
fn newly_allowed(before: &ConfiguredPath, after: &ConfiguredPath) -> Vec<String> {
    let mut found = Vec::new();
    for hop in after.hops.iter().filter(|hop| hop.decision == HopDecision::Allowed) {
        let same = before.hops.iter().find(|other| {
            (other.leg, other.side, other.is_outbound) == (hop.leg, hop.side, hop.is_outbound)
                && discriminant(&other.control) == discriminant(&hop.control)
        });
        found.extend(
            same.filter(|same| same.decision != HopDecision::Allowed).map(|same| format!("{same:?} {hop:?}")),
        );
    }
    found
}

/// Every world without one document, without all documents of a kind, or without one fact of the task.
///
/// The table that is associated with a subnet is never removed: without it the main one applies, and no document shows that
/// it existed.
fn poorer(world: &World) -> Vec<World> {
    let mut worlds = Vec::new();
    let mut without = |change: &dyn Fn(&mut World)| {
        let mut poorer = world.clone();
        change(&mut poorer);
        worlds.push(poorer);
    };
    macro_rules! tables {
        ($($table:ident)*) => {$(
            for key in world.inventory.$table.keys() {
                without(&|world: &mut World| { world.inventory.$table.remove(key); });
            }
            without(&|world: &mut World| world.inventory.$table.clear());
        )*};
    }
    tables!(interfaces endpoints subnets vpcs security_groups network_acls internet_gateways prefix_lists);
    without(&|world| world.inventory.route_tables.clear());
    without(&|world| {
        world.inventory.nat_gateways.clear();
        world.inventory.documents.remove(&DocumentKind::NatGateways);
    });
    without(&|world| world.inventory.nat_gateways.clear());
    for key in world.inventory.security_groups.keys() {
        without(&|world| world.inventory.security_groups.get_mut(key).unwrap().egress = None);
        without(&|world| world.inventory.security_groups.get_mut(key).unwrap().ingress = None);
    }
    for key in world.inventory.prefix_lists.keys() {
        without(&|world| world.inventory.prefix_lists.get_mut(key).unwrap().blocks = None);
    }
    without(&|world| world.sender.addresses.clear());
    without(&|world| world.sender.group_ids = None);
    without(&|world| world.sender.subnet_id = None);
    without(&|world| world.sender.vpc_id = None);
    without(&|world| world.sender.has_public_address = None);
    without(&|world| world.inventory = Inventory::default());
    worlds
}

/// A second VPC with the same addresses and names.
fn add_a_neighbour(world: &mut World) {
    let vpc_id = VpcId::new("vpc-2");
    let vpc = Vpc { id: vpc_id.clone(), ..world.inventory.vpcs["vpc-1"].clone() };
    world.inventory.vpcs.insert(vpc_id.clone(), vpc);
    let id = SubnetId::new("subnet-2");
    let subnet = Subnet {
        id: id.clone(),
        vpc_id: Some(vpc_id.clone()),
        ..world.inventory.subnets["subnet-endpoints"].clone()
    };
    world.inventory.subnets.insert(id.clone(), subnet);
    let mut interface = world.inventory.interfaces["eni-sm"].clone();
    interface.id = InterfaceId::new("eni-2");
    interface.vpc_id = Some(vpc_id.clone());
    interface.subnet_id = Some(id);
    world.inventory.interfaces.insert(interface.id.clone(), interface);
    let mut table = route_table("rtb-2", &["subnet-2"], &["0.0.0.0/0 igw-1", "pl-y vpce-s3"]);
    table.vpc_id = Some(vpc_id);
    table.is_main = true;
    world.inventory.route_tables.insert(table.id.clone(), table);
    world.acl("acl-2", &["subnet-2"], &["in 1 allow all 0.0.0.0/0"]);
    world.group("sg-2", &["all 0.0.0.0/0"], &["all 0.0.0.0/0"]);
    world.list("pl-y", Some("com.amazonaws.eu-west-1.dynamodb"), Some(&["0.0.0.0/0"]));
    world.nat("nat-9", "subnet-2");
}

fn turn(world: &mut World, by: usize) {
    fn rotate<T>(items: &mut [T], by: usize) {
        if !items.is_empty() {
            items.rotate_left(by % items.len());
        }
    }
    world.sender.group_ids.iter_mut().for_each(|groups| rotate(groups, by));
    for group in world.inventory.security_groups.values_mut() {
        group.egress.iter_mut().chain(&mut group.ingress).for_each(|rules| rotate(rules, by));
    }
    world.inventory.network_acls.values_mut().for_each(|acl| rotate(&mut acl.entries, by));
    world.inventory.route_tables.values_mut().for_each(|table| rotate(&mut table.routes, by));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn unknown_never_becomes_allowed(world in world(), request in request()) {
        let full = evaluate(&world, &request);
        for poorer in poorer(&world) {
            let path = evaluate(&poorer, &request);
            prop_assert!(full.is_open() || !path.is_open(), "{}\n{}", shown(&full), shown(&path));
            // Hops of another next hop differ.
            if path.next_hop == full.next_hop {
                prop_assert_eq!(newly_allowed(&full, &path), Vec::<String>::new());
            }
        }
    }

    #[test]
    fn more_allowances_never_deny(world in world(), request in request(), extra in some(RULES)) {
        let before = evaluate(&world, &request);
        let mut more = world.clone();
        for id in ["sg-task", "sg-endpoints"] {
            let group = more.inventory.security_groups.get_mut(id).unwrap();
            group.egress.as_mut().unwrap().extend(extra.iter().map(|text| rule(text)));
            group.ingress.as_mut().unwrap().extend(extra.iter().map(|text| rule(text)));
        }
        for acl in more.inventory.network_acls.values_mut().filter(|acl| !acl.entries.is_empty()) {
            let entries = ["in 1 allow tcp 443 10.40.0.0/16", "out 1 allow tcp 1024-65535 0.0.0.0/0"];
            acl.entries.extend(super::fixture::acl("acl", &[], &entries).entries);
        }
        let after = evaluate(&more, &request);
        prop_assert_eq!(newly_allowed(&after, &before), Vec::<String>::new());
        prop_assert!(after.is_open() || !before.is_open());
    }

    #[test]
    fn order_has_no_effect(world in world(), request in request(), by in 1_usize..9) {
        let mut turned = world.clone();
        turn(&mut turned, by);
        prop_assert_eq!(evaluate(&world, &request), evaluate(&turned, &request));
    }

    #[test]
    fn another_vpc_has_no_effect(world in world(), request in request()) {
        let mut richer = world.clone();
        add_a_neighbour(&mut richer);
        prop_assert_eq!(evaluate(&world, &request), evaluate(&richer, &request));
    }

    #[test]
    fn every_inventory_gives_a_path(
        mut world in world(),
        request in request(),
        routes in some(["0.0.0.0/0 nat-2", "pl-x nat-1", "pl-s3 vpce-sm", "::/0 nat-1", "10.0.0.0/8 local", "0.0.0.0/0 vpce-x"]),
        flags in any::<[bool; 6]>(),
    ) {
        world.table("rtb-odd", &["subnet-task"], &routes);
        if flags[0] {
            world.inventory.route_tables.remove("rtb-task");
        }
        if flags[1] {
            world.inventory.route_tables.values_mut().for_each(|table| table.is_main = true);
        }
        if flags[2] {
            let acl = acl("acl-odd", &["subnet-task", "subnet-task"], &["in 0 deny tcp 65535-0 0.0.0.0/0"]);
            world.inventory.network_acls.insert(acl.id.clone(), acl);
            world.inventory.network_acls.remove("acl-task");
        }
        if flags[3] {
            let gateway = world.inventory.nat_gateways.get_mut("nat-1").unwrap();
            gateway.subnet_id = None;
            gateway.is_private = true;
            let mut other = gateway.clone();
            other.id = NatGatewayId::new("nat-2");
            world.inventory.nat_gateways.insert(other.id.clone(), other);
        }
        if flags[4] {
            world.inventory.interfaces.values_mut().for_each(|interface| {
                interface.addresses = vec![ENDPOINT.parse().unwrap()];
                interface.vpc_id = None;
                interface.group_ids.clear();
            });
        }
        if flags[5] {
            world.sender = crate::path::Sender::default();
        }
        let path = evaluate(&world, &request);
        prop_assert!(!path.hops.is_empty());
    }
}
