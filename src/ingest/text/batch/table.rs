//! Lines of text as a table: which field stands in which line and column.

use crate::ingest::schema::fields::Fields;
use crate::ingest::source::lines::LONGEST_LINE;
use crate::ingest::text::separators::Separators;

/// Rows that are read at once: one bit a row fits in a word.
pub(in crate::ingest::text) const MOST_ROWS: usize = 64;

/// Lines whose fields are known.
#[derive(Clone, Copy)]
pub(in crate::ingest) struct LineBatch<'a> {
    bytes: &'a [u8],
    /// The place before the first line, then that of each blank.
    blanks: &'a [u32],
    /// Which of the blanks ends each line.
    ends: &'a [u32],
}

impl<'a> LineBatch<'a> {
    /// The lines of marked bytes; none if their blanks do not tell their fields.
    pub(in crate::ingest::text) fn of(bytes: &'a [u8], separators: &'a Separators) -> Option<Self> {
        let (blanks, ends) = separators.separators()?;
        Some(Self { bytes, blanks, ends })
    }

    /// How many lines there are.
    #[inline]
    pub(in crate::ingest::text) fn count(self) -> usize {
        self.ends.len()
    }

    /// Which blank stands before a line.
    #[inline]
    fn before(self, row: usize) -> usize {
        row.checked_sub(1).and_then(|row| self.ends.get(row)).map_or(0, |&end| end as usize)
    }

    /// The fields of a line.
    #[inline]
    pub(in crate::ingest::text) fn fields(self, row: usize) -> Fields<'a> {
        let end = self.ends.get(row).map_or(0, |&end| end as usize);
        Fields::new(self.bytes, self.blanks.get(self.before(row)..=end).unwrap_or_default())
    }

    /// The lines from this one on that have so many fields, [`MOST_ROWS`] at most.
    #[inline]
    pub(in crate::ingest::text) fn table(self, first: usize, n_columns: usize) -> LineTable<'a> {
        let before = self.before(first);
        let ends = self.ends.get(first..).unwrap_or_default().iter().take(MOST_ROWS);
        let n_rows =
            ends.zip(1..).take_while(|&(&end, row)| end as usize == before + row * n_columns).count();
        let blanks = self.blanks.get(before..=before + n_rows * n_columns).unwrap_or_default();
        // Where all lines together are no longer than one may be, none is.
        let length = blanks.last().map_or(0, |end| end - blanks[0]) as usize;
        let n_rows = if length > LONGEST_LINE { 0 } else { n_rows };
        LineTable { bytes: self.bytes, blanks, n_columns, n_rows }
    }
}

/// Lines that have the same number of fields.
#[derive(Clone, Copy)]
pub(in crate::ingest::text) struct LineTable<'a> {
    bytes: &'a [u8],
    /// The place before the first field, then that after each one, line after line.
    blanks: &'a [u32],
    n_columns: usize,
    n_rows: usize,
}

impl<'a> LineTable<'a> {
    /// How many lines there are.
    #[inline]
    pub(in crate::ingest::text) fn n_rows(self) -> usize {
        self.n_rows
    }

    /// The fields of a line.
    #[inline]
    pub(super) fn fields(self, row: usize) -> Fields<'a> {
        let before = row * self.n_columns;
        Fields::new(self.bytes, self.blanks.get(before..=before + self.n_columns).unwrap_or_default())
    }

    /// One column of some of the lines.
    pub(super) fn cells(self, column: usize, rows: &'a [u8]) -> LineColumn<'a> {
        LineColumn { table: self, column, rows }
    }
}

/// One column of some lines, [`MOST_ROWS`] at most.
#[derive(Clone, Copy)]
pub(super) struct LineColumn<'a> {
    table: LineTable<'a>,
    column: usize,
    pub(super) rows: &'a [u8],
}

impl<'a> LineColumn<'a> {
    /// Where the field of a line begins and ends; both 0 if there is none.
    #[inline(always)]
    pub(super) fn bounds(self, row: u8) -> (usize, usize) {
        match self.table.blanks.get(usize::from(row) * self.table.n_columns + self.column..) {
            Some([before, after, ..]) => (before.wrapping_add(1) as usize, *after as usize),
            _ => (0, 0),
        }
    }

    /// The bytes that end where a field does, others before it among them.
    #[inline(always)]
    pub(super) fn ending<const N: usize>(self, end: usize) -> Option<&'a [u8; N]> {
        self.table.bytes.get(..end)?.last_chunk()
    }

    /// The bytes that begin where a field does, others after it among them.
    #[inline(always)]
    pub(super) fn beginning<const N: usize>(self, start: usize) -> Option<&'a [u8; N]> {
        self.table.bytes.get(start..)?.first_chunk()
    }
}

/// A value for each of some lines.
pub(super) type ColumnValues = [u32; MOST_ROWS];
