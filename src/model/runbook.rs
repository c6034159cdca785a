//! Executions of Automation runbooks of AWS Systems Manager.

use std::cmp::Ordering;
use std::fmt;

use crate::model::time::Timestamp;

/// The runbook of AWS that looks for the reasons why a task of ECS did not start.
pub const START_RUNBOOK: &str = "AWSSupport-TroubleshootECSTaskFailedToStart";

/// One execution of [`START_RUNBOOK`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AutomationExecution {
    /// The text of its analysis: the findings, with headings and advice; none if the document has none.
    pub analysis: Option<String>,
    /// When the execution began.
    pub started_at: Option<Timestamp>,
    /// Whether the document lacks a part of the execution.
    pub is_cut: bool,
    /// `AutomationExecutionStatus`, such as `Success`.
    pub status: Option<String>,
    /// `AutomationExecutionId`.
    pub id: String,
    /// The name of the cluster that was given to it.
    pub cluster: Option<String>,
    /// The id of the task that was given to it.
    pub task_id: Option<String>,
    /// Where its document is.
    pub place: ExecutionPlace,
}

/// Where the document of an execution is. It is no part of the execution: copies of one document are equal.
#[derive(Clone, Default)]
pub struct ExecutionPlace {
    /// The file.
    pub file: String,
    /// The line on which the document begins, from 1.
    pub line: u64,
}

impl fmt::Debug for ExecutionPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl PartialEq for ExecutionPlace {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ExecutionPlace {}

impl Ord for ExecutionPlace {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl PartialOrd for ExecutionPlace {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl AutomationExecution {
    /// Whether it is about this task. Where both clusters are known, they must be the same.
    #[must_use]
    pub fn is_about(&self, task_id: &str, cluster: Option<&str>) -> bool {
        let is_same_cluster = match (self.cluster.as_deref(), cluster) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        self.task_id.as_deref() == Some(task_id) && is_same_cluster
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_belongs_to_one_task_of_one_cluster() {
        let execution = AutomationExecution {
            analysis: None,
            started_at: None,
            is_cut: false,
            status: None,
            id: "e-1".to_owned(),
            cluster: Some("shop".to_owned()),
            task_id: Some("82f6".to_owned()),
            place: ExecutionPlace::default(),
        };
        let check = |task_id, cluster, want| {
            assert_eq!(execution.is_about(task_id, cluster), want, "{task_id} {cluster:?}");
        };
        check("82f6", Some("shop"), true);
        check("82f6", None, true);
        check("82f6", Some("bakery"), false);
        check("82f", Some("shop"), false);
        let unnamed = AutomationExecution { task_id: None, ..execution.clone() };
        assert!(!unnamed.is_about("82f6", None));
    }
}
