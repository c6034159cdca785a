//! Splits a byte stream into lines with known fields, many at a time.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

use super::batch::LineBatch;
use super::separators::Separators;
use crate::ingest::source::lines::{MAX_LINE, ReadBlock, TextLine, bounded, for_each_block, one_by_one};

/// Lines of a stream.
#[derive(Clone, Copy)]
pub(in crate::ingest) enum TextLines<'a> {
    /// One line.
    One(TextLine<'a>),
    /// Several lines whose fields are known. Some may be longer than
    /// [`MAX_LINE`].
    Batch(LineBatch<'a>),
}

/// Like `for_each_line`, but passes on several lines at once if their fields are separated by single blanks. `take`
/// gets the number of the first line. Lines of blanks are counted and not always passed on.
pub(in crate::ingest) fn for_all_lines(
    reader: impl Read,
    mut take: impl FnMut(u64, TextLines<'_>),
) -> Result<(), (u64, io::Error)> {
    let mut separators = Separators::default();
    for_each_block(reader, |number, piece| {
        if let ReadBlock::Whole(buffer, whole) = &piece {
            separators.find(buffer, whole.start, whole.end);
            if let Some(rows) = LineBatch::of(buffer, &separators) {
                take(number, TextLines::Batch(rows));
                return rows.count() as u64;
            }
        }
        let mut take = |number, line: TextLine<'_>| take(number, TextLines::One(line));
        let ReadBlock::Whole(buffer, whole) = piece else { return one_by_one(piece, number, &mut take) };
        let mut rest = &buffer[whole];
        let mut next = number;
        while !rest.is_empty() {
            let (n_lines, length) = blank_lines(rest);
            next += n_lines;
            rest = &rest[length..];
            let Some(end) = memchr(b'\n', rest) else { break };
            take(next, bounded(&rest[..end]));
            next += 1;
            rest = &rest[end + 1..];
        }
        next - number
    })
}

/// Bytes that are compared at once.
const BLOCK: usize = 64;

/// The lines at the beginning of a text that have nothing but blanks: their number and their bytes. Together they are
/// not longer than one line may be, so that none of them is too long.
fn blank_lines(text: &[u8]) -> (u64, usize) {
    if text.first().is_none_or(|&byte| byte > b' ') {
        return (0, 0);
    }
    let text = &text[..text.len().min(MAX_LINE)];
    let is_blank = |block: &&[u8]| block.iter().fold(0, |most, &byte| most.max(byte)) <= b' ';
    let blocks = text.chunks(BLOCK).take_while(is_blank).map(<[u8]>::len).sum::<usize>();
    let run = text[blocks..].iter().take_while(|byte| **byte <= b' ').count() + blocks;
    let Some(last) = memrchr(b'\n', &text[..run]) else { return (0, 0) };
    (memchr_iter(b'\n', &text[..=last]).count() as u64, last + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::source::lines::tests::ShortReads;

    /// The same lines, read several at a time.
    fn batched(reader: impl Read) -> Vec<(u64, Option<Vec<u8>>)> {
        let mut all = Vec::new();
        for_all_lines(reader, |number, lines| match lines {
            TextLines::One(line) => all.push((number, line.text().map(<[u8]>::to_vec))),
            TextLines::Batch(rows) => {
                all.extend((number..).zip(0..rows.count()).map(|(number, row)| {
                    let line = rows.fields(row).line();
                    (number, (line.len() <= MAX_LINE).then(|| line.to_vec()))
                }));
            }
        })
        .unwrap();
        all
    }

    fn is_not_blank((_, text): &(u64, Option<Vec<u8>>)) -> bool {
        text.as_ref().is_none_or(|text| text.iter().any(|byte| *byte > b' '))
    }

    #[test]
    fn blank_lines_are_counted_together() {
        let check = |text: &[u8], expected: (u64, usize)| assert_eq!(blank_lines(text), expected, "{text:?}");
        check(b"", (0, 0));
        check(b"a\n", (0, 0));
        check(b" a\n", (0, 0));
        check(b"\n\n a\n", (2, 2));
        check(b"\r\n  \r\n\ta\n", (2, 6));
        check(&[b"\n".repeat(200), b"x\n".to_vec()].concat(), (200, 200));
        check(&[b" ".repeat(MAX_LINE), b"\n\n".to_vec()].concat(), (0, 0));
    }

    proptest! {
        #[test]
        fn read_sizes_do_not_matter(text in "[ab \\n]{0,200}|([ab]{1,3} b\\n){0,50}a?|(\\n{0,90}a? ?\\n){0,9}", size in 1_usize..50) {
            let plain = text.lines().zip(1..).map(|(line, number)| (number, Some(line.into())));
            let plain: Vec<_> = plain.filter(is_not_blank).collect();
            let read = |bytes| batched(bytes).into_iter().filter(is_not_blank).collect::<Vec<_>>();
            prop_assert_eq!(read(ShortReads(text.as_bytes(), size)), plain.clone());
            prop_assert_eq!(read(ShortReads(text.as_bytes(), usize::MAX)), plain);
        }
    }
}
