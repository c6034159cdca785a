#![doc = include_str!("dns_blocked.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::lead::{Lead, reject_policy};
use crate::diagnose::queries::{is_tcp_only, none_rejected, rejected};
use crate::diagnose::registry::Cause;
use crate::finding::CauseId;
use crate::diagnose::silence::Silence;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::DnsBlocked,
    title: "Queries to the DNS server are rejected",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("dns_blocked.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_resolution(case) else { return Lead::no_resolution_failure(case) };
    let is_rejection =
        |attempt: &Attempt| attempt.outcome.is_rejection() && reject_policy(case, attempt).is_none();
    let blocked = lead.failing(is_rejection);
    if !blocked.is_empty() {
        return if is_tcp_only(case, &blocked) {
            Assessment::NotConcerned
        } else {
            rejected(case, &blocked, "")
        };
    }
    if lead.all().iter().any(|attempt| attempt.outcome.is_rejection()) {
        return Assessment::NotConcerned;
    }
    silent(case).unwrap_or_else(none_rejected)
}

/// The queries leave the task, and the server's records are missing: the configuration says where they end.
fn silent(case: &Case<'_>) -> Option<Assessment> {
    let silence = Silence::of_resolution(case).filter(|silence| !is_tcp_only(case, &silence.attempts))?;
    silence.stopped_by(CAUSE.id)?;
    Some(silence.at_destination(CAUSE.id))
}
