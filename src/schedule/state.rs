//! What one run leaves to the next: files it has read, tasks it has diagnosed, incidents it has reported of.
//!
//! Written as JSON with sorted keys, one value a line, so that people and `diff` can read it. docs/scheduling.md says
//! what each field is for.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::model::ids::{InterfaceId, SubnetId};
use crate::model::time::{Timestamp, Window};
use crate::reduce::Totals;

/// The version these types read and write.
pub const VERSION: u64 = 1;

/// Seconds of records in one file: flow logs write five minutes, an hour at most, and compaction mostly a day.
const MAX_FILE_SECONDS: i64 = 24 * 3600;

/// Why a state cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// It is no JSON, or not all of it.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// It is JSON of something else.
    #[error("it is not a state of flowcause: it has no `flowcause_state`")]
    NoState,
    /// Another version wrote it.
    #[error("it has version {0}, and this flowcause knows version {VERSION}")]
    UnknownVersion(u64),
}

/// Everything that is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedState {
    flowcause_state: u64,
    /// Log files that were read, by name.
    pub files: BTreeMap<String, KnownFile>,
    /// Sums over files that are no longer listed.
    pub forgotten_files: PrunedFiles,
    /// Failed tasks that were diagnosed, by ARN, or by interface where no ARN is known.
    pub tasks: BTreeMap<String, KnownTask>,
    /// Incidents, by their key.
    pub incidents: BTreeMap<String, KnownIncident>,
}

/// A log file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFile {
    /// Bytes on disk; another size means another content.
    pub size: u64,
    /// Its records.
    pub records: u64,
    /// Those with action ACCEPT.
    pub accepted: u64,
    /// Those with action REJECT.
    pub rejected: u64,
    /// The earliest `start`; none without records.
    pub first: Option<Timestamp>,
    /// The latest `end`; none without records.
    pub last: Option<Timestamp>,
}

/// Sums over files that are missing from the inputs, and too old to be wanted again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrunedFiles {
    /// How many they are.
    pub files: u64,
    /// Their records.
    pub records: u64,
    /// Those with action ACCEPT.
    pub accepted: u64,
    /// Those with action REJECT.
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
    /// How sure its verdict is.
    pub standing: String,
    /// Its interface.
    pub interface_id: Option<InterfaceId>,
    /// Its service's name.
    pub service_name: Option<String>,
    /// Its subnet.
    pub subnet_id: Option<SubnetId>,
    /// When it began, as far as known.
    pub from: Timestamp,
    /// The first second after it ended, as far as known.
    pub to: Timestamp,
}

/// An incident over all runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownIncident {
    /// Whether anything shows that it is over.
    pub status: KnownStatus,
    /// Cause id.
    pub cause: String,
    /// The cause's title.
    pub title: String,
    /// Services whose steps failed.
    pub services: Vec<String>,
    /// The resources at fault.
    pub culprits: Vec<KnownCulprit>,
    /// Its tasks in all runs.
    pub tasks: u64,
    /// Those of them that are no longer listed.
    pub forgotten_tasks: u64,
    /// When its first task began.
    pub first: Option<Timestamp>,
    /// When its last task ended.
    pub last: Option<Timestamp>,
    /// Where its tasks ran: a start there shows that it is over.
    pub places: Vec<KnownLocation>,
    /// The last of the starts that show it.
    pub resolved_by: Option<KnownStart>,
}

/// Whether an incident is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KnownStatus {
    /// Nothing shows that it is.
    #[default]
    Open,
    /// Tasks started wherever it was.
    Resolved,
}

/// A resource at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownCulprit {
    /// The kind's name.
    pub kind: String,
    /// Its id.
    pub id: Option<String>,
    /// The subnet it acts on.
    pub subnet_id: Option<SubnetId>,
}

/// A service and a subnet in which its tasks failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownLocation {
    /// The service's name.
    pub service_name: Option<String>,
    /// The subnet.
    pub subnet_id: Option<SubnetId>,
    /// When the last one ended.
    pub last: Timestamp,
}

/// A task that started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownStart {
    /// Task ARN.
    pub task: String,
    /// `startedAt`.
    pub at: Timestamp,
}

impl Default for SavedState {
    fn default() -> Self {
        Self {
            flowcause_state: VERSION,
            files: BTreeMap::new(),
            forgotten_files: PrunedFiles::default(),
            tasks: BTreeMap::new(),
            incidents: BTreeMap::new(),
        }
    }
}

impl SavedState {
    /// Reads what [`SavedState::write`] wrote. The version is looked at first: another one may have other fields.
    pub fn from_json(bytes: &[u8]) -> Result<Self, StateError> {
        #[derive(Deserialize)]
        struct StateVersion {
            flowcause_state: Option<u64>,
        }
        let damaged = |error: serde_json::Error| StateError::Damaged(error.to_string());
        let versioned: StateVersion = serde_json::from_slice(bytes).map_err(damaged)?;
        match versioned.flowcause_state {
            Some(VERSION) => serde_json::from_slice(bytes).map_err(damaged),
            Some(other) => Err(StateError::UnknownVersion(other)),
            None => Err(StateError::NoState),
        }
    }

    /// Writes indented JSON with a line end at the end. The only errors are the writer's.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        out.write_all(b"\n")
    }

    /// The latest time of any record that was read: what stands for "now" in a run without a clock.
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        self.files.values().filter_map(KnownFile::end).chain(self.forgotten_files.last).max()
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

    /// The latest `end` that its first record makes likely. One damaged record may claim a time far ahead, and then
    /// every verdict would seem final; a file that really is longer than a day only makes them wait.
    fn end(&self) -> Option<Timestamp> {
        self.first.zip(self.last).map(|(first, last)| last.min(first.plus(MAX_FILE_SECONDS)))
    }

    /// Whether records of it may lie in a window.
    #[must_use]
    pub fn touches(&self, window: Window) -> bool {
        self.first.zip(self.last).is_some_and(|(first, last)| window.touches(first, last))
    }
}

impl KnownTask {
    /// When it lived, as far as known.
    #[must_use]
    pub fn lived(&self) -> Window {
        Window { from: self.from, to: self.to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
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
        state.write(&mut bytes).expect("memory takes everything");
        let text = String::from_utf8(bytes).expect("JSON is text");
        assert!(text.contains("\"first\": \"1970-01-01T00:01:00Z\""), "{text}");
        assert_eq!(SavedState::from_json(text.as_bytes()), Ok(state));
    }

    #[test]
    fn a_time_far_ahead_is_not_now() {
        let mut state = SavedState::default();
        for (name, first, last) in [("a.log", 60, 360), ("b.log", 300, 4_000_000_000)] {
            let (first, last) = (Some(Timestamp(first)), Some(Timestamp(last)));
            state.files.insert(name.into(), KnownFile { first, last, ..KnownFile::default() });
        }
        assert_eq!(state.end(), Some(Timestamp(300 + 24 * 3600)));
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let check = |text: &str, error: &str| {
            let reported = SavedState::from_json(text.as_bytes()).expect_err("it is none").to_string();
            assert!(reported.contains(error), "{text}: {reported}");
        };
        check("", "damaged");
        check("{\"flowcause_state\": 1", "damaged");
        check("{\"flowcause_state\": 1}", "missing field `files`");
        check("{\"schema_version\": \"1\"}", "not a state");
        check("{\"flowcause_state\": 2, \"new\": 1}", "version 2");
    }
}
