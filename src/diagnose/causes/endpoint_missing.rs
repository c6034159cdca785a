#![doc = include_str!("endpoint_missing.md")]

use crate::attribution::{culprits, fix};
use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::endpoint_use::{hidden_endpoints, may_hide_endpoint, misses_endpoint, unused_endpoint};
use crate::diagnose::intended_service::IntendedService;
use crate::diagnose::phrases;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::diagnose::unroutable::Unroutable;
use crate::finding::{CauseId, Fix};
use crate::model::service::Service;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::EndpointMissing,
    title: "The service has no endpoint in a VPC that has no other way out",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("endpoint_missing.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let intended = IntendedService::of(case);
    if intended.service == Some(Service::S3) {
        return Assessment::NotApplicable;
    }
    if let Some(assessment) = Unanswered::of(case).and_then(|unanswered| unavailable(&unanswered)) {
        return assessment;
    }
    let Some(unroutable) = Unroutable::of(case).filter(misses_endpoint) else {
        return Assessment::NotApplicable;
    };
    if unused_endpoint(case, &intended).is_some() {
        return Assessment::NotApplicable;
    }
    let Some(service) = &intended.service else { return Assessment::NotApplicable };
    let is_hidden = may_hide_endpoint(case);
    let culprit = culprits::of_missing_endpoint(case.subject.vpc_id.as_ref(), service);
    let draft = ClaimDraft {
        service: Some(service.clone()),
        certainty: Certainty::confirmed_if(intended.is_named && !is_hidden),
        culprits: std::iter::once(culprit).chain(culprits::of_hops(unroutable.blocking())).collect(),
        why: format!(
            "there is no interface endpoint for {service}{}, and {}",
            intended.reasoning(),
            unroutable.reason()
        ),
        more_proofs: Vec::new(),
        missing: intended.missing().into_iter().chain(is_hidden.then(|| hidden_endpoints(case))).collect(),
        fix: create(case, service),
    };
    unroutable.conclude(draft)
}

/// The endpoint is there and not in a state to take packets.
fn unavailable(unanswered: &Unanswered<'_>) -> Option<Assessment> {
    let hops = unanswered.stopped_by(CAUSE.id)?;
    Some(unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::Confirmed,
        culprits: culprits::of_hops(unanswered.blocking(hops.clone())),
        why: hops.first().map(|hop| hop.reason.clone()).unwrap_or_default(),
        more_proofs: Vec::new(),
        missing: Vec::new(),
        fix: phrases::fix(fix::endpoint_not_available(&"the endpoint"), []),
    }))
}

/// The endpoint to create. It gives the service another address, so no observed packet can show that it works.
fn create(case: &Case<'_>, service: &Service) -> Fix {
    let words = "Create an interface endpoint for the service with private DNS, in subnets of the task's zones, with a \
                 security group that admits the task on 443; or give the subnet a route to the internet. If one service \
                 has no endpoint, check whether the other services of the task definition have one: `flowcause check` \
                 lists them.";
    phrases::fix(words, fix::create_endpoint(case.facts.inventory, &case.sender, service))
}
