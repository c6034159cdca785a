//! The stages after the readers: the aggregate, conversations, verdicts and reports.

use std::path::PathBuf;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use flowcause::converse::pair;
use flowcause::ingest::files::LogFile;
use flowcause::ingest::options::ReadOptions;
use flowcause::pipeline::{LogInput, Options, explain};
use flowcause::progress::NoProgress;
use flowcause::reduce::{Limits, RecordFilter, RecordSet, Reduced, reduce_files};
use flowcause::render::{Format, RenderOptions, TerminalOptions, render};
use flowcause::report::Report;

use crate::corpora::{SIZES, files};
use crate::corpus::{PARQUET_V5, TEXT_V2, TEXT_V5};

const PORTS: [u16; 2] = [53, 443];

fn reduced(records: u64, format: &str) -> Reduced {
    let files: Vec<LogFile> = files(records, format).iter().map(|path| LogFile::at(path)).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
    let aggregate = reduce_files(
        &files,
        &ReadOptions::default(),
        &RecordFilter::unfiltered(&PORTS),
        Limits::NONE,
        &pool,
        &NoProgress,
    );
    aggregate
        .and_then(|aggregate| aggregate.select(&pool, &RecordSet::All))
        .expect("a folder for temporary files")
}

/// Reduces files to the aggregate on two threads, with the records of every interface.
#[divan::bench(args = SIZES, consts = [0, 1, 2])]
fn reduce<const FORMAT: usize>(bencher: Bencher, records: u64) {
    bencher.counter(ItemsCount::new(records)).bench_local(|| reduced(records, FORMATS[FORMAT]));
}

/// The formats of the `reduce` benches, in order.
const FORMATS: [&str; 3] = [TEXT_V2, TEXT_V5, PARQUET_V5];

/// Pairs the aggregate into conversations.
#[divan::bench(name = "pair", args = SIZES)]
fn pair_directions(bencher: Bencher, records: u64) {
    let reduced = reduced(records, TEXT_V5);
    bencher
        .counter(ItemsCount::new(reduced.flows.len()))
        .bench_local(|| pair(black_box(&reduced), &PORTS).expect("columns of equal length"));
}

/// Determines the state of every conversation.
#[divan::bench(args = SIZES)]
fn diagnose_states(bencher: Bencher, records: u64) {
    let reduced = reduced(records, TEXT_V5);
    let conversations = pair(&reduced, &PORTS).expect("columns of equal length");
    bencher.counter(ItemsCount::new(conversations.len())).bench_local(|| {
        conversations
            .iter()
            .filter(|conversation| conversation.state() == flowcause::converse::ConversationState::Unanswered)
            .count()
    });
}

fn sample() -> Options {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-data/endpoint-rejects");
    Options {
        logs: vec![LogInput::Path(folder.join("logs"))],
        metadata: vec![folder.join("metadata")],
        ports: PORTS.to_vec(),
        threads: Some(2),
        ..Options::default()
    }
}

fn report() -> Report {
    explain(&sample(), &NoProgress).expect("a sample incident")
}

/// Explains a small incident, from files to the report: the time that a user waits.
#[divan::bench]
fn diagnose_sample() -> Report {
    report()
}

/// Renders a finished report in each format.
#[divan::bench(args = ["terminal", "json"])]
fn render_report(bencher: Bencher, format: &str) {
    let format = if format == "json" { Format::Json } else { Format::Terminal };
    let options = RenderOptions { terminal: TerminalOptions { width: 80, color: true } };
    let report = report();
    bencher.bench_local(|| {
        let mut bytes = Vec::new();
        render(&report, format, &options, &mut bytes).expect("memory");
        bytes
    });
}
