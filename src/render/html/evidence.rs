//! Statements and the records that prove them.

use super::text::{Text, Word, code, text};
use crate::render::words::count;
use crate::report::{Evidence, EvidenceRow};

/// A statement and its records.
pub(super) struct StatementView {
    pub(super) statement: Text,
    /// `3 records`.
    pub(super) size: String,
    pub(super) files: Vec<File>,
    /// The number of records that the page omits; none if it has all.
    pub(super) omitted: Option<String>,
}

/// The records of one file.
pub(super) struct File {
    /// The folder of the file.
    pub(super) folder: Text,
    pub(super) name: Text,
    pub(super) records: Vec<Record>,
}

/// One record.
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) record: Vec<Word>,
}

/// Returns the statements with at most `max_records` records each.
pub(super) fn statements(evidence: &[Evidence], max_records: usize) -> Vec<StatementView> {
    evidence.iter().map(|evidence| statement(evidence, max_records)).collect()
}

fn statement(evidence: &Evidence, max_records: usize) -> StatementView {
    let shown: Vec<&EvidenceRow> = evidence.rows.iter().take(max_records).collect();
    let n_more = evidence.rows.len() - shown.len();
    StatementView {
        statement: text(&evidence.statement),
        size: count(evidence.rows.len() as u64, "record"),
        files: shown.chunk_by(|a, b| a.file == b.file).map(file).collect(),
        omitted: (n_more > 0).then(|| count(n_more as u64, "more record")),
    }
}

fn file(rows: &[&EvidenceRow]) -> File {
    let path = rows.first().map_or("", |row| row.file.as_str());
    let record = |row: &&EvidenceRow| Record { line: row.line, record: code(&row.record) };
    let (folder, name) = path.split_at(path.rfind(['/', '\\']).map_or(0, |at| at + 1));
    File { folder: text(folder), name: text(name), records: rows.iter().map(record).collect() }
}
