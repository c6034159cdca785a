//! The readers alone: every record is parsed, and none is kept.

use divan::Bencher;
use divan::counter::ItemsCount;
use flowcause::ingest::files::{LogFile, source_id};
use flowcause::ingest::options::ReadOptions;
use flowcause::ingest::read_file;
use flowcause::ingest::record::{Description, DescriptionId, FlowRecord, LogStatus, NameId, TimeSpan};
use flowcause::ingest::sink::Sink;
use flowcause::model::defect::Defects;
use flowcause::model::source::RowRef;

use crate::corpora::{SIZES, files};
use crate::corpus::{PARQUET_V5, TEXT_V2, TEXT_V5};

/// Counts records and keeps none.
#[derive(Default)]
struct Forget {
    records: u64,
}

impl Sink for Forget {
    fn name(&mut self, text: &[u8]) -> NameId {
        NameId(u32::try_from(text.len()).unwrap_or(0))
    }

    fn description(&mut self, _values: &Description<'_>) -> DescriptionId {
        DescriptionId(0)
    }

    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool {
        [src_port, dst_port].iter().any(|port| matches!(port, 53 | 443))
    }

    fn coverage(&mut self, _interface: NameId, _log_status: LogStatus, _span: TimeSpan, _row: RowRef) {
        self.records += 1;
    }

    fn flow(&mut self, _record: &FlowRecord) {}
}

fn read(records: u64, format: &str) -> u64 {
    let mut sink = Forget::default();
    let mut defects = Defects::default();
    for (index, path) in files(records, format).iter().enumerate() {
        let options = ReadOptions::default();
        read_file(&LogFile::at(path), source_id(index), &options, &mut sink, &mut defects, &|_| {});
    }
    assert!(defects.is_empty() && sink.records == records, "the corpus is read whole");
    sink.records
}

/// The default format, one thread; its floor is `floor_inflate_v2`.
#[divan::bench(args = SIZES)]
fn text_v2(bencher: Bencher, records: u64) {
    bencher.counter(ItemsCount::new(records)).bench_local(|| read(records, TEXT_V2));
}

/// Version 5, one thread; its floor is `floor_inflate_v5`.
#[divan::bench(args = SIZES)]
fn text_v5(bencher: Bencher, records: u64) {
    bencher.counter(ItemsCount::new(records)).bench_local(|| read(records, TEXT_V5));
}

/// Parquet, one thread; its floor is `floor_decode`.
#[divan::bench(args = SIZES)]
fn parquet_v5(bencher: Bencher, records: u64) {
    bencher.counter(ItemsCount::new(records)).bench_local(|| read(records, PARQUET_V5));
}
