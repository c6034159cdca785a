//! `aws secretsmanager describe-secret`, `list-secrets` and `get-resource-policy`: reads one secret as a [`Secret`].
//!
//! The value of a secret is never read: an answer of `get-secret-value` is refused.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::inventory::resource_parts::{complete_policy, holds_policy, tags};
use crate::model::access::{SavedPolicy, Secret};
use crate::model::arn::Arn;
use crate::model::time::Timestamp;

/// Keys that only a description has, and not the answer of `get-resource-policy`.
const OF_DESCRIPTION: [&str; 4] =
    ["CreatedDate", "LastChangedDate", "VersionIdsToStages", "SecretVersionsToStages"];

/// Keys of the value of a secret.
const VALUES: [&str; 2] = ["SecretString", "SecretBinary"];

/// Reads one secret; none if it has no `ARN`, or holds the value.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Secret> {
    if VALUES.iter().any(|key| item.has_key(key)) {
        let text = "expected a description, found the value of a secret (`secretsmanager get-secret-value`): delete the file, \
                    and save `secretsmanager describe-secret` instead";
        item.note(text.to_owned());
        return None;
    }
    let key = item.text("KmsKeyId");
    // A key that cannot be read is not the AWS managed key.
    let shows_key = key.is_some() || !item.has_key("KmsKeyId");
    Some(Secret {
        arn: arn(item)?,
        name: item.text("Name"),
        is_described: shows_key && OF_DESCRIPTION.iter().any(|key| item.has(key)),
        key,
        deleted_at: item.time("DeletedDate"),
        created_at: item.time("CreatedDate"),
        changed_at: item.time("LastChangedDate"),
        stages: stages(item),
        policy: policy(item),
        tags: tags(item, "Tags"),
    })
}

/// Other things than secrets have an `ARN` and a `Name` too.
fn arn(item: DocumentItem<'_>) -> Option<String> {
    let arn = item.identifier("ARN")?;
    let is_secret = Arn::parse(&arn).is_some_and(|parts| parts.service == "secretsmanager");
    if !is_secret {
        item.note("`ARN`: expected the ARN of a secret, found another text".to_owned());
    }
    Some(arn).filter(|_| is_secret)
}

/// The staging labels of all versions, sorted. `list-secrets` has another key than `describe-secret`.
fn stages(item: DocumentItem<'_>) -> Option<Vec<String>> {
    let key = ["VersionIdsToStages", "SecretVersionsToStages"].into_iter().find(|key| item.has(key))?;
    let versions = item.item(key)?;
    let mut stages = item.without_note(|| versions.lists_of_texts())?.concat();
    stages.sort();
    stages.dedup();
    Some(stages)
}

/// `get-resource-policy` omits the policy of a secret that has none. An item of a list is never its answer.
fn policy(item: DocumentItem<'_>) -> SavedPolicy {
    let policy = holds_policy(item, "ResourcePolicy");
    let is_answer =
        item.place().is_none() && item.has("Name") && item.has_only(&["ARN", "Name", "ResponseMetadata"]);
    if policy == SavedPolicy::NotSaved && is_answer {
        return SavedPolicy::Absent;
    }
    policy
}

impl Describe for Secret {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.arn.clone()
    }

    fn complete(&mut self, other: &Self) {
        if !self.is_described {
            self.is_described = other.is_described;
            complete_option(&mut self.key, other.key.as_ref());
            complete_option(&mut self.deleted_at, other.deleted_at.as_ref());
        }
        complete_option(&mut self.name, other.name.as_ref());
        complete_option(&mut self.created_at, other.created_at.as_ref());
        complete_option(&mut self.changed_at, other.changed_at.as_ref());
        complete_option(&mut self.stages, other.stages.as_ref());
        complete_policy(&mut self.policy, &other.policy);
        complete_option(&mut self.tags, other.tags.as_ref());
    }

    fn rank(&self) -> (usize, i64, Option<Timestamp>) {
        (0, 0, self.changed_at)
    }

    /// A policy has no date, and so have descriptions of the same day.
    fn invalidate(&mut self, others: &[Self]) {
        let differ = |other: &Self| other.policy != SavedPolicy::NotSaved && other.policy != self.policy;
        if others.iter().any(differ) {
            self.policy = SavedPolicy::NotSaved;
        }
        let same_day = |other: &&Self| other.is_described && other.changed_at == self.changed_at;
        for other in others.iter().filter(same_day) {
            if other.key != self.key {
                self.is_described = false;
            }
            if other.deleted_at != self.deleted_at {
                self.deleted_at = None;
            }
            if other.stages.is_some() && other.stages != self.stages {
                self.stages = None;
            }
        }
        if !self.is_described {
            self.key = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::{Inventory, parse};
    use crate::model::access::PolicyText;

    const ARN: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-AbC1dE";

    fn read_from(documents: &[Value]) -> (Inventory, Vec<String>) {
        let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let (inventory, defects, _) = parse(texts.iter().map(|text| ("f.json", text.as_bytes())));
        let reversed = parse(texts.iter().rev().map(|text| ("f.json", text.as_bytes()))).0;
        assert_eq!(inventory, reversed);
        (inventory, defects.iter().map(|(_, _, place)| format!("{place:?}")).collect())
    }

    fn one(document: &Value) -> (Secret, usize) {
        let (inventory, defects) = read_from(std::slice::from_ref(document));
        (inventory.secrets.get(ARN).cloned().unwrap_or_default(), defects.len())
    }

    fn described(more: &Value) -> Value {
        let mut value = json!({"ARN": ARN, "Name": "orders/db", "CreatedDate": "2026-01-01T00:00:00Z",
            "LastChangedDate": 1_790_000_000.5, "VersionIdsToStages": {"0f": ["AWSCURRENT"], "1e": ["AWSPREVIOUS", "AWSCURRENT"]}});
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    }

    #[test]
    fn a_description_is_read() {
        let more = json!({"KmsKeyId": "alias/orders", "DeletedDate": "2026-11-20T00:00:00Z",
            "Tags": [{"Key": "team", "Value": "a"}, {"Key": "b", "Value": ""}]});
        let (secret, defects) = one(&described(&more));
        assert_eq!(
            (secret.name.as_deref(), secret.key.as_deref()),
            (Some("orders/db"), Some("alias/orders"))
        );
        assert!(secret.is_described && secret.deleted_at.is_some() && secret.created_at.is_some());
        assert_eq!(secret.stages, Some(vec!["AWSCURRENT".to_owned(), "AWSPREVIOUS".to_owned()]));
        let tags = secret.tags.unwrap();
        assert_eq!(tags, [("team", "a"), ("b", "")].map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!((secret.policy, defects), (SavedPolicy::NotSaved, 0));
    }

    #[test]
    fn a_list_has_the_same_fields() {
        let list = json!({"SecretList": [{"ARN": ARN, "Name": "orders/db", "SecretVersionsToStages": {"0f": ["AWSCURRENT"]}}]});
        let (secret, defects) = one(&list);
        assert!(secret.is_described && secret.key.is_none());
        assert_eq!((secret.stages.as_deref(), defects), (Some(&["AWSCURRENT".to_owned()][..]), 0));
    }

    #[test]
    fn a_policy_is_there_or_absent_or_not_known() {
        let check = |document: Value, want: SavedPolicy, defects| {
            let (secret, found) = one(&document);
            assert_eq!((secret.policy, found), (want, defects), "{document}");
        };
        let saved = || SavedPolicy::Saved(PolicyText("{}".to_owned()));
        check(json!({"ARN": ARN, "Name": "n", "ResourcePolicy": "{}"}), saved(), 0);
        check(json!({"ARN": ARN, "Name": "n", "ResourcePolicy": {}}), saved(), 0);
        check(json!({"ARN": ARN, "Name": "n"}), SavedPolicy::Absent, 0);
        check(json!({"ARN": ARN, "Name": "n", "KmsKeyId": "k"}), SavedPolicy::NotSaved, 0);
        check(json!([{"ARN": ARN, "Name": "n"}]), SavedPolicy::NotSaved, 0);
        check(json!({"SecretList": [{"ARN": ARN, "Name": "n"}]}), SavedPolicy::NotSaved, 0);
        check(described(&json!({})), SavedPolicy::NotSaved, 0);
        check(json!({"ARN": ARN, "Name": "n", "ResourcePolicy": null}), SavedPolicy::NotSaved, 0);
        check(json!({"ARN": ARN, "Name": "n", "ResourcePolicy": ""}), SavedPolicy::NotSaved, 0);
        check(json!({"ARN": ARN, "Name": "n", "ResourcePolicy": [1]}), SavedPolicy::NotSaved, 1);
    }

    #[test]
    fn an_absent_value_is_not_known() {
        let check = |more: Value, is_described, has_stages, defects| {
            let (secret, found) = one(&described(&more));
            assert_eq!(
                (secret.is_described, secret.stages.is_some(), found),
                (is_described, has_stages, defects),
                "{more}"
            );
        };
        check(json!({}), true, true, 0);
        check(json!({"KmsKeyId": null}), false, true, 0);
        check(json!({"KmsKeyId": ""}), false, true, 0);
        check(json!({"KmsKeyId": [7]}), false, true, 1);
        check(json!({"VersionIdsToStages": null}), true, false, 0);
        check(json!({"VersionIdsToStages": {}}), true, true, 0);
        check(json!({"VersionIdsToStages": {"a": null}}), true, false, 1);
        check(json!({"VersionIdsToStages": {"a": "AWSCURRENT"}}), true, false, 1);
        check(json!({"VersionIdsToStages": ["AWSCURRENT"]}), true, false, 1);
        check(json!({"Tags": [{"Key": 7}, 3]}), true, true, 1);
    }

    #[test]
    fn descriptions_complete_each_other_and_the_latest_wins() {
        let policy = json!({"ARN": ARN, "Name": "orders/db", "ResourcePolicy": "{}"});
        let (inventory, defects) = read_from(&[described(&json!({"KmsKeyId": "k"})), policy.clone()]);
        let secret = &inventory.secrets[ARN];
        assert!(secret.is_described && secret.key.is_some() && secret.policy != SavedPolicy::NotSaved);
        assert_eq!(defects.len(), 0);
        let later = described(&json!({"LastChangedDate": 1_790_000_001}));
        let (inventory, defects) =
            read_from(&[described(&json!({"KmsKeyId": "k", "DeletedDate": 1_790_000_000})), later]);
        let secret = &inventory.secrets[ARN];
        assert!(secret.is_described && secret.key.is_none() && secret.deleted_at.is_none());
        assert_eq!(defects.len(), 1, "they differ");
        let (inventory, _) =
            read_from(&[described(&json!({"KmsKeyId": "k"})), described(&json!({"KmsKeyId": "l"}))]);
        let secret = &inventory.secrets[ARN];
        assert!(!secret.is_described && secret.key.is_none());
        let other = json!({"ARN": ARN, "Name": "orders/db", "ResourcePolicy": "{\"Statement\": []}"});
        let (inventory, _) = read_from(&[policy, other]);
        assert_eq!(inventory.secrets[ARN].policy, SavedPolicy::NotSaved);
    }

    #[test]
    fn the_value_of_a_secret_is_refused() {
        for document in [
            json!({"ARN": ARN, "Name": "n", "VersionId": "v", "SecretString": "hunter2", "VersionStages": ["AWSCURRENT"]}),
            json!({"ARN": ARN, "Name": "n", "SecretBinary": "aHVudGVyMg=="}),
            json!({"SecretString": "hunter2"}),
            json!({"SecretString": {"password": "hunter2"}, "Name": ["hunter2"]}),
            json!([{"ARN": ARN, "Name": "n", "SecretString": "hunter2"}]),
            json!({"SecretList": [{"ARN": ARN, "Name": "n", "SecretString": null}]}),
            json!({"SecretValues": [{"ARN": ARN, "Name": "n", "SecretString": "hunter2"}], "Errors": []}),
            json!({"ARN": "hunter2", "Name": "hunter2"}),
            json!({"ARN": ["hunter2"], "Name": {"hunter2": "hunter2"}, "KmsKeyId": {"hunter2": 1}, "CreatedDate": "hunter2"}),
        ] {
            let (inventory, defects) = read_from(std::slice::from_ref(&document));
            assert!(inventory.secrets.is_empty(), "{document}");
            assert!(!defects.is_empty(), "{document}");
            assert!(!format!("{inventory:?} {defects:?}").contains("hunter2"), "{document} {defects:?}");
        }
    }
}
