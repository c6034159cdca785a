//! Tests of the conversion from flags to options.

use std::fs;
use std::path::Path;

use super::{resolve, seconds};
use crate::cli::args::{ExplainArgs, LogArgs, MetadataArgs, ScopeArgs};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::model::time::{Timestamp, Window};
use crate::pipeline::LogInput;

/// 2026-11-23T03:12:00Z.
const AT: i64 = 1_795_403_520;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("logs")).expect("a folder");
    for name in ["logs/b.log", "logs/a.log", "logs/odd[1].log", "tasks.json"] {
        fs::write(folder.path().join(name), "").expect("a file");
    }
    folder
}

fn with_logs(paths: Vec<String>) -> ExplainArgs {
    ExplainArgs { logs: LogArgs { paths, ..LogArgs::default() }, ..ExplainArgs::default() }
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

/// The file names of the inputs that the arguments name.
fn names(folder: &Path, words: &[&str]) -> Result<Vec<String>, Failure> {
    let logs = words.iter().map(|word| if *word == "-" { "-".into() } else { path(folder, word) }).collect();
    let options = resolve(&with_logs(logs))?;
    let name = |input: LogInput| match input {
        LogInput::Stdin => "-".to_owned(),
        LogInput::Path(path) => path.file_name().expect("a name").to_string_lossy().into_owned(),
    };
    Ok(options.logs.into_iter().map(name).collect())
}

#[test]
fn arguments_become_paths() {
    let folder = folder();
    let check = |words: &[&str], expect: &[&str]| {
        assert_eq!(names(folder.path(), words).expect("they exist"), expect, "{words:?}");
    };
    check(&["logs"], &["logs"]);
    check(&["logs/a.log", "-", "logs/a.log", "-"], &["a.log", "-"]);
    check(&["logs/?.log"], &["a.log", "b.log"]);
    check(&["*/b*"], &["b.log"]);
    // An existing file is used as it is, even if its name looks like a pattern.
    check(&["logs/odd[1].log"], &["odd[1].log"]);
}

#[test]
fn arguments_that_name_no_file_are_usage_errors() {
    let folder = folder();
    let check = |word: &str, error: &str, hint: &str| {
        let failure = names(folder.path(), &[word]).expect_err(word);
        assert_eq!(failure.exit(), Exit::Usage);
        let text = failure.to_string();
        assert!(text.contains(error) && text.contains(hint) && text.contains(word), "{text}");
    };
    check("logs/c.log", "does not exist", "logs` exists");
    check("nowhere/at/all", "does not exist", "hint: `");
    check("logs/*.gz", "no file matches the pattern", "`**` matches");
    check("logs/[", "is not a valid pattern", "[[]");
    let metadata = MetadataArgs { paths: vec![path(folder.path(), "lost.json")] };
    let failure = resolve(&ExplainArgs { metadata, ..ExplainArgs::default() }).expect_err("it is lost");
    assert!(failure.error.ends_with("lost.json` does not exist"), "{}", failure.error);
}

#[test]
fn a_bucket_must_be_copied_first() {
    let logs = vec!["s3://bucket/AWSLogs".to_owned()];
    let failure = resolve(&with_logs(logs)).expect_err("no network");
    assert_eq!(failure.hints, ["run `aws s3 sync s3://bucket/AWSLogs ./logs`, then pass `./logs`"]);
}

/// The window of `from`, `to`, `at`, `around`; an empty text is an absent flag.
fn window([from, to, at, around]: [&str; 4]) -> Result<Option<Window>, Failure> {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let scope = ScopeArgs {
        from: given(from),
        to: given(to),
        at: given(at),
        around: given(around),
        ..ScopeArgs::default()
    };
    resolve(&ExplainArgs { scope, ..ExplainArgs::default() }).map(|options| options.window)
}

#[test]
fn times_become_a_window() {
    let check = |flags: [&str; 4], from: i64, to: i64| {
        let expect = Window { from: Timestamp(from), to: Timestamp(to) };
        assert_eq!(window(flags), Ok(Some(expect)), "{flags:?}");
    };
    let at = "2026-11-23T03:12:00Z";
    check([at, "1795403580", "", ""], AT, AT + 60);
    check([at, "", "", ""], AT, i64::MAX);
    check(["", at, "", ""], i64::MIN, AT);
    check(["", "", at, ""], AT - 1800, AT + 1800);
    check(["", "", "1795403520", "90s"], AT - 90, AT + 90);
    check(["", "", "2026-11-23T04:12:00+01:00", "2h"], AT - 7200, AT + 7200);
    assert_eq!(window(["", "", "", ""]), Ok(None));
}

#[test]
fn invalid_time_ranges_are_usage_errors() {
    let check = |flags: [&str; 4], error: &str| {
        let failure = window(flags).expect_err(error);
        assert_eq!((failure.exit(), failure.error.as_str()), (Exit::Usage, error), "{flags:?}");
        assert!(failure.hints[0].contains("--"), "{}", failure.hints[0]);
    };
    check(["yesterday", "", "", ""], "`yesterday` is not a time");
    check(["", "2026-11-23", "", ""], "`2026-11-23` is not a time");
    check(["", "", "03:12", ""], "`03:12` is not a time");
    check(["", "", "", "30m"], "`--around` needs `--at`");
    check(["", "", "1", "soon"], "`soon` is not a duration of at least one second");
    check(["20", "10", "", ""], "`--from 1970-01-01T00:00:20Z` is not before `--to 1970-01-01T00:00:10Z`");
    check(["10", "10", "", ""], "`--from 1970-01-01T00:00:10Z` is not before `--to 1970-01-01T00:00:10Z`");
}

#[test]
fn a_duration_needs_a_unit() {
    let check = |text, expect: Option<i64>| assert_eq!(seconds(text).ok(), expect, "{text}");
    check("90s", Some(90));
    check("30m", Some(1800));
    check("1h30m", Some(5400));
    check("2 hours", Some(7200));
    check("30", None);
    check("0s", None);
    check("-5m", None);
}
