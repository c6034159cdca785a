//! `flowcause compare`, run as a script runs it.

use std::fs;
use std::path::Path;

use crate::support::run::run;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data");

/// Writes the JSON report of a sample.
fn report(folder: &Path, sample: &str, name: &str) {
    let (logs, metadata) = (format!("{SAMPLES}/{sample}/logs"), format!("{SAMPLES}/{sample}/metadata"));
    let words = ["explain", &logs, "--metadata", &metadata, "--format", "json", "-o", name];
    assert_eq!(run(folder, &words).code, Some(0));
}

#[test]
fn two_reports_are_compared() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    report(folder, "endpoint-rejects", "old.json");
    report(folder, "return-blocked", "new.json");
    report(folder, "not-the-network", "refused.json");
    let refused = fs::read_to_string(folder.join("refused.json")).expect("a report");
    let healthy = refused.replace("permission-missing", "network-healthy");
    fs::write(folder.join("healthy.json"), healthy).expect("a writable folder");
    let check = |words: &[&str], code| {
        let ran = run(folder, &[&["compare"], words].concat());
        assert_eq!(ran.code, Some(code), "{words:?} {}", ran.stderr);
        ran
    };
    let same = check(&["old.json", "old.json", "--fail-on", "new"], 0);
    assert!(same.stdout.starts_with("Incidents: new: 0, grown: 0,"), "{}", same.stdout);
    let other = check(&["old.json", "new.json", "--fail-on", "new"], 10);
    assert!(other.stdout.contains("\nNew\n") && other.stdout.contains("\nGone\n"), "{}", other.stdout);
    check(&["old.json", "new.json"], 0);
    check(&["old.json", "healthy.json", "--fail-on", "new"], 0);
    check(&["old.json", "refused.json", "--fail-on", "new"], 10);
    let json = check(&["old.json", "new.json", "--format", "json"], 0).json();
    let changes: Vec<&str> = json["incidents"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["change"].as_str())
        .collect();
    assert_eq!(changes, ["new", "gone"]);
    assert_eq!((&json["old"]["file"], &json["schema_version"]), (&"old.json".into(), &"1".into()));
    check(&["old.json", "new.json", "-o", "changes.txt"], 0);
    assert_eq!(fs::read_to_string(folder.join("changes.txt")).expect("a file"), other.stdout);
}

#[test]
fn reports_that_cannot_be_compared_are_an_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    report(folder, "endpoint-rejects", "old.json");
    fs::write(folder.join("later.json"), r#"{"schema_version": "2"}"#).expect("a file");
    fs::write(folder.join("other.json"), r#"{"tasks": []}"#).expect("a file");
    fs::write(folder.join("half.json"), r#"{"schema_version": "#).expect("a file");
    let check = |name: &str, code, text: &str| {
        let ran = run(folder, &["compare", "old.json", name]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{name}");
        assert!(ran.stderr.contains(text) && ran.stderr.contains("\nhint: "), "{name} {}", ran.stderr);
    };
    check("later.json", 3, "schema version 2");
    check("other.json", 3, "not a JSON report");
    check("half.json", 3, "damaged");
    check("none.json", 2, "cannot be read");
}
