//! The folder of one run of `flowcause collect`: its names of files, and `manifest.json`.

use serde_json::{Value, json};

use crate::support::incident::CLUSTER;
use crate::support::vpc::{ACCOUNT, REGION};

/// When the calls were made; the hour in which ECS still describes the task.
const SAVED_AT: &str = "2026-11-23T03:41:08Z";

/// A call, and its document unless it was refused.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    name: String,
    document: Option<Value>,
    /// None for a document that the script did not save.
    entry: Option<Value>,
}

impl Saved {
    /// The document of a call, in the file `name`.json.
    pub(super) fn of(name: &str, call: &str, document: &Value) -> Self {
        let entry = entry(name, call, 0, None, &[]);
        Self { name: format!("{name}.json"), document: Some(document.clone()), entry: Some(entry) }
    }

    /// A call without a document, because of an error.
    pub(super) fn refused(name: &str, call: &str, error: &str, filters: &[&str]) -> Self {
        let entry = entry(name, call, 254, Some(error), filters);
        Self { name: format!("{name}.json"), document: None, entry: Some(entry) }
    }

    /// A document that a person saved with a call of their own.
    pub(super) fn by_hand(name: &str, document: &Value) -> Self {
        Self { name: format!("{name}.json"), document: Some(document.clone()), entry: None }
    }

    /// The same, with the ARN of the thing that the call named.
    pub(super) fn about(mut self, subject: &str) -> Self {
        if let Some(entry) = &mut self.entry {
            entry["subject"] = subject.into();
        }
        self
    }
}

fn entry(name: &str, call: &str, code: i32, error: Option<&str>, filters: &[&str]) -> Value {
    let is_global = ["iam ", "organizations "].iter().any(|service| call.starts_with(service));
    json!({
        "account": ACCOUNT,
        "all_pages": code == 0,
        "call": call,
        "error": error,
        "exit_code": code,
        "file": format!("{name}.json"),
        "filters": filters,
        "region": (!is_global).then_some(REGION),
        "saved_at": SAVED_AT,
        "subject": null,
    })
}

/// The files of a folder: documents of the network with the names of the AWS calls, and documents of permissions.
pub(super) fn files(network: Vec<(String, Value)>, access: Vec<Saved>) -> Vec<(String, Value)> {
    let network = network.into_iter().flat_map(|(file, document)| renamed(&file, document));
    let saved: Vec<Saved> = network.chain(access).collect();
    let entries: Vec<Value> = saved.iter().filter_map(|one| one.entry.clone()).collect();
    let manifest = json!({ "flowcause_manifest": 1, "files": entries });
    let documents = saved.into_iter().filter_map(|one| Some((one.name, one.document?)));
    documents.chain([("manifest.json".to_owned(), manifest)]).collect()
}

/// A document of the network under the name that the script gives it.
fn renamed(file: &str, document: Value) -> Vec<Saved> {
    let (call, rest) = file
        .strip_suffix(".json")
        .expect("JSON")
        .split_once('.')
        .unwrap_or((file.strip_suffix(".json").expect("JSON"), ""));
    let short = call.strip_prefix("describe-").expect("a describing call");
    match call {
        "describe-tasks" => ["STOPPED", "RUNNING"].map(|status| tasks(&document, status)).into(),
        "describe-services" => {
            vec![Saved::of(&format!("services.{CLUSTER}.1"), "ecs describe-services", &document)]
        }
        "describe-task-definition" => {
            let revision = &document["taskDefinition"]["revision"];
            let name = format!("task-definition.{rest}.{revision}");
            vec![Saved::of(&name, "ecs describe-task-definition", &document)]
        }
        "describe-vpc-attribute" => {
            let vpc = document["VpcId"].as_str().expect("a VPC").to_owned();
            vec![Saved::of(&format!("{short}.{vpc}.{rest}"), &format!("ec2 {call}"), &document)]
        }
        _ => vec![Saved::of(short, &format!("ec2 {call}"), &document)],
    }
}

/// The tasks of one status, as the script lists and describes them.
fn tasks(document: &Value, status: &str) -> Saved {
    let all = document["tasks"].as_array().expect("a list");
    let tasks: Vec<&Value> = all.iter().filter(|task| task["desiredStatus"] == status).collect();
    let stamp = SAVED_AT.replace(['-', ':'], "");
    let name = format!("tasks.{CLUSTER}.{stamp}.{status}.1");
    Saved::of(&name, "ecs describe-tasks", &json!({ "failures": [], "tasks": tasks }))
}
