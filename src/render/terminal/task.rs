//! One task: its names, its stop reason, and the services that it contacted, in order.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::finding::StepState;
use crate::model::time::Timestamp;
use crate::render::sanitize::sanitize;
use crate::render::terminal::layout::{Page, style};
use crate::render::terminal::{runbook, words};
use crate::report::{Step, TaskReport};

/// Columns the table is indented by.
const INDENT: usize = 4;

/// Returns the name of the task: its id, or its interface if the id is unknown.
pub(super) fn name(task: &TaskReport) -> Option<&str> {
    task.name()
}

/// Writes the task. `previous_reason` is the stop reason of the task before it, which is not repeated.
pub(super) fn write<W: Write>(
    page: &mut Page<'_, W>,
    task: &TaskReport,
    previous_reason: Option<&str>,
) -> io::Result<()> {
    let called = match (&task.task_id, &task.interface_id) {
        (Some(id), _) => format!("task {id}"),
        (None, Some(interface)) => format!("task on {interface} (its id is not in the data)"),
        (None, None) => "task without an id".to_owned(),
    };
    page.prose(2, style::STRONG, &called)?;
    let facts = facts(task);
    if !facts.is_empty() {
        page.prose(INDENT, style::PLAIN, &facts.join(", "))?;
    }
    match task.stopped_reason.as_deref() {
        None => {}
        Some(reason) if previous_reason == Some(reason) => {
            page.prose(INDENT, style::PLAIN, "Stop reason: the same")?;
        }
        Some(reason) => page.hanging(INDENT, INDENT + 2, style::PLAIN, &format!("Stop reason: {reason}"))?,
    }
    steps(page, &task.steps)?;
    match &task.runbook {
        Some(review) => runbook::write(page, INDENT, review),
        None => Ok(()),
    }
}

/// Returns the known facts of the task, each as a short phrase.
fn facts(task: &TaskReport) -> Vec<String> {
    let mut facts = Vec::new();
    let mut fact = |label: &str, value: Option<String>| {
        facts.extend(value.map(|value| format!("{label}{value}")));
    };
    fact("service ", task.service_name.clone());
    // Without a task id the interface is the title already.
    fact("", task.task_id.as_ref().and(task.interface_id.as_ref()).map(ToString::to_string));
    fact("", task.address.map(|address| address.to_string()));
    fact("", task.subnet_id.as_ref().map(ToString::to_string));
    fact("created ", task.created_at.map(words::date_and_clock));
    fact("stopped ", task.stopped_at.map(|stopped| stop_clock(task.created_at, stopped)));
    facts
}

/// The clock alone where the task stopped on the day it was created.
fn stop_clock(created: Option<Timestamp>, stopped: Timestamp) -> String {
    let text = words::date_and_clock(stopped);
    let same_day = created.is_some_and(|created| words::date_and_clock(created).get(..10) == text.get(..10));
    if same_day { stopped.clock() } else { text }
}

/// One row of the table; its texts are sanitized.
struct StepRow<'a> {
    service: Cow<'a, str>,
    destination: Cow<'a, str>,
    state: (&'static str, StepState),
    attempts: String,
    seen: String,
}

impl<'a> StepRow<'a> {
    fn new(step: &'a Step) -> Self {
        Self {
            service: sanitize(step.service.name()),
            destination: sanitize(&step.destination),
            state: (state(step.state), step.state),
            attempts: step.attempts.to_string(),
            seen: clocks(step.first, step.last),
        }
    }

    fn cells(&self) -> [(&str, Style); 5] {
        [
            (&self.service, style::PLAIN),
            (&self.destination, style::PLAIN),
            (self.state.0, style::of_state(self.state.1)),
            (&self.attempts, style::PLAIN),
            (&self.seen, style::PLAIN),
        ]
    }
}

fn steps<W: Write>(page: &mut Page<'_, W>, steps: &[Step]) -> io::Result<()> {
    const HEADER: [&str; 5] = ["service", "destination", "state", "tries", "first-last (UTC)"];
    if steps.is_empty() {
        return page.prose(INDENT, style::PLAIN, "The records show no traffic of this task to any service.");
    }
    let rows: Vec<StepRow<'_>> = steps.iter().map(StepRow::new).collect();
    let mut widths = HEADER.map(UnicodeWidthStr::width);
    for row in &rows {
        for (width, (cell, _)) in widths.iter_mut().zip(row.cells()) {
            *width = cell.width().max(*width);
        }
    }
    if INDENT + widths.iter().sum::<usize>() + 2 * (widths.len() - 1) > page.width() {
        return stacked(page, &rows);
    }
    page.cells(INDENT, &HEADER.map(|name| (name, style::DIM)), &widths)?;
    rows.iter().try_for_each(|row| page.cells(INDENT, &row.cells(), &widths))
}

/// Writes two lines for each step if the table is too wide.
fn stacked<W: Write>(page: &mut Page<'_, W>, rows: &[StepRow<'_>]) -> io::Result<()> {
    for row in rows {
        page.hanging(
            INDENT,
            INDENT + 2,
            style::of_state(row.state.1),
            &format!("{}: {}", row.service, row.state.0),
        )?;
        let place = format!("{}, tries: {}, {}", row.destination, row.attempts, row.seen);
        page.prose(INDENT + 2, style::PLAIN, &place)?;
    }
    Ok(())
}

/// `03:12:05-03:13:40`; with dates where the days differ.
fn clocks(first: Timestamp, last: Timestamp) -> String {
    let (from, to) = (words::date_and_clock(first), words::date_and_clock(last));
    if from.get(..10) == to.get(..10) {
        format!("{}-{}", first.clock(), last.clock())
    } else {
        format!("{from} - {to}")
    }
}

/// Returns the name of a step's result on the page.
fn state(state: StepState) -> &'static str {
    match state {
        StepState::Completed => "completed",
        StepState::RequestRejected => "request rejected",
        StepState::ReplyRejected => "reply rejected",
        StepState::Unanswered => "no reply",
        StepState::Reset => "reset",
        StepState::Stalled => "stalled",
        StepState::Unclear => "unclear",
    }
}
