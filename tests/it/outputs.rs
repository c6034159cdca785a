//! Everything that a run writes: standard output and its reader, report files, exports and states. No output is ever an
//! input, and no run writes through a file that another user put in its place.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::run::run;
use crate::support::sample_folder::{LOGS, explain, folder, json};

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

/// Every file below a folder, with its content and its modification time.
fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let read = |entry: walkdir::DirEntry| {
        let changed = entry.metadata().expect("a file").modified().expect("a time");
        (entry.path().to_owned(), fs::read(entry.path()).expect("a file"), changed)
    };
    files.map(read).collect()
}

/// A folder of one log, metadata, two reports, a state and a configuration file.
fn inputs() -> TempDir {
    let folder = folder("endpoint-group");
    let at = folder.path();
    let log = content(&at.join(LOGS)).swap_remove(0).0;
    fs::rename(log, at.join("one.log.gz")).expect("a file");
    for report in ["old.json", "new.json"] {
        assert_eq!(explain(at, &["-f", "json", "-o", report]).code, Some(0));
    }
    assert_eq!(explain(at, &["--state", "state.json"]).code, Some(0));
    fs::write(at.join("flowcause.toml"), "[explain]\nthreads = 1\n").expect("a file");
    folder
}

/// Runs command lines that must be refused and must leave every file as it is.
fn refused(folder: &Path, lines: &[(&str, &str)]) {
    let before = content(folder);
    for (line, text) in lines {
        let ran = run(folder, &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{line}: {}", ran.stderr);
        let error = ran.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
        assert!(error.contains(text), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("\nhint: "), "{line}: {}", ran.stderr);
        assert_eq!(content(folder), before, "{line} changes a file");
    }
}

#[test]
fn an_output_that_is_an_input_is_refused() {
    let folder = inputs();
    let subnets = "metadata/describe-subnets.json";
    let check = |line: &str, text: &str| refused(folder.path(), &[(line, text)]);
    let logs = "which is read as flow logs";
    let metadata = "which is read as metadata";
    check("explain one.log.gz -m metadata -o one.log.gz", logs);
    check("explain ./one.log.gz -m metadata -o logs/../one.log.gz", logs);
    check("explain *.gz -m metadata --export json=one.log.gz", logs);
    check("explain one.log.gz -m metadata --state one.log.gz", logs);
    check(&format!("explain one.log.gz -m metadata -o {subnets}"), metadata);
    check(&format!("explain one.log.gz -m {subnets} --export csv=./{subnets}"), metadata);
    check(&format!("explain one.log.gz -m metadata --export csv=a --export json={subnets}"), metadata);
    check(&format!("check -m metadata -o {subnets}"), metadata);
    check("inspect one.log.gz -o one.log.gz", logs);
    check("compare old.json new.json -o old.json", "which is read as a report to compare");
    check("compare old.json new.json -f json -o ./new.json", "which is read as a report to compare");
    check("explain one.log.gz -m metadata -o flowcause.toml", "which is read as the configuration file");
    check("check -m metadata --config flowcause.toml -o flowcause.toml", "the configuration file");
    // A new file in a folder that is read would be an input of the next run.
    let next = "the next run would read it";
    check("explain logs -m metadata -o logs/report.json", next);
    check("explain one.log.gz -m metadata --export json=metadata/report.json", next);
    check("explain one.log.gz -m metadata --state metadata/state.json", next);
    check("check -m metadata -o metadata/check.json", next);
    check("explain *.gz -m metadata -o report.gz", next);
    check("explain . -m metadata -o report.json", next);
}

#[cfg(unix)]
#[test]
fn an_output_that_is_an_input_by_a_link_is_refused() {
    let folder = inputs();
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink("one.log.gz", at("link")).expect("a link");
    std::os::unix::fs::symlink("link", at("link-to-link")).expect("a link");
    std::os::unix::fs::symlink("metadata", at("folder")).expect("a link");
    fs::hard_link(at("one.log.gz"), at("hard")).expect("a link");
    fs::create_dir(at("more")).expect("a folder");
    fs::write(at("elsewhere.json"), "{}").expect("a file");
    std::os::unix::fs::symlink("../elsewhere.json", at("more/in.json")).expect("a link");
    let logs = "which is read as flow logs";
    refused(
        folder.path(),
        &[
            ("explain one.log.gz -m metadata -o link", logs),
            ("explain link -m metadata -o one.log.gz", logs),
            ("explain one.log.gz -m metadata -o link-to-link", logs),
            ("explain one.log.gz -m metadata -o hard", logs),
            ("explain hard -m metadata --export html=link", logs),
            ("explain one.log.gz -m metadata -o folder/describe-subnets.json", "metadata"),
            ("explain one.log.gz -m folder -o metadata/describe-subnets.json", "metadata"),
            ("explain one.log.gz -m folder -o metadata/new.json", "the next run would read it"),
            ("explain one.log.gz -m more -o elsewhere.json", "metadata"),
        ],
    );
}

#[test]
fn two_outputs_are_two_files() {
    let folder = inputs();
    fs::write(folder.path().join("a"), "").expect("a file");
    fs::hard_link(folder.path().join("a"), folder.path().join("b")).expect("a link");
    let two = "two reports would be written to";
    refused(
        folder.path(),
        &[
            ("explain one.log.gz -m metadata -o a --export json=./a", two),
            ("explain one.log.gz -m metadata --export csv=new --export json=logs/../new", two),
            ("explain one.log.gz -m metadata -o a --export json=b", two),
            ("explain one.log.gz -m metadata --state s.json -o s.json", "cannot be both"),
            ("explain one.log.gz -m metadata --state s.json --export json=./s.json", "cannot be both"),
            ("explain one.log.gz -m metadata --state s.json -o s.json.lock", "cannot be both"),
        ],
    );
}

#[test]
fn the_state_of_another_schedule_is_not_replaced() {
    let folder = inputs();
    let text = "would overwrite the state of a schedule";
    refused(
        folder.path(),
        &[
            ("explain one.log.gz -m metadata -o state.json", text),
            ("explain one.log.gz -m metadata --state other.json -o state.json", text),
            ("explain one.log.gz -m metadata --export json=state.json", text),
            ("explain one.log.gz -m metadata -o state.json.lock", text),
            ("inspect one.log.gz -o state.json", text),
            ("check -m metadata -o state.json", text),
            ("compare old.json new.json -o state.json", text),
        ],
    );
    let own = ["--state", "state.json", "-o", "report.json", "--export", "json=other.json"];
    for _ in 0..2 {
        assert_eq!(explain(folder.path(), &own).code, Some(0), "the own state is replaced");
    }
}

#[cfg(unix)]
#[test]
fn standard_output_is_not_appended_to_an_input() {
    let folder = inputs();
    let append = |name: &str| {
        let file = fs::OpenOptions::new().append(true).create(true).open(folder.path().join(name));
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("flowcause"));
        command.args(["explain", "one.log.gz", "-m", "metadata", "--no-config"]).current_dir(folder.path());
        command.stdout(file.expect("a file")).output().expect("the program runs").status.code()
    };
    let before = content(folder.path());
    assert_eq!(append("one.log.gz"), Some(2));
    assert_eq!(append("metadata/describe-subnets.json"), Some(2));
    assert_eq!(content(folder.path()), before);
    assert_eq!(append("report.txt"), Some(0));
    assert_eq!(append("report.txt"), Some(0), "it is no input");
}

#[cfg(unix)]
#[test]
fn a_link_with_a_temporary_name_of_a_schedule_is_not_written_through() {
    let folder = folder("endpoint-group");
    let at = |name: &str| folder.path().join(name);
    let schedule = ["--state", "state.json", "-o", "report.txt", "--export", "json=report.json"];
    // A run that is killed shows the temporary names, which are the same in every run. Here they are planted.
    assert_eq!(explain(folder.path(), &schedule).code, Some(0));
    let state = std::path::absolute(at("state.json").canonicalize().expect("a state")).expect("a path");
    let mut hasher = rustc_hash::FxHasher::default();
    std::hash::Hasher::write(&mut hasher, state.to_string_lossy().as_bytes());
    let owner = format!("{:016x}", std::hash::Hasher::finish(&hasher));
    fs::write(at("victim"), "precious").expect("a file");
    for name in ["state.json", "report.txt", "report.json"] {
        std::os::unix::fs::symlink(at("victim"), at(&format!(".{name}.{owner}.part"))).expect("a link");
    }
    for name in ["state.json", "report.txt"] {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(at(name), private).expect("an own file");
    }
    let ran = explain(folder.path(), &schedule);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(fs::read_to_string(at("victim")).expect("still there"), "precious");
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    let expect = [
        "README.md",
        "logs",
        "metadata",
        "report.json",
        "report.txt",
        "state.json",
        "state.json.lock",
        "victim",
    ];
    assert_eq!(names, expect, "the planted links are removed");
    for name in ["state.json", "report.txt"] {
        let metadata = fs::symlink_metadata(at(name)).expect("a file");
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        assert_eq!((metadata.is_file(), mode), (true, 0o600), "{name}");
    }
    // A link as the lock is not followed.
    std::os::unix::fs::symlink(at("nowhere"), at("second.json.lock")).expect("a link");
    let ran = explain(folder.path(), &["--state", "second.json"]);
    assert_eq!((ran.code, at("nowhere").exists()), (Some(2), false), "{}", ran.stderr);
}
