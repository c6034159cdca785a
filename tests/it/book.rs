//! The documentation as a book: its contents list every page, links work both on a code host and in the book, and pages that
//! repeat another source are generated from it.
//!
//! `BLESS=1 cargo test --test it book` writes the generated pages: `docs/causes/`, `docs/commands/` and `docs/samples.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Component, Path, PathBuf};

use clap::CommandFactory;
use flowcause::cli::args::Cli;
use flowcause::diagnose::CAUSES;
use flowcause::diagnose::registry::Cause;

use crate::support::readme;
use crate::support::run::run;
use crate::support::scenarios;

const CONTENTS: &str = "SUMMARY.md";
/// Every page below them is generated.
const GENERATED: [&str; 2] = ["causes/", "commands/"];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// True while pages are written: tests of links and contents then wait for the next run, because they could read one page
/// before another is written.
fn is_blessing() -> bool {
    env::var_os("BLESS").is_some()
}

/// Every page in `docs/` by its path there.
fn pages() -> BTreeMap<String, String> {
    let root = docs();
    let files = walkdir::WalkDir::new(&root).into_iter().map(|entry| entry.expect("an entry").into_path());
    let pages = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below docs").to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(&path).expect("text"))
        })
        .collect()
}

/// The generated pages, by their paths in `docs/`.
fn generated() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::from([
        ("causes/index.md".to_owned(), causes()),
        ("commands/index.md".to_owned(), commands()),
        ("samples.md".to_owned(), samples()),
    ]);
    pages.extend(CAUSES.iter().map(|cause| (format!("causes/{}.md", cause.id), cause_page(cause))));
    let names = command_names();
    pages
        .extend(names.iter().map(|(name, about)| (format!("commands/{name}.md"), command_page(name, about))));
    pages
}

fn causes() -> String {
    let mut page = String::from(
        "# Causes\n\nThese are the causes that stop tasks, by their ids in reports.\n\
         Ids never change their meaning, so you can use them in searches and alerts.\n\
         If several causes are equally certain, the one higher in this table wins.\n\n\
         | id | what happened |\n|---|---|\n",
    );
    for cause in CAUSES {
        let _ = writeln!(page, "| [`{0}`]({0}.md) | {1} |", cause.id, cause.title);
    }
    page.push_str(
        "\n[Verdicts](../verdicts.md) explains when a cause is confirmed or likely, and when the verdict is undetermined.\n\
         `flowcause causes ID` prints the same pages.\n",
    );
    page
}

/// A cause's page, with its links as they are in `docs/`.
fn cause_page(cause: &Cause) -> String {
    let file = cause.id.name().replace('-', "_");
    format!(
        "{}\n\n---\n\n[All causes](index.md). \
         The source of this page is `src/diagnose/causes/{file}.md`; \
         `tests/scenarios/{file}.md` holds the records that test the cause.\n",
        cause
            .page
            .replace("](../../../docs/", "](../")
            .replace("docs/verdicts.md", "[verdicts](../verdicts.md)")
            .trim_end()
    )
}

/// Every command with its one-line description.
fn command_names() -> Vec<(String, String)> {
    let about =
        |command: &clap::Command| command.get_about().expect("every command says what it does").to_string();
    Cli::command().get_subcommands().map(|command| (command.get_name().to_owned(), about(command))).collect()
}

fn help(words: &[&str]) -> String {
    let help = run(Path::new("."), words);
    assert_eq!(help.code, Some(0), "{words:?}");
    let help = help.stdout.replace("flowcause.exe", "flowcause");
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    format!("```text\n{}\n```\n", lines.join("\n"))
}

fn commands() -> String {
    let mut page = String::from(
        "# Commands\n\nThese pages contain the output of `--help`.\n\n| command | does |\n|---|---|\n",
    );
    for (name, about) in command_names() {
        let _ = writeln!(page, "| [`{name}`]({name}.md) | {about} |");
    }
    let _ = write!(page, "\n{}", help(&["--help"]));
    page
}

fn command_page(name: &str, about: &str) -> String {
    let more = docs().join(format!("{name}.md")).exists();
    let more = if more { format!(" [Its own page](../{name}.md) explains more.") } else { String::new() };
    format!("# `flowcause {name}`\n\n{about}.{more}\n\n{}", help(&[name, "--help"]))
}

/// The pages of the incidents, one below the other.
fn samples() -> String {
    let incidents = scenarios::all();
    let mut page = String::from(
        "# Sample incidents\n\nThe folders of `sample-data/`, each with its true cause.\n\
         They are simulated packet by packet; no real account is in them.\n\n\
         | folder | what happened | cause |\n|---|---|---|\n",
    );
    for incident in &incidents {
        let story = &incident.story;
        let _ = writeln!(
            page,
            "| [{0}](#{0}) | {1} | [`{2}`](causes/{2}.md) |",
            incident.name, story.title, story.cause
        );
    }
    for incident in &incidents {
        let own = readme::page(incident);
        let (title, own) = own.split_once('\n').expect("a title");
        let _ = write!(page, "\n## {}\n\n{}.\n", incident.name, title.trim_start_matches("# "));
        for line in own.trim_end().lines() {
            let _ = match line.strip_prefix("## ") {
                Some(heading) => writeln!(page, "**{heading}**"),
                None => writeln!(page, "{line}"),
            };
        }
    }
    page
}

#[test]
fn generated_pages_are_current() {
    let (expected, bless) = (generated(), is_blessing());
    if bless {
        for folder in GENERATED {
            fs::create_dir_all(docs().join(folder)).expect("a folder");
        }
        for (name, page) in &expected {
            fs::write(docs().join(name), page).expect("the page can be written");
        }
    }
    let have = pages();
    for (name, page) in &expected {
        assert!(
            have.get(name) == Some(page),
            "docs/{name} is not current: BLESS=1 cargo test --test it book"
        );
    }
    for name in have.keys().filter(|name| GENERATED.iter().any(|folder| name.starts_with(folder))) {
        assert!(expected.contains_key(name), "docs/{name} is left over: remove it");
    }
}

/// The contents are written by hand, because order and chapters are a choice; this test finds pages that are missing.
#[test]
fn the_contents_list_every_page_once() {
    if is_blessing() {
        return;
    }
    let pages = pages();
    let contents = &pages[CONTENTS];
    let mut listed = Vec::new();
    for link in links(contents) {
        listed.push(link.to_owned());
    }
    let known: BTreeSet<&String> = pages.keys().filter(|name| *name != CONTENTS).collect();
    for name in &listed {
        assert!(known.contains(name), "{CONTENTS} lists {name}, which is not in docs/");
        assert_eq!(listed.iter().filter(|other| *other == name).count(), 1, "{name} is listed twice");
    }
    for name in known {
        assert!(listed.contains(name), "docs/{name} is not in {CONTENTS}");
    }
    let causes: Vec<&str> = listed
        .iter()
        .filter_map(|name| name.strip_prefix("causes/")?.strip_suffix(".md"))
        .filter(|name| *name != "index")
        .collect();
    let order: Vec<&str> = CAUSES.iter().map(|cause| cause.id.name()).collect();
    assert_eq!(causes, order, "causes stand in their own order");
}

/// A link out of `docs/` would work on a code host and not in the book.
#[test]
fn links_lead_to_pages_and_anchors_in_docs() {
    if is_blessing() {
        return;
    }
    let pages = pages();
    let mut broken = String::new();
    for (name, page) in &pages {
        for link in links(page).filter(|link| !link.starts_with("https://")) {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { Some(name.clone()) } else { resolved(name, path) };
            let Some(target) = target.filter(|target| docs().join(target).is_file()) else {
                let _ = writeln!(broken, "docs/{name}: {link} is no file in docs/");
                continue;
            };
            if !heading.is_empty() && !pages.get(&target).is_some_and(|page| has_heading(page, heading)) {
                let _ = writeln!(broken, "docs/{name}: {link}: docs/{target} has no such heading");
            }
        }
    }
    assert_eq!(broken, "");
}

/// Targets of the links and images outside code.
fn links(page: &str) -> impl Iterator<Item = &str> {
    prose(page).flat_map(|line| {
        let in_code = |at: usize| line[..at].matches('`').count() % 2 == 1;
        let ends = line.match_indices("](").filter(move |(at, _)| !in_code(*at));
        ends.filter_map(|(at, found)| line[at + found.len()..].split(')').next())
    })
}

/// Lines outside fenced code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    page.lines()
        .scan(false, |is_code, line| {
            let is_fence = line.trim_start().starts_with("```");
            *is_code ^= is_fence;
            Some((!*is_code && !is_fence).then_some(line))
        })
        .flatten()
}

/// The path of a link of a page, relative to `docs/`; none if it leaves the folder.
fn resolved(page: &str, path: &str) -> Option<String> {
    let mut parts: Vec<String> = page.split('/').map(ToOwned::to_owned).collect();
    parts.pop();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::Normal(name) => parts.push(name.to_str()?.to_owned()),
            _ => {}
        }
    }
    Some(parts.join("/"))
}

fn has_heading(page: &str, anchor: &str) -> bool {
    prose(page).filter(|line| line.starts_with('#')).any(|line| anchor_of(line) == anchor)
}

/// The anchor that code hosts and the book derive from a heading.
fn anchor_of(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn links_and_anchors_are_found() {
    let check = |page: &str, expect: &[&str]| assert_eq!(links(page).collect::<Vec<_>>(), expect, "{page}");
    check("[a](b.md) and ![c](d/e.png), [f](#g)", &["b.md", "d/e.png", "#g"]);
    check("`[a](b.md)` [c](d.md)", &["d.md"]);
    check("```text\n[a](b.md)\n```\n[c](d.md)", &["d.md"]);
    let check = |path: &str, expect: Option<&str>| {
        assert_eq!(resolved("causes/one.md", path).as_deref(), expect, "{path}");
    };
    check("two.md", Some("causes/two.md"));
    check("../verdicts.md", Some("verdicts.md"));
    check("../../README.md", None);
    assert_eq!(anchor_of("## Which attempts are the start's"), "which-attempts-are-the-starts");
    assert_eq!(anchor_of("## `csv` and `evidence-csv`"), "csv-and-evidence-csv");
}
