//! Work for one thread: a file, or a part of one that would else keep one thread busy when the others are done.

use std::sync::Arc;

use crate::ingest::files::{LogFile, source_id};
use crate::ingest::options::ReadOptions;
use crate::ingest::sink::Sink;
use crate::ingest::{ParquetParts, TextParts, parquet_parts, read_file, read_file_piped};
use crate::model::defect::Defects;

/// A smaller file is read at once whatever its neighbours are.
const LEAST_PARTED: u64 = 4 << 20;

/// A file or a part of one.
pub(super) struct Share {
    /// The file's place.
    pub(super) index: usize,
    /// Whether nothing of the file comes after it in the list.
    pub(super) is_last: bool,
    size: u64,
    how: How,
}

enum How {
    Whole,
    /// Decompressed on a thread of its own.
    Piped,
    Lines(Arc<TextParts>, usize),
    Rows(Arc<ParquetParts>, usize),
}

/// The shares of the files, the large ones first, so that no thread begins one when the others are done.
pub(super) fn shares(files: &[LogFile], to_read: impl Iterator<Item = usize>, threads: usize) -> Vec<Share> {
    let indices: Vec<usize> = to_read.collect();
    let total: u64 = indices.iter().map(|&index| files[index].size).sum();
    // Half of what a thread has to do.
    let most = total / (2 * threads as u64).max(1);
    let mut shares: Vec<Share> = Vec::new();
    for index in indices {
        let size = files[index].size;
        if threads > 1 && size >= LEAST_PARTED && size > most {
            shares.extend(parts(&files[index], index));
        } else {
            shares.push(Share { index, is_last: true, size, how: How::Whole });
        }
    }
    shares.sort_by_key(|share| std::cmp::Reverse(share.size));
    shares
}

fn parts(file: &LogFile, index: usize) -> Vec<Share> {
    if let Some(parts) = TextParts::of(file, source_id(index)) {
        let (count, parts) = (parts.count(), Arc::new(parts));
        let share = |part| Share {
            index,
            is_last: part + 1 == count,
            size: parts.size(part),
            how: How::Lines(Arc::clone(&parts), part),
        };
        return (0..count).map(share).collect();
    }
    if let Some(parts) = rows(file, index) {
        let (count, parts) = (parts.count(), Arc::new(parts));
        let share = |part| Share {
            index,
            is_last: part + 1 == count,
            size: parts.size(part),
            how: How::Rows(Arc::clone(&parts), part),
        };
        return (0..count).map(share).collect();
    }
    vec![Share { index, is_last: true, size: file.size, how: How::Piped }]
}

/// The row groups of a Parquet file, if there are several and nothing is wrong with the file as a whole: what is, is told
/// where the file is read whole.
fn rows(file: &LogFile, index: usize) -> Option<ParquetParts> {
    let mut defects = Defects::default();
    let parts = parquet_parts(file, source_id(index), &mut defects)?;
    (parts.count() > 1 && defects.is_empty()).then_some(parts)
}

impl Share {
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
        match &self.how {
            How::Whole => {
                read_file(file, source, options, sink, defects, advance);
            }
            How::Piped => {
                read_file_piped(file, source, options, sink, defects, advance);
            }
            How::Rows(parts, part) => {
                parts.read(*part, sink, defects);
                advance(self.size);
            }
            How::Lines(parts, part) => {
                parts.read(*part, options, sink, defects);
                advance(self.size);
            }
        }
    }
}
