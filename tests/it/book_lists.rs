//! Lists of causes and commands in pages and schemas that are otherwise written by hand: they follow the registries, so
//! that a new cause or command needs no edit there.
//!
//! `BLESS=1 cargo test --test it book` writes them.

use std::env;
use std::fmt::Write;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use flowcause::cli::args::Cli;
use flowcause::diagnose::CAUSES;
use flowcause::diagnose::registry::Cause;

/// A list within a file.
struct List {
    /// The file, from the repository.
    file: &'static str,
    /// The text right before the list.
    after: &'static str,
    /// The text right after the list.
    before: &'static str,
    /// The expected list.
    expected: String,
}

fn lists() -> Vec<List> {
    let summary = |after, before, expected| List { file: "docs/SUMMARY.md", after, before, expected };
    let schema =
        |file| List { file, after: "\n    \"cause\": {\n", before: "\n      ]", expected: cause_enum() };
    vec![
        List {
            file: "README.md",
            after: "\n| cause | culprit |\n|---|---|\n",
            before: "\n\n",
            expected: cause_table(),
        },
        summary("\n- [Causes](causes/index.md)\n", "\n- [", cause_contents()),
        summary("\n- [Commands](commands/index.md)\n", "\n\n", command_contents()),
        schema("docs/report-v1.schema.json"),
        schema("docs/check-v1.schema.json"),
    ]
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// A row for each cause: its id and its culprit.
fn cause_table() -> String {
    let row = |cause: &&Cause| format!("| [`{0}`](docs/causes/{0}.md) | {1} |", cause.id, culprit(cause));
    CAUSES.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// The culprit as the cause's page describes it, without the final period.
fn culprit(cause: &Cause) -> &'static str {
    let line = cause.page.lines().find_map(|line| line.strip_prefix("Culprit: "));
    line.expect("every page names the culprit").trim_end_matches('.')
}

fn cause_contents() -> String {
    let line = |cause: &&Cause| format!("  - [{0}](causes/{0}.md)", cause.id);
    CAUSES.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A line for each command, and below it one for the page of its own that some commands have.
fn command_contents() -> String {
    let mut lines = String::new();
    for command in Cli::command().get_subcommands() {
        let name = command.get_name();
        let _ = writeln!(lines, "  - [{name}](commands/{name}.md)");
        if repository().join(format!("docs/{name}.md")).is_file() {
            let _ = writeln!(lines, "    - [More about {name}]({name}.md)");
        }
    }
    lines.trim_end().to_owned()
}

/// The part of a schema that lists the ids, with what stands before it in the same definition.
fn cause_enum() -> String {
    let ids: Vec<String> = CAUSES.iter().map(|cause| format!("        \"{}\"", cause.id)).collect();
    format!("      \"description\": \"{DESCRIPTION}\",\n      \"enum\": [\n{}", ids.join(",\n"))
}

/// The description of the list in the schemas.
const DESCRIPTION: &str = "Cause id; ids are never reused. The list is open: later versions add ids, so ignore those that you do not know.";

/// Where a list stands in the text of its file.
fn place(text: &str, list: &List) -> Option<Range<usize>> {
    let start = text.find(list.after)? + list.after.len();
    let end = start + text[start..].find(list.before)?;
    Some(start..end)
}

#[test]
fn lists_follow_the_registries() {
    for list in lists() {
        let path = repository().join(list.file);
        let mut text = fs::read_to_string(&path).expect("text");
        let place = place(&text, &list).unwrap_or_else(|| panic!("{}: no {:?}", list.file, list.after));
        if env::var_os("BLESS").is_some() && text[place.clone()] != list.expected {
            text.replace_range(place.clone(), &list.expected);
            fs::write(&path, &text).expect("a file that can be written");
        }
        let is_current = text.get(place.start..place.start + list.expected.len()) == Some(&*list.expected);
        let ends =
            text[place.start..].get(list.expected.len()..).is_some_and(|rest| rest.starts_with(list.before));
        assert!(
            is_current && ends,
            "the list after {:?} in {} is not current: BLESS=1 cargo test --test it book",
            list.after,
            list.file
        );
    }
}
