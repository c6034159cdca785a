//! The filter of records that documents and options determine before a record is read.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::diagnose::case::{Selection, Subject};
use crate::inventory::Inventory;
use crate::model::ids::InterfaceId;
use crate::model::interface::{NO_INTERFACE, NetworkInterface};
use crate::model::route_table::RouteTarget;
use crate::model::time::Window;
use crate::reduce::{RecordFilter, RecordSet};

/// Seconds between a packet and the edge of the record that contains it: an aggregation window and its lag.
const LATEST_RECORD: i64 = 660;

/// Returns the filter of the cases' own records if every address is known beforehand, otherwise a filter that retains
/// all records.
pub(super) fn record_filter(
    requested: Option<Window>,
    ports: &[u16],
    inventory: &Inventory,
    selection: &Selection,
    may_suspect: bool,
) -> RecordFilter {
    let lacks_address = selection.subjects.iter().any(|one| one.addresses.is_empty());
    let of = if may_suspect || !selection.unmatched.is_empty() || lacks_address {
        RecordSet::All
    } else {
        records_of_subjects(inventory, selection.subjects.iter().chain(&selection.neighbours))
    };
    RecordFilter::new(ports, recorded(requested), of)
}

/// Returns the records of these subjects: those of their interfaces, of the gateways on their paths, and those with
/// their addresses.
pub(super) fn records_of_subjects<'a>(
    inventory: &Inventory,
    subjects: impl IntoIterator<Item = &'a Subject>,
) -> RecordSet {
    let mut interfaces: BTreeMap<InterfaceId, Window> = BTreeMap::new();
    let mut addresses: BTreeMap<IpAddr, Window> = BTreeMap::new();
    for subject in subjects {
        let window = subject.recorded();
        let widen = |have: &mut Window| *have = have.union(window);
        if let Some(id) = &subject.interface_id {
            interfaces.entry(id.clone()).and_modify(widen).or_insert(window);
        }
        for &address in &subject.addresses {
            addresses.entry(address).and_modify(widen).or_insert(window);
        }
        for id in gateways_of(inventory, subject).into_iter().chain(acl_witnesses(inventory, subject)) {
            interfaces.entry(id).and_modify(widen).or_insert(window);
        }
    }
    let watched: BTreeSet<InterfaceId> = inventory.interfaces.keys().cloned().collect();
    RecordSet::Cases { interfaces, addresses, watched }
}

/// The interfaces whose records are read to see what the network ACL of a task's subnet let pass.
const MOST_WITNESSES: usize = 8;

/// Returns other interfaces of the task's subnet if no document shows the task's security groups. Their records show
/// whether the network ACL let the same kind of packets pass, and so whether the groups rejected.
fn acl_witnesses(inventory: &Inventory, subject: &Subject) -> Vec<InterfaceId> {
    let task = subject.task_arn.as_ref().and_then(|arn| inventory.tasks.get(arn));
    let groups = task.and_then(|task| inventory.task_network_of(task).group_ids);
    let are_known =
        groups.is_some_and(|groups| groups.value.iter().all(|id| inventory.security_groups.contains_key(id)));
    let (Some(subnet), false) = (&subject.subnet_id, are_known) else { return Vec::new() };
    let others = inventory.interfaces.values().filter(|interface| {
        interface.subnet_id.as_ref() == Some(subnet) && Some(&interface.id) != subject.interface_id.as_ref()
    });
    others.map(|interface| interface.id.clone()).take(MOST_WITNESSES).collect()
}

/// Returns all records of these interfaces.
pub(super) fn all_records_of(ids: BTreeSet<InterfaceId>) -> RecordSet {
    RecordSet::Cases {
        interfaces: ids.into_iter().map(|id| (id, Window::ALWAYS)).collect(),
        addresses: BTreeMap::new(),
        watched: BTreeSet::new(),
    }
}

/// Returns the interfaces of the NAT gateways and appliances in the subject's route table, because these send with an address
/// of their own.
fn gateways_of(inventory: &Inventory, subject: &Subject) -> Vec<InterfaceId> {
    let subnet = subject.subnet_id.as_ref();
    let table = subnet.and_then(|subnet| inventory.route_table_of(subnet, subject.vpc_id.as_ref()));
    let Some(table) = table else { return all_gateways(inventory, subject) };
    let targets = || table.routes.iter().map(|route| &route.target);
    let direct = targets().flat_map(|target| interfaces_of(inventory, target));
    // Behind a firewall or a transit gateway, any NAT gateway may take the packets.
    let is_on_the_way = |target: &RouteTarget| match target {
        RouteTarget::TransitGateway(_) => true,
        RouteTarget::Endpoint(id) => inventory.subnets_of_firewall(id).is_some(),
        _ => false,
    };
    let behind = inventory.nat_gateways.values().filter(|_| targets().any(is_on_the_way));
    let mut found: Vec<InterfaceId> =
        direct.chain(behind.flat_map(|gateway| gateway.interface_ids.clone())).collect();
    found.sort();
    found.dedup();
    found
}

/// Returns the interfaces of the device that is a route's target.
fn interfaces_of(inventory: &Inventory, target: &RouteTarget) -> Vec<InterfaceId> {
    if let RouteTarget::NatGateway(id) = target {
        return inventory.interfaces_of_gateway(id);
    }
    if let RouteTarget::Interface(id) = target
        && inventory.interface(id).is_none()
    {
        return vec![id.clone()];
    }
    let appliance = inventory.appliance_at(target);
    appliance.map_or_else(Vec::new, |appliance| inventory.with_others_of_instance(&appliance.id))
}

/// Returns the interfaces of all NAT gateways and appliances in the subject's VPC. It is used if no document contains the route.
fn all_gateways(inventory: &Inventory, subject: &Subject) -> Vec<InterfaceId> {
    let of_vpc = |interface: &&NetworkInterface| {
        let forwards = interface.kind.is_nat_gateway()
            || inventory.is_route_target(&interface.id)
            || interface.may_forward();
        forwards && interface.vpc_id.is_some() && interface.vpc_id == subject.vpc_id
    };
    let with_interface = inventory.interfaces.values().filter(of_vpc).map(|interface| interface.id.clone());
    let regional = inventory.regional_gateways(subject.vpc_id.as_ref()).next();
    with_interface.chain(regional.map(|_| InterfaceId::new(NO_INTERFACE))).collect()
}

/// Returns the requested window, widened by the possible delay of a record.
fn recorded(requested: Option<Window>) -> Window {
    requested.map_or(Window::ALWAYS, |window| window.widened(LATEST_RECORD, LATEST_RECORD))
}
