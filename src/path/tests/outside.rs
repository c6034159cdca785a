//! Routes out of the VPC.

use super::{check, obstacles};
use crate::inventory::DocumentKind;
use crate::model::gateway::{Peering, TransitGatewayAttachment};
use crate::model::ids::{PeeringId, SubnetId, TransitGatewayAttachmentId, TransitGatewayId, VpcId};
use crate::model::service::Service;
use crate::path::configured::NextHop;
use crate::path::evaluate_query;
use crate::path::fixture::{PUBLIC, S3, World, shown};
use crate::path::query::Query;

#[test]
fn through_a_gateway_endpoint() {
    check(
        S3,
        |_| (),
        "GatewayEndpoint(EndpointId(\"vpce-s3\"))\n\
         Request Task out: Allowed: sg-task allows all traffic to 0.0.0.0/0\n\
         Request Task out: Allowed: rule 100 of acl-task allows all traffic to 0.0.0.0/0\n\
         Request Task out: Allowed: rtb-task routes 52.216.1.1 to vpce-s3\n\
         Request Task out: Allowed: vpce-s3 is available\n\
         Reply Task in: Allowed: rule 100 of acl-task allows all traffic from 0.0.0.0/0\n",
    );
    obstacles(
        S3,
        |world| drop(world.inventory.endpoints.remove("vpce-s3")),
        &["Request Task out: Unknown (describe-vpc-endpoints of vpce-s3): no document shows vpce-s3"],
    );
    // Neither the list nor the endpoint is known: the list's route may be for S3 or for something else.
    obstacles(
        S3,
        |world| {
            world.inventory.endpoints.clear();
            world.inventory.prefix_lists.clear();
        },
        &["Request Task out: Unknown (describe-prefix-lists of pl-s3): \
           no document shows how rtb-task routes 52.216.1.1"],
    );
    // The endpoint shows the content of the list.
    obstacles(S3, |world| world.inventory.prefix_lists.clear(), &[]);
}

#[test]
fn through_a_nat_gateway() {
    check(
        PUBLIC,
        |_| (),
        "Nat(NatGatewayId(\"nat-1\"))\n\
         Request Task out: Allowed: sg-task allows all traffic to 0.0.0.0/0\n\
         Request Task out: Allowed: rule 100 of acl-task allows all traffic to 0.0.0.0/0\n\
         Request Task out: Allowed: rtb-task routes 44.213.79.104 to nat-1\n\
         Request Nat in: Allowed: rule 100 of acl-public allows all traffic from 0.0.0.0/0\n\
         Request Nat out: Allowed: nat-1 is available\n\
         Request Nat out: Allowed: rule 100 of acl-public allows all traffic to 0.0.0.0/0\n\
         Request Nat out: Allowed: rtb-public routes 44.213.79.104 to igw-1\n\
         Request Nat out: Allowed: igw-1 is attached to vpc-1\n\
         Reply Nat in: Allowed: rule 100 of acl-public allows all traffic from 0.0.0.0/0\n\
         Reply Nat out: Allowed: rule 100 of acl-public allows all traffic to 0.0.0.0/0\n\
         Reply Task in: Allowed: rule 100 of acl-task allows all traffic from 0.0.0.0/0\n",
    );
}

#[test]
fn a_nat_gateway_translates_to_version_4() {
    let with_routes = |world: &mut World| {
        world.table("rtb-task", &["subnet-task"], &["10.40.0.0/16 local", "64:ff9b::/96 nat-1"]);
        world.sender.addresses = vec!["2600:40:0:1::5".parse().unwrap()];
        world.acl("acl-task", &["subnet-task"], &["in 100 allow all ::/0", "out 100 allow all ::/0"]);
        let both = [
            "in 100 allow all 0.0.0.0/0",
            "out 100 allow all 0.0.0.0/0",
            "in 110 allow all ::/0",
            "out 110 allow all ::/0",
        ];
        world.acl("acl-public", &["subnet-public"], &both);
    };
    obstacles("64:ff9b::2cd5:4f68", with_routes, &[]);
    obstacles(
        "64:ff9b::2cd5:4f68",
        |world| {
            with_routes(world);
            world.table("rtb-public", &["subnet-public"], &["10.40.0.0/16 local"]);
        },
        &["Request Nat out: Denied: no route of rtb-public leads to 44.213.79.104"],
    );
}

#[test]
fn a_nat_gateway_can_be_broken_in_several_ways() {
    let check = |change: fn(&mut World), want: &[&str]| obstacles(PUBLIC, change, want);
    check(
        |world| {
            let gateway = world.inventory.nat_gateways.get_mut("nat-1").unwrap();
            "failed".clone_into(&mut gateway.state);
            gateway.failure = Some("the subnet has no free addresses".to_owned());
        },
        &["Request Nat out: Denied: nat-1 is failed: the subnet has no free addresses"],
    );
    check(
        |world| {
            world.nat("nat-2", "subnet-public");
            world.inventory.nat_gateways.remove("nat-1");
        },
        &[
            "Request Nat out: Denied: nat-1 is gone: describe-nat-gateways names others of the VPC and not this one",
        ],
    );
    // An account that the VPC is shared with sees none.
    check(
        |world| world.inventory.nat_gateways.clear(),
        &["Request Nat out: Unknown (describe-nat-gateways of nat-1): no document shows nat-1"],
    );
    check(
        |world| {
            world.inventory.nat_gateways.clear();
            world.inventory.documents.remove(&DocumentKind::NatGateways);
        },
        &["Request Nat out: Unknown (describe-nat-gateways of nat-1): no document shows nat-1"],
    );
    check(
        |world| world.table("rtb-public", &["subnet-public"], &["10.40.0.0/16 local"]),
        &["Request Nat out: Denied: no route of rtb-public leads to 44.213.79.104"],
    );
    check(
        |world| world.nat("nat-1", "subnet-task"),
        &[
            "Request Nat out: Denied: nat-1 is in a subnet that rtb-task routes to nat-1, not to an internet gateway",
        ],
    );
    check(
        |world| world.table("rtb-public", &["subnet-public"], &["0.0.0.0/0 tgw-1"]),
        &["Request Nat out: External: nat-1 sends it to tgw-1, and no document shows what follows"],
    );
    check(
        |world| world.inventory.nat_gateways.get_mut("nat-1").unwrap().is_private = true,
        &["Request Nat out: Denied: nat-1 is private and has no public address"],
    );
    check(
        |world| world.inventory.internet_gateways.get_mut("igw-1").unwrap().vpc_ids = Some(Vec::new()),
        &["Request Nat out: Denied: igw-1 is not attached to vpc-1"],
    );
    check(
        |world| {
            let entries = ["out 100 allow tcp 443 0.0.0.0/0", "in 100 allow tcp 443 0.0.0.0/0"];
            world.acl("acl-public", &["subnet-public"], &entries);
        },
        &[
            "Reply Nat in: Denied: no rule of acl-public allows TCP 1024-65535 from 44.213.79.104",
            "Reply Nat out: Denied: no rule of acl-public allows TCP 50000 to 10.40.1.31",
        ],
    );
}

#[test]
fn through_an_internet_gateway() {
    let to_internet = |world: &mut World| {
        world.table("rtb-task", &["subnet-task"], &["10.40.0.0/16 local", "0.0.0.0/0 igw-1", "::/0 igw-1"]);
    };
    obstacles(PUBLIC, to_internet, &["Request Task out: Denied: the task has no public address"]);
    let with_address = |is_public| {
        move |world: &mut World| {
            to_internet(world);
            world.sender.has_public_address = is_public;
        }
    };
    obstacles(PUBLIC, with_address(Some(true)), &[]);
    obstacles(
        PUBLIC,
        with_address(None),
        &["Request Task out: Unknown (whether the task has a public address): \
           no document shows whether the task has a public address"],
    );
    obstacles(
        "2a05:d018::1",
        |world| {
            to_internet(world);
            let everything = ["in 100 allow all ::/0", "out 100 allow all ::/0"];
            world.acl("acl-task", &["subnet-task"], &everything);
        },
        &[],
    );
    obstacles(
        PUBLIC,
        |world| {
            with_address(Some(true))(world);
            world.inventory.internet_gateways.clear();
        },
        &["Request Task out: Unknown (describe-internet-gateways of igw-1): no document shows igw-1"],
    );
}

#[test]
fn without_a_route_the_path_ends() {
    let check = |routes: &[&str], next_hop: &NextHop, want: &[&str]| {
        let change = |world: &mut World| world.table("rtb-task", &["subnet-task"], routes);
        obstacles(PUBLIC, change, want);
        let mut world = World::endpoints();
        change(&mut world);
        assert_eq!(&world.evaluate(PUBLIC, Service::EcrApi).next_hop, next_hop);
    };
    check(
        &["10.40.0.0/16 local"],
        &NextHop::NoRoute,
        &["Request Task out: Denied: no route of rtb-task leads to 44.213.79.104"],
    );
    check(
        &["10.40.0.0/16 local", "0.0.0.0/0 tgw-1 blackhole"],
        &NextHop::Blackhole(crate::model::route_table::RouteTarget::TransitGateway(TransitGatewayId::new(
            "tgw-1",
        ))),
        &["Request Task out: Denied: rtb-task routes 44.213.79.104 to tgw-1, which is gone"],
    );
}

#[test]
fn next_hops_outside_the_documents_are_external() {
    let check = |target: &str, change: fn(&mut World), want: &str| {
        let routes = ["10.40.0.0/16 local".to_owned(), format!("0.0.0.0/0 {target}")];
        let routes: Vec<&str> = routes.iter().map(String::as_str).collect();
        let change = |world: &mut World| {
            world.table("rtb-task", &["subnet-task"], &routes);
            change(world);
        };
        obstacles(PUBLIC, change, &[want]);
    };
    let attach = |world: &mut World, state: &str, zone: &str| {
        let attachment = TransitGatewayAttachment {
            id: TransitGatewayAttachmentId::new("tgw-attach-1"),
            gateway_id: Some(TransitGatewayId::new("tgw-1")),
            vpc_id: Some(VpcId::new("vpc-1")),
            subnet_ids: vec![SubnetId::new("subnet-public")],
            state: state.to_owned(),
        };
        world.inventory.transit_gateway_attachments.insert(attachment.id.clone(), attachment);
        let subnet = world.inventory.subnets.get_mut("subnet-public").unwrap();
        subnet.availability_zone = Some(zone.to_owned());
    };
    check("tgw-1", |_| (), "Request Task out: External: no document shows what follows tgw-1");
    check("vgw-1", |_| (), "Request Task out: External: no document shows what follows vgw-1");
    let with_state = |state: &'static str, zone: &'static str, want: &str| {
        let change = |world: &mut World| {
            world.table("rtb-task", &["subnet-task"], &["0.0.0.0/0 tgw-1"]);
            attach(world, state, zone);
        };
        obstacles(PUBLIC, change, &[want]);
    };
    with_state("available", "eu-west-1a", "Request Task out: External: no document shows what follows tgw-1");
    with_state(
        "available",
        "eu-west-1b",
        "Request Task out: Denied: the attachment tgw-attach-1 has no subnet in eu-west-1a, the task's zone",
    );
    with_state(
        "deleted",
        "eu-west-1a",
        "Request Task out: Denied: the attachment tgw-attach-1 of vpc-1 to tgw-1 is deleted",
    );
    check(
        "pcx-1",
        |world| {
            let peering =
                Peering { id: PeeringId::new("pcx-1"), status: "expired".to_owned(), vpc_ids: Vec::new() };
            world.inventory.peerings.insert(peering.id.clone(), peering);
        },
        "Request Task out: Denied: pcx-1 is expired",
    );
}

#[test]
fn a_decision_on_a_service_holds_for_all_its_addresses() {
    let check = |service: Service, blocks: &[&str], change: fn(&mut World), want: &[&str]| {
        let mut world = World::endpoints();
        change(&mut world);
        let blocks = blocks.iter().map(|block| block.parse().unwrap()).collect();
        let query = Query::to_public(service, 443, blocks, "its addresses".to_owned());
        let shown = shown(&evaluate_query(&world.inventory, &world.sender, &query));
        let obstacles: Vec<&str> =
            shown.lines().skip(1).filter(|line| !line.contains(": Allowed: ")).collect();
        assert_eq!(obstacles, want, "{shown}");
    };
    check(Service::EcrApi, &[], |_| (), &[]);
    check(Service::S3, &[], |_| (), &[]);
    check(Service::S3, &["52.216.0.0/15", "16.15.0.0/16"], |_| (), &[]);
    check(
        Service::EcrApi,
        &[],
        |world| world.group("sg-task", &[], &["tcp 443 10.0.0.0/8", "tcp 443 pl-s3", "tcp 443 sg-endpoints"]),
        &["Request Task out: Denied: no egress rule of sg-task allows TCP 443 to its addresses"],
    );
    check(
        Service::EcrApi,
        &[],
        |world| world.group("sg-task", &[], &["tcp 443 52.94.0.0/16"]),
        &["Request Task out: Unknown (which of its addresses is used): \
           no known egress rule of sg-task allows TCP 443 to its addresses"],
    );
    check(
        Service::S3,
        &["52.216.0.0/15", "16.15.0.0/16"],
        |world| world.group("sg-task", &[], &["tcp 443 52.216.0.0/15"]),
        &["Request Task out: Unknown (which of its addresses is used): \
           no known egress rule of sg-task allows TCP 443 to its addresses"],
    );
    check(
        Service::EcrApi,
        &[],
        |world| {
            let routes =
                ["10.40.0.0/16 local", "10.0.0.0/8 tgw-1", "0.0.0.0/0 nat-1", "44.0.0.0/8 nat-9 blackhole"];
            world.table("rtb-task", &["subnet-task"], &routes);
        },
        &["Request Task out: Unknown (which of its addresses is used): \
           no document shows how rtb-task routes its addresses"],
    );
    check(
        Service::EcrApi,
        &[],
        |world| world.table("rtb-task", &["subnet-task"], &["10.40.0.0/16 local", "10.0.0.0/8 tgw-1"]),
        &["Request Task out: Denied: no route of rtb-task leads to its addresses"],
    );
}
