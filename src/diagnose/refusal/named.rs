//! The cause that a stopped reason or an event of CloudTrail names.
//!
//! Texts that name no cause stay without one: a bare `403 Forbidden`, an `AccessDenied` without an action, a text that is cut
//! before it names the policy. Documents decide these.

use crate::diagnose::case::{Case, cause_of_error};
use crate::diagnose::stopped_reason::{Answer, CallResult, Phase, StatedDenial, StatedPrincipal};
use crate::finding::CauseId;
use crate::policy::{DenialEffect, PolicyType};

/// The cause that the text names, or the event of CloudTrail about the same request.
pub(super) fn by_report(case: &Case<'_>) -> Option<CauseId> {
    let reason = &case.reason;
    let denial = case.denial().filter(|denial| denial.denied_action().is_some());
    match reason.result {
        // A certificate of another service of AWS means that the name leads to the wrong place.
        CallResult::CertificateUnknown => reason.presented.is_none().then_some(CauseId::CertificateUntrusted),
        CallResult::Answered | CallResult::NotNetwork => match denial {
            Some(denial) => by_denial(case, denial),
            None => by_answer(case, reason.answer?),
        },
        // The text names no failure.
        CallResult::Unknown => match (case.event()?, denial) {
            (_, Some(denial)) => by_denial(case, denial),
            (event, None) => cause_of_error(event),
        },
        _ => None,
    }
}

/// The cause that belongs to a denied action.
fn by_denial(case: &Case<'_>, denial: &StatedDenial) -> Option<CauseId> {
    let action = denial.action.as_ref().map_or("", |action| action.name.as_str());
    let is_of_key = action.starts_with("kms:");
    let is_layer = denial.principal.as_ref().is_some_and(StatedPrincipal::is_layer_role)
        || case.reason.phase == Some(Phase::Layers) && action.starts_with("s3:");
    if is_layer {
        let is_endpoint = denial.policy_type == Some(PolicyType::Endpoint);
        return is_endpoint.then_some(CauseId::S3EndpointPolicyLacksLayerBucket);
    }
    if action == "sts:AssumeRole" {
        return Some(CauseId::RoleNotAssumable);
    }
    let is_explicit = denial.effect == Some(DenialEffect::Explicit);
    match denial.policy_type {
        Some(PolicyType::Trust) => Some(CauseId::RoleNotAssumable),
        Some(PolicyType::Endpoint) => Some(CauseId::EndpointPolicyDenies),
        Some(PolicyType::Key) => Some(CauseId::KeyUnusable),
        None | Some(PolicyType::Resource) if is_of_key => Some(CauseId::KeyUnusable),
        // Within an account, the policy of the resource need not allow what the role may do: another reason is behind it.
        Some(PolicyType::Resource) => {
            (is_explicit || crosses_accounts(denial)).then_some(CauseId::ResourcePolicyDenies)
        }
        _ if is_explicit => Some(CauseId::ExplicitDeny),
        Some(_) if is_of_key => Some(CauseId::KeyUnusable),
        None if denial.is_open => None,
        _ if action.starts_with("s3:") => Some(CauseId::EnvFileDenied),
        _ => Some(CauseId::PermissionMissing),
    }
}

/// Whether the resource belongs to another account than the principal, as the text names both.
fn crosses_accounts(denial: &StatedDenial) -> bool {
    let of_principal = denial.principal.as_ref().and_then(|principal| principal.account());
    let of_resource = denial.resource.as_ref().and_then(|resource| resource.text.split(':').nth(4));
    matches!((of_principal, of_resource), (Some(one), Some(other)) if !other.is_empty() && one != other)
}

/// The cause that belongs to another failure.
fn by_answer(case: &Case<'_>, answer: Answer) -> Option<CauseId> {
    let text = case.subject.stopped_reason.as_deref().unwrap_or_default().to_ascii_lowercase();
    let says = |fragments: &[&str]| fragments.iter().any(|fragment| text.contains(fragment));
    let phase = case.reason.phase;
    let is_pull = matches!(phase, Some(Phase::Manifest | Phase::Layers | Phase::Pull));
    match answer {
        Answer::Role => Some(CauseId::RoleNotAssumable),
        Answer::EndpointPolicy => Some(CauseId::EndpointPolicyDenies),
        Answer::Key | Answer::DefaultKey => Some(CauseId::KeyUnusable),
        Answer::SecretValue if phase == Some(Phase::RegistryAuth) || says(&REGISTRY_SECRET) => {
            Some(CauseId::RegistryCredentialsInvalid)
        }
        Answer::Secret | Answer::EmptySecret | Answer::DeletedSecret | Answer::SecretValue => {
            Some(CauseId::SecretNotFound)
        }
        Answer::Parameter => Some(CauseId::ParameterNotFound),
        Answer::LogGroup if says(&["log group does not exist"]) => Some(CauseId::LogGroupMissing),
        Answer::Region if phase == Some(Phase::Logging) => Some(CauseId::LogRegionWrong),
        Answer::RateLimit if is_pull || says(&["toomanyrequests"]) => Some(CauseId::RegistryRateLimited),
        // The program in the image was built for another platform: the image was found and pulled.
        Answer::Platform if !says(&["exec format error"]) => Some(CauseId::ImageNotFound),
        Answer::Image if says(&REFUSED_LOGIN) => Some(CauseId::RegistryCredentialsInvalid),
        Answer::Image if is_pull && says(&ABSENT_IMAGE) && !says(&["may require"]) => {
            Some(CauseId::ImageNotFound)
        }
        Answer::EnvironmentFile if says(&ABSENT_FILE) => Some(CauseId::EnvFileDenied),
        _ => None,
    }
}

/// The agent could not use a secret as credentials for a registry.
const REGISTRY_SECRET: [&str; 2] = ["authorizationdata is malformed", "unable to unmarshal secret value"];

/// A registry refused the user or the password.
const REFUSED_LOGIN: [&str; 1] = ["incorrect username or password"];

/// A registry has no such image, or none that may be seen without credentials.
const ABSENT_IMAGE: [&str; 5] = [
    ": not found",
    "manifest unknown",
    "name unknown",
    "requested access to the resource is denied",
    "name_unknown",
];

/// S3 has no such object. Only `403 Forbidden` does not decide: S3 answers so for a missing object, too.
const ABSENT_FILE: [&str; 4] = ["nosuchkey", "nosuchbucket", "404", "notfound"];
