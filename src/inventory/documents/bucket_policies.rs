//! `aws s3api get-bucket-policy`: the policy of a bucket, which the document does not name.
//!
//! Older versions of the AWS CLI print a key policy in the same form: then the name of the file or the manifest decides.

use crate::inventory::documents::Inventory;
use crate::inventory::documents::key_policies;
use crate::inventory::item::DocumentItem;
use crate::inventory::origin::FileContract;
use crate::inventory::subject_policy::{SubjectPolicy, by_subject, present};
use crate::model::access::{Bucket, SavedPolicy};
use crate::model::document::DocumentKind;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::BucketPolicies,
    call: "s3api get-bucket-policy",
    prefix: Some("bucket-policy-"),
    expected_name: Some("bucket-policy-BUCKET.json"),
};

/// The policy of a bucket.
pub(super) type BucketPolicy = SubjectPolicy;

/// Reads one document.
pub(super) fn read(item: DocumentItem<'_>) -> Option<BucketPolicy> {
    SubjectPolicy::read(item, "Policy", item.text("Bucket"))
}

/// Gives each bucket its policy.
pub(super) fn complete(
    inventory: &mut Inventory,
    policies: impl Iterator<Item = BucketPolicy>,
    is_complete: bool,
) {
    let known = inventory.known_buckets();
    let (of_keys, of_buckets): (Vec<_>, Vec<_>) = policies.partition(|one| is_of_key(inventory, one));
    key_policies::complete(inventory, of_keys.into_iter(), is_complete);
    let mut placed = Vec::new();
    for policy in of_buckets {
        let found = policy.place(inventory, &CONTRACT, &known);
        placed.extend(found.map(|(subject, policy)| (name_of(&subject), policy)));
    }
    for (name, policies) in by_subject(placed.into_iter()) {
        inventory.buckets.insert(name.clone(), Bucket { name, policy: present(&policies) });
    }
    for subject in inventory.subjects_without_policy(CONTRACT.call, "NoSuchBucketPolicy") {
        let name = name_of(&subject);
        let absent = || Bucket { name: name.clone(), policy: SavedPolicy::Absent };
        inventory.buckets.entry(name.clone()).or_insert_with(absent);
    }
}

fn is_of_key(inventory: &Inventory, policy: &SubjectPolicy) -> bool {
    let call = inventory.entry_of(&policy.file).ok().flatten().map(|entry| entry.call.as_str());
    let name = policy.file.rsplit(['/', '\\']).next().unwrap_or_default();
    call.map_or_else(
        || key_policies::CONTRACT.prefix.is_some_and(|prefix| name.starts_with(prefix)),
        |call| call == key_policies::CONTRACT.call,
    )
}

/// The name of a bucket; the manifest has its ARN.
fn name_of(subject: &str) -> String {
    subject.rsplit(":::").next().unwrap_or(subject).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::parse;

    #[test]
    fn a_bucket_is_named_by_the_file_or_the_manifest() {
        let check = |documents: &[(&str, Value)], want: &str, unplaced: usize| {
            let texts: Vec<(&str, String)> =
                documents.iter().map(|(file, value)| (*file, value.to_string())).collect();
            let (inventory, defects, _) = parse(texts.iter().map(|(file, text)| (*file, text.as_bytes())));
            let policy = inventory.buckets.get("env.files").map(|bucket| format!("{:?}", bucket.policy));
            assert_eq!(policy.unwrap_or_default(), want, "{documents:?}");
            assert_eq!((inventory.unplaced.len(), defects.iter().count()), (unplaced, 0), "{documents:?}");
        };
        let definition = (
            "d.json",
            json!({"taskDefinition": {"taskDefinitionArn": "d", "containerDefinitions": [
            {"name": "a", "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::env.files/a/prod.env"}]}]}}),
        );
        let policy = || json!({"Policy": "{}"});
        let saved = "Saved(PolicyText(\"{}\"))";
        check(&[("bucket-policy-env.files.json", policy()), definition.clone()], saved, 0);
        check(&[("policy.json", policy()), definition], "", 1);
        let manifest = |error: Option<&str>| {
            let entry = json!({"file": "p.json", "call": "s3api get-bucket-policy", "subject": "arn:aws:s3:::env.files",
                "exit_code": if error.is_some() { 254 } else { 0 }, "error": error});
            ("manifest.json", json!({"flowcause_manifest": 1, "files": [entry]}))
        };
        check(&[("p.json", policy()), manifest(None)], saved, 0);
        check(&[manifest(Some("NoSuchBucketPolicy"))], "Absent", 0);
        check(&[manifest(Some("AccessDenied"))], "", 0);
    }
}
