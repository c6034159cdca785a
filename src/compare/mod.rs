//! Compares two reports: incidents that are new, gone, grown or shrunk, and changes of the coverage.
//!
//! Input: two JSON reports of version 1, as [`parsed::ParsedReport`]. Output: a [`Comparison`], which serializes as
//! described in docs/compare-v1.schema.json. Two incidents are the same if their keys are equal
//! ([`identity`](crate::report::identity)); times and tasks do not matter.

pub mod parsed;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::compare::parsed::{ParsedInterface, ParsedReport, ParsedTask, ParsedWindow};
use crate::finding::{CauseId, Confidence};
use crate::model::time::Timestamp;

/// The version of the serialized [`Comparison`].
pub const VERSION: &str = "1";

/// The change of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Only the new report has it.
    New,
    /// It has more tasks.
    Grown,
    /// It has as many tasks, and another confidence.
    ConfidenceChanged,
    /// It has fewer tasks.
    Shrunk,
    /// Only the old report has it.
    Gone,
    /// Nothing changed.
    Unchanged,
}

/// The comparison of two reports.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    schema: &'static str,
    schema_version: &'static str,
    /// The old report.
    pub old: ComparedReport,
    /// The new report.
    pub new: ComparedReport,
    /// By change, then key.
    pub incidents: Vec<IncidentChange>,
    /// Changes of the coverage.
    pub coverage: CoverageChange,
    /// Kinds of defects whose count changed.
    pub defects: Vec<DefectChange>,
}

/// One of the reports.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedReport {
    /// The name of the file.
    pub file: String,
    /// The first second of its window.
    pub from: Option<Timestamp>,
    /// The first second after the window.
    pub to: Option<Timestamp>,
    /// Number of diagnosed tasks.
    pub tasks: u64,
}

/// An incident of one or both reports.
#[derive(Clone, Debug, Serialize)]
pub struct IncidentChange {
    /// The change from the old report to the new one.
    pub change: ChangeKind,
    /// Its key.
    pub key: String,
    /// Cause id.
    pub cause: String,
    /// The cause's title.
    pub title: String,
    /// The service whose step failed.
    pub service: Option<String>,
    /// The resources at fault.
    pub culprits: Vec<ComparedCulprit>,
    /// Its extent in the old report.
    pub old: Option<IncidentExtent>,
    /// Its extent in the new report.
    pub new: Option<IncidentExtent>,
    /// Number of tasks in the new report's incident that are not in the old one's.
    pub new_tasks: u64,
}

/// A resource at fault.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedCulprit {
    /// The name of its kind.
    pub kind: String,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The subnet it acts on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
}

/// The number of tasks and the confidence of an incident in one report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IncidentExtent {
    /// Number of tasks.
    pub tasks: u64,
    /// The lowest confidence among them.
    pub confidence: String,
}

/// Changes of the coverage.
#[derive(Clone, Debug, Serialize)]
pub struct CoverageChange {
    /// The old and the new traffic type; none if they are equal.
    pub traffic_type: Option<[String; 2]>,
    /// Interfaces in both reports whose minutes changed.
    pub interfaces: Vec<InterfaceChange>,
}

/// An interface whose minutes changed.
#[derive(Clone, Debug, Serialize)]
pub struct InterfaceChange {
    /// Its id.
    pub id: String,
    /// `task`, `endpoint`, …
    pub role: String,
    /// Its minutes in the old report.
    pub old: Minutes,
    /// Its minutes in the new report.
    pub new: Minutes,
}

/// Minutes of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Minutes {
    /// Minutes with any record.
    pub minutes_seen: u64,
    /// Minutes of the window.
    pub minutes_expected: u64,
    /// Minutes in which records were lost.
    pub skipdata_minutes: u64,
}

/// A kind of defect whose count changed.
#[derive(Clone, Debug, Serialize)]
pub struct DefectChange {
    /// Its name.
    pub kind: String,
    /// The count in the old report.
    pub old: u64,
    /// The count in the new report.
    pub new: u64,
}

impl Comparison {
    /// Returns whether there is a new fault. A healthy network is not a fault.
    #[must_use]
    pub fn has_new(&self) -> bool {
        self.incidents
            .iter()
            .any(|one| one.change == ChangeKind::New && one.cause != CauseId::NetworkHealthy.name())
    }
}

/// Compares two reports. Each comes with the name of its file.
#[must_use]
pub fn compare(old: (&str, &ParsedReport), new: (&str, &ParsedReport)) -> Comparison {
    let (before, after) = (by_incident(old.1), by_incident(new.1));
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let none = Vec::new();
    let change = |key: &String| {
        let (old_tasks, new_tasks) = (before.get(key).unwrap_or(&none), after.get(key).unwrap_or(&none));
        incident(key, (old.1, old_tasks), (new.1, new_tasks))
    };
    let mut incidents: Vec<IncidentChange> = keys.into_iter().filter_map(change).collect();
    incidents.sort_by(|a, b| (a.change, &a.key).cmp(&(b.change, &b.key)));
    Comparison {
        schema: "compare",
        schema_version: VERSION,
        old: compared_report(old),
        new: compared_report(new),
        incidents,
        coverage: coverage(old.1, new.1),
        defects: defects(old.1, new.1),
    }
}

fn compared_report((file, report): (&str, &ParsedReport)) -> ComparedReport {
    let edge = |edge: fn(&ParsedWindow) -> Option<Timestamp>| report.window.as_ref().and_then(edge);
    ComparedReport {
        file: file.to_owned(),
        from: edge(|window| window.from),
        to: edge(|window| window.to),
        tasks: report.tasks.len() as u64,
    }
}

fn by_incident(report: &ParsedReport) -> BTreeMap<String, Vec<&ParsedTask>> {
    let mut incidents: BTreeMap<String, Vec<&ParsedTask>> = BTreeMap::new();
    for task in &report.tasks {
        incidents.entry(task.incident_key()).or_default().push(task);
    }
    incidents
}

/// Returns none if neither report has a task of the incident.
fn incident(
    key: &str,
    (old_report, old): (&ParsedReport, &[&ParsedTask]),
    (new_report, new): (&ParsedReport, &[&ParsedTask]),
) -> Option<IncidentChange> {
    let verdict = &new.first().or(old.first())?.verdict;
    let title = new_report.title(&verdict.cause).or_else(|| old_report.title(&verdict.cause));
    let known: BTreeSet<&str> = old.iter().filter_map(|task| task.name()).collect();
    let culprits = verdict.culprits.iter().map(|culprit| ComparedCulprit {
        kind: culprit.kind.clone(),
        id: culprit.id.clone(),
        subnet_id: culprit.subnet_id.clone(),
    });
    let (old_extent, new_extent) = (extent(old), extent(new));
    Some(IncidentChange {
        change: change(old_extent.as_ref(), new_extent.as_ref()),
        key: key.to_owned(),
        cause: verdict.cause.clone(),
        title: title.unwrap_or(&verdict.cause).to_owned(),
        service: verdict.service.clone(),
        culprits: culprits.collect(),
        old: old_extent,
        new: new_extent,
        new_tasks: new.iter().filter(|task| task.name().is_none_or(|name| !known.contains(name))).count()
            as u64,
    })
}

fn extent(tasks: &[&ParsedTask]) -> Option<IncidentExtent> {
    let weakest =
        tasks.iter().map(|task| task.verdict.confidence.as_str()).max_by_key(|name| weakness(name))?;
    Some(IncidentExtent { tasks: tasks.len() as u64, confidence: weakest.to_owned() })
}

/// Returns the rank of a confidence; the highest confidence has rank 0.
fn weakness(name: &str) -> usize {
    let order = [Confidence::Confirmed, Confidence::Likely, Confidence::Undetermined];
    order.iter().position(|confidence| confidence.name() == name).unwrap_or(order.len())
}

fn change(old: Option<&IncidentExtent>, new: Option<&IncidentExtent>) -> ChangeKind {
    match (old, new) {
        (None, _) => ChangeKind::New,
        (_, None) => ChangeKind::Gone,
        (Some(old), Some(new)) if new.tasks > old.tasks => ChangeKind::Grown,
        (Some(old), Some(new)) if new.tasks < old.tasks => ChangeKind::Shrunk,
        (Some(old), Some(new)) if new.confidence != old.confidence => ChangeKind::ConfidenceChanged,
        _ => ChangeKind::Unchanged,
    }
}

fn coverage(old: &ParsedReport, new: &ParsedReport) -> CoverageChange {
    let (before, after) = (&old.coverage, &new.coverage);
    let known: BTreeMap<&str, &ParsedInterface> =
        before.interfaces.iter().map(|interface| (interface.id.as_str(), interface)).collect();
    let changed = after.interfaces.iter().filter_map(|interface| {
        let old = minutes(known.get(interface.id.as_str())?);
        let new = minutes(interface);
        let change = InterfaceChange { id: interface.id.clone(), role: interface.role.clone(), old, new };
        (old != new).then_some(change)
    });
    let types = [before.traffic_type.clone(), after.traffic_type.clone()];
    CoverageChange { traffic_type: (types[0] != types[1]).then_some(types), interfaces: changed.collect() }
}

fn minutes(interface: &ParsedInterface) -> Minutes {
    Minutes {
        minutes_seen: interface.minutes_seen,
        minutes_expected: interface.minutes_expected,
        skipdata_minutes: interface.skipdata_minutes,
    }
}

fn defects(old: &ParsedReport, new: &ParsedReport) -> Vec<DefectChange> {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for defect in &old.inputs.defects {
        counts.entry(&defect.kind).or_default().0 += defect.count;
    }
    for defect in &new.inputs.defects {
        counts.entry(&defect.kind).or_default().1 += defect.count;
    }
    let changed = counts.into_iter().filter(|(_, (old, new))| old != new);
    changed.map(|(kind, (old, new))| DefectChange { kind: kind.to_owned(), old, new }).collect()
}

#[cfg(test)]
mod tests;
