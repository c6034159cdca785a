//! The worked examples of docs/examples, checked as far as possible without the programs that run them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::run::run;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Every example by its path below the folder, with its text.
fn examples() -> Vec<(String, String)> {
    let root = docs().join("examples");
    let files = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter();
    let paths = files.map(|entry| entry.expect("an entry").into_path()).filter(|path| path.is_file());
    let text = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("below the folder").to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(&path).expect("text"))
    };
    paths.map(text).collect()
}

/// The errors that bash finds in a script without running it; none where bash is not installed.
fn bash_errors(script: &str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("script.sh");
    fs::write(&path, script).expect("a file");
    let output = Command::new("bash").arg("-n").arg(&path).output().ok()?;
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn scripts_and_documents_parse() {
    let mut kinds = BTreeSet::new();
    for (name, text) in examples() {
        let kind = name.rsplit(['.', '/']).next().expect("a part").to_owned();
        match kind.as_str() {
            "sh" => assert_eq!(bash_errors(&text), None, "{name}"),
            "json" => drop(serde_json::from_str::<serde_json::Value>(&text).expect(&name)),
            "yml" => check_workflow(&name, &text),
            "service" | "timer" => check_unit(&name, &text),
            "flowcause" => check_crontab(&name, &text),
            "Dockerfile" => check_dockerfile(&name, &text),
            // `cli.rs` runs the commands with it.
            "toml" => drop(toml::de::DeTable::parse(&text).expect(&name)),
            _ => panic!("{name}: add a check for it here"),
        }
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 8, "{kinds:?}");
}

/// Checks YAML line by line: two spaces for each level, no tabs, `name:` or `- ` before every value, and valid scripts.
fn check_workflow(name: &str, text: &str) {
    let mut script: Option<(usize, String)> = None;
    let mut n_scripts = 0;
    for (line, number) in text.lines().chain([""; 1]).zip(1..) {
        let indent = line.len() - line.trim_start().len();
        if let Some((of, body)) = &mut script {
            if line.trim().is_empty() || indent > *of {
                body.push_str(line);
                body.push('\n');
                if number < text.lines().count() + 1 {
                    continue;
                }
            }
            assert_eq!(bash_errors(body), None, "{name}:{number}");
            n_scripts += 1;
            script = None;
        }
        assert!(!line.contains('\t') && indent % 2 == 0, "{name}:{number}: {line}");
        let content = line.trim_start().trim_start_matches("- ");
        let is_entry = content.contains(": ") || content.ends_with(':');
        assert!(content.is_empty() || content.starts_with('#') || is_entry, "{name}:{number}: {line}");
        if content.ends_with("run: |") {
            script = Some((indent, String::new()));
        }
    }
    assert!(n_scripts > 0, "{name}");
}

fn check_unit(name: &str, text: &str) {
    let mut section = None;
    for (line, number) in text.lines().zip(1..) {
        let is_section = line.starts_with('[') && line.ends_with(']');
        if is_section {
            section = Some(line);
        } else if !line.is_empty() && !line.starts_with('#') {
            let (key, value) = line.split_once('=').unwrap_or_default();
            let is_sound = key.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !value.is_empty();
            assert!(is_sound && section.is_some(), "{name}:{number}: {line}");
        }
    }
}

fn check_crontab(name: &str, text: &str) {
    let jobs = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (settings, jobs): (Vec<&str>, Vec<&str>) =
        jobs.partition(|line| line.split_once('=').is_some_and(|(key, _)| !key.contains(' ')));
    assert!(settings.len() > 2 && jobs.len() == 1, "{name}: {jobs:?}");
    let mut fields = jobs[0].splitn(7, ' ');
    assert!(
        fields.by_ref().take(5).all(|field| field.chars().all(|c| "*/,-0123456789".contains(c))),
        "{name}"
    );
    assert_eq!(fields.next(), Some("flowcause"), "the user");
    let command = fields.next().expect("a command");
    assert!(!command.contains('%'), "cron reads % as the end of a line");
    assert_eq!(bash_errors(command), None, "{name}");
}

fn check_dockerfile(name: &str, text: &str) {
    const WORDS: [&str; 8] = ["FROM", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "CMD", "#"];
    let joined = text.replace("\\\n", " ");
    let lines: Vec<&str> = joined.lines().filter(|line| !line.is_empty()).collect();
    for line in &lines {
        assert!(WORDS.iter().any(|word| line.starts_with(word)), "{name}: {line}");
        if let Some(command) = line.strip_prefix("RUN ") {
            assert_eq!(bash_errors(command), None, "{name}");
        }
    }
    let user = lines.iter().find_map(|line| line.strip_prefix("USER ")).expect("a user");
    assert!(user.parse::<u32>().is_ok_and(|user| user > 0), "{name}: not root");
    let copied = lines.iter().filter(|line| line.starts_with("COPY") && line.contains("docs/"));
    for line in copied {
        let path = line.split(' ').find(|word| word.starts_with("docs/")).expect("a path");
        assert!(docs().parent().expect("the clone").join(path).is_file(), "{name}: {path}");
    }
}

/// The flags of every line that runs a command of flowcause, continued lines joined.
fn flags(text: &str, command: &str) -> BTreeSet<String> {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().filter_map(|line| line.split_once(&format!("flowcause {command} ")));
    let words =
        lines.flat_map(|(_, rest)| rest.split(['|', ';', '`']).next().unwrap_or(rest).split_whitespace());
    words.filter(|word| word.starts_with("--")).map(ToOwned::to_owned).collect()
}

#[test]
fn examples_use_flags_that_exist() {
    let pages = ["scheduling.md", "compare.md", "../README.md"]
        .map(|name| (name.to_owned(), fs::read_to_string(docs().join(name)).expect("a page")));
    for command in ["explain", "compare"] {
        let help = run(&docs(), &[command, "--help"]).stdout;
        let mut n_flags = 0;
        for (name, text) in examples().iter().chain(&pages) {
            for flag in flags(text, command) {
                assert!(
                    help.contains(&format!("{flag} ")) || help.contains(&format!("{flag}\n")),
                    "{name}: {flag}"
                );
                n_flags += 1;
            }
        }
        assert!(n_flags > 0, "{command}");
    }
}

#[test]
fn every_example_is_on_the_page() {
    let pages = ["scheduling.md", "configuration.md"]
        .map(|name| fs::read_to_string(docs().join(name)).expect("a page"));
    let page = pages.concat();
    for (name, _) in examples() {
        assert!(page.contains(&format!("(examples/{name})")), "{name}");
    }
}
