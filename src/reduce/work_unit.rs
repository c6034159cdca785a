//! Work units: each is one file, or a part of a file that would otherwise occupy one thread after the others have
//! finished.

use std::sync::Arc;

use crate::ingest::files::{LogFile, source_id};
use crate::ingest::options::ReadOptions;
use crate::ingest::sink::Sink;
use crate::ingest::{ParquetParts, TextParts, parquet_parts, read_file, read_file_piped};
use crate::model::defect::Defects;

/// Smaller files are never split.
const MIN_SPLIT_BYTES: u64 = 4 << 20;

/// A file or a part of one.
pub(super) struct WorkUnit {
    /// The position of the file in the list of files.
    pub(super) index: usize,
    /// Whether this is the last unit of the file in the list.
    pub(super) is_last: bool,
    size: u64,
    mode: ReadMode,
}

enum ReadMode {
    Whole,
    /// Decompressed on a separate thread.
    Piped,
    Lines(Arc<TextParts>, usize),
    Rows(Arc<ParquetParts>, usize),
}

/// Returns the work units of the files, the large ones first, so that no thread starts a large unit when the others
/// have finished.
pub(super) fn work_units(
    files: &[LogFile],
    to_read: impl Iterator<Item = usize>,
    threads: usize,
) -> Vec<WorkUnit> {
    let indices: Vec<usize> = to_read.collect();
    let total: u64 = indices.iter().map(|&index| files[index].size).sum();
    // Half of the work of one thread.
    let max_bytes = total / (2 * threads as u64).max(1);
    let mut work_units: Vec<WorkUnit> = Vec::new();
    for index in indices {
        let size = files[index].size;
        if threads > 1 && size >= MIN_SPLIT_BYTES && size > max_bytes {
            work_units.extend(split(&files[index], index));
        } else {
            work_units.push(WorkUnit { index, is_last: true, size, mode: ReadMode::Whole });
        }
    }
    work_units.sort_by_key(|unit| std::cmp::Reverse(unit.size));
    work_units
}

fn split(file: &LogFile, index: usize) -> Vec<WorkUnit> {
    if let Some(parts) = TextParts::of(file, source_id(index)) {
        let (count, parts) = (parts.count(), Arc::new(parts));
        let unit = |part| WorkUnit {
            index,
            is_last: part + 1 == count,
            size: parts.size(part),
            mode: ReadMode::Lines(Arc::clone(&parts), part),
        };
        return (0..count).map(unit).collect();
    }
    if let Some(parts) = row_groups(file, index) {
        let (count, parts) = (parts.count(), Arc::new(parts));
        let unit = |part| WorkUnit {
            index,
            is_last: part + 1 == count,
            size: parts.size(part),
            mode: ReadMode::Rows(Arc::clone(&parts), part),
        };
        return (0..count).map(unit).collect();
    }
    vec![WorkUnit { index, is_last: true, size: file.size, mode: ReadMode::Piped }]
}

/// Returns the row groups of a Parquet file, if there are several and the file as a whole has no defect. A defect is
/// reported when the file is read as one unit.
fn row_groups(file: &LogFile, index: usize) -> Option<ParquetParts> {
    let mut defects = Defects::default();
    let parts = parquet_parts(file, source_id(index), &mut defects)?;
    (parts.count() > 1 && defects.is_empty()).then_some(parts)
}

impl WorkUnit {
    /// Reads the unit into the sink.
    pub(super) fn read<S: Sink>(
        &self,
        files: &[LogFile],
        options: &ReadOptions,
        sink: &mut S,
        defects: &mut Defects,
        advance: &(dyn Fn(u64) + Sync),
    ) {
        let (file, source) = (&files[self.index], source_id(self.index));
        match &self.mode {
            ReadMode::Whole => {
                read_file(file, source, options, sink, defects, advance);
            }
            ReadMode::Piped => {
                read_file_piped(file, source, options, sink, defects, advance);
            }
            ReadMode::Rows(parts, part) => {
                parts.read(*part, sink, defects);
                advance(self.size);
            }
            ReadMode::Lines(parts, part) => {
                parts.read(*part, options, sink, defects);
                advance(self.size);
            }
        }
    }
}
