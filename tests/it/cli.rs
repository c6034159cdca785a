//! The command line as scripts and people use it: streams, exit codes, files, configuration, and the flags that select tasks
//! and records.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::run::{Ran, finish, first_verdict, flowcause, run};
use crate::support::sample_folder::{LOGS, explain, folder, json};

/// Standard error of a run with a configuration file.
const CONFIGURED: &str = "note: configuration file `flowcause.toml`\n";

fn task_ids(report: &Value) -> Vec<String> {
    let tasks = report["tasks"].as_array().expect("a list").iter();
    tasks.map(|task| task["task_id"].as_str().unwrap_or("-").to_owned()).collect()
}

/// `INSTA_UPDATE=always cargo test --test it help` updates the snapshots.
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

/// The unit tests of the configuration cover the file and the flags. This test adds the environment.
#[test]
fn flags_come_before_the_environment_then_the_file_then_the_defaults() {
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
    fs::write(folder.path().join("flowcause.toml"), "[explain]\nformat = 'json'\n").expect("a file");
    check(None, &[], true);
    check(None, &["--no-config"], false);
    check(Some("terminal"), &[], false);
    check(Some("terminal"), &["--format", "json"], true);
    fs::write(folder.path().join("flowcause.toml"), "[explain]\nformat = 'terminal'\n").expect("a file");
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
    check(&[("FLOWCAUSE_MEMORY", "256MiB")], 0);
    check(&[("FLOWCAUSE_MEMORY", "1KiB")], 2);
    check(&[("FLOWCAUSE_CONFIG", "gone.toml")], 2);
    check(&[("FLOWCAUSE_CONFIG", "gone.toml"), ("FLOWCAUSE_NO_CONFIG", "1")], 0);
    let colored = explain(&[metadata, ("FLOWCAUSE_COLOR", "always")]);
    assert!(colored.stdout.contains('\u{1b}'));
}

/// Runs a command with the documents in the environment and more variables.
fn run_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = flowcause(folder);
    finish(command.env("FLOWCAUSE_METADATA", "metadata").args(arguments).envs(variables.iter().copied()))
}

#[test]
fn a_general_variable_applies_to_every_command_with_the_flag() {
    let folder = folder("endpoint-group");
    let explain = ["explain", LOGS, "--format", "json", "--output", "report.json"];
    assert_eq!(run_with(folder.path(), &explain, &[("FLOWCAUSE_FORMAT", "terminal")]).code, Some(0));
    let compare = ["compare", "report.json", "report.json"];
    let check = |arguments: &[&str], name: &str, value: &str, code| {
        let ran = run_with(folder.path(), arguments, &[(name, value)]);
        assert_eq!(ran.code, Some(code), "{arguments:?} {name}={value}: {}", ran.stderr);
        ran
    };
    for command in [&["check"][..], &["inspect", LOGS], &compare] {
        let json = check(command, "FLOWCAUSE_FORMAT", "json", 0);
        assert!(json.stdout.starts_with('{') && json.stderr.is_empty(), "{command:?}");
        let refused = check(command, "FLOWCAUSE_FORMAT", "csv", 2).stderr;
        let expect = "error: environment variable `FLOWCAUSE_FORMAT`: expected one of terminal, json, found `csv`\n\
                      hint: use `FLOWCAUSE_EXPLAIN_FORMAT` to set `--format` for `explain` only\n";
        assert_eq!(refused, expect, "{command:?}");
        check(command, "FLOWCAUSE_FORMAT", "xml", 2);
        check(command, "FLOWCAUSE_CONFIG", "gone.toml", 2);
        // A flag comes before the environment, so the variable does not matter.
        check(&[command, &["--format", "json"]].concat(), "FLOWCAUSE_FORMAT", "csv", 0);
    }
    check(&["check"], "FLOWCAUSE_FAIL_ON", "blocked", 10);
    let refused = check(&["check"], "FLOWCAUSE_FAIL_ON", "confirmed", 2).stderr;
    assert!(refused.contains("`FLOWCAUSE_EXPLAIN_FAIL_ON`"), "{refused}");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    assert!(fs::read_to_string(page).expect("the page").contains(&refused), "{refused}");
    let refused = check(&["explain", LOGS], "FLOWCAUSE_FAIL_ON", "blocked", 2).stderr;
    assert!(refused.contains("`FLOWCAUSE_CHECK_FAIL_ON`"), "{refused}");
    check(&compare, "FLOWCAUSE_FAIL_ON", "new", 0);
    assert_eq!(run(folder.path(), &["check"]).code, Some(2), "no documents are named");
    assert_eq!(run_with(folder.path(), &["causes"], &[("FLOWCAUSE_FORMAT", "html")]).code, Some(2));
}

#[test]
fn a_variable_for_one_command_comes_before_the_general_one_and_the_file() {
    let folder = folder("endpoint-group");
    let check = |arguments: &[&str], variables: &[(&str, &str)], code| {
        let ran = run_with(folder.path(), arguments, variables);
        let note = if folder.path().join("flowcause.toml").exists() { CONFIGURED } else { "" };
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(code), note), "{arguments:?} {variables:?}");
    };
    let general = ("FLOWCAUSE_FAIL_ON", "confirmed");
    let for_check = ("FLOWCAUSE_CHECK_FAIL_ON", "blocked");
    let for_explain = ("FLOWCAUSE_EXPLAIN_FAIL_ON", "confirmed");
    check(&["check"], &[for_check], 10);
    check(&["check"], &[for_check, general], 10);
    check(&["check"], &[for_explain], 0);
    check(&["explain", LOGS], &[for_check, general], 10);
    check(&["explain", LOGS], &[for_check], 0);
    let file = "[check]\nfail-on = 'blocked'\nformat = 'json'\n\n[explain]\nfail-on = 'confirmed'\n";
    fs::write(folder.path().join("flowcause.toml"), file).expect("a file");
    check(&["check"], &[], 10);
    check(&["explain", LOGS], &[], 10);
    let is_json = |variables: &[_]| run_with(folder.path(), &["check"], variables).stdout.starts_with('{');
    assert!(is_json(&[]) && is_json(&[("FLOWCAUSE_EXPLAIN_FORMAT", "terminal")]));
    assert!(!is_json(&[("FLOWCAUSE_CHECK_FORMAT", "terminal")]));
    assert!(!is_json(&[("FLOWCAUSE_CHECK_NO_CONFIG", "1")]));
}

#[test]
fn a_variable_without_effect_causes_a_warning() {
    let folder = folder("endpoint-group");
    let check = |arguments: &[&str], variable: (&str, &str), expect: &str| {
        let ran = run_with(folder.path(), arguments, &[variable]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), expect), "{arguments:?} {variable:?}");
        assert!(!ran.stdout.is_empty(), "{arguments:?}");
    };
    let unknown =
        "warning: unknown environment variable `FLOWCAUSE_FAILON`; did you mean `FLOWCAUSE_FAIL_ON`?\n";
    check(&["check"], ("FLOWCAUSE_FAILON", "blocked"), unknown);
    check(&["explain", LOGS], ("FLOWCAUSE_FAILON", "confirmed"), unknown);
    check(&["explain", LOGS, "--quiet"], ("FLOWCAUSE_FAILON", "confirmed"), "");
    let unused =
        "warning: environment variable `FLOWCAUSE_FAIL_ON` has no effect: `inspect` has no `--fail-on`\n";
    check(&["inspect", LOGS], ("FLOWCAUSE_FAIL_ON", "confirmed"), unused);
    check(&["check"], ("FLOWCAUSE_THREADS", "1"), "");
}

/// The page shows the file, and the messages for mistakes in it.
#[test]
fn the_example_of_a_configuration_file_is_accepted() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let example = fs::read_to_string(docs.join("examples/flowcause.toml")).expect("the example");
    let page = fs::read_to_string(docs.join("configuration.md")).expect("the page");
    assert!(page.contains(&format!("```toml\n{example}```\n")), "docs/configuration.md shows the example");
    let folder = folder("endpoint-group");
    fs::write(folder.path().join("flowcause.toml"), &example).expect("a file");
    let check = |arguments: &[&str], code| {
        let ran = run(folder.path(), arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(code), CONFIGURED), "{arguments:?}");
        ran.stdout
    };
    let report = check(&["explain", LOGS], 10);
    assert!(report.starts_with("<!doctype html>"), "{}", &report[..100]);
    check(&["inspect", LOGS], 0);
    check(&["check"], 10);
    assert!(check(&["collect"], 0).contains("eu-west-1"));
    check(&["causes"], 0);
    // The messages on the page are those of the program.
    for (right, wrong) in [("fail-on", "failon"), ("min-coverage = 95", "min-coverage = 101")] {
        let file = example.replacen(right, wrong, 1);
        fs::write(folder.path().join("flowcause.toml"), file).expect("a file");
        let ran = run(folder.path(), &["check"]);
        assert_eq!(ran.code, Some(2), "{wrong}");
        assert!(page.contains(&ran.stderr), "{}", ran.stderr);
    }
    fs::write(folder.path().join("flowcause.toml"), example.replace("format =", "output =")).expect("a file");
    let ran = run(folder.path(), &["explain", LOGS]);
    assert_eq!(ran.code, Some(2));
    assert!(page.contains(&ran.stderr), "{}", ran.stderr);
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
        assert!(page.contains(&format!("\n\n  Id: `{}`\n\n  Culprit: ", cause.id)), "{page}");
        assert!(page.contains("\n\nWhat happens\n"), "{page}");
        assert!(!page.contains("Scenarios") && !page.contains('\u{1b}') && !page.contains("# "), "{page}");
        assert_eq!(causes(&[cause.id.name(), "--format", "markdown"]).stdout, cause.page);
    }
    let unknown = causes(&["dns"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert!(unknown.stderr.contains("'dns-unanswered'"), "{}", unknown.stderr);
}

#[test]
fn completions_and_manual_pages_cover_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(Path::new("."), &["completions", shell]);
        assert_eq!((script.code, script.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["explain", "collect", "fail-on"] {
            assert!(script.stdout.contains(word), "{shell}: {word}");
        }
        // The scripts of the other shells do not complete positional values.
        let has_ids = script.stdout.contains("endpoint-sg-blocks-ingress");
        assert_eq!(has_ids, matches!(shell, "bash" | "zsh"), "{shell}");
    }
    let page = run(Path::new("."), &["man"]);
    assert!(page.stdout.contains(".TH flowcause 1") && page.stdout.contains("flowcause\\-explain(1)"));
    assert_eq!(run(Path::new("."), &["man", "--output", "no/such/folder"]).code, Some(2));
}

#[test]
fn stdout_has_only_the_report_and_a_piped_stderr_is_empty() {
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
fn exit_codes_match_the_contract() {
    let folder = folder("endpoint-rejects");
    let check = |more: &[&str], code| assert_eq!(explain(folder.path(), more).code, Some(code), "{more:?}");
    check(&[], 0);
    check(&["--output", "none/report.txt"], 2);
    check(&["--threads", "none"], 2);
    check(&["--fail-on", "confirmed"], 10);
    check(&["--fail-on", "new"], 2);
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
fn a_report_file_is_replaced_atomically() {
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
fn a_pipe_gets_colours_only_on_request() {
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
    assert_eq!(before["inputs"]["records_in_scope"], 0);
    assert_ne!(before["tasks"][0]["verdict"]["confidence"], "confirmed");
}

#[test]
fn an_unknown_interface_is_refused_as_an_unknown_task_is() {
    let folder = folder("ecs-fields-v7");
    let all = json(folder.path(), &[]);
    let task = all["tasks"][1]["task_id"].as_str().expect("known");
    let interface = all["tasks"][1]["interface_id"].as_str().expect("known");
    let check = |flag: &str, id: &str, near: Option<&str>, logs_only: bool| {
        let words: &[&str] = if logs_only { &[] } else { &["--metadata", "metadata"] };
        let ran = run(folder.path(), &[&["explain", LOGS, flag, id], words].concat());
        let kind = &flag[2..];
        let begin = format!("error: no document and no record contains {kind} `{id}`\n");
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{flag} {id}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(&begin), "{}", ran.stderr);
        let hint = near.map(|near| format!("\nhint: did you mean `{near}`?\n"));
        assert_eq!(ran.stderr.contains("did you mean"), hint.is_some(), "{}", ran.stderr);
        assert!(ran.stderr.contains(hint.as_deref().unwrap_or("\nhint: add ")), "{}", ran.stderr);
    };
    let wrong = |id: &str| format!("{}x", &id[..id.len() - 1]);
    for logs_only in [false, true] {
        check("--interface", &wrong(interface), Some(interface), logs_only);
        check("--interface", "eni-none", None, logs_only);
    }
    check("--task", &wrong(task), Some(task), false);
    check("--task", "none", None, false);
    // A record is enough.
    let by_records = run(folder.path(), &["explain", LOGS, "--interface", interface, "-f", "json"]).json();
    assert_eq!(by_records["tasks"][0]["interface_id"], interface);
}

#[test]
fn a_kind_of_defect_comes_with_its_first_place_in_every_folder() {
    let folder = folder("endpoint-group");
    fs::create_dir(folder.path().join("more")).expect("a folder");
    let broken = ["logs/broken.log", "metadata/broken.json", "more/broken.json", "more/second.json"];
    for name in broken {
        fs::write(folder.path().join(name), "hello\n").expect("a file");
    }
    let report = json(folder.path(), &["--metadata", "more"]);
    let defects = report["inputs"]["defects"].as_array().expect("a list");
    let of_kind = |kind: &str| defects.iter().find(|defect| defect["kind"] == kind).expect("a defect");
    let defect = of_kind("unrecognised-file");
    let files = defect["elsewhere"].as_array().expect("a list").iter();
    let files: Vec<_> = files.map(|place| place["file"].as_str().unwrap_or_default()).collect();
    assert_eq!((&defect["count"], &defect["first"]["file"]), (&4.into(), &broken[0].into()));
    assert_eq!(files, broken[1..3]);
    let page = explain(folder.path(), &["--metadata", "more"]).stdout;
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in
        ["first in logs/broken.log:1: ", "also in metadata/broken.json: ", "also in more/broken.json: "]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
}

#[test]
fn wrong_values_of_flags_are_explained() {
    let folder = folder("endpoint-group");
    let refused = |more: &[&str], text: &str| {
        let ran = explain(folder.path(), more);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{more:?}");
        assert!(ran.stderr.contains(text), "{more:?}: {}", ran.stderr);
    };
    for threads in ["0", "-1", "65536", "99999999999999999999", "two"] {
        let flag = format!("--threads={threads}");
        refused(&[&flag], "expected a number of threads from 1 to 65535");
    }
    refused(&["--log-format", "foo bar"], "found no known field");
    refused(&["--log-format", "${foo}"], "found no known field");
    let usual = explain(folder.path(), &[]);
    let many = explain(folder.path(), &["--threads", "20000"]);
    assert_eq!((many.code, many.stdout.as_str()), (Some(0), usual.stdout.as_str()));
    assert!(many.stderr.starts_with("warning: `--threads 20000` is more than this machine can use"));
    assert_eq!(explain(folder.path(), &["--threads", "20000", "--quiet"]).stderr, "");
    assert_eq!(run(folder.path(), &["inspect", LOGS, "--threads", "20000"]).stderr, many.stderr);
}

#[test]
fn ports_are_added() {
    let folder = folder("dns-unanswered");
    let usual = json(folder.path(), &[]);
    assert_eq!(first_verdict(&usual).0, "dns-unanswered");
    let same = json(folder.path(), &["--port", "443"]);
    assert_eq!(same["inputs"]["records_in_scope"], usual["inputs"]["records_in_scope"]);
    let more = json(folder.path(), &["--port", "5432", "--port", "8443", "--port", "8080"]);
    assert!(more["inputs"]["records_in_scope"].as_u64() >= usual["inputs"]["records_in_scope"].as_u64());
    assert_eq!(first_verdict(&more), first_verdict(&usual));
}
