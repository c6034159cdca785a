#![doc = include_str!("dns_tcp_blocked.md")]

use crate::attribution::culprits;
use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::{FailingStep, reject_policy};
use crate::diagnose::phrases::{missing_data, path_culprit};
use crate::diagnose::queries::{is_tcp_only, rejected};
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::DnsTcpBlocked,
    title: "The DNS server answers over UDP, but its long answers over TCP do not get through",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("dns_tcp_blocked.md"),
    assess,
};

/// An answer that is too long for UDP is truncated, and the client repeats the query over TCP.
fn assess(case: &Case<'_>) -> Assessment {
    let Some(failing_step) = FailingStep::of_resolution(case) else {
        return FailingStep::no_resolution_failure(case);
    };
    let failed = failing_step.attempts_where(|attempt| attempt.outcome.failed());
    if !is_tcp_only(case, &failed) {
        return Assessment::NotApplicable;
    }
    let is_rejection =
        |attempt: &Attempt| attempt.outcome.is_rejection() && reject_policy(case, attempt).is_none();
    let blocked = failing_step.attempts_where(is_rejection);
    if blocked.is_empty() {
        return from_configuration(case);
    }
    rejected(case, &blocked, "queries over UDP were answered, but over TCP ")
}

/// Nothing was rejected where logs exist: the configuration may show where the TCP queries end.
fn from_configuration(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of_resolution(case) else { return Assessment::NotApplicable };
    let hops = unanswered.stopping().unwrap_or_default();
    let reason = hops.first().map_or_else(String::new, |hop| format!(", because {}", hop.reason));
    let culprits = if hops.is_empty() {
        vec![path_culprit(&unanswered.attempts)]
    } else {
        culprits::of_hops(hops.iter().copied())
    };
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::Likely,
        culprits,
        why: format!("queries over UDP were answered, but queries over TCP were not{reason}"),
        more_proofs: Vec::new(),
        missing: vec![missing_data(
            "the flow log of the DNS server's interface, and whether it listens on TCP port 53",
            "where the TCP queries ended",
        )],
        fix: tried_fix(
            case,
            &unanswered.attempts,
            "Allow port 53 over TCP wherever it is allowed over UDP.",
            [],
        ),
    })
}
