//! Every folder of `sample-data/`, explained by the program itself. The stated cause comes first, the report follows its
//! schema and its evidence can be found, and neither threads nor formats change the content.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use flate2::read::GzDecoder;
use flowcause::diagnose::registry;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::samples::stated_cause;
use crate::support::run::{Ran, finish, first_verdict, flowcause, for_each_object, run};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every sample, as a path below the repository.
fn samples() -> Vec<String> {
    let entries = fs::read_dir(repository().join("sample-data")).expect("the folder of samples");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| format!("sample-data/{}", entry.file_name().to_string_lossy()))
        .collect();
    names.sort();
    assert!(names.len() >= 5, "{names:?}");
    names
}

fn explain(sample: &str, more: &[&str]) -> Ran {
    let (logs, metadata) = (format!("{sample}/logs"), format!("{sample}/metadata"));
    let words = ["explain", &logs, "--metadata", &metadata];
    run(repository(), &[&words, more].concat())
}

fn explain_json(sample: &str) -> Value {
    explain(sample, &["--format", "json"]).json()
}

/// Cause and confidence by the README.
fn stated(sample: &str) -> (String, String) {
    let page = fs::read_to_string(repository().join(sample).join("README.md")).expect("a README");
    let (cause, confidence) = stated_cause(&page).expect("a line `Cause: id (confidence)`");
    (cause.to_owned(), confidence.to_owned())
}

#[test]
fn the_stated_cause_comes_first_in_both_forms() {
    for sample in samples() {
        let (cause, confidence) = stated(&sample);
        let title = registry::find(&cause).expect("a registered cause").title;
        let terminal = explain(&sample, &[]);
        assert_eq!((terminal.code, terminal.stderr.as_str()), (Some(0), ""), "{sample}");
        let word = if confidence == "likely" { "LIKELY".into() } else { confidence.to_uppercase() };
        let words = terminal.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.starts_with(&format!("{word} {title} ")), "{sample}: {words:.200}");
        let causes: Vec<&str> = terminal.stdout.lines().filter(|line| line.starts_with("cause ")).collect();
        assert!(causes[0].starts_with(&format!("cause {cause},")), "{sample}: {causes:?}");

        let report = explain_json(&sample);
        let incident = &report["incidents"][0];
        let told = (incident["cause"].as_str(), incident["confidence"].as_str());
        assert_eq!(told, (Some(cause.as_str()), Some(confidence.as_str())), "{sample}");
        for task in report["tasks"].as_array().expect("a list") {
            assert_eq!(task["verdict"]["cause"], cause, "{sample}: {}", task["task_id"]);
        }
        assert_eq!(report["inputs"]["defects"], serde_json::json!([]), "{sample}");
    }
}

#[test]
fn reports_follow_their_schema() {
    let schema = fs::read(repository().join("docs/report-v1.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_slice(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for sample in samples() {
        let report = explain_json(&sample);
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{sample}");
    }
}

/// The report without values that depend on the storage of records: names, sizes, locations, and the text of records.
fn scrubbed(mut report: Value) -> Value {
    for_each_object(&mut report, &mut |object| {
        for (name, value) in object.iter_mut() {
            if matches!(name.as_str(), "file" | "line" | "record" | "bytes_read") {
                *value = "…".into();
            }
        }
    });
    report
}

#[test]
fn text_and_parquet_of_one_incident_give_one_report() {
    let mut pairs = 0;
    for parquet in samples().iter().filter(|name| name.ends_with("-parquet")) {
        let text = parquet.trim_end_matches("-parquet");
        let scrubbed = |sample: &str| scrubbed(explain_json(sample));
        assert_eq!(scrubbed(parquet), scrubbed(text), "{parquet}");
        pairs += 1;
    }
    assert!(pairs > 0, "there is no sample in both forms");
}

#[test]
fn the_number_of_threads_does_not_change_the_report() {
    for sample in samples() {
        for format in ["terminal", "json", "html"] {
            let with = |threads| explain(&sample, &["--format", format, "--threads", threads]);
            assert_eq!(with("1"), with("8"), "{sample}");
        }
    }
}

#[test]
fn a_log_can_be_read_from_standard_input() {
    let sample = "sample-data/endpoint-rejects";
    let logs: Vec<PathBuf> = log_files(sample);
    let [first, middle, rest @ ..] = logs.as_slice() else { panic!("more than two objects: {logs:?}") };
    let metadata = format!("{sample}/metadata");
    let others: Vec<String> =
        [first].into_iter().chain(rest).map(|path| path.to_string_lossy().into_owned()).collect();
    let mut words = vec!["explain", "-"];
    words.extend(others.iter().map(String::as_str));
    words.extend(["--metadata", &metadata, "--format", "json"]);
    let piped = finish(flowcause(repository()).args(words).pipe_stdin(middle).expect("a log")).json();
    assert_eq!(first_verdict(&piped), stated(sample));
    assert_eq!(piped["inputs"], explain_json(sample)["inputs"]);
    let from_stdin = rows(&piped).iter().filter(|row| row["file"] == "standard input").count();
    assert!(from_stdin > 0, "its records are evidence too");
}

/// The log objects of a sample, by name.
fn log_files(sample: &str) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(repository().join(sample).join("logs")).sort_by_file_name();
    let paths = entries.into_iter().map(|entry| entry.expect("an entry").into_path());
    paths.filter(|path| path.is_file()).collect()
}

/// Every row of evidence.
fn rows(report: &Value) -> Vec<&Value> {
    let tasks = report["tasks"].as_array().expect("a list").iter();
    let evidence = tasks.flat_map(|task| task["verdict"]["evidence"].as_array().expect("a list"));
    evidence.flat_map(|one| one["rows"].as_array().expect("a list")).collect()
}

#[test]
fn evidence_is_at_its_stated_location() {
    // Records inside another format have the locations that docs/formats.md describes; `source_formats` tests them.
    for sample in samples().into_iter().filter(|sample| !sample.ends_with("/wrappings")) {
        let report = explain_json(&sample);
        for task in report["tasks"].as_array().expect("a list") {
            let verdict = &task["verdict"];
            if verdict["confidence"] != "undetermined" {
                let evidence = verdict["evidence"].as_array().expect("a list");
                assert!(!evidence.is_empty(), "{sample}: {}", task["task_id"]);
                assert!(evidence.iter().all(|one| one["rows"][0].is_object()), "{sample}: {evidence:?}");
            }
        }
        let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows(&report) {
            let file = row["file"].as_str().expect("a file").to_owned();
            let records = files.entry(file.clone()).or_insert_with(|| records(&repository().join(&file)));
            let line = usize::try_from(row["line"].as_u64().expect("a line")).expect("a small file");
            assert_eq!(row["record"].as_str(), Some(records[line - 1].as_str()), "{file}:{line}");
        }
    }
}

/// The lines of a text object, header first, or the rows of a Parquet object.
fn records(path: &Path) -> Vec<String> {
    let file = File::open(path).expect("evidence names files that are there");
    if path.extension().is_some_and(|extension| extension == "parquet") {
        return parquet_records(file);
    }
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    text.lines().map(ToOwned::to_owned).collect()
}

fn parquet_records(file: File) -> Vec<String> {
    let options = FormatOptions::default().with_null("-");
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("Parquet");
    let mut records = Vec::new();
    for batch in batches {
        let batch = batch.expect("a sound file");
        let columns: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &options).expect("a plain type"))
            .collect();
        for row in 0..batch.num_rows() {
            let values: Vec<String> = columns.iter().map(|column| column.value(row).to_string()).collect();
            records.push(values.join(" "));
        }
    }
    records
}
