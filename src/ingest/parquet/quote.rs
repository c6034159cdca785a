//! The text of some rows.

use ::parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use ::parquet::errors::ParquetError;
use arrow::array::{ArrayRef, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::chunks::Chunks;
use super::columns::{NumberColumn, TextColumn};
use super::guard::guarded;
use super::lake::{Flattener, Lake};
use super::pages::CheckedPages;
use crate::ingest::schema::value::to_seconds;
use crate::ingest::source::seekable::SeekableFile;
use crate::model::field::Field;

/// Rows that are decoded at a time.
const BATCH: usize = 1024;

/// The text of the given rows, which are sorted. Rows that cannot be read are omitted.
pub(in crate::ingest) fn quote_rows(content: &SeekableFile, rows: &[u64]) -> Vec<(u64, String)> {
    let Ok(chunks) = Chunks::open(content) else { return Vec::new() };
    let texts = guarded(|| {
        chunks.check_footer()?;
        read(CheckedPages::new(chunks), rows)
    });
    rows.iter().copied().zip(texts.unwrap_or_default()).collect()
}

fn read(pages: CheckedPages, rows: &[u64]) -> Result<Vec<String>, ParquetError> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(pages, options)?;
    let is_lake = Lake::is_lake(builder.schema());
    let batches = builder.with_row_selection(selection(rows)).with_batch_size(BATCH).build()?;
    let mut texts = Vec::new();
    for batch in batches {
        let batch = batch?;
        texts.extend(if is_lake { fields(&batch) } else { words(&batch)? });
    }
    Ok(texts)
}

/// The flow-log fields of nested rows, with their names.
fn fields(batch: &RecordBatch) -> Vec<String> {
    let batch = Flattener::default().flatten(batch, 1);
    let columns = batch.arrays().iter().map(|(&field, array)| (field, QuotedColumn::of(field, array)));
    let columns: Vec<(Field, QuotedColumn)> = columns.collect();
    let row = |row| {
        let named = columns.iter().map(|(field, value)| format!("{field}={}", value.get(row)));
        named.collect::<Vec<_>>().join(" ")
    };
    (0..batch.rows).map(row).collect()
}

/// A column, shown as in a text flow log.
enum QuotedColumn {
    Text(TextColumn),
    Number(NumberColumn),
    Time(NumberColumn),
}

impl QuotedColumn {
    fn of(field: Field, array: &ArrayRef) -> Self {
        match TextColumn::of(array) {
            Some(text) => Self::Text(text),
            None if matches!(field, Field::Start | Field::End) => {
                Self::Time(NumberColumn::new(field, Some(array)))
            }
            None => Self::Number(NumberColumn::new(field, Some(array))),
        }
    }

    fn get(&self, row: usize) -> String {
        let number = |numbers: &NumberColumn| numbers.get(row).ok().flatten();
        let shown = match self {
            Self::Text(text) => text.get(row).map(|text| String::from_utf8_lossy(text).into_owned()),
            Self::Number(numbers) => number(numbers).map(|number| number.to_string()),
            Self::Time(numbers) => number(numbers).and_then(to_seconds).map(|seconds| seconds.to_string()),
        };
        shown.unwrap_or_else(|| "-".to_owned())
    }
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

/// The values in the order of the file's columns.
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
