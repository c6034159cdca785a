#![doc = include_str!("no_route.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::mend::mend;
use crate::diagnose::private_dns::{lacks_endpoint, lacks_s3_gateway, may_lack_endpoint};
use crate::diagnose::registry::Cause;
use crate::finding::CauseId;
use crate::diagnose::silence::{Silence, Told};
use crate::diagnose::words::{lack, show_routes};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NoRoute,
    title: "The task's subnet has no route to the service",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("no_route.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(silence) = Silence::of(case) else { return Assessment::NotConcerned };
    let Some(hops) = silence.stopped_by(CAUSE.id) else { return Assessment::NotConcerned };
    if lacks_endpoint(case) || lacks_s3_gateway(case) {
        return Assessment::NotConcerned;
    }
    let why = hops.first().map(|hop| hop.reason.clone()).unwrap_or_default();
    // The VPC lives on endpoints: one may be missing, or not reached by its name.
    let is_open_question = may_lack_endpoint(case);
    let question = is_open_question.then(|| {
        lack(
            "the task definition, or the address or host in the stopped reason",
            "which service the packets were for, and so whether its endpoint is missing or not reached by name",
        )
    });
    silence.tell(Told {
        service: None,
        certainty: Certainty::confirmed_if(!is_open_question),
        culprits: silence.culprits(CAUSE.id, &silence.in_the_way(hops)),
        why,
        more_proofs: Vec::new(),
        missing: question.into_iter().collect(),
        fix: mend(
            case,
            &silence.attempts,
            "Give the subnet a way out (a route to a NAT gateway), or give the VPC endpoints for the services the task needs.",
            show_routes(case),
        ),
    })
}
