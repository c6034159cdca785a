//! The samples with a saved configuration: the report names the control at fault by its id, and the neighbour that shows the
//! difference. The fix is checked twice: by the program, and here by changing the saved documents and explaining again.

use std::path::Path;

use serde_json::Value;

use crate::support::documents::{Documents, plain_words};
use crate::support::run::{first_verdict, run};

/// A sample and the expected content of its report.
struct Sample {
    name: &'static str,
    /// Kind of the first culprit, and how to find it in the documents.
    culprit: (&'static str, fn(&Documents) -> Value),
    /// A part of the sentence about the neighbour.
    contrast: &'static str,
    /// Cause and a part of the summary after the fix is made in the documents. The records are the same, so no saved document
    /// explains them any more.
    after_fix: (&'static str, &'static str),
}

const ALLOWED_NOW: &str = "The saved configuration allows these packets";
const OPEN_NOW: &str = "The saved configuration allows them and their replies";

const SAMPLES: [Sample; 5] = [
    Sample {
        name: "endpoint-group",
        culprit: ("security-group", |documents| documents.group("endpoint-secretsmanager")),
        contrast: "of service billing in the same subnet reached 10.40.12.36:443",
        after_fix: ("endpoint-ingress-rejected", ALLOWED_NOW),
    },
    Sample {
        name: "s3-prefix-list",
        culprit: ("security-group", |documents| documents.group("orders-tasks")),
        contrast: "of service billing in the same subnet reached 52.218.36.74:443",
        after_fix: ("task-egress-rejected", ALLOWED_NOW),
    },
    Sample {
        name: "no-public-address",
        culprit: ("interface", Documents::task_interface),
        contrast: "of service billing in the same subnet reached 54.239.35.118:443",
        after_fix: ("path-unanswered", OPEN_NOW),
    },
    Sample {
        name: "private-dns-off",
        culprit: ("vpc-endpoint", |documents| documents.endpoint("ecr.api")),
        contrast: "reached ecr.api at 10.40.12.52:443",
        // Private DNS is on, but the records still show packets that went outside and had no route there.
        after_fix: ("no-route", "leads to 34.248.173.22"),
    },
    Sample {
        name: "nat-without-way-out",
        culprit: ("nat-gateway", |documents| documents.nat_gateway()),
        contrast: "reached 54.239.35.118:443 at 03:06:40 UTC, before this task tried",
        after_fix: ("path-unanswered", OPEN_NOW),
    },
];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The report on a sample's logs with these documents.
fn explain(sample: &str, metadata: &Path) -> Value {
    let logs = format!("sample-data/{sample}/logs");
    let metadata = metadata.to_string_lossy();
    run(repository(), &["explain", &logs, "--metadata", &metadata, "--format", "json"]).json()
}

fn texts<'a>(list: &'a Value, key: &'a str) -> impl Iterator<Item = &'a str> {
    list.as_array().expect("a list").iter().filter_map(move |item| item[key].as_str())
}

#[test]
fn the_control_is_named_and_the_neighbour_too() {
    for Sample { name, culprit: (kind, id), contrast, .. } in SAMPLES {
        let documents = Documents::copy_of(name);
        let report = explain(name, documents.folder.path());
        let verdict = &report["tasks"][0]["verdict"];
        assert_eq!(verdict["culprits"][0]["kind"], kind, "{name}");
        assert_eq!(verdict["culprits"][0]["id"], id(&documents), "{name}");
        let evidence: Vec<&str> = texts(&verdict["evidence"], "statement").collect();
        assert!(evidence.iter().any(|statement| statement.contains(contrast)), "{name}: {evidence:?}");
    }
}

#[test]
fn a_fix_is_verified_and_its_last_command_makes_the_change() {
    for Sample { name, after_fix, .. } in SAMPLES {
        let documents = Documents::copy_of(name);
        let report = explain(name, documents.folder.path());
        let fix = &report["incidents"][0]["fix"];
        assert_eq!(fix["verified"], true, "{name}");
        let commands: Vec<&str> =
            fix["commands"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        let (last, looks) = commands.split_last().expect("a command");
        assert!(
            !looks.is_empty() && looks.iter().all(|look| plain_words(look)[2].starts_with("describe-")),
            "{name}"
        );
        documents.apply(last);
        let after = explain(name, documents.folder.path());
        assert_eq!(first_verdict(&after).0, after_fix.0, "{name}");
        let summary = after["tasks"][0]["verdict"]["summary"].as_str().expect("a summary");
        assert!(summary.contains(after_fix.1), "{name}: {summary}");
    }
}

/// After its fix, `endpoint-group` gives the same report as `repaired-afterwards`.
#[test]
fn a_configuration_saved_after_the_repair_is_reported_as_such() {
    let name = "repaired-afterwards";
    let documents = Documents::copy_of(name);
    let report = explain(name, documents.folder.path());
    let (verdict, fix) = (&report["tasks"][0]["verdict"], &report["incidents"][0]["fix"]);
    assert!(verdict["summary"].as_str().expect("a summary").contains(ALLOWED_NOW), "{verdict}");
    let group = documents.group("endpoint-secretsmanager");
    let is_blamed =
        verdict["culprits"].as_array().expect("a list").iter().any(|culprit| culprit["id"] == group);
    assert!(!is_blamed, "{verdict}");
    assert!(texts(&verdict["path"], "state").all(|state| state == "allowed"), "{verdict}");
    assert_eq!(fix["verified"], false);
    assert!(fix["text"].as_str().expect("words").contains("there is nothing to change"), "{fix}");
}

/// Without logs, `check` finds the same control where `orders` starts its tasks, and nothing after the repair.
#[test]
fn the_configuration_alone_shows_the_same_control() {
    for name in SAMPLES.map(|sample| sample.name).into_iter().chain(["repaired-afterwards"]) {
        let documents = Documents::copy_of(name);
        let metadata = documents.folder.path();
        let verdict = &explain(name, metadata)["tasks"][0]["verdict"];
        let words = ["check", "--metadata", &metadata.to_string_lossy(), "--format", "json"];
        let checked = run(repository(), &words).json();
        let mut places = checked["launch_targets"].as_array().expect("a list").iter();
        let place = places.find(|place| place["service_name"] == "orders").expect("it is there");
        let services = place["services"].as_array().expect("a list").iter();
        let mut blocked = services.filter(|service| service["reachability"] == "blocked");
        let Some(first) = blocked.next() else {
            assert_eq!((name, &place["reachability"]), ("repaired-afterwards", &"reachable".into()));
            continue;
        };
        assert_eq!(first["cause"], verdict["cause"], "{name}");
        // A task that has not started yet has no interface, so no id of one is known.
        let found: Vec<&str> = texts(&first["culprits"], "id").collect();
        assert_ne!(found.is_empty(), name != "no-public-address", "{name}");
        let explained: Vec<&str> = texts(&verdict["culprits"], "id").collect();
        assert!(found.first().is_none_or(|id| explained.contains(id)), "{name}: {found:?} {explained:?}");
    }
}

/// `INSTA_UPDATE=always cargo test --test it samples_fixed` rewrites them.
#[test]
fn pages_are_as_reviewed() {
    for name in SAMPLES.map(|sample| sample.name).into_iter().chain(["repaired-afterwards"]) {
        let (logs, metadata) = (format!("sample-data/{name}/logs"), format!("sample-data/{name}/metadata"));
        let ran = run(repository(), &["explain", &logs, "--metadata", &metadata]);
        insta::assert_snapshot!(name, ran.stdout);
    }
}
