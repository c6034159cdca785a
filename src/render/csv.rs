//! Tables for spreadsheets: RFC 4180, one row for each task or for each record of evidence.
//!
//! Spreadsheets run a cell that looks like a formula, and a cell's text may come from any person who can name a task.
//! Therefore hostile characters are written visibly (no cell contains a line end), and a cell that would be a formula
//! gets a leading apostrophe. NDJSON and Parquet contain every text unchanged.

use std::borrow::Cow;
use std::io::{self, Write};

use ::csv::{Terminator, Writer, WriterBuilder};

use crate::finding::Culprit;
use crate::model::ids::{InterfaceId, SubnetId, TaskId};
use crate::model::service::Service;
use crate::model::time::Timestamp;
use crate::render::evidence;
use crate::render::sanitize::sanitize;
use crate::report::json_v1::rfc_3339;
use crate::report::{Report, Step, TaskReport};

/// The separator of the items of a list; within an item it is written as a comma.
const SEPARATOR: &str = ";";

const TASK_COLUMNS: [&str; 18] = [
    "task_number",
    "task",
    "task_id",
    "task_arn",
    "service_name",
    "interface_id",
    "address",
    "subnet_id",
    "created_at",
    "stopped_at",
    "stopped_reason",
    "cause",
    "confidence",
    "failed_service",
    "culprits",
    "summary",
    "steps",
    "missing",
];

const EVIDENCE_COLUMNS: [&str; 9] =
    ["task_number", "task", "cause", "confidence", "statement_number", "statement", "file", "line", "record"];

/// Writes the tasks.
pub(super) fn render_tasks(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut table = table(out);
    table.write_record(TASK_COLUMNS)?;
    for (number, task) in (1_u64..).zip(&report.tasks) {
        table.write_record(task_row(number, task).iter().map(|cell| guarded(cell).into_owned()))?;
    }
    table.flush()
}

/// Writes the records that prove the verdicts.
pub(super) fn render_evidence(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut table = table(out);
    table.write_record(EVIDENCE_COLUMNS)?;
    for row in evidence::records(report) {
        let (number, statement_number, line) =
            (row.task_number.to_string(), row.statement_number.to_string(), row.line.to_string());
        let cells: [&str; EVIDENCE_COLUMNS.len()] = [
            &number,
            row.task.unwrap_or_default(),
            row.cause,
            row.confidence,
            &statement_number,
            row.statement,
            row.file,
            &line,
            row.record,
        ];
        table.write_record(cells.map(guarded).iter().map(AsRef::<str>::as_ref))?;
    }
    table.flush()
}

fn table<W: Write>(out: W) -> Writer<W> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out)
}

fn task_row(number: u64, task: &TaskReport) -> [String; TASK_COLUMNS.len()] {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let time = |value: Option<Timestamp>| value.and_then(rfc_3339).unwrap_or_default();
    let verdict = &task.verdict;
    [
        number.to_string(),
        text(task.name()),
        text(task.task_id.as_ref().map(TaskId::as_str)),
        text(task.task_arn.as_deref()),
        text(task.service_name.as_deref()),
        text(task.interface_id.as_ref().map(InterfaceId::as_str)),
        task.address.map(|address| address.to_string()).unwrap_or_default(),
        text(task.subnet_id.as_ref().map(SubnetId::as_str)),
        time(task.created_at),
        time(task.stopped_at),
        text(task.stopped_reason.as_deref()),
        verdict.cause.to_string(),
        verdict.confidence.name().to_owned(),
        text(verdict.service.as_ref().map(Service::name)),
        list(verdict.culprits.iter().map(culprit)),
        verdict.summary.clone(),
        list(task.steps.iter().map(step)),
        list(verdict.missing.iter().map(|missing| missing.what.clone())),
    ]
}

/// `security-group:sg-0e11`; the subnet it acts on where its id is not known.
fn culprit(culprit: &Culprit) -> String {
    let subnet = culprit.subnet_id.as_ref().map(SubnetId::as_str);
    format!("{}:{}", culprit.kind.name(), culprit.id.as_deref().or(subnet).unwrap_or_default())
}

/// `secretsmanager:request-rejected`.
fn step(step: &Step) -> String {
    format!("{}:{}", step.service.name(), step.state.name())
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.map(|item| item.replace(SEPARATOR, ",")).collect::<Vec<_>>().join(SEPARATOR)
}

/// The text of a cell, visible and never a formula.
fn guarded(text: &str) -> Cow<'_, str> {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    if is_formula { Cow::Owned(format!("'{}", sanitize(text))) } else { sanitize(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        let check = |text: &str, cell: &str| assert_eq!(guarded(text), cell);
        check("=HYPERLINK(1)", "'=HYPERLINK(1)");
        check("+1", "'+1");
        check("-1", "'-1");
        check("@SUM(1)", "'@SUM(1)");
        check("  =1", "'  =1");
        check("＝1", "'＝1");
        check("\t=1", "'\\u{9}=1");
        check("\r=1", "'\\u{d}=1");
        check("\u{feff}=1", "\\u{feff}=1");
        check("2 123456789012 eni-1 - -", "2 123456789012 eni-1 - -");
        check("", "");
    }
}
