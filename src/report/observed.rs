//! Observations of one task for pictures and tables: spans of attempts, records of interfaces, and coverage gaps.

use crate::finding::StepState;
use crate::model::ids::InterfaceId;
use crate::model::interface::InterfaceRole;
use crate::model::time::Timestamp;

/// One attempt of a step: one source port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First packet.
    pub first: Timestamp,
    /// Last packet.
    pub last: Timestamp,
    /// The result.
    pub state: StepState,
}

/// Why the logs do not cover a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapReason {
    /// Records were lost: log-status SKIPDATA.
    Skipdata,
    /// No record at all, not even NODATA.
    NoRecord,
}

impl GapReason {
    /// Returns the name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Skipdata => "skipdata",
            Self::NoRecord => "no-records",
        }
    }
}

/// Whole minutes of a task's interface that the logs do not cover, or only in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoverageGap {
    /// First second.
    pub from: Timestamp,
    /// The first second after the gap.
    pub to: Timestamp,
    /// The reason.
    pub reason: GapReason,
}

/// The action that an interface recorded for one direction of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordedAction {
    /// ACCEPT.
    Accepted,
    /// REJECT.
    Rejected,
    /// No record.
    NotRecorded,
}

impl RecordedAction {
    /// Returns the name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotRecorded => "not-recorded",
        }
    }
}

/// The packets of one attempt at one interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedInterface {
    /// The interface.
    pub interface_id: InterfaceId,
    /// `task`, `endpoint`, `nat-gateway`, …
    pub role: InterfaceRole,
    /// The packets of the task.
    pub request: RecordedAction,
    /// The packets back to the task.
    pub reply: RecordedAction,
}

/// A representative failed attempt: its destination, and the records of each interface on its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// `address:port`; IPv6 in brackets.
    pub destination: String,
    /// The result.
    pub state: StepState,
    /// The interfaces: the task's own first, then the others in the order of the path.
    pub interfaces: Vec<ObservedInterface>,
}
