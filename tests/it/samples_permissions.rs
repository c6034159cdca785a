//! The samples in which the network carried every request: the report names the role, policy, key or secret at fault, and the
//! mistake. The fix is checked twice: by the program, and here by making its last command's change in the saved documents.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::documents::{Documents, plain_words};
use crate::support::run::run;

/// A sample and the expected content of its report.
struct Sample {
    name: &'static str,
    /// Kind of the first culprit, and the end of its id.
    culprit: (&'static str, &'static str),
    /// Parts of the summary: the mistake.
    mistake: &'static [&'static str],
    /// Action and type of policy of the only denied request; none if the text is about a name.
    denied: Option<(&'static str, &'static str)>,
    /// Whether the program tried the fix on the saved policies.
    is_verified: bool,
}

const SAMPLES: [Sample; 4] = [
    Sample {
        name: "layer-bucket",
        culprit: ("vpc-endpoint", "vpce-083bcaf4144e6398b"),
        mistake: &["as saved", "the statement OwnBuckets allows it on other resources only"],
        denied: Some(("s3:GetObject", "endpoint")),
        is_verified: true,
    },
    Sample {
        name: "kms-key",
        culprit: ("key", ":key/3f0c5a1e-8b7d-4e26-9a41-6d2f7c90b8e3"),
        mistake: &["as saved", "no identity-based policy allows it"],
        denied: Some(("kms:Decrypt", "identity")),
        is_verified: true,
    },
    Sample {
        name: "secret-region",
        culprit: ("secret", ":eu-west-1:111122223333:secret:orders/database-Qx7TfB"),
        mistake: &[
            "as saved",
            "in another Region only: arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders/database-Qx7TfB",
        ],
        denied: None,
        is_verified: false,
    },
    Sample {
        name: "task-role",
        culprit: ("role", ":role/orders-execution"),
        mistake: &["as saved", "the task role arn:aws:iam::111122223333:role/orders has the permission"],
        denied: Some(("secretsmanager:GetSecretValue", "identity")),
        is_verified: true,
    },
];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The output of a sample's command in a format.
fn page(name: &str, format: &str) -> String {
    let (logs, metadata) = (format!("sample-data/{name}/logs"), format!("sample-data/{name}/metadata"));
    run(repository(), &["explain", &logs, "--metadata", &metadata, "--format", format]).stdout
}

/// The report on a sample's logs with these documents.
fn explain(sample: &str, metadata: &Path) -> Value {
    let (logs, metadata) = (format!("sample-data/{sample}/logs"), metadata.to_string_lossy());
    run(repository(), &["explain", &logs, "--metadata", &metadata, "--format", "json"]).json()
}

#[test]
fn the_thing_at_fault_and_the_mistake_are_named() {
    for Sample { name, culprit: (kind, id), mistake, denied, .. } in SAMPLES {
        let documents = Documents::copy_of(name);
        let report = explain(name, documents.folder.path());
        let verdict = &report["tasks"][0]["verdict"];
        assert_eq!(verdict["culprits"][0]["kind"], kind, "{name}");
        assert!(verdict["culprits"][0]["id"].as_str().expect("an id").ends_with(id), "{name}: {verdict}");
        let summary = verdict["summary"].as_str().expect("a summary");
        assert!(mistake.iter().all(|part| summary.contains(part)), "{name}: {summary}");
        let findings = verdict["findings"].as_array().expect("a list");
        let listed: Vec<_> = findings
            .iter()
            .map(|one| {
                (one["action"].as_str().expect("an action"), one["policy_type"].as_str().expect("a type"))
            })
            .collect();
        assert_eq!(listed, denied.into_iter().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn the_change_of_the_last_command_ends_the_denial() {
    for Sample { name, is_verified, .. } in SAMPLES {
        let documents = Documents::copy_of(name);
        let folder = documents.folder.path();
        let report = explain(name, folder);
        let fix = &report["incidents"][0]["fix"];
        assert_eq!(fix["verified"], is_verified, "{name}");
        let commands = fix["commands"].as_array().expect("a list");
        apply(folder, commands.last().and_then(Value::as_str).expect("a command"));
        let after = explain(name, folder);
        let verdict = &after["tasks"][0]["verdict"];
        assert_eq!(verdict["confidence"], "likely", "{name}: nothing that is saved explains the message now");
        let of_text = usize::from(name == "layer-bucket" || name == "task-role");
        assert_eq!(verdict["findings"].as_array().expect("a list").len(), of_text, "{name}: {verdict}");
    }
}

/// Makes the change of a command in the documents, as the account would show it afterwards.
fn apply(folder: &Path, command: &str) {
    let words = plain_words(command);
    let option = |name: &str| {
        let place = words.iter().position(|word| *word == name).expect("an option of the command");
        words[place + 1]
    };
    match words[2] {
        "put-role-policy" => {
            let (role, name) = (option("--role-name"), option("--policy-name"));
            let policy: Value = serde_json::from_str(option("--policy-document")).expect("JSON");
            let names = format!("role-policies-{role}.json");
            change(folder, &names, |list| push(list, "PolicyNames", name.into()));
            let file = format!("role-policy-{role}-{name}.json");
            let document = json!({"RoleName": role, "PolicyName": name, "PolicyDocument": policy});
            fs::write(folder.join(file), document.to_string()).expect("room for it");
        }
        "modify-vpc-endpoint" => change(folder, "vpc-endpoints.json", |list| {
            let endpoints = list["VpcEndpoints"].as_array_mut().expect("a list");
            let id = option("--vpc-endpoint-id");
            let endpoint = endpoints.iter_mut().find(|one| one["VpcEndpointId"] == id).expect("the endpoint");
            endpoint["PolicyDocument"] = option("--policy-document").into();
        }),
        "replicate-secret-to-regions" => {
            let file = fs::read(folder.join(format!("secrets-{}.json", option("--region")))).expect("a list");
            let there: Value = serde_json::from_slice(&file).expect("JSON");
            let mut replica = there["SecretList"][0].clone();
            assert_eq!(replica["ARN"], option("--secret-id"));
            let to = option("--add-replica-regions").strip_prefix("Region=").expect("a Region");
            replica["ARN"] = option("--secret-id").replace(option("--region"), to).into();
            change(folder, "secrets.json", |list| push(list, "SecretList", replica));
        }
        _ => panic!("a command that is new here: {command}"),
    }
}

fn change(folder: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let path = folder.join(file);
    let mut document = serde_json::from_slice(&fs::read(&path).expect("a document")).expect("JSON");
    change(&mut document);
    fs::write(path, document.to_string()).expect("room for it");
}

fn push(document: &mut Value, list: &str, value: Value) {
    document[list].as_array_mut().expect("a list").push(value);
}

/// `INSTA_UPDATE=always cargo test --test it samples_permissions` rewrites them. Of the HTML report, the style and the script
/// are the same for all reports, and left out.
#[test]
fn pages_are_as_reviewed() {
    for Sample { name, .. } in SAMPLES {
        insta::assert_snapshot!(name, page(name, "terminal"));
        let html = page(name, "html");
        let (_, body) = html.split_once("<main").expect("a main part");
        let (body, _) = body.split_once("</main>").expect("the end of the main part");
        insta::assert_snapshot!(format!("{name}_html"), format!("<main{body}</main>"));
    }
}
