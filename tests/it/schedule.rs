//! Scheduled runs: split runs together say what one run over everything says, and what each of them leaves and tells.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::days::{self, DAYS};
use crate::support::run::{Ran, run};
use crate::support::scenarios;
use crate::support::write::{self, Files};

const STATE: [&str; 2] = ["--state", "state.json"];

/// A folder with the metadata of an incident, and no logs yet.
fn folder_of(files: &Files) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    add(folder.path(), files.iter().filter(|(name, _)| name.starts_with("metadata/")));
    fs::create_dir(folder.path().join("logs")).expect("a folder");
    folder
}

fn add<'a>(folder: &Path, files: impl IntoIterator<Item = (&'a String, &'a Vec<u8>)>) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
    }
}

/// The log files in the order in which they arrive.
fn logs(files: &Files) -> Vec<(&String, &Vec<u8>)> {
    files.iter().filter(|(name, _)| name.starts_with("logs/")).collect()
}

fn explain(folder: &Path, more: &[&str]) -> Ran {
    run(folder, &[&["explain", "logs", "--metadata", "metadata", "--format", "json"], more].concat())
}

/// The tasks of a report by their names.
fn tasks(report: &Value) -> BTreeMap<String, Value> {
    let tasks = report["tasks"].as_array().expect("a list").iter();
    let name = |task: &Value| {
        let id = task["task_arn"].as_str().or(task["interface_id"].as_str());
        id.expect("every task has a name").to_owned()
    };
    tasks.map(|task| (name(task), task.clone())).collect()
}

/// One run over everything.
fn at_once(files: &Files) -> Value {
    let folder = folder_of(files);
    add(folder.path(), logs(files));
    explain(folder.path(), &[]).json()
}

/// A run after each of these numbers of files has arrived.
fn in_parts(files: &Files, stops: &[usize]) -> Vec<Value> {
    let folder = folder_of(files);
    let logs = logs(files);
    let mut done = 0;
    let mut reports = Vec::new();
    for &stop in stops {
        add(folder.path(), logs[done..stop].iter().copied());
        done = stop;
        reports.push(explain(folder.path(), &STATE).json());
    }
    reports
}

/// What several runs say of each task: the last word counts.
fn together(reports: &[Value]) -> BTreeMap<String, Value> {
    reports.iter().flat_map(tasks).collect()
}

/// Every way to take `n` files in two or three runs.
fn splits(n: usize) -> Vec<Vec<usize>> {
    let twice = (1..n).map(|first| vec![first, n]);
    let thrice = (1..n).flat_map(|first| (first + 1..n).map(move |second| vec![first, second, n]));
    twice.chain(thrice).collect()
}

fn counts(report: &Value) -> [u64; 3] {
    ["new_files", "files_read_again", "tasks_known"]
        .map(|name| report["run"][name].as_u64().expect("a number"))
}

#[test]
fn split_runs_say_what_one_run_says() {
    for incident in scenarios::all() {
        let files = write::files(&incident);
        let whole = tasks(&at_once(&files));
        assert!(!whole.is_empty(), "{}", incident.name);
        for stops in splits(logs(&files).len()) {
            let reports = in_parts(&files, &stops);
            assert_eq!(together(&reports), whole, "{} {stops:?}", incident.name);
            let last = reports.last().expect("a run");
            assert_eq!(tasks(last).len() + usize::try_from(counts(last)[2]).expect("few"), whole.len());
        }
    }
}

/// What does not depend on who else was read: contrast comes from tasks of the same run.
fn verdict(task: &Value) -> Value {
    let verdict = &task["verdict"];
    serde_json::json!([
        verdict["cause"],
        verdict["standing"],
        verdict["service"],
        verdict["culprits"],
        task["steps"]
    ])
}

#[test]
fn days_in_any_parts_say_what_one_run_says() {
    for name in ["endpoint-rejects", "return-blocked", "ecs-fields-v7"] {
        let files = days::files(name);
        let verdicts = |tasks: BTreeMap<String, Value>| -> BTreeMap<String, Value> {
            tasks.into_iter().map(|(name, task)| (name, verdict(&task))).collect()
        };
        let whole = verdicts(tasks(&at_once(&files)));
        let n = logs(&files).len();
        for stops in splits(n).into_iter().step_by(3).chain([(1..=n).collect()]) {
            let reports = in_parts(&files, &stops);
            assert_eq!(verdicts(together(&reports)), whole, "{name} {stops:?}");
        }
    }
}

#[test]
fn a_day_later_only_that_day_is_read() {
    let files = days::files("endpoint-rejects");
    let reports = in_parts(&files, &[3, 6, 7, 9]);
    let a_day = whole_day_tasks(&reports[0]);
    // Metadata of all days is there from the start, so tasks of days to come are told of, and told of again.
    assert_eq!(counts(&reports[0]), [3, 0, 0]);
    eprintln!("{:?}", reports.iter().map(counts).collect::<Vec<_>>());
    let first = &reports[0]["incidents"][0];
    assert_eq!((&first["status"], &first["tasks_in_all_runs"]), (&"new".into(), &a_day.into()));
    let last = &reports[3]["incidents"][0];
    assert_eq!((&last["status"], &last["since"]), (&"ongoing".into(), &first["since"]));
    assert_eq!(last["tasks_in_all_runs"], (DAYS as u64 * a_day));
}

/// Failed tasks of one day of it.
fn whole_day_tasks(report: &Value) -> u64 {
    tasks(report).len() as u64 / DAYS as u64
}

#[test]
fn the_next_run_without_anything_new_says_so() {
    let files = days::files("endpoint-rejects");
    let folder = folder_of(&files);
    add(folder.path(), logs(&files));
    explain(folder.path(), &STATE).json();
    let state = fs::read(folder.path().join("state.json")).expect("a state");
    let again = explain(folder.path(), &STATE).json();
    // The last day's verdicts are not final: the logs may go on.
    assert_eq!(counts(&again)[0], 0);
    assert_eq!(again["incidents"][0]["status"], "ongoing");
    assert_eq!(fs::read(folder.path().join("state.json")).expect("a state"), state);
    let text = run(folder.path(), &["explain", "logs", "-m", "metadata", "--state", "state.json"]).stdout;
    assert!(text.starts_with("New: 0, ongoing: 1, resolved: 0\n"), "{text}");
}
