#![doc = include_str!("endpoint_nacl_blocks_ingress.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;
use crate::diagnose::registry::Cause;
use crate::finding::CauseId;
use crate::diagnose::rejection::Rejection;
use crate::diagnose::silence::Silence;

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
        Ok(rejection) => rejection.by(CAUSE.id, []),
        Err(Assessment::NotConcerned) => silent(case),
        Err(assessment) => assessment,
    }
}

/// The request leaves the task, and the far side's records are missing: the configuration says where it ends.
fn silent(case: &Case<'_>) -> Assessment {
    let Some(silence) = Silence::of(case) else { return Assessment::NotConcerned };
    silence.at_destination(CAUSE.id)
}
