//! Endpoints that the leading step could have used: there and not reached by name, or not there at all.

use crate::diagnose::case::{Case, Outcome};
use crate::diagnose::purpose::{Purpose, answers_to_name, endpoints_of, interface_endpoints};
use crate::diagnose::silence::Silence;
use crate::inventory::DocumentKind;
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::service::Service;
use crate::path::Way;

/// An interface endpoint that the service's name does not lead to.
pub(super) struct Unused<'c> {
    pub(super) endpoint: &'c Endpoint,
    /// A clause: what is switched off.
    pub(super) because: String,
    /// Whether it is the VPC's attributes.
    pub(super) is_of_vpc: bool,
}

/// The endpoint of the step's service whose name leads elsewhere; only where the packets went outside the VPC.
pub(super) fn unused_endpoint<'c>(silence: &Silence<'c>) -> Option<Unused<'c>> {
    let case = silence.case;
    let vpc = case.subject.vpc_id.as_ref();
    let is_inside = |address| case.facts.inventory.is_inside_vpc(address, vpc) == Some(true);
    if silence.attempts.iter().any(|attempt| is_inside(attempt.destination.ip())) {
        return None;
    }
    let service = Purpose::of(silence).service?;
    let mut own = interface_endpoints(case).filter(|endpoint| endpoint.service == service);
    let endpoint = own.find(|endpoint| !answers_to_name(case, endpoint))?;
    let attributes = vpc.and_then(|id| case.facts.inventory.vpcs.get(id));
    let of_vpc = attributes.and_then(|vpc| match (vpc.dns_support, vpc.dns_hostnames) {
        (Some(false), _) => Some(format!("enableDnsSupport of {} is off", vpc.id)),
        (_, Some(false)) => Some(format!("enableDnsHostnames of {} is off", vpc.id)),
        _ => None,
    });
    let is_of_vpc = endpoint.private_dns_enabled;
    let because = of_vpc.filter(|_| is_of_vpc).unwrap_or_else(|| "its private DNS is off".to_owned());
    Some(Unused { endpoint, because, is_of_vpc })
}

/// Whether there is such an endpoint.
pub(super) fn has_unused_endpoint(silence: &Silence<'_>) -> bool {
    unused_endpoint(silence).is_some()
}

/// Whether an endpoint is what the step lacks: one that its name does not lead to, one that is not there, or S3's.
pub(super) fn lacks_endpoint(silence: &Silence<'_>) -> bool {
    has_unused_endpoint(silence) || is_closed_vpc(silence)
}

/// Whether the VPC lives on endpoints and never had another way out here: a route that is a blackhole was one.
pub(super) fn is_closed_vpc(silence: &Silence<'_>) -> bool {
    let case = silence.case;
    lives_on_endpoints(case)
        && case.facts.inventory.documents.contains(&DocumentKind::VpcEndpoints)
        && silence.attempts.iter().all(|attempt| attempt.configured.way == Way::NoRoute)
}

/// Whether the task reached a service through an interface endpoint, or its VPC has one for a service it needs.
fn lives_on_endpoints(case: &Case<'_>) -> bool {
    let is_reached = |endpoint: &Endpoint| {
        case.attempts
            .iter()
            .any(|attempt| attempt.outcome == Outcome::Completed && attempt.service == endpoint.service)
    };
    interface_endpoints(case).any(|endpoint| is_reached(endpoint))
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
