//! The JSON report, version 1. Wire types are separate from the report's own types, so that each can change alone.
//!
//! Input: a [`Report`]. Output: a [`ReportV1`] to serialize. Within version 1, fields keep their names, order and
//! meaning, and new fields may be added. The schema is docs/report-v1.schema.json, the prose docs/json-v1.md.

mod changes;
mod observed;
mod run;
mod runbook;
mod wire;

use std::net::IpAddr;

use serde::Serialize;

use crate::finding::{Confidence, Considered, Culprit, DeniedBy, DeniedRequest, Fix, Hop, MissingData};
use crate::model::defect::{Defects, Place};
use crate::model::ids::{InterfaceId, SubnetId, TaskId};
use crate::model::service::Service;
use crate::report::{Coverage, Evidence, Incident, Inputs, Report, Step, TaskReport, Verdict};

use changes::ChangesV1;
use observed::{CoverageGapV1, ObservedV1, SpanV1};
pub(crate) use wire::{all, rfc_3339};

/// The version that these types write.
pub const SCHEMA_VERSION: &str = "1";

/// The whole report.
#[derive(Debug, Serialize)]
pub struct ReportV1<'a> {
    schema_version: &'static str,
    generated_by: GeneratedBy,
    window: Option<WindowV1>,
    inputs: InputsV1<'a>,
    coverage: CoverageV1<'a>,
    incidents: Vec<IncidentV1<'a>>,
    tasks: Vec<TaskV1<'a>>,
    healthy_tasks: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<run::RunV1<'a>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct GeneratedBy {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct WindowV1 {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Debug, Serialize)]
struct InputsV1<'a> {
    files: u64,
    records: u64,
    records_in_scope: u64,
    bytes_read: u64,
    defects: Vec<DefectV1<'a>>,
    duplicates: u64,
    files_skipped: u64,
}

#[derive(Debug, Serialize)]
pub(crate) struct DefectV1<'a> {
    kind: &'static str,
    count: u64,
    first: LocationV1<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<LocationV1<'a>>,
}

#[derive(Debug, Serialize)]
struct LocationV1<'a> {
    file: &'a str,
    line: Option<u64>,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct CoverageV1<'a> {
    traffic_type: &'static str,
    interfaces: Vec<InterfaceV1<'a>>,
}

#[derive(Debug, Serialize)]
struct InterfaceV1<'a> {
    id: &'a InterfaceId,
    role: &'static str,
    minutes_seen: u64,
    minutes_expected: u64,
    skipdata_minutes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable_records: Option<u64>,
}

#[derive(Debug, Serialize)]
struct IncidentV1<'a> {
    cause: &'static str,
    confidence: &'static str,
    culprits: Vec<CulpritV1<'a>>,
    services: Vec<&'a str>,
    tasks: &'a [String],
    first: Option<String>,
    last: Option<String>,
    title: &'static str,
    summary: &'a str,
    fix: FixV1<'a>,
    #[serde(flatten)]
    history: Option<run::HistoryV1>,
}

#[derive(Debug, Serialize)]
pub(crate) struct FixV1<'a> {
    text: &'a str,
    commands: &'a [String],
    verified: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct CulpritV1<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subnet_id: Option<&'a SubnetId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    /// Present for a culprit that is less certain than the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct TaskV1<'a> {
    task_id: Option<&'a TaskId>,
    task_arn: Option<&'a str>,
    interface_id: Option<&'a InterfaceId>,
    address: Option<IpAddr>,
    subnet_id: Option<&'a SubnetId>,
    service_name: Option<&'a str>,
    created_at: Option<String>,
    stopped_at: Option<String>,
    stopped_reason: Option<&'a str>,
    verdict: VerdictV1<'a>,
    steps: Vec<StepV1<'a>>,
    coverage_gaps: Vec<CoverageGapV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runbook: Option<runbook::RunbookV1<'a>>,
}

#[derive(Debug, Serialize)]
struct VerdictV1<'a> {
    cause: &'static str,
    confidence: &'static str,
    service: Option<&'a str>,
    culprits: Vec<CulpritV1<'a>>,
    summary: &'a str,
    evidence: Vec<EvidenceV1<'a>>,
    also_considered: Vec<ConsideredV1<'a>>,
    missing: Vec<MissingV1<'a>>,
    findings: Vec<DeniedRequestV1<'a>>,
    path: Vec<HopV1<'a>>,
    observed: Option<ObservedV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesV1<'a>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct HopV1<'a> {
    leg: &'static str,
    control: &'static str,
    direction: &'static str,
    side: &'static str,
    ids: Vec<String>,
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    statement: String,
}

#[derive(Debug, Serialize)]
struct EvidenceV1<'a> {
    statement: &'a str,
    rows: Vec<RowV1<'a>>,
}

#[derive(Debug, Serialize)]
struct RowV1<'a> {
    file: &'a str,
    line: u64,
    record: &'a str,
}

#[derive(Debug, Serialize)]
struct ConsideredV1<'a> {
    cause: &'static str,
    confidence: &'static str,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
pub(crate) struct MissingV1<'a> {
    what: &'a str,
    would_show: &'a str,
}

#[derive(Debug, Serialize)]
pub(crate) struct DeniedRequestV1<'a> {
    action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct StepV1<'a> {
    service: &'a str,
    state: &'static str,
    destination: &'a str,
    attempts: u64,
    first: Option<String>,
    last: Option<String>,
    spans: Vec<SpanV1>,
}

/// Returns the time as RFC 3339 in UTC, or none if it has no calendar date.
impl GeneratedBy {
    /// Returns the name and the version of this program.
    pub(crate) fn this() -> Self {
        Self { name: "flowcause", version: env!("CARGO_PKG_VERSION") }
    }
}

impl<'a> From<&'a Place> for LocationV1<'a> {
    fn from(place: &'a Place) -> Self {
        Self { file: &place.file, line: place.line, text: &place.text }
    }
}

/// Returns the defects by kind, each with the location of the first one, and of the first one in other folders.
pub(crate) fn defects(defects: &Defects) -> Vec<DefectV1<'_>> {
    let wire = defects.iter().map(|(kind, count, place)| DefectV1 {
        kind: kind.name(),
        count,
        first: place.into(),
        elsewhere: defects.elsewhere(kind).map(LocationV1::from).collect(),
    });
    wire.collect()
}

impl<'a> From<&'a Fix> for FixV1<'a> {
    fn from(fix: &'a Fix) -> Self {
        Self { text: &fix.text, commands: &fix.commands, verified: fix.verified }
    }
}

impl<'a> From<&'a Report> for ReportV1<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            generated_by: GeneratedBy::this(),
            window: report
                .window
                .map(|window| WindowV1 { from: rfc_3339(window.from), to: rfc_3339(window.to) }),
            inputs: (&report.inputs).into(),
            coverage: (&report.coverage).into(),
            incidents: all(&report.incidents),
            tasks: all(&report.tasks),
            healthy_tasks: report.healthy_tasks,
            run: report.run.as_ref().map(Into::into),
        }
    }
}

impl<'a> From<&'a Inputs> for InputsV1<'a> {
    fn from(inputs: &'a Inputs) -> Self {
        Self {
            files: inputs.files,
            records: inputs.records,
            records_in_scope: inputs.records_in_scope,
            bytes_read: inputs.bytes_read,
            defects: defects(&inputs.defects),
            duplicates: inputs.duplicates,
            files_skipped: inputs.files_skipped,
        }
    }
}

impl<'a> From<&'a Coverage> for CoverageV1<'a> {
    fn from(coverage: &'a Coverage) -> Self {
        let interfaces = coverage.interfaces.iter().map(|interface| InterfaceV1 {
            id: &interface.id,
            role: interface.role.name(),
            minutes_seen: interface.minutes_seen,
            minutes_expected: interface.minutes_expected,
            skipdata_minutes: interface.skipdata_minutes,
            unreadable_records: Some(interface.unreadable_records).filter(|&records| records > 0),
        });
        // A report made by `Default` has no traffic type yet; on the wire it always has one.
        let traffic_type = if coverage.traffic_type.is_empty() { "unknown" } else { coverage.traffic_type };
        Self { traffic_type, interfaces: interfaces.collect() }
    }
}

impl<'a> From<&'a Incident> for IncidentV1<'a> {
    fn from(incident: &'a Incident) -> Self {
        Self {
            cause: incident.cause.name(),
            confidence: incident.confidence.name(),
            culprits: all(&incident.culprits),
            services: incident.services.iter().map(Service::name).collect(),
            tasks: &incident.tasks,
            first: incident.first.and_then(rfc_3339),
            last: incident.last.and_then(rfc_3339),
            title: incident.title,
            summary: &incident.summary,
            fix: (&incident.fix).into(),
            history: incident.history.as_ref().map(Into::into),
        }
    }
}

impl<'a> From<&'a Culprit> for CulpritV1<'a> {
    fn from(culprit: &'a Culprit) -> Self {
        Self {
            kind: culprit.kind.name(),
            id: culprit.id.as_deref(),
            subnet_id: culprit.subnet_id.as_ref(),
            rule: culprit.rule.as_deref(),
            confidence: culprit.is_likely.then(|| Confidence::Likely.name()),
        }
    }
}

impl<'a> From<&'a TaskReport> for TaskV1<'a> {
    fn from(task: &'a TaskReport) -> Self {
        Self {
            task_id: task.task_id.as_ref(),
            task_arn: task.task_arn.as_deref(),
            interface_id: task.interface_id.as_ref(),
            address: task.address,
            subnet_id: task.subnet_id.as_ref(),
            service_name: task.service_name.as_deref(),
            created_at: task.created_at.and_then(rfc_3339),
            stopped_at: task.stopped_at.and_then(rfc_3339),
            stopped_reason: task.stopped_reason.as_deref(),
            verdict: (&task.verdict).into(),
            steps: all(&task.steps),
            coverage_gaps: all(&task.coverage_gaps),
            runbook: task.runbook.as_ref().map(Into::into),
        }
    }
}

impl<'a> From<&'a Verdict> for VerdictV1<'a> {
    fn from(verdict: &'a Verdict) -> Self {
        Self {
            cause: verdict.cause.name(),
            confidence: verdict.confidence.name(),
            service: verdict.service.as_ref().map(Service::name),
            culprits: all(&verdict.culprits),
            summary: &verdict.summary,
            evidence: all(&verdict.evidence),
            also_considered: all(&verdict.also_considered),
            missing: all(&verdict.missing),
            findings: all(&verdict.findings),
            path: all(&verdict.path),
            observed: verdict.observed.as_ref().map(ObservedV1::from),
            changes: verdict.changes.as_ref().map(ChangesV1::from),
        }
    }
}

impl<'a> From<&'a Hop> for HopV1<'a> {
    fn from(hop: &'a Hop) -> Self {
        Self {
            leg: hop.leg.name(),
            control: hop.control.kind().name(),
            direction: hop.direction(),
            side: hop.side.name(),
            ids: hop.control.ids(),
            decision: hop.decision.name(),
            rule: hop.rule.as_deref(),
            statement: hop.statement(),
        }
    }
}

impl<'a> From<&'a Evidence> for EvidenceV1<'a> {
    fn from(evidence: &'a Evidence) -> Self {
        let rows =
            evidence.rows.iter().map(|row| RowV1 { file: &row.file, line: row.line, record: &row.record });
        Self { statement: &evidence.statement, rows: rows.collect() }
    }
}

impl<'a> From<&'a Considered> for ConsideredV1<'a> {
    fn from(considered: &'a Considered) -> Self {
        let confidence = considered.confidence.name();
        Self { cause: considered.cause.name(), confidence, reason: &considered.reason }
    }
}

impl<'a> From<&'a MissingData> for MissingV1<'a> {
    fn from(missing: &'a MissingData) -> Self {
        Self { what: &missing.what, would_show: &missing.would_show }
    }
}

impl<'a> From<&'a DeniedRequest> for DeniedRequestV1<'a> {
    fn from(denied: &'a DeniedRequest) -> Self {
        Self {
            action: &denied.action,
            principal: denied.principal.as_deref(),
            resource: denied.resource.as_deref(),
            policy_type: denied.policy_type,
            document: denied.document.as_deref(),
            statement: denied.statement.as_deref(),
            effect: denied.effect.map(DeniedBy::name),
        }
    }
}

impl<'a> From<&'a Step> for StepV1<'a> {
    fn from(step: &'a Step) -> Self {
        Self {
            service: step.service.name(),
            state: step.state.name(),
            destination: &step.destination,
            attempts: step.attempts,
            first: rfc_3339(step.first),
            last: rfc_3339(step.last),
            spans: all(&step.spans),
        }
    }
}

#[cfg(test)]
mod tests;
