//! The part of an inventory that evaluations of some requests use: small enough for many copies.

use std::collections::BTreeSet;

use crate::inventory::Inventory;
use crate::model::ids::{InstanceId, InterfaceId, SecurityGroupId};
use crate::model::prefix_list::AddressRanges;
use crate::model::route_table::RouteTarget;
use crate::model::security_group::{RulePeer, SecurityGroup};
use crate::path::configured::Sender;
use crate::path::query::Query;

/// A copy of the parts that these requests use; an evaluation there has the same result as in the whole inventory.
pub(super) fn extract(inventory: &Inventory, sender: &Sender, queries: &[Query]) -> Inventory {
    let mut part = Inventory {
        endpoints: inventory.endpoints.clone(),
        subnets: inventory.subnets.clone(),
        vpcs: inventory.vpcs.clone(),
        network_acls: inventory.network_acls.clone(),
        route_tables: inventory.route_tables.clone(),
        nat_gateways: inventory.nat_gateways.clone(),
        internet_gateways: inventory.internet_gateways.clone(),
        egress_only_gateways: inventory.egress_only_gateways.clone(),
        peerings: inventory.peerings.clone(),
        transit_gateway_attachments: inventory.transit_gateway_attachments.clone(),
        prefix_lists: inventory.prefix_lists.clone(),
        services: inventory.services.clone(),
        documents: inventory.documents.clone(),
        ..Inventory::default()
    };
    let is_met =
        |block: &ipnet::IpNet| queries.iter().any(|query| block.contains(&query.request.destination));
    let ranges = inventory.address_ranges.ranges.iter().filter(|range| is_met(&range.block)).cloned();
    part.address_ranges = AddressRanges { created: None, ranges: ranges.collect() };
    add_interfaces(inventory, sender, queries, &mut part);
    add_groups(inventory, sender, &mut part);
    let task = sender.interface_id.as_ref().and_then(|id| inventory.task_of_interface(id));
    part.tasks.extend(task.map(|task| (task.arn.clone(), task.clone())));
    part
}

/// Adds the interface of the sender, those at the destinations, those that routes lead to, and the others of the same
/// instances.
fn add_interfaces(inventory: &Inventory, sender: &Sender, queries: &[Query], part: &mut Inventory) {
    let targets: BTreeSet<&InterfaceId> = (inventory.route_tables.values())
        .flat_map(|table| &table.routes)
        .filter_map(|route| match &route.target {
            RouteTarget::Interface(id) => Some(id),
            _ => None,
        })
        .collect();
    let instances: BTreeSet<&InstanceId> = inventory
        .interfaces
        .values()
        .filter(|one| inventory.is_route_target(&one.id))
        .filter_map(|one| one.instance_id.as_ref())
        .collect();
    let destinations: BTreeSet<_> = queries.iter().map(|query| query.request.destination).collect();
    let met = inventory.interfaces.values().filter(|interface| {
        targets.contains(&interface.id)
            || interface.instance_id.as_ref().is_some_and(|instance| instances.contains(instance))
            || sender.interface_id.as_ref() == Some(&interface.id)
            || interface.addresses.iter().any(|address| destinations.contains(address))
    });
    part.interfaces = met.map(|interface| (interface.id.clone(), interface.clone())).collect();
}

/// Adds the groups of both peers with their rules, and the groups that rules name, without rules.
fn add_groups(inventory: &Inventory, sender: &Sender, part: &mut Inventory) {
    let of_interfaces = part.interfaces.values().flat_map(|interface| &interface.group_ids);
    let of_endpoints = part.endpoints.values().flat_map(|endpoint| &endpoint.group_ids);
    let own = sender.group_ids.iter().flatten().chain(of_interfaces).chain(of_endpoints);
    let own: BTreeSet<SecurityGroupId> = own.cloned().collect();
    for group in own.iter().filter_map(|id| inventory.security_groups.get(id)) {
        for rule in group.egress.iter().chain(&group.ingress).flatten() {
            if let RulePeer::Group(peer) = &rule.peer
                && let Some(peer) = inventory.security_groups.get(peer)
                && !own.contains(&peer.id)
            {
                part.security_groups.insert(peer.id.clone(), without_rules(peer));
            }
        }
        part.security_groups.insert(group.id.clone(), group.clone());
    }
}

fn without_rules(group: &SecurityGroup) -> SecurityGroup {
    SecurityGroup {
        id: group.id.clone(),
        name: group.name.clone(),
        vpc_id: group.vpc_id.clone(),
        ingress: None,
        egress: None,
    }
}
