//! The requests of a start, as the saved policies and resources decide them.

use std::net::IpAddr;

use crate::attribution::endpoints::Endpoints;
use crate::authorization::{
    AccessDocuments, EvaluatedRequest, RequestPath, RequestPaths, StartDenial, StartInputs, StartResource,
    denials_of_start, evaluate_requests, fix_start, resources_of_start,
};
use crate::diagnose::case::{Attempt, Facts, Outcome, ReportedDenial, Subject, service_of};
use crate::diagnose::stopped_reason::{StatedPrincipal, StoppedReason};
use crate::finding::{Control, Fix};
use crate::model::ids::EndpointId;
use crate::model::service::Service;
use crate::model::time::Timestamp;
use crate::path::is_private;
use crate::policy::{AccessDecision, PolicyType};

/// The requests of a start with their decisions. The time of the failure is the stop of the task.
#[derive(Clone, Debug)]
pub struct StartAccess {
    /// Every request, in the order of the start.
    pub evaluated: Vec<EvaluatedRequest>,
    /// Every denial of them.
    pub denials: Vec<StartDenial>,
    /// The resources that the start uses.
    pub resources: Vec<StartResource>,
    /// The changes that let every request succeed; none if no request is denied.
    pub fix: Option<Fix>,
    /// The roles that were created shortly before the failure, with their dates.
    pub fresh_roles: Vec<(String, Timestamp)>,
    /// Whether the execution role was saved.
    pub knows_role: bool,
}

impl StartAccess {
    /// Whether every request is allowed by the saved policies, and the role is among them.
    #[must_use]
    pub fn allows_all(&self) -> bool {
        let is_allowed = |one: &EvaluatedRequest| matches!(one.decision, AccessDecision::Allowed { .. });
        self.knows_role && !self.evaluated.is_empty() && self.evaluated.iter().all(is_allowed)
    }

    /// The principal of a report, if it is a role that was created shortly before the failure.
    #[must_use]
    pub fn fresh_role(&self, principal: Option<&StatedPrincipal>) -> Option<(&str, Timestamp)> {
        let of_report = |arn: &str| principal.is_some_and(|principal| principal.is_role(arn));
        self.fresh_roles.iter().find(|(arn, _)| of_report(arn)).map(|(arn, date)| (arn.as_str(), *date))
    }
}

/// Evaluates the start of a task whose definition was saved.
pub(super) fn start_access(
    facts: Facts<'_>,
    subject: &Subject,
    attempts: &[Attempt],
    (reason, reported): (&StoppedReason, Option<&ReportedDenial<'_>>),
) -> Option<StartAccess> {
    let task = facts.inventory.tasks.get(subject.task_arn.as_ref()?)?;
    let definition = facts.inventory.task_definition_of(task)?;
    let documents = AccessDocuments::of_start(facts.inventory, definition);
    let paths = paths(facts, subject, attempts, (reason, reported));
    let inputs = StartInputs {
        definition,
        documents: &documents,
        paths: &paths,
        task_id: subject.task_id.as_ref().map(crate::model::ids::TaskId::as_str),
        incident: subject.stopped_at,
        not_before: None,
        is_fargate: !subject.start.is_of_instance(),
    };
    let evaluated = evaluate_requests(&inputs);
    let denials = denials_of_start(&inputs, &evaluated);
    let role = definition.execution_role_arn.as_ref();
    Some(StartAccess {
        fix: if denials.is_empty() { None } else { fix_start(&inputs).map(|fixed| fixed.fix) },
        denials,
        resources: resources_of_start(&inputs),
        fresh_roles: inputs.fresh_roles().into_iter().map(|(arn, date)| (arn.to_owned(), date)).collect(),
        knows_role: role.is_some_and(|arn| documents.roles.contains_key(arn)),
        evaluated,
    })
}

/// The ways on which the records show completed requests.
fn paths(
    facts: Facts<'_>,
    subject: &Subject,
    attempts: &[Attempt],
    (reason, reported): (&StoppedReason, Option<&ReportedDenial<'_>>),
) -> RequestPaths {
    let address = subject.addresses.first().copied();
    let mut paths = RequestPaths::default();
    paths.task_address = address;
    for attempt in attempts.iter().filter(|attempt| attempt.outcome == Outcome::Completed) {
        paths.set(attempt.service.clone(), None, way(facts, attempt));
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
fn way(facts: Facts<'_>, attempt: &Attempt) -> RequestPath {
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
        None => RequestPath::Public { source: None },
    }
}
