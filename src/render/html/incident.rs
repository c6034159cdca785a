//! One incident: the verdict and the fix, then the evidence.

use super::evidence::{StatementView, statements};
use super::hops::{HopView, hops};
use super::picture::{Picture, picture};
use super::task::{Detail, TaskRow, task_row, without_evidence};
use super::text::{Text, Word, code, prose, text};
use crate::finding::{CauseId, Confidence, Considered, Culprit, CulpritKind, Fix, MissingData};
use crate::model::service::Service;
use crate::render::words::{self, count};
use crate::report::{Incident, TaskReport, Verdict};

/// Records of each statement that a task in a list has; the incident's first task has all.
const ROWS_OF_OTHERS: usize = 3;
/// Tasks on one page of a list.
pub(super) const PAGE: usize = 25;

/// The incident.
pub(super) struct Section {
    pub(super) number: usize,
    pub(super) badge: &'static str,
    pub(super) class: &'static str,
    pub(super) title: &'static str,
    pub(super) cause: &'static str,
    pub(super) services: String,
    pub(super) n_tasks: usize,
    pub(super) tasks: String,
    pub(super) when: Option<Text>,
    pub(super) first_sort: i64,
    pub(super) summary: Vec<Word>,
    pub(super) culprit_label: &'static str,
    pub(super) culprits: Vec<CulpritView>,
    pub(super) fix: Option<FixView>,
    pub(super) picture: Option<Picture>,
    pub(super) hops: Vec<HopView>,
    /// The first task; its evidence is shown as the incident's.
    pub(super) first_task: Option<Detail>,
    pub(super) evidence: Vec<StatementView>,
    /// The change before the failure.
    pub(super) changed: Option<Vec<Word>>,
    /// The denied requests, each a sentence.
    pub(super) denied: Vec<Text>,
    pub(super) ruled_out: Vec<Reason>,
    pub(super) not_ruled_out: Vec<Reason>,
    pub(super) missing: Vec<Missing>,
    /// All tasks, if there are several.
    pub(super) lines: Vec<TaskRow>,
    pub(super) is_paged: bool,
    /// The number of them that are shown in full.
    pub(super) in_full: usize,
}

impl Section {
    /// Returns whether the section names other causes, or missing data that the answer does not contain.
    pub(super) fn has_reasons(&self) -> bool {
        let is_missing = !self.missing.is_empty() && self.class != Confidence::Undetermined.name();
        is_missing || !self.ruled_out.is_empty() || !self.not_ruled_out.is_empty()
    }
}

/// A resource at fault.
pub(super) struct CulpritView {
    pub(super) kind: String,
    pub(super) id: Option<Text>,
    pub(super) of: Option<Text>,
    pub(super) rule: Option<Text>,
}

/// The recommended fix.
pub(super) struct FixView {
    pub(super) text: Vec<Word>,
    pub(super) commands: Vec<Vec<Word>>,
    pub(super) is_verified: bool,
    /// The result of its check.
    pub(super) checked: &'static str,
}

/// Why one or more causes are, or are not, ruled out.
pub(super) struct Reason {
    pub(super) causes: Vec<&'static str>,
    pub(super) reason: Text,
}

/// Missing data.
pub(super) struct Missing {
    pub(super) what: Text,
    pub(super) would_show: Text,
}

/// Returns the section of the n-th incident with its tasks, of which the first `in_full` are shown in full.
pub(super) fn section(number: usize, incident: &Incident, tasks: &[&TaskReport], in_full: usize) -> Section {
    let first_task = tasks.first().copied();
    let verdict = first_task.map(|task| &task.verdict);
    let considered = verdict.map_or(&[][..], |verdict| &verdict.also_considered);
    let weakest =
        tasks.iter().find(|task| task.verdict.confidence == incident.confidence).copied().or(first_task);
    let lines = |(at, task): (usize, &&TaskReport)| task_row(task, (at < in_full).then_some(ROWS_OF_OTHERS));
    let n_lines = if tasks.len() > 1 { tasks.len() } else { 0 };
    Section {
        number,
        badge: words::confidence(incident.confidence),
        class: if incident.cause == CauseId::NetworkHealthy { "healthy" } else { incident.confidence.name() },
        title: incident.title,
        cause: incident.cause.name(),
        services: services(incident),
        n_tasks: incident.tasks.len(),
        tasks: count(incident.tasks.len() as u64, "task"),
        when: when(incident).map(text),
        first_sort: incident.first.map_or(i64::MAX, |at| at.0),
        summary: prose(&incident.summary),
        culprit_label: words::culprit_label(incident.confidence),
        culprits: incident.culprits.iter().map(culprit_view).collect(),
        fix: fix(incident.cause, &incident.fix),
        picture: first_task.and_then(picture),
        hops: verdict.map(|verdict| hops(&verdict.path)).unwrap_or_default(),
        first_task: first_task.map(without_evidence),
        evidence: verdict.map(|verdict| statements(&verdict.evidence, usize::MAX)).unwrap_or_default(),
        changed: verdict.and_then(|verdict| verdict.changes.as_ref()?.sentence()).map(prose),
        denied: verdict.map(denied).unwrap_or_default(),
        ruled_out: reasons(considered, |confidence| confidence == Confidence::RuledOut),
        not_ruled_out: reasons(considered, |confidence| confidence != Confidence::RuledOut),
        missing: weakest.map(|task| missing(&task.verdict.missing)).unwrap_or_default(),
        lines: tasks.iter().enumerate().take(n_lines).map(lines).collect(),
        is_paged: n_lines > PAGE,
        in_full: in_full.min(n_lines),
    }
}

fn denied(verdict: &Verdict) -> Vec<Text> {
    verdict.findings.iter().map(|one| text(one.sentence())).collect()
}

fn services(incident: &Incident) -> String {
    let names = incident.services.iter().map(|service| match service {
        Service::Unknown => "unknown service",
        named => named.name(),
    });
    names.map(|name| text(name).to_string()).collect::<Vec<_>>().join(", ")
}

fn when(incident: &Incident) -> Option<String> {
    let ends = incident.first.or(incident.last).zip(incident.last.or(incident.first));
    ends.map(|(first, last)| words::span(first, last))
}

fn culprit_view(culprit: &Culprit) -> CulpritView {
    let kind = match culprit.kind {
        CulpritKind::Path => "path to",
        kind => words::culprit_kind(kind),
    };
    CulpritView {
        kind: if culprit.is_likely { format!("most likely {kind}") } else { kind.to_owned() },
        id: culprit.id.as_ref().map(text),
        of: culprit.subnet_id.as_ref().map(text),
        rule: culprit.rule.as_ref().map(text),
    }
}

fn fix(cause: CauseId, fix: &Fix) -> Option<FixView> {
    let is_empty = fix.text.is_empty() && fix.commands.is_empty();
    (!is_empty).then(|| FixView {
        text: prose(&fix.text),
        commands: fix.commands.iter().map(code).collect(),
        is_verified: fix.verified,
        checked: words::checked_fix(cause, fix.verified),
    })
}

/// Adjacent causes with the same reason share a line.
fn reasons(all: &[Considered], wanted: impl Fn(Confidence) -> bool) -> Vec<Reason> {
    let wanted: Vec<&Considered> = all.iter().filter(|considered| wanted(considered.confidence)).collect();
    let alike = wanted.chunk_by(|a, b| a.reason == b.reason);
    let reason = |alike: &[&Considered]| Reason {
        causes: alike.iter().map(|considered| considered.cause.name()).collect(),
        reason: text(alike.first().map_or("", |first| first.reason.as_str())),
    };
    alike.map(reason).collect()
}

fn missing(all: &[MissingData]) -> Vec<Missing> {
    let one = |data: &MissingData| Missing { what: text(&data.what), would_show: text(&data.would_show) };
    all.iter().map(one).collect()
}
