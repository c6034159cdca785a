//! The command line as scripts and people see it: streams, exit codes, files, and the flags that choose what is looked at.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::run::{Ran, finish, first_verdict, flowcause, run};
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

fn task_ids(report: &Value) -> Vec<String> {
    let tasks = report["tasks"].as_array().expect("a list").iter();
    tasks.map(|task| task["task_id"].as_str().unwrap_or("-").to_owned()).collect()
}

/// `INSTA_UPDATE=always cargo test --test it help` writes them anew.
#[test]
fn help_is_as_reviewed() {
    let help = |words: &[&str]| {
        let help = run(Path::new("."), words);
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{words:?}");
        help.stdout.replace("flowcause.exe", "flowcause")
    };
    insta::assert_snapshot!("help", help(&["--help"]));
    for command in ["explain", "compare", "collect", "causes", "completions", "man"] {
        insta::assert_snapshot!(format!("{command}_help"), help(&[command, "--help"]));
    }
    assert_eq!(help(&["--version"]), format!("flowcause {}\n", env!("CARGO_PKG_VERSION")));
}

/// The table of the command line's unit tests has the file and the flags; the environment is here.
#[test]
fn flags_come_before_the_environment_before_the_file_before_what_is_built_in() {
    let folder = folder("endpoint-rejects");
    let is_json = |variable: Option<&str>, more: &[&str]| {
        let mut command = flowcause(folder.path());
        command.args(["explain", LOGS, "--metadata", "metadata"]).args(more);
        if let Some(value) = variable {
            command.env("FLOWCAUSE_FORMAT", value);
        }
        let ran = finish(&mut command);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran.stdout.starts_with('{')
    };
    let check = |variable, more: &[&str], expect| {
        assert_eq!(is_json(variable, more), expect, "{variable:?} {more:?}");
    };
    check(None, &[], false);
    fs::write(folder.path().join("flowcause.toml"), "format = 'json'\n").expect("a file");
    check(None, &[], true);
    check(None, &["--no-config"], false);
    check(Some("terminal"), &[], false);
    check(Some("terminal"), &["--format", "json"], true);
    fs::write(folder.path().join("flowcause.toml"), "format = 'terminal'\n").expect("a file");
    check(Some("json"), &[], true);
    check(Some("json"), &["--format", "terminal"], false);
}

#[test]
fn every_variable_is_read() {
    let folder = folder("endpoint-rejects");
    let explain = |variables: &[(&str, &str)]| {
        let mut command = flowcause(folder.path());
        finish(command.args(["explain", LOGS]).envs(variables.iter().copied()))
    };
    let check = |variables: &[(&str, &str)], code| {
        assert_eq!(explain(variables).code, Some(code), "{variables:?}");
    };
    let metadata = ("FLOWCAUSE_METADATA", "metadata");
    check(&[metadata], 0);
    check(&[metadata, ("FLOWCAUSE_FAIL_ON", "confirmed")], 10);
    check(&[metadata, ("FLOWCAUSE_FAIL_ON", "maybe")], 2);
    check(&[metadata, ("FLOWCAUSE_MIN_COVERAGE", "101")], 2);
    check(&[("FLOWCAUSE_PORT", "53,443")], 0);
    check(&[("FLOWCAUSE_PORT", "53,x")], 2);
    check(&[("FLOWCAUSE_QUIET", "1"), ("FLOWCAUSE_NO_PROGRESS", "yes"), ("FLOWCAUSE_THREADS", "1")], 0);
    check(&[("FLOWCAUSE_THREADS", "0")], 2);
    check(&[("FLOWCAUSE_CONFIG", "gone.toml")], 2);
    check(&[("FLOWCAUSE_CONFIG", "gone.toml"), ("FLOWCAUSE_NO_CONFIG", "1")], 0);
    let colored = explain(&[metadata, ("FLOWCAUSE_COLOR", "always")]);
    assert!(colored.stdout.contains('\u{1b}'));
}

/// A job sets them once for all commands, which do not take the same values.
#[test]
fn a_variable_of_another_command_is_left_aside() {
    let folder = folder("endpoint-group");
    let ran = |words: &[&str], variable: (&str, &str)| {
        finish(flowcause(folder.path()).env("FLOWCAUSE_METADATA", "metadata").args(words).envs([variable]))
    };
    let check = |words: &[&str], name, value, code| {
        let ran = ran(words, (name, value));
        assert_eq!(ran.code, Some(code), "{words:?} {name}={value}: {}", ran.stderr);
        ran.stdout
    };
    check(&["explain", LOGS, "--format", "json", "-o", "report.json"], "FLOWCAUSE_FORMAT", "terminal", 0);
    let compare = ["compare", "report.json", "report.json"];
    for command in [&["check"][..], &compare] {
        assert!(check(command, "FLOWCAUSE_FORMAT", "json", 0).starts_with('{'), "{command:?}");
        assert!(!check(command, "FLOWCAUSE_FORMAT", "csv", 0).starts_with('{'), "{command:?}");
        check(command, "FLOWCAUSE_FORMAT", "xml", 2);
        check(command, "FLOWCAUSE_FAIL_ON", "confirmed", 0);
        check(command, "FLOWCAUSE_FAIL_ON", "maybe", 2);
        check(command, "FLOWCAUSE_CONFIG", "gone.toml", 2);
    }
    check(&["check"], "FLOWCAUSE_FAIL_ON", "blocked", 10);
    check(&["explain", LOGS], "FLOWCAUSE_FAIL_ON", "blocked", 0);
    check(&compare, "FLOWCAUSE_FAIL_ON", "new", 0);
    assert_eq!(run(folder.path(), &["check"]).code, Some(2), "no documents are named");
    fs::write(folder.path().join("flowcause.toml"), "metadata = 'metadata'\nfail-on = 'blocked'\n")
        .expect("a file");
    assert_eq!(run(folder.path(), &["check"]).code, Some(10));
    assert_eq!(run(folder.path(), &["explain", LOGS]).code, Some(0));
}

#[test]
fn causes_are_listed_and_explained() {
    let causes = |more: &[&str]| run(Path::new("."), &[&["causes"], more].concat());
    let table = causes(&[]);
    assert_eq!((table.code, table.stderr.as_str()), (Some(0), ""));
    for cause in flowcause::diagnose::CAUSES {
        assert!(table.stdout.lines().any(|line| line.starts_with(cause.id.name())), "{}", cause.id);
        let page = causes(&[cause.id.name()]).stdout;
        let (title, _) = page.split_once("\n\n").expect("a title");
        assert_eq!(title.replace('\n', " "), cause.title);
        assert!(page.contains(&format!("\n\n  Id: `{}`\n\nWhat happens\n", cause.id)), "{page}");
        assert!(!page.contains("Scenarios") && !page.contains('\u{1b}') && !page.contains("# "), "{page}");
        assert_eq!(causes(&[cause.id.name(), "--format", "markdown"]).stdout, cause.page);
    }
    let unknown = causes(&["dns"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert!(unknown.stderr.contains("'dns-unanswered'"), "{}", unknown.stderr);
}

#[test]
fn shells_and_man_are_told_of_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(Path::new("."), &["completions", shell]);
        assert_eq!((script.code, script.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["explain", "collect", "fail-on"] {
            assert!(script.stdout.contains(word), "{shell}: {word}");
        }
        // The other shells' scripts complete no positional values.
        let has_ids = script.stdout.contains("endpoint-sg-blocks-ingress");
        assert_eq!(has_ids, matches!(shell, "bash" | "zsh"), "{shell}");
    }
    let page = run(Path::new("."), &["man"]);
    assert!(page.stdout.contains(".TH flowcause 1") && page.stdout.contains("flowcause\\-explain(1)"));
    assert_eq!(run(Path::new("."), &["man", "--output", "no/such/folder"]).code, Some(2));
}

#[test]
fn the_report_alone_is_on_stdout_and_nothing_on_a_piped_stderr() {
    let folder = folder("endpoint-rejects");
    for format in ["terminal", "json"] {
        let ran = explain(folder.path(), &["--format", format]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{format}");
        assert!(!ran.stdout.is_empty() && !ran.stdout.contains('\u{1b}'), "{format}");
    }
    let failed = run(folder.path(), &["explain", "gone"]);
    assert!(failed.stdout.is_empty() && failed.stderr.starts_with("error: "), "{}", failed.stderr);
}

#[test]
fn exit_codes_are_those_of_the_contract() {
    let folder = folder("endpoint-rejects");
    let check = |more: &[&str], code| assert_eq!(explain(folder.path(), more).code, Some(code), "{more:?}");
    check(&[], 0);
    check(&["--output", "none/report.txt"], 2);
    check(&["--threads", "none"], 2);
    check(&["--fail-on", "confirmed"], 10);
    check(&["--min-coverage", "50"], 0);
    check(&["--fail-on", "likely", "--min-coverage", "100"], 10);
    assert_eq!(run(folder.path(), &["explain", "metadata"]).code, Some(3));
    let undetermined = self::folder("reject-only");
    assert_eq!(explain(undetermined.path(), &["--fail-on", "likely"]).code, Some(0));
    let uncovered = self::folder("endpoint-rejects");
    for entry in walkdir::WalkDir::new(uncovered.path().join(LOGS)) {
        let path = entry.expect("an entry").into_path();
        if path.to_string_lossy().contains("T0310Z") {
            fs::remove_file(path).expect("a file");
        }
    }
    assert_eq!(explain(uncovered.path(), &["--min-coverage", "95"]).code, Some(11));
}

#[test]
fn a_file_appears_whole_or_not_at_all() {
    let folder = folder("endpoint-rejects");
    let stdout = explain(folder.path(), &["--format", "json"]).stdout;
    let ran = explain(folder.path(), &["--format", "json", "-o", "report.json"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(fs::read_to_string(folder.path().join("report.json")).expect("the report"), stdout);
    let failed = run(folder.path(), &["explain", "metadata", "-o", "other.json"]);
    assert_eq!(failed.code, Some(3));
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names, ["README.md", "logs", "metadata", "report.json"]);
}

#[test]
fn colour_is_for_those_who_ask() {
    let folder = folder("endpoint-rejects");
    let colored = |more: &[&str], no_color: bool| {
        let mut command = flowcause(folder.path());
        command.args(["explain", LOGS, "--metadata", "metadata"]).args(more);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        finish(&mut command).stdout.contains('\u{1b}')
    };
    assert!(!colored(&[], false));
    assert!(!colored(&[], true));
    assert!(colored(&["--color", "always"], false));
    assert!(!colored(&["--color", "never"], false));
    assert!(!colored(&["--color", "always", "--format", "json"], false));
}

#[test]
fn a_quoted_pattern_is_expanded() {
    let folder = folder("endpoint-rejects");
    let words = ["explain", "logs/**/*.log.gz", "--metadata", "metadata/*.json", "--format", "json"];
    let by_pattern = run(folder.path(), &words);
    assert_eq!(by_pattern.stdout, explain(folder.path(), &["--format", "json"]).stdout);
}

#[test]
fn tasks_interfaces_and_times_select() {
    let folder = folder("ecs-fields-v7");
    let all = json(folder.path(), &[]);
    let ids = task_ids(&all);
    assert_eq!(ids.len(), 2, "the sample has two failed tasks");
    let one = &all["tasks"][1];
    let text = |name: &str| one[name].as_str().expect("known").to_owned();
    for more in
        [["--task", &text("task_id")], ["--task", &text("task_arn")], ["--interface", &text("interface_id")]]
    {
        let report = json(folder.path(), &more);
        assert_eq!(task_ids(&report), [ids[1].clone()], "{more:?}");
        assert_eq!(report["tasks"][0]["verdict"], one["verdict"], "{more:?}");
    }
    let around = json(folder.path(), &["--at", "2026-11-23T03:12:00Z", "--around", "10m"]);
    assert_eq!(first_verdict(&around), first_verdict(&all));
    let window = json(folder.path(), &["--from", "2026-11-23T03:05:00Z", "--to", "1795404300"]);
    assert_eq!(first_verdict(&window), first_verdict(&all));
    assert_eq!(window["window"]["from"], "2026-11-23T03:05:00Z");
    // The day before, nothing of the incident is left.
    let before = json(folder.path(), &["--from", "2026-11-22T00:00:00Z", "--to", "2026-11-22T12:00:00Z"]);
    assert_eq!(before["inputs"]["kept"], 0);
    assert_ne!(before["tasks"][0]["verdict"]["standing"], "confirmed");
}

#[test]
fn ports_select() {
    let folder = folder("dns-unanswered");
    let both = json(folder.path(), &[]);
    assert_eq!(first_verdict(&both).0, "dns-unanswered");
    let only = json(folder.path(), &["--port", "443"]);
    assert!(only["inputs"]["kept"].as_u64() < both["inputs"]["kept"].as_u64());
    assert_ne!(first_verdict(&only).0, "dns-unanswered");
}
