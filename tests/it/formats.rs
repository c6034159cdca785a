//! Exports on the command line: every format in one run, each file replaced atomically, and no export that affects another.
//!
//! The stage `formats` of `.ci/run` reads the exported files with independent programs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use flowcause::render::Format;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::run::{Ran, run};
use crate::support::scenarios;
use crate::support::write;

/// A folder with `logs/` and `metadata/` of a sample.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all = scenarios::all();
    let incident = all.iter().find(|incident| incident.name == "ecs-fields-v7").expect("a sample");
    write::write(folder.path(), &write::files(incident));
    folder
}

fn explain(folder: &Path, more: &[&str]) -> Ran {
    run(folder, &[&["explain", "logs", "--metadata", "metadata"], more].concat())
}

/// `--export FORMAT=out/FORMAT` for every format.
fn every_format() -> Vec<String> {
    let words = Format::ALL.into_iter().map(Format::name);
    words.flat_map(|name| ["--export".to_owned(), format!("{name}=out/{name}")]).collect()
}

fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries
        .map(|entry| {
            (entry.file_name().into_string().expect("UTF-8"), fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// The lines of a file, as JSON.
fn lines(file: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(file).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a line is a value")).collect()
}

#[test]
fn all_formats_in_one_run_are_reproducible() {
    let folder = folder();
    let out = folder.path().join("out");
    fs::create_dir(&out).expect("a folder");
    let words = every_format();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let alone = explain(folder.path(), &["--format", "json"]);
    let ran = explain(folder.path(), &[&["--format", "json"], words.as_slice()].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(ran.stdout, alone.stdout, "exports do not change the report");
    let first = read(&out);
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    let mut want = Format::ALL.map(Format::name);
    want.sort_unstable();
    assert_eq!(names, want);
    assert_eq!(first["json"], alone.stdout.as_bytes());
    for format in ["terminal", "ndjson", "csv", "markdown"] {
        let stdout = explain(folder.path(), &["--format", format]).stdout;
        assert_eq!(first[format], stdout.as_bytes(), "{format}");
    }
    assert_eq!(explain(folder.path(), &[&["--threads", "1"], words.as_slice()].concat()).code, Some(0));
    assert_eq!(read(&out), first);
}

#[test]
fn lines_hold_the_values_of_the_json_report() {
    let folder = folder();
    let report = explain(folder.path(), &["--format", "json"]).json();
    let more = ["--format", "ndjson", "--export", "evidence-ndjson=evidence", "--export", "ocsf=ocsf"];
    let tasks = lines(explain(folder.path(), &more).stdout.as_bytes());
    assert_eq!(Some(&tasks), report["tasks"].as_array());
    let of_task = |task: &Value| {
        let evidence = task["verdict"]["evidence"].as_array().expect("a list").clone();
        evidence.into_iter().flat_map(|evidence| evidence["rows"].as_array().expect("a list").clone())
    };
    let rows: Vec<Value> = tasks.iter().flat_map(of_task).collect();
    let evidence = lines(&fs::read(folder.path().join("evidence")).expect("the export"));
    assert_eq!(evidence.len(), rows.len());
    assert!(!rows.is_empty(), "the sample has evidence");
    for (line, row) in evidence.iter().zip(&rows) {
        for name in ["file", "line", "record"] {
            assert_eq!(line[name], row[name]);
        }
    }
    let findings = lines(&fs::read(folder.path().join("ocsf")).expect("the export"));
    let causes = |list: &[Value], at: &str| -> Vec<Value> {
        list.iter().map(|one| one.pointer(at).expect("set").clone()).collect()
    };
    let incidents = report["incidents"].as_array().expect("a list");
    assert_eq!(causes(&findings, "/unmapped/cause"), causes(incidents, "/cause"));
}

#[test]
fn impossible_exports_are_refused_before_the_run() {
    let folder = folder();
    let check = |words: &[&str], code, statement: &str| {
        let words: Vec<&str> = words.iter().flat_map(|word| ["--export", word]).collect();
        let ran = explain(folder.path(), &[words.as_slice(), &["-o", "report"]].concat());
        assert_eq!(ran.code, Some(code), "{words:?}");
        assert!(ran.stderr.contains(statement) && ran.stdout.is_empty(), "{words:?}: {}", ran.stderr);
        assert!(!folder.path().join("report").exists(), "{words:?}");
    };
    check(&["csv=-"], 2, "standard output");
    check(&["xml=a"], 2, "evidence-parquet");
    check(&["csv=a", "junit=./a"], 2, "two reports would be written to `./a`");
    check(&["csv=report"], 2, "two reports would be written to");
    check(&["csv=none/a"], 2, "mkdir -p none");
    check(&["csv=logs"], 2, "`logs` is a folder");
}

/// `/dev/full` fails every write on Linux.
#[cfg(target_os = "linux")]
#[test]
fn a_failed_export_is_named_and_the_others_are_written() {
    let folder = folder();
    let ran =
        explain(folder.path(), &["--export", "csv=/dev/full", "--export", "junit=junit.xml", "-o", "report"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("`/dev/full` cannot be written"), "{}", ran.stderr);
    assert!(ran.stderr.contains("`--export csv=/dev/full` was not written"), "{}", ran.stderr);
    assert!(folder.path().join("report").exists() && folder.path().join("junit.xml").exists());
    // `--fail-on` applies only if every output was written.
    let ran = explain(folder.path(), &["--export", "csv=/dev/full", "--fail-on", "likely"]);
    assert_eq!(ran.code, Some(1));
}

#[test]
fn the_page_of_formats_lists_every_format_and_column() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    let page = fs::read_to_string(page).expect("the page");
    for format in Format::ALL {
        assert!(page.contains(&format!("| `{}` |", format.name())), "{format:?}");
    }
    let folder = folder();
    for format in ["csv", "evidence-csv", "prometheus"] {
        let file = folder.path().join(format);
        let ran = explain(folder.path(), &["--export", &format!("{format}={format}")]);
        assert_eq!(ran.code, Some(0));
        let text = fs::read_to_string(file).expect("the export");
        let names: Vec<&str> = match format {
            "prometheus" => {
                text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect()
            }
            _ => text.lines().next().expect("a header").split(',').collect(),
        };
        for name in names {
            assert!(page.contains(&format!("`{name}`")), "{name} of {format}");
        }
    }
}
