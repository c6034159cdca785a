//! Work for one thread: a file, or a part of one that would else keep one thread busy when the others are done.

use std::sync::Arc;

use crate::ingest::files::{LogFile, source_id};
use crate::ingest::options::ReadOptions;
use crate::ingest::sink::Sink;
use crate::ingest::{ParquetParts, TextParts, parquet_parts, read_file, read_file_piped};
use crate::model::defect::Defects;

/// A smaller file is read at once whatever its neighbours are.
const MIN_SPLIT_BYTES: u64 = 4 << 20;

/// A file or a part of one.
pub(super) struct WorkUnit {
    /// The file's place.
    pub(super) index: usize,
    /// Whether nothing of the file comes after it in the list.
    pub(super) is_last: bool,
    size: u64,
    mode: ReadMode,
}

enum ReadMode {
    Whole,
    /// Decompressed on a thread of its own.
    Piped,
    Lines(Arc<TextParts>, usize),
    Rows(Arc<ParquetParts>, usize),
}

/// The work_units of the files, the large ones first, so that no thread begins one when the others are done.
pub(super) fn work_units(
    files: &[LogFile],
    to_read: impl Iterator<Item = usize>,
    threads: usize,
) -> Vec<WorkUnit> {
    let indices: Vec<usize> = to_read.collect();
    let total: u64 = indices.iter().map(|&index| files[index].size).sum();
    // Half of what a thread has to do.
    let most = total / (2 * threads as u64).max(1);
    let mut work_units: Vec<WorkUnit> = Vec::new();
    for index in indices {
        let size = files[index].size;
        if threads > 1 && size >= MIN_SPLIT_BYTES && size > most {
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

/// The row groups of a Parquet file, if there are several and nothing is wrong with the file as a whole: what is, is known
/// where the file is read whole.
fn row_groups(file: &LogFile, index: usize) -> Option<ParquetParts> {
    let mut defects = Defects::default();
    let parts = parquet_parts(file, source_id(index), &mut defects)?;
    (parts.count() > 1 && defects.is_empty()).then_some(parts)
}

impl WorkUnit {
    /// Reads it into the sink.
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
