//! Complete pages, and properties of every page.

use std::fs;
use std::path::{Path, PathBuf};

use super::render;
use crate::model::ids::TaskId;
use crate::report::{Report, sample};

fn page(report: &Report) -> String {
    let mut out = Vec::new();
    render(report, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("pages are text")
}

/// Returns the first part of a page from `begin` to `end`.
fn part<'p>(page: &'p str, begin: &str, end: &str) -> &'p str {
    let from = page.find(begin).expect(begin);
    let length = page[from..].find(end).expect(end);
    &page[from..from + length + end.len()]
}

/// Returns every tag of a page without the values of its attributes, and without the content of style and script.
fn skeleton(page: &str) -> Vec<String> {
    let page = [("<style>", "</style>"), ("<script>", "</script>")]
        .into_iter()
        .fold(page.to_owned(), |page, (begin, end)| page.replace(part(&page, begin, end), ""));
    let mut tags = Vec::new();
    let mut rest = page.as_str();
    while let Some(from) = rest.find('<') {
        let (mut tag, mut is_quoted) = (String::new(), false);
        let mut length = 0;
        for character in rest[from..].chars() {
            length += character.len_utf8();
            is_quoted ^= character == '"';
            if !is_quoted {
                tag.push(character);
            }
            if character == '>' && !is_quoted {
                break;
            }
        }
        tags.push(tag);
        rest = &rest[from + length..];
    }
    tags
}

#[test]
fn parts_of_a_rich_page() {
    let page = page(&sample::rich());
    insta::assert_snapshot!("answer", part(&page, "<header class=\"card answer", "</header>"));
    insta::assert_snapshot!("picture", part(&page, "<figure", "</figure>"));
    insta::assert_snapshot!("timeline", part(&page, "<table class=\"timeline", "</ul>"));
    insta::assert_snapshot!("statement", part(&page, "<details class=\"statement", "</details>"));
}

#[test]
fn hostile_text_adds_no_tag_and_no_attribute() {
    // The same words: those with a hyphen are kept on one line by an element of our own.
    let tame = |evil: &str| {
        let words = |c: char| if c.is_alphanumeric() || matches!(c, ' ' | '-') { c } else { 'x' };
        skeleton(&page(&sample::hostile_with(&evil.chars().map(words).collect::<String>())))
    };
    assert!(tame("plain text").len() > 200);
    for evil in [
        "<script>alert(1)</script> \"><img",
        "\"onload=alert(1) x='",
        "'><svg/onload=alert(1)> y",
        "</title></style><script>alert(1)//\u{2028} -->",
        "{{7*7}} {%include%}",
    ] {
        assert_eq!(skeleton(&page(&sample::hostile_with(evil))), tame(evil), "{evil}");
    }
}

#[test]
fn hostile_characters_become_visible() {
    let page = page(&sample::hostile());
    let is_ours = |character: char| character == '\n' || !crate::render::sanitize::is_hostile(character);
    assert!(page.chars().all(is_ours));
}

#[test]
fn nothing_is_loaded_and_only_the_script_is_active() {
    let page = page(&sample::hostile_with("https://evil.example/ javascript:alert(1)"));
    for tag in skeleton(&page) {
        assert!(!tag.contains(" on") && !tag.contains("style=") && !tag.contains("src="), "{tag}");
    }
    let links = page.split("href=\"").skip(1);
    assert!(links.into_iter().all(|link| link.starts_with('#')));
    for loads in ["url(", "@import", "<link", "<iframe", "<form", "<base", "fetch(", "innerHTML", "eval("] {
        assert!(!page.contains(loads), "{loads}");
    }
    assert_eq!(page.matches("<script").count(), 1);
}

/// Returns the paths of the templates.
fn templates() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/html/templates");
    let entries = fs::read_dir(folder).expect("the folder");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

/// Only these filters leave a value unescaped.
#[test]
fn only_style_and_script_are_not_escaped() {
    let mut marked = Vec::new();
    for path in templates().iter().filter(|path| path.extension().is_some_and(|end| end == "html")) {
        let text = fs::read_to_string(path).expect("a template");
        assert!(!text.contains("{% filter") && !text.contains("escape"), "{}", path.display());
        marked
            .extend(text.lines().filter(|line| line.contains('|') && line.contains("{{")).map(str::to_owned));
    }
    marked.retain(|line| !line.contains("||"));
    marked.sort();
    assert_eq!(marked, ["<script>{{ script|safe }}</script>", "<style>{{ style|safe }}</style>"]);
}

#[test]
fn thousands_of_tasks_are_rows_and_the_first_are_shown_in_full() {
    let mut report = sample::rich();
    let task = report.tasks[0].clone();
    let ids: Vec<String> = (0..3000).map(|n| format!("{n:032x}")).collect();
    report.tasks = ids
        .iter()
        .map(|id| crate::report::TaskReport { task_id: Some(TaskId::new(id.as_str())), ..task.clone() })
        .collect();
    report.incidents.truncate(1);
    report.incidents[0].tasks = ids;
    let page = page(&report);
    assert_eq!(page.matches("<th scope=\"row\"><code>0000").count(), 3000);
    assert_eq!(page.matches("<tr class=\"fold\">").count(), 1000);
    assert!(page.contains("The first 1000 are shown in full"));
    assert!(page.len() < 12_000_000, "{}", page.len());
}

#[test]
fn empty_pages_name_the_missing_document() {
    let page = page(&sample::empty());
    assert!(page.contains("No failed task") && page.contains("describe-tasks"));
}
