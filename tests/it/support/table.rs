//! Flow records as a table of texts, and the many ways in which they are stored: orders of columns, types, codecs.
//!
//! A [`Variant`] is one way in which another tool stores a table; every variant of a table must give the same records.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, Float64Array, Int32Array, Int64Array, LargeStringArray, RecordBatch, StringArray,
    StringViewArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field as Column, Schema};
use flowcause::model::field::{Field, FieldKind};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::support::flow_log::Record;
use crate::support::format;
use crate::support::incident::Incident;

/// Records; `None` is `-`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    /// The columns.
    pub(crate) fields: Vec<Field>,
    /// Each record has one value for each column.
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

/// How numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// 32 and 64 bits, as AWS stores them.
    AsAws,
    /// 64 bits for all, as fastparquet stores them.
    Int64,
    /// As text, as pandas after `read_csv` with `dtype=str`.
    Text,
    /// As floating point, as pandas where values are missing.
    Double,
}

/// How text is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    Utf8,
    LargeUtf8,
    Utf8View,
    Binary,
    Dictionary,
}

/// How column names are spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    Underscored,
    Hyphenated,
    Upper,
}

/// How pages are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    None,
    Snappy,
    Gzip,
    Zstd,
}

/// The mark of a missing value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Null,
    Hyphen,
    Empty,
    None,
}

/// One way of storing a table in Parquet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) numbers: Numbers,
    pub(crate) texts: Texts,
    pub(crate) names: Names,
    pub(crate) codec: Codec,
    pub(crate) missing: Missing,
    /// Rows of one row group.
    pub(crate) group: usize,
    /// Whether values go through a page dictionary.
    pub(crate) dictionary: bool,
    /// Whether the writer's own types are stored beside the schema.
    pub(crate) arrow_schema: bool,
}

impl Variant {
    /// The variant that AWS writes.
    pub(crate) const AWS: Self = Self {
        numbers: Numbers::AsAws,
        texts: Texts::Utf8,
        names: Names::Underscored,
        codec: Codec::Gzip,
        missing: Missing::Hyphen,
        group: 1 << 20,
        dictionary: true,
        arrow_schema: false,
    };
}

impl Table {
    /// The records of an incident.
    pub(crate) fn of(incident: &Incident, records: &[Record]) -> Self {
        let fields = incident.log.fields.clone();
        let values = |record| fields.iter().map(|&field| format::value(incident, record, field)).collect();
        Self { rows: records.iter().map(values).collect(), fields }
    }

    /// The same records with the columns in another order: the first becomes the one at `order[0]`.
    pub(crate) fn reordered(&self, order: &[usize]) -> Self {
        Self {
            fields: order.iter().map(|&at| self.fields[at]).collect(),
            rows: self.rows.iter().map(|row| order.iter().map(|&at| row[at].clone()).collect()).collect(),
        }
    }

    /// The header, and one line for each record.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.header(), self.lines().concat())
    }

    /// The names of the columns.
    pub(crate) fn header(&self) -> String {
        let names: Vec<&str> = self.fields.iter().map(|field| field.name()).collect();
        format!("{}\n", names.join(" "))
    }

    /// One line for each record.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |row: &Vec<Option<String>>| {
            let values: Vec<&str> = row.iter().map(|value| value.as_deref().unwrap_or("-")).collect();
            format!("{}\n", values.join(" "))
        };
        self.rows.iter().map(line).collect()
    }

    /// A Parquet file.
    pub(crate) fn parquet(&self, variant: &Variant) -> Vec<u8> {
        let arrays: Vec<ArrayRef> = (0..self.fields.len()).map(|at| self.column(at, variant)).collect();
        let columns: Vec<Column> = self
            .fields
            .iter()
            .zip(&arrays)
            .map(|(field, array)| Column::new(name(*field, variant), array.data_type().clone(), true))
            .collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(columns)), arrays).expect("equal lengths");
        write(&batch, variant)
    }

    fn column(&self, at: usize, variant: &Variant) -> ArrayRef {
        let field = self.fields[at];
        let values = || self.rows.iter().map(|row| row[at].as_deref());
        let numbers = || values().map(|value| value.map(|text| text.parse::<i64>().expect("a number")));
        match (field.spec().kind, variant.numbers) {
            (FieldKind::Text, _) | (_, Numbers::Text) => texts(values(), variant),
            (FieldKind::Int32, Numbers::AsAws) => {
                let narrow = |number| i32::try_from(number).expect("32 bits");
                Arc::new(numbers().map(|value| value.map(narrow)).collect::<Int32Array>())
            }
            (_, Numbers::AsAws | Numbers::Int64) => Arc::new(numbers().collect::<Int64Array>()),
            (_, Numbers::Double) => {
                let wide = |number: i64| number.to_string().parse::<f64>().expect("a number");
                Arc::new(numbers().map(|value| value.map(wide)).collect::<Float64Array>())
            }
        }
    }
}

fn name(field: Field, variant: &Variant) -> String {
    match variant.names {
        Names::Underscored => field.name().replace('-', "_"),
        Names::Hyphenated => field.name().to_owned(),
        Names::Upper => field.name().replace('-', "_").to_uppercase(),
    }
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>, variant: &Variant) -> ArrayRef {
    let missing = match variant.missing {
        Missing::Null => None,
        Missing::Hyphen => Some("-"),
        Missing::Empty => Some(""),
        Missing::None => Some("None"),
    };
    let values = values.map(|value| value.or(missing));
    match variant.texts {
        Texts::Utf8 => Arc::new(values.collect::<StringArray>()),
        Texts::LargeUtf8 => Arc::new(values.collect::<LargeStringArray>()),
        Texts::Utf8View => Arc::new(values.collect::<StringViewArray>()),
        Texts::Binary => Arc::new(values.map(|value| value.map(str::as_bytes)).collect::<BinaryArray>()),
        Texts::Dictionary => {
            let plain: ArrayRef = Arc::new(values.collect::<StringArray>());
            let keyed = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            cast(&plain, &keyed).expect("text can be keyed")
        }
    }
}

/// A batch as a file.
pub(crate) fn write(batch: &RecordBatch, variant: &Variant) -> Vec<u8> {
    let compression = match variant.codec {
        Codec::None => Compression::UNCOMPRESSED,
        Codec::Snappy => Compression::SNAPPY,
        Codec::Gzip => Compression::GZIP(GzipLevel::try_new(6).expect("a level")),
        Codec::Zstd => Compression::ZSTD(ZstdLevel::try_new(3).expect("a level")),
    };
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_dictionary_enabled(variant.dictionary)
        .set_max_row_group_row_count(Some(variant.group))
        .build();
    let options =
        ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(!variant.arrow_schema);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options)
        .expect("a schema Parquet can hold");
    writer.write(batch).expect("memory takes bytes");
    writer.close().expect("memory takes bytes");
    bytes
}
