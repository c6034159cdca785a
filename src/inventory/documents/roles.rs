//! `aws iam get-role`: reads `Role` as a [`Role`] without the lists of its policies.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::inventory::resource_parts::tag;
use crate::model::access::{Boundary, InlinePolicy, Role};

/// Reads one role; none if it has no `Arn`. The document shows a boundary if the role has one.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Role> {
    let boundary = match item.item("PermissionsBoundary") {
        Some(boundary) => {
            boundary.identifier("PermissionsBoundaryArn").map_or(Boundary::NotSaved, Boundary::Policy)
        }
        None if item.has_key("PermissionsBoundary") => Boundary::NotSaved,
        None => Boundary::Absent,
    };
    Some(Role {
        arn: item.identifier("Arn")?,
        role_id: item.text("RoleId"),
        created_at: item.time("CreateDate"),
        trust: item.policy("AssumeRolePolicyDocument"),
        boundary,
        tags: tags(item),
        ..Role::default()
    })
}

/// The tags by key; the document of a role without tags does not have the key.
fn tags(item: DocumentItem<'_>) -> Option<Vec<(String, String)>> {
    if !item.has_key("Tags") {
        return Some(Vec::new());
    }
    let mut tags = item.whole_list("Tags", tag)?;
    tags.sort();
    Some(tags)
}

/// Whether values that are both known differ.
fn differ<'a, T: PartialEq + 'a>(values: impl Iterator<Item = &'a Option<T>>) -> bool {
    let known: Vec<&T> = values.flatten().collect();
    known.windows(2).any(|two| two[0] != two[1])
}

impl Describe for Role {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.arn.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.role_id, other.role_id.as_ref());
        complete_option(&mut self.created_at, other.created_at.as_ref());
        complete_option(&mut self.trust, other.trust.as_ref());
        complete_option(&mut self.inline_names, other.inline_names.as_ref());
        complete_option(&mut self.attached, other.attached.as_ref());
        complete_option(&mut self.tags, other.tags.as_ref());
        if self.boundary == Boundary::NotSaved {
            self.boundary = other.boundary.clone();
        }
        let has = |policies: &[InlinePolicy], name: &str| policies.iter().any(|own| own.name == name);
        let added = other.inline.iter().filter(|policy| !has(&self.inline, &policy.name)).cloned();
        let added: Vec<InlinePolicy> = added.collect();
        self.inline.extend(added);
        self.inline.sort();
        self.partly_attached.extend(other.partly_attached.iter().cloned());
        self.partly_attached.sort();
        self.partly_attached.dedup();
    }

    /// Drops the parts that differ: the role was changed between the documents, and neither has a date.
    fn invalidate(&mut self, others: &[Self]) {
        if differ(others.iter().map(|one| &one.trust)) {
            self.trust = None;
        }
        if differ(others.iter().map(|one| &one.inline_names)) {
            self.inline_names = None;
        }
        if differ(others.iter().map(|one| &one.tags)) {
            self.tags = None;
        }
        if differ(others.iter().map(|one| &one.attached)) {
            let all = others.iter().flat_map(|one| one.attached.iter().flatten());
            self.partly_attached.extend(all.cloned());
            self.partly_attached.sort();
            self.partly_attached.dedup();
            self.attached = None;
        }
        let mut known = others.iter().map(|one| &one.boundary).filter(|one| **one != Boundary::NotSaved);
        let first = known.next();
        if known.any(|other| Some(other) != first) {
            self.boundary = Boundary::NotSaved;
        }
        let is_same = |policy: &InlinePolicy| {
            let same = others.iter().flat_map(|one| &one.inline).filter(|other| other.name == policy.name);
            same.into_iter().all(|other| other.document == policy.document)
        };
        self.inline.retain(is_same);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    const ARN: &str = "arn:aws:iam::123456789012:role/a";

    fn read_roles(documents: &[Value]) -> (Role, u64) {
        let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
        let (inventory, defects, _) = parse(texts.iter().map(|text| ("f.json", text.as_bytes())));
        (inventory.roles[ARN].clone(), defects.iter().map(|(_, count, _)| count).sum())
    }

    fn role(more: &Value) -> Value {
        let mut role = json!({"Arn": ARN, "RoleName": "a", "RoleId": "AROA1", "AssumeRolePolicyDocument": {"Statement": []}});
        role.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "Role": role })
    }

    #[test]
    fn a_role_shows_its_boundary_and_its_tags() {
        let (found, defects) = read_roles(&[role(&json!({"CreateDate": "2026-01-01T00:00:00Z"}))]);
        assert_eq!((found.boundary, found.tags, defects), (Boundary::Absent, Some(Vec::new()), 0));
        assert_eq!((found.inline_names, found.attached), (None, None), "the document has no lists");
        let bounded = json!({"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:b"}, "Tags": [{"Key": "k", "Value": "v"}]});
        let (found, _) = read_roles(&[role(&bounded)]);
        assert_eq!(found.boundary, Boundary::Policy("arn:b".to_owned()));
        assert_eq!(found.tags, Some(vec![("k".to_owned(), "v".to_owned())]));
    }

    #[test]
    fn a_damaged_part_is_not_known() {
        let (found, defects) = read_roles(&[role(&json!({"PermissionsBoundary": 7, "Tags": [7]}))]);
        assert_eq!((found.boundary, found.tags, defects), (Boundary::NotSaved, None, 2));
        for tag in [json!({"Key": "k"}), json!({"Key": "k", "Value": null})] {
            assert_eq!(read_roles(&[role(&json!({"Tags": [tag]}))]).0.tags, None);
        }
        let empty = json!({"Tags": [{"Key": "k", "Value": ""}]});
        assert_eq!(read_roles(&[role(&empty)]).0.tags, Some(vec![("k".to_owned(), String::new())]));
        let (found, _) = read_roles(&[role(&json!({"PermissionsBoundary": null, "Tags": null}))]);
        assert_eq!((found.boundary, found.tags), (Boundary::NotSaved, None));
    }

    #[test]
    fn parts_that_differ_are_not_known() {
        let trust = json!({"AssumeRolePolicyDocument": "{\"Statement\": [ ]}"});
        let (found, defects) = read_roles(&[role(&json!({})), role(&trust)]);
        assert!(found.trust.is_some() && defects == 0, "two forms of one policy");
        let other = json!({"AssumeRolePolicyDocument": {}, "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:b"}});
        let (found, defects) = read_roles(&[role(&json!({})), role(&other)]);
        assert_eq!((found.trust, found.boundary, defects), (None, Boundary::NotSaved, 1));
        assert_eq!(found.role_id.as_deref(), Some("AROA1"));
    }
}
