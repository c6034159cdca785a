//! The part of the saved policies and resources in a refusal that the text or CloudTrail names.

use std::fmt::Write as _;

use crate::authorization::{
    Dated, DenialHint, EvaluatedRequest, RequestSubject, ResourceState, StartDenial, StartResource,
    StartStep, fix_resource, missing_of, unseen_of, without_suffix,
};
use crate::diagnose::assessment::Certainty;
use crate::diagnose::case::{Case, StartAccess};
use crate::diagnose::phrases::missing_data;
use crate::diagnose::refusal::{Refusal, culprits, needed};
use crate::diagnose::stopped_reason::{Answer, StatedName, StatedPrincipal};
use crate::finding::{CauseId, Culprit, CulpritKind, DeniedRequest, MissingData};
use crate::model::time::Timestamp;
use crate::policy::{AccessDecision, StatementRef};

/// Adds what the documents show: an agreeing document confirms the text, one that allows the request contradicts it.
pub(super) fn compare(case: &Case<'_>, refusal: &mut Refusal) {
    let Some(access) = &case.access else { return };
    if let Some(denial) = access.denials.iter().find(|denial| agrees(case, refusal.cause, denial)) {
        refusal.clause.push_str(&agreement(case, denial));
        add_denial(case, refusal, denial, access);
    } else if let Some(resource) = access.resources.iter().find(|one| fits(case, refusal.cause, one)) {
        add_resource(case, refusal, resource);
    } else if let Some(role) = access.fresh_role(case.denial().and_then(|denial| denial.principal.as_ref())) {
        refusal.clause.push_str(&fresh(role));
    } else if is_allowed_now(case, access) {
        refusal.clause.push_str(
            "; what is saved now allows this request, so a policy was changed after the failure, or another one denied it",
        );
    } else {
        let open = stated_requests(case, access)
            .filter(|one| matches!(one.decision, AccessDecision::Unknown { .. }));
        refusal.missing.extend(open.flat_map(missing_of));
    }
}

/// The clause on a role that was created shortly before the failure.
pub(super) fn fresh((role, created): (&str, Timestamp)) -> String {
    format!(
        "; the role {role} was created at {created}, shortly before the failure, and a new role takes a while to be known to \
         all servers of AWS"
    )
}

/// Whether the policies were changed after the failure, or a date that would exclude it is missing.
pub(super) fn is_possibly_later(denial: &StartDenial) -> bool {
    matches!(denial.dated, Dated::After(_) | Dated::Lost)
}

/// Whether a denial by the documents is the one that the text names.
fn agrees(case: &Case<'_>, cause_of_text: CauseId, denial: &StartDenial) -> bool {
    if denial.fault.cause() != cause_of_text {
        return false;
    }
    let Some(stated) = case.denial() else { return true };
    let action = stated.action.as_ref().filter(|action| action.is_stated);
    let is_action = action.is_none_or(|action| action.name == denial.action);
    let is_layer = denial.step == StartStep::ReadLayers;
    if denial.step == StartStep::AssumeRole {
        // ECS asks for the role that the text names.
        return stated.principal.as_ref().is_some_and(|stated| stated.is_role(&denial.resource))
            || stated.resource.as_ref().is_some_and(|stated| stated.fits(&denial.resource));
    }
    let is_resource = action.is_none()
        || is_layer
        || stated.resource.as_ref().is_none_or(|stated| is_resource(stated, &denial.resource));
    let is_principal =
        is_layer || stated.principal.as_ref().is_none_or(|stated| stated.is_role(&denial.principal));
    let is_effect = stated.effect.is_none_or(|effect| effect == denial.effect);
    is_action && is_resource && is_principal && is_effect
}

/// Whether a stated resource is the one of a request: a text may have the ARN of a secret without its suffix, and the ARN of
/// a log group up to its streams.
pub(super) fn is_resource(stated: &StatedName, requested: &str) -> bool {
    stated.fits(requested)
        || without_suffix(requested) == Some(stated.text.as_str())
        || stated.text.ends_with(':') && requested.starts_with(&stated.text)
}

/// The clause on saved policies that deny the request of the text. A text that names no request is completed by it.
pub(super) fn agreement(case: &Case<'_>, denial: &StartDenial) -> String {
    match denial.dated {
        Dated::After(date) => {
            format!("; the policies as saved agree, but one of them was changed after the failure, at {date}")
        }
        Dated::Lost => {
            "; the policies as saved agree, but a date is missing that would show whether they are older than the failure"
                .to_owned()
        }
        _ if case.denial().is_some_and(|stated| stated.denied_action().is_some()) => {
            format!("; the policies as saved agree ({})", document_names(denial))
        }
        _ => format!("; as saved, {}", as_denied(denial)),
    }
}

/// A denied request with the documents that decide it.
pub(super) fn as_denied(denial: &StartDenial) -> String {
    let request = DeniedRequest { document: None, ..denial.denied_request() };
    format!("this request is denied: {} ({})", request.sentence(), document_names(denial))
}

/// The names of the policies, without the path of managed ones.
fn document_names(denial: &StartDenial) -> String {
    let name = |document: &String| match document.split_once(":policy/") {
        Some((_, path)) => path.rsplit('/').next().unwrap_or(path).to_owned(),
        None => document.clone(),
    };
    let names: Vec<String> = denial.documents.iter().map(name).collect();
    let noun = if names.len() == 1 { "policy" } else { "policies" };
    format!("{noun} {}", names.join(", "))
}

pub(super) fn add_denial(case: &Case<'_>, refusal: &mut Refusal, denial: &StartDenial, access: &StartAccess) {
    let names_policy = case.denial().is_some_and(|stated| {
        // An event of CloudTrail may lack the resource: it is clear if the start has only one such request.
        let mut of_action = access.evaluated.iter().filter(|one| one.request.action == denial.action);
        let is_only = of_action.next().is_some() && of_action.next().is_none();
        stated.denied_action() == Some(denial.action)
            && stated.policy_type == Some(denial.policy_type)
            && (stated.resource.is_some() || is_only)
    });
    refusal.certainty = Certainty::confirmed_if(names_policy && !is_possibly_later(denial));
    if let Some(first) = denial.hints.first() {
        let _ = write!(refusal.clause, "; {}", hint(first));
    }
    if let Some(culprit) = denial.culprit() {
        refusal.culprits = vec![culprit];
    }
    refusal.missing = needed_beside(case, refusal.certainty, denial.dated);
    if let Some(fix) = access.fix.as_ref().filter(|fix| !fix.commands.is_empty() || !fix.text.is_empty()) {
        refusal.fix = fix.clone();
    }
}

/// The data that is missing beside a saved document that agrees.
fn needed_beside(case: &Case<'_>, certainty: Certainty, dated: Dated) -> Vec<MissingData> {
    if certainty == Certainty::Confirmed {
        return Vec::new();
    }
    let earlier = matches!(dated, Dated::After(_) | Dated::Lost).then(|| {
        missing_data(
            "the policy as it was when the task failed: its earlier version, AWS Config or CloudTrail",
            "whether it denied the request then",
        )
    });
    earlier.into_iter().chain(needed::of_text(case)).collect()
}

/// The mistake in words.
fn hint(hint: &DenialHint) -> String {
    match hint {
        DenialHint::GrantedToTaskRole { role, .. } => {
            format!("the task role {role} has the permission, but the start uses the execution role")
        }
        DenialHint::ArnWithoutSuffix { value, .. } => {
            format!("a statement names {value} without the suffix of six characters, which matches no secret")
        }
        DenialHint::DoubleSlash { value, .. } => format!("a statement has two slashes: {value}"),
        DenialHint::NeedsAnyResource { .. } => "the action needs the resource *".to_owned(),
        DenialHint::OwnAccountOnly { key, .. } => {
            format!("a condition on {key} never holds, because principal and bucket belong to AWS")
        }
        DenialHint::ForeignKey { key, .. } => format!("{key} is no condition key of AWS"),
        DenialHint::Condition { key, .. } => format!("a condition on {key} does not hold"),
        DenialHint::OtherResource { statement, .. } => {
            format!("{} allows it on other resources only", named_statement(statement))
        }
        DenialHint::OtherPrincipal { statement } => {
            format!("{} allows it to other principals only", named_statement(statement))
        }
    }
}

/// A statement by its `Sid`, else by its position.
fn named_statement(statement: &StatementRef) -> String {
    match &statement.sid {
        Some(sid) => format!("the statement {sid}"),
        None => format!("statement {} of {}", statement.position(), statement.document),
    }
}

/// Whether a resource that the documents lack is the one of the text.
fn fits(case: &Case<'_>, cause: CauseId, resource: &StartResource) -> bool {
    let is_kind = matches!(
        (cause, &resource.subject),
        (CauseId::SecretNotFound, RequestSubject::Secret { .. })
            | (CauseId::ParameterNotFound, RequestSubject::Parameter { .. })
            | (CauseId::LogGroupMissing, RequestSubject::LogGroup(_))
            | (CauseId::ImageNotFound, RequestSubject::Image { .. })
            | (CauseId::KeyUnusable, RequestSubject::Key { .. })
    );
    let named = culprits::of(case, cause);
    let mut named = named.iter().filter_map(|one| one.id.as_deref());
    let is_named = match &resource.subject {
        RequestSubject::Key { .. } => true,
        RequestSubject::Image { repository, tag } => named.any(|image| is_image(image, repository, tag)),
        _ => named.any(|id| id == resource.id),
    };
    // A missing JSON key is a matter of the value, whatever the state of the secret is.
    // A tag may have moved, but the registry itself did not find it.
    let is_fault = resource.state.is_fault() || matches!(resource.state, ResourceState::PushedLater(_));
    is_fault && is_kind && is_named && case.reason.answer != Some(Answer::SecretValue)
}

/// Whether the name of an image, such as `HOST/NAME:TAG`, is this one of a repository.
pub(super) fn is_image(image: &str, repository: &str, tag: &str) -> bool {
    let Some((_, name)) = repository.split_once(":repository/") else { return false };
    let Some((_, image)) = image.split_once('/') else { return false };
    image.strip_prefix(name).is_some_and(|rest| rest.strip_prefix([':', '@']) == Some(tag))
}

/// Whether the state of a secret is the failure that the text reports: AWS words each of them differently.
fn is_state_of_text(answer: Option<Answer>, state: &ResourceState) -> bool {
    match answer {
        Some(Answer::Secret) => matches!(
            state,
            ResourceState::Missing(_)
                | ResourceState::CreatedLater(_)
                | ResourceState::OtherSuffix(_)
                | ResourceState::OtherRegion(_)
        ),
        Some(Answer::EmptySecret) => matches!(state, ResourceState::NoVersion(_)),
        // The list of secrets leaves out those that are marked for deletion.
        Some(Answer::DeletedSecret) => {
            matches!(state, ResourceState::MarkedForDeletion(_) | ResourceState::Missing(_))
        }
        _ => true,
    }
}

pub(super) fn add_resource(case: &Case<'_>, refusal: &mut Refusal, resource: &StartResource) {
    let Some(state) = resource.clause() else { return };
    let _ = write!(refusal.clause, "; as saved, {state}");
    // The state of a key has no date, and the text does not name the key.
    let agrees = is_state_of_text(case.reason.answer, &resource.state);
    // Without the time of the failure, a secret may have been deleted later.
    let may_be_later =
        matches!(resource.state, ResourceState::MarkedForDeletion(_)) && case.subject.stopped_at.is_none();
    let is_shown = !may_be_later && !resource.rests_on_open_list;
    let is_certain = agrees && is_shown && refusal.cause != CauseId::KeyUnusable;
    refusal.certainty = Certainty::confirmed_if(is_certain);
    if refusal.cause == CauseId::KeyUnusable {
        refusal.culprits = vec![Culprit { id: Some(resource.id.clone()), ..Culprit::of(CulpritKind::Key) }];
    }
    refusal.missing = needed_beside(case, refusal.certainty, Dated::Undated);
    if resource.rests_on_open_list {
        refusal.missing = needed::of_open_list();
    }
    if let Some(fix) = fix_resource(resource) {
        refusal.fix = fix;
    }
}

/// Whether the saved policies allow the request that the text reports as denied.
fn is_allowed_now(case: &Case<'_>, access: &StartAccess) -> bool {
    let stated = case.denial().and_then(|denial| denial.policy_type);
    let mut own = stated_requests(case, access);
    access.knows_role
        && own.any(|one| {
            matches!(one.decision, AccessDecision::Allowed { .. })
                || stated.is_some_and(|stated| one.allowing.contains(&stated))
        })
}

/// The requests of the start that the reported denial may be about.
fn stated_requests<'a>(
    case: &'a Case<'_>,
    access: &'a StartAccess,
) -> impl Iterator<Item = &'a EvaluatedRequest> {
    let stated = case.denial();
    access.evaluated.iter().filter(move |one| {
        stated.is_some_and(|stated| {
            let is_resource = |name: &StatedName| name.fits(&one.request.resource);
            if one.request.step == StartStep::AssumeRole {
                let is_role = |stated: &StatedPrincipal| stated.is_role(&one.request.resource);
                return case.reason.answer == Some(Answer::Role)
                    && stated.principal.as_ref().is_some_and(is_role);
            }
            stated.denied_action() == Some(one.request.action)
                && stated.resource.as_ref().is_none_or(is_resource)
        })
    })
}

/// The keys and documents that would decide the requests which the saved policies leave open, and those of types that are not
/// saved and may have denied the request of an opaque text.
pub(super) fn undecided(case: &Case<'_>) -> Vec<MissingData> {
    let Some(access) = case.access.as_ref().filter(|access| access.knows_role) else { return Vec::new() };
    let is_open = |one: &&EvaluatedRequest| matches!(one.decision, AccessDecision::Unknown { .. });
    let open = access.evaluated.iter().filter(is_open).flat_map(missing_of);
    let is_denial = matches!(case.reason.answer, Some(Answer::Denied | Answer::Permission));
    let service = case.requested_service().filter(|_| is_denial);
    let of_service = access.evaluated.iter().filter(|one| service.as_ref() == Some(&one.request.service));
    open.chain(of_service.flat_map(unseen_of)).collect()
}
