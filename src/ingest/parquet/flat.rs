//! Determines by name which columns of a flat Parquet file are read.

use std::collections::BTreeMap;

use ::parquet::arrow::ProjectionMask;
use ::parquet::schema::types::SchemaDescriptor;
use arrow::datatypes::{Field as ArrowField, Schema};

use super::columns::is_readable;
use super::projection::{ADDRESSES, DecodedColumns, Projection, is_needed, plain_type, wrong_type};
use crate::ingest::defects::FileContext;
use crate::ingest::record::DESCRIPTIVE;
use crate::ingest::schema::header;
use crate::ingest::sink::NeededFields;
use crate::model::defect::DefectKind;
use crate::model::field::{Field, FieldKind};

/// The fields that determine whether a record matters by its interface, and the fields that coverage needs.
const DECIDING: [Field; 7] = [
    Field::InterfaceId,
    Field::SrcPort,
    Field::DstPort,
    Field::Start,
    Field::End,
    Field::Action,
    Field::LogStatus,
];

/// The other fields that are read of a record that matters, except the descriptive fields.
const FURTHER: [Field; 5] =
    [Field::Protocol, Field::Packets, Field::Bytes, Field::TcpFlags, Field::FlowDirection];

/// The fields of the file's columns.
pub(super) struct Flat {
    /// The fields that are read, by the index of their column.
    fields: BTreeMap<usize, Field>,
    /// Every field that has a column, in the order of the columns.
    pub(super) known: Vec<Field>,
    /// Names that are not fields.
    pub(super) unknown: Vec<String>,
}

impl Flat {
    pub(super) fn new(schema: &Schema, file: &mut FileContext<'_>) -> Option<Self> {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let known = |name: &str| Field::from_name(name.as_bytes()).is_some();
        if names.iter().filter(|name| known(name)).count() < 2 {
            file.defect(DefectKind::UnrecognisedFile, None, || {
                format!("expected flow-log columns, found `{}`", names.join("`, `"))
            });
            return None;
        }
        let columns =
            header::Columns::from_names(schema.fields().iter().map(|field| readable_name(field, file)));
        let unknown: Vec<_> = columns.unknown.iter().filter(|name| !name.is_empty()).cloned().collect();
        if !unknown.is_empty() {
            file.defect(DefectKind::UnknownFields, None, || {
                format!("`{}`: not a field of versions 2 to 11; ignored", unknown.join("`, `"))
            });
        }
        let missing = columns.missing();
        if !missing.is_empty() {
            file.defect(DefectKind::MissingFields, None, || {
                format!("the file lacks `{}`, which a flow must have", missing.join("`, `"))
            });
            return None;
        }
        let place = |field| columns.position(field).map(|place| (place, field));
        let fields = read().filter_map(place).collect();
        Some(Self { fields, known: columns.fields(), unknown })
    }

    /// The index of a field's column, if it is read.
    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.fields.iter().find(|(_, known)| **known == field).map(|(&place, _)| place)
    }

    /// All columns that are needed.
    pub(super) fn all_needed(&self, schema: &SchemaDescriptor, needs: NeededFields) -> Projection {
        self.projection(schema, |field| is_needed(field, needs))
    }

    /// The columns that determine whether a record matters; `by_address` includes its addresses.
    pub(super) fn deciding(&self, schema: &SchemaDescriptor, by_address: bool) -> Projection {
        self.projection(schema, |field| self.decides(field, by_address))
    }

    /// The needed columns that are not among the deciding ones.
    pub(super) fn further(
        &self,
        schema: &SchemaDescriptor,
        by_address: bool,
        needs: NeededFields,
    ) -> Projection {
        self.projection(schema, |field| is_needed(field, needs) && !self.decides(field, by_address))
    }

    fn decides(&self, field: Field, by_address: bool) -> bool {
        // Without a log-status, a record without a source address is a record without traffic.
        let tells_status = field == Field::SrcAddr && self.place(Field::LogStatus).is_none();
        DECIDING.contains(&field) || ADDRESSES.contains(&field) && (by_address || tells_status)
    }

    fn projection(&self, schema: &SchemaDescriptor, takes: impl Fn(Field) -> bool) -> Projection {
        let taken = self.fields.iter().filter(|(_, field)| takes(**field));
        let mask = ProjectionMask::roots(schema, taken.clone().map(|(&place, _)| place));
        Projection { mask, columns: DecodedColumns::Flat(taken.map(|(_, &field)| field).collect()) }
    }
}

/// Every field that is read.
fn read() -> impl Iterator<Item = Field> {
    DECIDING.into_iter().chain(ADDRESSES).chain(FURTHER).chain(DESCRIPTIVE)
}

/// The name of a column. If its type cannot hold its field, the name is replaced by one that is not a field.
fn readable_name<'a>(column: &'a ArrowField, file: &mut FileContext<'_>) -> &'a [u8] {
    let Some(known) = Field::from_name(column.name().as_bytes()) else {
        return column.name().as_bytes();
    };
    let found = plain_type(column.data_type());
    // A column that is not read may have any type, for example an account id that became a number.
    if is_readable(known, found) || !read().any(|field| field == known) {
        return column.name().as_bytes();
    }
    wrong_type(column.name(), known.spec().kind == FieldKind::Text, found, file);
    b""
}
