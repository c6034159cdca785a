//! The refusal that only the saved policies and lists show. It is at most likely: nothing shows that it stopped the task.

use crate::authorization::{RequestSubject, StartDenial, StartResource, StartStep};
use crate::diagnose::assessment::Certainty;
use crate::diagnose::case::{Case, Outcome, StartAccess};
use crate::diagnose::refusal::{Refusal, advice, documents, needed};
use crate::diagnose::stopped_reason::{Answer, CallResult};
use crate::finding::{CauseId, Culprit, CulpritKind};
use crate::model::service::Service;

/// The first denial or missing resource of the start; a policy that was changed after the failure comes last.
pub(super) fn find(case: &Case<'_>) -> Option<Refusal> {
    let access = case.access.as_ref()?;
    if has_started(case) {
        return None;
    }
    let denials = || {
        access.denials.iter().filter(|one| {
            !one.is_conditional && may_be_meant(case, one.step) && !is_passed_unnamed(case, one.step)
        })
    };
    let is_later = |denial: &&StartDenial| documents::is_possibly_later(denial);
    let denial = denials().find(|denial| !is_later(denial));
    let resource = access.resources.iter().find(|one| may_be_missing(case, access, one));
    let first_resource = resource.filter(|one| denial.is_none_or(|denial| one.step < denial.step));
    let denial = denial.or_else(|| denials().find(is_later));
    let mut refusal = match (first_resource, denial) {
        (Some(resource), _) => of_resource(case, resource)?,
        (None, Some(denial)) => of_denial(case, access, denial),
        (None, None) => return None,
    };
    refusal.certainty = Certainty::Likely;
    let step =
        first_resource.map_or_else(|| denial.map(|denial| denial.step), |resource| Some(resource.step));
    refusal.until = step.and_then(|step| services(step).first()).cloned();
    Some(refusal)
}

fn of_denial(case: &Case<'_>, access: &StartAccess, denial: &StartDenial) -> Refusal {
    let mut clause = format!("by the saved policies, {}", documents::as_denied(denial));
    if documents::is_possibly_later(denial) {
        clause.push_str(&documents::agreement(case, denial));
    }
    let mut refusal = undecided(case, denial.fault.cause(), clause);
    documents::add_denial(case, &mut refusal, denial, access);
    refusal
}

pub(super) fn of_resource(case: &Case<'_>, resource: &StartResource) -> Option<Refusal> {
    let cause = resource.fault()?.cause();
    let kind = match &resource.subject {
        RequestSubject::Secret { .. } => "secret",
        RequestSubject::Parameter { .. } => "parameter",
        RequestSubject::LogGroup(_) => "log group",
        RequestSubject::Image { .. } => "image",
        RequestSubject::Key { .. } => "key",
        _ => return None,
    };
    let image = image(case, resource);
    let id = image.as_ref().unwrap_or(&resource.id);
    let mut refusal = undecided(case, cause, format!("its start uses the {kind} {id}"));
    if let Some(id) = image {
        refusal.culprits = vec![Culprit { id: Some(id), ..Culprit::of(CulpritKind::Image) }];
    }
    documents::add_resource(case, &mut refusal, resource);
    Some(refusal)
}

/// The image as the task definition names it.
fn image(case: &Case<'_>, resource: &StartResource) -> Option<String> {
    let RequestSubject::Image { repository, tag } = &resource.subject else { return None };
    let mut images =
        super::culprits::definition(case)?.containers.iter().filter_map(|one| one.image.as_ref());
    images.find(|image| documents::is_image(image, repository, tag)).cloned()
}

fn undecided(case: &Case<'_>, cause: CauseId, clause: String) -> Refusal {
    Refusal {
        cause,
        clause,
        culprits: super::culprits::of(case, cause),
        missing: needed::of_text(case),
        fix: advice(case, cause),
        certainty: Certainty::Likely,
        until: None,
    }
}

/// Whether the containers of the task ran: its start succeeded then.
pub(super) fn has_started(case: &Case<'_>) -> bool {
    let task = case.subject.task_arn.as_ref().and_then(|arn| case.facts.inventory.tasks.get(arn));
    task.is_some_and(|task| task.started_at.is_some())
}

/// Whether the stopped reason can mean a refusal at this step: it is none, or names no failure, or only the service.
fn may_be_meant(case: &Case<'_>, step: StartStep) -> bool {
    let reason = &case.reason;
    if !case.shows_an_answer() {
        // A failure of the network has precedence; the denial stands beside it.
        return step != StartStep::AssumeRole;
    }
    let is_opaque = match reason.answer {
        None => reason.result == CallResult::Answered,
        Some(answer) => matches!(
            answer,
            Answer::Permission
                | Answer::Denied
                | Answer::LayerRefused
                | Answer::Image
                | Answer::EnvironmentFile
        ),
    };
    let service = case.requested_service();
    is_opaque && service.is_none_or(|service| services(step).contains(&service))
}

/// The services that a step of the start calls.
fn services(step: StartStep) -> &'static [Service] {
    match step {
        StartStep::AssumeRole => &[],
        StartStep::ReadSecret | StartStep::ReadRegistryCredentials => &[Service::SecretsManager],
        StartStep::ReadParameter => &[Service::Ssm],
        StartStep::ReadEnvironmentFile | StartStep::ReadLayers => &[Service::S3],
        StartStep::GetRegistryToken => &[Service::EcrApi],
        StartStep::CreateLogStream => &[Service::Logs],
        StartStep::ImportImage | StartStep::PullImage => &[Service::EcrDkr],
    }
}

/// Whether the records show that the start got past a step: the image is pulled after the secrets and with the token.
pub(super) fn is_passed(case: &Case<'_>, step: StartStep) -> bool {
    let is_pull = |service: &Service| *service == Service::EcrDkr;
    step < StartStep::CreateLogStream
        && step != StartStep::ReadEnvironmentFile
        && case.attempts.iter().any(|one| one.outcome == Outcome::Completed && is_pull(&one.service))
}

/// The same where no text is about the step.
fn is_passed_unnamed(case: &Case<'_>, step: StartStep) -> bool {
    !case.shows_an_answer() && is_passed(case, step)
}

/// Whether the start may have failed for the state of a resource. AWS checks the permission first, so a text about a denial is
/// not about a missing resource.
fn may_be_missing(case: &Case<'_>, access: &StartAccess, resource: &StartResource) -> bool {
    let is_meant = match case.reason.answer {
        None => may_be_meant(case, resource.step),
        // An absent repository, or one that may not be seen.
        Some(Answer::Image) => {
            let text = case.subject.stopped_reason.as_deref().unwrap_or_default();
            matches!(resource.subject, RequestSubject::Image { .. }) && text.contains("may require")
        }
        // A service also answers so if its key cannot be used.
        Some(Answer::Permission | Answer::Denied) => {
            matches!(resource.subject, RequestSubject::Key { .. })
                && case.denial().is_none_or(|denial| denial.denied_action().is_none())
                && may_be_meant(case, resource.step)
        }
        Some(_) => false,
    };
    is_fault(access, resource) && is_meant && !is_passed_unnamed(case, resource.step)
}

/// Whether the start cannot use a resource, and does not make it itself.
pub(super) fn is_fault(access: &StartAccess, resource: &StartResource) -> bool {
    let is_made = access.evaluated.iter().any(|one| match (&one.request.subject, &resource.subject) {
        (RequestSubject::LogGroup(name), RequestSubject::LogGroup(own)) => {
            name == own && one.request.action == "logs:CreateLogGroup"
        }
        (RequestSubject::Image { repository, .. }, RequestSubject::Image { repository: own, .. }) => {
            repository == own && one.request.step == StartStep::ImportImage
        }
        _ => false,
    });
    resource.state.is_fault() && !is_made
}
