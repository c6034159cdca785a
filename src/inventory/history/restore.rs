//! Takes back what an earlier moment made different in a moving inventory: the things with changes get their present state again,
//! unless AWS Config shows a dated one.

use std::collections::BTreeMap;

use crate::inventory::documents::Inventory;
use crate::inventory::history::dated::{DatedState, dated_at};
use crate::inventory::history::{Life, Lives};
use crate::model::configuration_change::{ChangeSubject, SubjectKind};
use crate::model::ids::InterfaceId;
use crate::model::time::Timestamp;

/// Restores these things, and what depends on several of them.
pub(super) fn restore(present: &Inventory, then: &mut Inventory, subjects: &[&ChangeSubject], at: Timestamp) {
    let history = &present.history;
    then.documents.clone_from(&present.documents);
    then.complete_lists.clone_from(&present.complete_lists);
    then.history.unknown_acls.clear();
    then.history.unknown_tables.clear();
    let things = &history.timelines.things;
    let has = |kinds: &[SubjectKind]| things.keys().any(|subject| kinds.contains(&subject.kind));
    // Associations concern several of them, and so do the routes of an endpoint.
    if has(&[SubjectKind::NetworkAcl, SubjectKind::Subnet]) {
        undated(&present.network_acls, &mut then.network_acls, &history.network_acls, at);
    }
    if has(&[SubjectKind::RouteTable, SubjectKind::Subnet, SubjectKind::Endpoint]) {
        undated(&present.route_tables, &mut then.route_tables, &history.route_tables, at);
    }
    if has(&[SubjectKind::HostedZone]) {
        then.record_sets.clone_from(&present.record_sets);
    }
    if has(&[SubjectKind::ResolverRule]) {
        then.resolver_rules.clone_from(&present.resolver_rules);
    }
    for subject in subjects.iter().filter(|subject| matches!(dated_at(present, subject, at), DatedState::No))
    {
        restore_thing(present, then, subject, at);
    }
}

/// The things that only a document without a date shows, as it shows them.
fn undated<Id: Ord + Clone, T: Clone>(
    present: &BTreeMap<Id, T>,
    then: &mut BTreeMap<Id, T>,
    lives: &Lives<Id, T>,
    at: Timestamp,
) {
    let is_dated = |life: &Life<T>| !life.is_described || life.states.range(..=at).next().is_some();
    for (id, thing) in present {
        if !lives.get(id).is_some_and(is_dated) {
            then.insert(id.clone(), thing.clone());
        }
    }
}

fn put<Id: Ord + Clone + std::borrow::Borrow<str>, T: Clone>(
    present: &BTreeMap<Id, T>,
    then: &mut BTreeMap<Id, T>,
    id: &str,
) {
    if let Some((id, thing)) = present.get_key_value(id) {
        then.insert(id.clone(), thing.clone());
    }
}

fn restore_thing(present: &Inventory, then: &mut Inventory, subject: &ChangeSubject, at: Timestamp) {
    let id = subject.id.as_str();
    match subject.kind {
        SubjectKind::SecurityGroup => put(&present.security_groups, &mut then.security_groups, id),
        SubjectKind::Endpoint => {
            put(&present.endpoints, &mut then.endpoints, id);
            let interfaces = present.endpoints.get(id).map(|endpoint| endpoint.interface_ids.as_slice());
            interfaces.unwrap_or_default().iter().for_each(|id| restore_groups(present, then, id, at));
        }
        SubjectKind::NatGateway => put(&present.nat_gateways, &mut then.nat_gateways, id),
        SubjectKind::InternetGateway => put(&present.internet_gateways, &mut then.internet_gateways, id),
        SubjectKind::EgressOnlyGateway => {
            put(&present.egress_only_gateways, &mut then.egress_only_gateways, id);
        }
        SubjectKind::Peering => put(&present.peerings, &mut then.peerings, id),
        SubjectKind::TransitGateway => {
            put(&present.transit_gateway_attachments, &mut then.transit_gateway_attachments, id);
        }
        SubjectKind::Vpc => restore_vpc(present, then, id),
        SubjectKind::Interface => put(&present.interfaces, &mut then.interfaces, id),
        SubjectKind::PrefixList => put(&present.prefix_lists, &mut then.prefix_lists, id),
        SubjectKind::Role => put(&present.roles, &mut then.roles, id),
        SubjectKind::Policy => put(&present.managed_policies, &mut then.managed_policies, id),
        SubjectKind::Key => put(&present.keys, &mut then.keys, id),
        SubjectKind::Secret => put(&present.secrets, &mut then.secrets, id),
        SubjectKind::Bucket => put(&present.buckets, &mut then.buckets, id),
        SubjectKind::Repository => put(&present.repositories, &mut then.repositories, id),
        SubjectKind::Registry => put(&present.registry_policies, &mut then.registry_policies, id),
        _ => {}
    }
}

/// The groups of an interface of an endpoint; AWS Config may show the interface itself.
fn restore_groups(present: &Inventory, then: &mut Inventory, id: &InterfaceId, at: Timestamp) {
    let subject = ChangeSubject { kind: SubjectKind::Interface, id: id.to_string() };
    let known = present.interfaces.get(id).zip(then.interfaces.get_mut(id));
    if let (Some((present, then)), DatedState::No) = (known, dated_at(present, &subject, at)) {
        then.group_ids.clone_from(&present.group_ids);
    }
}

/// AWS Config shows the blocks and the DHCP options of a VPC, never its attributes.
fn restore_vpc(present: &Inventory, then: &mut Inventory, id: &str) {
    let Some((present, then)) = present.vpcs.get(id).zip(then.vpcs.get_mut(id)) else { return };
    (then.dns_support, then.dns_hostnames) = (present.dns_support, present.dns_hostnames);
    then.dhcp_options_id.clone_from(&present.dhcp_options_id);
}
