//! What a run that continues from earlier ones adds to a report: what is new, what goes on, what is over.

use crate::model::ids::SubnetId;
use crate::model::time::Timestamp;

/// An incident, compared with earlier runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// No earlier run had it.
    New,
    /// An earlier run had it, and nothing showed that it was over.
    Ongoing,
    /// It was over, and a task failed of it since.
    Returned,
    /// It was over in an earlier run; shown again because a task of then was looked at once more.
    Resolved,
}

impl Status {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ongoing => "ongoing",
            Self::Returned => "returned",
            Self::Resolved => "resolved",
        }
    }
}

/// An incident over all runs up to this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// What became of it.
    pub status: Status,
    /// When its first task was created, or first sent anything.
    pub since: Option<Timestamp>,
    /// Its tasks in all runs.
    pub tasks: u64,
}

/// A task that started, and so shows that an incident is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start {
    /// Task ARN.
    pub task: String,
    /// `startedAt`.
    pub at: Timestamp,
}

/// A resource at fault, as an earlier run named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCulprit {
    /// The kind's name.
    pub kind: String,
    /// Its id.
    pub id: Option<String>,
    /// The subnet it acts on.
    pub subnet_id: Option<SubnetId>,
}

/// An incident that is told of without its tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastIncident {
    /// Cause id.
    pub cause: String,
    /// The cause's title.
    pub title: String,
    /// Services whose steps failed.
    pub services: Vec<String>,
    /// The resources at fault.
    pub culprits: Vec<PastCulprit>,
    /// Its tasks in all runs.
    pub tasks: u64,
    /// First packet or creation.
    pub first: Option<Timestamp>,
    /// Last packet or stop.
    pub last: Option<Timestamp>,
    /// The start that shows that it is over; none if nothing does.
    pub resolved_by: Option<Start>,
}

/// What this run read beside what earlier ones had, and what became of their incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Log files that no earlier run had.
    pub new_files: u64,
    /// Log files of earlier runs, read again because tasks reach into them.
    pub files_reread: u64,
    /// Log files of earlier runs that were wanted again and are not among the inputs.
    pub files_missing: u64,
    /// Files that are copies of others by name and size, and were not read.
    pub files_duplicated: u64,
    /// Failed tasks that an earlier run diagnosed for good, and this one left out.
    pub tasks_already_diagnosed: u64,
    /// Incidents that are over since the last run.
    pub resolved: Vec<PastIncident>,
    /// Incidents of earlier runs of which this one diagnosed no task, and which nothing shows to be over.
    pub not_seen: Vec<PastIncident>,
}
