#![doc = include_str!("network_healthy.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::healthy_network::assess_network;
use crate::diagnose::refusal::{Refusal, undecided};
use crate::finding::CauseId;

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
            claim.missing.extend(undecided(case));
            Assessment::Holds(claim)
        }
        other => other,
    }
}
