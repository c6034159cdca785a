#![doc = include_str!("no_route.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::culprits;
use crate::diagnose::mend::mend;
use crate::diagnose::private_dns::{lacks_endpoint, lacks_s3_gateway};
use crate::diagnose::registry::Cause;
use crate::diagnose::words::show_routes;
use crate::diagnose::silence::{Obstacle, Silence, Told};

pub(super) static CAUSE: Cause = Cause {
    id: "no-route",
    title: "The task's subnet has no route to the service",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("no_route.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(silence) = Silence::of(case) else { return Assessment::NotConcerned };
    let Some(hops) = silence.stopped_by(Obstacle::Route) else { return Assessment::NotConcerned };
    if lacks_endpoint(case) || lacks_s3_gateway(case) {
        return Assessment::NotConcerned;
    }
    let why = hops.first().map(|hop| hop.because.clone()).unwrap_or_default();
    silence.tell(Told {
        service: None,
        certainty: Certainty::Confirmed,
        culprits: culprits::of_hops(silence.in_the_way(hops)),
        why,
        more_proofs: Vec::new(),
        missing: Vec::new(),
        fix: mend(
            case,
            &silence.attempts,
            "Give the subnet a way out (a route to a NAT gateway), or give the VPC endpoints for the services the task needs.",
            show_routes(case),
        ),
    })
}
