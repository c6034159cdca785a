//! The part of the wire format that is written only by runs with a state.

use serde::Serialize;

use super::wire::rfc_3339;
use crate::model::ids::SubnetId;
use crate::report::{IncidentHistory, PastIncident, Run, Start};

/// The additional fields of an incident.
#[derive(Debug, Serialize)]
pub(super) struct HistoryV1 {
    status: &'static str,
    since: Option<String>,
    tasks_in_all_runs: u64,
}

/// The `run` object of the report.
#[derive(Debug, Serialize)]
pub(super) struct RunV1<'a> {
    new_files: u64,
    files_reread: u64,
    files_missing: u64,
    files_duplicated: u64,
    tasks_already_diagnosed: u64,
    resolved: Vec<PastIncidentV1<'a>>,
    not_seen: Vec<PastIncidentV1<'a>>,
}

#[derive(Debug, Serialize)]
struct PastIncidentV1<'a> {
    cause: &'a str,
    title: &'a str,
    services: &'a [String],
    culprits: Vec<PastCulpritV1<'a>>,
    tasks_in_all_runs: u64,
    first: Option<String>,
    last: Option<String>,
    resolved_by: Option<StartV1<'a>>,
}

#[derive(Debug, Serialize)]
struct PastCulpritV1<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subnet_id: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct StartV1<'a> {
    task_arn: &'a str,
    started_at: Option<String>,
}

impl From<&IncidentHistory> for HistoryV1 {
    fn from(history: &IncidentHistory) -> Self {
        Self {
            status: history.status.name(),
            since: history.since.and_then(rfc_3339),
            tasks_in_all_runs: history.tasks,
        }
    }
}

impl<'a> From<&'a Run> for RunV1<'a> {
    fn from(run: &'a Run) -> Self {
        let all = |incidents: &'a [PastIncident]| incidents.iter().map(Into::into).collect();
        Self {
            new_files: run.new_files,
            files_reread: run.files_reread,
            files_missing: run.files_missing,
            files_duplicated: run.files_duplicated,
            tasks_already_diagnosed: run.tasks_already_diagnosed,
            resolved: all(&run.resolved),
            not_seen: all(&run.not_seen),
        }
    }
}

impl<'a> From<&'a PastIncident> for PastIncidentV1<'a> {
    fn from(past: &'a PastIncident) -> Self {
        let culprits = past.culprits.iter().map(|culprit| PastCulpritV1 {
            kind: &culprit.kind,
            id: culprit.id.as_deref(),
            subnet_id: culprit.subnet_id.as_ref().map(SubnetId::as_str),
        });
        let start =
            |start: &'a Start| StartV1 { task_arn: &start.task_arn, started_at: rfc_3339(start.started_at) };
        Self {
            cause: &past.cause,
            title: &past.title,
            services: &past.services,
            culprits: culprits.collect(),
            tasks_in_all_runs: past.tasks,
            first: past.first.and_then(rfc_3339),
            last: past.last.and_then(rfc_3339),
            resolved_by: past.resolved_by.as_ref().map(start),
        }
    }
}
