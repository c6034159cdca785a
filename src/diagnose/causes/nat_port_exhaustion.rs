#![doc = include_str!("nat_port_exhaustion.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::phrases::{fix, missing_data};
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::diagnose::unforwarded::Unforwarded;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NatPortExhaustion,
    title: "The NAT gateway drops the task's packets while it forwards others",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("nat_port_exhaustion.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    if unanswered.stopping().is_some() {
        return Assessment::NotApplicable;
    }
    let Some(unforwarded) = Unforwarded::of(&unanswered).filter(Unforwarded::is_gateway) else {
        return Assessment::NotApplicable;
    };
    let Some(others) = unforwarded.others else { return Assessment::NotApplicable };
    let place = &unforwarded.place;
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::Likely,
        culprits: vec![unforwarded.culprit],
        why: format!(
            "the packets arrived at {place} and none left it, while other connections passed"
        ),
        more_proofs: vec![unforwarded.taken, others],
        missing: vec![missing_data(
            "the NAT gateway's CloudWatch metrics ErrorPortAllocation and ActiveConnectionCount in that time",
            "whether it had no port left: 55,000 connections to one destination for each of its addresses",
        )],
        fix: fix(
            "Give the NAT gateway more addresses, spread the subnets over more gateways, or reduce its traffic: a \
             gateway endpoint for S3 and interface endpoints for the other services use no ports.",
            [],
        ),
    })
}
