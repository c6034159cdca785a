//! A rule for a security group: the narrowest that stays valid.

use ipnet::IpNet;

use crate::finding::{Hop, Side};
use crate::model::ids::{PrefixListId, SecurityGroupId};
use crate::model::protocol::Protocol;
use crate::model::route_table::RouteDestination;
use crate::model::security_group::{RulePeer, SecurityGroupRule};
use crate::model::service::Service;
use crate::model::traffic_rule::{PortRange, TrafficSelector};
use crate::path::change::Change;
use crate::path::lookup::{prefix_list_holds, service_of_list};
use crate::path::matching::Match;
use crate::path::peer::{Membership, Peer, is_private};
use crate::path::scene::Scene;

/// The missing rule, for the first group of an interface.
pub(super) fn proposal(scene: &Scene<'_>, groups: &[SecurityGroupId], hop: &Hop) -> Option<Change> {
    let (group_id, is_egress) = (groups.first()?.clone(), hop.is_outbound);
    let peer = match (is_egress, hop.side) {
        (true, _) => destination_peer(scene),
        // An appliance serves every subnet whose route leads to it.
        (false, Side::Nat) => vpc_block(scene).map(RulePeer::Block).or_else(|| source_peer(scene)),
        (false, _) => source_peer(scene),
    }?;
    let request = scene.request;
    let traffic = selector(request.protocol, PortRange::one(request.destination_port));
    Some(Change::AllowInGroup { group_id, is_egress, rule: SecurityGroupRule { id: None, traffic, peer } })
}

/// A protocol and its ports, where it has any.
pub(super) fn selector(protocol: Protocol, ports: PortRange) -> TrafficSelector {
    let has_ports = matches!(protocol, Protocol::TCP | Protocol::UDP);
    TrafficSelector { protocol: Some(protocol), ports: if has_ports { ports } else { PortRange::ALL } }
}

/// Addresses of services change, so a group or a list is better. For a public address of an unknown owner, only the whole
/// internet is wide enough.
fn destination_peer(scene: &Scene<'_>) -> Option<RulePeer> {
    let destination = &scene.destination;
    let list = || list_of(scene).map(|(list, _)| RulePeer::PrefixList(list));
    group_of(destination).or_else(list).or_else(|| Some(RulePeer::Block(own_or_everywhere(destination)?)))
}

fn source_peer(scene: &Scene<'_>) -> Option<RulePeer> {
    group_of(&scene.source).or_else(|| source_block(scene).map(RulePeer::Block))
}

/// The block of the sender's subnet; none if it is unknown. A single address is never admitted, because the next task has
/// another one.
pub(super) fn source_block(scene: &Scene<'_>) -> Option<IpNet> {
    let own = scene.source.blocks.first()?;
    if scene.source.address().is_none() {
        return Some(*own);
    }
    let subnet = scene.inventory.subnets.get(scene.sender.subnet_id.as_ref()?)?;
    subnet.cidrs.iter().find(|block| block.contains(own)).copied()
}

/// The block of the VPC that holds the sender.
fn vpc_block(scene: &Scene<'_>) -> Option<IpNet> {
    let own = scene.source.blocks.first()?;
    let vpc = scene.vpc.and_then(|vpc| scene.inventory.vpcs.get(vpc))?;
    vpc.cidrs.iter().find(|block| block.contains(own)).copied()
}

fn group_of(peer: &Peer) -> Option<RulePeer> {
    match &peer.membership {
        Membership::Groups(groups) => groups.iter().min().cloned().map(RulePeer::Group),
        Membership::Outside(_) | Membership::Unknown(_) => None,
    }
}

/// AWS's list of a service that holds the destination, and the service. A list with known blocks is preferred.
pub(super) fn list_of(scene: &Scene<'_>) -> Option<(PrefixListId, Service)> {
    let lists = &scene.inventory.prefix_lists;
    let routes = scene.inventory.route_tables.values().flat_map(|table| &table.routes);
    let routed = routes.filter_map(|route| match &route.destination {
        RouteDestination::PrefixList(list) => Some(list),
        RouteDestination::Block(_) => None,
    });
    let mut named: Vec<&PrefixListId> = lists.keys().chain(routed).collect();
    named.sort_by_key(|id| (lists.get(*id).is_none_or(|list| list.blocks.is_none()), *id));
    named.into_iter().find_map(|list| {
        let service = service_of_list(scene.inventory, list)?;
        let holds = prefix_list_holds(scene.inventory, list, &scene.destination) == Match::Yes;
        holds.then(|| (list.clone(), service))
    })
}

/// The destination's own block; all addresses if it is outside and its address is public.
pub(super) fn own_or_everywhere(destination: &Peer) -> Option<IpNet> {
    // The public addresses of a service have no common block.
    let own = destination.blocks.first().copied();
    let is_public = destination.is_inside == Some(false) && !own.is_some_and(|own| is_private(own.addr()));
    if is_public { Some(everywhere(destination.is_v6)) } else { own }
}

/// Every address of a family.
pub(super) fn everywhere(is_v6: bool) -> IpNet {
    if is_v6 { ipnet::Ipv6Net::default().into() } else { ipnet::Ipv4Net::default().into() }
}
