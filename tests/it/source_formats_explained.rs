//! The program explains a file in every source format: each gives the same verdict, from disk and from a pipe.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::support::run::{defects, finish, first_verdict, flowcause, run};
use crate::support::source_format_sample;
use crate::support::source_formats::{FormatSample, all};
use crate::support::write;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn samples() -> Vec<FormatSample> {
    all(&source_format_sample::table(&source_format_sample::incident()))
}

/// The number of retained records, and the verdict.
fn outcome(report: &Value) -> (u64, (String, String)) {
    (report["inputs"]["records_in_scope"].as_u64().expect("a number"), first_verdict(report))
}

const LOGS: &str = "sample-data/wrappings/logs";
const METADATA: &str = "sample-data/wrappings/metadata";

#[test]
fn each_file_of_the_sample_alone_gives_the_verdict_and_quotes_records() {
    let incident = source_format_sample::incident();
    let table = source_format_sample::table(&incident);
    let lines: Vec<String> = table.lines().iter().map(|line| line.trim_end().to_owned()).collect();
    let mut outcomes = Vec::new();
    for one in samples() {
        let log = format!("sample-data/wrappings/logs/{}", one.path);
        let ran = run(repository(), &["explain", &log, "--metadata", METADATA, "--format", "json"]);
        let report = ran.json();
        assert_eq!((defects(&report).as_str(), ran.stderr.as_str()), ("", ""), "{log}");
        outcomes.push(outcome(&report));
        let rows = report["tasks"][0]["verdict"]["evidence"][0]["rows"].as_array().expect("rows");
        assert!(!rows.is_empty(), "{log}");
        for row in rows {
            let record = row["record"].as_str().expect("a text");
            let is_own = ["parquet", "security-lake", "csv", "tsv", "json-rows"]
                .iter()
                .any(|kind| one.kind.ends_with(kind))
                && !one.path.starts_with("insights.")
                && !one.path.starts_with("console")
                || one.path.starts_with("transformed");
            assert!(is_own || lines.iter().any(|line| line == record), "{log}: {record}");
            assert!(record.contains("eni-"), "{log}: {record}");
        }
    }
    let verdict = (incident.story.cause.to_owned(), incident.story.confidence.to_owned());
    assert!(outcomes[0].0 > 0);
    let expect = (outcomes[0].0, verdict);
    assert!(outcomes.iter().all(|one| *one == expect), "{outcomes:?}");
}

/// Two copies of a record are one record in any two formats, although some formats hold fewer fields.
#[test]
fn all_files_of_the_sample_together_count_each_record_once() {
    let explain =
        |log: &str| run(repository(), &["explain", log, "--metadata", METADATA, "--format", "json"]).json();
    let alone = explain("sample-data/wrappings/logs/s3/records.log.gz");
    let together = explain(LOGS);
    assert_eq!(defects(&together), "");
    assert_eq!(outcome(&together), outcome(&alone));
    let (kept, _) = outcome(&alone);
    let n_files = samples().len() as u64;
    assert_eq!(together["inputs"]["duplicates"], (n_files - 1) * kept);
}

#[test]
fn inspecting_the_sample_names_every_kind() {
    let inspect = ["inspect", LOGS, "--metadata", METADATA, "--format", "json"];
    let answer = run(repository(), &inspect).json();
    let kinds = answer["kinds"].as_array().expect("a list").iter().map(|kind| {
        let text = |value: &Value| value.as_str().expect("a name").to_owned();
        let layers = kind["compressions"].as_array().expect("a list").iter().map(text);
        let name = layers.chain([text(&kind["kind"])]).collect::<Vec<_>>().join(" ");
        (name, (kind["files"].as_u64().expect("a number"), kind["records"].as_u64().expect("a number")))
    });
    let kinds: BTreeMap<String, (u64, u64)> = kinds.collect();
    let n_records = source_format_sample::table(&source_format_sample::incident()).rows.len() as u64;
    let mut expect = BTreeMap::from([("export-permission-check".to_owned(), (1, 0))]);
    for one in samples() {
        let counts: &mut (u64, u64) = expect.entry(one.kind.to_owned()).or_default();
        *counts = (counts.0 + 1, counts.1 + n_records);
    }
    assert_eq!(kinds, expect);
}

#[test]
fn standard_input_may_be_in_any_source_format() {
    let expect = {
        let log = "sample-data/wrappings/logs/s3/records.log.gz";
        outcome(&run(repository(), &["explain", log, "--metadata", METADATA, "--format", "json"]).json())
    };
    for one in samples() {
        let mut command = flowcause(repository());
        command.args(["explain", "-", "--metadata", METADATA, "--format", "json"]).write_stdin(one.bytes);
        assert_eq!(outcome(&finish(&mut command).json()), expect, "{}", one.path);
    }
}

/// A folder with the records of the incident without a header, and with metadata that does not describe the flow log.
fn undescribed() -> (tempfile::TempDir, String) {
    let incident = source_format_sample::incident();
    let table = source_format_sample::table(&incident);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = write::files(&incident);
    files.retain(|name, _| name.starts_with("metadata/") && !name.contains("flow-logs"));
    files.insert("records.log".to_owned(), table.lines().concat().into_bytes());
    write::write(folder.path(), &files);
    let names: Vec<String> = table.fields.iter().map(|field| format!("${{{}}}", field.name())).collect();
    (folder, names.join(" "))
}

#[test]
fn the_order_of_fields_may_be_given_as_flag_variable_and_setting() {
    let (folder, format) = undescribed();
    let explain = ["explain", "records.log", "--metadata", "metadata", "--format", "json"];
    let missing = run(folder.path(), &explain);
    assert_eq!(missing.code, Some(3), "{}", missing.stderr);
    assert!(missing.stderr.contains("--log-format '${a} ${b}'"), "{}", missing.stderr);

    let flag = run(folder.path(), &[&explain[..], &["--log-format", &format]].concat());
    let expect = outcome(&flag.json());
    assert_eq!(expect.1.0, source_format_sample::incident().story.cause);
    let mut variable = flowcause(folder.path());
    variable.args(explain).env("FLOWCAUSE_LOG_FORMAT", &format);
    assert_eq!(outcome(&finish(&mut variable).json()), expect);
    std::fs::write(folder.path().join("flowcause.toml"), format!("[explain]\nlog-format = '{format}'\n"))
        .expect("a file");
    assert_eq!(outcome(&run(folder.path(), &explain).json()), expect);

    let wrong = run(folder.path(), &[&explain[..], &["--log-format", "${srcaddr} ${"]].concat());
    assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("expected names of fields"), "{}", wrong.stderr);
}
