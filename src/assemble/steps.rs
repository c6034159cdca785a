//! The destinations that a task tried to reach, and the outcome of each.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::spans;
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::finding::StepState;
use crate::report::Step;

/// Returns one step for each service and destination. The services are in the order of a task's start.
pub(super) fn steps(case: &Case<'_>) -> Vec<Step> {
    let mut steps: Vec<Step> = case
        .steps
        .iter()
        .flat_map(|step| {
            let mut by_destination: BTreeMap<SocketAddr, Vec<&Attempt>> = BTreeMap::new();
            for attempt in case.attempts_of(step) {
                by_destination.entry(attempt.destination).or_default().push(attempt);
            }
            let mut steps: Vec<Step> = by_destination
                .into_iter()
                .filter_map(|(destination, attempts)| {
                    Some(Step {
                        service: step.service.clone(),
                        state: state(&attempts),
                        destination: destination.to_string(),
                        attempts: attempts.len() as u64,
                        first: attempts.iter().map(|attempt| attempt.first).min()?,
                        last: attempts.iter().map(|attempt| attempt.last).max()?,
                        spans: spans::of(&attempts),
                    })
                })
                .collect();
            steps.sort_by(|a, b| (a.first, &a.destination).cmp(&(b.first, &b.destination)));
            steps
        })
        .collect();
    spans::bound(&mut steps);
    steps
}

/// Returns the outcome of a destination: completed if the latest attempt succeeded, otherwise the latest failure.
fn state(attempts: &[&Attempt]) -> StepState {
    let latest = |wanted: fn(Outcome) -> bool| {
        attempts.iter().filter(|attempt| wanted(attempt.outcome)).max_by_key(|attempt| attempt.first)
    };
    let success = latest(|outcome| outcome == Outcome::Completed);
    let failure = latest(Outcome::failed);
    match (success, failure) {
        (Some(success), Some(failure)) if success.first >= failure.first => StepState::Completed,
        (_, Some(failure)) => failure.outcome.step_state(),
        (Some(_), None) => StepState::Completed,
        (None, None) => StepState::Unclear,
    }
}
