//! Commands in pages: the program prints the shown outputs and accepts every command.
//!
//! `BLESS=1 cargo test --test it transcripts` brings the outputs up to date. The notation is that of
//! `tests/it/support/transcript.rs`.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use flowcause::cli::args::Cli;

use crate::support::run::run;
use crate::support::transcript::{Exchange, blocks, exchanges, refreshed, words};

/// Languages of blocks that show no output of the program.
const LANGUAGES: [&str; 4] = ["sh", "sql", "toml", "json"];
/// Kinds of other text. Output has a command and is `console`.
const TEXTS: [&str; 3] = ["text message", "text diagram", "text example"];
/// Pages below them are generated, and compared with their sources elsewhere.
const GENERATED: [&str; 3] = ["docs/causes/", "docs/commands/", "docs/samples.md"];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page that is written by hand, by its path in the repository.
fn pages() -> Vec<(String, String)> {
    let docs = walkdir::WalkDir::new(repository().join("docs")).sort_by_file_name().into_iter();
    let docs = docs.map(|entry| entry.expect("an entry").into_path());
    let first = ["README.md", "CONTRIBUTING.md"].map(|name| repository().join(name));
    let pages = first.into_iter().chain(docs);
    let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let name = |path: &PathBuf| {
        path.strip_prefix(repository()).expect("in the repository").to_string_lossy().replace('\\', "/")
    };
    pages
        .map(|path| (name(&path), fs::read_to_string(&path).expect("text")))
        .filter(|(name, _)| !GENERATED.iter().any(|generated| name.starts_with(generated)))
        .collect()
}

/// A folder to run commands in: the samples are there as in the repository, and what commands write stays in it.
fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::os::unix::fs::symlink(repository().join("sample-data"), folder.path().join("sample-data"))
        .expect("a link");
    folder
}

/// The arguments of a command that runs this program; none for another command.
fn arguments(line: &str) -> Option<Vec<String>> {
    let words = words(line);
    let program = match words.first()?.as_str() {
        "flowcause" => 0,
        "cargo" if words.get(1)? == "run" => words.iter().position(|word| word == "--")?,
        _ => return None,
    };
    Some(words[program + 1..].to_vec())
}

/// The output of a command that succeeds. `--fail-on` and `--min-coverage` are success with a code of their own.
fn printed(folder: &Path, arguments: &[String]) -> Result<String, String> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = run(folder, &arguments);
    match ran.code {
        Some(0 | 10 | 11) => Ok(ran.stdout),
        code => Err(format!("{arguments:?} ends with {code:?}: {}", ran.stderr)),
    }
}

/// A page with its outputs brought up to date; an `Err` names a block that shows the output of no command.
fn current(page: &str) -> Result<String, String> {
    let lines: Vec<&str> = page.lines().collect();
    let folder = workplace();
    let mut last = None;
    let (mut result, mut copied) = (Vec::new(), 0);
    for block in blocks(&lines).into_iter().filter(|block| block.info == "console") {
        result.extend(lines[copied..block.lines.start].iter().map(|line| (*line).to_owned()));
        copied = block.lines.end;
        for exchange in exchanges(&lines[block.lines.clone()]) {
            let lines = refresh(&exchange, &mut last, folder.path());
            result.extend(lines.map_err(|error| format!("line {}: {error}", block.lines.start))?);
        }
    }
    result.extend(lines[copied..].iter().map(|line| (*line).to_owned()));
    Ok(result.join("\n") + "\n")
}

/// The lines of a command and its output. `last` is the output of the command before, and then of this one.
fn refresh(exchange: &Exchange<'_>, last: &mut Option<String>, folder: &Path) -> Result<Vec<String>, String> {
    if let Some(line) = exchange.command_line() {
        let arguments = arguments(&line).ok_or_else(|| format!("`{line}` does not run flowcause"))?;
        *last = Some(printed(folder, &arguments)?);
    }
    let output = last.as_ref().ok_or("an output without a command")?;
    let output: Vec<&str> = output.lines().map(str::trim_end).collect();
    let command = exchange.command.iter().map(|line| (*line).to_owned());
    Ok(command.chain(refreshed(exchange.output, &output)).collect())
}

/// The first lines that differ, for a message.
fn difference(page: &str, current: &str) -> String {
    let pairs = page.lines().zip(current.lines()).zip(1..);
    let found = pairs.into_iter().find(|((shown, printed), _)| shown != printed);
    found.map_or_else(String::new, |((shown, printed), number)| {
        format!("line {number}:\n  shown:   {shown}\n  printed: {printed}")
    })
}

#[test]
fn outputs_in_pages_are_current() {
    let bless = env::var_os("BLESS").is_some();
    let (mut stale, mut n_blocks) = (String::new(), 0);
    for (name, page) in pages() {
        n_blocks += page.matches("```console\n").count();
        match current(&page) {
            Ok(current) if current == page => {}
            Ok(current) if bless => fs::write(repository().join(&name), current).expect("a page"),
            Ok(current) => {
                let _ = writeln!(stale, "{name}: {}", difference(&page, &current));
            }
            Err(error) => {
                let _ = writeln!(stale, "{name}: {error}");
            }
        }
    }
    assert_eq!(stale, "", "BLESS=1 cargo test --test it transcripts");
    assert!(n_blocks >= 10, "{n_blocks} outputs");
}

#[test]
fn every_block_has_a_kind_and_outputs_have_a_command() {
    let mut wrong = String::new();
    for (name, page) in pages() {
        let lines: Vec<&str> = page.lines().collect();
        for block in blocks(&lines) {
            let is_known = block.info == "console" || LANGUAGES.contains(&block.info);
            if !is_known && !TEXTS.contains(&block.info) {
                let _ = writeln!(wrong, "{name}:{}: `{}`", block.lines.start, block.info);
            }
            if block.info == "json" {
                let text = lines[block.lines].join("\n");
                serde_json::from_str::<serde_json::Value>(&text).expect(&name);
            }
        }
    }
    assert_eq!(wrong, "", "an output is `console`, with its command; other text is one of {TEXTS:?}");
}

#[test]
fn documented_commands_are_accepted() {
    let (mut wrong, mut n_commands) = (String::new(), 0);
    for (name, page) in pages() {
        let lines: Vec<&str> = page.lines().collect();
        for block in blocks(&lines).into_iter().filter(|block| block.info == "sh") {
            let text = lines[block.lines].join("\n").replace("\\\n", " ");
            for line in text.lines() {
                let command = line.trim().split([';', '|', '>']).next().unwrap_or_default();
                let Some(arguments) = arguments(command) else { continue };
                n_commands += 1;
                let words = ["flowcause".to_owned()].into_iter().chain(arguments);
                if let Err(error) = Cli::try_parse_from(words)
                    && error.use_stderr()
                {
                    let _ = writeln!(wrong, "{name}: {command}\n{error}");
                }
            }
        }
    }
    assert_eq!(wrong, "");
    assert!(n_commands > 30, "{n_commands} commands");
}

/// The keys of the objects that a schema describes.
fn keys(schema: &serde_json::Value, found: &mut BTreeSet<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        found.extend(properties.keys().cloned());
    }
    match schema {
        serde_json::Value::Object(object) => object.values().for_each(|value| keys(value, found)),
        serde_json::Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn pages_name_every_key_of_their_schema() {
    for (page, schema) in
        [("json-v1", "report"), ("check", "check"), ("inspect", "inspect"), ("compare", "compare")]
    {
        let docs = repository().join("docs");
        let text = fs::read_to_string(docs.join(format!("{page}.md"))).expect("a page");
        let is_key = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let spans = text.split('`').skip(1).step_by(2);
        let named: BTreeSet<&str> = spans.flat_map(|span| span.split(|c| !is_key(c))).collect();
        let schema = fs::read(docs.join(format!("{schema}-v1.schema.json"))).expect("a schema");
        let mut described = BTreeSet::new();
        keys(&serde_json::from_slice(&schema).expect("JSON"), &mut described);
        let missing: Vec<&String> = described.iter().filter(|key| !named.contains(key.as_str())).collect();
        assert!(missing.is_empty(), "docs/{page}.md does not name {missing:?}");
    }
}
