#![doc = include_str!("private_dns_off.md")]

use crate::attribution::central::NameFault;
use crate::attribution::endpoints::DnsSetting;
use crate::attribution::{culprits, fix};
use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::central_endpoint::PublicName;
use crate::diagnose::endpoint_use::{unused_endpoint, v4_endpoint};
use crate::diagnose::intended_service::IntendedService;
use crate::diagnose::phrases::{self, any_row, missing_data, plain_id, proof, show_endpoint};
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::diagnose::unroutable::Unroutable;
use crate::finding::{CauseId, Culprit, CulpritKind};
use crate::model::ids::VpcId;
use crate::path::{region_of, remedy_with_private_dns};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::PrivateDnsOff,
    title: "The service has an endpoint, but its name does not resolve to it",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("private_dns_off.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    match own_endpoint(case) {
        Assessment::NotApplicable => central(case).or_else(|| past_v4_endpoint(case)),
        assessment => Some(assessment),
    }
    .unwrap_or(Assessment::NotApplicable)
}

/// Another VPC has the endpoint, and a sibling's name led there.
fn central(case: &Case<'_>) -> Option<Assessment> {
    let public = PublicName::of(case)?;
    let unanswered = Unanswered::of(case)?;
    let (central, own) = (&public.central, case.subject.vpc_id.as_ref());
    let statement = format!(
        "The name of {} led to {} in {}, and the task reached it.",
        public.reached.service, public.reached.id, central.vpc_id
    );
    let zones = central.fault == NameFault::Unknown;
    let show = own.and_then(|vpc| show_zones(case, vpc));
    Some(
        unanswered.conclude(ClaimDraft {
            service: Some(central.endpoint.service.clone()),
            certainty: Certainty::Likely,
            culprits: vec![central.culprit()],
            why: format!(
                "the packets went to a public address although {} has the endpoint {} for {}: {}",
                central.vpc_id,
                central.endpoint.id,
                central.endpoint.service,
                central.reason(own)
            ),
            more_proofs: proof(statement, &[public.sibling], any_row).into_iter().collect(),
            missing: zones
                .then(|| {
                    missing_data(
                        "the private hosted zones of the task's VPC, each hosted zone with its records",
                        "which zone should give the name its private address",
                    )
                })
                .into_iter()
                .collect(),
            fix: phrases::fix(central.fix(own), show),
        }),
    )
}

fn show_zones(case: &Case<'_>, vpc: &VpcId) -> Option<String> {
    let region = region_of(case.facts.inventory, vpc)?;
    let vpc = plain_id(vpc.as_str())?;
    Some(format!("aws route53 list-hosted-zones-by-vpc --vpc-id {vpc} --vpc-region {}", region.as_str()))
}

/// The endpoint answers for IPv4 only, and the task went to the public IPv6 address of the name.
fn past_v4_endpoint(case: &Case<'_>) -> Option<Assessment> {
    let unroutable = Unroutable::of(case)?;
    let endpoint = v4_endpoint(case, &unroutable.attempts)?;
    let reason = unroutable.reason();
    let (id, service) = (&endpoint.id, &endpoint.service);
    let change = plain_id(id.as_str()).map(|id| {
        format!(
            "aws ec2 modify-vpc-endpoint --vpc-endpoint-id {id} --ip-address-type dualstack --dns-options \
             DnsRecordIpType=dualstack"
        )
    });
    let looks = show_endpoint(id).into_iter().chain(change);
    Some(unroutable.conclude(ClaimDraft {
        service: Some(service.clone()),
        certainty: Certainty::Likely,
        culprits: vec![Culprit {
            id: Some(id.to_string()),
            rule: Some("IPv4 only".to_owned()),
            ..Culprit::of(CulpritKind::VpcEndpoint)
        }],
        why: format!(
            "the packets went to a public IPv6 address although the endpoint {id} serves {service}: it has only IPv4 \
             addresses, so the IPv6 address of the name stays public; {reason}"
        ),
        more_proofs: Vec::new(),
        missing: Vec::new(),
        fix: phrases::fix(
            format!(
                "Give {id} IPv6 addresses (address type dualstack, in subnets with IPv6), or let the task use IPv4 for {service}."
            ),
            looks,
        ),
    }))
}

/// The endpoint is in the task's own VPC, and a setting keeps its name from leading to it.
fn own_endpoint(case: &Case<'_>) -> Assessment {
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
    let is_known = unused.setting != DnsSetting::PrivateDnsUnknown;
    let remedy = remedy_with_private_dns(case.facts.inventory, &case.sender, &endpoint.id);
    unroutable.conclude(ClaimDraft {
        service: intended.service.clone(),
        certainty: Certainty::confirmed_if(
            intended.is_named && is_known && case.endpoints().is_certainly_own(endpoint),
        ),
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
