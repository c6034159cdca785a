//! Scheduled runs that are killed leave complete files only, and the next run reports the same as an uninterrupted one.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::days;
use crate::support::run::flowcause;
use crate::support::write;

const WORDS: [&str; 11] = [
    "explain",
    "logs",
    "--metadata",
    "metadata",
    "--format",
    "json",
    "--output",
    "report.json",
    "--state",
    "state.json",
    "--quiet",
];
/// The number of runs that are killed, each a little later than the one before.
const KILLED: u32 = 40;
/// The files that a run writes, in the order in which it writes them.
const LEFT: [&str; 2] = ["report.json", "state.json"];

fn left(folder: &Path) -> [Option<Vec<u8>>; 2] {
    LEFT.map(|name| fs::read(folder.join(name)).ok())
}

fn put_back(folder: &Path, before: &[Option<Vec<u8>>; 2]) {
    for (name, bytes) in LEFT.iter().zip(before) {
        let path = folder.join(name);
        match bytes {
            Some(bytes) => fs::write(path, bytes).expect("the file can be written"),
            None => drop(fs::remove_file(path)),
        }
    }
}

/// Runs to the end and returns how long it took.
fn uninterrupted(folder: &Path) -> Duration {
    let begun = Instant::now();
    flowcause(folder).args(WORDS).assert().success();
    begun.elapsed()
}

/// Starts a run and kills it after `wait` if it has not finished by then.
fn killed_after(folder: &Path, wait: Duration) {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("flowcause"))
        .args(WORDS)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    sleep(wait);
    // An error means that it has finished already.
    let _ = child.kill();
    child.wait().expect("it has ended");
}

/// Checks killed runs that start from the files in `before`: each file is either old or new afterwards.
fn check(folder: &Path, before: &[Option<Vec<u8>>; 2]) {
    put_back(folder, before);
    let whole = uninterrupted(folder);
    let after = left(folder);
    assert_ne!(&after, before);
    let mut n_interrupted = 0;
    for n in 1..=KILLED {
        put_back(folder, before);
        killed_after(folder, whole * n / KILLED);
        let found = left(folder);
        for ((name, found), (before, after)) in LEFT.iter().zip(&found).zip(before.iter().zip(&after)) {
            assert!(found == before || found == after, "{name} is neither old nor new after kill {n}");
        }
        assert!(found[1] == before[1] || found[0] == after[0], "the state is newer than the report");
        n_interrupted += u32::from(found[1] == before[1]);
        uninterrupted(folder);
        if found[1] == before[1] {
            assert_eq!(left(folder), after, "the run after kill {n}");
        }
        let leftovers =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let leftovers: Vec<_> = leftovers.filter(|name| name.to_string_lossy().ends_with(".part")).collect();
        assert!(leftovers.is_empty(), "{leftovers:?}");
    }
    assert!(n_interrupted > KILLED / 4, "only {n_interrupted} runs were killed in time");
}

#[test]
fn killed_runs_leave_no_partial_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = days::files("endpoint-rejects");
    let later = files.extract_if(.., |name, _| name.starts_with("logs/") && name.contains("20261125T"));
    let later: write::Files = later.collect();
    assert_eq!(later.len(), 5);
    write::write(&folder.path().join("in"), &files);
    let folder = folder.path().join("in");
    check(&folder, &[None, None]);
    put_back(&folder, &[None, None]);
    uninterrupted(&folder);
    let before = left(&folder);
    for (name, bytes) in &later {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
    }
    check(&folder, &before);
}
