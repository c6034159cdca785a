//! The finished report of `flowcause inspect`: the content of the logs, and the data that a diagnosis would miss.
//!
//! It consists of plain, sorted values without open decisions. The JSON shape is separate, in [`json_v1`].

pub mod json_v1;

use std::collections::BTreeMap;

use crate::model::defect::Defects;
use crate::model::field::Field;
use crate::model::time::Timestamp;

/// Counts over the files of one kind, or over all files.
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
    /// Rows of transit gateways, which are skipped because they are not records of VPC flow logs.
    pub transit_gateway: u64,
    /// Defects of lines, rows and files, without the rows of transit gateways.
    pub defects: u64,
    /// The earliest `start` and the latest `end`; none without records.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Interfaces by role, such as `task`; `unknown` if neither records nor documents show it.
    pub roles: BTreeMap<String, u64>,
}

impl Counts {
    /// Returns the number of interfaces of any role.
    #[must_use]
    pub fn interfaces(&self) -> u64 {
        self.roles.values().sum()
    }

    /// Returns the number of `OK` records.
    #[must_use]
    pub fn ok(&self) -> u64 {
        self.accepted + self.rejected
    }
}

/// Files of the same kind and compression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindReport {
    /// The kind of file, as a stable name; `unknown` if it cannot be read as a flow log.
    pub kind: &'static str,
    /// The stable names of its compressions, the outermost first.
    pub compressions: Vec<&'static str>,
    /// How the order of the fields was determined, as stable names.
    pub field_order_source: Vec<&'static str>,
    /// The counts over these files.
    pub counts: Counts,
    /// All fields that occur in one of the files, in the order of the field table.
    pub fields: Vec<Field>,
    /// The number of different field orders among the files.
    pub field_orders: u64,
}

impl KindReport {
    /// Returns the highest version of the fields, which is the value of `version` in a record.
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
    /// `OK` records in which the field has a value; none if they are not counted.
    pub records_with_value: Option<u64>,
}

/// Duplicate records and files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duplicates {
    /// Duplicate records; of three equal records, two are duplicates.
    pub records: u64,
    /// Files with exactly the records of another file.
    pub files: u64,
    /// The first two files with the same records.
    pub first: Option<(String, String)>,
}

/// A time without any record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The interface without records and its role; none if no interface has records.
    pub interface: Option<(String, String)>,
    /// The first second without a record.
    pub from: Timestamp,
    /// The first second after the gap.
    pub to: Timestamp,
}

impl Gap {
    /// Returns its length in minutes.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        u64::try_from(self.to.seconds_since(self.from) / 60).unwrap_or(0)
    }
}

/// The number of gaps of one kind, and the largest of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// The number of gaps.
    pub count: u64,
    /// The sum of their minutes.
    pub minutes: u64,
    /// The largest gaps, by length.
    pub largest: Vec<Gap>,
}

/// The coverage of the logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogCoverage {
    /// Minutes of interfaces with records, including pauses that are too short to be gaps.
    pub minutes: u64,
    /// Minutes of interfaces in which records were lost.
    pub skipdata_minutes: u64,
    /// Interfaces with such minutes.
    pub skipdata_interfaces: u64,
    /// The shortest time without records that counts as a gap, in minutes.
    pub min_gap_minutes: u64,
    /// Times in which no interface has a record, because files are missing.
    pub gaps: Gaps,
    /// Times between the first and the last record of an interface in which only other interfaces have records.
    pub interface_gaps: Gaps,
    /// Interfaces with such gaps.
    pub interfaces_with_gaps: u64,
    /// The longest record in seconds; more than 60 shows an aggregation interval of ten minutes.
    pub longest_record: u64,
    /// `OK` records longer than a minute.
    pub long_records: u64,
}

/// The importance of missing data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Importance {
    /// Some verdicts are impossible or less sure without it.
    Limiting,
    /// Other data mostly shows the same.
    Helpful,
}

impl Importance {
    /// Returns the name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Limiting => "limiting",
            Self::Helpful => "helpful",
        }
    }
}

/// Data that `flowcause explain` would use and that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingItem {
    /// A stable, kebab-case name.
    pub id: &'static str,
    /// How important it is.
    pub importance: Importance,
    /// The missing data.
    pub what: String,
    /// The facts that it would show.
    pub would_show: &'static str,
    /// How to get it.
    pub how_to_get: String,
}

impl InspectReport {
    /// Returns the missing data of one importance.
    pub fn missing_of(&self, importance: Importance) -> impl Iterator<Item = &MissingItem> {
        self.missing.iter().filter(move |item| item.importance == importance)
    }
}

/// The report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InspectReport {
    /// The counts over all files.
    pub total: Counts,
    /// The kinds of files, by name.
    pub kinds: Vec<KindReport>,
    /// Documents that were read.
    pub metadata_files: u64,
    /// Their bytes on disk.
    pub metadata_bytes: u64,
    /// The fields of the logs, in the order of the field table.
    pub fields: Vec<FieldReport>,
    /// Names of columns that are not a known field, sorted; the first of them.
    pub unknown_fields: Vec<String>,
    /// Duplicate records and files.
    pub duplicates: Duplicates,
    /// The coverage of the logs.
    pub shown: LogCoverage,
    /// The defects of logs and metadata.
    pub defects: Defects,
    /// The data missing for a diagnosis, the most important first.
    pub missing: Vec<MissingItem>,
    /// The recommended log format.
    pub log_format: String,
    /// Commands that create a flow log with all of it; empty if nothing is missing.
    pub commands: Vec<String>,
}
