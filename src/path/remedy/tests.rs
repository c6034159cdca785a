//! The proposed changes for each kind of denial.

use crate::model::deployment::{EcsService, TaskNetwork};
use crate::model::ids::{EndpointId, SubnetId};
use crate::model::service::Service;
use crate::path::fixture::{ENDPOINT, PUBLIC, S3, World, group_id, https};
use crate::path::{Change, Remedy, remedy, remedy_with_private_dns};

fn shown(remedy: &Remedy) -> Vec<String> {
    let verified = remedy.is_verified.then(|| "verified".to_owned());
    remedy.changes.iter().map(Change::text).chain(verified).collect()
}

/// The changes for one request after some change to the world, with `verified` at the end where they are.
fn check(to: &str, change: impl FnOnce(&mut World), want: &[&str]) {
    let mut world = World::endpoints();
    change(&mut world);
    let service = if to == S3 { Service::S3 } else { Service::Unknown };
    let remedy = remedy(&world.inventory, &world.sender, &[https(to, service)]);
    assert_eq!(shown(&remedy), want, "{remedy:?}");
}

#[test]
fn an_open_path_needs_nothing() {
    for to in [ENDPOINT, S3, PUBLIC] {
        check(to, |_| (), &[]);
    }
}

#[test]
fn a_group_gets_the_narrowest_rule() {
    let without_egress = |world: &mut World| world.group("sg-task", &[], &[]);
    check(
        ENDPOINT,
        without_egress,
        &["Allow TCP 443 to sg-endpoints in the egress rules of sg-task", "verified"],
    );
    check(S3, without_egress, &["Allow TCP 443 to pl-s3 in the egress rules of sg-task", "verified"]);
    check(PUBLIC, without_egress, &["Allow TCP 443 to 0.0.0.0/0 in the egress rules of sg-task", "verified"]);
    check(
        ENDPOINT,
        |world| world.group("sg-endpoints", &[], &[]),
        &["Allow TCP 443 from sg-task in the ingress rules of sg-endpoints", "verified"],
    );
    // The far side is in the VPC and its groups are unknown: the rule names the address, and the fix is not verified.
    check("10.40.12.99", without_egress, &["Allow TCP 443 to 10.40.12.99/32 in the egress rules of sg-task"]);
}

#[test]
fn an_acl_gets_an_entry_in_the_right_direction() {
    let acl = |name: &'static str, entries: &'static [&'static str]| {
        move |world: &mut World| {
            world.acl(&format!("acl-{name}"), &[&format!("subnet-{name}")], entries);
        }
    };
    check(
        ENDPOINT,
        acl("task", &["in 100 allow all 0.0.0.0/0", "out 32767 deny all 0.0.0.0/0"]),
        &["Allow TCP 443 to 10.40.12.0/24 in acl-task, as rule 100", "verified"],
    );
    check(
        ENDPOINT,
        acl("task", &["out 100 allow all 0.0.0.0/0", "in 105 allow tcp 443 0.0.0.0/0"]),
        &["Allow TCP 1024-65535 from 10.40.12.0/24 in acl-task, as rule 110", "verified"],
    );
    check(
        ENDPOINT,
        acl(
            "endpoints",
            &["in 100 allow all 0.0.0.0/0", "out 100 deny all 10.40.0.0/16", "out 99 allow tcp 22 0.0.0.0/0"],
        ),
        &["Allow TCP 1024-65535 to 10.40.1.0/24 in acl-endpoints, as rule 98", "verified"],
    );
    check(ENDPOINT, acl("endpoints", &["in 1 deny all 0.0.0.0/0", "out 100 allow all 0.0.0.0/0"]), &[]);
    check(
        PUBLIC,
        acl("public", &["in 32767 deny all 0.0.0.0/0", "out 32767 deny all 0.0.0.0/0"]),
        &[
            "Allow TCP 443 from 10.40.1.0/24 in acl-public, as rule 100",
            "Allow TCP 443 to 0.0.0.0/0 in acl-public, as rule 100",
            "Allow TCP 1024-65535 from 0.0.0.0/0 in acl-public, as rule 110",
            "Allow TCP 1024-65535 to 10.40.1.0/24 in acl-public, as rule 110",
            "verified",
        ],
    );
    // Replies of a NAT gateway come to any port: the entry goes before every one that denies some of them.
    check(
        PUBLIC,
        acl(
            "public",
            &[
                "in 90 allow tcp 443 10.40.0.0/16",
                "in 100 deny tcp 3389 0.0.0.0/0",
                "in 200 deny all 0.0.0.0/0",
                "out 100 allow all 0.0.0.0/0",
            ],
        ),
        &["Allow TCP 1024-65535 from 0.0.0.0/0 in acl-public, as rule 99", "verified"],
    );
}

#[test]
fn a_route_table_gets_a_route_to_an_existing_gateway() {
    let routes = |routes: &'static [&'static str]| {
        move |world: &mut World| world.table("rtb-task", &["subnet-task"], routes)
    };
    let local = &["10.40.0.0/16 local"];
    check(
        S3,
        routes(local),
        &["Add rtb-task to the route tables of the gateway endpoint vpce-s3", "verified"],
    );
    check(PUBLIC, routes(local), &["Route 0.0.0.0/0 to nat-1 in rtb-task", "verified"]);
    check(
        PUBLIC,
        routes(&["10.40.0.0/16 local", "0.0.0.0/0 nat-9 blackhole"]),
        &["Send 0.0.0.0/0 to nat-1 in rtb-task", "verified"],
    );
    check(
        PUBLIC,
        routes(&["10.40.0.0/16 local", "44.0.0.0/8 tgw-1 blackhole", "0.0.0.0/0 nat-1"]),
        &["Send 44.0.0.0/8 to nat-1 in rtb-task", "verified"],
    );
    // No gateway leads to another private network.
    check("10.200.0.2", routes(&["10.40.0.0/16 local", "10.200.0.0/16 tgw-1 blackhole"]), &[]);
    check("10.200.0.2", routes(&["10.40.0.0/16 local", "0.0.0.0/0 nat-1"]), &[]);
    check(
        S3,
        |world| {
            routes(local)(world);
            world.inventory.endpoints.remove("vpce-s3");
        },
        &["Create a gateway endpoint for S3 in vpc-1 and route it in rtb-task", "verified"],
    );
    check(
        S3,
        |world| {
            routes(local)(world);
            world.inventory.endpoints.clear();
            world.inventory.prefix_lists.clear();
            world.group("sg-task", &[], &[]);
        },
        &[
            "Allow TCP 443 to 0.0.0.0/0 in the egress rules of sg-task",
            "Create a gateway endpoint for S3 in vpc-1 and route it in rtb-task",
            "verified",
        ],
    );
    check(
        PUBLIC,
        |world| {
            routes(local)(world);
            world.inventory.nat_gateways.clear();
        },
        &[],
    );
    check(
        PUBLIC,
        |world| {
            routes(local)(world);
            world.inventory.nat_gateways.clear();
            world.sender.has_public_address = Some(true);
        },
        &["Route 0.0.0.0/0 to igw-1 in rtb-task", "verified"],
    );
}

#[test]
fn a_nat_gateway_gets_a_route_or_is_replaced() {
    check(
        PUBLIC,
        |world| world.table("rtb-public", &["subnet-public"], &["10.40.0.0/16 local"]),
        &["Route 0.0.0.0/0 to igw-1 in rtb-public", "verified"],
    );
    check(
        PUBLIC,
        |world| world.table("rtb-public", &["subnet-public"], &["10.40.0.0/16 local", "0.0.0.0/0 nat-1"]),
        &["Send 0.0.0.0/0 to igw-1 in rtb-public", "verified"],
    );
    // A route that others may use is not changed: the task uses another gateway.
    check(
        PUBLIC,
        |world| {
            world.table("rtb-endpoints", &["subnet-endpoints"], &["10.40.0.0/16 local", "0.0.0.0/0 nat-2"]);
            world.nat("nat-2", "subnet-public");
            world.nat("nat-1", "subnet-endpoints");
        },
        &["Send 0.0.0.0/0 to nat-2 in rtb-task", "verified"],
    );
    let failed = |world: &mut World| {
        "failed".clone_into(&mut world.inventory.nat_gateways.get_mut("nat-1").unwrap().state);
    };
    check(PUBLIC, failed, &[]);
    check(
        PUBLIC,
        |world| {
            failed(world);
            world.nat("nat-2", "subnet-public");
        },
        &["Send 0.0.0.0/0 to nat-2 in rtb-task", "verified"],
    );
    check(
        S3,
        |world| {
            failed(world);
            world.table("rtb-task", &["subnet-task"], &["0.0.0.0/0 nat-1"]);
        },
        &["Add rtb-task to the route tables of the gateway endpoint vpce-s3", "verified"],
    );
    check(PUBLIC, |world| world.nat("nat-1", "subnet-task"), &[]);
}

#[test]
fn a_task_gets_a_public_address() {
    let in_public = |world: &mut World| {
        world.table("rtb-task", &["subnet-task"], &["10.40.0.0/16 local", "0.0.0.0/0 igw-1"]);
    };
    check(PUBLIC, in_public, &["Start the task with a public address (assignPublicIp=ENABLED)", "verified"]);
    check(
        PUBLIC,
        |world| {
            in_public(world);
            let service = EcsService {
                arn: "arn:s".to_owned(),
                name: "orders".to_owned(),
                cluster_arn: Some("arn:aws:ecs:eu-west-1:1:cluster/prod".to_owned()),
                definition_arn: None,
                launch_type: None,
                network: Some(TaskNetwork {
                    subnet_ids: vec![SubnetId::new("subnet-task")],
                    group_ids: vec![group_id("sg-task")],
                    assigns_public_address: Some(false),
                }),
                has_exec: false,
                deployments: Vec::new(),
            };
            world.inventory.services.insert(service.arn.clone(), service);
        },
        &["Start the tasks of orders with a public address (assignPublicIp=ENABLED)", "verified"],
    );
}

#[test]
fn a_change_may_uncover_the_next_and_all_are_needed() {
    check(
        ENDPOINT,
        |world| {
            world.group("sg-task", &[], &[]);
            world.group("sg-endpoints", &[], &[]);
            world.acl("acl-task", &["subnet-task"], &["out 100 allow tcp 443 0.0.0.0/0"]);
        },
        &[
            "Allow TCP 443 to sg-endpoints in the egress rules of sg-task",
            "Allow TCP 443 from sg-task in the ingress rules of sg-endpoints",
            "Allow TCP 1024-65535 from 10.40.12.0/24 in acl-task, as rule 100",
            "verified",
        ],
    );
    // Both requests fail. The public one needs a NAT gateway, and then S3 needs no separate endpoint.
    let mut world = World::endpoints();
    world.table("rtb-task", &["subnet-task"], &["10.40.0.0/16 local"]);
    let requests = [https(S3, Service::S3), https(PUBLIC, Service::EcrApi)];
    let both = remedy(&world.inventory, &world.sender, &requests);
    assert_eq!(shown(&both), ["Route 0.0.0.0/0 to nat-1 in rtb-task", "verified"]);
}

#[test]
fn a_fix_with_unknown_or_foreign_parts_is_not_verified() {
    let denied = |world: &mut World| world.group("sg-task", &[], &[]);
    check(
        ENDPOINT,
        |world| {
            denied(world);
            world.inventory.network_acls.clear();
        },
        &["Allow TCP 443 to sg-endpoints in the egress rules of sg-task"],
    );
    check(
        PUBLIC,
        |world| {
            denied(world);
            world.table("rtb-task", &["subnet-task"], &["0.0.0.0/0 tgw-1"]);
        },
        &["Allow TCP 443 to 0.0.0.0/0 in the egress rules of sg-task"],
    );
    let mut world = World::endpoints();
    "pending".clone_into(&mut world.inventory.endpoints.get_mut("vpce-sm").unwrap().state);
    let remedy = remedy(&world.inventory, &world.sender, &[https(ENDPOINT, Service::Unknown)]);
    assert!(remedy.changes.is_empty() && !remedy.is_verified);
    assert_eq!(remedy.remaining.len(), 1);
}

#[test]
fn private_dns_is_turned_on_and_tried() {
    let check = |change: fn(&mut World), want: &[&str]| {
        let mut world = World::endpoints();
        world.inventory.endpoints.get_mut("vpce-sm").unwrap().private_dns_enabled = Some(false);
        change(&mut world);
        let remedy = remedy_with_private_dns(&world.inventory, &world.sender, &EndpointId::new("vpce-sm"));
        assert_eq!(shown(&remedy), want, "{remedy:?}");
    };
    check(|_| (), &["Turn on private DNS of vpce-sm", "verified"]);
    check(
        |world| {
            let vpc = world.inventory.vpcs.get_mut("vpc-1").unwrap();
            vpc.dns_support = Some(false);
            vpc.dns_hostnames = Some(false);
            world.group("sg-endpoints", &[], &[]);
        },
        &[
            "Turn on enableDnsSupport of vpc-1",
            "Turn on enableDnsHostnames of vpc-1",
            "Turn on private DNS of vpce-sm",
            "Allow TCP 443 from sg-task in the ingress rules of sg-endpoints",
            "verified",
        ],
    );
    check(
        |world| world.inventory.vpcs.get_mut("vpc-1").unwrap().dns_hostnames = None,
        &["Turn on private DNS of vpce-sm"],
    );
    check(|world| world.inventory.interfaces.clear(), &["Turn on private DNS of vpce-sm"]);
    check(
        |world| world.inventory.endpoints.get_mut("vpce-sm").unwrap().private_dns_enabled = Some(true),
        &[],
    );
}
