#![doc = include_str!("no_public_ip.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::endpoint_use::has_unused_endpoint;
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::{CauseId, Control, Hop, HopDecision};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NoPublicIp,
    title: "The task has no public address and its route leads to an internet gateway",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("no_public_ip.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    let Some(hops) = unanswered.stopped_by(CAUSE.id) else {
        return unanswered.assess_remaining(CAUSE.id, ADDRESS).unwrap_or(Assessment::NotApplicable);
    };
    if has_unused_endpoint(case) {
        return Assessment::NotApplicable;
    }
    let why: Vec<&str> = route(&unanswered).into_iter().chain(hops.first().copied()).map(reason).collect();
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::Confirmed,
        culprits: unanswered.culprits(CAUSE.id, &unanswered.blocking(hops)),
        why: why.join(", and "),
        more_proofs: Vec::new(),
        missing: Vec::new(),
        fix: tried_fix(case, &unanswered.attempts, advice(case), []),
    })
}

/// Advice where no document shows whether the task had a public address.
const ADDRESS: &str = "Check whether the tasks get a public address (`assignPublicIp` of the service), because an internet \
     gateway forwards no packets of an interface without one. Private subnets with a NAT gateway or with endpoints need none.";

fn advice(case: &Case<'_>) -> &'static str {
    if case.subject.start.is_of_instance() {
        "The public address of a task has no effect: the instance's interface needs one. Private subnets with a NAT \
         gateway or with endpoints need none."
    } else {
        "A running task's interface gets no public address afterwards: tasks started after the change have one. Private \
         subnets with a NAT gateway or with endpoints need no public address."
    }
}

/// The route to the internet gateway.
fn route<'c>(unanswered: &Unanswered<'c>) -> Option<&'c Hop> {
    let mut hops = unanswered.attempts.iter().flat_map(|attempt| &attempt.configured.hops);
    hops.find(|hop| matches!(hop.control, Control::RouteTable { .. }) && hop.decision == HopDecision::Allowed)
}

fn reason(hop: &Hop) -> &str {
    &hop.reason
}
