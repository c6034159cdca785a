//! The finished report: plain, sorted values without open decisions.
//!
//! Input: verdicts, steps, coverage and defects. Output: one [`Report`] that every renderer reads.
//! Renderers add no facts, and this module prints nothing. The JSON shape is separate, in [`json_v1`].

pub mod check;
pub mod identity;
pub mod inspect;
pub mod json_v1;
mod observed;
mod run;
#[cfg(test)]
pub(crate) mod sample;

pub use run::{IncidentHistory, PastCulprit, PastIncident, Run, Start, Status};

use crate::finding::{
    CaseChanges, CauseId, Confidence, Considered, Culprit, DeniedRequest, Fix, Hop, MissingData,
    RunbookReview, StepState,
};
use crate::model::defect::Defects;
use crate::model::ids::{InterfaceId, SubnetId, TaskId};
use crate::model::interface::InterfaceRole;
use crate::model::service::Service;
use crate::model::time::{Timestamp, Window};

pub use observed::{CoverageGap, GapReason, Observed, ObservedInterface, RecordedAction, Span};

/// A record that proves a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EvidenceRow {
    /// The path of the file as the user gave it.
    pub file: String,
    /// The line, or the row of a Parquet file, from 1.
    pub line: u64,
    /// The text of the record; a Parquet row is written in the column order of its file.
    pub record: String,
}

/// A statement and the records that prove it. Evidence always has records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// One sentence.
    pub statement: String,
    /// At least one record: the first of each group of similar records.
    pub rows: Vec<EvidenceRow>,
}

/// Why a task failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Cause id.
    pub cause: CauseId,
    /// The confidence; never [`Confidence::RuledOut`].
    pub confidence: Confidence,
    /// The service of the failed step.
    pub service: Option<Service>,
    /// The resources at fault, the likeliest first.
    pub culprits: Vec<Culprit>,
    /// One sentence for a ticket.
    pub summary: String,
    /// Never empty for a confirmed verdict; for a likely one only where the configuration or the stopped reason alone speaks.
    pub evidence: Vec<Evidence>,
    /// Other causes, in the order of the registry.
    pub also_considered: Vec<Considered>,
    /// Data that would decide or strengthen the verdict.
    pub missing: Vec<MissingData>,
    /// Every request of the start that AWS or the saved policies deny.
    pub findings: Vec<DeniedRequest>,
    /// The changes before the failure; none if no event is saved.
    pub changes: Option<CaseChanges>,
    /// The configured path of the failed packets and of their reply; empty if no document describes it.
    pub path: Vec<Hop>,
    /// The attempt that `path` belongs to, as the records show it; none if no attempt failed.
    pub observed: Option<Observed>,
}

/// One service that a task contacted while it started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The service.
    pub service: Service,
    /// The result.
    pub state: StepState,
    /// `address:port`; IPv6 in brackets.
    pub destination: String,
    /// The number of conversations, each from a different source port.
    pub attempts: u64,
    /// First packet.
    pub first: Timestamp,
    /// Last packet.
    pub last: Timestamp,
    /// The attempts by time. If there are too many for a report, this is an even selection that includes the first and the last.
    pub spans: Vec<Span>,
}

/// A diagnosed task. If no document names the task, its interface identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskReport {
    /// Task id, from metadata or from the log's `ecs-task-id`.
    pub task_id: Option<TaskId>,
    /// Task ARN.
    pub task_arn: Option<String>,
    /// Its interface.
    pub interface_id: Option<InterfaceId>,
    /// Its primary private address.
    pub address: Option<std::net::IpAddr>,
    /// Its subnet.
    pub subnet_id: Option<SubnetId>,
    /// Its service's name.
    pub service_name: Option<String>,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `stoppedAt`.
    pub stopped_at: Option<Timestamp>,
    /// `stoppedReason` as written; this is untrusted text.
    pub stopped_reason: Option<String>,
    /// Why it failed.
    pub verdict: Verdict,
    /// The services it contacted, in the order of a task's start.
    pub steps: Vec<Step>,
    /// Times of its interface that the logs do not cover, by time; the first hundred.
    pub coverage_gaps: Vec<CoverageGap>,
    /// The findings of the runbook of AWS about it; none if no execution of the runbook was saved.
    pub runbook: Option<RunbookReview>,
}

impl TaskReport {
    /// Returns the name of the task, also in incidents: its id, or its interface if the id is unknown.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.task_id.as_ref().map(TaskId::as_str).or(self.interface_id.as_ref().map(InterfaceId::as_str))
    }
}

/// Tasks with the same cause, service and culprits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Cause id.
    pub cause: CauseId,
    /// The lowest confidence among its tasks.
    pub confidence: Confidence,
    /// The resources at fault.
    pub culprits: Vec<Culprit>,
    /// The services of the failed steps.
    pub services: Vec<Service>,
    /// Tasks by id, or by interface if no id is known.
    pub tasks: Vec<String>,
    /// The first packet or creation.
    pub first: Option<Timestamp>,
    /// The last packet or stop.
    pub last: Option<Timestamp>,
    /// The cause's title.
    pub title: &'static str,
    /// The first task's summary.
    pub summary: String,
    /// The recommended fix.
    pub fix: Fix,
    /// The history over earlier runs; none in a run without a state.
    pub history: Option<IncidentHistory>,
}

/// The coverage of one interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceCoverage {
    /// The interface.
    pub id: InterfaceId,
    /// Its role.
    pub role: InterfaceRole,
    /// Minutes of the window with any record, NODATA included.
    pub minutes_seen: u64,
    /// Minutes of the window.
    pub minutes_expected: u64,
    /// Minutes in which records were lost.
    pub skipdata_minutes: u64,
    /// Records of the window that could not be read, of this interface or an unknown one. A part of a file whose number of
    /// records is unknown counts as one.
    pub unreadable_records: u64,
}

impl InterfaceCoverage {
    /// Whether a record that is absent from the window was never there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.minutes_seen >= self.minutes_expected
            && self.skipdata_minutes == 0
            && self.unreadable_records == 0
    }
}

/// The coverage of the logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// `ALL`, `ACCEPT` or `REJECT`; `unknown` if neither a document nor the records show it.
    pub traffic_type: &'static str,
    /// The interfaces that matter to the tasks, by id.
    pub interfaces: Vec<InterfaceCoverage>,
}

/// The inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Log and metadata files.
    pub files: u64,
    /// Flow records read, of any log-status.
    pub records: u64,
    /// Records that can matter to the diagnosis, without duplicates.
    pub records_in_scope: u64,
    /// Duplicates of these records, for example from two flow logs over one interface or from a file given twice.
    pub duplicates: u64,
    /// Log files that were not read because their names show that their records are of another time.
    pub files_skipped: u64,
    /// Bytes read from disk, before decompression.
    pub bytes_read: u64,
    /// The defects of the inputs.
    pub defects: Defects,
}

/// The finished report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The time span of the report: the windows of the tasks, or the span of the records.
    pub window: Option<Window>,
    /// The inputs.
    pub inputs: Inputs,
    /// The coverage of the logs.
    pub coverage: Coverage,
    /// Tasks grouped by cause, service and culprits; sorted by confidence, then by number of tasks.
    pub incidents: Vec<Incident>,
    /// Every diagnosed task, by creation, then id.
    pub tasks: Vec<TaskReport>,
    /// Tasks in the metadata that started.
    pub healthy_tasks: u64,
    /// The changes since earlier runs; none in a run without a state.
    pub run: Option<Run>,
}
