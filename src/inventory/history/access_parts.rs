//! Parts of roles, policies, keys, secrets, buckets and repositories: reads their state, and sets it.

use crate::inventory::documents::Inventory;
use crate::model::access::{Boundary, InlinePolicy, ManagedPolicy, PolicyVersion, Role, SavedPolicy};
use crate::model::configuration_change::{Attribute, ChangeSubject, Part, PartState, PartValue, SubjectKind};
use crate::model::time::Timestamp;

const UNKNOWN: PartState = PartState::Unknown;

fn saved(policy: &SavedPolicy) -> PartState {
    match policy {
        SavedPolicy::NotSaved => UNKNOWN,
        SavedPolicy::Absent => PartState::Absent,
        SavedPolicy::Saved(policy) => PartState::Present(PartValue::Policy(policy.clone())),
    }
}

fn text(value: Option<&String>) -> PartState {
    value.map_or(UNKNOWN, |value| PartState::Present(PartValue::Text(value.clone())))
}

/// The state of a part; the id of the subject is the key of its table.
pub(super) fn read(inventory: &Inventory, subject: &ChangeSubject, part: &Part) -> PartState {
    let id = &subject.id;
    match (subject.kind, part) {
        (SubjectKind::Role, _) => inventory.roles.get(id).map_or(UNKNOWN, |role| read_role(role, part)),
        (SubjectKind::Policy, Part::Attribute(Attribute::DefaultVersion)) => {
            let policy = inventory.managed_policies.get(id);
            let default = policy.and_then(|policy| {
                policy
                    .default_version_id
                    .as_ref()
                    .or_else(|| policy.default_version().map(|version| &version.id))
            });
            text(default)
        }
        (SubjectKind::Key, Part::Attribute(Attribute::KeyState)) => {
            text(inventory.keys.get(id).and_then(|key| key.state.as_ref()))
        }
        (SubjectKind::Secret, Part::Attribute(Attribute::Deletion)) => {
            match inventory.secrets.get(id).filter(|secret| secret.is_described) {
                Some(secret) if secret.deleted_at.is_some() => PartState::Present(PartValue::There),
                Some(_) => PartState::Absent,
                None => UNKNOWN,
            }
        }
        (kind, Part::Attribute(Attribute::Policy)) => {
            policy_slot_of(inventory, kind, id).map_or(UNKNOWN, saved)
        }
        _ => UNKNOWN,
    }
}

fn policy_slot_of<'i>(inventory: &'i Inventory, kind: SubjectKind, id: &str) -> Option<&'i SavedPolicy> {
    match kind {
        SubjectKind::Key => inventory.keys.get(id).map(|one| &one.policy),
        SubjectKind::Secret => inventory.secrets.get(id).map(|one| &one.policy),
        SubjectKind::Bucket => inventory.buckets.get(id).map(|one| &one.policy),
        SubjectKind::Repository => inventory.repositories.get(id).map(|one| &one.policy),
        SubjectKind::Registry => inventory.registry_policies.get(id).map(|one| &one.policy),
        _ => None,
    }
}

fn policy_slot<'i>(inventory: &'i mut Inventory, kind: SubjectKind, id: &str) -> Option<&'i mut SavedPolicy> {
    match kind {
        SubjectKind::Key => inventory.keys.get_mut(id).map(|one| &mut one.policy),
        SubjectKind::Secret => inventory.secrets.get_mut(id).map(|one| &mut one.policy),
        SubjectKind::Bucket => inventory.buckets.get_mut(id).map(|one| &mut one.policy),
        SubjectKind::Repository => inventory.repositories.get_mut(id).map(|one| &mut one.policy),
        SubjectKind::Registry => inventory.registry_policies.get_mut(id).map(|one| &mut one.policy),
        _ => None,
    }
}

fn read_role(role: &Role, part: &Part) -> PartState {
    match part {
        Part::InlinePolicy(name) => match role.inline.iter().find(|policy| policy.name == *name) {
            Some(policy) => PartState::Present(PartValue::Policy(policy.document.clone())),
            None if role.inline_names.as_ref().is_some_and(|names| !names.contains(name)) => {
                PartState::Absent
            }
            None => UNKNOWN,
        },
        Part::AttachedPolicy(arn) => match &role.attached {
            Some(attached) if attached.contains(arn) => PartState::Present(PartValue::There),
            Some(_) => PartState::Absent,
            None => UNKNOWN,
        },
        Part::Attribute(Attribute::Trust) => {
            let trust = role.trust.clone();
            trust.map_or(UNKNOWN, |policy| PartState::Present(PartValue::Policy(policy)))
        }
        Part::Attribute(Attribute::Boundary) => match &role.boundary {
            Boundary::NotSaved => UNKNOWN,
            Boundary::Absent => PartState::Absent,
            Boundary::Policy(arn) => PartState::Present(PartValue::Text(arn.clone())),
        },
        _ => UNKNOWN,
    }
}

/// Sets a part to a state; `at` is the time of this state.
pub(super) fn write(
    inventory: &mut Inventory,
    subject: &ChangeSubject,
    part: &Part,
    (state, at): (&PartState, Timestamp),
) {
    let id = subject.id.as_str();
    match (subject.kind, part) {
        (SubjectKind::Role, _) => {
            if let Some(role) = inventory.roles.get_mut(id) {
                write_role(role, part, state);
            }
        }
        (SubjectKind::Policy, Part::Attribute(Attribute::DefaultVersion)) => {
            if let Some(policy) = inventory.managed_policies.get_mut(id) {
                write_default(policy, state);
            }
        }
        (SubjectKind::Key, Part::Attribute(Attribute::KeyState)) => {
            if let Some(key) = inventory.keys.get_mut(id) {
                key.state = match state {
                    PartState::Present(PartValue::Text(state)) => Some(state.clone()),
                    _ => None,
                };
                key.deletion_at = key.deletion_at.filter(|_| key.state.as_deref() == Some("PendingDeletion"));
            }
        }
        (SubjectKind::Secret, Part::Attribute(Attribute::Deletion)) => {
            if let Some(secret) = inventory.secrets.get_mut(id) {
                match state {
                    PartState::Absent => secret.deleted_at = None,
                    PartState::Present(_) => secret.deleted_at = secret.deleted_at.or(Some(at)),
                    PartState::Unknown => forget_secret(inventory, id),
                }
            }
        }
        (SubjectKind::Secret, Part::Attribute(Attribute::Value)) => {
            if let Some(secret) = inventory.secrets.get_mut(id) {
                secret.stages = None;
            }
        }
        (SubjectKind::Key, Part::Attribute(Attribute::Grants)) => {
            if let Some(key) = inventory.keys.get_mut(id) {
                key.grants = None;
            }
        }
        (SubjectKind::Repository, Part::Attribute(Attribute::Images)) => {
            if let Some(repository) = inventory.repositories.get_mut(id) {
                repository.images = None;
            }
        }
        (kind, Part::Attribute(Attribute::Policy)) => {
            if let Some(slot) = policy_slot(inventory, kind, id) {
                *slot = match state {
                    PartState::Present(PartValue::Policy(policy)) => SavedPolicy::Saved(policy.clone()),
                    PartState::Absent => SavedPolicy::Absent,
                    _ => SavedPolicy::NotSaved,
                };
            }
        }
        _ => {}
    }
}

/// Nothing is known of a secret: neither that it can be read, nor that it does not exist.
fn forget_secret(inventory: &mut Inventory, id: &str) {
    inventory.secrets.remove(id);
    inventory.complete_lists.retain(|list| !list.call.starts_with("secretsmanager "));
}

fn write_role(role: &mut Role, part: &Part, state: &PartState) {
    match part {
        Part::InlinePolicy(name) => {
            role.inline.retain(|policy| policy.name != *name);
            let is_named = role.inline_names.as_ref().is_some_and(|names| names.contains(name));
            match state {
                PartState::Present(PartValue::Policy(document)) => {
                    role.inline.push(InlinePolicy { name: name.clone(), document: document.clone() });
                    role.inline.sort();
                }
                PartState::Absent => {
                    if let Some(names) = &mut role.inline_names {
                        names.retain(|one| one != name);
                    }
                    return;
                }
                _ => {}
            }
            if let Some(names) = role.inline_names.as_mut().filter(|_| !is_named) {
                names.push(name.clone());
                names.sort();
            }
        }
        Part::AttachedPolicy(arn) => match (state, role.attached.take()) {
            (PartState::Present(_), Some(mut attached)) => {
                attached.push(arn.clone());
                attached.sort();
                role.attached = Some(attached);
            }
            (PartState::Absent, Some(mut attached)) => {
                attached.retain(|one| one != arn);
                role.attached = Some(attached);
            }
            (_, attached) => {
                role.partly_attached.extend(attached.into_iter().flatten());
                role.partly_attached.retain(|one| one != arn);
            }
        },
        Part::Attribute(Attribute::Trust) => {
            role.trust = match state {
                PartState::Present(PartValue::Policy(policy)) => Some(policy.clone()),
                _ => None,
            };
        }
        Part::Attribute(Attribute::Boundary) => {
            role.boundary = match state {
                PartState::Present(PartValue::Text(arn)) => Boundary::Policy(arn.clone()),
                PartState::Absent => Boundary::Absent,
                _ => Boundary::NotSaved,
            };
        }
        _ => {}
    }
}

/// Without a known default version, no version counts.
fn write_default(policy: &mut ManagedPolicy, state: &PartState) {
    policy.default_version_id = match state {
        PartState::Present(PartValue::Text(id)) => Some(id.clone()),
        _ => None,
    };
    let default = policy.default_version_id.clone();
    let mark = |version: &mut PolicyVersion| version.is_default = Some(&version.id) == default.as_ref();
    policy.versions.iter_mut().for_each(mark);
    // It is the date of a later change.
    policy.updated_at = None;
}

/// Marks everything of a thing as unknown.
pub(super) fn forget(inventory: &mut Inventory, subject: &ChangeSubject) {
    let id = subject.id.as_str();
    match subject.kind {
        SubjectKind::Role => {
            if let Some(role) = inventory.roles.get_mut(id) {
                role.partly_attached.extend(role.attached.take().unwrap_or_default());
                role.inline_names = None;
                role.inline.clear();
                role.trust = None;
                role.boundary = Boundary::NotSaved;
            }
        }
        SubjectKind::Policy => {
            if let Some(policy) = inventory.managed_policies.get_mut(id) {
                write_default(policy, &UNKNOWN);
            }
        }
        SubjectKind::Key => {
            if let Some(key) = inventory.keys.get_mut(id) {
                (key.state, key.deletion_at, key.grants) = (None, None, None);
                key.policy = SavedPolicy::NotSaved;
            }
        }
        SubjectKind::Secret => forget_secret(inventory, id),
        kind => {
            if let Some(slot) = policy_slot(inventory, kind, id) {
                *slot = SavedPolicy::NotSaved;
            }
        }
    }
}
