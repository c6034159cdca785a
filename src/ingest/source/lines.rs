//! Splits a byte stream into lines, in bounded memory.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memrchr};

/// Bytes that are read at a time. This fits into the second-level cache together with the tables.
const CHUNK: usize = 256 * 1024;
/// The longest line that can be a record, in bytes. A record of all 54 fields with long ARNs is much shorter.
pub(in crate::ingest) const MAX_LINE: usize = 64 * 1024;

/// The byte order mark, which Windows editors write before UTF-8.
pub(in crate::ingest) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes in the buffer before the text, so that the first fields of a line are read as fast as the others.
const BEFORE: usize = 64;

/// One line, or the position of a line that was too long.
#[derive(Clone, Copy)]
pub(in crate::ingest) enum TextLine<'a> {
    /// The bytes without the line end.
    Text(&'a [u8]),
    /// Longer than [`MAX_LINE`]; it was skipped.
    TooLong,
}

impl<'a> TextLine<'a> {
    /// The bytes without the line end; none if the line is too long.
    pub(in crate::ingest) fn text(self) -> Option<&'a [u8]> {
        match self {
            Self::Text(text) => Some(text),
            Self::TooLong => None,
        }
    }
}

/// Calls `take` with each line and its number, counted from 1. The last line needs no line end.
///
/// Lines before a read error are passed on. The error is returned with the number of the line in which it happened.
pub(in crate::ingest) fn for_each_line(
    reader: impl Read,
    mut take: impl FnMut(u64, TextLine<'_>),
) -> Result<(), (u64, io::Error)> {
    for_each_block(reader, |number, piece| one_by_one(piece, number, &mut take))
}

/// The part of a stream that was just read.
pub(in crate::ingest) enum ReadBlock<'a> {
    /// Complete lines with their ends, in a range of a buffer.
    Whole(&'a [u8], Range<usize>),
    /// The last line, without a line end.
    Last(&'a [u8]),
    TooLong,
}

/// Passes on the lines of a block one by one. Returns their number.
pub(in crate::ingest) fn one_by_one(
    piece: ReadBlock<'_>,
    first: u64,
    take: &mut impl FnMut(u64, TextLine<'_>),
) -> u64 {
    let (buffer, whole) = match piece {
        ReadBlock::Whole(buffer, whole) => (buffer, whole),
        ReadBlock::Last(text) => {
            take(first, bounded(text));
            return 1;
        }
        ReadBlock::TooLong => {
            take(first, TextLine::TooLong);
            return 1;
        }
    };
    let (mut start, mut number) = (whole.start, first);
    while let Some(length) = memchr(b'\n', &buffer[start..whole.end]) {
        take(number, bounded(&buffer[start..start + length]));
        number += 1;
        start += length + 1;
    }
    number - first
}

/// Calls `take` with each block and the number of its first line. `take` returns the number of lines in the block.
pub(in crate::ingest) fn for_each_block(
    mut reader: impl Read,
    mut take: impl FnMut(u64, ReadBlock<'_>) -> u64,
) -> Result<(), (u64, io::Error)> {
    let mut buffer = vec![b'\n'; BEFORE + CHUNK + MAX_LINE];
    let mut filled = BEFORE;
    let mut next = 1;
    // Whether the buffer is inside a line that was too long. Bytes are then dropped until the line end.
    let mut skipping = false;
    loop {
        let n_read = read_some(&mut reader, &mut buffer[filled..]).map_err(|error| (next, error))?;
        filled += n_read;
        let mut start = BEFORE;
        if skipping {
            let end = memchr(b'\n', &buffer[start..filled]);
            start = end.map_or(filled, |length| start + length + 1);
            skipping = end.is_none();
        }
        if let Some(length) = memrchr(b'\n', &buffer[start..filled]) {
            let end = start + length + 1;
            next += take(next, ReadBlock::Whole(&buffer, start..end));
            start = end;
        }
        let rest = filled - start;
        if n_read == 0 {
            if rest > 0 {
                take(next, ReadBlock::Last(&buffer[start..filled]));
            }
            return Ok(());
        }
        if rest > MAX_LINE {
            next += take(next, ReadBlock::TooLong);
            skipping = true;
            filled = BEFORE;
        } else {
            buffer.copy_within(start..filled, BEFORE);
            filled = BEFORE + rest;
        }
    }
}

/// The line, with the same limit however many reads it took.
pub(in crate::ingest) fn bounded(text: &[u8]) -> TextLine<'_> {
    if text.len() > MAX_LINE { TextLine::TooLong } else { TextLine::Text(text) }
}

fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let most = buffer.len().min(CHUNK);
    loop {
        match reader.read(&mut buffer[..most]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
pub(in crate::ingest) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(reader: impl Read) -> Vec<(u64, Option<Vec<u8>>)> {
        let mut all = Vec::new();
        for_each_line(reader, |number, line| {
            all.push((number, line.text().map(<[u8]>::to_vec)));
        })
        .unwrap();
        all
    }

    #[test]
    fn the_length_limit_does_not_depend_on_read_sizes() {
        let check = |length: usize, expect: Option<()>| {
            for end in ["", "\n", "\nb\n"] {
                let text = format!("a\n{}{end}", "x".repeat(length));
                for size in [1000, usize::MAX] {
                    let line = lines(ShortReads(text.as_bytes(), size))[1].1.as_ref().map(|_| ());
                    assert_eq!(line, expect, "{length} {end:?} {size}");
                }
            }
        };
        check(MAX_LINE, Some(()));
        check(MAX_LINE + 1, None);
        check(CHUNK, None);
    }

    #[test]
    fn a_line_that_is_too_long_counts_as_one_line() {
        let mut text = b"a\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 3 * (CHUNK + MAX_LINE)));
        text.extend(b"\nb");
        assert_eq!(lines(&text[..]), [(1, Some(b"a".to_vec())), (2, None), (3, Some(b"b".to_vec()))]);
    }

    /// A reader that returns at most the given number of bytes at a time.
    pub(in crate::ingest) struct ShortReads<'a>(pub(in crate::ingest) &'a [u8], pub(in crate::ingest) usize);

    impl Read for ShortReads<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(buffer.len());
            self.0.read(&mut buffer[..most])
        }
    }

    proptest! {
        #[test]
        fn read_sizes_do_not_matter(text in "[ab \n]{0,200}|([ab]{1,3} b\n){0,50}a?", size in 1_usize..50) {
            let plain: Vec<_> = text.lines().zip(1..).map(|(line, number)| (number, Some(line.into()))).collect();
            prop_assert_eq!(lines(ShortReads(text.as_bytes(), size)), plain);
        }
    }
}
