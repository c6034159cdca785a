//! The report as one HTML file: readable from disk, without a network and without its script.
//!
//! Goes in: a [`Report`]. Comes out: a page. The modules here turn the report into plain views, values and places on a
//! drawing; the templates beside them hold all markup and escape every value they print. Every text passes through
//! [`mod@text`] first. What may act on the page is said by its [`mod@policy`]; docs/html-report.md says what is on it.

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
use inputs::{Basis, basis};
use task::{Line, line, name};
use text::{Text, text};

use crate::render::words::{count, span};
use crate::report::{Report, TaskReport};

/// The page's style, the whole of its element.
const STYLE: &str = include_str!("templates/style.css");
/// The page's script, the whole of its element.
const SCRIPT: &str = include_str!("templates/script.js");
/// Tasks shown in full on a page, shared among its incidents; the others are lines of a table.
const IN_FULL: usize = 1000;

/// The whole page.
#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    policy: String,
    style: &'static str,
    script: &'static str,
    version: &'static str,
    heading: String,
    window: Option<Text>,
    healthy: Option<String>,
    sections: Vec<Section>,
    /// Tasks of no incident.
    others: Vec<Line>,
    /// Whether nothing was diagnosed at all.
    is_empty: bool,
    page_size: usize,
    basis: Basis,
}

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    page(report).write_into(out)
}

fn page(report: &Report) -> Page {
    let by_name: BTreeMap<&str, &TaskReport> = report.tasks.iter().map(|task| (name(task), task)).collect();
    let in_full = IN_FULL / report.incidents.len().max(1);
    let sections = report.incidents.iter().zip(1..).map(|(incident, number)| {
        let named = incident.tasks.iter().filter_map(|name| by_name.get(name.as_str()).copied());
        section(number, incident, &named.collect::<Vec<_>>(), in_full.max(1))
    });
    Page {
        policy: policy::policy(STYLE, SCRIPT),
        style: STYLE,
        script: SCRIPT,
        version: env!("CARGO_PKG_VERSION"),
        heading: heading(report),
        window: report.window.map(|window| text(span(window.from, window.to))),
        healthy: (report.healthy_tasks > 0).then(|| count(report.healthy_tasks, "task")),
        sections: sections.collect(),
        others: others(report),
        is_empty: report.tasks.is_empty() && report.incidents.is_empty(),
        page_size: incident::PAGE,
        basis: basis(&report.coverage, &report.inputs),
    }
}

fn heading(report: &Report) -> String {
    match report.tasks.len() as u64 {
        0 => "No task that failed to start was found".to_owned(),
        n => format!("Why {} did not start", count(n, "task")),
    }
}

/// Tasks that no incident names.
fn others(report: &Report) -> Vec<Line> {
    let names = report.incidents.iter().flat_map(|incident| &incident.tasks);
    let claimed: BTreeSet<&str> = names.map(String::as_str).collect();
    let others = report.tasks.iter().filter(|task| !claimed.contains(name(task)));
    others.map(|task| line(task, Some(usize::MAX))).collect()
}
