#![doc = include_str!("endpoint_nacl_blocks_ingress.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::rejection::Rejection;
use crate::diagnose::unanswered::Unanswered;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::EndpointNaclBlocksIngress,
    title: "The network ACL of the endpoint's subnet denies the request",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("endpoint_nacl_blocks_ingress.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    match Rejection::far(case) {
        Ok(rejection) => rejection.assess(CAUSE.id, []),
        Err(Assessment::NotApplicable) => from_configuration(case),
        Err(assessment) => assessment,
    }
}

/// The request leaves the task, and the far side's records are missing: the configuration shows where it ends.
fn from_configuration(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    unanswered.assess_destination(CAUSE.id)
}
