#![doc = include_str!("network_healthy.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::healthy_network::assess_network;
use crate::diagnose::phrases::missing_data;
use crate::diagnose::refusal::{Refusal, environment_files, undecided};
use crate::diagnose::stopped_reason::Answer;
use crate::finding::CauseId;
use crate::model::service::Service;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NetworkHealthy,
    title: "No network fault found",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("network_healthy.md"),
    assess,
};

/// A cause after the network takes its place: it contains the same claim.
fn assess(case: &Case<'_>) -> Assessment {
    match assess_network(case) {
        Assessment::Holds(_) if Refusal::of(case).is_some() => Assessment::NotApplicable,
        Assessment::Holds(mut claim) => {
            if case.access.as_ref().is_some_and(|access| access.allows_all()) {
                claim.summary.push_str(" Every request of the start is allowed by what is saved.");
            }
            // The policy of an endpoint for S3 may refuse a layer.
            let is_policy =
                case.reason.answer == Some(Answer::LayerRefused) && case.endpoints().may_have(&Service::S3);
            if is_policy {
                claim.certainty = Certainty::Likely;
                claim.missing.insert(0, missing_data(
                    "the policy of the endpoint (PolicyDocument in describe-vpc-endpoints) that the request went through",
                    "whether it allows the request: the network carried it, and an endpoint's policy may still refuse it",
                ));
            }
            claim.missing.extend(environment_files(case));
            claim.missing.extend(undecided(case));
            Assessment::Holds(claim)
        }
        other => other,
    }
}
