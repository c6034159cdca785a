//! Whole paths: the controls of a request and its reply for each kind of route.

use crate::model::service::Service;
use crate::path::evaluate_query;
use crate::path::fixture::{ENDPOINT, PUBLIC, S3, World, shown};
use crate::path::query::Query;

mod outside;

/// The path to an address after a change of the configuration.
fn check(to: &str, change: impl FnOnce(&mut World), want: &str) {
    let mut world = World::endpoints();
    change(&mut world);
    let service = if to == S3 { Service::S3 } else { Service::Unknown };
    let path = world.evaluate(to, service);
    assert_eq!(shown(&path), want);
}

/// The hops that deny or are unknown after a change.
fn obstacles(to: &str, change: impl FnOnce(&mut World), want: &[&str]) {
    let mut world = World::endpoints();
    change(&mut world);
    let service = if to == S3 { Service::S3 } else { Service::Unknown };
    let shown = shown(&world.evaluate(to, service));
    let obstacles: Vec<&str> = shown.lines().skip(1).filter(|line| !line.contains(": Allowed: ")).collect();
    assert_eq!(obstacles, want, "{shown}");
}

#[test]
fn to_an_interface_endpoint() {
    check(
        ENDPOINT,
        |_| (),
        "Local { interface_id: Some(InterfaceId(\"eni-sm\")), is_same_subnet: Some(false) }\n\
         Request Task out: Allowed: sg-task allows all traffic to 0.0.0.0/0\n\
         Request Task out: Allowed: rule 100 of acl-task allows all traffic to 0.0.0.0/0\n\
         Request Task out: Allowed: rtb-task routes 10.40.12.36 to local\n\
         Request Destination in: Allowed: rule 100 of acl-endpoints allows all traffic from 0.0.0.0/0\n\
         Request Destination in: Allowed: sg-endpoints allows TCP 443 from sg-task\n\
         Request Destination in: Allowed: vpce-sm is available\n\
         Reply Destination out: Allowed: rule 100 of acl-endpoints allows all traffic to 0.0.0.0/0\n\
         Reply Task in: Allowed: rule 100 of acl-task allows all traffic from 0.0.0.0/0\n",
    );
}

#[test]
fn no_acl_and_no_route_applies_within_one_subnet() {
    check(
        "10.40.1.36",
        |world| {
            world.interface("eni-near", "10.40.1.36", "subnet-task", &["sg-endpoints"], "vpce-sm");
            world.acl("acl-task", &["subnet-task"], &["in 100 deny all 0.0.0.0/0"]);
        },
        "Local { interface_id: Some(InterfaceId(\"eni-near\")), is_same_subnet: Some(true) }\n\
         Request Task out: Allowed: sg-task allows all traffic to 0.0.0.0/0\n\
         Request Destination in: Allowed: sg-endpoints allows TCP 443 from sg-task\n\
         Request Destination in: Allowed: vpce-sm is available\n",
    );
}

#[test]
fn every_control_between_task_and_endpoint_can_deny() {
    let check = |change: fn(&mut World), want: &[&str]| obstacles(ENDPOINT, change, want);
    check(
        |world| world.group("sg-task", &[], &["tcp 443 pl-s3"]),
        &["Request Task out: Denied: no egress rule of sg-task allows TCP 443 to 10.40.12.36"],
    );
    check(
        |world| world.group("sg-endpoints", &["tcp 443 sg-other"], &[]),
        &["Request Destination in: Denied: no ingress rule of sg-endpoints allows TCP 443 from 10.40.1.31"],
    );
    check(
        |world| world.acl("acl-task", &["subnet-task"], &["out 100 allow tcp 443 10.40.0.0/16"]),
        &["Reply Task in: Denied: no rule of acl-task allows TCP 50000 from 10.40.12.36"],
    );
    check(
        |world| {
            let entries = ["in 90 deny tcp 443 10.40.1.0/24", "in 100 allow all 0.0.0.0/0"];
            world.acl("acl-endpoints", &["subnet-endpoints"], &entries);
        },
        &[
            "Request Destination in: Denied: rule 90 of acl-endpoints denies TCP 443 from 10.40.1.31",
            "Reply Destination out: Denied: no rule of acl-endpoints allows TCP 50000 to 10.40.1.31",
        ],
    );
    check(
        |world| "pending".clone_into(&mut world.inventory.endpoints.get_mut("vpce-sm").unwrap().state),
        &["Request Destination in: Denied: vpce-sm is pending"],
    );
    check(
        |world| world.table("rtb-task", &["subnet-task"], &["10.40.0.0/16 local", "10.40.12.0/24 eni-fw"]),
        &["Request Task out: External: no document shows what follows eni-fw"],
    );
}

#[test]
fn a_missing_document_gives_an_unknown_hop() {
    let check = |change: fn(&mut World), want: &[&str]| obstacles(ENDPOINT, change, want);
    check(
        |world| world.inventory.security_groups.clear(),
        &[
            "Request Task out: Unknown (describe-security-groups of sg-task): \
             no known egress rule of sg-task allows TCP 443 to 10.40.12.36",
            "Request Destination in: Unknown (describe-security-groups of sg-endpoints): \
             no known ingress rule of sg-endpoints allows TCP 443 from 10.40.1.31",
        ],
    );
    check(
        |world| world.inventory.interfaces.clear(),
        &["Request Destination in: Unknown (describe-network-interfaces with 10.40.12.36): \
           no document names the security groups at 10.40.12.36"],
    );
    check(
        |world| world.inventory.route_tables.clear(),
        &["Request Task out: Unknown (describe-route-tables of subnet-task): \
           no document shows how the route table routes 10.40.12.36"],
    );
    check(
        |world| world.sender.subnet_id = None,
        &[
            "Request Task out: Unknown (the subnet of the task): no document shows the subnet of the task",
            "Request Task out: Unknown (the subnet of the task): \
             no document shows how the route table routes 10.40.12.36",
            "Reply Task in: Unknown (the subnet of the task): no document shows the subnet of the task",
        ],
    );
    check(
        |world| world.sender.group_ids = None,
        &[
            "Request Task out: Unknown (the security groups of the task): \
             no document names the task's security groups",
            "Request Destination in: Unknown (the security groups of the task): \
             no known ingress rule of sg-endpoints allows TCP 443 from 10.40.1.31",
        ],
    );
    check(
        |world| drop(world.inventory.endpoints.remove("vpce-sm")),
        &["Request Destination in: Unknown (describe-vpc-endpoints of vpce-sm): no document shows vpce-sm"],
    );
    check(
        |world| world.inventory.network_acls.clear(),
        &[
            "Request Task out: Unknown (describe-network-acls of subnet-task): \
             no document shows the network ACL of subnet-task",
            "Request Destination in: Unknown (describe-network-acls of subnet-endpoints): \
             no document shows the network ACL of subnet-endpoints",
            "Reply Destination out: Unknown (describe-network-acls of subnet-endpoints): \
             no document shows the network ACL of subnet-endpoints",
            "Reply Task in: Unknown (describe-network-acls of subnet-task): \
             no document shows the network ACL of subnet-task",
        ],
    );
}

#[test]
fn an_acl_that_may_not_apply_is_unknown() {
    obstacles(
        "10.40.1.99",
        |world| {
            world.inventory.subnets.clear();
            world.acl("acl-task", &["subnet-task"], &["out 100 allow all 0.0.0.0/0"]);
        },
        &[
            "Request Destination in: Unknown (the subnet of 10.40.1.99): no document shows the subnet of 10.40.1.99",
            "Request Destination in: Unknown (describe-network-interfaces with 10.40.1.99): \
             no document names the security groups at 10.40.1.99",
            "Reply Destination out: Unknown (the subnet of 10.40.1.99): no document shows the subnet of 10.40.1.99",
            "Reply Task in: Unknown (describe-subnets with the subnet of 10.40.1.99): no rule of acl-task allows \
             TCP 50000 from 10.40.1.99, and no document shows whether packets pass it",
        ],
    );
}

#[test]
fn queries_to_the_amazon_resolver_meet_no_control() {
    let mut world = World::endpoints();
    world.group("sg-task", &[], &[]);
    for resolver in ["10.40.0.2", "169.254.169.253", "fd00:ec2::253"] {
        let mut request = crate::path::fixture::https(resolver, Service::Dns);
        request.destination_port = 53;
        let path = crate::path::evaluate(&world.inventory, &world.sender, &request);
        assert!(path.is_open() && path.hops.is_empty(), "{resolver} {path:?}");
    }
    assert!(!world.evaluate("10.40.0.3", Service::Dns).is_open());
}

#[test]
fn the_main_table_serves_subnets_without_one() {
    obstacles(
        PUBLIC,
        |world| drop(world.inventory.route_tables.remove("rtb-task")),
        &["Request Task out: Denied: no route of rtb-main, the main table, leads to 44.213.79.104"],
    );
}

#[test]
fn a_task_without_an_address_has_the_blocks_of_its_subnet() {
    let without_address = |ingress: &'static [&'static str]| {
        move |world: &mut World| {
            world.sender.addresses.clear();
            world.group("sg-endpoints", ingress, &[]);
        }
    };
    obstacles(ENDPOINT, without_address(&["tcp 443 10.40.1.0/24"]), &[]);
    obstacles(
        ENDPOINT,
        without_address(&["tcp 443 10.40.1.0/25"]),
        &["Request Destination in: Unknown (the exact address of a task in subnet-task): \
           no known ingress rule of sg-endpoints allows TCP 443 from a task in subnet-task"],
    );
}

#[test]
fn replies_to_a_range_of_ports_pass_as_a_whole() {
    let mut world = World::endpoints();
    let query = Query::to_address(
        ENDPOINT.parse().unwrap(),
        Service::SecretsManager,
        crate::model::protocol::Protocol::TCP,
        443,
    );
    let is_open = |world: &World| evaluate_query(&world.inventory, &world.sender, &query).is_open();
    assert!(is_open(&world));
    world.acl(
        "acl-task",
        &["subnet-task"],
        &["in 1 allow tcp 32768-61000 0.0.0.0/0", "out 1 allow all 0.0.0.0/0"],
    );
    assert!(is_open(&world));
    world.acl(
        "acl-task",
        &["subnet-task"],
        &["in 1 allow tcp 49152-65535 0.0.0.0/0", "out 1 allow all 0.0.0.0/0"],
    );
    assert!(!is_open(&world));
}
