//! Endpoints that the failing step could have used: one that its name does not resolve to, or one that does not exist.

use crate::attribution::endpoints::{NameTarget, UnusedEndpoint};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::intended_service::IntendedService;
use crate::diagnose::phrases::missing_data;
use crate::diagnose::unroutable::Unroutable;
use crate::finding::MissingData;
use crate::model::endpoint::Endpoint;
use crate::model::service::Service;
use crate::path::is_nat64;

/// The endpoint of the step's service whose name resolves to another address.
pub(super) fn unused_endpoint<'c>(
    case: &'c Case<'_>,
    intended: &'c IntendedService,
) -> Option<UnusedEndpoint<'c>> {
    let service = intended.service.as_ref().filter(|service| !is_elsewhere(case, service))?;
    match case.endpoints().name_target(service) {
        NameTarget::Public { unused } => unused,
        NameTarget::Endpoint(_) => None,
    }
}

/// The endpoint that the service's name leads to for IPv4 only, if the attempts went to IPv6 addresses: the name has a public
/// IPv6 address past it.
pub(super) fn v4_endpoint<'c>(case: &'c Case<'_>, attempts: &[&Attempt]) -> Option<&'c Endpoint> {
    let is_v6 = |attempt: &&Attempt| attempt.destination.is_ipv6() && !is_nat64(attempt.destination.ip());
    let service = IntendedService::of(case).service.filter(|_| attempts.iter().all(is_v6))?;
    let is_v4 = |endpoint: &&Endpoint| endpoint.address_type.as_deref() == Some("ipv4");
    let leads_there = |endpoint: &Endpoint| matches!(case.endpoints().name_target(&service), NameTarget::Endpoint(known) if known.id == endpoint.id);
    let mut all = case.endpoints().interface_endpoints().filter(|endpoint| endpoint.service == service);
    all.find(|endpoint| is_v4(endpoint) && leads_there(endpoint))
}

/// Whether the requests of the failing step are unroutable because an endpoint's name does not resolve to it.
pub(super) fn has_unused_endpoint(case: &Case<'_>) -> bool {
    unused_endpoint(case, &IntendedService::of(case)).is_some() && Unroutable::of(case).is_some()
}

/// Whether the requests of the failing step are unroutable because they do not reach an endpoint: its name does not resolve
/// to it, or it does not exist in a VPC that relies on endpoints.
pub(super) fn lacks_endpoint(case: &Case<'_>) -> bool {
    let intended = IntendedService::of(case);
    Unroutable::of(case).is_some_and(|unroutable| {
        unused_endpoint(case, &intended).is_some()
            || (misses_endpoint(&unroutable) && intended.service != Some(Service::S3))
    })
}

/// Whether the VPC relies on endpoints and has none for the step's service. If the name resolves to an existing endpoint,
/// the packets went to another address for another reason.
pub(super) fn misses_endpoint(unroutable: &Unroutable<'_>) -> bool {
    let case = unroutable.case;
    let is_missing = |service: &Service| {
        case.endpoints().of_service(service).next().is_none() && !is_elsewhere(case, service)
    };
    is_closed(unroutable) && IntendedService::of(case).service.as_ref().is_some_and(is_missing)
}

/// Whether an endpoint may be what the failing step lacks, although its service is not known.
pub(super) fn may_lack_endpoint(case: &Case<'_>) -> bool {
    IntendedService::of(case).service.is_none()
        && Unroutable::of(case).is_some_and(|unroutable| is_closed(&unroutable))
}

/// Whether an endpoint that the documents do not show, or a setting of one, may be at fault instead of the route or instead of
/// a missing endpoint.
pub(super) fn may_hide_endpoint(case: &Case<'_>) -> bool {
    let intended = IntendedService::of(case);
    let service = intended.service.as_ref();
    if service.is_some_and(|service| is_elsewhere(case, service)) {
        return false;
    }
    let settings = service.is_none_or(|service| case.endpoints().knows_settings(service));
    !settings || case.endpoints().may_hide(service.filter(|_| intended.is_named))
}

/// The documents that would show that endpoint.
pub(super) fn hidden_endpoints(case: &Case<'_>) -> MissingData {
    let would_show = "whether an endpoint of the service is missing, or its name does not lead to it";
    match &case.subject.vpc_id {
        Some(vpc) => missing_data(
            format!("describe-vpc-endpoints of {vpc}, complete, and describe-vpc-attribute of {vpc}"),
            would_show,
        ),
        None => missing_data("describe-subnets of the task's subnet", would_show),
    }
}

/// Whether no endpoint of this VPC can serve it: a registry outside AWS, or a service that is needed in another Region.
fn is_elsewhere(case: &Case<'_>, service: &Service) -> bool {
    case.needs.elsewhere.contains(service)
        || matches!(service, Service::Other(host) if case.needs.hosts.contains(host))
}

/// Whether the failing step went to S3, and only a gateway endpoint could reach it.
pub(super) fn lacks_s3_gateway(case: &Case<'_>) -> bool {
    IntendedService::of(case).service == Some(Service::S3)
        && Unroutable::of(case).is_some_and(|unroutable| is_closed(&unroutable))
}

/// Whether the VPC relies on endpoints and had no other route out of this subnet.
fn is_closed(unroutable: &Unroutable<'_>) -> bool {
    let case = unroutable.case;
    let completed = case
        .attempts
        .iter()
        .filter(|attempt| attempt.outcome == Outcome::Completed && !attempt.service.is_of_agent());
    let services = completed.map(|attempt| &attempt.service).chain(&case.needs.services);
    unroutable.has_no_route() && case.endpoints().relies_on_endpoints(services)
}
