//! Everything that a run writes: standard output and its reader, report files, exports and states. No output is ever an
//! input, and no run writes through a file that somebody else put in its way.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::run::{Ran, run};
use crate::support::scenarios;
use crate::support::write;

const LOGS: &str = "logs";

/// A folder with `logs/` and `metadata/` of a sample.
fn folder(name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all = scenarios::all();
    let incident = all.iter().find(|incident| incident.name == name).expect("a sample");
    write::write(folder.path(), &write::files(incident));
    folder
}

fn explain(folder: &Path, more: &[&str]) -> Ran {
    run(folder, &[&["explain", LOGS, "--metadata", "metadata"], more].concat())
}

fn json(folder: &Path, more: &[&str]) -> Value {
    explain(folder, &[more, &["--format", "json"]].concat()).json()
}

/// Starts a command whose standard output is a pipe with the reader already gone, and returns its exit code.
#[cfg(unix)]
fn code_with_a_closed_pipe(folder: &Path, words: &[&str]) -> Option<i32> {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("flowcause"));
    let ended = command.args(words).current_dir(folder).stdout(writer).output().expect("the program runs");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{words:?}");
    ended.status.code()
}

/// The commands that write to standard output, with the exit code of each.
const TO_STDOUT: [(&str, i32); 17] = [
    ("explain logs -m metadata --fail-on confirmed", 10),
    ("explain logs -m metadata --fail-on confirmed -f json", 10),
    ("explain logs -m metadata --fail-on confirmed -f ndjson", 10),
    ("explain logs -m metadata --fail-on confirmed -f csv", 10),
    ("explain logs -m metadata --fail-on confirmed -f markdown", 10),
    ("explain logs -m metadata --fail-on likely -f html", 10),
    ("explain logs -m metadata --fail-on new --state state.json", 10),
    ("explain logs/one.log -m metadata --min-coverage 95", 11),
    ("explain logs -m metadata", 0),
    ("check -m metadata --fail-on blocked", 10),
    ("check -m metadata --fail-on blocked -f json", 10),
    ("compare empty.json report.json --fail-on new", 10),
    ("inspect metadata", 3),
    ("causes", 0),
    ("collect", 0),
    ("completions bash", 0),
    ("--help", 0),
];

#[cfg(unix)]
#[test]
fn a_reader_that_ends_early_does_not_change_the_exit_code() {
    let folder = folder("endpoint-group");
    let at = folder.path();
    assert_eq!(explain(at, &["-f", "json", "-o", "report.json"]).code, Some(0));
    let mut empty: Value =
        serde_json::from_str(&fs::read_to_string(at.join("report.json")).expect("a report"))
            .expect("a report in JSON");
    for list in ["incidents", "tasks"] {
        empty[list] = Value::Array(Vec::new());
    }
    fs::write(at.join("empty.json"), empty.to_string()).expect("a file");
    let line = "2 1 eni-0a 10.0.0.1 10.0.0.2 1 2 6 1 60 1795403520 1795403580 ACCEPT OK\n";
    fs::write(at.join("logs/one.log"), line).expect("a file");
    for (line, code) in TO_STDOUT {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(code_with_a_closed_pipe(at, &words), Some(code), "{line}");
        assert!(!at.join("state.json").exists(), "a report that was not read stays new");
    }
    // A pipe that is named is the same as standard output.
    let named = ["explain", LOGS, "-m", "metadata", "--fail-on", "confirmed", "-o", "/dev/stdout"];
    assert_eq!(code_with_a_closed_pipe(at, &named), Some(10));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_a_failure() {
    let folder = folder("endpoint-group");
    for line in ["explain logs -m metadata --fail-on confirmed", "check -m metadata", "causes", "--help"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("flowcause"));
        let ended = command.args(line.split_whitespace()).current_dir(folder.path()).stdout(full).output();
        let ended = ended.expect("the program runs");
        assert_eq!(ended.status.code(), Some(1), "{line}");
        let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(stderr.starts_with("error: standard output cannot be written: "), "{line}: {stderr}");
    }
}

#[test]
fn an_open_edge_of_the_window_is_not_printed_as_a_time() {
    let folder = folder("endpoint-group");
    let exports = ["csv", "markdown", "html", "junit", "ocsf", "prometheus", "slack", "evidence-csv"];
    for (edge, shown) in [("--from", "from 2026-11-2"), ("--to", "before 2026-11-2")] {
        let time = if edge == "--from" { "2026-11-23T00:00:00Z" } else { "2026-11-24T00:00:00Z" };
        let words: Vec<String> = exports.map(|format| format!("{format}=out.{format}")).to_vec();
        let words = words.iter().flat_map(|word| ["--export", word]);
        let ran = explain(folder.path(), &words.chain([edge, time]).collect::<Vec<_>>());
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{edge}");
        let files = exports.map(|format| folder.path().join(format!("out.{format}")));
        let written = files.map(|path| fs::read_to_string(path).expect("an export"));
        assert!(ran.stdout.contains(shown) && written[2].contains(shown), "{edge}: {}", ran.stdout);
        for text in written.iter().chain([&ran.stdout, &json(folder.path(), &[edge, time]).to_string()]) {
            for sentinel in ["922337203", "9999-12", "1970-01-01"] {
                assert!(!text.contains(sentinel), "{edge} {sentinel}: {text}");
            }
        }
    }
}
