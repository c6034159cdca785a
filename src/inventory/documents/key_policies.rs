//! `aws kms get-key-policy`: the policy of a key, which the document does not name.

use crate::inventory::documents::Inventory;
use crate::inventory::documents::keys::named;
use crate::inventory::item::DocumentItem;
use crate::inventory::origin::FileContract;
use crate::inventory::subject_policy::{SubjectPolicy, by_subject, present};
use crate::model::document::DocumentKind;

/// How a file is named.
pub(super) const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::KeyPolicies,
    call: "kms get-key-policy",
    prefix: Some("key-policy-"),
    expected_name: Some("key-policy-KEYID.json"),
};

/// The policy of a key.
pub(super) type KeyPolicy = SubjectPolicy;

/// Reads one document.
pub(super) fn read(item: DocumentItem<'_>) -> Option<KeyPolicy> {
    SubjectPolicy::read(item, "Policy", item.text("KeyId"))
}

/// Gives each key its policy; a key that no other document describes is added.
pub(super) fn complete(
    inventory: &mut Inventory,
    policies: impl Iterator<Item = KeyPolicy>,
    _is_complete: bool,
) {
    let known = inventory.known_keys();
    let mut placed = Vec::new();
    for policy in policies {
        let found = policy.place(inventory, &CONTRACT, &known);
        placed.extend(found.map(|(subject, policy)| (inventory.arn_of_key(&subject), policy)));
    }
    for (arn, policies) in by_subject(placed.into_iter()) {
        let key = inventory.keys.entry(arn.clone()).or_insert_with(|| named(&arn));
        key.policy = present(&policies);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::{Inventory, parse};
    use crate::model::access::SavedPolicy;

    const ARN: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";

    fn read_from(documents: &[(&str, Value)]) -> (Inventory, u64) {
        let texts: Vec<(&str, String)> =
            documents.iter().map(|(file, value)| (*file, value.to_string())).collect();
        let (inventory, defects, _) = parse(texts.iter().map(|(file, text)| (*file, text.as_bytes())));
        (inventory, defects.iter().map(|(_, count, _)| count).sum())
    }

    fn is_saved(inventory: &Inventory) -> bool {
        inventory.keys.get(ARN).is_some_and(|key| matches!(key.policy, SavedPolicy::Saved(_)))
    }

    #[test]
    fn the_key_is_named_by_the_document_the_file_or_the_manifest() {
        let policy = json!({"Policy": "{\"Statement\": []}", "PolicyName": "default"});
        let key = ("k.json", json!({"KeyMetadata": {"KeyId": "1234abcd", "Arn": ARN}}));
        let check = |documents: &[(&str, Value)], want: bool, unplaced: usize| {
            let (inventory, defects) = read_from(documents);
            assert_eq!(
                (is_saved(&inventory), inventory.unplaced.len(), defects),
                (want, unplaced, 0),
                "{documents:?}"
            );
        };
        check(&[("key-policy-1234abcd.json", policy.clone()), key.clone()], true, 0);
        check(&[("key-policy-1234abcd.json", json!({"Policy": "{}"})), key.clone()], true, 0);
        check(&[("x.json", json!({"Policy": "{}", "PolicyName": "default", "KeyId": ARN}))], true, 0);
        check(
            &[(
                "x.json",
                json!({"Policy": {"Version": "2012-10-17", "Statement": []}, "PolicyName": "default", "KeyId": ARN}),
            )],
            true,
            0,
        );
        check(&[("x.json", policy.clone()), key.clone()], false, 1);
        check(&[("key-policy-5678.json", policy.clone()), key.clone()], false, 1);
        let entry = json!({"file": "x.json", "call": "kms get-key-policy", "subject": ARN, "exit_code": 0});
        let manifest = ("manifest.json", json!({"flowcause_manifest": 1, "files": [entry]}));
        check(&[("x.json", policy), manifest], true, 0);
    }

    #[test]
    fn damage_and_contradictions_decide_nothing() {
        let check = |documents: &[Value], defects: u64| {
            let named: Vec<(&str, Value)> = documents.iter().map(|one| ("f.json", one.clone())).collect();
            let (inventory, found) = read_from(&named);
            assert_eq!((is_saved(&inventory), found), (false, defects), "{documents:?}");
        };
        let policy = |policy: Value| json!({"Policy": policy, "PolicyName": "default", "KeyId": ARN});
        check(&[policy(json!(null))], 1);
        check(&[policy(json!(""))], 1);
        check(&[policy(json!([1]))], 1);
        check(&[policy(json!("{}")), policy(json!("{\"Statement\": []}"))], 0);
    }
}
