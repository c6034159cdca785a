//! What the records show of one task, for pictures and tables: spans of attempts, sightings, and times the logs do not show.

use crate::model::ids::InterfaceId;
use crate::model::interface::Role;
use crate::model::time::Timestamp;
use crate::report::StepState;

/// One attempt of a step: one source port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First packet.
    pub first: Timestamp,
    /// Last packet.
    pub last: Timestamp,
    /// What came of it.
    pub state: StepState,
}

/// Why the logs do not show a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapReason {
    /// Records were lost: log-status SKIPDATA.
    Skipdata,
    /// No record at all, not even NODATA.
    NoRecord,
}

impl GapReason {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Skipdata => "skipdata",
            Self::NoRecord => "no-records",
        }
    }
}

/// Whole minutes of a task's interface that the logs do not show, or not wholly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoverageGap {
    /// First second.
    pub from: Timestamp,
    /// First second after.
    pub to: Timestamp,
    /// Why.
    pub reason: GapReason,
}

/// What an interface recorded of one direction of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// ACCEPT.
    Accepted,
    /// REJECT.
    Rejected,
    /// No record.
    NotRecorded,
}

impl Seen {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotRecorded => "not-recorded",
        }
    }
}

/// One attempt's packets at one interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedInterface {
    /// The interface.
    pub interface_id: InterfaceId,
    /// `task`, `endpoint`, `nat-gateway`, …
    pub role: Role,
    /// The task's packets.
    pub request: Seen,
    /// Those back to it.
    pub reply: Seen,
}

/// The attempt that stands for all that failed alike: where it went, and what each interface on its way recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// `address:port`; IPv6 in brackets.
    pub destination: String,
    /// What came of it.
    pub state: StepState,
    /// By interface, the task's own first, then in the order of the way.
    pub interfaces: Vec<ObservedInterface>,
}
