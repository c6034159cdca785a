#![doc = include_str!("endpoint_missing.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::astray::Astray;
use crate::diagnose::case::Case;
use crate::attribution::{culprits, fix};
use crate::diagnose::private_dns::{misses_endpoint, unused_endpoint};
use crate::diagnose::purpose::Purpose;
use crate::diagnose::registry::Cause;
use crate::diagnose::silence::{Silence, Told};
use crate::diagnose::words;
use crate::model::service::Service;
use crate::finding::{CauseId, Fix};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::EndpointMissing,
    title: "The service has no endpoint in a VPC that has no other way out",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("endpoint_missing.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let purpose = Purpose::of(case);
    if purpose.service == Some(Service::S3) {
        return Assessment::NotConcerned;
    }
    if let Some(assessment) = Silence::of(case).and_then(|silence| unavailable(&silence)) {
        return assessment;
    }
    let Some(astray) = Astray::of(case).filter(misses_endpoint) else { return Assessment::NotConcerned };
    if unused_endpoint(case, &purpose).is_some() {
        return Assessment::NotConcerned;
    }
    let Some(service) = &purpose.service else { return Assessment::NotConcerned };
    let culprit = culprits::of_missing_endpoint(case.subject.vpc_id.as_ref(), service);
    let told = Told {
        service: Some(service.clone()),
        certainty: Certainty::confirmed_if(purpose.is_named),
        culprits: std::iter::once(culprit).chain(culprits::of_hops(astray.in_the_way())).collect(),
        why: format!(
            "there is no interface endpoint for {service}{}, and {}",
            purpose.reasoning(),
            astray.reason()
        ),
        more_proofs: Vec::new(),
        missing: purpose.missing(),
        fix: create(case, service),
    };
    astray.tell(told)
}

/// The endpoint is there and not in a state to take packets.
fn unavailable(silence: &Silence<'_>) -> Option<Assessment> {
    let hops = silence.stopped_by(CAUSE.id)?;
    Some(silence.tell(Told {
        service: None,
        certainty: Certainty::Confirmed,
        culprits: culprits::of_hops(silence.in_the_way(hops.clone())),
        why: hops.first().map(|hop| hop.reason.clone()).unwrap_or_default(),
        more_proofs: Vec::new(),
        missing: Vec::new(),
        fix: words::fix(fix::endpoint_not_available(&"the endpoint"), []),
    }))
}

/// The endpoint to create. It gives the service another address, so no observed packet can show that it works.
fn create(case: &Case<'_>, service: &Service) -> Fix {
    let words = "Create an interface endpoint for the service with private DNS, in subnets of the task's zones, with a security \
                 group that admits the task on 443; or give the subnet a route to the internet. Where one service lacks its \
                 endpoint, check whether the others of the task definition have theirs: `flowcause check` lists them.";
    words::fix(words, fix::create_endpoint(case.facts.inventory, &case.sender, service))
}
