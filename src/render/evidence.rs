//! The evidence of a report as a table: one row for each record, with the verdict it proves.

use serde::Serialize;

use crate::report::{Report, TaskReport};

/// A record and the statement that it proves. The columns of every table of evidence, in this order and under these names.
#[derive(Debug, Serialize)]
pub(super) struct EvidenceRecord<'a> {
    /// The number of the task in the report, from 1; it joins the tables of tasks and of evidence.
    pub(super) task_number: u64,
    /// The task's id, or its interface if the id is unknown.
    pub(super) task: Option<&'a str>,
    /// The verdict's cause.
    pub(super) cause: &'static str,
    /// The verdict's confidence.
    pub(super) confidence: &'static str,
    /// The number of the statement in the verdict, from 1.
    pub(super) statement_number: u64,
    /// The statement.
    pub(super) statement: &'a str,
    /// The path of the file as the user gave it.
    pub(super) file: &'a str,
    /// Line, or row of a Parquet file, from 1.
    pub(super) line: u64,
    /// The text of the record.
    pub(super) record: &'a str,
}

/// All records, by task, statement and their order in it.
pub(super) fn records(report: &Report) -> impl Iterator<Item = EvidenceRecord<'_>> {
    (1..).zip(&report.tasks).flat_map(|(number, task)| of_task(number, task))
}

fn of_task(task_number: u64, task: &TaskReport) -> impl Iterator<Item = EvidenceRecord<'_>> {
    let verdict = &task.verdict;
    (1..).zip(&verdict.evidence).flat_map(move |(statement_number, evidence)| {
        evidence.rows.iter().map(move |row| EvidenceRecord {
            task_number,
            task: task.name(),
            cause: verdict.cause.name(),
            confidence: verdict.confidence.name(),
            statement_number,
            statement: &evidence.statement,
            file: &row.file,
            line: row.line,
            record: &row.record,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::records;
    use crate::report::sample;

    #[test]
    fn every_record_is_a_row() {
        let report = sample::rich();
        let rows: Vec<_> =
            records(&report).map(|row| (row.task_number, row.statement_number, row.line)).collect();
        assert_eq!(rows[..6], [(1, 1, 17), (1, 2, 40), (1, 2, 41), (1, 2, 42), (1, 2, 43), (2, 1, 17)]);
        assert_eq!(rows.last(), Some(&(6, 1, 9)), "the seventh task has no evidence");
        assert_eq!(records(&sample::empty()).count(), 0);
    }
}
