//! Builds the timelines of an inventory.
//!
//! Goes in: the table of changes and the present tables. Comes out: the [`Timelines`]. Names of CloudTrail are resolved here, such
//! as the name of a role to its ARN.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::documents::Inventory;
use crate::inventory::files_read::SavedAt;
use crate::inventory::history::access_keys;
use crate::inventory::history::parts::read;
use crate::inventory::history::timelines::{Associations, Timelines, of_subnet};
use crate::model::configuration_change::{
    ChangeSource, ChangeSubject, ConfigurationChange, Part, PartChange, SubjectKind,
};
use crate::model::document::DocumentKind;

/// The timelines of an inventory whose tables are those of the present.
pub(super) fn timelines_of(inventory: &Inventory, saved: BTreeMap<DocumentKind, SavedAt>) -> Timelines {
    let mut all = Timelines { saved, ..Timelines::default() };
    let associations = associations_of(inventory);
    let of_acls = inventory.network_acls.values().flat_map(|acl| &acl.association_ids);
    all.with_acl = of_acls.map(|(_, subnet)| subnet.clone()).collect();
    let of_tables = inventory.route_tables.values().flat_map(|table| &table.association_ids);
    all.with_table = of_tables.map(|(_, subnet)| subnet.clone()).collect();
    let regions = regions_of(inventory);
    let mut known = BTreeMap::new();
    for change in inventory.changes.iter().filter(|change| change.source == ChangeSource::CloudTrail) {
        let origin = (&change.subject, &change.account, &change.region);
        let subjects = known.entry(origin).or_insert_with(|| subjects_of(inventory, change));
        for subject in subjects {
            let is_foreign = change.region.as_ref().is_some_and(|region| is_foreign(region, &regions));
            all.add(change, subject, &associations, is_foreign);
        }
    }
    let saved: BTreeMap<SubjectKind, SavedAt> =
        all.things.keys().map(|subject| (subject.kind, all.saved_of(subject.kind))).collect();
    for (subject, timeline) in &mut all.things {
        timeline.find_stale(saved[&subject.kind], |part| read(inventory, subject, part));
    }
    let any = all.any_acl.iter().chain(&all.any_table).copied();
    all.times = all.things.values().flat_map(|timeline| timeline.times.iter().copied()).chain(any).collect();
    all.times.sort_unstable();
    all.times.dedup();
    all.associations = associations;
    all
}

/// The things of the documents and their parts that a change is about, each with its state before and after as the source
/// shows them.
pub(super) fn parts_of(
    timelines: &Timelines,
    inventory: &Inventory,
    change: &ConfigurationChange,
) -> Vec<(ChangeSubject, PartChange)> {
    let subnet = timelines.associations.subnet_of(change);
    let subjects = subjects_of(inventory, change);
    let mut found = Vec::new();
    for one in change.parts.iter().flatten() {
        if change.subject.kind == SubjectKind::Subnet {
            let of = of_subnet(&one.part, subnet.as_ref());
            found.extend(of.map(|(subject, part)| (subject, PartChange { part, ..one.clone() })));
        } else {
            found.extend(subjects.iter().map(|subject| (subject.clone(), one.clone())));
        }
    }
    found
}

/// The Regions of the subnets, by their Availability Zones.
fn regions_of(inventory: &Inventory) -> BTreeSet<String> {
    let zones = inventory.subnets.values().filter_map(|subnet| subnet.availability_zone.as_deref());
    zones.map(|zone| zone.trim_end_matches(|c: char| c.is_ascii_lowercase()).to_owned()).collect()
}

/// Whether a Region is none of those of the documents. Calls of global services are recorded in one Region.
fn is_foreign(region: &str, regions: &BTreeSet<String>) -> bool {
    let is_global = matches!(region, "us-east-1" | "us-gov-west-1" | "cn-north-1");
    !is_global && !regions.is_empty() && !regions.contains(region)
}

/// The things of the documents that a change is about.
fn subjects_of(inventory: &Inventory, change: &ConfigurationChange) -> Vec<ChangeSubject> {
    let subject = &change.subject;
    let id = subject.id.as_str();
    let is_known = match subject.kind {
        SubjectKind::Subnet => true,
        _ if id.is_empty() => false,
        SubjectKind::SecurityGroup => inventory.security_groups.contains_key(id),
        SubjectKind::NetworkAcl => inventory.network_acls.contains_key(id),
        SubjectKind::RouteTable => inventory.route_tables.contains_key(id),
        // The documents lack a thing that was deleted since.
        SubjectKind::Endpoint
        | SubjectKind::NatGateway
        | SubjectKind::HostedZone
        | SubjectKind::ResolverRule => true,
        SubjectKind::InternetGateway => inventory.internet_gateways.contains_key(id),
        SubjectKind::EgressOnlyGateway => inventory.egress_only_gateways.contains_key(id),
        SubjectKind::Peering => inventory.peerings.contains_key(id),
        SubjectKind::TransitGateway => inventory.transit_gateway_attachments.contains_key(id),
        SubjectKind::Vpc => inventory.vpcs.contains_key(id),
        SubjectKind::Interface => inventory.interfaces.contains_key(id),
        SubjectKind::PrefixList => inventory.prefix_lists.contains_key(id),
        kind => {
            let keys = access_keys::keys_of(inventory, change).into_iter();
            return keys.map(|id| ChangeSubject { kind, id }).collect();
        }
    };
    if is_known { vec![subject.clone()] } else { Vec::new() }
}

fn associations_of(inventory: &Inventory) -> Associations {
    let of_acls = inventory.network_acls.values().flat_map(|acl| &acl.association_ids);
    let of_tables = inventory.route_tables.values().flat_map(|table| &table.association_ids);
    let mut all = Associations(of_acls.chain(of_tables).cloned().collect());
    let changes: Vec<&ConfigurationChange> =
        inventory.changes.iter().filter(|change| change.subject.kind == SubjectKind::Subnet).collect();
    for change in &changes {
        let subnet = change.parts.iter().flatten().find_map(|one| match &one.part {
            Part::SubnetTable(subnet) => Some(subnet.clone()),
            _ => None,
        });
        all.learn(change, subnet);
    }
    // A replaced association has the subnet of the one that replaced it, and the other way round.
    for change in changes.iter().rev().chain(&changes) {
        let subnet = all.subnet_of(change);
        all.learn(change, subnet);
    }
    all
}
