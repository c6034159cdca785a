//! Calls of IAM that change roles and managed policies.
//!
//! IAM names a role by its name; the ARN of the role also has its path, which the event does not show.

use crate::inventory::changes::call::{Found, RecordedCall};
use crate::model::access::PolicyText;
use crate::model::configuration_change::{Attribute, Part, PartChange, PartState, PartValue, SubjectKind};

fn there() -> PartState {
    PartState::Present(PartValue::There)
}

fn of_role(call: &RecordedCall<'_>, change: Option<PartChange>) -> Vec<Found> {
    let Some(name) = call.request.text("RoleName") else { return Vec::new() };
    vec![Found::new(SubjectKind::Role, name, change.map(|change| vec![change]))]
}

/// A part that gets a policy, or changes in a way that the event does not show.
pub(super) fn policy_set(part: Part, policy: Option<PolicyText>) -> PartChange {
    match policy {
        Some(policy) => PartChange::set(part, PartValue::Policy(policy)),
        None => PartChange::unknown(part),
    }
}

/// `PutRolePolicy`, `DeleteRolePolicy`.
pub(super) fn inline(call: &RecordedCall<'_>) -> Vec<Found> {
    let change = call.request.text("PolicyName").map(|name| {
        let part = Part::InlinePolicy(name);
        match call.name {
            "PutRolePolicy" => policy_set(part, call.request.policy("PolicyDocument")),
            _ => PartChange::removed(part, PartState::Unknown),
        }
    });
    of_role(call, change)
}

/// `AttachRolePolicy` succeeds for a policy that is attached; `DetachRolePolicy` fails for one that is not.
pub(super) fn attached(call: &RecordedCall<'_>) -> Vec<Found> {
    let change = call.request.text("PolicyArn").map(|arn| {
        let part = Part::AttachedPolicy(arn);
        match call.name {
            "AttachRolePolicy" => PartChange::set(part, PartValue::There),
            _ => PartChange::removed(part, there()),
        }
    });
    of_role(call, change)
}

/// `UpdateAssumeRolePolicy`.
pub(super) fn trust(call: &RecordedCall<'_>) -> Vec<Found> {
    let policy = call.request.policy("PolicyDocument");
    of_role(call, Some(policy_set(Part::Attribute(Attribute::Trust), policy)))
}

/// `PutRolePermissionsBoundary`, `DeleteRolePermissionsBoundary`.
pub(super) fn boundary(call: &RecordedCall<'_>) -> Vec<Found> {
    let part = Part::Attribute(Attribute::Boundary);
    let change = match (call.name, call.request.text("PermissionsBoundary")) {
        ("DeleteRolePermissionsBoundary", _) => PartChange::removed(part, PartState::Unknown),
        (_, Some(arn)) => PartChange::set(part, PartValue::Text(arn)),
        (_, None) => PartChange::unknown(part),
    };
    of_role(call, Some(change))
}

/// `CreateRole`, `DeleteRole`.
pub(super) fn role(call: &RecordedCall<'_>) -> Vec<Found> {
    let change = match call.name {
        "CreateRole" => PartChange::added(Part::Existence, PartValue::There),
        _ => PartChange::removed(Part::Existence, PartState::Unknown),
    };
    of_role(call, Some(change))
}

/// `CreatePolicyVersion`, `SetDefaultPolicyVersion`, `DeletePolicyVersion`.
pub(super) fn versions(call: &RecordedCall<'_>) -> Vec<Found> {
    let Some(arn) = call.request.text("PolicyArn") else { return Vec::new() };
    let key = "PolicyVersion";
    let made = call.answer.is_object(key).then(|| call.answer.item(key)).flatten();
    let id = made.and_then(|made| made.text("VersionId")).or_else(|| call.request.text("VersionId"));
    let default = Part::Attribute(Attribute::DefaultVersion);
    let parts = match (call.name, id) {
        // A default version cannot be deleted, so the one that counts stays.
        ("DeletePolicyVersion", Some(id)) => {
            Some(vec![PartChange::removed(Part::Version(id), PartState::Unknown)])
        }
        ("SetDefaultPolicyVersion", Some(id)) => Some(vec![PartChange::set(default, PartValue::Text(id))]),
        ("CreatePolicyVersion", id) => created(call, id, default),
        _ => None,
    };
    vec![Found::new(SubjectKind::Policy, arn, parts)]
}

fn created(call: &RecordedCall<'_>, id: Option<String>, default: Part) -> Option<Vec<PartChange>> {
    let is_default = call.request.flag("SetAsDefault");
    if call.request.has("SetAsDefault") && is_default.is_none() {
        return None;
    }
    let policy = call.request.policy("PolicyDocument").map_or(PartValue::There, PartValue::Policy);
    let version = id.clone().map(|id| PartChange::added(Part::Version(id), policy));
    let is_default = (is_default == Some(true)).then(|| match id {
        Some(id) => PartChange::set(default, PartValue::Text(id)),
        None => PartChange::unknown(default),
    });
    Some(version.into_iter().chain(is_default).collect())
}

/// `CreatePolicy`, `DeletePolicy`.
pub(super) fn policy(call: &RecordedCall<'_>) -> Vec<Found> {
    let made = call.answer.is_object("Policy").then(|| call.answer.item("Policy")).flatten();
    let id = call.request.text("PolicyArn").or_else(|| made?.text("Arn"));
    let change = match call.name {
        "CreatePolicy" => PartChange::added(Part::Existence, PartValue::There),
        _ => PartChange::removed(Part::Existence, PartState::Unknown),
    };
    vec![Found::new(SubjectKind::Policy, id.unwrap_or_default(), Some(vec![change]))]
}
