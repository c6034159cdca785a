//! The footer of a Parquet file, read once: its row groups and columns, and which of them are read.

use std::ops::Range;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::RowGroupMetaData;
use ::parquet::schema::types::SchemaDescriptor;
use arrow::datatypes::{Field as ArrowField, Schema};

use super::chunks::Chunks;
use super::columns::requested_type;
use super::counts::{StatedRows, rows, with_counted_rows};
use super::guard::guarded;
use super::layout::FileLayout;
use crate::ingest::defects::FileContext;
use crate::model::defect::DefectKind;

/// A footer, and how the columns of the file are read.
pub(super) struct Footer {
    pub(super) metadata: ArrowReaderMetadata,
    pub(super) layout: FileLayout,
    /// The leaf columns of `start` and `end`.
    pub(super) times: Option<(usize, usize)>,
    /// The numbers of rows, if they contradict each other.
    pub(super) contradiction: Option<StatedRows>,
    /// The number of rows before each row group.
    rows_before: Vec<u64>,
}

impl Footer {
    /// Reads a footer. If the file has no records, the reason is reported as a defect.
    pub(super) fn read(chunks: &Chunks, file: &mut FileContext<'_>) -> Option<Self> {
        let (metadata, stated) = match guarded(|| load(chunks)) {
            Ok(loaded) => loaded,
            Err(error) => {
                file.defect(DefectKind::DamagedParquet, None, || error);
                return None;
            }
        };
        let layout = FileLayout::new(&metadata, file)?;
        let contradiction = stated.contradict(file).then_some(stated);
        if stated.in_groups == 0 && contradiction.is_some() {
            return None;
        }
        if stated.in_groups == 0 {
            let message = || "expected flow-log records, found columns without rows".to_owned();
            file.defect(DefectKind::EmptyFile, None, message);
            return None;
        }
        let before = |before: &mut u64, group: &RowGroupMetaData| {
            let here = *before;
            *before = before.saturating_add(rows(group));
            Some(here)
        };
        let rows_before = metadata.metadata().row_groups().iter().scan(0, before).collect();
        let times = layout.times(metadata.metadata().file_metadata().schema_descr());
        Some(Self { metadata, layout, times, contradiction, rows_before })
    }

    /// The number of row groups.
    pub(super) fn count(&self) -> usize {
        self.rows_before.len()
    }

    /// The number of rows before the row group.
    pub(super) fn rows_before(&self, group: usize) -> u64 {
        self.rows_before[group]
    }

    /// The leaf columns of the file, including those inside nested columns.
    pub(super) fn leaves(&self) -> &SchemaDescriptor {
        self.metadata.metadata().file_metadata().schema_descr()
    }

    /// The byte ranges of a row group's columns. Impossible ranges are omitted.
    pub(super) fn bytes_of(&self, group: usize, mask: &ProjectionMask) -> impl Iterator<Item = Range<u64>> {
        let columns = self.group(group).columns().iter().enumerate();
        columns.filter(|(leaf, _)| mask.leaf_included(*leaf)).filter_map(|(_, column)| {
            let first = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
            let start = u64::try_from(first).ok()?;
            let end = start.checked_add(u64::try_from(column.compressed_size()).ok()?)?;
            Some(start..end)
        })
    }

    /// The metadata of a row group.
    pub(super) fn group(&self, group: usize) -> &RowGroupMetaData {
        self.metadata.metadata().row_group(group)
    }
}

/// The footer, with text columns requested as dictionaries, and the numbers of rows that it states. Types that a writer's library stored are ignored.
fn load(chunks: &Chunks) -> Result<(ArrowReaderMetadata, StatedRows), ParquetError> {
    chunks.check_footer()?;
    let plain = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = ArrowReaderMetadata::load(chunks, plain.clone())?;
    let wanted =
        |field: &Arc<ArrowField>| field.as_ref().clone().with_data_type(requested_type(field.data_type()));
    let fields: Vec<_> = metadata.schema().fields().iter().map(wanted).collect();
    let options = plain.with_schema(Arc::new(Schema::new(fields)));
    // Some schemas do not allow this request. Text is then converted to a dictionary later.
    let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options).unwrap_or(metadata);
    let stated = StatedRows::of(metadata.metadata());
    Ok((with_counted_rows(metadata)?, stated))
}
