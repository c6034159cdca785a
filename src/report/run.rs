//! The additional values of a run with a state: new, ongoing and resolved incidents.

use crate::model::ids::SubnetId;
use crate::model::time::Timestamp;

/// The status of an incident compared with earlier runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// No earlier run had it.
    New,
    /// An earlier run had it, and no start of a task shows that it ended.
    Ongoing,
    /// It had ended, and a task failed because of it again.
    Returned,
    /// It had ended in an earlier run, and is shown again because one of its tasks was diagnosed again.
    Resolved,
}

impl Status {
    /// Returns the name in reports.
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
pub struct IncidentHistory {
    /// The status after this run.
    pub status: Status,
    /// The creation or the first packet of its first task.
    pub since: Option<Timestamp>,
    /// Its tasks in all runs.
    pub tasks: u64,
}

/// The start of a task, which shows that an incident ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start {
    /// Task ARN.
    pub task_arn: String,
    /// `startedAt`.
    pub started_at: Timestamp,
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

/// An incident without its list of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastIncident {
    /// Cause id.
    pub cause: String,
    /// The cause's title.
    pub title: String,
    /// The services of the failed steps.
    pub services: Vec<String>,
    /// The resources at fault.
    pub culprits: Vec<PastCulprit>,
    /// Its tasks in all runs.
    pub tasks: u64,
    /// First packet or creation.
    pub first: Option<Timestamp>,
    /// Last packet or stop.
    pub last: Option<Timestamp>,
    /// The start that shows that it ended; none if there is no such start.
    pub resolved_by: Option<Start>,
}

/// The files of this run compared with earlier runs, and the incidents of earlier runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Log files that no earlier run had.
    pub new_files: u64,
    /// Log files of earlier runs that were read again because they have records of current tasks.
    pub files_reread: u64,
    /// Log files of earlier runs that were needed again and are not among the inputs.
    pub files_missing: u64,
    /// Duplicate files, by name and size, which were not read.
    pub files_duplicated: u64,
    /// Failed tasks with a final verdict of an earlier run, which this run skipped.
    pub tasks_already_diagnosed: u64,
    /// Incidents that ended since the last run.
    pub resolved: Vec<PastIncident>,
    /// Incidents of earlier runs without a task in this run and without a start that shows that they ended.
    pub not_seen: Vec<PastIncident>,
}
