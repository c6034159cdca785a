//! Files are written here and read back, and the records must be the same.

mod damage;
mod descriptions;
mod lake;
mod needs;
mod rows;
mod scope;

use crate::ingest::recorder::Recorder;

use crate::ingest::options::ReadOptions;
use crate::ingest::prefilter::RecordBounds;
use crate::ingest::sink::Sink;
use crate::ingest::source::files::LogFile;
use crate::ingest::{parquet_parts, read_file};
use crate::model::defect::Defects;
use crate::model::source::SourceId;

/// Reads a whole file.
fn read(bytes: &[u8], bounds: Option<&RecordBounds>) -> (Recorder, Defects) {
    read_into(bytes, Recorder::new(bounds))
}

/// Reads a whole file into another sink.
fn read_into<S: Sink>(bytes: &[u8], mut sink: S) -> (S, Defects) {
    let log = LogFile::of_bytes("log", bytes.to_vec());
    let mut defects = Defects::default();
    read_file(&log, SourceId(0), &ReadOptions::default(), &mut sink, &mut defects, &|_| {});
    (sink, defects)
}

/// Reads a file part by part, beginning with the last one.
fn read_backwards(bytes: &[u8], bounds: Option<&RecordBounds>) -> (Recorder, Defects) {
    let log = LogFile::of_bytes("log", bytes.to_vec());
    let (mut recorder, mut defects) = (Recorder::new(bounds), Defects::default());
    let parts = parquet_parts(&log, SourceId(0), &mut defects).expect("a Parquet file");
    for part in (0..parts.count()).rev() {
        parts.read(part, &mut recorder, &mut defects);
    }
    (recorder, defects)
}

/// The defects, one line per kind.
fn describe(defects: &Defects) -> String {
    let line =
        |(kind, count, place): (crate::model::defect::DefectKind, u64, &crate::model::defect::Place)| {
            format!("{} x{count} {:?} {}", kind.name(), place.line, place.text)
        };
    defects.iter().map(line).collect::<Vec<_>>().join("\n")
}
