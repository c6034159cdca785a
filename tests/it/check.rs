//! `flowcause check`, run on the command line.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::commands::is_permitted;
use crate::support::run::{Ran, finish, flowcause, run};

const DOCUMENTS: &str = include_str!("../fixtures/check/metadata.json");

/// A folder with `metadata/` of a small VPC, after some texts in it were replaced.
fn folder(replaced: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut text = DOCUMENTS.to_owned();
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    fs::create_dir(folder.path().join("metadata")).expect("a folder");
    fs::write(folder.path().join("metadata/all.json"), text).expect("a file");
    folder
}

fn check(folder: &Path, more: &[&str]) -> Ran {
    run(folder, &[&["check", "--metadata", "metadata"], more].concat())
}

fn json(folder: &Path) -> Value {
    check(folder, &["--format", "json"]).json()
}

/// `INSTA_UPDATE=always cargo test --test it check` rewrites both.
#[test]
fn the_answer_and_the_help_are_as_reviewed() {
    let ran = check(folder(&[]).path(), &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!("check_answer", ran.stdout);
    let help = run(Path::new("."), &["check", "--help"]);
    insta::assert_snapshot!("check_help", help.stdout.replace("flowcause.exe", "flowcause"));
}

#[test]
fn exit_codes_are_those_of_the_contract() {
    let folder = folder(&[]);
    let code = |more: &[&str], code| assert_eq!(check(folder.path(), more).code, Some(code), "{more:?}");
    code(&[], 0);
    code(&["--fail-on", "blocked"], 10);
    code(&["--subnet", "subnet-0a31"], 0);
    code(&["--subnet", "subnet-9"], 2);
    code(&["--security-group", "sg-0a7a"], 2);
    code(&["--output", "none/check.json"], 2);
    assert_eq!(run(folder.path(), &["check", "--metadata", "gone"]).code, Some(2));
    let nowhere = self::folder(&[("\"serviceArn\"", "\"arn\"")]);
    let ran = check(nowhere.path(), &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""));
    assert!(ran.stderr.contains("describe-services"), "{}", ran.stderr);
    let open = self::folder(&[
        ("10.41.0.0/16", "10.40.0.0/16"),
        ("envoyproxy/envoy:v1.31", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/proxy:1"),
        ("/orders/flags", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:flags-AbCdEf"),
        ("\"PrefixListIds\": []", "\"PrefixListIds\": [{\"PrefixListId\": \"pl-0635\"}]"),
    ]);
    let ran = check(open.path(), &["--fail-on", "blocked"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    assert!(ran.stdout.starts_with("REACHABLE "), "{}", ran.stdout);
}

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    serde_json::from_slice(&fs::read(path).expect("the schema")).expect("JSON")
}

#[test]
fn json_follows_its_schema() {
    let schema = schema("check-v1.schema.json");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let valid = |answer: &Value| {
        let problems: Vec<String> = validator
            .iter_errors(answer)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(problems, Vec::<String>::new());
    };
    valid(&json(folder(&[]).path()));
    valid(&json(folder(&[("\"VpcEndpoints\"", "\"Others\"")]).path()));
    let asked = check(folder(&[]).path(), &["--subnet", "subnet-0e12", "--format", "json"]).json();
    valid(&asked);
    let mut wrong = asked.clone();
    wrong["launch_targets"][0]["services"][0]["reachability"] = "maybe".into();
    assert!(!validator.is_valid(&wrong));
    wrong = asked;
    wrong["launch_targets"][0]["services"][1]["cause"] = "gremlins".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn both_schemas_use_the_same_words() {
    let (check, report) = (schema("check-v1.schema.json"), schema("report-v1.schema.json"));
    for name in ["hop", "culprit", "culpritKind", "defect", "defectKind", "deniedRequest", "missing"] {
        assert_eq!(check["$defs"][name], report["$defs"][name], "{name}");
    }
    let of_reports = report["$defs"]["cause"]["enum"].as_array().expect("a list");
    for cause in check["$defs"]["cause"]["enum"].as_array().expect("a list") {
        assert!(of_reports.contains(cause), "{cause}");
    }
}

#[test]
fn names_from_documents_do_no_harm() {
    let folder = folder(&[
        ("\"serviceName\": \"orders\"", "\"serviceName\": \"\\u001b[2Jorders\\u202e\""),
        ("vpce-0552", "vpce-0552;reboot"),
        ("sg-0106", "--endpoint-url=x"),
    ]);
    let ran = check(folder.path(), &["--color", "never"]);
    assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}']), "{}", ran.stdout);
    for line in ran.stdout.lines().filter(|line| line.trim_start().starts_with("aws ")) {
        assert!(is_permitted(line.trim_start()), "{line}");
    }
    let answer = json(folder.path());
    let commands = answer["launch_targets"][0]["fix"]["commands"].as_array().expect("a list");
    assert_eq!(commands.len(), 1, "{commands:?}");
}

#[test]
fn a_format_that_only_explain_has_is_refused() {
    let folder = folder(&[]);
    let mut command = flowcause(folder.path());
    command.args(["check", "--metadata", "metadata"]).env("FLOWCAUSE_FORMAT", "html");
    let ran = finish(&mut command);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("`FLOWCAUSE_EXPLAIN_FORMAT`"), "{}", ran.stderr);
}

#[test]
fn the_order_of_documents_does_not_matter() {
    let forwards = json(folder(&[]).path());
    let backwards = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(backwards.path().join("metadata")).expect("a folder");
    let documents: Vec<Value> =
        serde_json::Deserializer::from_str(DOCUMENTS).into_iter().map(|one| one.expect("JSON")).collect();
    for (number, document) in documents.iter().rev().enumerate() {
        let path = backwards.path().join(format!("metadata/{number:02}.json"));
        fs::write(path, document.to_string()).expect("a file");
    }
    assert_eq!(json(backwards.path())["launch_targets"], forwards["launch_targets"]);
}

/// The control that stopped the tasks of a sample is in its saved configuration too, unless that was saved after the repair.
#[test]
fn a_check_of_a_sample_names_the_cause_that_its_logs_prove() {
    let check = |name: &str, cause: &str| {
        let metadata = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name).join("metadata");
        let metadata = metadata.to_string_lossy();
        let answer = run(Path::new("."), &["check", "-m", &metadata, "--format", "json"]).json();
        let places = answer["launch_targets"].as_array().expect("a list");
        let place = places.iter().find(|place| place["service_name"] == "orders").expect("its service");
        let services = place["services"].as_array().expect("a list").iter();
        let causes: Vec<&str> = services.filter_map(|service| service["cause"].as_str()).collect();
        assert!(!causes.is_empty() && causes.iter().all(|found| *found == cause), "{name}: {causes:?}");
        assert_eq!(place["fix"]["verified"], true, "{name}");
    };
    check("endpoint-group", "endpoint-sg-blocks-ingress");
    check("nat-without-way-out", "nat-broken");
    check("no-public-address", "no-public-ip");
    check("private-dns-off", "private-dns-off");
    check("s3-prefix-list", "task-sg-blocks-egress");
}
