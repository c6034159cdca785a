//! Controls that records refute: in the saved configuration they deny packets with which a task that started succeeded,
//! at the time of the failure or later. So the configuration was different then, and does not explain the failure.
//!
//! A task that succeeded earlier proves nothing, because the configuration may have changed in between. Records of two
//! interfaces are not ordered within a minute, so such a success counts as one at the time of the failure.

use crate::diagnose::case::neighbours::Reached;
use crate::diagnose::case::sender::sender;
use crate::diagnose::case::{Attempt, Facts, Outcome, Subject};
use crate::finding::{Control, Hop};
use crate::path::evaluate;

/// The maximum number of tasks that are compared: the nearest ones are enough.
const MOST_COMPARED: usize = 8;

/// The packets of a record lie at most this many seconds before its `start`, and never after its `end`. Records of two
/// interfaces are ordered only beyond it.
const LAG: i64 = 60;

/// Returns the controls that block a subject's unanswered attempts and that a neighbour refutes, each with that neighbour.
pub(super) fn refuted(
    facts: Facts<'_>,
    subject: &Subject,
    attempts: &[Attempt],
    reached: &[Reached],
) -> Vec<(Control, Reached)> {
    let unanswered = || attempts.iter().filter(|attempt| attempt.outcome == Outcome::Unanswered);
    let Some(first) = unanswered().map(|attempt| attempt.first).min() else { return Vec::new() };
    let denials: Vec<&Hop> = unanswered().flat_map(|attempt| attempt.configured.denials()).collect();
    if denials.is_empty() {
        return Vec::new();
    }
    let is_compared = |other: &&Reached| {
        other.task.vpc_id == subject.vpc_id
            && other.task.interface_id != subject.interface_id
            && other.attempt.last.plus(LAG) >= first
            && (other.task.subnet_id == subject.subnet_id
                || unanswered().any(|attempt| attempt.destination == other.attempt.destination))
    };
    let mut found: Vec<(Control, Reached)> = Vec::new();
    for other in reached.iter().filter(is_compared).take(MOST_COMPARED) {
        let path = evaluate(facts.inventory, &sender(facts, &other.task), &other.attempt.request());
        for hop in path.denials() {
            let is_same = |denial: &&Hop| denial.control == hop.control && denial.leg == hop.leg;
            if denials.iter().any(is_same) && !found.iter().any(|known| known.0 == hop.control) {
                found.push((hop.control.clone(), other.clone()));
            }
        }
    }
    found
}
