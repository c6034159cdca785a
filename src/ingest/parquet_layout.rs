//! Which columns of a Parquet file are read, by name, and which cannot be.

use arrow::datatypes::{Field as ArrowField, Schema};

use super::header::Columns;
use super::parquet_columns::is_readable;
use super::sink::DESCRIPTIVE;
use super::text::FileContext;
use crate::model::defect::DefectKind;
use crate::model::field::{Field, FieldKind};

/// The fields that are read besides the descriptive ones.
const READ: [Field; 16] = [
    Field::InterfaceId,
    Field::SrcAddr,
    Field::DstAddr,
    Field::SrcPort,
    Field::DstPort,
    Field::Protocol,
    Field::Packets,
    Field::Bytes,
    Field::Start,
    Field::End,
    Field::Action,
    Field::LogStatus,
    Field::TcpFlags,
    Field::PktSrcAddr,
    Field::PktDstAddr,
    Field::FlowDirection,
];

/// Which columns of the file are read.
pub(super) struct Layout {
    pub(super) columns: Columns,
    /// Their places among the file's columns.
    pub(super) roots: Vec<usize>,
    /// Names that are no field's.
    pub(super) unknown: Vec<String>,
}

impl Layout {
    pub(super) fn new(schema: &Schema, file: &mut FileContext<'_>) -> Option<Self> {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let known = |name: &str| Field::from_name(name.as_bytes()).is_some();
        if names.iter().filter(|name| known(name)).count() < 2 {
            file.defect(DefectKind::UnrecognisedFile, None, || {
                format!("expected flow-log columns, found `{}`", names.join("`, `"))
            });
            return None;
        }
        // A column that cannot hold its field is hidden behind a name no field has.
        let readable = schema.fields().iter().map(|field| {
            let Some(known) = Field::from_name(field.name().as_bytes()) else {
                return field.name().as_bytes();
            };
            let found = plain_type(field);
            // What is not read, such as an account id that became a number, may be of any type.
            if is_readable(known, &found) || !(READ.contains(&known) || DESCRIPTIVE.contains(&known)) {
                return field.name().as_bytes();
            }
            file.defect(DefectKind::WrongColumnType, None, || {
                let text = known.spec().kind == FieldKind::Text;
                let expected = if text { "text" } else { "a number or text" };
                format!("`{}`: expected {expected}, found {found}", field.name())
            });
            b"".as_slice()
        });
        let columns = Columns::from_names(readable);
        let unknown: Vec<_> = columns.unknown.iter().filter(|name| !name.is_empty()).cloned().collect();
        if !unknown.is_empty() {
            file.defect(DefectKind::UnknownFields, None, || {
                format!("`{}`: not a field of versions 2 to 11; left aside", unknown.join("`, `"))
            });
        }
        let missing = columns.missing();
        if !missing.is_empty() {
            file.defect(DefectKind::MissingFields, None, || {
                format!("the file lacks `{}`: a flow cannot be told without", missing.join("`, `"))
            });
            return None;
        }
        let roots = READ.iter().chain(&DESCRIPTIVE).filter_map(|&field| columns.position(field)).collect();
        Some(Self { columns, roots, unknown })
    }
}

/// The column's type before text was asked for as a dictionary.
fn plain_type(field: &ArrowField) -> arrow::datatypes::DataType {
    match field.data_type() {
        arrow::datatypes::DataType::Dictionary(_, value) => (**value).clone(),
        other => other.clone(),
    }
}
