//! The refusal that only the saved policies and lists show. It is at most likely: nothing shows that it stopped the task.

use crate::authorization::{Dated, RequestSubject, ResourceState, StartDenial, StartResource, StartStep};
use crate::diagnose::assessment::Certainty;
use crate::diagnose::case::{Case, Outcome, StartAccess};
use crate::diagnose::refusal::{Refusal, advice, documents, needed};
use crate::diagnose::stopped_reason::{Answer, CallResult};
use crate::finding::CauseId;
use crate::model::service::Service;

/// The first denial or missing resource of the start; a policy that was changed after the failure comes last.
pub(super) fn find(case: &Case<'_>) -> Option<Refusal> {
    let access = case.access.as_ref()?;
    if has_started(case) {
        return None;
    }
    let denials = || {
        access
            .denials
            .iter()
            .filter(|one| !one.is_conditional && may_be_meant(case, one.step) && !is_passed(case, one.step))
    };
    let is_later = |denial: &&StartDenial| matches!(denial.dated, Dated::After(_));
    let denial = denials().find(|denial| !is_later(denial));
    let resource = access.resources.iter().find(|one| may_be_missing(case, access, one));
    let first_resource = resource.filter(|one| denial.is_none_or(|denial| one.step < denial.step));
    let mut refusal = match (first_resource, denial.or_else(|| denials().find(is_later))) {
        (Some(resource), _) => of_resource(case, resource)?,
        (None, Some(denial)) => of_denial(case, access, denial),
        (None, None) => return None,
    };
    refusal.certainty = Certainty::Likely;
    Some(refusal)
}

fn of_denial(case: &Case<'_>, access: &StartAccess, denial: &StartDenial) -> Refusal {
    let mut clause = format!("by the saved policies, {}", documents::as_denied(denial));
    if matches!(denial.dated, Dated::After(_)) {
        clause.push_str(&documents::agreement(case, denial));
    }
    let mut refusal = undecided(case, denial.fault.cause(), clause);
    documents::add_denial(case, &mut refusal, denial, access);
    refusal
}

fn of_resource(case: &Case<'_>, resource: &StartResource) -> Option<Refusal> {
    let (cause, kind) = match (&resource.subject, &resource.state) {
        (RequestSubject::Secret { .. }, ResourceState::ForeignDefaultKey) => (CauseId::KeyUnusable, "secret"),
        (RequestSubject::Secret { .. }, _) => (CauseId::SecretNotFound, "secret"),
        (RequestSubject::Parameter { .. }, _) => (CauseId::ParameterNotFound, "parameter"),
        (RequestSubject::LogGroup(_), _) => (CauseId::LogGroupMissing, "log group"),
        (RequestSubject::Image { .. }, _) => (CauseId::ImageNotFound, "image of the repository"),
        (RequestSubject::Key { .. }, _) => (CauseId::KeyUnusable, "key"),
        _ => return None,
    };
    let mut refusal = undecided(case, cause, format!("its start uses the {kind} {}", resource.id));
    documents::add_resource(case.reason.answer, &mut refusal, resource);
    Some(refusal)
}

fn undecided(case: &Case<'_>, cause: CauseId, clause: String) -> Refusal {
    Refusal {
        cause,
        clause,
        culprits: super::culprits::of(case, cause),
        missing: needed::of_text(case),
        fix: advice(case, cause),
        certainty: Certainty::Likely,
    }
}

/// Whether the containers of the task ran: its start succeeded then.
fn has_started(case: &Case<'_>) -> bool {
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

/// Whether the records show that the start got past a step, where no text is about it: the image is pulled after the secrets
/// and with the token.
fn is_passed(case: &Case<'_>, step: StartStep) -> bool {
    let is_pull = |service: &Service| *service == Service::EcrDkr;
    !case.shows_an_answer()
        && step < StartStep::CreateLogStream
        && step != StartStep::ReadEnvironmentFile
        && case.attempts.iter().any(|one| one.outcome == Outcome::Completed && is_pull(&one.service))
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
        Some(_) => false,
    };
    let is_made = access.evaluated.iter().any(|one| match (&one.request.subject, &resource.subject) {
        (RequestSubject::LogGroup(name), RequestSubject::LogGroup(own)) => {
            name == own && one.request.action == "logs:CreateLogGroup"
        }
        (RequestSubject::Image { repository, .. }, RequestSubject::Image { repository: own, .. }) => {
            repository == own && one.request.step == StartStep::ImportImage
        }
        _ => false,
    });
    resource.state.is_fault() && is_meant && !is_made && !is_passed(case, resource.step)
}
