//! Undoes changes: the state of every thing at a moment, and an inventory without one change.

use std::collections::BTreeSet;

use crate::inventory::documents::Inventory;
use crate::inventory::history::dated::{DatedState, dated_at};
use crate::inventory::history::parts::{read, write};
use crate::inventory::history::timeline::{
    ChangeTimeline, Moment, TimelineStep, fits, is_last_alone, state_at,
};
use crate::inventory::history::timelines_of::parts_of;
use crate::inventory::history::{network_parts, restore};
use crate::model::configuration_change::{
    ChangeSubject, ConfigurationChange, Part, PartChange, PartState, SubjectKind,
};
use crate::model::time::Timestamp;

/// Sets a thing to its state at a moment. `then` has the state of the present, or a dated state of AWS Config.
fn undo(present: &Inventory, then: &mut Inventory, subject: &ChangeSubject, moment: Moment) {
    let timelines = &present.history.timelines;
    let Some(timeline) = timelines.things.get(subject) else { return };
    match dated_at(present, subject, moment.at) {
        DatedState::Later => {}
        DatedState::Since(since) => forget_since(then, subject, timeline, since, moment.at),
        DatedState::No => {
            if timeline.is_unknown_at(moment) || (timeline.is_mixed() && timeline.is_affected_at(moment)) {
                forget(then, subject, timeline, moment.at);
                return;
            }
            let saved = timelines.saved_of(subject.kind);
            let mut states: Vec<(&Part, PartState)> = Vec::new();
            let mut hidden: Vec<Whole> = Vec::new();
            for (part, steps) in &timeline.parts {
                let whole = whole_of(part);
                let is_hidden = whole.is_some_and(|whole| hidden.contains(&whole));
                if is_hidden || timeline.is_settled(part, steps, moment) {
                    continue;
                }
                let is_made_later = *part == Part::Existence && is_made_after(steps, moment);
                let state = if is_made_later {
                    PartState::Absent
                } else {
                    state_at(steps, &read(present, subject, part), saved, moment)
                };
                if state == PartState::Unknown {
                    hidden.extend(whole);
                }
                states.push((part, state));
            }
            // An unknown part makes the whole unknown, so the known ones are set first.
            states.sort_by_key(|(_, state)| *state == PartState::Unknown);
            for (part, state) in states {
                let is_changed = state == PartState::Unknown || state != read(then, subject, part);
                if is_changed {
                    write(then, subject, part, &state, moment.at);
                }
            }
        }
    }
}

/// A list that is unknown as a whole if one of its members is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Rules { is_egress: bool },
    Entries,
    Routes,
}

fn whole_of(part: &Part) -> Option<Whole> {
    match part {
        Part::Rule { is_egress, .. } | Part::Rules { is_egress } => {
            Some(Whole::Rules { is_egress: *is_egress })
        }
        Part::Entry { .. } => Some(Whole::Entries),
        Part::Route(_) | Part::EndpointRoutes(_) => Some(Whole::Routes),
        _ => None,
    }
}

/// Whether a thing was made after a moment. An id is never used again, so that it did not exist before.
fn is_made_after(steps: &[TimelineStep], moment: Moment) -> bool {
    steps.iter().any(|step| step.at > moment.at && step.before == PartState::Absent)
}

fn forget(then: &mut Inventory, subject: &ChangeSubject, timeline: &ChangeTimeline, at: Timestamp) {
    network_parts::forget(then, subject);
    for part in timeline.parts.keys() {
        write(then, subject, part, &PartState::Unknown, at);
    }
}

/// Makes unknown what changed after a dated state.
fn forget_since(
    then: &mut Inventory,
    subject: &ChangeSubject,
    timeline: &ChangeTimeline,
    since: Timestamp,
    at: Timestamp,
) {
    let is_between = |change: Timestamp| change > since && change <= at;
    if timeline.unknown.iter().any(|change| is_between(*change)) {
        network_parts::forget(then, subject);
    }
    for (part, steps) in &timeline.parts {
        if steps.iter().any(|step| is_between(step.at)) {
            write(then, subject, part, &PartState::Unknown, at);
        }
    }
}

/// Sets all things to their states at a moment; `from` is the earlier moment of `then`, none if it is the present.
pub(super) fn undo_all(present: &Inventory, then: &mut Inventory, from: Option<Timestamp>, moment: Moment) {
    let things = &present.history.timelines.things;
    // A thing that nothing else depends on keeps its state if it did not change since the earlier moment.
    let has_moved = |(subject, timeline): &(&ChangeSubject, &ChangeTimeline)| {
        let changed = |from: Timestamp| timeline.has_changed(from.plus(-moment.slack), moment.at);
        from.is_none_or(changed) || !is_independent(subject.kind, timeline)
    };
    let moved: Vec<&ChangeSubject> = things.iter().filter(has_moved).map(|(subject, _)| subject).collect();
    restore::restore(present, then, &moved, moment.at);
    for subject in moved {
        undo(present, then, subject, moment);
    }
    forget_subnets(present, then, moment);
    drop_maps(then);
}

/// Whether a state of a thing sets nothing but the thing itself.
fn is_independent(kind: SubjectKind, timeline: &ChangeTimeline) -> bool {
    let is_alone = matches!(
        kind,
        SubjectKind::SecurityGroup
            | SubjectKind::InternetGateway
            | SubjectKind::EgressOnlyGateway
            | SubjectKind::Vpc
            | SubjectKind::PrefixList
            | SubjectKind::Role
            | SubjectKind::Policy
            | SubjectKind::Key
            | SubjectKind::Bucket
            | SubjectKind::Repository
            | SubjectKind::Registry
    );
    is_alone && !timeline.parts.contains_key(&Part::Existence)
}

/// An association of a subnet that no event names: the ACL or table of subnets without a known association is unknown.
fn forget_subnets(present: &Inventory, then: &mut Inventory, moment: Moment) {
    let timelines = &present.history.timelines;
    let is_affected =
        |times: &BTreeSet<Timestamp>| times.last().is_some_and(|last| moment.is_affected_by(*last));
    let (acls, tables) = (is_affected(&timelines.any_acl), is_affected(&timelines.any_table));
    for subnet in present.subnets.keys() {
        if acls && !timelines.with_acl.contains(subnet) {
            then.history.unknown_acls.insert(subnet.clone());
        }
        if tables && !timelines.with_table.contains(subnet) {
            then.history.unknown_tables.insert(subnet.clone());
        }
    }
}

/// Drops the maps that depend on the tables that a change may have altered.
fn drop_maps(inventory: &mut Inventory) {
    inventory.index.drop_controls();
    inventory.index.drop_endpoints();
    inventory.index.drop_addresses();
}

/// The same inventory without one change, as if the call had not been made. None if the state before the change is not known, or
/// if the inventory does not have the state after it, for example because it is that of an earlier time.
///
/// `inventory` may be that of any time, from [`crate::inventory::Past::at`] or [`crate::inventory::exactly_at`].
#[must_use]
pub fn without(inventory: &Inventory, change: &ConfigurationChange) -> Option<Inventory> {
    let timelines = &inventory.history.timelines;
    change.parts.as_ref()?;
    let parts = parts_of(timelines, inventory, change);
    let mut undone = Vec::with_capacity(parts.len());
    for (subject, one) in &parts {
        let before = before(timelines.things.get(subject), change, one);
        let now = read(inventory, subject, &one.part);
        if before == PartState::Unknown || now == PartState::Unknown || !fits(&now, &one.after) {
            return None;
        }
        undone.push((subject, &one.part, before));
    }
    if undone.is_empty() {
        return None;
    }
    let mut changed = inventory.clone();
    for (subject, part, before) in undone {
        write(&mut changed, subject, part, &before, change.at);
    }
    drop_maps(&mut changed);
    Some(changed)
}

/// The state of a part before a change: as its source shows it, otherwise as the last earlier change of the part left it.
fn before(timeline: Option<&ChangeTimeline>, change: &ConfigurationChange, one: &PartChange) -> PartState {
    let steps =
        timeline.and_then(|timeline| timeline.parts.get(&one.part)).map(Vec::as_slice).unwrap_or_default();
    let earlier = &steps[..steps.partition_point(|step| step.at < change.at)];
    let of_its_second = steps[earlier.len()..].iter().take_while(|step| step.at == change.at).count();
    let has_unknown = timeline.is_some_and(|timeline| {
        let last = earlier.last().map_or(Timestamp(i64::MIN), |step| step.at);
        timeline.unknown.range(last..=change.at).next().is_some()
    });
    let is_alone = of_its_second <= 1 && !has_unknown && is_last_alone(earlier);
    let earlier = earlier.last().map(|step| step.after.clone()).filter(|_| is_alone);
    match (&one.before, earlier) {
        (PartState::Unknown, Some(earlier)) => earlier,
        (known, Some(earlier)) if !fits(known, &earlier) => PartState::Unknown,
        (known, _) if of_its_second <= 1 => known.clone(),
        _ => PartState::Unknown,
    }
}
