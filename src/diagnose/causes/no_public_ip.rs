#![doc = include_str!("no_public_ip.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::mend::mend;
use crate::diagnose::private_dns::has_unused_endpoint;
use crate::diagnose::registry::Cause;
use crate::finding::{CauseId, Control, Hop, HopDecision};
use crate::diagnose::silence::{Silence, Told};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NoPublicIp,
    title: "The task has no public address and its route leads to an internet gateway",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("no_public_ip.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(silence) = Silence::of(case) else { return Assessment::NotConcerned };
    let Some(hops) = silence.stopped_by(CAUSE.id) else { return Assessment::NotConcerned };
    if has_unused_endpoint(case) {
        return Assessment::NotConcerned;
    }
    let why: Vec<&str> = route(&silence).into_iter().chain(hops.first().copied()).map(reason).collect();
    silence.tell(Told {
        service: None,
        certainty: Certainty::Confirmed,
        culprits: silence.culprits(CAUSE.id, &silence.in_the_way(hops)),
        why: why.join(", and "),
        more_proofs: Vec::new(),
        missing: Vec::new(),
        fix: mend(
            case,
            &silence.attempts,
            "A running task's interface gets no public address afterwards: tasks started after the change have one. Private \
             subnets with a NAT gateway or endpoints do without.",
            [],
        ),
    })
}

/// The route to the internet gateway.
fn route<'c>(silence: &Silence<'c>) -> Option<&'c Hop> {
    let mut hops = silence.attempts.iter().flat_map(|attempt| &attempt.configured.hops);
    hops.find(|hop| matches!(hop.control, Control::RouteTable { .. }) && hop.decision == HopDecision::Allowed)
}

fn reason(hop: &Hop) -> &str {
    &hop.reason
}
