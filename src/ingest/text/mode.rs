//! How the lines of a file are read.

use super::layout::RecordLayout;
use crate::ingest::file_kind::FieldOrderSource;
use crate::ingest::schema::header::Columns;

/// How the lines of the file are read, as far as it is known.
pub(super) enum Mode {
    /// No line has determined it yet.
    Unknown,
    /// The lines are records in this field order.
    Records(Box<FieldOrder>),
    /// The lines are records without all required fields, in an order from this source.
    Incomplete(Vec<&'static str>, FieldOrderSource, Box<Columns>),
    /// The lines are transit gateway records.
    TransitGateway,
}

/// A field order and its source.
pub(super) struct FieldOrder {
    pub(super) layout: RecordLayout,
    pub(super) columns: Columns,
    pub(super) by: FieldOrderSource,
}
