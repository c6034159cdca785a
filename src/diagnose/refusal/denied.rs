//! The denied requests of a start, and the sentence about the one that stopped it.

use crate::authorization::{StartDenial, StartStep};
use crate::diagnose::case::{Case, ReportedDenial};
use crate::diagnose::refusal::culprits::complete;
use crate::diagnose::refusal::documents::is_resource;
use crate::diagnose::service_answer;
use crate::diagnose::stopped_reason::{StatedDenial, StatedPrincipal};
use crate::finding::{DeniedBy, DeniedRequest};
use crate::policy::{DenialEffect, PolicyType};

/// The requests that the stopped reason, CloudTrail or the saved policies show as denied: first the one that stopped the task,
/// then the others in the order of the start.
pub(in crate::diagnose) fn all(case: &Case<'_>) -> Vec<DeniedRequest> {
    let of_documents = case.access.iter().flat_map(|access| &access.denials);
    let id = |one: &ReportedDenial<'_>| one.event.map(|event| event.event_id.clone());
    let others = case
        .denied_calls
        .iter()
        .filter(|one| case.reported.as_ref().is_none_or(|known| id(known) != id(one)));
    let recorded = case.reported.iter().chain(others);
    let of_documents: Vec<&StartDenial> = of_documents.collect();
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for (place, denial) in recorded.map(|reported| &reported.denial).enumerate() {
        let same = of_documents.iter().filter(|saved| is_same(denial, saved));
        let mut found: Vec<DeniedRequest> = same.map(|saved| saved.denied_request()).collect();
        if found.is_empty() {
            found.extend(as_request(case, denial));
        }
        if place == 0 && case.reported.is_some() { first.extend(found) } else { others.extend(found) }
    }
    let certain = of_documents.iter().filter(|denial| !denial.is_conditional);
    let mut all: Vec<DeniedRequest> = Vec::new();
    for denied in first.into_iter().chain(certain.map(|denial| denial.denied_request())).chain(others) {
        if !all.contains(&denied) {
            all.push(denied);
        }
    }
    all
}

/// Whether a saved policy denies the request of a report. A report that lacks the type of the policy is about any type.
fn is_same(reported: &StatedDenial, saved: &StartDenial) -> bool {
    // ECS asks for the role that a text names.
    if saved.step == StartStep::AssumeRole {
        return reported.denied_action() == Some(saved.action)
            && reported.resource.as_ref().is_some_and(|stated| stated.fits(&saved.resource));
    }
    let is_layer = saved.step == StartStep::ReadLayers;
    reported.denied_action() == Some(saved.action)
        && (is_layer || reported.resource.as_ref().is_none_or(|stated| is_resource(stated, &saved.resource)))
        && reported.policy_type.is_none_or(|stated| stated == saved.policy_type)
        && reported.principal.as_ref().is_none_or(|stated| {
            if is_layer { stated.is_layer_role() } else { stated.is_role(&saved.principal) }
        })
}

/// A reported request; none if the action is not stated.
fn as_request(case: &Case<'_>, denial: &StatedDenial) -> Option<DeniedRequest> {
    Some(DeniedRequest {
        action: denial.denied_action()?.to_owned(),
        principal: denial.principal.as_ref().map(|principal| principal.as_str().to_owned()),
        resource: complete(case, denial.resource.as_ref()),
        policy_type: denial.policy_type.map(PolicyType::name),
        document: complete(case, denial.policy_arn.as_ref()),
        statement: None,
        effect: denial.effect.map(|effect| match effect {
            DenialEffect::Explicit => DeniedBy::Statement,
            DenialEffect::Implicit => DeniedBy::NoStatement,
        }),
    })
}

/// The report of the failure: the denied request, else the failure with the part of the text that names it.
pub(super) fn clause(case: &Case<'_>) -> String {
    let reported = case.reported.as_ref();
    let Some(denied) = reported.and_then(|reported| as_request(case, &reported.denial)) else {
        return service_answer::clause(case).unwrap_or_else(|| "a service refused a request".to_owned());
    };
    let principal = reported.and_then(|reported| reported.denial.principal.as_ref());
    let is_ecs = denied.action == "sts:AssumeRole";
    let of_role = |name| format!("the role {name}");
    let by = if is_ecs {
        Some("ECS".to_owned())
    } else {
        principal.and_then(StatedPrincipal::role_name).map(of_role)
    };
    let source = reported.and_then(source).unwrap_or_default();
    format!("{} was denied {}{source}", by.as_deref().unwrap_or("its caller"), denied.sentence())
}

/// The clause on the event of CloudTrail.
fn source(reported: &ReportedDenial<'_>) -> Option<String> {
    let event = reported.event?;
    Some(format!(", as CloudTrail recorded it at {} (event {})", event.time, event.event_id))
}
