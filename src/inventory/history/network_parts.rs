//! Parts of the network in the tables of an inventory: reads their state, and sets it.
//!
//! A state that is not known becomes the unknown of its table: rules and attributes that no document shows, a list that is not
//! whole, a kind of document that is not complete.

use ipnet::IpNet;

use crate::inventory::documents::Inventory;
use crate::inventory::history::attribute_parts::{read_attribute, write_attribute};
use crate::inventory::history::control_parts::{
    entry_of, is_same, rules_of, write_entry, write_route, write_rule, write_subnet_acl, write_subnet_table,
};
use crate::inventory::history::distant_parts;
use crate::model::blocks::Blocks;
use crate::model::configuration_change::{Attribute, ChangeSubject, Part, PartState, PartValue, SubjectKind};
use crate::model::document::DocumentKind;
use crate::model::ids::{PrefixListId, VpcId};
use crate::model::route_table::RouteTarget;

const UNKNOWN: PartState = PartState::Unknown;

fn there_if(is_there: bool) -> PartState {
    if is_there { PartState::Present(PartValue::There) } else { PartState::Absent }
}

/// The state of a part in an inventory.
pub(super) fn read(inventory: &Inventory, subject: &ChangeSubject, part: &Part) -> PartState {
    let id = subject.id.as_str();
    match (subject.kind, part) {
        (kind, Part::Existence) => existence(inventory, kind, id),
        (SubjectKind::SecurityGroup, Part::Rule { is_egress, rule }) => {
            let group = inventory.security_groups.get(id);
            let rules = group.and_then(|group| rules_of(group, *is_egress));
            rules.map_or(UNKNOWN, |rules| there_if(rules.iter().any(|known| is_same(known, rule))))
        }
        (SubjectKind::NetworkAcl, Part::Entry { egress, number }) => {
            inventory.network_acls.get(id).map_or(UNKNOWN, |acl| entry_of(acl, *egress, *number))
        }
        (SubjectKind::RouteTable, Part::Route(destination)) => {
            let Some(table) = inventory.route_tables.get(id) else { return UNKNOWN };
            match table.routes.iter().find(|route| route.destination == *destination) {
                // A target that is gone may be missing from the document.
                Some(route) if route.target == RouteTarget::Other("-".to_owned()) => UNKNOWN,
                Some(route) => PartState::Present(PartValue::Target(route.target.clone())),
                None if table.is_whole => PartState::Absent,
                None => UNKNOWN,
            }
        }
        (SubjectKind::RouteTable, Part::EndpointRoutes(endpoint)) => {
            let Some(table) = inventory.route_tables.get(id) else { return UNKNOWN };
            let target = RouteTarget::Endpoint(endpoint.clone());
            there_if(table.routes.iter().any(|route| route.target == target))
        }
        (SubjectKind::Subnet, Part::SubnetAcl(subnet)) => {
            let acl = inventory.network_acl_of(subnet);
            acl.map_or(UNKNOWN, |acl| PartState::Present(PartValue::Text(acl.id.to_string())))
        }
        (SubjectKind::Subnet, Part::SubnetTable(subnet)) => {
            let Some(table) = inventory.route_table_of(subnet, None) else { return UNKNOWN };
            if table.subnet_ids.contains(subnet) {
                PartState::Present(PartValue::Text(table.id.to_string()))
            } else {
                PartState::Absent
            }
        }
        (SubjectKind::InternetGateway, Part::Attachment(vpc)) => {
            let gateway = inventory.internet_gateways.get(id);
            let attached = gateway.and_then(|gateway| gateway.vpc_ids.as_ref());
            attached.map_or(UNKNOWN, |attached| {
                there_if(attached.iter().any(|known| known.as_str() == vpc.as_str()))
            })
        }
        (SubjectKind::PrefixList, Part::Block(block)) => {
            let blocks = inventory.prefix_lists.get(id).and_then(|list| list.blocks.as_ref());
            let is_same = |known: &IpNet| known.to_string() == *block;
            blocks.map_or(UNKNOWN, |blocks| there_if(blocks.iter().any(is_same)))
        }
        (kind, Part::Attribute(attribute)) => read_attribute(inventory, kind, id, *attribute),
        _ => UNKNOWN,
    }
}

fn existence(inventory: &Inventory, kind: SubjectKind, id: &str) -> PartState {
    let (is_there, document) = match kind {
        SubjectKind::SecurityGroup => {
            (inventory.security_groups.contains_key(id), DocumentKind::SecurityGroups)
        }
        SubjectKind::NetworkAcl => (inventory.network_acls.contains_key(id), DocumentKind::NetworkAcls),
        SubjectKind::RouteTable => (inventory.route_tables.contains_key(id), DocumentKind::RouteTables),
        SubjectKind::Endpoint => {
            let gone =
                |state: &str| state.eq_ignore_ascii_case("deleted") || state.eq_ignore_ascii_case("deleting");
            let is_there = inventory.endpoints.get(id).is_some_and(|endpoint| !gone(&endpoint.state));
            (is_there, DocumentKind::VpcEndpoints)
        }
        SubjectKind::NatGateway => {
            let gone =
                |state: &str| state.eq_ignore_ascii_case("deleted") || state.eq_ignore_ascii_case("deleting");
            let is_there = inventory.nat_gateways.get(id).is_some_and(|gateway| !gone(&gateway.state));
            (is_there, DocumentKind::NatGateways)
        }
        _ => return UNKNOWN,
    };
    match is_there {
        true => there_if(true),
        false if inventory.documents.contains(&document) => PartState::Absent,
        false => UNKNOWN,
    }
}

/// Sets a part to a state.
pub(super) fn write(inventory: &mut Inventory, subject: &ChangeSubject, part: &Part, state: &PartState) {
    let id = subject.id.as_str();
    match (subject.kind, part) {
        (kind, Part::Existence) => write_existence(inventory, kind, id, state),
        (SubjectKind::SecurityGroup, _) => {
            if let Some(group) = inventory.security_groups.get_mut(id) {
                write_rule(group, part, state);
            }
        }
        (SubjectKind::NetworkAcl, Part::Entry { egress, number }) => {
            if let Some(acl) = inventory.network_acls.get_mut(id) {
                write_entry(acl, *egress, *number, state);
            }
        }
        (SubjectKind::RouteTable, _) => {
            if let Some(table) = inventory.route_tables.get_mut(id) {
                write_route(table, part, state);
            }
        }
        (SubjectKind::Subnet, Part::SubnetAcl(subnet)) => write_subnet_acl(inventory, subnet, state),
        (SubjectKind::Subnet, Part::SubnetTable(subnet)) => write_subnet_table(inventory, subnet, state),
        (SubjectKind::InternetGateway, Part::Attachment(vpc)) => {
            let gateway = inventory.internet_gateways.get_mut(id);
            if let Some(attached) = gateway.map(|gateway| &mut gateway.vpc_ids) {
                let vpc = VpcId::new(vpc.as_str());
                match (state, attached.as_mut()) {
                    (PartState::Present(_), Some(known)) => known.push(vpc),
                    (PartState::Absent, Some(known)) => known.retain(|one| *one != vpc),
                    _ => *attached = None,
                }
            }
        }
        (SubjectKind::PrefixList, Part::Block(block)) => {
            let list = inventory.prefix_lists.get_mut(&PrefixListId::new(id));
            let Some(list) = list else { return };
            let known = list.blocks.take().filter(|_| *state != UNKNOWN).zip(block.parse::<IpNet>().ok());
            list.blocks = known.map(|(known, block)| {
                let others = known.iter().copied().filter(|one| *one != block);
                let added = matches!(state, PartState::Present(_)).then_some(block);
                others.chain(added).collect::<Blocks>()
            });
        }
        (kind, Part::Attribute(attribute)) => write_attribute(inventory, kind, id, *attribute, state),
        _ => {}
    }
}

/// Marks everything of a thing as unknown.
pub(super) fn forget(inventory: &mut Inventory, subject: &ChangeSubject) {
    let id = subject.id.as_str();
    match subject.kind {
        SubjectKind::SecurityGroup => {
            if let Some(group) = inventory.security_groups.get_mut(id) {
                (group.ingress, group.egress) = (None, None);
            }
        }
        SubjectKind::NetworkAcl => {
            if let Some(acl) = inventory.network_acls.get_mut(id) {
                acl.is_whole = false;
            }
        }
        SubjectKind::RouteTable => {
            if let Some(table) = inventory.route_tables.get_mut(id) {
                table.is_whole = false;
            }
        }
        SubjectKind::Endpoint => {
            for attribute in [Attribute::PrivateDns, Attribute::Groups, Attribute::Subnets, Attribute::Policy]
            {
                write_attribute(inventory, subject.kind, id, attribute, &UNKNOWN);
            }
        }
        SubjectKind::NatGateway => {
            if let Some(gateway) = inventory.nat_gateways.get_mut(id) {
                gateway.state.clear();
            }
        }
        SubjectKind::InternetGateway => {
            if let Some(gateway) = inventory.internet_gateways.get_mut(id) {
                gateway.vpc_ids = None;
            }
        }
        SubjectKind::EgressOnlyGateway => {
            if let Some(gateway) = inventory.egress_only_gateways.get_mut(id) {
                gateway.vpc_ids = None;
            }
        }
        SubjectKind::Vpc => {
            for attribute in [Attribute::DnsSupport, Attribute::DnsHostnames, Attribute::DhcpOptions] {
                write_attribute(inventory, subject.kind, id, attribute, &UNKNOWN);
            }
        }
        SubjectKind::Interface => {
            for attribute in [Attribute::Groups, Attribute::SourceDestCheck] {
                write_attribute(inventory, subject.kind, id, attribute, &UNKNOWN);
            }
        }
        SubjectKind::PrefixList => {
            if let Some(list) = inventory.prefix_lists.get_mut(&PrefixListId::new(id)) {
                list.blocks = None;
            }
        }
        _ => distant_parts::forget(inventory, subject),
    }
}

fn write_existence(inventory: &mut Inventory, kind: SubjectKind, id: &str, state: &PartState) {
    let is_absent = *state == PartState::Absent;
    let kind = match kind {
        SubjectKind::SecurityGroup => DocumentKind::SecurityGroups,
        SubjectKind::NetworkAcl => DocumentKind::NetworkAcls,
        SubjectKind::RouteTable => DocumentKind::RouteTables,
        SubjectKind::Endpoint => DocumentKind::VpcEndpoints,
        SubjectKind::NatGateway => DocumentKind::NatGateways,
        _ => return,
    };
    if !is_absent {
        // The list of the time has a thing that the document lacks, or may have it.
        inventory.documents.remove(&kind);
    }
    match kind {
        DocumentKind::SecurityGroups if is_absent => _ = inventory.security_groups.remove(id),
        DocumentKind::SecurityGroups => {
            if let Some(group) = inventory.security_groups.get_mut(id) {
                (group.ingress, group.egress) = (None, None);
            }
        }
        DocumentKind::NetworkAcls => _ = inventory.network_acls.remove(id),
        DocumentKind::RouteTables => _ = inventory.route_tables.remove(id),
        DocumentKind::VpcEndpoints => {
            let known = inventory.endpoints.remove(id);
            if !is_absent {
                distant_parts::forget_gateway_routes(inventory, id, known.as_ref());
            }
        }
        DocumentKind::NatGateways => _ = inventory.nat_gateways.remove(id),
        _ => {}
    }
}
