//! The report for a terminal.
//!
//! Each incident starts with the answer: the confidence, the cause and the culprits. The evidence, the causes that were
//! ruled out, the missing data, the fix and the first tasks follow. The inputs and their coverage come last.
//! Prose wraps at the given width. Records and commands do not wrap, so that they can be copied. Every text passes
//! through [`sanitize`](crate::render::sanitize) in [`layout`], where all writing happens.

mod article;
mod check;
pub(super) mod comparison;
mod hops;
pub(super) mod incident;
mod inputs;
mod inspect;
mod layout;
mod permissions;
mod run;
mod runbook;
mod task;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

pub(super) use check::render as render_check;
pub(super) use inspect::render as render_inspect;
use layout::{Page, style};

use crate::render::words::{self, count};
use crate::report::{Report, TaskReport};

pub(super) use article::{article, glossary};

/// Tasks shown in detail for each incident; the others are in the JSON report.
const TASKS_SHOWN: usize = 3;
/// The narrowest and the widest page.
const WIDTHS: (usize, usize) = (60, 120);

/// How the page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Columns; limited to 60..=120.
    pub width: usize,
    /// Whether to use colours.
    pub color: bool,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        Self { width: 80, color: false }
    }
}

/// Writes the report.
pub(super) fn render(report: &Report, options: TerminalOptions, out: &mut impl Write) -> io::Result<()> {
    let page = &mut Page::new(out, page_width(options), options.color);
    if let Some(run) = &report.run {
        run::summary(page, report, run)?;
    }
    match &report.run {
        Some(run) if report.tasks.is_empty() => run::nothing_new(page, run)?,
        _ if report.incidents.is_empty() => nothing_found(page, report)?,
        _ => {}
    }
    let named = report.tasks.iter().filter_map(|task| Some((task::name(task)?, task)));
    let by_name: BTreeMap<&str, &TaskReport> = named.collect();
    for (index, incident) in report.incidents.iter().enumerate() {
        if index > 0 {
            page.blank()?;
            page.rule()?;
        }
        let tasks = tasks_of(&by_name, &incident.tasks);
        incident::write(page, incident, (index + 1, report.incidents.len()), &tasks)?;
    }
    tasks_without_incident(page, report)?;
    if let Some(run) = &report.run {
        run::past(page, run)?;
    }
    page.blank()?;
    page.rule()?;
    inputs::write(page, report)
}

fn page_width(options: TerminalOptions) -> usize {
    options.width.clamp(WIDTHS.0, WIDTHS.1)
}

/// Returns the reports of the named tasks, in the order of the names.
fn tasks_of<'a>(by_name: &BTreeMap<&str, &'a TaskReport>, names: &[String]) -> Vec<&'a TaskReport> {
    names.iter().filter_map(|name| by_name.get(name.as_str()).copied()).collect()
}

fn nothing_found<W: Write>(page: &mut Page<'_, W>, report: &Report) -> io::Result<()> {
    if !report.tasks.is_empty() {
        let text = format!("No incident was found; diagnosed: {}.", count(report.tasks.len() as u64, "task"));
        return page.prose(0, style::STRONG, &text);
    }
    page.prose(
        0,
        style::STRONG,
        "No task that failed to start was found, and no task sent traffic that looks blocked.",
    )?;
    match report.healthy_tasks {
        0 => page.prose(
            0,
            style::PLAIN,
            "The metadata contains no task that started either. Check that it contains the output of \
             `aws ecs describe-tasks` for the failed tasks, and that the logs cover the time of the failure.",
        ),
        healthy => page.prose(0, style::PLAIN, &format!("{} started normally.", count(healthy, "task"))),
    }
}

fn tasks_without_incident<W: Write>(page: &mut Page<'_, W>, report: &Report) -> io::Result<()> {
    let names = report.incidents.iter().flat_map(|incident| &incident.tasks);
    let claimed: BTreeSet<&str> = names.map(String::as_str).collect();
    let in_incident = |task: &TaskReport| task::name(task).is_some_and(|name| claimed.contains(name));
    let others: Vec<&TaskReport> = report.tasks.iter().filter(|task| !in_incident(task)).collect();
    if others.is_empty() {
        return Ok(());
    }
    page.heading("Other tasks")?;
    for task in others.iter().take(TASKS_SHOWN) {
        page.prose(2, style::PLAIN, &format!("{}: {}", task.verdict.cause, task.verdict.summary))?;
        task::write(page, task, None)?;
    }
    more_tasks(page, others.len().saturating_sub(TASKS_SHOWN))
}

/// Writes the number of omitted tasks.
fn more_tasks<W: Write>(page: &mut Page<'_, W>, n_more: usize) -> io::Result<()> {
    if n_more == 0 {
        return Ok(());
    }
    page.blank()?;
    page.prose(2, style::DIM, &format!("and {n_more} more, see --format json"))
}

#[cfg(test)]
mod tests;
