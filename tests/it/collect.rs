//! The script that `flowcause collect` prints, run with a stand-in for the AWS CLI, and its policy and template.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use flowcause::inventory::load;
use flowcause::model::document::{Call, Collect, DOCUMENTS, Document, DocumentKind, Scope, calls};
use serde_json::{Value, json};

use crate::support::aws_cli::Account;
use crate::support::incident::Incident;
use crate::support::metadata::Forms;
use crate::support::run::{first_verdict, run};
use crate::support::scenarios;
use crate::support::write;

fn incident() -> Incident {
    scenarios::all().into_iter().find(|incident| incident.name == "endpoint-rejects").expect("a sample")
}

fn printed(flags: &[&str]) -> String {
    let ran = run(Path::new("."), &[&["collect"], flags].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    ran.stdout
}

#[test]
fn every_document_is_saved_and_gives_the_same_verdict() {
    let account = Account::of(&incident());
    let script = printed(&[]);
    let ran = account.run(&script);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));

    let (inventory, defects, _) = load(&[account.root().join("metadata")], u64::MAX).expect("they fit");
    assert!(defects.is_empty(), "{defects:?}");
    let is_saved = |document: &&Document| matches!(document.collect, Collect::Calls(_));
    let saved: BTreeSet<DocumentKind> =
        DOCUMENTS.iter().filter(is_saved).map(|document| document.kind).collect();
    assert_eq!(inventory.documents, saved);

    let forms = Forms { managed_lists: true, ..Forms::default() };
    let expected = tempfile::tempdir().expect("a temporary folder");
    write::write(expected.path(), &write::files(&incident().configured(forms)));
    let verdict = |metadata: &Path| {
        let metadata = metadata.to_str().expect("UTF-8");
        let words = ["explain", "logs", "--metadata", metadata, "--format", "json"];
        let report = run(expected.path(), &words).json();
        (first_verdict(&report), report["incidents"].clone())
    };
    assert_eq!(verdict(&account.root().join("metadata")), verdict(&expected.path().join("metadata")));
}

/// The first two words of each call, such as `ec2 describe-subnets`.
fn commands(account: &Account) -> BTreeSet<String> {
    let calls = account.calls();
    let commands = calls.iter().map(|call| call.split(' ').take(2).collect::<Vec<_>>().join(" "));
    commands.filter(|command| !command.starts_with("s3 ")).collect()
}

/// The calls of the table that are needed for these scopes.
fn in_table(is_needed: impl Fn(Scope) -> bool) -> Vec<&'static Call> {
    calls().filter(|call| is_needed(call.scope)).collect()
}

fn without_list_of_clusters(scope: Scope) -> bool {
    scope != Scope::EveryCluster
}

fn words(calls: &[&Call]) -> BTreeSet<String> {
    calls.iter().map(|call| format!("{} {}", call.service, call.command)).collect()
}

#[test]
fn the_script_makes_the_calls_of_the_table_and_the_policy_grants_them() {
    let check = |flags: &[&str], expected: &[&Call]| {
        let account = Account::of(&incident());
        assert_eq!(account.run(&printed(flags)).code, Some(0));
        assert_eq!(commands(&account), words(expected), "{flags:?}");
        let policy: Value =
            serde_json::from_str(&printed(&[flags, &["--policy"]].concat())).expect("a policy in JSON");
        let statements = policy["Statement"].as_array().expect("a list").iter();
        let actions = statements.flat_map(|one| one["Action"].as_array().expect("a list"));
        let granted: BTreeSet<String> =
            actions.map(|action| action.as_str().expect("a text").to_owned()).collect();
        let permissions: BTreeSet<String> = expected.iter().map(|call| call.permission()).collect();
        assert_eq!(granted, permissions, "{flags:?}");
    };
    check(&[], &in_table(|_| true));
    check(
        &["--region", "eu-west-1", "--cluster", "production", "--vpc", "vpc-0123"],
        &in_table(without_list_of_clusters),
    );
}

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples");
    fs::read_to_string(folder.join(name)).expect("an example")
}

/// The script of one step of the example workflow, run as the step runs it.
fn workflow_step(name: &str) -> String {
    let workflow = example("github-actions/flowcause.yml");
    let (_, after) = workflow.split_once(&format!("- name: {name}\n        run: |\n")).expect("the step");
    let lines = after.lines().take_while(|line| line.is_empty() || line.starts_with("          "));
    let script: Vec<&str> = lines.map(|line| line.get(10..).unwrap_or_default()).collect();
    format!("set -eo pipefail\n{}\n", script.join("\n")).replace("../target/release/flowcause", "flowcause")
}

/// The examples run on Linux only, because they need GNU date.
#[cfg(target_os = "linux")]
#[test]
fn the_examples_make_the_calls_of_the_table() {
    let check = |script: &str, folder: &str| {
        let account = Account::of(&incident());
        account.answer("sync.json", &json!({}));
        let samples = tempfile::tempdir().expect("a temporary folder");
        write::write(samples.path(), &write::files(&incident()));
        let folder = account.root().join(folder);
        fs::create_dir_all(&folder).expect("a folder");
        fs::rename(samples.path().join("logs"), folder.join("logs")).expect("the logs of the incident");
        let root = account.root().to_str().expect("UTF-8");
        let variables = [("FLOW_LOGS", "s3://logs"), ("CLUSTER", "production"), ("WORK", root)];
        let ran = account.run_in(script, &variables);
        let expected = words(&in_table(without_list_of_clusters));
        assert_eq!(commands(&account), expected, "{script}\n{}", ran.stderr);
        let (_, defects, _) = load(&[folder.join("metadata")], u64::MAX).expect("they fit");
        assert!(defects.is_empty(), "{defects:?}");
        (account, ran)
    };
    let (account, ran) = check(&example("flowcause-scheduled.sh"), "");
    assert!(matches!(ran.code, Some(10 | 11)), "{}", ran.stderr);
    assert!(account.root().join("report.json").is_file());
    let (_, ran) = check(&workflow_step("Copy logs and metadata"), "work");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn the_target_limits_the_calls() {
    let account = Account::of(&incident());
    account.run(&printed(&["--cluster", "production", "--vpc", "vpc-0123"]));
    let calls = account.calls();
    let check = |start: &str, expect: usize| {
        assert_eq!(calls.iter().filter(|call| call.starts_with(start)).count(), expect, "{start}");
    };
    check("ecs list-clusters", 0);
    check("ecs list-tasks --cluster production --desired-status STOPPED ", 1);
    check("ec2 describe-subnets --filters Name=vpc-id,Values=vpc-0123 ", 1);
    check("ec2 describe-nat-gateways --filter Name=vpc-id,Values=vpc-0123 ", 1);
    check("ec2 describe-internet-gateways --filters Name=attachment.vpc-id,Values=vpc-0123 ", 1);
    check("ec2 describe-vpc-attribute --vpc-id vpc-0123 ", 2);
}

#[test]
fn long_lists_are_requested_in_batches() {
    let account = Account::of(&incident());
    let arns = |kind: &str, count: usize| -> Vec<String> {
        (0..count).map(|number| format!("arn:aws:ecs:r:1:{kind}/c/{number:03}")).collect()
    };
    account.answer("list-tasks.STOPPED.json", &json!({"taskArns": arns("task", 200)}));
    account.answer("list-tasks.RUNNING.json", &json!({"taskArns": arns("task", 101)}));
    account.answer("list-services.json", &json!({"serviceArns": arns("service", 11)}));
    assert_eq!(account.run(&printed(&[])).code, Some(0));
    let calls = account.calls();
    let sizes = |start: &str| -> Vec<usize> {
        let calls = calls.iter().filter(|call| call.starts_with(start));
        calls.map(|call| call.matches("arn:aws:ecs:r:").count()).collect()
    };
    assert_eq!(sizes("ecs describe-tasks"), [100, 100, 100, 1]);
    assert_eq!(sizes("ecs describe-services"), [10, 1]);
    let saved = account.saved();
    for name in
        ["tasks.production.STOPPED.2.json", "tasks.production.RUNNING.2.json", "services.production.2.json"]
    {
        assert!(saved.iter().any(|have| have == name), "{name} is not in {saved:?}");
    }
}

const REFUSED: &str = "An error occurred (UnauthorizedOperation) when calling the operation: You are not authorized \
                       to perform this operation.";

#[test]
fn a_refused_call_loses_only_its_own_document() {
    let whole = Account::of(&incident());
    let script = printed(&[]);
    assert_eq!(whole.run(&script).code, Some(0));
    let check = |command: &str, lost: &[&str], words: &str| {
        let account = Account::of(&incident());
        let ran = account.run_failing(&script, Some(command), REFUSED);
        assert_eq!(ran.code, Some(1), "{command}");
        assert!(ran.stderr.contains(words), "{command}: {}", ran.stderr);
        let mut expected = whole.saved();
        expected.retain(|name| !lost.iter().any(|start| name.starts_with(start)));
        assert_eq!(account.saved(), expected, "{command}");
    };
    check(
        "describe-subnets",
        &["subnets"],
        "aws ec2 describe-subnets: not permitted, it requires ec2:DescribeSubnets\n",
    );
    check("describe-vpc-attribute", &["vpc-attribute."], "it requires ec2:DescribeVpcAttribute\n");
    check("list-services", &["services."], "it requires ecs:ListServices\n");
    // Only a task definition names the roles, the file systems whose mount targets are saved, and what the start uses.
    let lost = [
        "task-definition.",
        "mount-targets.",
        "role-",
        "attached-role-policies-",
        "policy-",
        "secret-",
        "images-",
        "repository-policy-",
        "key-",
        "grants-",
        "bucket-policy-",
    ];
    check("describe-task-definition", &lost, "it requires ecs:DescribeTaskDefinition\n");
    check("get-managed-prefix-list-entries", &["prefix-list-entries."], "ec2:GetManagedPrefixListEntries\n");
}

#[test]
fn a_document_is_replaced_only_by_a_complete_one() {
    let account = Account::of(&incident());
    let subnets = account.root().join("metadata/subnets.json");
    account.run(&printed(&[]));
    let old = fs::read(&subnets).expect("saved");
    let ran =
        account.run_failing(&printed(&[]), Some("describe-subnets"), "Could not connect to the endpoint URL");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("aws ec2 describe-subnets: Could not connect to"), "{}", ran.stderr);
    assert_eq!(fs::read(&subnets).expect("still there"), old);
}

#[test]
fn without_credentials_one_call_is_enough() {
    let account = Account::of(&incident());
    let error = "Unable to locate credentials. You can configure credentials by running \"aws configure\".";
    let ran = account.run_failing(&printed(&[]), None, error);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.starts_with("aws ecs list-clusters: Unable to locate"), "{}", ran.stderr);
    assert_eq!((account.calls().len(), account.saved()), (1, Vec::new()));
}

/// `.ci/run scripts` lints the file, so this test covers the printed script too.
#[test]
fn the_script_and_the_template_are_printed_unchanged() {
    assert_eq!(printed(&[]), include_str!("../../src/collect/script.sh"));
    assert_eq!(printed(&["--event-rule"]), include_str!("../../src/collect/archive.yaml"));
}

#[test]
fn names_with_special_characters_are_refused() {
    for flags in [["--vpc", "vpc-1';id"], ["--cluster", "$(id)"], ["--region", "eu west"]] {
        let ran = run(Path::new("."), &[&["collect"], &flags[..]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{flags:?}");
        assert!(ran.stderr.contains("expected "), "{}", ran.stderr);
    }
    let both = run(Path::new("."), &["collect", "--policy", "--event-rule"]);
    assert_eq!(both.code, Some(2));
}

/// The entries of the manifest that the script wrote, by file.
fn manifest(account: &Account) -> Vec<(String, Value)> {
    let text = fs::read(account.root().join("metadata/manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&text).expect("JSON");
    let files = manifest["files"].as_array().expect("a list").clone();
    files.into_iter().map(|file| (file["file"].as_str().expect("a name").to_owned(), file)).collect()
}

#[test]
fn the_manifest_names_the_call_and_the_subject_of_each_file() {
    let account = Account::of(&incident());
    assert_eq!(account.run(&printed(&["--vpc", "vpc-0123"])).code, Some(0));
    let entries = manifest(&account);
    let names: BTreeSet<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), entries.len(), "one entry for each file");
    let folder = account.root().join("metadata");
    let is_there = |name: &&str| folder.join(name).is_file();
    assert_eq!(names.iter().filter(|name| !is_there(name)).count(), 0, "{names:?}");
    let of = |start: &str| {
        let found = entries.iter().find(|(name, _)| name.starts_with(start));
        found.map(|(_, entry)| entry.clone()).expect(start)
    };
    let role = of("attached-role-policies-orders-execution.");
    let arn = role["subject"].as_str().expect("a subject");
    assert!(arn.starts_with("arn:aws:iam::") && arn.ends_with(":role/orders-execution"), "{arn}");
    assert_eq!(role["call"], "iam list-attached-role-policies");
    assert_eq!(
        (&role["region"], &role["all_pages"], &role["exit_code"]),
        (&Value::Null, &json!(true), &json!(0))
    );
    assert_eq!(Some(role["account"].as_str().expect("an account")), arn.split(':').nth(4));
    let subnets = of("subnets.");
    assert_eq!(subnets["filters"], json!(["Name=vpc-id,Values=vpc-0123"]));
    assert!(subnets["region"].is_string() && subnets["subject"].is_null());
    let (inventory, ..) = load(&[folder], u64::MAX).expect("unlimited");
    // The stand-in answers with the policy of one role for every role, which contradicts the manifest.
    let mut unplaced = inventory.unplaced.iter().filter(|one| one.kind != DocumentKind::RolePolicies);
    assert_eq!(unplaced.next(), None);
    assert!(inventory.roles[arn].attached.is_some() && inventory.roles[arn].inline_names.is_some());
}

#[test]
fn the_manifest_keeps_earlier_calls_and_names_those_that_failed() {
    let account = Account::of(&incident());
    let script = printed(&[]);
    account.run(&script);
    let before = manifest(&account).len();
    let denied = "An error occurred (AccessDenied) when calling the ListRolePolicies operation: denied";
    account.run_failing(&script, Some("list-role-policies"), denied);
    let entries = manifest(&account);
    let of_lists = entries.iter().filter(|(_, entry)| entry["call"] == "iam list-role-policies");
    let (saved, failed): (Vec<_>, Vec<_>) = of_lists.partition(|(_, entry)| entry["exit_code"] == 0);
    assert!(!failed.is_empty() && failed.iter().all(|(_, entry)| entry["error"] == "AccessDenied"));
    assert_eq!(saved.len(), failed.len(), "the lists of the first run are still there");
    assert!(entries.len() >= before + failed.len());
    let refused =
        "An error occurred (AWSOrganizationsNotInUseException) when calling the ListPolicies operation: no";
    let alone = Account::of(&incident());
    let ran = alone.run_failing(&script, Some("list-policies"), refused);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(0), ""),
        "most accounts may not read their organization"
    );
    assert!(manifest(&alone).iter().any(|(_, entry)| entry["error"] == "AWSOrganizationsNotInUseException"));
}
