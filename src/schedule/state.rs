//! The state that one run leaves for the next: files that were read, tasks that were diagnosed, incidents that were
//! reported.
//!
//! It is written as JSON with sorted keys and one value per line, so that people and `diff` can read it.
//! docs/scheduling.md describes each field.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::model::ids::{InterfaceId, SubnetId};
use crate::model::time::{Timestamp, Window};
use crate::reduce::Totals;

/// The version of the state that these types read and write.
pub const VERSION: u64 = 1;

/// The bytes at the start of a state that are enough to recognise it.
pub const HEAD_BYTES: u64 = 1024;

/// Longest time span of the records in one file, seconds. Flow logs write files of five minutes, at most of an hour;
/// compaction mostly makes files of a day.
const MAX_FILE_SECONDS: i64 = 24 * 3600;

/// The reason why a state cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The file is not valid JSON, or incomplete.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The file is valid JSON, but not a state.
    #[error("it is not a state of flowcause: it has no `state_version`")]
    NoState,
    /// The state has another version.
    #[error("it has version {0}, but this release of flowcause reads version {VERSION}")]
    UnknownVersion(u64),
}

/// Whether a file that begins with these bytes is a state, of this or another version, complete or not.
#[must_use]
pub fn is_head_of_state(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    let key = b"\"state_version\"";
    text.starts_with(b"{") && text.windows(key.len()).any(|part| part == key)
}

/// The stored state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedState {
    state_version: u64,
    /// Log files that were read, by name.
    pub files: BTreeMap<String, KnownFile>,
    /// Sums over files that were pruned from the list.
    pub pruned_files: PrunedFiles,
    /// Failed tasks that were diagnosed, by ARN, or by interface where no ARN is known.
    pub tasks: BTreeMap<String, KnownTask>,
    /// Incidents, by their key.
    pub incidents: BTreeMap<String, KnownIncident>,
}

/// A log file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFile {
    /// Size on disk, bytes. Another size means another content.
    pub size: u64,
    /// Number of records.
    pub records: u64,
    /// Records with action ACCEPT.
    pub accepted: u64,
    /// Records with action REJECT.
    pub rejected: u64,
    /// The earliest `start`; none without records.
    pub first: Option<Timestamp>,
    /// The latest `end`; none without records.
    pub last: Option<Timestamp>,
}

/// Sums over pruned files: those that are missing from the inputs and too old to be needed again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrunedFiles {
    /// Number of files.
    pub files: u64,
    /// Number of records.
    pub records: u64,
    /// Records with action ACCEPT.
    pub accepted: u64,
    /// Records with action REJECT.
    pub rejected: u64,
    /// The latest `end` of any of them.
    pub last: Option<Timestamp>,
}

/// A failed task that was diagnosed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownTask {
    /// The key of its incident.
    pub incident: String,
    /// The confidence of its verdict.
    pub confidence: String,
    /// Its interface.
    pub interface_id: Option<InterfaceId>,
    /// The name of its service.
    pub service_name: Option<String>,
    /// Its subnet.
    pub subnet_id: Option<SubnetId>,
    /// Its start, as far as known.
    pub from: Timestamp,
    /// The first second after its end, as far as known.
    pub to: Timestamp,
}

/// An incident over all runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownIncident {
    /// Whether it is resolved.
    pub status: KnownStatus,
    /// Cause id.
    pub cause: String,
    /// The cause's title.
    pub title: String,
    /// Services whose steps failed.
    pub services: Vec<String>,
    /// The resources at fault.
    pub culprits: Vec<KnownCulprit>,
    /// Number of its tasks in all runs.
    pub tasks: u64,
    /// Number of its tasks that were pruned from the list.
    pub pruned_tasks: u64,
    /// The start of its first task.
    pub first: Option<Timestamp>,
    /// The end of its last task.
    pub last: Option<Timestamp>,
    /// The locations where its tasks ran. A start at each of them resolves the incident.
    pub locations: Vec<KnownLocation>,
    /// The last of the starts that resolved it.
    pub resolved_by: Option<KnownStart>,
}

/// Whether an incident is resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KnownStatus {
    /// No start shows that it is resolved.
    #[default]
    Open,
    /// Tasks started at each of its locations.
    Resolved,
}

/// A resource at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownCulprit {
    /// The name of its kind.
    pub kind: String,
    /// Its id.
    pub id: Option<String>,
    /// The subnet it acts on.
    pub subnet_id: Option<SubnetId>,
}

/// A location where tasks failed: a service and a subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownLocation {
    /// The name of the service.
    pub service_name: Option<String>,
    /// The subnet.
    pub subnet_id: Option<SubnetId>,
    /// The end of the last failed task.
    pub last: Timestamp,
}

/// A task that started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownStart {
    /// Task ARN.
    pub task_arn: String,
    /// `startedAt`.
    pub started_at: Timestamp,
}

impl Default for SavedState {
    fn default() -> Self {
        Self {
            state_version: VERSION,
            files: BTreeMap::new(),
            pruned_files: PrunedFiles::default(),
            tasks: BTreeMap::new(),
            incidents: BTreeMap::new(),
        }
    }
}

impl SavedState {
    /// Reads a state that [`SavedState::write`] wrote. The version is checked first, because another version may have
    /// other fields.
    pub fn from_json(bytes: &[u8]) -> Result<Self, StateError> {
        #[derive(Deserialize)]
        struct StateVersion {
            state_version: Option<u64>,
        }
        let damaged = |error: serde_json::Error| StateError::Damaged(error.to_string());
        let versioned: StateVersion = serde_json::from_slice(bytes).map_err(damaged)?;
        match versioned.state_version {
            Some(VERSION) => serde_json::from_slice(bytes).map_err(damaged),
            Some(other) => Err(StateError::UnknownVersion(other)),
            None => Err(StateError::NoState),
        }
    }

    /// Writes indented JSON that ends with a line end. Only the writer can fail.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        out.write_all(b"\n")
    }

    /// Returns the latest time of any record that was read. It takes the place of "now", because a run uses no clock.
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        self.files.values().filter_map(KnownFile::end).chain(self.pruned_files.last).max()
    }
}

impl KnownFile {
    pub(super) fn of(size: u64, totals: &Totals) -> Self {
        let time = |seconds: u32| Timestamp(seconds.into());
        Self {
            size,
            records: totals.records,
            accepted: totals.accepted,
            rejected: totals.rejected,
            first: totals.span.map(|(first, _)| time(first)),
            last: totals.span.map(|(_, last)| time(last)),
        }
    }

    /// Returns the latest `end`, limited to a day after the first `start`. Without the limit, one damaged record with
    /// a time far ahead would make every verdict final. In a file that really covers more than a day, the limit only
    /// delays final verdicts.
    fn end(&self) -> Option<Timestamp> {
        self.first.zip(self.last).map(|(first, last)| last.min(first.plus(MAX_FILE_SECONDS)))
    }

    /// Returns whether records of the file may be in a window.
    #[must_use]
    pub fn touches(&self, window: Window) -> bool {
        self.first.zip(self.last).is_some_and(|(first, last)| window.touches(first, last))
    }
}

impl KnownTask {
    /// Returns its lifetime, as far as known.
    #[must_use]
    pub fn lived(&self) -> Window {
        Window { from: self.from, to: self.to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_state_is_read_back() {
        let mut state = SavedState::default();
        let file = KnownFile {
            size: 7,
            first: Some(Timestamp(60)),
            last: Some(Timestamp(90)),
            ..KnownFile::default()
        };
        state.files.insert("a.log".into(), file);
        state.incidents.insert("undetermined - -".into(), KnownIncident::default());
        let mut bytes = Vec::new();
        state.write(&mut bytes).expect("writing to memory never fails");
        let text = String::from_utf8(bytes).expect("JSON is text");
        assert!(text.contains("\"first\": \"1970-01-01T00:01:00Z\""), "{text}");
        assert_eq!(SavedState::from_json(text.as_bytes()), Ok(state));
    }

    #[test]
    fn a_time_far_ahead_is_not_the_end_of_the_logs() {
        let mut state = SavedState::default();
        for (name, first, last) in [("a.log", 60, 360), ("b.log", 300, 4_000_000_000)] {
            let (first, last) = (Some(Timestamp(first)), Some(Timestamp(last)));
            state.files.insert(name.into(), KnownFile { first, last, ..KnownFile::default() });
        }
        assert_eq!(state.end(), Some(Timestamp(300 + 24 * 3600)));
    }

    #[test]
    fn an_unusable_state_is_rejected_with_the_reason() {
        let check = |text: &str, error: &str| {
            let message =
                SavedState::from_json(text.as_bytes()).expect_err("the state is unusable").to_string();
            assert!(message.contains(error), "{text}: {message}");
        };
        check("", "damaged");
        check("{\"state_version\": 1", "damaged");
        check("{\"state_version\": 1}", "missing field `files`");
        check("{\"schema_version\": \"1\"}", "not a state");
        check("{\"state_version\": 2, \"new\": 1}", "version 2");
    }
}
