//! `aws iam get-policy`: reads `Policy` as a [`ManagedPolicy`] without the texts of its versions.

use crate::inventory::item::DocumentItem;
use crate::inventory::known_subjects::policy_name;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::access::{ManagedPolicy, PolicyVersion};
use crate::model::time::Timestamp;

/// Reads one policy; none if its `Arn` is not of a policy of IAM.
pub(super) fn read(item: DocumentItem<'_>) -> Option<ManagedPolicy> {
    let arn = item.identifier("Arn")?;
    policy_name(&arn)?;
    Some(ManagedPolicy {
        default_version_id: item.text("DefaultVersionId"),
        updated_at: item.time("UpdateDate"),
        arn,
        versions: Vec::new(),
    })
}

/// Reads one version; none without its id or its text.
pub(super) fn read_version(item: DocumentItem<'_>) -> Option<PolicyVersion> {
    Some(PolicyVersion {
        id: item.identifier("VersionId")?,
        is_default: item.flag("IsDefaultVersion") == Some(true),
        created_at: item.time("CreateDate"),
        document: item.policy("Document")?,
    })
}

impl Describe for ManagedPolicy {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.arn.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.default_version_id, other.default_version_id.as_ref());
        complete_option(&mut self.updated_at, other.updated_at.as_ref());
        let has = |versions: &[PolicyVersion], id: &str| versions.iter().any(|own| own.id == id);
        let added = other.versions.iter().filter(|version| !has(&self.versions, &version.id)).cloned();
        let added: Vec<PolicyVersion> = added.collect();
        self.versions.extend(added);
        self.versions.sort_by(|one, other| one.id.cmp(&other.id));
    }

    /// The description with the later `UpdateDate` is later.
    fn rank(&self) -> (usize, i64, Option<Timestamp>) {
        (0, 0, self.updated_at)
    }

    /// Without dates, it is not known which version counts.
    fn invalidate(&mut self, others: &[Self]) {
        let has_default = |one: &&Self| one.default_version_id.is_some();
        let mut defaults = others.iter().filter(has_default);
        let differs = |one: &Self| {
            one.default_version_id != self.default_version_id
                && (one.updated_at.is_none() || one.updated_at == self.updated_at)
        };
        if defaults.any(differs) || others[0].updated_at.is_none() && others.len() > 1 {
            self.default_version_id = None;
            self.versions.iter_mut().for_each(|version| version.is_default = false);
        }
        // A version never changes, so two texts are not of one policy.
        let is_same = |version: &PolicyVersion| {
            let mut same = others.iter().flat_map(|one| &one.versions).filter(|other| other.id == version.id);
            same.all(|other| other.document == version.document)
        };
        self.versions.retain(is_same);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    const ARN: &str = "arn:aws:iam::123456789012:policy/p";

    fn read_from(documents: &[Value]) -> (Option<ManagedPolicy>, u64) {
        let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
        let (mut inventory, defects, _) = parse(texts.iter().map(|text| ("f.json", text.as_bytes())));
        (inventory.managed_policies.remove(ARN), defects.iter().map(|(_, count, _)| count).sum())
    }

    fn policy(version: &str, updated: &Value) -> Value {
        json!({"Policy": {"Arn": ARN, "PolicyName": "p", "DefaultVersionId": version, "UpdateDate": updated}})
    }

    fn details(version: &str, updated: &Value, document: &Value) -> Value {
        let version = json!({"VersionId": version, "IsDefaultVersion": true, "Document": document});
        json!({"Policies": [{"Arn": ARN, "DefaultVersionId": version["VersionId"], "UpdateDate": updated,
            "PolicyVersionList": [version]}]})
    }

    #[test]
    fn the_later_description_names_the_version_that_counts() {
        let (old, new) = (json!("2026-01-01T00:00:00Z"), json!("2026-02-01T00:00:00Z"));
        let (found, _) = read_from(&[details("v1", &old, &json!({})), policy("v2", &new)]);
        let found = found.unwrap();
        assert_eq!(found.default_version_id.as_deref(), Some("v2"));
        assert_eq!(found.default_version(), None, "its text is not saved");
        let (found, defects) = read_from(&[details("v1", &old, &json!({})), policy("v1", &old)]);
        assert_eq!(
            (found.unwrap().default_version().map(|one| one.document.0.clone()), defects),
            (Some("{}".to_owned()), 0)
        );
    }

    #[test]
    fn without_dates_it_is_not_known_which_version_counts() {
        let (found, defects) =
            read_from(&[details("v1", &json!(null), &json!({})), policy("v2", &json!(null))]);
        assert_eq!((found.unwrap().default_version(), defects), (None, 1));
    }

    #[test]
    fn two_texts_of_one_version_are_not_known() {
        let at = json!("2026-01-01T00:00:00Z");
        let (found, defects) =
            read_from(&[details("v1", &at, &json!({})), details("v1", &at, &json!({"Version": "1"}))]);
        assert_eq!((found.unwrap().versions, defects), (Vec::new(), 1));
    }

    #[test]
    fn a_policy_of_another_service_is_none() {
        let other = json!({"Policies": [{"Id": "p-1", "Arn": "arn:aws:organizations::1:policy/o-1/p-1"}]});
        assert_eq!(read_from(&[other]), (None, 1));
    }
}
