//! One task on the page: a row of the table, and the details that unfold below it.

use super::evidence::{StatementView, statements};
use super::text::{Text, Word, prose, text};
use super::timeline::{Timeline, timeline};
use crate::finding::{RunbookReview, StepState};
use crate::model::ids::{InterfaceId, TaskId};
use crate::render::words;
use crate::report::TaskReport;

/// A fact and its name.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: Text,
}

/// The details of a task that is shown in full.
pub(super) struct Detail {
    pub(super) name: Text,
    pub(super) facts: Vec<Fact>,
    pub(super) stopped_reason: Option<Text>,
    pub(super) summary: Vec<Word>,
    pub(super) timeline: Option<Timeline>,
    pub(super) evidence: Vec<StatementView>,
    pub(super) runbook: Option<RunbookView>,
}

/// The findings of the runbook of AWS about the task.
pub(super) struct RunbookView {
    pub(super) summary: Text,
    pub(super) note: Option<Text>,
    /// The assessment with its reason, and the text of the finding.
    pub(super) findings: Vec<(Text, Text)>,
}

/// A row of the table.
pub(super) struct TaskRow {
    pub(super) name: Text,
    pub(super) service_name: Option<Text>,
    pub(super) interface: Option<Text>,
    pub(super) step: Text,
    pub(super) created: Option<Text>,
    pub(super) created_sort: i64,
    pub(super) lifetime: Option<Text>,
    pub(super) lifetime_sort: i64,
    pub(super) badge: &'static str,
    pub(super) class: &'static str,
    /// The details; none for tasks that are not shown in full.
    pub(super) detail: Option<Detail>,
}

/// Returns the name of a task: its id, or its interface if the id is unknown.
pub(super) fn name(task: &TaskReport) -> &str {
    let id = task.task_id.as_ref().map(TaskId::as_str);
    id.or(task.interface_id.as_ref().map(InterfaceId::as_str)).unwrap_or("task without an id")
}

/// Returns the row of a task, with `rows` records of each statement if it is shown in full.
pub(super) fn task_row(task: &TaskReport, rows: Option<usize>) -> TaskRow {
    let lifetime = task.stopped_at.zip(task.created_at).map(|(to, from)| to.seconds_since(from));
    let last = task.steps.iter().rev().find(|step| step.state != StepState::Completed);
    TaskRow {
        name: text(name(task)),
        service_name: task.service_name.as_ref().map(text),
        interface: task.interface_id.as_ref().map(text),
        step: text(
            task.verdict.service.as_ref().or(last.map(|step| &step.service)).map_or("–", |s| s.name()),
        ),
        created: task.created_at.map(|at| text(words::date_and_clock(at))),
        created_sort: task.created_at.map_or(i64::MAX, |at| at.0),
        lifetime: lifetime.map(|seconds| text(format!("{seconds} s"))),
        lifetime_sort: lifetime.unwrap_or(i64::MAX),
        badge: words::confidence(task.verdict.confidence),
        class: task.verdict.confidence.name(),
        detail: rows.map(|rows| detail(task, rows)),
    }
}

/// Returns the details of a task with at most `rows` records of each statement.
fn detail(task: &TaskReport, rows: usize) -> Detail {
    Detail { evidence: statements(&task.verdict.evidence, rows), ..without_evidence(task) }
}

/// Returns the details of a task without its evidence.
pub(super) fn without_evidence(task: &TaskReport) -> Detail {
    Detail {
        name: text(name(task)),
        facts: facts(task),
        stopped_reason: task.stopped_reason.as_ref().map(text),
        summary: prose(&task.verdict.summary),
        timeline: timeline(task),
        evidence: Vec::new(),
        runbook: task.runbook.as_ref().map(runbook),
    }
}

fn runbook(review: &RunbookReview) -> RunbookView {
    RunbookView {
        summary: text(review.summary()),
        note: review.note.as_ref().map(text),
        findings: review.findings.iter().map(|one| (text(one.sentence()), text(&one.text))).collect(),
    }
}

/// Returns the facts that documents and records contain about the task.
fn facts(task: &TaskReport) -> Vec<Fact> {
    let named = [
        ("ECS service", task.service_name.as_ref().map(text)),
        ("Interface", task.interface_id.as_ref().map(text)),
        ("Address", task.address.map(text)),
        ("Subnet", task.subnet_id.as_ref().map(text)),
        ("Created", task.created_at.map(|at| text(words::date_and_clock(at)))),
        ("Stopped", task.stopped_at.map(|at| text(words::date_and_clock(at)))),
    ];
    named.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
}
