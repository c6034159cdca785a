//! One row to its cells: RFC 4180, and what is near it.

use crate::ingest::file_kind::SourceFormat;

/// What parts cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Delimiter {
    /// `,`.
    Comma,
    /// `;`, as spreadsheets of many countries write.
    Semicolon,
    /// A tab.
    Tab,
}

impl Delimiter {
    fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    pub(super) fn source_format(self) -> SourceFormat {
        match self {
            Self::Comma | Self::Semicolon => SourceFormat::Csv,
            Self::Tab => SourceFormat::Tsv,
        }
    }
}

/// The cells of one row, without their quotes. Reused from row to row.
#[derive(Default)]
pub(super) struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// What comes after a cell.
enum After<'a> {
    /// Another one, and the rest of the row from it on.
    Cell(&'a [u8]),
    /// Nothing.
    End,
    /// It has no end: its quote is open.
    Open,
}

impl Cells {
    /// The cells in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.bytes[start..end])
    }

    /// One of them, if there are so many.
    pub(super) fn get(&self, index: usize) -> Option<&[u8]> {
        self.iter().nth(index)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// Finds the cells of a row; false if a quote is not closed.
    pub(super) fn split(&mut self, row: &[u8], delimiter: Delimiter) -> bool {
        self.bytes.clear();
        self.ends.clear();
        let mut rest = row.strip_suffix(b"\r").unwrap_or(row);
        loop {
            let after = self.cell(rest, delimiter.byte());
            self.ends.push(self.bytes.len());
            match after {
                After::Cell(next) => rest = next,
                After::End => return true,
                After::Open => return false,
            }
        }
    }

    /// Takes one cell off the row.
    fn cell<'a>(&mut self, mut rest: &'a [u8], delimiter: u8) -> After<'a> {
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            rest = quoted;
            loop {
                let Some(end) = memchr::memchr(b'"', rest) else { return After::Open };
                self.bytes.extend(&rest[..end]);
                rest = &rest[end + 1..];
                let Some(more) = rest.strip_prefix(b"\"") else { break };
                self.bytes.push(b'"');
                rest = more;
            }
        }
        let end = memchr::memchr(delimiter, rest);
        self.bytes.extend(&rest[..end.unwrap_or(rest.len())]);
        end.map_or(After::End, |end| After::Cell(&rest[end + 1..]))
    }
}
