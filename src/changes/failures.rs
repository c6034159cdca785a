//! The first failure: of a task, or of an earlier one of its service that failed alike.

use std::collections::BTreeMap;

use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::finding::Finding;
use crate::model::service::Service;
use crate::model::time::Timestamp;

/// In what failures of one incident agree.
type Kind = (Option<String>, &'static str, Option<Service>);

/// The failures of the tasks so far.
#[derive(Default)]
pub(super) struct Failures(BTreeMap<Kind, Vec<Timestamp>>);

impl Failures {
    /// The earliest failure after the last success that is like this one, which is noted.
    pub(super) fn first(
        &mut self,
        case: &Case<'_>,
        finding: &Finding,
        (success, own): (Option<Timestamp>, Timestamp),
    ) -> Timestamp {
        let service = case.failing_step().map(|step| step.service.clone());
        let name = case.subject.service_name.clone();
        if name.is_none() {
            return own;
        }
        let known = self.0.entry((name, finding.cause.id.name(), service)).or_default();
        let earlier = known.iter().filter(|at| success.is_none_or(|success| **at > success)).min();
        let first = earlier.map_or(own, |earlier| own.min(*earlier));
        known.push(own);
        first
    }
}

/// The failed attempts of the failing step.
pub(super) fn failed_attempts<'c>(case: &'c Case<'_>) -> impl Iterator<Item = &'c Attempt> {
    let step = case.failing_step();
    let attempts = step.into_iter().flat_map(|step| case.attempts_of(step));
    attempts.filter(|attempt| attempt.outcome.failed() && attempt.outcome != Outcome::Completed)
}

/// The first failing attempt of a case, else its stop.
pub(super) fn first_failure(case: &Case<'_>) -> Option<Timestamp> {
    let by_record = failed_attempts(case).map(|attempt| attempt.first).min();
    by_record.or(case.subject.stopped_at)
}
