//! Decodes some columns of a row group, batch by batch.

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use arrow::array::RecordBatch;

use super::batch::RowBatch;
use super::chunks::Chunks;
use super::counts::{rows, values};
use super::footer::Footer;
use super::guard::guarded;
use super::lake::Flattener;
use super::pages::CheckedPages;
use super::projection::{DecodedColumns, Projection};
use super::statistics::time_of_group;
use crate::ingest::defects::FileContext;
use crate::ingest::sink::Sink;
use crate::model::defect::DefectKind;

/// Rows that are decoded at a time.
const BATCH: usize = 16 * 1024;

/// A row group of a file.
#[derive(Clone, Copy)]
pub(super) struct RowGroup<'a> {
    pub(super) footer: &'a Footer,
    pub(super) number: usize,
    /// Opens the file. Each decoder has its own position in it.
    pub(super) open: &'a dyn Fn() -> Result<Chunks, String>,
}

impl RowGroup<'_> {
    /// Decodes some columns of all rows, or of the selected rows.
    pub(super) fn decode(self, projection: Projection, selection: Option<RowSelection>) -> Decoder {
        let (batches, error) = match self.batches(projection.mask, selection) {
            Ok(batches) => (Some(batches), None),
            Err(error) => (None, Some(error)),
        };
        let number = self.footer.rows_before(self.number).saturating_add(1);
        Decoder { batches, error, columns: projection.columns, flattener: Flattener::default(), number }
    }

    fn batches(
        self,
        mask: ProjectionMask,
        selection: Option<RowSelection>,
    ) -> Result<ParquetRecordBatchReader, String> {
        let chunks = (self.open)()?;
        let pages = CheckedPages::of_columns(chunks, self.footer.bytes_of(self.number, &mask));
        let metadata = self.footer.metadata.clone();
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(pages, metadata)
            .with_projection(mask)
            .with_row_groups(vec![self.number])
            .with_batch_size(BATCH);
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        guarded(|| builder.build())
    }
}

/// Returns batches of rows until there are no more, or until a batch cannot be decoded.
pub(super) struct Decoder {
    batches: Option<ParquetRecordBatchReader>,
    /// The reason why there are no batches.
    error: Option<String>,
    columns: DecodedColumns,
    flattener: Flattener,
    /// The number of the next row.
    pub(super) number: u64,
}

impl Decoder {
    /// The next rows. If they cannot be decoded, a defect is reported, and there are no more.
    pub(super) fn next(&mut self, file: &mut FileContext<'_>) -> Option<RowBatch> {
        let decoded = match (&mut self.batches, self.error.take()) {
            (Some(batches), None) => guarded(|| batches.next().transpose()),
            (_, error) => Err(error?),
        };
        match decoded {
            Ok(decoded) => decoded.map(|decoded| self.batch(&decoded)),
            Err(error) => {
                self.batches = None;
                report_damage(&error, self.number, file);
                None
            }
        }
    }

    /// Whether everything could be decoded so far.
    pub(super) fn is_sound(&self) -> bool {
        self.batches.is_some()
    }

    fn batch(&mut self, decoded: &RecordBatch) -> RowBatch {
        let first = self.number;
        self.number += decoded.num_rows() as u64;
        match &self.columns {
            DecodedColumns::Flat(fields) => RowBatch::of_columns(decoded, fields, first),
            DecodedColumns::Lake => self.flattener.flatten(decoded, first),
        }
    }
}

impl RowGroup<'_> {
    /// Passes the rows that a decoder left unread, from its next row on, to the sink. Their time is that of the row group.
    pub(super) fn discard_rest<S: Sink>(self, decoder: &Decoder, file: &FileContext<'_>, sink: &mut S) {
        let group = self.footer.group(self.number);
        let end = self.footer.rows_before(self.number).saturating_add(rows(group)).saturating_add(1);
        let records = end.saturating_sub(decoder.number).max(1);
        let span = self.footer.times.and_then(|times| time_of_group(group, times));
        file.discard_part(Some(records), Some(decoder.number), span, sink);
    }

    /// Reports a row group whose pages have another number of rows than the footer or one of its columns states. Called
    /// after all rows were decoded.
    pub(super) fn check_rows<S: Sink>(self, decoder: &Decoder, file: &mut FileContext<'_>, sink: &mut S) {
        let group = self.footer.group(self.number);
        let first = self.footer.rows_before(self.number).saturating_add(1);
        let found = decoder.number.saturating_sub(first);
        let stated = std::iter::once(rows(group)).chain(values(group)).filter(|&stated| stated != found);
        let Some(stated) = stated.max() else { return };
        file.defect(DefectKind::DamagedParquet, Some(first), || {
            format!(
                "the footer counts {stated} rows in a row group, and its pages have {found}; these were used"
            )
        });
        let lost = stated.saturating_sub(found);
        let span = self.footer.times.and_then(|times| time_of_group(group, times));
        file.discard_part((lost > 0).then_some(lost), Some(first), span, sink);
    }
}

/// Reports rows that could not be decoded, from this one on.
pub(super) fn report_damage(error: &str, number: u64, file: &mut FileContext<'_>) {
    file.defect(DefectKind::DamagedParquet, Some(number), || format!("{error}; other rows were used"));
}
