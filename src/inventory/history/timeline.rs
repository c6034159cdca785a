//! The changes of one thing by CloudTrail, part by part, and the state of each part at a time.
//!
//! Goes in: what events show of a part before and after, and its present state. Comes out: its state at a time, or unknown.
//! The chain from that time to the present must fit: a change whose result is not what the next one, or the document, shows is
//! evidence that another change is not saved. A saved export may be filtered, so that no change in it does not show that there
//! was none.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::files_read::SavedAt;
use crate::model::configuration_change::{Part, PartState};
use crate::model::time::Timestamp;

/// A task's packets may be this much older than its stop, seconds: they met the state before or after a change in that time.
pub(super) const MEANWHILE: i64 = 600;

/// A change of one part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TimelineStep {
    pub(super) at: Timestamp,
    pub(super) before: PartState,
    pub(super) after: PartState,
}

/// The changes of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ChangeTimeline {
    /// By time.
    pub(super) parts: BTreeMap<Part, Vec<TimelineStep>>,
    /// When the thing changed in a way that the events do not show.
    pub(super) unknown: BTreeSet<Timestamp>,
    /// Parts whose present state contradicts their last change.
    pub(super) stale: BTreeSet<Part>,
    /// When something changed.
    pub(super) times: BTreeSet<Timestamp>,
    /// The accounts and Regions of the events. A thing has one of each.
    pub(super) origins: BTreeSet<(Option<String>, Option<String>)>,
}

/// The moment for which a state is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) at: Timestamp,
    /// Changes of so many seconds before the moment make the state unknown.
    pub(super) slack: i64,
}

impl Moment {
    /// Whether a change may have been before or after the packets.
    fn is_near(self, change: Timestamp) -> bool {
        change <= self.at && change > self.at.plus(-self.slack)
    }

    /// Whether a change is later, or may be.
    pub(super) fn is_affected_by(self, change: Timestamp) -> bool {
        change > self.at.plus(-self.slack)
    }
}

impl ChangeTimeline {
    /// Adds a change that the event does not show.
    pub(super) fn add_unknown(&mut self, at: Timestamp) {
        self.unknown.insert(at);
        self.times.insert(at);
    }

    /// Adds a change of a part.
    pub(super) fn add(&mut self, part: Part, step: TimelineStep) {
        self.times.insert(step.at);
        let steps = self.parts.entry(part).or_default();
        // Events mostly come in the order of time.
        let place = steps.partition_point(|known| *known < step);
        steps.insert(place, step);
    }

    /// Whether its events are of several accounts or Regions, so that some are not about this thing.
    pub(super) fn is_mixed(&self) -> bool {
        let is_several = |values: BTreeSet<&String>| values.len() > 1;
        is_several(self.origins.iter().filter_map(|(account, _)| account.as_ref()).collect())
            || is_several(self.origins.iter().filter_map(|(_, region)| region.as_ref()).collect())
    }

    /// Whether a change that the events do not show may have been after a moment.
    pub(super) fn is_unknown_at(&self, moment: Moment) -> bool {
        let last = self.unknown.last();
        last.is_some_and(|last| moment.is_affected_by(*last))
    }

    /// Whether something changed after a time and up to another one.
    pub(super) fn has_changed(&self, after: Timestamp, to: Timestamp) -> bool {
        after < to && self.times.range(after.plus(1)..=to).next().is_some()
    }

    /// Whether a part has its present state at a moment, because nothing changed it since.
    pub(super) fn is_settled(&self, part: &Part, steps: &[TimelineStep], moment: Moment) -> bool {
        let is_affected = steps.last().is_some_and(|last| moment.is_affected_by(last.at));
        !is_affected && !self.stale.contains(part)
    }

    /// Notes which parts contradict their last change; `present` is the present state of a part.
    pub(super) fn find_stale(&mut self, saved: SavedAt, present: impl Fn(&Part) -> PartState) {
        let is_stale = |(part, steps): &(&Part, &Vec<TimelineStep>)| {
            // A later change of rules that names none of them explains the contradiction.
            let is_explained = match part {
                Part::Rule { is_egress, .. } => {
                    let all =
                        self.parts.get(&Part::Rules { is_egress: *is_egress }).and_then(|all| all.last());
                    all.is_some_and(|all| steps.last().is_some_and(|last| all.at > last.at))
                }
                _ => false,
            };
            if is_explained {
                return false;
            }
            let present = present(part);
            unchanged(steps.last(), &present, saved) != present
        };
        self.stale = self.parts.iter().filter(is_stale).map(|(part, _)| part.clone()).collect();
    }

    /// Whether a change is later than a moment, or may be.
    pub(super) fn is_affected_at(&self, moment: Moment) -> bool {
        self.times.last().is_some_and(|last| moment.is_affected_by(*last))
    }
}

/// The state of a part at a moment, from its changes in the order of time and its present state.
pub(super) fn state_at(
    steps: &[TimelineStep],
    present: &PartState,
    saved: SavedAt,
    moment: Moment,
) -> PartState {
    if steps.iter().rev().any(|step| moment.is_near(step.at)) {
        return PartState::Unknown;
    }
    let later = steps.partition_point(|step| step.at <= moment.at);
    let (before, after) = steps.split_at(later);
    let Some(first) = after.first() else {
        return unchanged(before.last(), present, saved);
    };
    let is_present = saved.is_before(first.at) && before.last().is_none_or(|last| saved.is_after(last.at));
    if is_present {
        return if fits(present, &first.before) { present.clone() } else { PartState::Unknown };
    }
    let is_ordered =
        after.windows(2).all(|pair| pair[0].at < pair[1].at && fits(&pair[0].after, &pair[1].before));
    let last = after.last().unwrap_or(first);
    let ends_well = saved.is_before(last.at) || fits(&last.after, present);
    if !is_ordered || !ends_well {
        return PartState::Unknown;
    }
    match (&first.before, before.last()) {
        (PartState::Unknown, Some(earlier)) if is_last_alone(before) => earlier.after.clone(),
        (PartState::Unknown, _) => PartState::Unknown,
        (known, Some(earlier)) if !fits(&earlier.after, known) => PartState::Unknown,
        (known, _) => known.clone(),
    }
}

/// The present state of a part without a later change. A document that contradicts the last change is older than it, or another
/// change is not saved.
fn unchanged(last: Option<&TimelineStep>, present: &PartState, saved: SavedAt) -> PartState {
    match last {
        Some(last) if saved.is_before(last.at) => PartState::Unknown,
        Some(last) if !saved.is_after(last.at) && !fits(&last.after, present) => PartState::Unknown,
        _ => present.clone(),
    }
}

/// Whether the last step is the only one of its second.
pub(super) fn is_last_alone(steps: &[TimelineStep]) -> bool {
    match steps {
        [.., one, last] => one.at < last.at,
        _ => true,
    }
}

/// Whether two descriptions of a part at one time can both be true.
pub(super) fn fits(one: &PartState, other: &PartState) -> bool {
    *one == PartState::Unknown || *other == PartState::Unknown || one == other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::configuration_change::PartValue;

    fn text(value: &str) -> PartState {
        match value {
            "?" => PartState::Unknown,
            "-" => PartState::Absent,
            other => PartState::Present(PartValue::Text(other.to_owned())),
        }
    }

    /// Checks the state at second 1000 after steps `SECOND BEFORE AFTER`.
    fn check(steps: &[(i64, &str, &str)], present: &str, want: &str) {
        check_saved(steps, present, SavedAt::default(), want);
    }

    fn check_saved(steps: &[(i64, &str, &str)], present: &str, saved: SavedAt, want: &str) {
        let mut timeline = ChangeTimeline::default();
        for (at, before, after) in steps {
            timeline.add(
                Part::Existence,
                TimelineStep { at: Timestamp(*at), before: text(before), after: text(after) },
            );
        }
        let steps = timeline.parts.get(&Part::Existence).map(Vec::as_slice).unwrap_or_default();
        let moment = Moment { at: Timestamp(1000), slack: MEANWHILE };
        let found = state_at(steps, &text(present), saved, moment);
        assert_eq!(found, text(want), "{steps:?} {present}");
    }

    #[test]
    fn later_changes_are_undone() {
        check(&[], "a", "a");
        check(&[(2000, "-", "a")], "a", "-");
        check(&[(2000, "a", "-")], "-", "a");
        check(&[(2000, "a", "-"), (3000, "-", "a")], "a", "a");
        check(&[(2000, "-", "a"), (3000, "a", "-")], "-", "-");
    }

    #[test]
    fn a_value_that_no_event_shows_is_unknown() {
        check(&[(2000, "?", "a")], "a", "?");
        check(&[(100, "?", "b"), (2000, "?", "a")], "a", "b");
        check(&[(100, "?", "b"), (100, "?", "c"), (2000, "?", "a")], "a", "?");
        check(&[(2000, "?", "-"), (3000, "-", "a")], "a", "?");
        check(&[(100, "?", "b"), (2000, "c", "a")], "a", "?");
    }

    #[test]
    fn a_change_shortly_before_makes_the_state_unknown() {
        check(&[(1000, "-", "a")], "a", "?");
        check(&[(401, "-", "a")], "a", "?");
        check(&[(400, "-", "a")], "a", "a");
        check(&[(600, "-", "a"), (2000, "a", "-")], "-", "?");
    }

    #[test]
    fn a_contradiction_makes_the_state_unknown() {
        check(&[(2000, "-", "a")], "-", "?");
        check(&[(2000, "a", "-"), (3000, "a", "-")], "-", "?");
        check(&[(2000, "a", "-"), (2000, "-", "a")], "a", "?");
        // The document is older than an event before the time, or a further change is not saved.
        check(&[(100, "a", "-")], "a", "?");
        check(&[(100, "a", "-")], "-", "-");
    }

    #[test]
    fn the_date_of_a_document_decides_which_changes_it_has() {
        let at = |second| SavedAt { first: Some(Timestamp(second)), last: Some(Timestamp(second)) };
        check_saved(&[(100, "a", "-")], "a", at(500), "a");
        check_saved(&[(300, "a", "-")], "a", at(200), "?");
        check_saved(&[(2000, "a", "-")], "a", at(500), "a");
        check_saved(&[(2000, "-", "a")], "a", at(500), "?");
        check_saved(&[(2000, "a", "-")], "a", at(2500), "?");
        check_saved(&[(2000, "?", "a")], "b", at(500), "b");
    }
}
