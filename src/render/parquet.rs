//! The evidence as a Parquet file, for engines: every text as it was, no list, no unsigned number.

use std::io::{self, Write};
use std::sync::Arc;

use ::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;

use crate::render::evidence::{self, EvidenceRecord};
use crate::report::Report;

/// Writes the records that prove the verdicts.
pub(super) fn render_evidence(report: &Report, out: &mut impl Write) -> io::Result<()> {
    // `ArrowWriter` requires a writer that can move to other threads; `out` cannot, and evidence is small.
    let file = file(report).map_err(io::Error::other)?;
    out.write_all(&file)
}

fn file(report: &Report) -> Result<Vec<u8>, ParquetError> {
    let batch = batch(&evidence::records(report).collect::<Vec<_>>())?;
    // Every engine reads Snappy by default.
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(file)
}

fn batch(rows: &[EvidenceRecord<'_>]) -> Result<RecordBatch, ParquetError> {
    let number = |value: fn(&EvidenceRecord<'_>) -> u64| -> ArrayRef {
        let values = rows.iter().map(|row| i64::try_from(value(row)).unwrap_or(i64::MAX));
        Arc::new(Int64Array::from_iter_values(values))
    };
    let text = |value: for<'a> fn(&EvidenceRecord<'a>) -> &'a str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
    };
    let task = Arc::new(rows.iter().map(|row| row.task).collect::<StringArray>());
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("task_number", number(|row| row.task_number), false),
        ("task", task, true),
        ("cause", text(|row| row.cause), false),
        ("confidence", text(|row| row.confidence), false),
        ("statement_number", number(|row| row.statement_number), false),
        ("statement", text(|row| row.statement), false),
        ("file", text(|row| row.file), false),
        ("line", number(|row| row.line), false),
        ("record", text(|row| row.record), false),
    ])?)
}

#[cfg(test)]
mod tests {
    use ::arrow::array::AsArray;
    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;
    use crate::report::sample;

    /// The rows of the file: its `line` and `record` columns.
    fn read(report: &Report) -> Vec<(i64, String)> {
        let mut bytes = Vec::new();
        render_evidence(report, &mut bytes).expect("memory takes everything");
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).expect("Parquet");
        let mut rows = Vec::new();
        for batch in builder.build().expect("a reader") {
            let batch = batch.expect("a batch");
            let lines = batch["line"].as_primitive::<::arrow::datatypes::Int64Type>().values();
            let records = batch["record"].as_string::<i32>().iter();
            rows.extend(lines.iter().copied().zip(records.map(|record| record.expect("set").to_owned())));
        }
        rows
    }

    #[test]
    fn every_text_is_as_it_was() {
        for report in [sample::rich(), sample::hostile(), sample::empty()] {
            let rows = evidence::records(&report).map(|row| {
                let line = i64::try_from(row.line).expect("small");
                (line, row.record.to_owned())
            });
            assert_eq!(read(&report), rows.collect::<Vec<_>>());
        }
    }
}
