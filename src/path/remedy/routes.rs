//! A route out: a gateway endpoint for S3, otherwise an existing NAT gateway or internet gateway.

use std::net::IpAddr;

use crate::finding::{Control, Hop, Leg, Side};
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::gateway::NatGateway;
use crate::model::ids::{InternetGatewayId, RouteTableId, VpcId};
use crate::model::route_table::{Route, RouteDestination, RouteTable, RouteTarget};
use crate::model::service::Service;
use crate::path::change::Change;
use crate::path::lookup::route_table_of;
use crate::path::peer::{embedded, is_private};
use crate::path::region::region_of;
use crate::path::remedy::groups::{everywhere, list_of};
use crate::path::routes::{Choice, choose};
use crate::path::scene::Scene;

/// A route for packets that a route table or a broken NAT gateway stops. S3 needs no NAT gateway.
pub(super) fn proposal(scene: &Scene<'_>, hop: &Hop) -> Option<Change> {
    let table = scene.table?;
    match (hop.side, &hop.control) {
        (_, Control::RouteTable { id, .. }) if hop.leg == Leg::Reply => {
            route_back(scene, table, id.as_ref()?)
        }
        (Side::Task, _) => route_out(scene, table),
        (_, Control::RouteTable { id: Some(id), .. }) => {
            let another = || gateway_endpoint(scene, table).or_else(|| another_gateway(scene, table));
            route_out_of_nat(scene, id).or_else(another)
        }
        (_, Control::NatGateway(_)) => {
            another_gateway(scene, table).or_else(|| gateway_endpoint(scene, table))
        }
        _ => None,
    }
}

/// A route to the sender's VPC in the table of the far side, to the connection over which requests come.
fn route_back(scene: &Scene<'_>, own: &RouteTable, id: &RouteTableId) -> Option<Change> {
    let there = scene.inventory.route_tables.get(id)?;
    let target = present(scene, own)?.target.clone();
    let sender = *scene.source.blocks.first()?;
    let vpc = scene.vpc.and_then(|vpc| scene.inventory.vpcs.get(vpc));
    let block = vpc.and_then(|vpc| vpc.cidrs.iter().find(|block| block.contains(&sender)).copied());
    let destination = RouteDestination::Block(block.unwrap_or(sender));
    let route = Route { destination, target, is_blackhole: false };
    let is_there = there.routes.iter().any(|other| other.destination == route.destination);
    let table_id = id.clone();
    Some(if is_there {
        Change::ReplaceRoute { table_id, route }
    } else {
        Change::AddRoute { table_id, route }
    })
}

/// A route out of the sender's subnet.
fn route_out(scene: &Scene<'_>, table: &RouteTable) -> Option<Change> {
    let is_at_list = matches!(present(scene, table), Some(Route { target: RouteTarget::Endpoint(_), .. }));
    let endpoint = (!is_at_list).then(|| gateway_endpoint(scene, table)).flatten();
    endpoint.or_else(|| another_gateway(scene, table))
}

/// The present route of the packets, which does not lead to the destination.
fn present<'a>(scene: &Scene<'_>, table: &'a RouteTable) -> Option<&'a Route> {
    match choose(scene.inventory, table, &scene.destination) {
        Choice::Route(route) => Some(route),
        Choice::None | Choice::Unknown(_) => None,
    }
}

fn gateway_endpoint(scene: &Scene<'_>, table: &RouteTable) -> Option<Change> {
    let list = list_of(scene).filter(|(_, service)| *service == Service::S3).map(|(list, _)| list);
    let is_s3 =
        list.is_some() || scene.request.service == Service::S3 && scene.destination.is_inside == Some(false);
    if !is_s3 {
        return None;
    }
    let vpc_id = scene.vpc?.clone();
    let table_id = table.id.clone();
    let is_ready = |endpoint: &&Endpoint| {
        endpoint.kind == EndpointKind::Gateway
            && endpoint.service == Service::S3
            && endpoint.vpc_id.as_ref() == Some(&vpc_id)
    };
    match scene.inventory.endpoints.values().find(is_ready) {
        // The table has its route already: the packets do not take it for another reason.
        Some(endpoint) if leads_to(table, endpoint) => None,
        Some(endpoint) if endpoint.state.eq_ignore_ascii_case("available") => {
            let endpoint_id = endpoint.id.clone();
            Some(Change::AssociateGatewayEndpoint { endpoint_id, table_id, list_id: list })
        }
        Some(_) => None,
        None => {
            let region = region_of(scene.inventory, &vpc_id);
            Some(Change::CreateGatewayEndpoint { vpc_id, region, table_id, list_id: list })
        }
    }
}

/// Whether a table has the route of a gateway endpoint.
fn leads_to(table: &RouteTable, endpoint: &Endpoint) -> bool {
    let is_route =
        |route: &Route| route.target == RouteTarget::Endpoint(endpoint.id.clone()) && !route.is_blackhole;
    endpoint.route_table_ids.contains(&table.id) || table.routes.iter().any(is_route)
}

/// A route through a NAT gateway, or for a sender with a public address through an internet gateway.
fn another_gateway(scene: &Scene<'_>, table: &RouteTable) -> Option<Change> {
    if scene.destination.is_v6 {
        return way_out_for_v6(scene, table);
    }
    if scene.destination.is_inside != Some(false) || scene.destination.address().is_some_and(is_private) {
        return None;
    }
    let nat = || nat_gateway(scene).map(|gateway| RouteTarget::NatGateway(gateway.id.clone()));
    let internet = || has_public_address(scene).then(|| internet_gateway(scene)).flatten();
    let target = nat().or_else(|| internet().map(RouteTarget::InternetGateway))?;
    set_route(scene, table, target)
}

/// IPv6 leaves through an egress-only gateway, or in a subnet that is public for IPv4 too through its internet gateway. Only
/// a NAT gateway translates addresses of NAT64.
fn way_out_for_v6(scene: &Scene<'_>, table: &RouteTable) -> Option<Change> {
    if let Some(IpAddr::V6(address)) = scene.destination.address()
        && embedded(address).is_some()
    {
        let gateway = scene.inventory.nat_gateways.values().find(|gateway| is_usable(scene, gateway))?;
        let destination = RouteDestination::Block("64:ff9b::/96".parse().ok()?);
        let target = RouteTarget::NatGateway(gateway.id.clone());
        let route = Route { destination, target, is_blackhole: false };
        return Some(Change::AddRoute { table_id: table.id.clone(), route });
    }
    if scene.destination.is_inside != Some(false) || scene.destination.address().is_some_and(is_private) {
        return None;
    }
    let vpc = scene.vpc?;
    let attached = scene
        .inventory
        .egress_only_gateways
        .values()
        .find(|gateway| gateway.is_attached_to(vpc) == Some(true));
    let egress_only = attached.map(|gateway| RouteTarget::Other(gateway.id.clone()));
    let is_public =
        |route: &&Route| matches!(route.target, RouteTarget::InternetGateway(_)) && !route.is_blackhole;
    let public = || table.routes.iter().find(is_public).map(|route| route.target.clone());
    set_route(scene, table, egress_only.or_else(|| public().filter(|_| has_public_address(scene)))?)
}

/// The route to a target: it replaces the present route of the packets, or becomes the default route.
fn set_route(scene: &Scene<'_>, table: &RouteTable, target: RouteTarget) -> Option<Change> {
    let table_id = table.id.clone();
    let to = |destination| Route { destination, target: target.clone(), is_blackhole: false };
    match present(scene, table) {
        // The route of an endpoint or of the VPC itself cannot be given another target.
        Some(Route { target: RouteTarget::Endpoint(_) | RouteTarget::Local, .. }) => None,
        Some(route) => Some(Change::ReplaceRoute { table_id, route: to(route.destination.clone()) }),
        None => {
            let route = to(RouteDestination::Block(everywhere(scene.destination.is_v6)));
            Some(Change::AddRoute { table_id, route })
        }
    }
}

/// A NAT gateway that works and is not the present one, in the sender's zone if possible.
fn nat_gateway<'a>(scene: &Scene<'a>) -> Option<&'a NatGateway> {
    if scene.destination.is_v6 {
        return None;
    }
    let zone = |gateway: &NatGateway| {
        scene.inventory.subnets.get(gateway.subnet_id.as_ref()?)?.availability_zone.clone()
    };
    let own = scene.sender.subnet_id.as_ref().and_then(|id| scene.inventory.subnets.get(id));
    let own = own.and_then(|subnet| subnet.availability_zone.clone());
    let now = scene.table.and_then(|table| present(scene, table));
    let is_other = |gateway: &&NatGateway| {
        now.is_none_or(|route| route.target != RouteTarget::NatGateway(gateway.id.clone()))
    };
    let all = scene.inventory.nat_gateways.values();
    let usable = all.filter(is_other).filter(|gateway| is_usable(scene, gateway));
    usable.min_by_key(|gateway| (own.is_none() || zone(gateway) != own, &gateway.id))
}

/// Whether a NAT gateway is available, public, in this VPC and not behind the sender's own route table, where packets
/// would come back to it.
fn is_usable(scene: &Scene<'_>, gateway: &NatGateway) -> bool {
    let Some(subnet) = &gateway.subnet_id else {
        return false;
    };
    let table = route_table_of(scene.inventory, subnet, scene.vpc);
    let is_elsewhere = table.map(|table| &table.id) != scene.table.map(|table| &table.id);
    gateway.state.eq_ignore_ascii_case("available")
        && !gateway.is_private
        && gateway.vpc_id.as_ref().is_some_and(|vpc| Some(vpc) == scene.vpc)
        && is_elsewhere
}

/// A route to the internet for a NAT gateway's subnet, unless the sender's subnet has the same table, or others may use
/// the route that is there: a route that leads back to the gateway serves no packets.
fn route_out_of_nat(scene: &Scene<'_>, id: &RouteTableId) -> Option<Change> {
    let table = scene.inventory.route_tables.get(id)?;
    let own = scene.table.filter(|_| !scene.destination.is_v6)?;
    let gateway = present(scene, own).map(|route| &route.target);
    let is_used = |route: &Route| !route.is_blackhole && Some(&route.target) != gateway;
    if own.id == *id || present(scene, table).is_some_and(is_used) {
        return None;
    }
    set_route(scene, table, RouteTarget::InternetGateway(internet_gateway(scene)?))
}

/// The internet gateway that is attached to the sender's VPC.
fn internet_gateway(scene: &Scene<'_>) -> Option<InternetGatewayId> {
    let vpc: &VpcId = scene.vpc?;
    let attached =
        scene.inventory.internet_gateways.values().find(|gateway| gateway.is_attached_to(vpc) == Some(true));
    attached.map(|gateway| gateway.id.clone())
}

fn has_public_address(scene: &Scene<'_>) -> bool {
    if scene.destination.is_v6 {
        let address = scene.source.address();
        return address.is_some_and(
            |address| matches!(address, std::net::IpAddr::V6(address) if !address.is_unique_local()),
        );
    }
    scene.sender.has_public_address == Some(true)
}
