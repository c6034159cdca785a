//! The changes by CloudTrail of all things that the documents describe, ready to be undone.
//!
//! Goes in: changes. Comes out: one [`ChangeTimeline`] for each thing; the association of a subnet is resolved to the subnet.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::files_read::SavedAt;
use crate::inventory::history::timeline::{ChangeTimeline, TimelineStep};
use crate::model::configuration_change::{ChangeSubject, ConfigurationChange, Part, PartChange, SubjectKind};
use crate::model::document::DocumentKind;
use crate::model::ids::SubnetId;
use crate::model::time::Timestamp;

/// The timelines of all things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Timelines {
    pub(super) things: BTreeMap<ChangeSubject, ChangeTimeline>,
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
    pub(super) associations: Associations,
}

impl Timelines {
    /// Whether there is nothing to undo.
    pub(super) fn is_empty(&self) -> bool {
        self.things.is_empty() && self.any_acl.is_empty() && self.any_table.is_empty()
    }

    /// Adds a change of a thing; that of another Region is not about it, or its Region is not known.
    pub(super) fn add(
        &mut self,
        change: &ConfigurationChange,
        subject: &ChangeSubject,
        associations: &Associations,
        is_foreign: bool,
    ) {
        if subject.kind == SubjectKind::Subnet {
            self.add_association(change, associations);
            return;
        }
        let timeline = self.things.entry(subject.clone()).or_default();
        timeline.origins.insert((change.account.clone(), change.region.clone()));
        match &change.parts {
            Some(parts) if !is_foreign => {
                for PartChange { part, before, after } in parts {
                    timeline.add(
                        part.clone(),
                        TimelineStep { at: change.at, before: before.clone(), after: after.clone() },
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
            timeline.add(part, TimelineStep { at: change.at, before: before.clone(), after: after.clone() });
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
pub(super) fn of_subnet(part: &Part, subnet: Option<&SubnetId>) -> Option<(ChangeSubject, Part)> {
    let (id, part) = match (part, subnet) {
        (Part::SubnetTable(subnet), _) => (subnet, part.clone()),
        (Part::AnySubnet { is_acl: true }, Some(subnet)) => (subnet, Part::SubnetAcl(subnet.clone())),
        (Part::AnySubnet { is_acl: false }, Some(subnet)) => (subnet, Part::SubnetTable(subnet.clone())),
        _ => return None,
    };
    Some((ChangeSubject { kind: SubjectKind::Subnet, id: id.to_string() }, part))
}

/// The subnets of associations, by the ids of the associations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Associations(pub(super) BTreeMap<String, SubnetId>);

impl Associations {
    fn ids(change: &ConfigurationChange) -> impl Iterator<Item = &String> {
        change.parts.iter().flatten().filter_map(|one| match &one.part {
            Part::Association(id) => Some(id),
            _ => None,
        })
    }

    /// Notes the subnet of the associations that a change names.
    pub(super) fn learn(&mut self, change: &ConfigurationChange, subnet: Option<SubnetId>) {
        let Some(subnet) = subnet else { return };
        for id in Self::ids(change) {
            self.0.entry(id.clone()).or_insert_with(|| subnet.clone());
        }
    }

    /// The subnet of the associations that a change names.
    pub(super) fn subnet_of(&self, change: &ConfigurationChange) -> Option<SubnetId> {
        Self::ids(change).find_map(|id| self.0.get(id)).cloned()
    }
}
