//! Splits one row into its cells, following RFC 4180 and common deviations.

use crate::ingest::file_kind::SourceFormat;

/// The character between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Delimiter {
    /// `,`.
    Comma,
    /// `;`, as spreadsheets write it in many countries.
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

/// The cells of one row, without their quotes. The buffers are reused for the next row.
#[derive(Default)]
pub(super) struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// The text after a cell.
enum After<'a> {
    /// Another cell, with the rest of the row.
    Cell(&'a [u8]),
    /// The end of the row.
    End,
    /// The cell has no end, because its quote is open.
    Open,
}

impl Cells {
    /// The cells in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.bytes[start..end])
    }

    /// One cell, if there are enough.
    pub(super) fn get(&self, index: usize) -> Option<&[u8]> {
        self.iter().nth(index)
    }

    /// The number of cells.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// Splits a row into cells. Returns false if a quote is not closed.
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

    /// Reads one cell from the beginning of the row.
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
