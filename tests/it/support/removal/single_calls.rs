//! The documents of single calls of IAM in place of `get-account-authorization-details`: files named by the contract, beside
//! a manifest.

use serde_json::{Value, json};

/// A document and the name of its file; none for a file of any name.
type Saved = (Option<String>, Value);

/// The folder of the manifest. Other documents lie outside, because a list beside a manifest without an entry counts as cut.
const FOLDER: &str = "collected";

/// The documents with the roles and policies from single calls; none if there are no roles.
pub(super) fn of(documents: &[Value]) -> Option<Vec<Saved>> {
    let is_of_account = |document: &&Value| document.get("RoleDetailList").is_some();
    let (details, others): (Vec<&Value>, Vec<&Value>) = documents.iter().partition(is_of_account);
    let mut saved: Vec<Saved> = others.into_iter().map(|document| (None, document.clone())).collect();
    let mut entries = Vec::new();
    for document in &details {
        for role in list(document, "RoleDetailList") {
            add_role(role, &mut saved, &mut entries);
        }
        for policy in list(document, "Policies") {
            add_policy(policy, &mut saved, &mut entries);
        }
    }
    let manifest = json!({"flowcause_manifest": 1, "files": entries});
    saved.push((Some(format!("{FOLDER}/manifest.json")), manifest));
    (!details.is_empty()).then_some(saved)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Saves the answer of a call, and notes the call.
fn save(
    saved: &mut Vec<Saved>,
    entries: &mut Vec<Value>,
    call: &str,
    file: String,
    subject: &Value,
    answer: Value,
) {
    let file = format!("{file}.json");
    entries.push(json!({"file": file, "call": call, "subject": subject, "account": "123456789012", "region": "", "filters": [],
        "all_pages": true, "saved_at": "2026-11-23T05:00:00Z", "exit_code": 0, "error": ""}));
    saved.push((Some(format!("{FOLDER}/{file}")), answer));
}

fn add_role(role: &Value, saved: &mut Vec<Saved>, entries: &mut Vec<Value>) {
    let (arn, name) = (&role["Arn"], role["RoleName"].as_str().expect("a name"));
    let mut own = role.clone();
    let fields = own.as_object_mut().expect("a role");
    fields.remove("RolePolicyList");
    fields.remove("AttachedManagedPolicies");
    save(saved, entries, "iam get-role", format!("role-{name}"), arn, json!({"Role": own}));
    let attached: Vec<&Value> = list(role, "AttachedManagedPolicies").collect();
    let answer = json!({"AttachedPolicies": attached, "IsTruncated": false});
    save(
        saved,
        entries,
        "iam list-attached-role-policies",
        format!("attached-role-policies-{name}"),
        arn,
        answer,
    );
    let names: Vec<&Value> = list(role, "RolePolicyList").map(|policy| &policy["PolicyName"]).collect();
    let answer = json!({"PolicyNames": names, "IsTruncated": false});
    save(saved, entries, "iam list-role-policies", format!("role-policies-{name}"), arn, answer);
    for (number, policy) in list(role, "RolePolicyList").enumerate() {
        let mut answer = policy.clone();
        answer["RoleName"] = json!(name);
        save(saved, entries, "iam get-role-policy", format!("role-policy-{name}-{number}"), arn, answer);
    }
}

fn add_policy(policy: &Value, saved: &mut Vec<Saved>, entries: &mut Vec<Value>) {
    let (arn, name) = (&policy["Arn"], policy["PolicyName"].as_str().expect("a name"));
    let mut own = policy.clone();
    own.as_object_mut().expect("a policy").remove("PolicyVersionList");
    save(saved, entries, "iam get-policy", format!("policy-{name}"), arn, json!({"Policy": own}));
    for version in list(policy, "PolicyVersionList") {
        let id = version["VersionId"].as_str().expect("an id");
        let file = format!("policy-version-{name}-{id}");
        save(saved, entries, "iam get-policy-version", file, arn, json!({"PolicyVersion": version}));
    }
}
