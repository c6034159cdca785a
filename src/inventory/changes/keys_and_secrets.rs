//! Calls that change keys, secrets, parameters, buckets, repositories and log groups.
//!
//! The values of secrets and parameters are never read; CloudTrail does not show them.

use crate::inventory::changes::call::{Found, RecordedCall};
use crate::inventory::changes::policies::policy_set;
use crate::model::configuration_change::{Attribute, Part, PartChange, PartState, PartValue, SubjectKind};

/// `PutKeyPolicy`, `EnableKey`, `DisableKey`, `ScheduleKeyDeletion`, `CancelKeyDeletion`, and calls for grants.
pub(super) fn keys(call: &RecordedCall<'_>) -> Vec<Found> {
    let named = || call.request.text("KeyId");
    let id = call.resource_of("kms").map(ToOwned::to_owned).or_else(|| call.answer.text("KeyId"));
    let Some(id) = id.or_else(named) else { return Vec::new() };
    let state = |before: Option<&str>, after: &str| PartChange {
        part: Part::Attribute(Attribute::KeyState),
        before: before
            .map_or(PartState::Unknown, |text| PartState::Present(PartValue::Text(text.to_owned()))),
        after: PartState::Present(PartValue::Text(after.to_owned())),
    };
    let change = match call.name {
        "PutKeyPolicy" => Some(policy_set(Part::Attribute(Attribute::Policy), call.request.policy("Policy"))),
        // Enabling an enabled key succeeds.
        "EnableKey" => Some(state(None, "Enabled")),
        "DisableKey" => Some(state(None, "Disabled")),
        "ScheduleKeyDeletion" => Some(state(None, "PendingDeletion")),
        "CancelKeyDeletion" => Some(state(Some("PendingDeletion"), "Disabled")),
        // `CreateGrant`, `RevokeGrant`, `RetireGrant`.
        _ => Some(PartChange::unknown(Part::Attribute(Attribute::Grants))),
    };
    vec![Found::new(SubjectKind::Key, id, change.map(|change| vec![change]))]
}

/// Secrets.
pub(super) fn secrets(call: &RecordedCall<'_>) -> Vec<Found> {
    let answered = call.answer.text("ARN").or_else(|| call.answer.text("Arn"));
    let id = answered
        .or_else(|| call.resource_of("secretsmanager").map(ToOwned::to_owned))
        .or_else(|| call.request.text("SecretId"))
        .or_else(|| call.request.text("Name"));
    let Some(id) = id else { return Vec::new() };
    let policy = Part::Attribute(Attribute::Policy);
    let deletion = Part::Attribute(Attribute::Deletion);
    let change = match call.name {
        "PutResourcePolicy" => Some(policy_set(policy, call.request.policy("ResourcePolicy"))),
        "DeleteResourcePolicy" => Some(PartChange::removed(policy, PartState::Unknown)),
        "DeleteSecret" if call.request.flag("ForceDeleteWithoutRecovery") == Some(true) => {
            Some(PartChange::removed(Part::Existence, PartState::Unknown))
        }
        // The call fails for a secret that is already scheduled for deletion.
        "DeleteSecret" => Some(PartChange::added(deletion, PartValue::There)),
        "RestoreSecret" => Some(PartChange::removed(deletion, PartState::Unknown)),
        "CreateSecret" => Some(PartChange::added(Part::Existence, PartValue::There)),
        "UpdateSecret" if call.request.has("KmsKeyId") => {
            Some(PartChange::unknown(Part::Attribute(Attribute::EncryptionKey)))
        }
        _ => Some(PartChange::unknown(Part::Attribute(Attribute::Value))),
    };
    vec![Found::new(SubjectKind::Secret, id, change.map(|change| vec![change]))]
}

/// `PutParameter`, `DeleteParameter`, `DeleteParameters`.
pub(super) fn parameters(call: &RecordedCall<'_>) -> Vec<Found> {
    let all = if call.request.has("Names") { call.request.texts("Names") } else { Vec::new() };
    let names = call.request.text("Name").into_iter().chain(all);
    let change = || match call.name {
        "PutParameter" => vec![
            PartChange::set(Part::Existence, PartValue::There),
            PartChange::unknown(Part::Attribute(Attribute::Value)),
            PartChange::unknown(Part::Attribute(Attribute::EncryptionKey)),
        ],
        _ => vec![PartChange::removed(Part::Existence, PartState::Unknown)],
    };
    names.map(|name| Found::new(SubjectKind::Parameter, name, Some(change()))).collect()
}

/// `PutBucketPolicy`, `DeleteBucketPolicy`.
pub(super) fn buckets(call: &RecordedCall<'_>) -> Vec<Found> {
    let Some(name) = call.request.text("BucketName") else { return Vec::new() };
    let part = Part::Attribute(Attribute::Policy);
    let change = match call.name {
        "PutBucketPolicy" => {
            policy_set(part, call.as_written.and_then(|request| request.policy("bucketPolicy")))
        }
        _ => PartChange::removed(part, PartState::Unknown),
    };
    vec![Found::new(SubjectKind::Bucket, name, Some(vec![change]))]
}

/// Repositories of ECR.
pub(super) fn repositories(call: &RecordedCall<'_>) -> Vec<Found> {
    let Some(name) = call.request.text("RepositoryName") else { return Vec::new() };
    let part = Part::Attribute(Attribute::Policy);
    let change = match call.name {
        "SetRepositoryPolicy" => policy_set(part, call.request.policy("PolicyText")),
        "DeleteRepositoryPolicy" => PartChange::removed(part, PartState::Unknown),
        "CreateRepository" => PartChange::added(Part::Existence, PartValue::There),
        "DeleteRepository" => PartChange::removed(Part::Existence, PartState::Unknown),
        _ => PartChange::unknown(Part::Attribute(Attribute::Images)),
    };
    let id = call.request.text("RegistryId").or_else(|| call.account.clone());
    // A repository of another account is another one, so the account is part of its name here.
    let id = id.map_or(name.clone(), |account| format!("{account}/{name}"));
    vec![Found::new(SubjectKind::Repository, id, Some(vec![change]))]
}

/// `PutRegistryPolicy`, `DeleteRegistryPolicy`.
pub(super) fn registry(call: &RecordedCall<'_>) -> Vec<Found> {
    let part = Part::Attribute(Attribute::Policy);
    let change = match call.name {
        "PutRegistryPolicy" => policy_set(part, call.request.policy("PolicyText")),
        _ => PartChange::removed(part, PartState::Unknown),
    };
    let id = call.answer.text("RegistryId").or_else(|| call.account.clone());
    vec![Found::new(SubjectKind::Registry, id.unwrap_or_default(), Some(vec![change]))]
}

/// `CreateLogGroup`, `DeleteLogGroup`.
pub(super) fn log_groups(call: &RecordedCall<'_>) -> Vec<Found> {
    let Some(name) = call.request.text("LogGroupName") else { return Vec::new() };
    let change = match call.name {
        "CreateLogGroup" => PartChange::added(Part::Existence, PartValue::There),
        _ => PartChange::removed(Part::Existence, PartState::Unknown),
    };
    vec![Found::new(SubjectKind::LogGroup, name, Some(vec![change]))]
}
