//! Skipped files, duplicated files and records spilled to disk do not change an answer.

use std::fs;
use std::path::{Path, PathBuf};

use flowcause::pipeline::{self, LogInput, Options};
use flowcause::progress::NoProgress;
use flowcause::reduce::Limits;
use serde_json::Value;
use walkdir::WalkDir;

use crate::support::run::{Ran, run};

const SAMPLE: &str = "sample-data/endpoint-group";

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of the sample's logs in a folder of its own.
fn copied(to: &Path) {
    let logs = repository().join(SAMPLE).join("logs");
    for entry in WalkDir::new(&logs) {
        let entry = entry.expect("an entry");
        if entry.file_type().is_file() {
            let inner = entry.path().strip_prefix(&logs).expect("below the logs");
            fs::create_dir_all(to.join(inner).parent().expect("a folder")).expect("a folder");
            fs::copy(entry.path(), to.join(inner)).expect("a copy");
        }
    }
}

fn explain(folder: &Path, more: &[&str]) -> Ran {
    let metadata = repository().join(SAMPLE).join("metadata");
    let metadata = metadata.to_str().expect("a text");
    run(folder, &[&["explain", "logs", "--metadata", metadata, "--format", "json"], more].concat())
}

/// The tasks and incidents of the report, without the list of files.
fn diagnosis(report: &Value) -> [&Value; 4] {
    [&report["incidents"], &report["tasks"], &report["coverage"], &report["healthy_tasks"]]
}

#[test]
fn files_of_other_times_are_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    copied(&folder.path().join("logs"));
    let before = explain(folder.path(), &[]).json();
    let add =
        |name: &str| fs::write(folder.path().join("logs").join(name), "neither a log nor read").unwrap();
    add("111122223333_vpcflowlogs_eu-west-1_fl-00000000000000001_20250101T0000Z_6460acce.log.gz");
    let after = explain(folder.path(), &[]).json();
    assert_eq!(diagnosis(&after), diagnosis(&before));
    assert_eq!(after["inputs"]["files_skipped"], 1);
    assert_eq!(after["inputs"]["defects"], before["inputs"]["defects"]);
    // In a run over its time, the file is read and its defect reported.
    add("111122223333_vpcflowlogs_eu-west-1_fl-00000000000000001_20261123T0310Z_00000000.log.gz");
    let damaged = explain(folder.path(), &[]).json();
    // It may hold a later success of the task, so the cause stays and is less certain.
    assert_eq!(damaged["incidents"][0]["cause"], before["incidents"][0]["cause"]);
    assert_eq!(damaged["incidents"][0]["confidence"], "likely");
    assert_ne!(damaged["inputs"]["defects"], before["inputs"]["defects"]);
}

#[test]
fn a_folder_copied_into_itself_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    copied(&folder.path().join("logs"));
    let once = explain(folder.path(), &[]).json();
    copied(&folder.path().join("logs/zz"));
    let twice = explain(folder.path(), &[]).json();
    assert_eq!(diagnosis(&twice), diagnosis(&once));
    assert_eq!(twice["inputs"]["records_in_scope"], once["inputs"]["records_in_scope"]);
    assert_eq!(twice["inputs"]["duplicates"], once["inputs"]["records_in_scope"]);
    assert_eq!(once["inputs"]["duplicates"], 0);
}

#[test]
fn a_small_memory_limit_does_not_change_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    copied(&folder.path().join("logs"));
    let with = |memory: &str| explain(folder.path(), &["--memory", memory]).stdout;
    assert_eq!(with("64MiB"), with("4GiB"));
    let ran = explain(folder.path(), &["--memory", "1KiB"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("at least"), "{}", ran.stderr);
}

/// If no flow fits into memory, each candidate is judged alone.
#[test]
fn suspects_judged_one_by_one_are_the_same() {
    let samples = fs::read_dir(repository().join("sample-data")).expect("samples");
    let mut logs: Vec<PathBuf> = samples.map(|entry| entry.expect("an entry").path().join("logs")).collect();
    logs.retain(|folder| folder.is_dir());
    logs.sort();
    let explained = |memory, threads| {
        let options = Options {
            logs: logs.iter().cloned().map(LogInput::Path).collect(),
            ports: vec![53, 443],
            threads: Some(threads),
            limits: Limits { memory, ..Limits::NONE },
            ..Options::default()
        };
        pipeline::explain(&options, &NoProgress).expect("a report")
    };
    let at_once = explained(usize::MAX, 2);
    assert!(at_once.tasks.len() > 3, "{}", at_once.tasks.len());
    for threads in [1, 2, 8] {
        assert_eq!(format!("{:?}", explained(0, threads)), format!("{at_once:?}"), "{threads} threads");
    }
}

/// Records are spilled into more files than many shells allow a process to open, so the program raises its limit.
#[cfg(target_os = "linux")]
#[test]
fn more_files_may_be_open_than_the_shell_allows() {
    use std::process::{Command, Stdio};
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -S -n 40 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_flowcause")])
        .args(["explain", "-", "--no-config"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the shell runs");
    let allowed = || {
        let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap_or_default();
        let line =
            limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default().to_owned();
        line.split_whitespace().nth(3).and_then(|soft| soft.parse::<u64>().ok())
    };
    // The process waits for records.
    let waits = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        allowed().is_some_and(|files| files > 40)
    });
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(waits);
}
