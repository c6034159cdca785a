//! The finished report: plain values, sorted, nothing left to decide.
//!
//! Goes in: verdicts, steps, coverage and defects. Comes out: one [`Report`] that every renderer reads.
//! Renderers add no facts; this module prints nothing. The JSON shape is separate, in [`json_v1`].

pub mod check;
pub mod identity;
pub mod inspect;
pub mod json_v1;
mod observed;
mod run;
#[cfg(test)]
pub(crate) mod sample;

pub use run::{History, PastCulprit, PastIncident, Run, Start, Status};

use crate::finding::{CauseId, Confidence, Culprit, Fix, Hop, MissingData};
use crate::model::defect::Defects;
use crate::model::ids::{InterfaceId, SubnetId, TaskId};
use crate::model::interface::Role;
use crate::model::service::Service;
use crate::model::time::{Timestamp, Window};

pub use observed::{CoverageGap, GapReason, Observed, ObservedInterface, Seen, Span};

/// A record that proves something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EvidenceRow {
    /// The file, as the user named it.
    pub file: String,
    /// Line, or row of a Parquet file, from 1.
    pub line: u64,
    /// The record as it stands there; a Parquet row is written in the column order of its file.
    pub record: String,
}

/// A statement and the records that prove it; there is no evidence without records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// One sentence.
    pub statement: String,
    /// At least one record: the first of each group of alike records.
    pub rows: Vec<EvidenceRow>,
}

/// Another cause and why it is not the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// Cause id.
    pub cause: CauseId,
    /// What came of it.
    pub confidence: Confidence,
    /// One sentence.
    pub reason: String,
}

/// What a task died of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Cause id.
    pub cause: CauseId,
    /// How sure: never [`Confidence::RuledOut`].
    pub confidence: Confidence,
    /// The service whose step failed.
    pub service: Option<Service>,
    /// The resources at fault, the likeliest first.
    pub culprits: Vec<Culprit>,
    /// One sentence for a ticket.
    pub summary: String,
    /// Never empty for a confirmed or likely verdict.
    pub evidence: Vec<Evidence>,
    /// Other causes, in the order of the registry.
    pub also_considered: Vec<Considered>,
    /// What would settle or strengthen it.
    pub missing: Vec<MissingData>,
    /// The configured path of the packets that failed, and of the reply to them; empty where no document tells of one.
    pub path: Vec<Hop>,
    /// The attempt that `path` is of, as the records show it; none where no attempt failed.
    pub observed: Option<Observed>,
}

/// How far the conversations with one destination came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepState {
    /// Useful data came back.
    Completed,
    /// The request was rejected, here or at the far interface.
    RequestRejected,
    /// The reply was rejected, here or at the far interface.
    ReplyRejected,
    /// Requests, no reply.
    Unanswered,
    /// Broken off by the far side before useful data.
    Reset,
    /// Opened, and nothing useful came back.
    Stalled,
    /// The records do not tell.
    Unclear,
}

impl StepState {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::RequestRejected => "request-rejected",
            Self::ReplyRejected => "reply-rejected",
            Self::Unanswered => "unanswered",
            Self::Reset => "reset",
            Self::Stalled => "stalled",
            Self::Unclear => "unclear",
        }
    }
}

/// One service a task contacted while it started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The service.
    pub service: Service,
    /// What came of it.
    pub state: StepState,
    /// `address:port`; IPv6 in brackets.
    pub destination: String,
    /// Conversations, each from another source port.
    pub attempts: u64,
    /// First packet.
    pub first: Timestamp,
    /// Last packet.
    pub last: Timestamp,
    /// The attempts by time; where they are too many for a report an even choice of them, the first and the last among them.
    pub spans: Vec<Span>,
}

/// A diagnosed task. Where no document names the task, its interface stands for it.
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
    /// `stoppedReason`, as written: hostile text.
    pub stopped_reason: Option<String>,
    /// What it died of.
    pub verdict: Verdict,
    /// The services it contacted, in the order of a task's start.
    pub steps: Vec<Step>,
    /// What the logs do not show of its interface's time, by time; the first hundred.
    pub coverage_gaps: Vec<CoverageGap>,
}

impl TaskReport {
    /// What the task is called, also in incidents: its id, else its interface.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.task_id.as_ref().map(TaskId::as_str).or(self.interface_id.as_ref().map(InterfaceId::as_str))
    }
}

/// Tasks of one cause, one service and the same culprits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Cause id.
    pub cause: CauseId,
    /// The weakest standing among its tasks.
    pub confidence: Confidence,
    /// The resources at fault.
    pub culprits: Vec<Culprit>,
    /// Services whose steps failed.
    pub services: Vec<Service>,
    /// Tasks, by id, or by interface where no id is known.
    pub tasks: Vec<String>,
    /// First packet or creation.
    pub first: Option<Timestamp>,
    /// Last packet or stop.
    pub last: Option<Timestamp>,
    /// The cause's title.
    pub title: &'static str,
    /// The first task's summary.
    pub summary: String,
    /// How to mend it.
    pub fix: Fix,
    /// What earlier runs knew of it; none in a run that stands alone.
    pub history: Option<History>,
}

/// How much of one interface's time the logs show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceCoverage {
    /// The interface.
    pub id: InterfaceId,
    /// Its role.
    pub role: Role,
    /// Minutes of the window with any record, NODATA included.
    pub minutes_seen: u64,
    /// Minutes of the window.
    pub minutes_expected: u64,
    /// Minutes in which records were lost.
    pub skipdata_minutes: u64,
}

/// What the logs cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// `ALL`, `ACCEPT`, `REJECT`; `unknown` where neither a document nor the records tell.
    pub traffic_type: &'static str,
    /// The interfaces that matter to the tasks, by id.
    pub interfaces: Vec<InterfaceCoverage>,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Log and metadata files.
    pub files: u64,
    /// Flow records read, of any log-status.
    pub records: u64,
    /// Records kept for the diagnosis, each once.
    pub records_in_scope: u64,
    /// Records that told one of those again: two flow logs over one interface, a file given twice.
    pub duplicates: u64,
    /// Log files that were not read: their names say that their records are of another time.
    pub files_skipped: u64,
    /// Bytes read from disk, before decompression.
    pub bytes_read: u64,
    /// What was wrong.
    pub defects: Defects,
}

/// The finished report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The time the report is about: the tasks' windows, or the span of the records.
    pub window: Option<Window>,
    /// What was read.
    pub inputs: Inputs,
    /// What the logs cover.
    pub coverage: Coverage,
    /// Tasks grouped by what is wrong, the surest and largest first.
    pub incidents: Vec<Incident>,
    /// Every diagnosed task, by creation, then id.
    pub tasks: Vec<TaskReport>,
    /// Tasks in the metadata that started.
    pub healthy_tasks: u64,
    /// What earlier runs left and this one found; none in a run that stands alone.
    pub run: Option<Run>,
}
