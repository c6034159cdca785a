//! The table of changes, and the time that the saved events cover.
//!
//! Copies of the table share their content, because an inventory is copied for other times. The same event may be saved
//! several times: it counts once. Copies of an event that contradict each other show no effect.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::configuration_change::{
    ChangeSource, ChangeSubject, ConfigurationChange, PartChange, SubjectKind,
};
use crate::model::time::Timestamp;

/// The changes that the documents show, by time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(Arc<ChangeContent>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ChangeContent {
    changes: BTreeMap<ChangeKey, ConfigurationChange>,
    /// Changes whose copies contradict each other.
    contradicted: BTreeSet<ChangeKey>,
    /// Empty once the reading has ended.
    files: BTreeMap<(String, Option<String>), FileSpan>,
    saved: SavedEvents,
}

/// The identity of a change. A call without an id is identified by its time and name.
type ChangeKey = (Timestamp, Option<String>, ChangeSubject, String, ChangeSource);

fn key_of(change: &ConfigurationChange) -> ChangeKey {
    let ConfigurationChange { at, event_id, subject, event_name, source, .. } = change;
    (*at, event_id.clone(), subject.clone(), event_name.clone(), *source)
}

/// The first and the last of some events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventSpan {
    /// The time of the first event.
    pub first: Timestamp,
    /// The time of the last event.
    pub last: Timestamp,
}

impl EventSpan {
    fn extend(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

/// The time that the saved events of CloudTrail cover. No event between the first and the last one is known to be missing, but
/// an export may be filtered: that a change is not in it does not prove that there was none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedEvents {
    /// By Region, none if the events do not name it: events of any name.
    pub by_region: BTreeMap<Option<String>, EventSpan>,
    /// By name and Region: files of `lookup-events` whose events all have one name, because they were looked up by it. Such a
    /// file shows nothing of other calls.
    pub by_name: BTreeMap<(String, Option<String>), EventSpan>,
}

impl SavedEvents {
    /// The span of the events in which a call of this name in a Region would be.
    #[must_use]
    pub fn of(&self, name: &str, region: Option<&str>) -> Option<EventSpan> {
        let region = region.map(str::to_owned);
        let named = self.by_name.get(&(name.to_owned(), region.clone())).copied();
        let any = self.by_region.get(&region).copied();
        match (named, any) {
            (Some(mut named), Some(any)) => {
                named.extend(any);
                Some(named)
            }
            (named, any) => named.or(any),
        }
    }
}

/// How an event is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inventory) enum SavedIn {
    /// In a file of `lookup-events`, which may have been asked for one name.
    Lookup,
    /// In another form.
    Elsewhere,
}

/// The events of one Region in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FileSpan {
    span: EventSpan,
    /// The only name of the events, if they come from `lookup-events`.
    name: Option<String>,
}

impl Changes {
    /// The changes, by time.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigurationChange> {
        self.0.changes.values()
    }

    /// The changes after a time and up to another one, by time.
    pub fn between(&self, after: Timestamp, to: Timestamp) -> impl Iterator<Item = &ConfigurationChange> {
        let first = ChangeSubject { kind: SubjectKind::SecurityGroup, id: String::new() };
        let start = (after.plus(1), None, first, String::new(), ChangeSource::CloudTrail);
        self.0.changes.range(start..).map(|(_, change)| change).take_while(move |change| change.at <= to)
    }

    /// The number of changes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.changes.len()
    }

    /// Whether no document shows a change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.changes.is_empty()
    }

    /// The time that the saved events cover.
    #[must_use]
    pub fn saved(&self) -> &SavedEvents {
        &self.0.saved
    }

    /// Adds a change; returns whether it was not known.
    pub(in crate::inventory) fn insert(&mut self, change: &ConfigurationChange) -> bool {
        let content = Arc::make_mut(&mut self.0);
        let key = key_of(change);
        let Some(known) = content.changes.get_mut(&key) else {
            content.changes.insert(key, change.clone());
            return true;
        };
        let (parts, is_contradiction) = merged(known.parts.take(), change.parts.clone());
        let is_contradicted = is_contradiction || content.contradicted.contains(&key);
        known.parts = parts.filter(|_| !is_contradicted);
        known.since = known.since.max(change.since);
        keep_greater(&mut known.principal, change.principal.as_ref());
        keep_greater(&mut known.account, change.account.as_ref());
        keep_greater(&mut known.region, change.region.as_ref());
        if is_contradiction {
            content.contradicted.insert(key);
        }
        false
    }

    /// Notes an event of any name, because it shows that the export reaches to its time.
    pub(in crate::inventory) fn note_event(
        &mut self,
        file: &str,
        saved: SavedIn,
        (name, region, at): (Option<&str>, Option<String>, Timestamp),
    ) {
        let content = Arc::make_mut(&mut self.0);
        let name = name.filter(|_| saved == SavedIn::Lookup);
        let span = EventSpan { first: at, last: at };
        let new = || FileSpan { span, name: name.map(str::to_owned) };
        let known = content.files.entry((file.to_owned(), region)).or_insert_with(new);
        known.span.extend(span);
        if known.name.as_deref() != name {
            known.name = None;
        }
    }

    /// Ends the reading: the spans of files become those of Regions.
    pub(in crate::inventory) fn finish(&mut self) {
        let content = Arc::make_mut(&mut self.0);
        for ((_, region), FileSpan { span, name }) in std::mem::take(&mut content.files) {
            let saved = &mut content.saved;
            let known = match name {
                Some(name) => saved.by_name.entry((name, region)).or_insert(span),
                None => saved.by_region.entry(region).or_insert(span),
            };
            known.extend(span);
        }
    }
}

/// The parts of an event that is saved twice, and whether its copies contradict each other.
fn merged(one: Option<Vec<PartChange>>, other: Option<Vec<PartChange>>) -> (Option<Vec<PartChange>>, bool) {
    match (one, other) {
        (Some(one), Some(other)) if one != other => (None, true),
        (one, other) => (one.or(other), false),
    }
}

fn keep_greater(known: &mut Option<String>, other: Option<&String>) {
    if other > known.as_ref() {
        *known = other.cloned();
    }
}
