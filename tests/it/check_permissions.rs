//! The permissions of starts, by `flowcause check` on the command line.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::run::{Ran, run};

const NETWORK: &str = include_str!("../fixtures/check/metadata.json");
const PERMISSIONS: &str = include_str!("../fixtures/check/permissions.json");

/// A folder with the documents of an open network, and of the roles and resources of its service after some texts were replaced.
fn folder(replaced: &[(&str, &str)]) -> TempDir {
    let roles = "\"executionRoleArn\": \"arn:aws:iam::111122223333:role/orders-execution\", \
        \"taskRoleArn\": \"arn:aws:iam::111122223333:role/orders-task\",";
    let open = [
        ("10.41.0.0/16", "10.40.0.0/16"),
        ("envoyproxy/envoy:v1.31", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4"),
        ("\"PrefixListIds\": []", "\"PrefixListIds\": [{\"PrefixListId\": \"pl-0635\"}]"),
        ("\"PrivateDnsEnabled\": false", "\"PrivateDnsEnabled\": true"),
        ("\"networkMode\": \"awsvpc\",", &format!("\"networkMode\": \"awsvpc\", {roles}")),
    ];
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut permissions = PERMISSIONS.to_owned();
    for (from, to) in replaced {
        assert!(permissions.contains(from), "{from}");
        permissions = permissions.replace(from, to);
    }
    let network = open.iter().fold(NETWORK.to_owned(), |text, (from, to)| text.replace(from, to));
    fs::create_dir(folder.path().join("metadata")).expect("a folder");
    fs::write(folder.path().join("metadata/network.json"), network).expect("a file");
    if !permissions.is_empty() {
        fs::write(folder.path().join("metadata/permissions.json"), permissions).expect("a file");
    }
    folder
}

fn check(folder: &TempDir, more: &[&str]) -> Ran {
    run(folder.path(), &[&["check", "--metadata", "metadata"], more].concat())
}

/// The permission that the execution role lacks, as its policy has it.
const LACKING: (&str, &str) = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue");

/// `INSTA_UPDATE=always cargo test --test it check_permissions` rewrites it.
#[test]
fn the_answer_is_as_reviewed() {
    let ran = check(&folder(&[]), &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!("check_permissions", ran.stdout);
}

#[test]
fn a_certain_denial_fails_a_check_and_what_is_not_known_does_not() {
    let code = |replaced: &[(&str, &str)], code, first: &str| {
        let ran = check(&folder(replaced), &["--fail-on", "blocked"]);
        assert_eq!(ran.code, Some(code), "{}", ran.stdout);
        assert!(ran.stdout.starts_with(first), "{}", ran.stdout);
    };
    code(&[], 10, "DENIED Tasks may not make secretsmanager:GetSecretValue in 2 of 2 ");
    code(&[LACKING], 0, "REACHABLE ");
    // The policy of the secret, which may allow the request, is not saved.
    let not_policy =
        ("\"Name\": \"db\"\n}", "\"Name\": \"db\", \"CreatedDate\": \"2026-01-01T00:00:00Z\"\n}");
    code(&[not_policy], 0, "REACHABLE ");
    // A disabled key and a missing log group.
    code(&[LACKING, ("\"Enabled\"", "\"Disabled\"")], 10, "DENIED Tasks cannot use key");
    code(
        &[LACKING, ("log-group:/ecs/orders:", "log-group:/ecs/old:"), ("\"/ecs/orders\"", "\"/ecs/old\"")],
        10,
        "DENIED ",
    );
    let condition = (
        "\"Sid\": \"Secret\",",
        "\"Sid\": \"Secret\", \"Condition\": {\"StringEquals\": {\"aws:PrincipalOrgID\": \"o-1\"}},",
    );
    code(&[LACKING, condition], 0, "REACHABLE ");
    code(&[(PERMISSIONS, "")], 0, "REACHABLE ");
}

#[test]
fn json_follows_its_schema_and_lists_findings_as_a_report_does() {
    let schema =
        fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/check-v1.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_slice(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for replaced in [&[][..], &[LACKING], &[(PERMISSIONS, "")]] {
        let answer = check(&folder(replaced), &["--format", "json"]).json();
        let problems: Vec<String> = validator.iter_errors(&answer).map(|one| one.to_string()).collect();
        assert_eq!(problems, Vec::<String>::new());
    }
    let answer = check(&folder(&[]), &["--format", "json"]).json();
    let permissions = &answer["launch_targets"][0]["permissions"];
    assert_eq!(permissions["answer"], "denied");
    let requests = permissions["requests"].as_array().expect("a list");
    let denied: Vec<&Value> = requests.iter().filter(|one| one["answer"] == "denied").collect();
    let finding = &denied[0]["findings"][0];
    for (key, want) in [
        ("action", "secretsmanager:GetSecretValue"),
        ("principal", "arn:aws:iam::111122223333:role/orders-execution"),
        ("policy_type", "identity"),
        ("effect", "implicit"),
        ("cause", "permission-missing"),
    ] {
        assert_eq!(finding[key], want, "{finding}");
    }
    let allowed = requests.iter().find(|one| one["answer"] == "allowed").expect("an allowed request");
    assert!(!allowed["allowed_by"].as_array().expect("a list").is_empty(), "{allowed}");
}

#[test]
fn names_of_policies_do_no_harm() {
    let folder =
        folder(&[("\"PolicyName\": \"start\"", "\"PolicyName\": \"\\u001b[2Jstart\\u202e'; reboot\"")]);
    let ran = check(&folder, &["--color", "never"]);
    assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}']), "{}", ran.stdout);
    assert!(!ran.stdout.lines().any(|line| line.trim_start().starts_with("aws ") && line.contains("reboot")));
}
