//! The changes by CloudTrail of all things that the documents describe, ready to be undone.
//!
//! Goes in: the table of changes and the present tables. Comes out: one [`Timeline`] for each thing. Names of CloudTrail are
//! resolved here: a role's name to its ARN, the association of a subnet to the subnet.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::documents::Inventory;
use crate::inventory::history::access_keys;
use crate::inventory::history::parts::read;
use crate::inventory::history::timeline::{SavedAt, Step, Timeline};
use crate::model::configuration_change::{
    ChangeSource, ChangeSubject, ConfigurationChange, Part, PartChange, SubjectKind,
};
use crate::model::document::DocumentKind;
use crate::model::ids::SubnetId;
use crate::model::time::Timestamp;

/// The timelines of all things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Timelines {
    pub(super) things: BTreeMap<ChangeSubject, Timeline>,
    /// When the network ACL of a subnet changed that the event does not name.
    pub(super) any_acl: BTreeSet<Timestamp>,
    /// When the route table of a subnet changed that the event does not name.
    pub(super) any_table: BTreeSet<Timestamp>,
    /// Subnets whose associations are known: an event of an unknown association is not about them.
    pub(super) with_acl: BTreeSet<SubnetId>,
    pub(super) with_table: BTreeSet<SubnetId>,
    /// When the documents of a kind were saved, if all of them have a date.
    pub(super) saved: BTreeMap<DocumentKind, SavedAt>,
    /// The times of all changes, sorted.
    pub(super) times: Vec<Timestamp>,
    associations: Associations,
}

impl Timelines {
    /// The timelines of an inventory whose tables are those of the present.
    pub(super) fn of(inventory: &Inventory, saved: BTreeMap<DocumentKind, SavedAt>) -> Self {
        let mut all = Self { saved, ..Self::default() };
        let associations = Associations::of(inventory);
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
                all.add(change, subject, &associations, &regions);
            }
        }
        let saved: BTreeMap<SubjectKind, SavedAt> =
            all.things.keys().map(|subject| (subject.kind, all.saved_of(subject.kind))).collect();
        for (subject, timeline) in &mut all.things {
            timeline.find_stale(saved[&subject.kind], |part| read(inventory, subject, part));
        }
        let any = all.any_acl.iter().chain(&all.any_table).copied();
        all.times =
            all.things.values().flat_map(|timeline| timeline.times.iter().copied()).chain(any).collect();
        all.times.sort_unstable();
        all.times.dedup();
        all.associations = associations;
        all
    }

    /// Whether there is nothing to undo.
    pub(super) fn is_empty(&self) -> bool {
        self.things.is_empty() && self.any_acl.is_empty() && self.any_table.is_empty()
    }

    fn add(
        &mut self,
        change: &ConfigurationChange,
        subject: &ChangeSubject,
        associations: &Associations,
        regions: &BTreeSet<String>,
    ) {
        if subject.kind == SubjectKind::Subnet {
            self.add_association(change, associations);
            return;
        }
        let timeline = self.things.entry(subject.clone()).or_default();
        timeline.origins.insert((change.account.clone(), change.region.clone()));
        let is_foreign = change.region.as_ref().is_some_and(|region| is_foreign(region, regions));
        match &change.parts {
            Some(parts) if !is_foreign => {
                for PartChange { part, before, after } in parts {
                    timeline.add(
                        part.clone(),
                        Step { at: change.at, before: before.clone(), after: after.clone() },
                    );
                }
            }
            _ => timeline.add_unknown(change.at),
        }
    }

    fn add_association(&mut self, change: &ConfigurationChange, associations: &Associations) {
        let parts = change.parts.as_deref().unwrap_or_default();
        let is_of_acl = parts.iter().any(|one| one.part == Part::AnySubnet { is_acl: true });
        let subnet = associations.subnet_of(change);
        for PartChange { part, before, after } in parts {
            let Some((subject, part)) = of_subnet(part, subnet.as_ref()) else { continue };
            let timeline = self.things.entry(subject).or_default();
            timeline.add(part, Step { at: change.at, before: before.clone(), after: after.clone() });
        }
        let has_subnet = parts.iter().any(|one| matches!(one.part, Part::SubnetTable(_)));
        if subnet.is_none() && !has_subnet {
            if is_of_acl || change.event_name == "ReplaceNetworkAclAssociation" {
                self.any_acl.insert(change.at);
            } else {
                self.any_table.insert(change.at);
            }
        }
    }

    /// The things of the documents and their parts that a change is about, each with its state before and after as the source
    /// shows them.
    pub(super) fn parts_of(
        &self,
        inventory: &Inventory,
        change: &ConfigurationChange,
    ) -> Vec<(ChangeSubject, PartChange)> {
        let subnet = self.associations.subnet_of(change);
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

    /// Whether something changed so that the state at a time differs from that at an earlier one.
    pub(super) fn differs(&self, from: Timestamp, to: Timestamp, slack: i64) -> bool {
        let start = self.times.partition_point(|at| *at <= from.plus(-slack));
        self.times.get(start).is_some_and(|at| *at <= to)
    }

    /// When the documents that show a thing were saved.
    pub(super) fn saved_of(&self, kind: SubjectKind) -> SavedAt {
        let kinds: &[DocumentKind] = match kind {
            SubjectKind::SecurityGroup => &[DocumentKind::SecurityGroups],
            SubjectKind::NetworkAcl => &[DocumentKind::NetworkAcls],
            SubjectKind::RouteTable => &[DocumentKind::RouteTables],
            SubjectKind::Endpoint => &[DocumentKind::VpcEndpoints],
            SubjectKind::NatGateway => &[DocumentKind::NatGateways],
            SubjectKind::InternetGateway => &[DocumentKind::InternetGateways],
            SubjectKind::Interface => &[DocumentKind::NetworkInterfaces],
            _ => &[],
        };
        kinds.first().and_then(|kind| self.saved.get(kind)).copied().unwrap_or_default()
    }

    /// Whether a thing changed after a time and up to another one.
    pub(super) fn has_changed(&self, subject: &ChangeSubject, after: Timestamp, to: Timestamp) -> bool {
        self.things.get(subject).is_some_and(|timeline| timeline.has_changed(after, to))
    }
}

/// The subnet of an association, and the part of it; `subnet` is the one that the ids of the associations show.
fn of_subnet(part: &Part, subnet: Option<&SubnetId>) -> Option<(ChangeSubject, Part)> {
    let (id, part) = match (part, subnet) {
        (Part::SubnetTable(subnet), _) => (subnet, part.clone()),
        (Part::AnySubnet { is_acl: true }, Some(subnet)) => (subnet, Part::SubnetAcl(subnet.clone())),
        (Part::AnySubnet { is_acl: false }, Some(subnet)) => (subnet, Part::SubnetTable(subnet.clone())),
        _ => return None,
    };
    Some((ChangeSubject { kind: SubjectKind::Subnet, id: id.to_string() }, part))
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
        SubjectKind::Endpoint | SubjectKind::NatGateway | SubjectKind::HostedZone => true,
        SubjectKind::InternetGateway => inventory.internet_gateways.contains_key(id),
        SubjectKind::EgressOnlyGateway => inventory.egress_only_gateways.contains_key(id),
        SubjectKind::Peering => inventory.peerings.contains_key(id),
        SubjectKind::TransitGateway => inventory.transit_gateway_attachments.contains_key(id),
        SubjectKind::Vpc => inventory.vpcs.contains_key(id),
        SubjectKind::Interface => inventory.interfaces.contains_key(id),
        SubjectKind::PrefixList => inventory.prefix_lists.contains_key(id),
        SubjectKind::ResolverRule => true,
        kind => {
            let keys = access_keys::keys_of(inventory, change).into_iter();
            return keys.map(|id| ChangeSubject { kind, id }).collect();
        }
    };
    if is_known { vec![subject.clone()] } else { Vec::new() }
}

/// The subnets of associations, by the ids of the associations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Associations(BTreeMap<String, SubnetId>);

impl Associations {
    fn of(inventory: &Inventory) -> Self {
        let of_acls = inventory.network_acls.values().flat_map(|acl| &acl.association_ids);
        let of_tables = inventory.route_tables.values().flat_map(|table| &table.association_ids);
        let mut all = Self(of_acls.chain(of_tables).cloned().collect());
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

    fn ids(change: &ConfigurationChange) -> impl Iterator<Item = &String> {
        change.parts.iter().flatten().filter_map(|one| match &one.part {
            Part::Association(id) => Some(id),
            _ => None,
        })
    }

    fn learn(&mut self, change: &ConfigurationChange, subnet: Option<SubnetId>) {
        let Some(subnet) = subnet else { return };
        for id in Self::ids(change) {
            self.0.entry(id.clone()).or_insert_with(|| subnet.clone());
        }
    }

    fn subnet_of(&self, change: &ConfigurationChange) -> Option<SubnetId> {
        Self::ids(change).find_map(|id| self.0.get(id)).cloned()
    }
}
