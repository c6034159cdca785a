//! Rules of groups, entries of network ACLs, routes, and the associations of subnets, in the tables of an inventory.

use crate::inventory::documents::Inventory;
use crate::model::configuration_change::{Part, PartState, PartValue};
use crate::model::ids::{NetworkAclId, RouteTableId, SubnetId};
use crate::model::network_acl::NetworkAcl;
use crate::model::route_table::{Route, RouteTable, RouteTarget};
use crate::model::security_group::{SecurityGroup, SecurityGroupRule};

const UNKNOWN: PartState = PartState::Unknown;

pub(super) fn rules_of(group: &SecurityGroup, is_egress: bool) -> Option<&Vec<SecurityGroupRule>> {
    if is_egress { group.egress.as_ref() } else { group.ingress.as_ref() }
}

/// Whether two rules allow the same; their ids do not matter.
pub(super) fn is_same(one: &SecurityGroupRule, other: &SecurityGroupRule) -> bool {
    one.traffic == other.traffic && one.peer == other.peer
}

pub(super) fn write_rule(group: &mut SecurityGroup, part: &Part, state: &PartState) {
    let (Part::Rule { is_egress, .. } | Part::Rules { is_egress }) = part else { return };
    let rules = if *is_egress { &mut group.egress } else { &mut group.ingress };
    match (part, state, rules.as_mut()) {
        (Part::Rule { rule, .. }, PartState::Absent, Some(known)) => known.retain(|one| !is_same(one, rule)),
        (Part::Rule { rule, .. }, PartState::Present(_), Some(known)) => {
            if !known.iter().any(|one| is_same(one, rule)) {
                known.push(rule.clone());
                known.sort();
            }
        }
        _ => *rules = None,
    }
}

pub(super) fn entry_of(acl: &NetworkAcl, egress: bool, number: u16) -> PartState {
    match acl.entries.iter().find(|entry| entry.egress == egress && entry.number == number) {
        Some(entry) => PartState::Present(PartValue::Entry(entry.clone())),
        None if acl.is_whole => PartState::Absent,
        None => UNKNOWN,
    }
}

pub(super) fn write_entry(acl: &mut NetworkAcl, egress: bool, number: u16, state: &PartState) {
    acl.entries.retain(|entry| entry.egress != egress || entry.number != number);
    match state {
        PartState::Present(PartValue::Entry(entry)) => {
            acl.entries.push(entry.clone());
            acl.entries.sort();
        }
        PartState::Absent => {}
        _ => acl.is_whole = false,
    }
}

pub(super) fn write_route(table: &mut RouteTable, part: &Part, state: &PartState) {
    match (part, state) {
        (Part::Route(destination), PartState::Absent) => {
            table.routes.retain(|route| route.destination != *destination);
        }
        (Part::Route(destination), PartState::Present(PartValue::Target(target))) => {
            table.routes.retain(|route| route.destination != *destination);
            let (destination, target) = (destination.clone(), target.clone());
            table.routes.push(Route { destination, target, is_blackhole: false });
            table.routes.sort();
        }
        (Part::EndpointRoutes(endpoint), PartState::Absent) => {
            let target = RouteTarget::Endpoint(endpoint.clone());
            table.routes.retain(|route| route.target != target);
        }
        (Part::EndpointRoutes(endpoint), PartState::Present(_)) => {
            let target = RouteTarget::Endpoint(endpoint.clone());
            // The event does not show the prefix list of the route.
            table.is_whole &= table.routes.iter().any(|route| route.target == target);
        }
        _ => table.is_whole = false,
    }
}

pub(super) fn write_subnet_acl(inventory: &mut Inventory, subnet: &SubnetId, state: &PartState) {
    let wanted = match state {
        PartState::Present(PartValue::Text(id)) => {
            inventory.network_acls.get_mut(&NetworkAclId::new(id.as_str()))
        }
        _ => None,
    };
    match wanted.map(|acl| acl.id.clone()) {
        Some(wanted) => {
            inventory.history.unknown_acls.remove(subnet);
            for acl in inventory.network_acls.values_mut() {
                acl.subnet_ids.retain(|one| one != subnet);
                if acl.id == wanted {
                    acl.subnet_ids.push(subnet.clone());
                }
            }
        }
        None => _ = inventory.history.unknown_acls.insert(subnet.clone()),
    }
}

pub(super) fn write_subnet_table(inventory: &mut Inventory, subnet: &SubnetId, state: &PartState) {
    let wanted = match state {
        PartState::Present(PartValue::Text(id)) => {
            let id = RouteTableId::new(id.as_str());
            inventory.route_tables.contains_key(&id).then_some(Some(id))
        }
        PartState::Absent => Some(None),
        _ => None,
    };
    match wanted {
        Some(wanted) => {
            inventory.history.unknown_tables.remove(subnet);
            for table in inventory.route_tables.values_mut() {
                table.subnet_ids.retain(|one| one != subnet);
                if wanted.as_ref() == Some(&table.id) {
                    table.subnet_ids.push(subnet.clone());
                }
            }
        }
        None => _ = inventory.history.unknown_tables.insert(subnet.clone()),
    }
}
