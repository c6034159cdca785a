//! Reads the bytes of a row group's columns ahead in large pieces.
//!
//! The decoder requests the header of a page and then the page, a few tens of KiB of each column in turn. Each column
//! has a piece of its own here, so that one read of the file serves many pages.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use ::parquet::errors::Result;
use ::parquet::file::reader::ChunkReader;
use bytes::Bytes;

use super::chunks::Chunks;

/// Bytes that are read at once.
const PIECE: u64 = 256 << 10;

/// The pieces of some columns.
pub(super) struct ReadAhead {
    /// The columns in the order of the file.
    columns: Vec<AheadColumn>,
}

struct AheadColumn {
    range: Range<u64>,
    piece: Mutex<ReadPiece>,
}

/// The bytes that were read last.
#[derive(Default)]
struct ReadPiece {
    start: u64,
    bytes: Bytes,
}

impl ReadAhead {
    /// Reads ahead in these byte ranges, one per column.
    pub(super) fn new(mut ranges: Vec<Range<u64>>) -> Self {
        ranges.sort_unstable_by_key(|range| range.start);
        let column = |range| AheadColumn { range, piece: Mutex::default() };
        Self { columns: ranges.into_iter().map(column).collect() }
    }

    /// The bytes from `start` on: at least `least` bytes, unless the column ends before. None if `start` is not in a
    /// column.
    pub(super) fn get(&self, chunks: &Chunks, start: u64, least: u64) -> Result<Option<Bytes>> {
        let after = self.columns.partition_point(|column| column.range.start <= start);
        let Some(column) = self.columns[..after].last().filter(|column| column.range.contains(&start)) else {
            return Ok(None);
        };
        let left = column.range.end - start;
        let mut piece = column.piece.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = piece.get(start, least.min(left)) {
            return Ok(Some(bytes));
        }
        let length = usize::try_from(least.max(PIECE).min(left)).unwrap_or(usize::MAX);
        *piece = ReadPiece { start, bytes: chunks.get_bytes(start, length)? };
        Ok(Some(piece.bytes.clone()))
    }
}

impl ReadPiece {
    fn get(&self, start: u64, least: u64) -> Option<Bytes> {
        let from = usize::try_from(start.checked_sub(self.start)?).ok()?;
        let left = self.bytes.len().checked_sub(from)?;
        (left as u64 >= least).then(|| self.bytes.slice(from..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes from which their position can be derived.
    fn chunks() -> Chunks {
        Chunks::Bytes((0..1_000_000_u32).map(|place| u8::try_from(place % 251).unwrap()).collect())
    }

    #[test]
    fn bytes_of_a_column_equal_those_of_the_file() {
        let chunks = chunks();
        let ahead = ReadAhead::new(vec![600_000..999_999, 4..600_000]);
        let check = |start: u64, least: u64, expected: Option<u64>| {
            let bytes = ahead.get(&chunks, start, least).unwrap();
            assert_eq!(bytes.as_ref().map(|bytes| bytes.len() as u64), expected, "{start} {least}");
            for (place, &byte) in (start..).zip(bytes.iter().flatten()) {
                assert_eq!(u64::from(byte), place % 251);
            }
        };
        check(4, 10, Some(PIECE));
        check(1004, 10, Some(PIECE - 1000));
        check(PIECE, 4, Some(4));
        check(PIECE, 5, Some(PIECE));
        check(200_000, 400_000, Some(400_000));
        check(200_000, 500_000, Some(400_000));
        check(4, 10, Some(PIECE));
        check(999_990, 100, Some(9));
        check(3, 1, None);
        check(999_999, 1, None);
    }

    #[test]
    fn reading_beyond_the_file_is_an_error() {
        let ahead = ReadAhead::new(vec![4..8, 999_990..2_000_000]);
        assert!(ahead.get(&chunks(), 999_995, 1).is_err());
    }
}
