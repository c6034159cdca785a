//! Rows as Parquet with AWS's types: every column optional, names with `_`, gzip pages.
//!
//! A missing text is `-`, as AWS writes it; a missing number is null.

use std::fmt::Write;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Builder, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field as Column, Schema};
use flowcause::model::field::{FieldKind, FieldSpec};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;

use super::fleet::Fleet;
use super::row::{Row, Value};
use super::text::version;

const ROW_GROUP: usize = 250_000;
const BATCH: usize = 8192;

/// Writes one file.
pub(crate) fn write(path: &Path, format: &[FieldSpec], rows: &[Row], fleet: &Fleet) -> Result<()> {
    let schema = schema(format);
    let mut writer = ArrowWriter::try_new(File::create(path)?, schema.clone(), Some(properties()?))?;
    let mut cells: Vec<Cells> = format.iter().map(|spec| Cells::new(spec.kind)).collect();
    for batch in rows.chunks(BATCH) {
        for (spec, cells) in format.iter().zip(&mut cells) {
            for row in batch {
                cells.push(&row.value(spec.field, version(format), fleet));
            }
        }
        let columns = cells.iter_mut().map(Cells::finish).collect();
        writer.write(&RecordBatch::try_new(schema.clone(), columns)?)?;
    }
    writer.close()?;
    Ok(())
}

fn properties() -> Result<WriterProperties> {
    Ok(WriterProperties::builder()
        .set_compression(Compression::GZIP(GzipLevel::try_new(6)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .build())
}

fn schema(format: &[FieldSpec]) -> Arc<Schema> {
    let column = |spec: &FieldSpec| Column::new(spec.name.replace('-', "_"), data_type(spec.kind), true);
    Arc::new(Schema::new(format.iter().map(column).collect::<Vec<_>>()))
}

fn data_type(kind: FieldKind) -> DataType {
    match kind {
        FieldKind::Text => DataType::Utf8,
        FieldKind::Int32 => DataType::Int32,
        FieldKind::Int64 => DataType::Int64,
    }
}

/// A column under construction.
enum Cells {
    Text(StringBuilder),
    Int32(Int32Builder),
    Int64(Int64Builder),
}

impl Cells {
    fn new(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text => Self::Text(StringBuilder::new()),
            FieldKind::Int32 => Self::Int32(Int32Builder::new()),
            FieldKind::Int64 => Self::Int64(Int64Builder::new()),
        }
    }

    fn push(&mut self, value: &Value<'_>) {
        match (self, value) {
            (Self::Text(cells), Value::Text(text)) => cells.append_value(text),
            (Self::Text(cells), Value::Address(address)) => {
                write!(cells, "{address}").expect("a builder takes all");
                cells.append_value("");
            }
            (Self::Text(cells), _) => cells.append_value("-"),
            (Self::Int32(cells), Value::Number(number)) => {
                cells.append_value(i32::try_from(*number).expect("32-bit fields are small"));
            }
            (Self::Int64(cells), Value::Number(number)) => cells.append_value(i64::from(*number)),
            (Self::Int32(cells), _) => cells.append_null(),
            (Self::Int64(cells), _) => cells.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Int32(cells) => Arc::new(cells.finish()),
            Self::Int64(cells) => Arc::new(cells.finish()),
        }
    }
}
