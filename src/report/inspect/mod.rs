//! The finished answer of `flowcause inspect`: what is in the logs, and what a diagnosis would lack.
//!
//! Plain values, sorted, nothing left to decide. The JSON shape is separate, in [`json_v1`].

pub mod json_v1;

use std::collections::BTreeMap;

use crate::model::defect::Defects;
use crate::model::field::Field;
use crate::model::time::Timestamp;

/// Counts over files, of one kind or all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files.
    pub files: u64,
    /// Their bytes on disk.
    pub bytes: u64,
    /// Flow records of any log-status.
    pub records: u64,
    /// `OK` records that were accepted.
    pub accepted: u64,
    /// `OK` records that were rejected.
    pub rejected: u64,
    /// `NODATA` records.
    pub nodata: u64,
    /// `SKIPDATA` records.
    pub skipdata: u64,
    /// Rows of transit gateways, which are no flow records and are set aside.
    pub transit_gateway: u64,
    /// What was wrong: lines, rows, files; those of transit gateways apart.
    pub defects: u64,
    /// The earliest `start` and the latest `end`; none without records.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Interfaces by role, such as `task`; `unknown` where neither records nor documents tell.
    pub roles: BTreeMap<String, u64>,
}

impl Counts {
    /// Interfaces of any role.
    #[must_use]
    pub fn interfaces(&self) -> u64 {
        self.roles.values().sum()
    }

    /// `OK` records.
    #[must_use]
    pub fn ok(&self) -> u64 {
        self.accepted + self.rejected
    }
}

/// Files that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindReport {
    /// What holds the records, by a stable name; `unknown` if nothing that is read as a flow log.
    pub kind: &'static str,
    /// The compressions around it by their stable names, the outermost first.
    pub compressions: Vec<&'static str>,
    /// How it was known which field stands where, by stable names.
    pub columns_by: Vec<&'static str>,
    /// What they hold.
    pub counts: Counts,
    /// Every field that one of them has, in the order of the field table.
    pub fields: Vec<Field>,
    /// How many orders and choices of fields there are among them.
    pub field_orders: u64,
}

impl KindReport {
    /// The newest version that one of the fields is of: what `version` says in a record.
    #[must_use]
    pub fn version(&self) -> Option<u8> {
        self.fields.iter().map(|field| field.spec().version).max()
    }
}

/// A field of the logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldReport {
    /// The field.
    pub field: Field,
    /// Files that have it.
    pub files: u64,
    /// `OK` records in which it holds something; none where that is not counted.
    pub records_with_value: Option<u64>,
}

/// What is there more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// Records that are there already: of three alike, two.
    pub records: u64,
    /// Files whose records are all another file's.
    pub files: u64,
    /// The first two that hold the same records.
    pub first: Option<(String, String)>,
}

/// A stretch without any record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The interface that has none; none if no interface has any.
    pub interface: Option<(String, String)>,
    /// The first second without.
    pub from: Timestamp,
    /// The first second with one again.
    pub to: Timestamp,
}

impl Gap {
    /// How long it is.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        u64::try_from(self.to.seconds_since(self.from) / 60).unwrap_or(0)
    }
}

/// Gaps of one sort: counted, and the largest of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// How many.
    pub count: u64,
    /// Their minutes together.
    pub minutes: u64,
    /// The largest, first.
    pub largest: Vec<Gap>,
}

/// How much of the time the logs show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Minutes of interfaces that a record touches, short silence between records included.
    pub minutes: u64,
    /// Minutes of interfaces in which records were lost.
    pub skipdata_minutes: u64,
    /// Interfaces with such minutes.
    pub skipdata_interfaces: u64,
    /// Silence shorter than this is no gap.
    pub min_gap_minutes: u64,
    /// When no interface has a record: files are missing.
    pub gaps: Gaps,
    /// When one interface has none and others do, between its first and its last.
    pub interface_gaps: Gaps,
    /// Interfaces with such gaps.
    pub interfaces_with_gaps: u64,
    /// The longest record in seconds; more than 60 tells of an aggregation interval of ten minutes.
    pub longest_record: u64,
    /// `OK` records longer than a minute.
    pub long_records: u64,
}

/// How much something is missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Importance {
    /// Some verdicts cannot be reached without it, or not for certain.
    Limiting,
    /// It tells what other data tell as well, mostly.
    Helpful,
}

impl Importance {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Limiting => "limiting",
            Self::Helpful => "helpful",
        }
    }
}

/// Something that `flowcause explain` would use and does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// A stable, kebab-case name.
    pub id: &'static str,
    /// How much it is missed.
    pub importance: Importance,
    /// What is missing.
    pub what: String,
    /// What it would show.
    pub would_show: &'static str,
    /// How to get it.
    pub how_to_get: String,
}

impl InspectReport {
    /// What is missing, of one importance.
    pub fn missing_of(&self, importance: Importance) -> impl Iterator<Item = &Lack> {
        self.missing.iter().filter(move |lack| lack.importance == importance)
    }
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InspectReport {
    /// Everything together.
    pub total: Counts,
    /// The kinds of files, by name.
    pub kinds: Vec<KindReport>,
    /// Documents that were read.
    pub metadata_files: u64,
    /// Their bytes on disk.
    pub metadata_bytes: u64,
    /// The fields of the logs, in the order of the field table.
    pub fields: Vec<FieldReport>,
    /// Names of fields that no version known here has; the first of them, sorted.
    pub unknown_fields: Vec<String>,
    /// What is there more than once.
    pub repeated: Repeated,
    /// How much of the time they show.
    pub shown: Shown,
    /// What was wrong.
    pub defects: Defects,
    /// What is missing for a diagnosis, the gravest first.
    pub missing: Vec<Lack>,
    /// The format to ask for.
    pub log_format: String,
    /// What makes a flow log that lacks none of it; empty if this one does not.
    pub commands: Vec<String>,
}
