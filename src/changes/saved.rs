//! The saved changes, by the thing that changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnose::case::Case;
use crate::inventory::{EventSpan, Inventory};
use crate::model::configuration_change::{ChangeSubject, ConfigurationChange, SubjectKind};
use crate::model::time::Timestamp;
use crate::path::Region;

/// How long before a failure changes are looked for if no success is known, seconds.
const LOOKBACK: i64 = 7 * 86_400;

/// The time in which a change can have broken a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChangeSpan {
    /// The last success; none if none is known.
    pub(super) after: Option<Timestamp>,
    /// The first failure.
    pub(super) to: Timestamp,
}

impl ChangeSpan {
    fn start(self) -> Timestamp {
        self.after.unwrap_or_else(|| self.to.plus(-LOOKBACK))
    }
}

/// The changes by subject, each list by time: a task looks only at those of what it depends on.
pub(super) struct ChangesBySubject<'a> {
    inventory: &'a Inventory,
    changes: BTreeMap<&'a ChangeSubject, Vec<&'a ConfigurationChange>>,
    by_kind: BTreeMap<SubjectKind, BTreeSet<&'a ChangeSubject>>,
    /// By the id and the time of the event: one call may change several things.
    by_event: BTreeMap<(&'a str, Timestamp), Vec<&'a ConfigurationChange>>,
}

impl<'a> ChangesBySubject<'a> {
    pub(super) fn of(inventory: &'a Inventory) -> Self {
        let mut all =
            Self { inventory, changes: BTreeMap::new(), by_kind: BTreeMap::new(), by_event: BTreeMap::new() };
        for change in inventory.changes.iter() {
            all.by_kind.entry(change.subject.kind).or_default().insert(&change.subject);
            all.changes.entry(&change.subject).or_default().push(change);
            if let Some(id) = &change.event_id {
                all.by_event.entry((id, change.at)).or_default().push(change);
            }
        }
        all
    }

    /// Whether no event is saved.
    pub(super) fn is_empty(&self) -> bool {
        let saved = self.inventory.changes.saved();
        self.changes.is_empty() && saved.by_region.is_empty() && saved.by_name.is_empty()
    }

    pub(super) fn has_any(&self, span: ChangeSpan) -> bool {
        self.inventory.changes.between(span.start(), span.to).next().is_some()
    }

    /// The subjects of a kind.
    pub(super) fn subjects(&self, kind: SubjectKind) -> impl Iterator<Item = &'a ChangeSubject> {
        self.by_kind.get(&kind).into_iter().flatten().copied()
    }

    /// The changes of a thing in a span, by time.
    pub(super) fn of_subject(&self, subject: &ChangeSubject, span: ChangeSpan) -> &[&'a ConfigurationChange] {
        let own = self.changes.get(subject).map(Vec::as_slice).unwrap_or_default();
        let own = &own[own.partition_point(|change| change.at <= span.start())..];
        &own[..own.partition_point(|change| change.at <= span.to)]
    }

    /// The changes of a thing up to a time, by time.
    pub(super) fn until(&self, subject: &ChangeSubject, to: Timestamp) -> &[&'a ConfigurationChange] {
        let own = self.changes.get(subject).map(Vec::as_slice).unwrap_or_default();
        &own[..own.partition_point(|change| change.at <= to)]
    }

    /// All changes that one call made.
    pub(super) fn of_call(&self, change: &'a ConfigurationChange) -> Vec<&'a ConfigurationChange> {
        let of_event = change.event_id.as_deref().and_then(|id| self.by_event.get(&(id, change.at)));
        of_event.cloned().unwrap_or_else(|| vec![change])
    }

    /// The time that the saved events of the Region of a case cover.
    pub(super) fn covered(&self, case: &Case<'_>) -> Option<EventSpan> {
        let saved = self.inventory.changes.saved();
        let region = case.region().map(|region: Region| region.as_str().to_owned());
        let is_own = |one: &Option<String>| one.is_none() || region.is_none() || *one == region;
        let any = saved.by_region.iter().filter(|(region, _)| is_own(region)).map(|(_, span)| *span);
        let named = saved.by_name.iter().filter(|((_, region), _)| is_own(region)).map(|(_, span)| *span);
        any.chain(named).reduce(|one, other| EventSpan {
            first: one.first.min(other.first),
            last: one.last.max(other.last),
        })
    }

    /// The time in which a call like this one would be among the saved events.
    pub(super) fn covered_for(&self, name: &str, region: Option<&str>) -> Option<EventSpan> {
        self.inventory.changes.saved().of(name, region)
    }
}
