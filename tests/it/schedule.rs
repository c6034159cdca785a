//! Scheduled runs: several runs together report the same as one run over everything. The tests also check the state and the
//! message of each run.

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

/// The log files in the order of their arrival.
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

/// The verdicts of several runs on each task; the last one counts.
fn together(reports: &[Value]) -> BTreeMap<String, Value> {
    reports.iter().flat_map(tasks).collect()
}

/// Every split of `n` files into two or three runs.
fn splits(n: usize) -> Vec<Vec<usize>> {
    let twice = (1..n).map(|first| vec![first, n]);
    let thrice = (1..n).flat_map(|first| (first + 1..n).map(move |second| vec![first, second, n]));
    twice.chain(thrice).collect()
}

fn counts(report: &Value) -> [u64; 3] {
    ["new_files", "files_reread", "tasks_already_diagnosed"]
        .map(|name| report["run"][name].as_u64().expect("a number"))
}

#[test]
fn split_runs_report_the_same_as_one_run() {
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

/// The values that do not depend on other tasks of the run, because a healthy peer must be in the same run.
fn verdict(task: &Value) -> Value {
    let verdict = &task["verdict"];
    serde_json::json!([
        verdict["cause"],
        verdict["confidence"],
        verdict["service"],
        verdict["culprits"],
        task["steps"]
    ])
}

#[test]
fn any_split_of_days_reports_the_same_as_one_run() {
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
    let reports = in_parts(&files, &[5, 10, 11, 15]);
    let a_day = whole_day_tasks(&reports[0]);
    // A verdict is final when the logs continue for half an hour, so each day is diagnosed again when the next one begins.
    let counted: Vec<[u64; 3]> = reports.iter().map(counts).collect();
    assert_eq!(counted, [[5, 0, 0], [5, 5, 0], [1, 5, a_day], [4, 1, 2 * a_day]]);
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

/// Without documents of tasks, interfaces that look like those of failed tasks take their place.
#[test]
fn split_runs_find_the_same_suspects() {
    for name in ["endpoint-rejects", "return-blocked"] {
        let all = scenarios::all();
        let incident = all.iter().find(|incident| incident.name == name).expect("a sample");
        let mut files = write::files(incident);
        files.remove("metadata/describe-tasks.json");
        let whole = tasks(&at_once(&files));
        assert!(!whole.is_empty(), "{name}");
        for stops in splits(logs(&files).len()) {
            let reports = in_parts(&files, &stops);
            let last = tasks(reports.last().expect("a run"));
            assert_eq!(last, whole, "{name} {stops:?}");
        }
    }
}

/// A start of the failed task's service in its subnet, after it.
fn started_later(files: &Files) -> Vec<u8> {
    let tasks = files.get("metadata/describe-tasks.json").expect("tasks");
    let mut tasks: Value = serde_json::from_slice(tasks).expect("JSON");
    let list = tasks["tasks"].as_array_mut().expect("a list");
    list.retain(|task| task["stopCode"] == "TaskFailedToStart");
    for task in list {
        let arn = task["taskArn"].as_str().expect("an ARN").to_owned();
        let object = task.as_object_mut().expect("an object");
        object.insert("taskArn".into(), format!("{}later", &arn[..arn.len() - 5]).into());
        object.retain(|name, _| !name.starts_with("stop") && !name.starts_with("execution"));
        object.insert("createdAt".into(), "2026-11-23T05:00:00Z".into());
        object.insert("startedAt".into(), "2026-11-23T05:01:00Z".into());
        object.insert("lastStatus".into(), "RUNNING".into());
    }
    serde_json::to_vec(&tasks).expect("JSON")
}

#[test]
fn an_incident_is_resolved_by_a_start_and_not_by_silence() {
    let files = days::files("endpoint-rejects");
    let (today, tomorrow): (Files, Files) =
        files.into_iter().partition(|(name, _)| !name.contains("20261124"));
    let today: Files = today.into_iter().filter(|(name, _)| !name.contains("20261125")).collect();
    let sample = scenarios::all().into_iter().find(|one| one.name == "endpoint-rejects").expect("a sample");
    let sample = write::files(&sample);
    let folder = folder_of(&sample);
    add(folder.path(), logs(&today));
    let first = explain(folder.path(), &STATE).json();
    assert_eq!(
        (&first["incidents"][0]["status"], &first["run"]["resolved"]),
        (&"new".into(), &Value::Array(vec![]))
    );
    // A day later no task tried to start, so the incident is not seen and not resolved.
    add(folder.path(), &tomorrow);
    explain(folder.path(), &STATE).json();
    let silent = explain(folder.path(), &STATE).json();
    assert_eq!(silent["run"]["not_seen"].as_array().map(Vec::len), Some(1), "{}", silent["run"]);
    add(folder.path(), [(&"metadata/later.json".to_owned(), &started_later(&sample))]);
    let resolved = explain(folder.path(), &STATE).json();
    let incident = &resolved["run"]["resolved"][0];
    assert_eq!(incident["resolved_by"]["started_at"], "2026-11-23T05:01:00Z", "{}", resolved["run"]);
    assert_eq!(incident["cause"], first["incidents"][0]["cause"]);
    let after = explain(folder.path(), &STATE).json();
    assert_eq!(
        (&after["run"]["resolved"], &after["run"]["not_seen"]),
        (&Value::Array(vec![]), &Value::Array(vec![]))
    );
}

#[test]
fn a_state_needs_files_and_its_own_path() {
    let files = days::files("endpoint-rejects");
    let folder = folder_of(&files);
    add(folder.path(), logs(&files));
    let check = |words: &[&str], code, text: &str| {
        let ran = run(folder.path(), &[&["explain", "-m", "metadata"], words].concat());
        assert_eq!(ran.code, Some(code), "{words:?} {}", ran.stderr);
        assert!(ran.stderr.contains(text), "{words:?} {}", ran.stderr);
    };
    check(&["-", "--state", "state.json"], 2, "standard input has no name and size");
    check(&["logs", "--state", "same.json", "-o", "same.json"], 2, "both");
    check(&["logs", "--state", "none/state.json"], 2, "mkdir -p none");
    check(&["logs", "--state", "state.json", "--from", "0"], 2, "--from");
    check(&["metadata", "--state", "state.json"], 3, "no flow record");
    assert!(!folder.path().join("state.json").exists(), "a run without a report leaves no state");
    fs::write(folder.path().join("state.json"), "{").expect("a file");
    check(&["logs", "--state", "state.json"], 3, "mv ");
}

#[test]
fn fail_on_new_ignores_ongoing_incidents() {
    let files = days::files("endpoint-rejects");
    let folder = folder_of(&files);
    add(folder.path(), logs(&files));
    let check = |more: &[&str], code| {
        let ran = explain(folder.path(), &[&STATE[..], more].concat());
        assert_eq!(ran.code, Some(code), "{more:?} {}", ran.stderr);
    };
    check(&["--fail-on", "new"], 10);
    check(&["--fail-on", "new"], 0);
    let ran = explain(folder.path(), &["--fail-on", "new"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("`--fail-on new` needs `--state`"), "{}", ran.stderr);
}

#[test]
fn an_object_in_another_folder_is_the_same_file() {
    let files = days::files("endpoint-rejects");
    let folder = folder_of(&files);
    add(folder.path(), logs(&files));
    let words = |logs: &[&str]| {
        let words = [&["explain"], logs, &["-m", "metadata", "--state", "state.json", "--format", "json"]];
        run(folder.path(), &words.concat()).json()
    };
    words(&["logs"]);
    fs::rename(folder.path().join("logs"), folder.path().join("moved")).expect("a folder");
    let moved = words(&["moved/AWSLogs"]);
    assert_eq!((&moved["run"]["new_files"], &moved["run"]["files_missing"]), (&0.into(), &0.into()));
    add(folder.path(), logs(&files));
    let twice = words(&["moved", "logs"]);
    assert_eq!((&twice["run"]["new_files"], &twice["run"]["files_duplicated"]), (&0.into(), &15.into()));
}

#[test]
fn a_run_without_new_files_reports_nothing_new() {
    let files = days::files("endpoint-rejects");
    let folder = folder_of(&files);
    add(folder.path(), logs(&files));
    explain(folder.path(), &STATE).json();
    let state = fs::read(folder.path().join("state.json")).expect("a state");
    let again = explain(folder.path(), &STATE).json();
    // The verdicts of the last day are not final, because the logs may continue.
    assert_eq!(counts(&again)[0], 0);
    assert_eq!(again["incidents"][0]["status"], "ongoing");
    assert_eq!(fs::read(folder.path().join("state.json")).expect("a state"), state);
    let text = run(folder.path(), &["explain", "logs", "-m", "metadata", "--state", "state.json"]).stdout;
    assert!(text.starts_with("New: 0, ongoing: 1, resolved: 0\n"), "{text}");
}
