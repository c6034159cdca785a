//! Parquet to rows.

use std::fs::File;
use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::corpora::{SIZES, files};
use crate::corpus::PARQUET_V5;

/// The columns that the reduction reads.
const COLUMNS: [&str; 15] = [
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
    "pkt_srcaddr",
    "pkt_dstaddr",
];

/// Decodes the columns that the reduction needs, on one thread, with strings as strings.
#[divan::bench(args = SIZES)]
fn floor_decode(bencher: Bencher, records: u64) {
    let files = files(records, PARQUET_V5);
    bencher
        .counter(ItemsCount::new(records))
        .bench_local(|| files.iter().map(|file| decode(file)).sum::<usize>());
}

fn decode(file: &Path) -> usize {
    let file = File::open(file).expect("a file of the corpus");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet of the corpus");
    let columns = ProjectionMask::columns(builder.parquet_schema(), COLUMNS);
    let batches =
        builder.with_projection(columns).with_batch_size(16_384).build().expect("columns of the corpus");
    batches.map(|batch| batch.expect("pages of the corpus").num_rows()).sum()
}
