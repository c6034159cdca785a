//! How the requests of a start left the VPC: past an endpoint, whose policy then applies, or to a public address.
//!
//! Input: attempts, endpoints and route tables. Output: [`RequestPaths`]. Records come first: an attempt shows where the name of
//! its service led. For a service without an attempt the saved configuration shows it.

use std::net::IpAddr;

use crate::attribution::endpoints::{Endpoints, NameTarget};
use crate::authorization::{RequestPath, RequestPaths};
use crate::diagnose::case::{Attempt, Facts, Outcome, ReportedDenial, Subject, service_of};
use crate::diagnose::stopped_reason::{StatedPrincipal, StoppedReason};
use crate::finding::Control;
use crate::model::ids::EndpointId;
use crate::model::route_table::RouteTarget;
use crate::model::service::Service;
use crate::path::is_private;
use crate::policy::PolicyType;

/// The services that a start calls.
const SERVICES: [Service; 6] =
    [Service::SecretsManager, Service::Ssm, Service::EcrApi, Service::EcrDkr, Service::Logs, Service::S3];

/// The ways of all requests of a start, as far as something shows them.
pub(super) fn request_paths(
    facts: Facts<'_>,
    subject: &Subject,
    attempts: &[Attempt],
    (reason, reported): (&StoppedReason, Option<&ReportedDenial<'_>>),
) -> RequestPaths {
    let mut paths = RequestPaths::default();
    paths.task_address = subject.addresses.first().copied();
    for service in SERVICES {
        if let Some(id) = configured(facts, subject, &service) {
            paths.set(service, None, RequestPath::Endpoint(id));
        }
    }
    // Those that completed come last: they show the way of an answered request.
    let (completed, others): (Vec<&Attempt>, Vec<&Attempt>) =
        attempts.iter().partition(|attempt| attempt.outcome == Outcome::Completed);
    for attempt in others.into_iter().chain(completed) {
        paths.set(attempt.service.clone(), None, way(facts, subject, attempt));
    }
    let of_action = || service_of(reported?.denial.denied_action()?);
    if let Some(service) = reason.requested_service().or_else(of_action)
        && is_public(attempts, &service)
    {
        paths.set(service, None, RequestPath::Public { source: None });
    }
    if let Some((service, id)) = refusing_endpoint(facts, subject, (reason, reported)) {
        paths.set(service, None, RequestPath::Endpoint(id));
    }
    paths
}

/// The endpoint to which the saved configuration leads the requests to a service: the one that its name leads to, or the gateway
/// endpoint of S3 in the table of the subnet.
fn configured(facts: Facts<'_>, subject: &Subject, service: &Service) -> Option<EndpointId> {
    let endpoints = Endpoints::of(facts.inventory, subject.vpc_id.as_ref());
    if let NameTarget::Endpoint(endpoint) = endpoints.name_target(service) {
        return Some(endpoint.id.clone());
    }
    let gateway = endpoints.s3_gateway().filter(|_| *service == Service::S3)?;
    let table = facts.inventory.route_table_of(subject.subnet_id.as_ref()?, subject.vpc_id.as_ref())?;
    let leads_there = |target: &RouteTarget| matches!(target, RouteTarget::Endpoint(id) if *id == gateway.id);
    table.routes.iter().any(|route| leads_there(&route.target)).then(|| gateway.id.clone())
}

/// Whether the answer of a service came from a public address: no address is known as the service's, and all others with an
/// answer are public. The address of an endpoint is private, except through the gateway endpoint of S3.
fn is_public(attempts: &[Attempt], service: &Service) -> bool {
    let mut completed = attempts.iter().filter(|attempt| attempt.outcome == Outcome::Completed).peekable();
    *service != Service::S3
        && completed.peek().is_some()
        && completed.all(|one| {
            one.service != *service && (one.service != Service::Unknown || !is_private(one.destination.ip()))
        })
        && attempts.iter().any(|one| one.outcome == Outcome::Completed && one.service == Service::Unknown)
}

/// The endpoint whose policy refused the request: the one that the event of CloudTrail names, else the only one of the service.
fn refusing_endpoint(
    facts: Facts<'_>,
    subject: &Subject,
    (reason, reported): (&StoppedReason, Option<&ReportedDenial<'_>>),
) -> Option<(Service, EndpointId)> {
    let reported = reported.filter(|one| one.denial.policy_type == Some(PolicyType::Endpoint))?;
    let denial = &reported.denial;
    let is_layer = denial.principal.as_ref().is_some_and(StatedPrincipal::is_layer_role);
    let of_action = || service_of(denial.denied_action()?);
    let service = if is_layer { Service::S3 } else { reason.requested_service().or_else(of_action)? };
    if let Some(id) = reported.event.and_then(|event| event.endpoint_id.clone()) {
        return Some((service, id));
    }
    let endpoints = Endpoints::of(facts.inventory, subject.vpc_id.as_ref());
    let gateway = endpoints.s3_gateway().filter(|_| service == Service::S3);
    let all = endpoints.of_service(&service).chain(gateway).map(|one| one.id.clone());
    let mut all: Vec<EndpointId> = all.collect();
    let id = all.pop().filter(|_| all.is_empty())?;
    Some((service, id))
}

/// The way of an attempt: to the interface of an endpoint, through a gateway endpoint, or to a public address.
fn way(facts: Facts<'_>, subject: &Subject, attempt: &Attempt) -> RequestPath {
    let address: IpAddr = attempt.destination.ip();
    let interface = facts.inventory.interface_by_address(address);
    if let Some(endpoint) = interface.and_then(|one| facts.inventory.endpoint_of_interface(&one.id)) {
        return RequestPath::Endpoint(endpoint.id.clone());
    }
    let gateway = attempt.configured.hops.iter().find_map(|hop| match &hop.control {
        Control::Endpoint(id) => Some(id.clone()),
        _ => None,
    });
    match gateway {
        Some(id) => RequestPath::Endpoint(id),
        None if is_private(address) || attempt.service == Service::S3 => RequestPath::Unknown,
        None if is_outside(facts, subject, address) => RequestPath::Public { source: None },
        None => RequestPath::Unknown,
    }
}

/// Whether an address is none of the VPC. Public IPv6 addresses are also those of endpoints, so that only the IPv6 blocks of
/// the VPC show it.
fn is_outside(facts: Facts<'_>, subject: &Subject, address: IpAddr) -> bool {
    let vpc = subject.vpc_id.as_ref();
    let is_inside = facts.inventory.is_inside_vpc(address, vpc);
    match address {
        IpAddr::V4(_) => is_inside != Some(true),
        IpAddr::V6(_) => {
            let vpc = vpc.and_then(|id| facts.inventory.vpcs.get(id));
            let has_block = vpc.is_some_and(|vpc| vpc.cidrs.iter().any(|block| block.addr().is_ipv6()));
            is_inside == Some(false) && has_block
        }
    }
}
