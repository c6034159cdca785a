//! One diagnosed task of the report.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::{Diagnosed, Quotes, blind, path, spans};
use crate::diagnose::assessment::Proof;
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::model::service::Service;
use crate::report::{Evidence, EvidenceRow, Step, StepState, TaskReport, Verdict};

pub(super) fn report(one: &Diagnosed<'_>, quotes: &Quotes<'_>) -> TaskReport {
    let subject = one.case.subject.clone();
    let blind_spots = blind::spots(&one.case);
    TaskReport {
        task_id: subject.task_id,
        task_arn: subject.task_arn,
        interface_id: subject.interface_id,
        address: subject.addresses.first().copied(),
        subnet_id: subject.subnet_id,
        service_name: subject.service_name,
        created_at: subject.created_at,
        stopped_at: subject.stopped_at,
        stopped_reason: subject.stopped_reason,
        verdict: verdict(one, quotes),
        steps: steps(&one.case),
        blind_spots,
    }
}

fn verdict(one: &Diagnosed<'_>, quotes: &Quotes<'_>) -> Verdict {
    let finding = &one.finding;
    let of_step = one.case.lead().map(|step| step.service.clone());
    let shown = path::shown_attempt(&one.case);
    let is_named = of_step.as_ref().is_some_and(|service| *service != Service::Unknown);
    Verdict {
        cause: finding.cause.id,
        standing: finding.standing,
        service: if is_named { of_step } else { finding.service.clone().or(of_step) },
        culprits: finding.culprits.clone(),
        summary: finding.summary.clone(),
        evidence: finding.proofs.iter().map(|proof| evidence(proof, quotes)).collect(),
        also_considered: finding.also_considered.clone(),
        missing: finding.missing.clone(),
        path: shown.map(path::configured).unwrap_or_default(),
        observed: shown.map(|attempt| path::observed(&one.case, attempt)),
    }
}

fn evidence(proof: &Proof, quotes: &Quotes<'_>) -> Evidence {
    let row = |row| EvidenceRow { file: quotes.file(row), line: row.line, record: quotes.record(row) };
    Evidence { says: proof.says().to_owned(), rows: proof.rows().map(row).collect() }
}

/// One step for each service and destination, services in the order of a task's start.
fn steps(case: &Case<'_>) -> Vec<Step> {
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

/// What came of a destination: completed if it was in the end, else its latest failure.
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
