//! The report of `flowcause inspect` as JSON, schema `inspect`, version 1.
//!
//! Input: an [`InspectReport`]. Output: an [`InspectV1`] to serialize. Within version 1, fields keep their names, order
//! and meaning, and new fields may be added. The schema is docs/inspect-v1.schema.json, the prose docs/inspect.md.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::time::Timestamp;
use crate::report::inspect::{
    Counts, Duplicates, FieldReport, Gap, Gaps, InspectReport, KindReport, LogCoverage, MissingItem,
};
use crate::report::json_v1::{DefectV1, GeneratedBy, all, defects};

/// The version that these types write.
pub const SCHEMA_VERSION: &str = "1";

/// The whole report.
#[derive(Debug, Serialize)]
pub struct InspectV1<'a> {
    schema: &'static str,
    schema_version: &'static str,
    generated_by: GeneratedBy,
    inputs: InspectInputsV1<'a>,
    total: CountsV1<'a>,
    kinds: Vec<KindV1<'a>>,
    fields: Vec<FieldV1>,
    unknown_fields: &'a [String],
    duplicates: DuplicatesV1<'a>,
    coverage: LogCoverageV1<'a>,
    missing: Vec<MissingItemV1<'a>>,
    log_format: &'a str,
    commands: &'a [String],
}

#[derive(Debug, Serialize)]
struct InspectInputsV1<'a> {
    metadata_files: u64,
    metadata_bytes: u64,
    defects: Vec<DefectV1<'a>>,
}

#[derive(Debug, Serialize)]
struct CountsV1<'a> {
    files: u64,
    bytes: u64,
    records: u64,
    ok: u64,
    accepted: u64,
    rejected: u64,
    nodata: u64,
    skipdata: u64,
    transit_gateway: u64,
    defects: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    interfaces: u64,
    roles: &'a BTreeMap<String, u64>,
}

#[derive(Debug, Serialize)]
struct KindV1<'a> {
    kind: &'static str,
    compressions: &'a [&'static str],
    field_order_source: &'a [&'static str],
    version: Option<u8>,
    fields: Vec<&'static str>,
    field_orders: u64,
    #[serde(flatten)]
    counts: CountsV1<'a>,
}

#[derive(Debug, Serialize)]
struct FieldV1 {
    name: &'static str,
    version: u8,
    files: u64,
    records_with_value: Option<u64>,
}

#[derive(Debug, Serialize)]
struct DuplicatesV1<'a> {
    records: u64,
    files: u64,
    first: Option<[&'a str; 2]>,
}

#[derive(Debug, Serialize)]
struct LogCoverageV1<'a> {
    minutes: u64,
    skipdata_minutes: u64,
    skipdata_interfaces: u64,
    longest_record_seconds: u64,
    long_records: u64,
    min_gap_minutes: u64,
    gaps: GapsV1<'a>,
    interface_gaps: GapsV1<'a>,
    interfaces_with_gaps: u64,
}

#[derive(Debug, Serialize)]
struct GapsV1<'a> {
    count: u64,
    minutes: u64,
    largest: Vec<GapV1<'a>>,
}

#[derive(Debug, Serialize)]
struct GapV1<'a> {
    interface_id: Option<&'a str>,
    role: Option<&'a str>,
    from: Timestamp,
    to: Timestamp,
    minutes: u64,
}

#[derive(Debug, Serialize)]
struct MissingItemV1<'a> {
    id: &'static str,
    importance: &'static str,
    what: &'a str,
    would_show: &'static str,
    how_to_get: &'a str,
}

impl<'a> From<&'a InspectReport> for InspectV1<'a> {
    fn from(report: &'a InspectReport) -> Self {
        Self {
            schema: "inspect",
            schema_version: SCHEMA_VERSION,
            generated_by: GeneratedBy::this(),
            inputs: InspectInputsV1 {
                metadata_files: report.metadata_files,
                metadata_bytes: report.metadata_bytes,
                defects: defects(&report.defects),
            },
            total: (&report.total).into(),
            kinds: all(&report.kinds),
            fields: all(&report.fields),
            unknown_fields: &report.unknown_fields,
            duplicates: (&report.duplicates).into(),
            coverage: (&report.shown).into(),
            missing: all(&report.missing),
            log_format: &report.log_format,
            commands: &report.commands,
        }
    }
}

impl<'a> From<&'a Counts> for CountsV1<'a> {
    fn from(counts: &'a Counts) -> Self {
        Self {
            files: counts.files,
            bytes: counts.bytes,
            records: counts.records,
            ok: counts.ok(),
            accepted: counts.accepted,
            rejected: counts.rejected,
            nodata: counts.nodata,
            skipdata: counts.skipdata,
            transit_gateway: counts.transit_gateway,
            defects: counts.defects,
            first: counts.span.map(|(first, _)| first),
            last: counts.span.map(|(_, last)| last),
            interfaces: counts.interfaces(),
            roles: &counts.roles,
        }
    }
}

impl<'a> From<&'a KindReport> for KindV1<'a> {
    fn from(kind: &'a KindReport) -> Self {
        Self {
            kind: kind.kind,
            compressions: &kind.compressions,
            field_order_source: &kind.field_order_source,
            version: kind.version(),
            fields: kind.fields.iter().map(|field| field.name()).collect(),
            field_orders: kind.field_orders,
            counts: (&kind.counts).into(),
        }
    }
}

impl From<&FieldReport> for FieldV1 {
    fn from(field: &FieldReport) -> Self {
        let spec = field.field.spec();
        Self {
            name: spec.name,
            version: spec.version,
            files: field.files,
            records_with_value: field.records_with_value,
        }
    }
}

impl<'a> From<&'a Duplicates> for DuplicatesV1<'a> {
    fn from(duplicates: &'a Duplicates) -> Self {
        let first = duplicates.first.as_ref().map(|(one, other)| [one.as_str(), other.as_str()]);
        Self { records: duplicates.records, files: duplicates.files, first }
    }
}

impl<'a> From<&'a LogCoverage> for LogCoverageV1<'a> {
    fn from(shown: &'a LogCoverage) -> Self {
        Self {
            minutes: shown.minutes,
            skipdata_minutes: shown.skipdata_minutes,
            skipdata_interfaces: shown.skipdata_interfaces,
            longest_record_seconds: shown.longest_record,
            long_records: shown.long_records,
            min_gap_minutes: shown.min_gap_minutes,
            gaps: (&shown.gaps).into(),
            interface_gaps: (&shown.interface_gaps).into(),
            interfaces_with_gaps: shown.interfaces_with_gaps,
        }
    }
}

impl<'a> From<&'a Gaps> for GapsV1<'a> {
    fn from(gaps: &'a Gaps) -> Self {
        Self { count: gaps.count, minutes: gaps.minutes, largest: all(&gaps.largest) }
    }
}

impl<'a> From<&'a Gap> for GapV1<'a> {
    fn from(gap: &'a Gap) -> Self {
        let interface = gap.interface.as_ref();
        Self {
            interface_id: interface.map(|(id, _)| id.as_str()),
            role: interface.map(|(_, role)| role.as_str()),
            from: gap.from,
            to: gap.to,
            minutes: gap.minutes(),
        }
    }
}

impl<'a> From<&'a MissingItem> for MissingItemV1<'a> {
    fn from(item: &'a MissingItem) -> Self {
        Self {
            id: item.id,
            importance: item.importance.name(),
            what: &item.what,
            would_show: item.would_show,
            how_to_get: &item.how_to_get,
        }
    }
}
