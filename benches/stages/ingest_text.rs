//! gzip text to rows.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use flate2::read::MultiGzDecoder;
use flowcause::model::field::{FIELDS, Field};

use crate::corpora::{SIZES, bytes, files};
use crate::corpus::{TEXT_V2, TEXT_V5};

/// All 54 names of a full header.
#[divan::bench]
fn header_fields() -> usize {
    FIELDS.iter().filter_map(|spec| Field::from_name(black_box(spec.name.as_bytes()))).count()
}

/// Inflates the default format on one thread: no text reader can be faster.
#[divan::bench(args = SIZES)]
fn floor_inflate_v2(bencher: Bencher, records: u64) {
    bench_inflate(bencher, &files(records, TEXT_V2));
}

/// Inflates the 29 fields of version 5 in the same way.
#[divan::bench(args = SIZES)]
fn floor_inflate_v5(bencher: Bencher, records: u64) {
    bench_inflate(bencher, &files(records, TEXT_V5));
}

fn bench_inflate(bencher: Bencher, files: &[PathBuf]) {
    bencher
        .counter(BytesCount::new(bytes(files)))
        .bench_local(|| files.iter().map(|file| inflate(file)).sum::<usize>());
}

fn inflate(file: &Path) -> usize {
    let mut chunk = vec![0; 256 * 1024];
    let mut gzip = MultiGzDecoder::new(File::open(file).expect("a file of the corpus"));
    let mut total = 0;
    loop {
        match gzip.read(&mut chunk).expect("gzip of the corpus") {
            0 => return total,
            read => total += read,
        }
    }
}
