//! `aws ecr get-registry-policy`: the policy of a private registry. The document names the account and not the Region, which the
//! manifest has; without one it is the only Region of all task definitions.

use std::collections::BTreeSet;

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::subject_policy::{SubjectPolicy, by_subject, present};
use crate::model::access::{RegistryPolicy, SavedPolicy};
use crate::model::arn::Arn;

const CALL: &str = "ecr get-registry-policy";

/// The policy of a registry.
pub(super) type PolicyOfRegistry = SubjectPolicy;

/// Reads one document.
pub(super) fn read(item: DocumentItem<'_>) -> Option<PolicyOfRegistry> {
    SubjectPolicy::read(item, "policyText", Some(item.identifier("registryId")?))
}

/// Adds the policy of each registry.
pub(super) fn complete(
    inventory: &mut Inventory,
    policies: impl Iterator<Item = PolicyOfRegistry>,
    _is_complete: bool,
) {
    let own = own_region(inventory);
    let placed: Vec<_> = policies
        .filter_map(|policy| {
            let registry = policy.within.clone()?;
            let entry = inventory.entry_of(&policy.file).ok()?;
            let region = entry.map_or_else(|| own.clone(), |entry| entry.region.clone());
            Some((key_of(&registry, region.as_deref()), policy.dated(inventory)))
        })
        .collect();
    for (key, policies) in by_subject(placed.into_iter()) {
        add(inventory, key, present(&policies));
    }
    let is_absent = "RegistryPolicyNotFoundException";
    let calls = inventory
        .manifest
        .calls
        .iter()
        .filter(|one| one.call == CALL && one.error.as_deref() == Some(is_absent));
    let absent: Vec<String> =
        calls.filter_map(|one| Some(key_of(one.account.as_deref()?, one.region.as_deref()))).collect();
    for key in absent {
        if !inventory.registry_policies.contains_key(&key) {
            add(inventory, key, SavedPolicy::Absent);
        }
    }
}

/// `ACCOUNT/REGION`, or `ACCOUNT` if the Region is not known.
fn key_of(registry: &str, region: Option<&str>) -> String {
    region.map_or_else(|| registry.to_owned(), |region| format!("{registry}/{region}"))
}

fn add(inventory: &mut Inventory, key: String, policy: SavedPolicy) {
    let (registry, region) = match key.split_once('/') {
        Some((registry, region)) => (registry, Some(region)),
        None => (key.as_str(), None),
    };
    let found =
        RegistryPolicy { registry_id: registry.to_owned(), region: region.map(ToOwned::to_owned), policy };
    inventory.registry_policies.insert(key, found);
}

/// The Region of all task definitions, if it is one.
fn own_region(inventory: &Inventory) -> Option<String> {
    let arns = inventory.task_definitions.keys().chain(inventory.tasks.keys());
    let regions: BTreeSet<&str> = arns.filter_map(|arn| Arn::parse(arn)?.region()).collect();
    regions.first().filter(|_| regions.len() == 1).map(|region| (*region).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::parse;

    #[test]
    fn the_region_comes_from_the_manifest_or_the_tasks() {
        let check = |documents: &[(&str, Value)], want: &[&str]| {
            let texts: Vec<(&str, String)> =
                documents.iter().map(|(file, value)| (*file, value.to_string())).collect();
            let (inventory, _, _) = parse(texts.iter().map(|(file, text)| (*file, text.as_bytes())));
            let found: Vec<String> = inventory
                .registry_policies
                .values()
                .map(|one| {
                    format!("{} {} {:?}", one.registry_id, one.region.as_deref().unwrap_or("-"), one.policy)
                })
                .collect();
            assert_eq!(found, want, "{documents:?}");
        };
        let policy = ("registry-policy.json", json!({"registryId": "1", "policyText": "{}"}));
        let definition = |region: &str| {
            let arn = format!("arn:aws:ecs:{region}:1:task-definition/a:1");
            ("d.json", json!({"taskDefinition": {"taskDefinitionArn": arn, "containerDefinitions": []}}))
        };
        let saved = "Saved(PolicyText(\"{}\"))";
        check(std::slice::from_ref(&policy), &[&format!("1 - {saved}")]);
        check(&[policy.clone(), definition("a-1")], &[&format!("1 a-1 {saved}")]);
        check(&[policy.clone(), definition("a-1"), definition("b-1")], &[&format!("1 - {saved}")]);
        let manifest = |error: Value| {
            let entry = json!({"file": "registry-policy.json", "call": "ecr get-registry-policy", "account": "1", "region": "c-1",
                "exit_code": if error.is_null() { 0 } else { 254 }, "error": error});
            ("manifest.json", json!({"flowcause_manifest": 1, "files": [entry]}))
        };
        check(&[policy, definition("a-1"), manifest(json!(null))], &[&format!("1 c-1 {saved}")]);
        check(&[manifest(json!("RegistryPolicyNotFoundException"))], &["1 c-1 Absent"]);
        check(&[manifest(json!("AccessDenied"))], &[]);
        check(&[("f.json", json!({"registryId": "1", "policyText": null}))], &[]);
    }
}
