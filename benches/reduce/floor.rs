//! The floor of all readers: the fastest library decompresses or decodes the files, and nothing else happens.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field as Column, Schema, SchemaRef};
use flowcause::ingest::files::LogFile;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::Result as ParquetResult;

use crate::workers::share;

/// The columns that `summary` needs.
pub(crate) const SUMMARY: &[&str] = AGGREGATE.split_at(13).0;

/// The columns of the aggregate's key and sums.
pub(crate) const AGGREGATE: &[&str] = &[
    "interface_id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log_status",
    "tcp_flags",
    "flow_direction",
    "pkt_srcaddr",
    "pkt_dstaddr",
];

/// A chunk fits into the second-level cache; larger and smaller chunks are slower.
const CHUNK: usize = 256 * 1024;
const BATCH: usize = 16_384;

/// Inflates gzip files; the check line is the number of bytes.
pub(crate) fn inflate(files: &[LogFile], threads: usize) -> Result<String, String> {
    let begin = || (vec![0; CHUNK], 0_u64);
    let shares = share(files, threads, begin, |(chunk, total), file| {
        *total += inflate_one(file, chunk).map_err(|error| format!("{}: {error}", file.name))?;
        Ok(())
    })?;
    Ok(shares.iter().map(|(_, total)| total).sum::<u64>().to_string())
}

fn inflate_one(file: &LogFile, chunk: &mut [u8]) -> io::Result<u64> {
    let mut gzip = decoder(File::open(&file.name)?);
    let mut total = 0;
    loop {
        match gzip.read(chunk)? {
            0 => return Ok(total),
            read => total += read as u64,
        }
    }
}

#[cfg(not(feature = "isal"))]
fn decoder(file: File) -> impl Read {
    flate2::bufread::MultiGzDecoder::new(io::BufReader::with_capacity(CHUNK, file))
}

/// In a box, because it points into itself after the first read and must not move.
#[cfg(feature = "isal")]
fn decoder(file: File) -> Box<dyn Read> {
    Box::new(isal::read::Decoder::new(file, isal::Codec::Gzip))
}

/// Decodes some columns of Parquet files, row group by row group; the check line is the number of rows.
pub(crate) fn decode(files: &[LogFile], threads: usize, columns: &[&str]) -> Result<String, String> {
    let mut row_groups = Vec::new();
    for file in files {
        let metadata = read_metadata(file).map_err(|error| format!("{}: {error}", file.name))?;
        row_groups
            .extend((0..metadata.metadata().num_row_groups()).map(|number| (file, metadata.clone(), number)));
    }
    let shares = share(
        &row_groups,
        threads,
        || 0,
        |rows, (file, metadata, number)| {
            let decoded = decode_one(file, metadata, *number, columns);
            *rows += decoded.map_err(|error| format!("{}: {error}", file.name))?;
            Ok(())
        },
    )?;
    Ok(shares.iter().sum::<usize>().to_string())
}

/// Reads texts as dictionaries, because the pages contain dictionaries.
fn read_metadata(file: &LogFile) -> ParquetResult<ArrowReaderMetadata> {
    let file = File::open(&file.name)?;
    let plain = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())?;
    let wanted = with_dictionaries(plain.schema());
    ArrowReaderMetadata::try_new(plain.metadata().clone(), ArrowReaderOptions::new().with_schema(wanted))
}

fn with_dictionaries(schema: &Schema) -> SchemaRef {
    let column = |column: &Arc<Column>| match column.data_type() {
        DataType::Utf8 => {
            let texts = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            column.as_ref().clone().with_data_type(texts)
        }
        _ => column.as_ref().clone(),
    };
    Arc::new(Schema::new(schema.fields().iter().map(column).collect::<Vec<_>>()))
}

fn decode_one(
    file: &LogFile,
    metadata: &ArrowReaderMetadata,
    row_group: usize,
    columns: &[&str],
) -> ParquetResult<usize> {
    let builder =
        ParquetRecordBatchReaderBuilder::new_with_metadata(File::open(&file.name)?, metadata.clone());
    let wanted = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let builder = builder.with_projection(wanted).with_row_groups(vec![row_group]).with_batch_size(BATCH);
    let mut rows = 0;
    for batch in builder.build()? {
        rows += batch?.num_rows();
    }
    Ok(rows)
}
