//! Endpoints that the leading step could have used: there and not reached by name, or not there at all.

use crate::diagnose::astray::Astray;
use crate::diagnose::case::{Case, Outcome};
use crate::diagnose::purpose::{Purpose, answers_to_name, endpoints_of, interface_endpoints};
use crate::inventory::DocumentKind;
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::service::Service;

/// An interface endpoint that the service's name does not lead to.
pub(super) struct Unused<'c> {
    pub(super) endpoint: &'c Endpoint,
    /// A clause: what is switched off.
    pub(super) reason: String,
    /// Whether it is the VPC's attributes.
    pub(super) is_of_vpc: bool,
}

/// The endpoint of the step's service whose name leads elsewhere.
pub(super) fn unused_endpoint<'c>(astray: &Astray<'c>) -> Option<Unused<'c>> {
    let case = astray.case;
    let service = Purpose::of(case).service?;
    let mut own = interface_endpoints(case).filter(|endpoint| endpoint.service == service);
    let endpoint = own.find(|endpoint| !answers_to_name(case, endpoint))?;
    let vpc = case.subject.vpc_id.as_ref().and_then(|id| case.facts.inventory.vpcs.get(id));
    let of_vpc = vpc.and_then(|vpc| match (vpc.dns_support, vpc.dns_hostnames) {
        (Some(false), _) => Some(format!("enableDnsSupport of {} is off", vpc.id)),
        (_, Some(false)) => Some(format!("enableDnsHostnames of {} is off", vpc.id)),
        _ => None,
    });
    let is_of_vpc = endpoint.private_dns_enabled;
    let reason = of_vpc.filter(|_| is_of_vpc).unwrap_or_else(|| "its private DNS is off".to_owned());
    Some(Unused { endpoint, reason, is_of_vpc })
}

/// Whether the leading step went astray because an endpoint's name does not lead to it.
pub(super) fn has_unused_endpoint(case: &Case<'_>) -> bool {
    Astray::of(case).is_some_and(|astray| unused_endpoint(&astray).is_some())
}

/// Whether the leading step went astray for want of an endpoint: one that its name does not lead to, or one that is not
/// there in a VPC that lives on endpoints.
pub(super) fn lacks_endpoint(case: &Case<'_>) -> bool {
    Astray::of(case).is_some_and(|astray| {
        unused_endpoint(&astray).is_some()
            || (misses_endpoint(&astray) && Purpose::of(case).service != Some(Service::S3))
    })
}

/// Whether the VPC lives on endpoints and has none for the step's service. If it has one to which the name leads, the
/// packets went to another address for a reason of their own; if the service is not known, it may be any, S3 too.
pub(super) fn misses_endpoint(astray: &Astray<'_>) -> bool {
    let is_missing = |service: Service| {
        endpoints_of(astray.case, &service).next().is_none() && !is_elsewhere(astray.case, &service)
    };
    is_closed(astray) && Purpose::of(astray.case).service.is_some_and(is_missing)
}

/// Whether an endpoint may be what the leading step lacks, though nothing tells which service it was for.
pub(super) fn may_lack_endpoint(case: &Case<'_>) -> bool {
    Purpose::of(case).service.is_none() && Astray::of(case).is_some_and(|astray| is_closed(&astray))
}

/// Whether it is none of AWS's services: a registry elsewhere never has an endpoint.
fn is_elsewhere(case: &Case<'_>, service: &Service) -> bool {
    matches!(service, Service::Other(host) if case.needs.hosts.contains(host))
}

/// Whether the leading step went to S3, and only a gateway endpoint could lead there.
pub(super) fn lacks_s3_gateway(case: &Case<'_>) -> bool {
    Purpose::of(case).service == Some(Service::S3)
        && Astray::of(case).is_some_and(|astray| is_closed(&astray))
}

/// Whether the VPC lives on endpoints and never had another way out here.
pub(super) fn is_closed(astray: &Astray<'_>) -> bool {
    let case = astray.case;
    lives_on_endpoints(case)
        && case.facts.inventory.documents.contains(&DocumentKind::VpcEndpoints)
        && astray.has_no_route()
}

/// Whether the task reached a service through an interface endpoint, or its VPC has one for a service it needs.
fn lives_on_endpoints(case: &Case<'_>) -> bool {
    let is_reached = |endpoint: &Endpoint| {
        case.attempts
            .iter()
            .any(|attempt| attempt.outcome == Outcome::Completed && attempt.service == endpoint.service)
    };
    interface_endpoints(case).any(is_reached)
        || case.needs.services.iter().any(|service| endpoints_of(case, service).next().is_some())
}

/// The gateway endpoint for S3 in the task's VPC.
pub(super) fn s3_gateway<'c>(case: &'c Case<'_>) -> Option<&'c Endpoint> {
    let vpc = case.subject.vpc_id.as_ref();
    case.facts.inventory.endpoints.values().find(|endpoint| {
        endpoint.kind == EndpointKind::Gateway
            && endpoint.service == Service::S3
            && (endpoint.vpc_id.is_none() || endpoint.vpc_id.as_ref() == vpc)
    })
}
