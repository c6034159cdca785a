//! One task on the page: a line of the table, and what folds out below it.

use super::evidence::{Statement, statements};
use super::text::{Text, Word, prose, text};
use super::timeline::{Timeline, timeline};
use crate::model::ids::{InterfaceId, TaskId};
use crate::render::words;
use crate::report::{StepState, TaskReport};

/// A fact and what it is called.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: Text,
}

/// What is shown of a task in full.
pub(super) struct Detail {
    pub(super) name: Text,
    pub(super) facts: Vec<Fact>,
    pub(super) stopped_reason: Option<Text>,
    pub(super) summary: Vec<Word>,
    pub(super) timeline: Option<Timeline>,
    pub(super) evidence: Vec<Statement>,
}

/// A line of the table.
pub(super) struct Line {
    pub(super) name: Text,
    pub(super) service_name: Option<Text>,
    pub(super) interface: Option<Text>,
    pub(super) step: Text,
    pub(super) created: Option<Text>,
    pub(super) created_sort: i64,
    pub(super) lived: Option<Text>,
    pub(super) lived_sort: i64,
    pub(super) badge: &'static str,
    pub(super) class: &'static str,
    /// None beyond the number of tasks that a page shows in full.
    pub(super) detail: Option<Detail>,
}

/// What a task is called: its id, else its interface.
pub(super) fn name(task: &TaskReport) -> &str {
    let id = task.task_id.as_ref().map(TaskId::as_str);
    id.or(task.interface_id.as_ref().map(InterfaceId::as_str)).unwrap_or("task without an id")
}

/// The line of a task; `rows` records of each statement, if it is shown in full.
pub(super) fn line(task: &TaskReport, rows: Option<usize>) -> Line {
    let lived = task.stopped_at.zip(task.created_at).map(|(to, from)| to.seconds_since(from));
    let last = task.steps.iter().rev().find(|step| step.state != StepState::Completed);
    Line {
        name: text(name(task)),
        service_name: task.service_name.as_ref().map(text),
        interface: task.interface_id.as_ref().map(text),
        step: text(
            task.verdict.service.as_ref().or(last.map(|step| &step.service)).map_or("–", |s| s.name()),
        ),
        created: task.created_at.map(|at| text(words::date_and_clock(at))),
        created_sort: task.created_at.map_or(i64::MAX, |at| at.0),
        lived: lived.map(|seconds| text(format!("{seconds} s"))),
        lived_sort: lived.unwrap_or(i64::MAX),
        badge: words::confidence(task.verdict.confidence),
        class: task.verdict.confidence.name(),
        detail: rows.map(|rows| detail(task, rows)),
    }
}

/// A task in full, with so many records of each statement.
fn detail(task: &TaskReport, rows: usize) -> Detail {
    Detail { evidence: statements(&task.verdict.evidence, rows), ..without_evidence(task) }
}

/// A task in full but for its evidence.
pub(super) fn without_evidence(task: &TaskReport) -> Detail {
    Detail {
        name: text(name(task)),
        facts: facts(task),
        stopped_reason: task.stopped_reason.as_ref().map(text),
        summary: prose(&task.verdict.summary),
        timeline: timeline(task),
        evidence: Vec::new(),
    }
}

/// What documents and records say of the task.
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
