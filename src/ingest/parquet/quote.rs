//! The words of some rows.

use ::parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use ::parquet::errors::ParquetError;
use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::super::guard::guarded;
use super::ParquetSource;
use super::chunks::Pages;

/// Rows decoded at a time.
const BATCH: usize = 1024;

/// The words of the given rows, which are sorted. What cannot be read gives none.
pub(in super::super) fn quote_rows(content: &ParquetSource, rows: &[u64]) -> Vec<(u64, String)> {
    let Ok(chunks) = content.open() else { return Vec::new() };
    let texts = guarded(|| {
        chunks.check_footer()?;
        read(Pages(chunks), rows)
    });
    rows.iter().copied().zip(texts.unwrap_or_default()).collect()
}

fn read(pages: Pages, rows: &[u64]) -> Result<Vec<String>, ParquetError> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(pages, options)?;
    let batches = builder.with_row_selection(selection(rows)).with_batch_size(BATCH).build()?;
    let mut texts = Vec::new();
    for batch in batches {
        texts.extend(words(&batch?)?);
    }
    Ok(texts)
}

fn selection(rows: &[u64]) -> RowSelection {
    let mut selectors = Vec::new();
    let mut next = 1;
    for &row in rows {
        let skip = usize::try_from(row.saturating_sub(next)).unwrap_or(usize::MAX);
        selectors.extend([RowSelector::skip(skip), RowSelector::select(1)]);
        next = row + 1;
    }
    RowSelection::from(selectors)
}

/// Values in the order of the file's columns.
fn words(batch: &RecordBatch) -> Result<Vec<String>, ParquetError> {
    let options = FormatOptions::default().with_null("-");
    let columns: Result<Vec<_>, _> =
        batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options)).collect();
    let columns = columns?;
    let row = |row| {
        let values: Vec<String> = columns.iter().map(|column| column.value(row).to_string()).collect();
        values.join(" ")
    };
    Ok((0..batch.num_rows()).map(row).collect())
}
