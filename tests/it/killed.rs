//! Scheduled runs that are killed: what is there afterwards is whole, and the next run says what an undisturbed one says.

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
/// Runs that are killed, each a little later than the one before.
const KILLED: u32 = 40;
/// Files a run leaves, in the order in which it leaves them.
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

/// Runs to the end; how long it took.
fn undisturbed(folder: &Path) -> Duration {
    let begun = Instant::now();
    flowcause(folder).args(WORDS).assert().success();
    begun.elapsed()
}

/// Runs, and is killed after a while if it is not done by then.
fn killed_after(folder: &Path, wait: Duration) {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("flowcause"))
        .args(WORDS)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    sleep(wait);
    // Gone already if it was done.
    let _ = child.kill();
    child.wait().expect("it has ended");
}

/// From what one run left to what the next one leaves, by way of runs that are killed.
fn check(folder: &Path, before: &[Option<Vec<u8>>; 2]) {
    put_back(folder, before);
    let whole = undisturbed(folder);
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
        undisturbed(folder);
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
fn killed_runs_leave_nothing_half_done() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = days::files("endpoint-rejects");
    let later = files.extract_if(.., |name, _| name.starts_with("logs/") && name.contains("20261125T"));
    let later: write::Files = later.collect();
    assert_eq!(later.len(), 3);
    write::write(&folder.path().join("in"), &files);
    let folder = folder.path().join("in");
    check(&folder, &[None, None]);
    put_back(&folder, &[None, None]);
    undisturbed(&folder);
    let before = left(&folder);
    for (name, bytes) in &later {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
    }
    check(&folder, &before);
}
