//! Which columns are decoded together, and which types they may have.

use ::parquet::arrow::ProjectionMask;
use arrow::datatypes::DataType;

use crate::ingest::defects::FileContext;
use crate::ingest::record::DESCRIPTIVE;
use crate::ingest::sink::NeededFields;
use crate::model::defect::DefectKind;
use crate::model::field::Field;

/// `srcaddr`, `dstaddr`, `pkt-srcaddr`, `pkt-dstaddr`.
pub(super) const ADDRESSES: [Field; 4] =
    [Field::SrcAddr, Field::DstAddr, Field::PktSrcAddr, Field::PktDstAddr];

/// Columns that are decoded together.
pub(super) struct Projection {
    pub(super) mask: ProjectionMask,
    pub(super) columns: DecodedColumns,
}

/// The content of decoded columns.
pub(super) enum DecodedColumns {
    /// One field per column, in this order.
    Flat(Vec<Field>),
    /// The nested columns of Security Lake.
    Lake,
}

/// Whether a sink with these needs uses the field.
pub(super) fn is_needed(field: Field, needs: NeededFields) -> bool {
    match field {
        Field::PktSrcAddr | Field::PktDstAddr => needs.packet_addresses,
        Field::FlowDirection => needs.direction,
        _ => needs.descriptions || !DESCRIPTIVE.contains(&field),
    }
}

/// Reports a column whose type cannot hold its field.
pub(super) fn wrong_type(name: &str, is_text: bool, found: &DataType, file: &mut FileContext<'_>) {
    file.defect(DefectKind::WrongColumnType, None, || {
        let expected = if is_text { "text" } else { "a number or text" };
        format!("`{name}`: expected {expected}, found {found}")
    });
}

/// The type of a column before text was requested as a dictionary.
pub(super) fn plain_type(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, value) => value,
        other => other,
    }
}
