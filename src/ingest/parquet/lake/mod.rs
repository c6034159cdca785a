//! Security Lake: flow logs as Network Activity of OCSF. Nested columns are mapped to the fields of a flow log.
//!
//! OCSF 1.0.0-rc.2, 1.1 and 1.5 are read, also after conversion by other programs: any width of numbers, times as
//! numbers or timestamps, and `unmapped` as a map, a list of pairs or a struct. AWS's mapping puts the interface id on
//! the side of the interface, and the interface's own address into `intermediate_ips` if the packet has another
//! address. Source: ocsf/examples, mappings "AWS VPC Flowlogs"; Security Lake user guide.

mod columns;
mod flatten;
mod merged_column;
mod unmapped;

use ::parquet::arrow::ProjectionMask;
use ::parquet::schema::types::SchemaDescriptor;
use arrow::datatypes::{DataType, Fields, Schema};

pub(super) use flatten::Flattener;

use super::columns::{is_number, is_text};
use super::projection::{plain_type, wrong_type};
use crate::ingest::defects::FileContext;
use crate::model::defect::DefectKind;

/// The kind of values that a column must contain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ColumnKind {
    Text,
    Number,
    Time,
    /// Text in any structure.
    Anything,
}

/// The columns that are read, as paths of names joined by `.`.
const READ: [(&str, ColumnKind); 34] = [
    ("class_uid", ColumnKind::Number),
    ("type_uid", ColumnKind::Number),
    ("activity_id", ColumnKind::Number),
    ("action_id", ColumnKind::Number),
    ("disposition_id", ColumnKind::Number),
    ("disposition", ColumnKind::Text),
    ("status_code", ColumnKind::Text),
    ("time", ColumnKind::Time),
    ("start_time", ColumnKind::Time),
    ("start_time_dt", ColumnKind::Time),
    ("end_time", ColumnKind::Time),
    ("end_time_dt", ColumnKind::Time),
    ("metadata.product.name", ColumnKind::Text),
    ("src_endpoint.ip", ColumnKind::Text),
    ("src_endpoint.port", ColumnKind::Number),
    ("src_endpoint.interface_uid", ColumnKind::Text),
    ("src_endpoint.vpc_uid", ColumnKind::Text),
    ("src_endpoint.subnet_uid", ColumnKind::Text),
    ("src_endpoint.intermediate_ips", ColumnKind::Anything),
    ("dst_endpoint.ip", ColumnKind::Text),
    ("dst_endpoint.port", ColumnKind::Number),
    ("dst_endpoint.interface_uid", ColumnKind::Text),
    ("dst_endpoint.vpc_uid", ColumnKind::Text),
    ("dst_endpoint.subnet_uid", ColumnKind::Text),
    ("dst_endpoint.svc_name", ColumnKind::Text),
    ("dst_endpoint.intermediate_ips", ColumnKind::Anything),
    ("connection_info.protocol_num", ColumnKind::Number),
    ("connection_info.tcp_flags", ColumnKind::Number),
    ("connection_info.direction_id", ColumnKind::Number),
    ("connection_info.direction", ColumnKind::Text),
    ("connection_info.boundary_id", ColumnKind::Number),
    ("traffic.packets", ColumnKind::Number),
    ("traffic.bytes", ColumnKind::Number),
    ("unmapped", ColumnKind::Anything),
];

/// Columns that a flow must have. Of each list, one is enough.
const REQUIRED: [&[&str]; 7] = [
    &["src_endpoint.ip"],
    &["dst_endpoint.ip"],
    &["src_endpoint.port"],
    &["dst_endpoint.port"],
    &["connection_info.protocol_num"],
    &["start_time", "start_time_dt", "time"],
    &["end_time", "end_time_dt"],
];

/// The columns of a Security Lake file that are read.
pub(in crate::ingest) struct Lake {
    leaves: Vec<usize>,
    /// The leaf columns with the times of every record.
    pub(in crate::ingest) times: Option<(usize, usize)>,
    pub(in crate::ingest) has_status: bool,
    pub(in crate::ingest) has_interface: bool,
}

impl Lake {
    /// Whether the columns are those of OCSF's Network Activity.
    pub(in crate::ingest) fn is_lake(schema: &Schema) -> bool {
        let is_struct = |name| matches!(find(schema.fields(), name), Some(DataType::Struct(_)));
        ["src_endpoint", "dst_endpoint", "connection_info"].into_iter().filter(|name| is_struct(name)).count()
            >= 2
    }

    pub(in crate::ingest) fn new(
        schema: &Schema,
        leaves: &SchemaDescriptor,
        file: &mut FileContext<'_>,
    ) -> Option<Self> {
        let mut read = Vec::new();
        for (path, holds) in READ {
            let Some(found) = find(schema.fields(), path) else { continue };
            if holds.can_be(plain_type(found)) {
                read.push(path);
            } else {
                wrong_type(path, holds == ColumnKind::Text, plain_type(found), file);
            }
        }
        let lacks = |any: &&&[&str]| !any.iter().any(|path| read.contains(path));
        let missing: Vec<_> = REQUIRED.iter().filter(lacks).map(|any| any[0]).collect();
        if !missing.is_empty() {
            file.defect(DefectKind::MissingFields, None, || {
                format!("the file lacks `{}`, which a flow must have", missing.join("`, `"))
            });
            return None;
        }
        let leaf = |path| {
            read.contains(&path).then(|| (0..leaves.num_columns()).find(|&leaf| is_below(leaves, leaf, path)))
        };
        let times = leaf("start_time").flatten().zip(leaf("end_time").flatten());
        let is_read = |&leaf: &usize| read.iter().any(|path| is_below(leaves, leaf, path));
        Some(Self {
            leaves: (0..leaves.num_columns()).filter(is_read).collect(),
            times,
            has_status: read.contains(&"status_code"),
            has_interface: read.iter().any(|path| path.ends_with(".interface_uid")),
        })
    }

    pub(in crate::ingest) fn mask(&self, leaves: &SchemaDescriptor) -> ProjectionMask {
        ProjectionMask::leaves(leaves, self.leaves.iter().copied())
    }
}

impl ColumnKind {
    fn can_be(self, found: &DataType) -> bool {
        let is_time = matches!(found, DataType::Timestamp(..));
        match self {
            // The type of a column without any value has no meaning.
            _ if *found == DataType::Null => true,
            Self::Text => is_text(found),
            Self::Number => is_text(found) || is_number(found),
            Self::Time => is_text(found) || is_number(found) || is_time,
            Self::Anything => true,
        }
    }
}

/// Whether the leaf column is at this path or inside it.
fn is_below(leaves: &SchemaDescriptor, leaf: usize, path: &str) -> bool {
    let column = leaves.column(leaf);
    let parts = column.path().parts();
    let path = path.split('.');
    path.clone().count() <= parts.len() && path.zip(parts).all(|(want, have)| want == have)
}

/// The type at a path through structs.
fn find<'a>(fields: &'a Fields, path: &str) -> Option<&'a DataType> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let found = fields.iter().find(|field| field.name() == name)?.data_type();
    match (rest, found) {
        (None, _) => Some(found),
        (Some(rest), DataType::Struct(fields)) => find(fields, rest),
        _ => None,
    }
}
