//! Splits a byte stream into lines with known fields, many at a time.

use std::io::{self, Read};

use super::batch::LineBatch;
use super::separators::Separators;
use crate::ingest::source::lines::{ReadBlock, TextLine, for_each_block, one_by_one};

/// Lines of a stream.
#[derive(Clone, Copy)]
pub(in crate::ingest) enum TextLines<'a> {
    /// One line.
    One(TextLine<'a>),
    /// Several lines whose fields are known. Some may be longer than
    /// [`MAX_LINE`](crate::ingest::source::lines::MAX_LINE).
    Batch(LineBatch<'a>),
}

/// Like `for_each_line`, but passes on several lines at once if their fields are separated by single blanks. `take`
/// gets the number of the first line.
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
        one_by_one(piece, number, &mut |number, line| take(number, TextLines::One(line)))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::source::lines::MAX_LINE;
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

    proptest! {
        #[test]
        fn read_sizes_do_not_matter(text in "[ab \\n]{0,200}|([ab]{1,3} b\\n){0,50}a?", size in 1_usize..50) {
            let plain: Vec<_> = text.lines().zip(1..).map(|(line, number)| (number, Some(line.into()))).collect();
            prop_assert_eq!(batched(ShortReads(text.as_bytes(), size)), plain);
        }
    }
}
