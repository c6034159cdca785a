//! Which columns of a flat Parquet file are read, by name, and which cannot be.

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

/// What tells whether a record matters by its interface, and what coverage needs of it.
const DECIDING: [Field; 7] = [
    Field::InterfaceId,
    Field::SrcPort,
    Field::DstPort,
    Field::Start,
    Field::End,
    Field::Action,
    Field::LogStatus,
];

/// What else is read of a record that matters, besides the descriptive fields.
const FURTHER: [Field; 5] =
    [Field::Protocol, Field::Packets, Field::Bytes, Field::TcpFlags, Field::FlowDirection];

/// Which columns of the file hold which field.
pub(super) struct Flat {
    /// By its place among the file's columns.
    fields: BTreeMap<usize, Field>,
    /// Every field the file has a column for, in their order.
    pub(super) known: Vec<Field>,
    /// Names that are no field's.
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
        let place = |field| columns.position(field).map(|place| (place, field));
        let fields = read().filter_map(place).collect();
        Some(Self { fields, known: columns.fields(), unknown })
    }

    /// The place of a field's column, if it is read.
    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.fields.iter().find(|(_, known)| **known == field).map(|(&place, _)| place)
    }

    /// Every column that is asked for.
    pub(super) fn everything(&self, schema: &SchemaDescriptor, needs: NeededFields) -> Projection {
        self.projection(schema, |field| is_needed(field, needs))
    }

    /// The columns that tell whether a record matters, by its addresses too or not.
    pub(super) fn deciding(&self, schema: &SchemaDescriptor, by_address: bool) -> Projection {
        self.projection(schema, |field| self.decides(field, by_address))
    }

    /// The other ones that are asked for.
    pub(super) fn further(
        &self,
        schema: &SchemaDescriptor,
        by_address: bool,
        needs: NeededFields,
    ) -> Projection {
        self.projection(schema, |field| is_needed(field, needs) && !self.decides(field, by_address))
    }

    fn decides(&self, field: Field, by_address: bool) -> bool {
        // Without a log-status, records that have no sender are those without traffic.
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

/// The column's name; one that cannot hold its field is hidden behind a name no field has.
fn readable_name<'a>(column: &'a ArrowField, file: &mut FileContext<'_>) -> &'a [u8] {
    let Some(known) = Field::from_name(column.name().as_bytes()) else {
        return column.name().as_bytes();
    };
    let found = plain_type(column.data_type());
    // What is not read, such as an account id that became a number, may be of any type.
    if is_readable(known, found) || !read().any(|field| field == known) {
        return column.name().as_bytes();
    }
    wrong_type(column.name(), known.spec().kind == FieldKind::Text, found, file);
    b""
}
