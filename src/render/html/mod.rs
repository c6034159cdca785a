//! The report as one HTML file: readable from disk, without a network and without its script.
//!
//! Input: a [`Report`]. Output: a page. The modules here turn the report into plain views: values, and positions on a
//! drawing. The templates contain all markup and escape every value that they print. Every text passes through
//! [`mod@text`] first. The [`mod@policy`] of the page limits its active content; docs/html-report.md describes its parts.

mod evidence;
mod hops;
mod incident;
mod inputs;
mod picture;
mod policy;
mod scale;
mod task;
mod text;
mod timeline;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use askama::Template;

use incident::{Section, section};
use inputs::{InputsSection, inputs_section};
use task::{TaskRow, name, task_row};
use text::{Text, text};

use crate::render::words::{self, count};
use crate::report::{Report, TaskReport};

/// The page's style: the complete content of its element.
const STYLE: &str = include_str!("templates/style.css");
/// The page's script: the complete content of its element.
const SCRIPT: &str = include_str!("templates/script.js");
/// Tasks shown in full on a page, divided among its incidents; the others are rows of a table.
const IN_FULL: usize = 1000;

/// The whole page.
#[derive(Template)]
#[template(path = "page.html")]
struct HtmlPage {
    policy: String,
    style: &'static str,
    script: &'static str,
    version: &'static str,
    heading: String,
    window: Option<Text>,
    healthy: Option<String>,
    sections: Vec<Section>,
    /// Tasks without an incident.
    others: Vec<TaskRow>,
    /// Whether the report has no task and no incident.
    is_empty: bool,
    page_size: usize,
    inputs_section: InputsSection,
}

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    page(report).write_into(out)
}

fn page(report: &Report) -> HtmlPage {
    let by_name: BTreeMap<&str, &TaskReport> = report.tasks.iter().map(|task| (name(task), task)).collect();
    let in_full = IN_FULL / report.incidents.len().max(1);
    let sections = report.incidents.iter().zip(1..).map(|(incident, number)| {
        let named = incident.tasks.iter().filter_map(|name| by_name.get(name.as_str()).copied());
        section(number, incident, &named.collect::<Vec<_>>(), in_full.max(1))
    });
    HtmlPage {
        policy: policy::policy(STYLE, SCRIPT),
        style: STYLE,
        script: SCRIPT,
        version: env!("CARGO_PKG_VERSION"),
        heading: heading(report),
        window: report.window.and_then(words::window).map(text),
        healthy: (report.healthy_tasks > 0).then(|| count(report.healthy_tasks, "task")),
        sections: sections.collect(),
        others: others(report),
        is_empty: report.tasks.is_empty() && report.incidents.is_empty(),
        page_size: incident::PAGE,
        inputs_section: inputs_section(&report.coverage, &report.inputs),
    }
}

fn heading(report: &Report) -> String {
    match report.tasks.len() as u64 {
        0 => "No task that failed to start was found".to_owned(),
        n => format!("Why {} did not start", count(n, "task")),
    }
}

/// Returns the tasks that no incident names.
fn others(report: &Report) -> Vec<TaskRow> {
    let names = report.incidents.iter().flat_map(|incident| &incident.tasks);
    let claimed: BTreeSet<&str> = names.map(String::as_str).collect();
    let others = report.tasks.iter().filter(|task| !claimed.contains(name(task)));
    others.map(|task| task_row(task, Some(usize::MAX))).collect()
}
