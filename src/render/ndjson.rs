//! Lines of JSON: one task a line, or one record of evidence a line.
//!
//! A task's line is what the JSON report, version 1, has in `tasks`; a record's line is an
//! [`EvidenceRecord`](crate::render::evidence::EvidenceRecord).

use std::io::{self, Write};

use crate::render::{evidence, json_line};
use crate::report::Report;
use crate::report::json_v1::TaskV1;

/// Writes the tasks.
pub(super) fn render_tasks(report: &Report, out: &mut impl Write) -> io::Result<()> {
    report.tasks.iter().try_for_each(|task| json_line::write(&TaskV1::from(task), out))
}

/// Writes the records that prove the verdicts.
pub(super) fn render_evidence(report: &Report, out: &mut impl Write) -> io::Result<()> {
    evidence::records(report).try_for_each(|record| json_line::write(&record, out))
}
