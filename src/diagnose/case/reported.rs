//! The denied request that stopped a start, as its stopped reason states it and as CloudTrail recorded it.
//!
//! Input: the stopped reason and the refused requests of CloudTrail. Output: the requests of this start among them, and the one
//! that the stopped reason is about. A request is joined by the id that the text names, or by the name of its session, which is
//! the id of the task.

use crate::authorization::denied_calls_of_start;
use crate::diagnose::case::{Attempt, Facts, Outcome, Subject};
use crate::diagnose::stopped_reason::{Answer, CallResult, StatedDenial, StatedPrincipal, StoppedReason};
use crate::finding::CauseId;
use crate::model::access::{DeniedCall, StartContainer};
use crate::model::deployment::TaskDefinition;
use crate::model::ids::TaskId;
use crate::model::service::Service;
use crate::model::time::Timestamp;

/// The service that becomes a role, whose sessions have the name of the task too.
const ASSUME_ROLE: &str = "sts:AssumeRole";

/// Seconds by which the packets of a record may precede its `start`.
const STAMP_DELAY: i64 = 60;

/// A denied request of a start.
#[derive(Clone, Debug)]
pub struct ReportedDenial<'a> {
    /// The request.
    pub denial: StatedDenial,
    /// The event of CloudTrail that records it; none if only the stopped reason reports it.
    pub event: Option<&'a DeniedCall>,
}

/// The refused requests of one start, by time.
pub(super) fn denied_calls<'a>(
    facts: Facts<'a>,
    subject: &Subject,
    reason: &StoppedReason,
) -> Vec<ReportedDenial<'a>> {
    let request_id = reason.denial.as_ref().and_then(|denial| denial.request_id.as_deref());
    let task = subject.task_arn.as_ref().and_then(|arn| facts.inventory.tasks.get(arn));
    let definition = task.and_then(|task| facts.inventory.task_definition_of(task));
    let start =
        StartSession { subject, reason, definition, started_at: task.and_then(|task| task.started_at) };
    let calls =
        denied_calls_of_start(facts.inventory, subject.task_id.as_ref().map(TaskId::as_str), request_id);
    let of_start = calls.into_iter().filter(|event| start.has_made(event));
    of_start
        .map(|event| ReportedDenial { denial: StatedDenial::of_event(event), event: Some(event) })
        .collect()
}

/// The denied request that the stopped reason is about: as the text states it, completed by its event.
pub(super) fn reported<'a>(
    reason: &StoppedReason,
    calls: &[ReportedDenial<'a>],
    attempts: &[Attempt],
) -> Option<ReportedDenial<'a>> {
    let has_id = |one: &&ReportedDenial<'_>| is_named(reason, one);
    let states_action = |one: &&ReportedDenial<'_>| one.denial.denied_action().is_some();
    let is_unnamed = reason.result == CallResult::Unknown && reason.answer.is_none();
    let by_id = || calls.iter().find(has_id);
    let meant = calls
        .iter()
        .filter(states_action)
        .find(has_id)
        .or_else(|| calls.iter().filter(states_action).find(|one| is_meant(reason, one, attempts)))
        .or_else(by_id)
        .or_else(|| {
            calls.iter().find(|one| is_unnamed && names_missing(one) && is_meant(reason, one, attempts))
        });
    let mut text = match (&reason.denial, meant) {
        (text, None) => return text.clone().map(|denial| ReportedDenial { denial, event: None }),
        (None, Some(event)) => return Some(event.clone()),
        (Some(text), Some(_)) => text.clone(),
    };
    let meant = meant?;
    text.complete_with(meant.denial.clone());
    Some(ReportedDenial { denial: text, event: meant.event })
}

/// A start, for the question which requests it made.
struct StartSession<'a> {
    subject: &'a Subject,
    reason: &'a StoppedReason,
    definition: Option<&'a TaskDefinition>,
    started_at: Option<Timestamp>,
}

impl StartSession<'_> {
    /// Whether the start made the request: in the life of the task, in a session of its execution role. The task role has
    /// sessions of the same name, which belong to the application.
    fn has_made(&self, event: &DeniedCall) -> bool {
        // No pull needs it.
        if event.action == "ecr:BatchCheckLayerAvailability" {
            return false;
        }
        // The agent creates a group that it does not find.
        let creates_group = |one: &StartContainer| one.log.as_ref().is_some_and(|log| log.creates_group);
        let is_search = event.action == "logs:CreateLogStream"
            && cause_of_error(event).is_some()
            && self.definition.is_some_and(|definition| definition.containers.iter().any(creates_group));
        let is_before = self.started_at.is_none_or(|started| event.time <= started);
        !is_search
            && is_before
            && self.subject.can_begin(event.time)
            && self.is_session(event)
            && self.is_role(event)
    }

    /// Whether no session of another name made it.
    fn is_session(&self, event: &DeniedCall) -> bool {
        let stated = self.reason.denial.as_ref().and_then(|denial| denial.principal.as_ref());
        let stated = stated.and_then(StatedPrincipal::session_name);
        let own = stated.or(self.subject.task_id.as_ref().map(TaskId::as_str));
        match (event.session_name.as_deref(), own) {
            (Some(name), Some(own)) => name == own,
            _ => true,
        }
    }

    fn is_role(&self, event: &DeniedCall) -> bool {
        let Some(definition) = self.definition else { return true };
        let execution = definition.execution_role_arn.as_deref();
        if event.action == ASSUME_ROLE {
            let mut own = execution.into_iter().chain(definition.task_role_arn.as_deref());
            return own.any(|arn| event.resources.iter().any(|named| named == arn));
        }
        let Some(execution) = execution else { return true };
        let by_session = event.session_arn.as_deref().map(|arn| StatedPrincipal::new(arn).is_role(execution));
        event.role_arn.as_deref().map(|arn| arn == execution).or(by_session).unwrap_or(true)
    }
}

/// Whether the error of an event means that a thing is missing.
fn names_missing(one: &ReportedDenial<'_>) -> bool {
    one.event.is_some_and(|event| cause_of_error(event).is_some())
}

/// The cause that belongs to an error that is no denial; none if it stops no start by itself.
#[must_use]
pub fn cause_of_error(event: &DeniedCall) -> Option<CauseId> {
    let message = event.error_message.as_deref().unwrap_or_default();
    match (event.action.as_str(), event.error_code.as_str()) {
        ("secretsmanager:GetSecretValue", "ResourceNotFoundException") => Some(CauseId::SecretNotFound),
        ("secretsmanager:GetSecretValue", "InvalidRequestException") => {
            message.contains("marked for deletion").then_some(CauseId::SecretNotFound)
        }
        ("logs:CreateLogStream", "ResourceNotFoundException") => Some(CauseId::LogGroupMissing),
        ("ecr:BatchGetImage", "RepositoryNotFoundException") => Some(CauseId::ImageNotFound),
        ("kms:Decrypt", "DisabledException" | "KMSInvalidStateException" | "NotFoundException") => {
            Some(CauseId::KeyUnusable)
        }
        _ => None,
    }
}

/// Whether the text names the id of the request.
fn is_named(reason: &StoppedReason, one: &ReportedDenial<'_>) -> bool {
    let id = reason.denial.as_ref().and_then(|denial| denial.request_id.as_deref());
    id.is_some() && id == one.denial.request_id.as_deref()
}

/// Whether the stopped reason can be about this request of the start, although it does not name its id.
fn is_meant(reason: &StoppedReason, one: &ReportedDenial<'_>, attempts: &[Attempt]) -> bool {
    let Some(event) = one.event else { return false };
    let action = one.denial.denied_action().unwrap_or(&event.action);
    if let Some(stated) = reason.denial.as_ref().filter(|denial| denial.denied_action().is_some()) {
        return is_same(stated, &one.denial);
    }
    let service = service_of(action);
    let is_of_text = match reason.requested_service() {
        Some(named) => service.as_ref() == Some(&named) || is_key_of(&named, action),
        None => true,
    };
    match reason.answer {
        Some(Answer::Key) => action.starts_with("kms:"),
        Some(Answer::Role) => action == ASSUME_ROLE,
        Some(
            Answer::EndpointPolicy
            | Answer::LayerRefused
            | Answer::OrganizationPolicy
            | Answer::ResourcePolicy
            | Answer::Permission
            | Answer::ExplicitDeny
            | Answer::Denied
            | Answer::Image
            | Answer::EnvironmentFile,
        ) => is_of_text,
        Some(_) => false,
        None => match reason.result {
            CallResult::Answered => is_of_text,
            CallResult::Unknown => is_of_text && !went_on(service.as_ref(), event, attempts),
            _ => false,
        },
    }
}

/// Whether a text and an event are about the same request, as far as the text shows it.
fn is_same(stated: &StatedDenial, event: &StatedDenial) -> bool {
    let resource = |denial: &StatedDenial| denial.resource.as_ref().map(|name| name.text.clone());
    let is_resource = match (&stated.resource, resource(event)) {
        (Some(stated), Some(event)) => stated.fits(&event),
        _ => true,
    };
    stated.denied_action() == event.denied_action() && is_resource
}

/// Whether a service uses keys of KMS for the role.
fn is_key_of(service: &Service, action: &str) -> bool {
    action.starts_with("kms:") && matches!(service, Service::SecretsManager | Service::Ssm)
}

/// Whether a later step of the start completed after the denial, so that a repetition of the request succeeded.
fn went_on(service: Option<&Service>, event: &DeniedCall, attempts: &[Attempt]) -> bool {
    let Some(service) = service else { return false };
    let is_later = |attempt: &&Attempt| {
        attempt.outcome == Outcome::Completed
            && *service < attempt.service
            && attempt.service <= Service::S3
            && attempt.first.plus(-STAMP_DELAY) > event.time
    };
    attempts.iter().any(|attempt| is_later(&attempt))
}

/// The service to which the task sends a request; none for requests that it does not send itself.
#[must_use]
pub fn service_of(action: &str) -> Option<Service> {
    let (service, call) = action.split_once(':')?;
    match service {
        "secretsmanager" => Some(Service::SecretsManager),
        "ssm" => Some(Service::Ssm),
        "ecr" if call == "GetAuthorizationToken" => Some(Service::EcrApi),
        "ecr" => Some(Service::EcrDkr),
        "logs" => Some(Service::Logs),
        "s3" => Some(Service::S3),
        _ => None,
    }
}
