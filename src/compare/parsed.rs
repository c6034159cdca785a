//! The part of a JSON report that a comparison needs. Unknown fields are ignored, because reports may gain fields
//! within version 1.

use serde::Deserialize;
use serde_json::Value;

use crate::model::time::Timestamp;
use crate::report::identity::{CulpritName, TaskLocation, incident_key};
use crate::report::json_v1::SCHEMA_VERSION;

/// The reason why a file cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// The file is not valid JSON, or a report with damaged parts.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The file is valid JSON, but not a report.
    #[error("it is not a JSON report: it has no `schema_version`")]
    NoReport,
    /// The report has another version.
    #[error("it has schema version {0}, but this release of flowcause compares version {SCHEMA_VERSION}")]
    UnknownVersion(String),
}

/// A report.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedReport {
    /// The time that the report covers.
    pub window: Option<ParsedWindow>,
    /// The inputs of the run.
    pub inputs: ParsedInputs,
    /// The coverage of the logs.
    pub coverage: ParsedCoverage,
    /// Causes and their titles.
    pub incidents: Vec<ParsedIncident>,
    /// The diagnosed tasks.
    pub tasks: Vec<ParsedTask>,
}

/// `window`.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedWindow {
    /// Inclusive.
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub to: Option<Timestamp>,
}

/// `inputs`.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedInputs {
    /// By kind.
    pub defects: Vec<ParsedDefect>,
}

/// `inputs.defects[]`.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedDefect {
    /// Its name.
    pub kind: String,
    /// The number of defects.
    pub count: u64,
}

/// `coverage`.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedCoverage {
    /// `ALL`, …
    pub traffic_type: String,
    /// The interfaces.
    pub interfaces: Vec<ParsedInterface>,
}

/// `coverage.interfaces[]`.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedInterface {
    /// Its id.
    pub id: String,
    /// `task`, `endpoint`, …
    pub role: String,
    /// Minutes with records.
    pub minutes_seen: u64,
    /// Minutes of the window.
    pub minutes_expected: u64,
    /// Minutes in which records were lost.
    pub skipdata_minutes: u64,
}

/// `incidents[]`. Only the titles are used, because the tasks determine the incidents.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedIncident {
    /// Cause id.
    pub cause: String,
    /// The cause's title.
    pub title: String,
}

/// `tasks[]`.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedTask {
    task_id: Option<String>,
    task_arn: Option<String>,
    interface_id: Option<String>,
    subnet_id: Option<String>,
    /// Its diagnosis.
    pub verdict: ParsedVerdict,
}

/// `tasks[].verdict`.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedVerdict {
    /// Cause id.
    pub cause: String,
    /// The confidence of the verdict.
    pub confidence: String,
    /// The service whose step failed.
    pub service: Option<String>,
    /// The resources at fault.
    pub culprits: Vec<ParsedCulprit>,
}

/// A culprit.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedCulprit {
    /// The kind's name.
    pub kind: String,
    /// Its id.
    pub id: Option<String>,
    /// The subnet it acts on.
    pub subnet_id: Option<String>,
}

impl ParsedReport {
    /// Reads a report. The version is checked first, because another version may have other fields.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReportError> {
        #[derive(Deserialize)]
        struct ReportVersion {
            schema_version: Option<Value>,
        }
        let damaged = |error: serde_json::Error| ReportError::Damaged(error.to_string());
        let versioned: ReportVersion = serde_json::from_slice(bytes).map_err(damaged)?;
        match versioned.schema_version {
            Some(Value::String(version)) if version == SCHEMA_VERSION => {
                serde_json::from_slice(bytes).map_err(damaged)
            }
            Some(Value::String(version)) => Err(ReportError::UnknownVersion(version)),
            Some(other) => Err(ReportError::UnknownVersion(other.to_string())),
            None => Err(ReportError::NoReport),
        }
    }

    /// Returns the title of a cause.
    pub(super) fn title(&self, cause: &str) -> Option<&str> {
        self.incidents.iter().find(|incident| incident.cause == cause).map(|incident| incident.title.as_str())
    }
}

impl ParsedTask {
    /// Returns the name that identifies the task: its ARN, otherwise its interface, otherwise its id.
    pub(super) fn name(&self) -> Option<&str> {
        self.task_arn.as_deref().or(self.interface_id.as_deref()).or(self.task_id.as_deref())
    }

    /// Returns the key of its incident.
    pub(super) fn incident_key(&self) -> String {
        let verdict = &self.verdict;
        let culprits = verdict.culprits.iter().map(|culprit| CulpritName {
            kind: &culprit.kind,
            id: culprit.id.as_deref(),
            subnet_id: culprit.subnet_id.as_deref(),
        });
        let place =
            TaskLocation { interface_id: self.interface_id.as_deref(), subnet_id: self.subnet_id.as_deref() };
        incident_key(&verdict.cause, verdict.service.as_deref(), culprits, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unusable_report_is_rejected_with_the_reason() {
        let check = |text: &str, error: &str| {
            let message =
                ParsedReport::from_json(text.as_bytes()).expect_err("the report is unusable").to_string();
            assert!(message.contains(error), "{text}: {message}");
        };
        check("", "damaged");
        check("{}", "not a JSON report");
        check("{\"state_version\": 1}", "not a JSON report");
        check("{\"schema_version\": \"2\"}", "version 2");
        check("{\"schema_version\": 1}", "version 1");
        check("{\"schema_version\": \"1\"}", "missing field `inputs`");
    }
}
