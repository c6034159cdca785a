#![doc = include_str!("dns_blocked.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::{FailingStep, reject_policy};
use crate::diagnose::queries::{is_tcp_only, none_rejected, rejected};
use crate::diagnose::unanswered::Unanswered;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::DnsBlocked,
    title: "Queries to the DNS server are rejected",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("dns_blocked.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(failing_step) = FailingStep::of_resolution(case) else {
        return FailingStep::no_resolution_failure(case);
    };
    let is_rejection =
        |attempt: &Attempt| attempt.outcome.is_rejection() && reject_policy(case, attempt).is_none();
    let blocked = failing_step.attempts_where(is_rejection);
    if !blocked.is_empty() {
        return if is_tcp_only(case, &blocked) {
            Assessment::NotApplicable
        } else {
            rejected(case, &blocked, "")
        };
    }
    if failing_step.all().iter().any(|attempt| attempt.outcome.is_rejection()) {
        return Assessment::NotApplicable;
    }
    from_configuration(case).unwrap_or_else(none_rejected)
}

/// The queries leave the task, and the server's records are missing: the configuration shows where they end.
fn from_configuration(case: &Case<'_>) -> Option<Assessment> {
    let unanswered =
        Unanswered::of_resolution(case).filter(|unanswered| !is_tcp_only(case, &unanswered.attempts))?;
    unanswered.stopped_by(CAUSE.id)?;
    Some(unanswered.assess_destination(CAUSE.id))
}
