//! Compares the numbers of rows that a Parquet file states: in the footer, in its row groups, in their columns and in the
//! pages.

use std::sync::Arc;

use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{FileMetaData, ParquetMetaData, RowGroupMetaData};

use crate::ingest::defects::FileContext;
use crate::ingest::sink::Sink;
use crate::model::defect::DefectKind;

/// The rows of a file: the number in the footer, and the sum over the row groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StatedRows {
    pub(super) in_footer: u64,
    pub(super) in_groups: u64,
    /// Whether the columns of a row group without rows have values.
    pub(super) has_hidden_values: bool,
}

impl StatedRows {
    pub(super) fn of(metadata: &ParquetMetaData) -> Self {
        let groups = metadata.row_groups();
        Self {
            in_footer: u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0),
            in_groups: groups.iter().map(rows).fold(0, u64::saturating_add),
            has_hidden_values: groups
                .iter()
                .any(|group| rows(group) == 0 && values(group).any(|count| count > 0)),
        }
    }

    /// Whether footer and row groups contradict each other. Reports it.
    pub(super) fn contradict(self, file: &mut FileContext<'_>) -> bool {
        let is_hidden = self.in_groups == 0 && self.has_hidden_values;
        if self.in_footer == self.in_groups && !is_hidden {
            return false;
        }
        let Self { in_footer, in_groups, .. } = self;
        file.defect(DefectKind::DamagedParquet, None, || {
            let more = if is_hidden { ", which have values" } else { "" };
            format!("the footer counts {in_footer} rows, and its row groups {in_groups}{more}")
        });
        true
    }

    /// Passes the rows that no row group has to the sink.
    pub(super) fn discard_lost<S: Sink>(self, file: &FileContext<'_>, sink: &mut S) {
        let lost = self.in_footer.saturating_sub(self.in_groups);
        file.discard_part((lost > 0).then_some(lost), None, None, sink);
    }
}

/// The number of rows in a row group.
pub(super) fn rows(group: &RowGroupMetaData) -> u64 {
    u64::try_from(group.num_rows()).unwrap_or(0)
}

/// The numbers of values in the columns that have one value in each row.
pub(super) fn values(group: &RowGroupMetaData) -> impl Iterator<Item = u64> {
    let columns = group.columns().iter().filter(|column| column.column_descr().max_rep_level() == 0);
    columns.map(|column| u64::try_from(column.num_values()).unwrap_or(0))
}

/// The metadata with the number of rows that the row groups have. The decoder decodes no more rows at a time than the
/// footer counts: none if it counts none.
pub(super) fn with_counted_rows(metadata: ArrowReaderMetadata) -> Result<ArrowReaderMetadata, ParquetError> {
    let stated = StatedRows::of(metadata.metadata());
    if stated.in_footer == stated.in_groups {
        return Ok(metadata);
    }
    let file = metadata.metadata().file_metadata();
    let corrected = FileMetaData::new(
        file.version(),
        i64::try_from(stated.in_groups).unwrap_or(i64::MAX),
        file.created_by().map(str::to_owned),
        file.key_value_metadata().cloned(),
        file.schema_descr_ptr(),
        file.column_orders().cloned(),
    );
    let corrected = ParquetMetaData::new(corrected, metadata.metadata().row_groups().to_vec());
    let options =
        ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_schema(metadata.schema().clone());
    ArrowReaderMetadata::try_new(Arc::new(corrected), options)
}
