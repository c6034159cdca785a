//! Values of secrets, parameters and variables in documents: wherever one stands, no output contains it.

use std::fs;
use std::path::Path;

use flowcause::pipeline::{LogInput, Options, explain};
use flowcause::progress::NoProgress;
use flowcause::render::{Format, RenderOptions, render};
use flowcause::report::Report;
use serde_json::{Value, json};

use crate::support::documents::Documents;
use crate::support::run::run;

/// A value that no output may contain.
const VALUE: &str = "hunter2";

/// The report on a sample's records with the documents of a folder.
fn report(sample: &str, metadata: &Path) -> Report {
    let logs = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(sample).join("logs");
    let options = Options {
        logs: vec![LogInput::Path(logs)],
        metadata: vec![metadata.to_owned()],
        threads: Some(1),
        ..Options::default()
    };
    explain(&options, &NoProgress).expect("records are there")
}

fn rendered(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    render(report, format, &RenderOptions::default(), &mut out).expect("memory takes it");
    String::from_utf8_lossy(&out).into_owned()
}

/// The output of `check` and of `inspect` on a folder.
fn other_outputs(sample: &str, folder: &Path) -> Vec<String> {
    let logs = format!("sample-data/{sample}/logs");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let metadata = folder.to_string_lossy();
    let commands: [&[&str]; 2] =
        [&["check", "--metadata", &metadata], &["inspect", &logs, "--metadata", &metadata]];
    commands.iter().map(|words| run(root, words)).map(|ran| format!("{}{}", ran.stdout, ran.stderr)).collect()
}

/// Documents with a value in a place of their own: name of the file, content, and the words by which the report shows that the
/// file was read; empty for policies, of which a report may show nothing.
fn plants() -> Vec<(&'static str, Value, &'static str)> {
    let statement = |more: Value| json!({"Version": "2012-10-17", "Statement": [more]});
    let policy = |document: Value| json!({"RoleName": "orders-execution", "PolicyName": "planted", "PolicyDocument": document});
    let allow = |key: &str, value: Value| {
        let mut one = json!({"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "*"});
        one[key] = value;
        one
    };
    let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/planted-AbCdEf";
    let container = json!({"name": "app", "image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1",
        "environment": [{"name": "A", "value": VALUE}]});
    vec![
        (
            "planted-secret.json",
            json!({"ARN": arn, "Name": "orders/planted", "SecretString": VALUE}),
            "found the value of a secret",
        ),
        (
            "planted-binary.json",
            json!({"ARN": arn, "Name": "orders/planted", "SecretBinary": VALUE}),
            "found the value of a secret",
        ),
        (
            "planted-list.json",
            json!({"SecretList": [{"ARN": arn, "Name": "p", "SecretString": VALUE}]}),
            "found the value of a secret",
        ),
        (
            "planted-parameter.json",
            json!({"Parameters": [{"Name": "/p", "Type": "SecureString", "Value": VALUE}]}),
            "found the value of a parameter",
        ),
        (
            "planted-one-parameter.json",
            json!({"Parameter": {"Name": "/p", "Type": "String", "Value": VALUE}}),
            "found the value of a parameter",
        ),
        (
            "planted-definition.json",
            json!({"taskDefinition": {"taskDefinitionArn":
            "arn:aws:ecs:eu-west-1:111122223333:task-definition/orders:14", "family": "orders", "revision": 14,
            "containerDefinitions": [container]}}),
            "found 2 that differ",
        ),
        ("planted-element.json", policy(statement(allow("SecretString", json!(VALUE)))), ""),
        (
            "planted-tag.json",
            policy(statement(allow("Condition", json!({"StringEquals": {"aws:x": [{"a": VALUE}]}})))),
            "",
        ),
        ("planted-text.json", policy(json!(format!("{{\"Statement\": {VALUE}"))), ""),
        (
            "planted-runbook.json",
            json!({"AutomationExecution": {"AutomationExecutionId": "73c8eef8-f4ee-4a05-820c-e354f0a1b2c3",
            "DocumentName": "AWSSupport-TroubleshootECSTaskFailedToStart", "AutomationExecutionStatus": "Success",
            "Parameters": {"ClusterName": ["production"], "TaskId": ["f8359608fe6e230b59f0209fe63bf02b"]},
            "StepExecutions": [{"StepName": "ExecutionResults", "Outputs": {"Payload": [VALUE]},
                "Inputs": {"InputPayload": VALUE}}],
            "Outputs": {"ExecutionResults.Payload": [format!("{{\"SecretString\": \"{VALUE}\"}}")]}}}),
            "\"runbook\"",
        ),
    ]
}

#[test]
fn no_value_appears_in_any_output() {
    let sample = "task-role";
    for (name, document, trace) in plants() {
        let documents = Documents::copy_of(sample);
        let folder = documents.folder.path();
        fs::write(folder.join(name), document.to_string()).expect("a file");
        let report = report(sample, folder);
        assert!(rendered(&report, Format::Json).contains(trace), "{name} was not read");
        for format in Format::ALL {
            assert!(!rendered(&report, format).contains(VALUE), "{name} {format:?}");
        }
        for page in other_outputs(sample, folder) {
            assert!(!page.contains(VALUE), "{name}: {page}");
        }
    }
}
