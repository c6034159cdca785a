#![doc = include_str!("private_dns_off.md")]

use crate::attribution::{culprits, fix};
use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::endpoint_use::unused_endpoint;
use crate::diagnose::intended_service::IntendedService;
use crate::diagnose::unanswered::ClaimDraft;
use crate::diagnose::unroutable::Unroutable;
use crate::finding::CauseId;
use crate::path::remedy_with_private_dns;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::PrivateDnsOff,
    title: "The service has an endpoint, but its name does not resolve to it",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("private_dns_off.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(unroutable) = Unroutable::of(case) else { return Assessment::NotApplicable };
    let intended = IntendedService::of(case);
    let Some(unused) = unused_endpoint(case, &intended) else { return Assessment::NotApplicable };
    let reason = unroutable.reason();
    let endpoint = unused.endpoint;
    let why = format!(
        "the packets went to a public address although the endpoint {} serves {}{}: {}; {reason}",
        endpoint.id,
        endpoint.service,
        intended.reasoning(),
        unused.setting.reason()
    );
    let remedy = remedy_with_private_dns(case.facts.inventory, &case.sender, &endpoint.id);
    unroutable.conclude(ClaimDraft {
        service: intended.service.clone(),
        certainty: Certainty::confirmed_if(intended.is_named),
        culprits: culprits::of_unused(&unused),
        why,
        more_proofs: Vec::new(),
        missing: intended.missing(),
        fix: fix::of_remedy(
            &remedy,
            "The service's public name then resolves to the endpoint in the whole VPC, one or two minutes later. \
             Therefore its security groups must admit all clients of the service.",
            [],
        ),
    })
}
