//! Lines of text as a table: the position of the field in each line and column.

use crate::ingest::schema::fields::Fields;
use crate::ingest::source::lines::MAX_LINE;
use crate::ingest::text::separators::Separators;

/// The most rows that are read at once, so that one bit per row fits into a word.
pub(in crate::ingest::text) const MAX_ROWS: usize = 64;

/// Lines whose fields are known.
#[derive(Clone, Copy)]
pub(in crate::ingest) struct LineBatch<'a> {
    bytes: &'a [u8],
    /// The position before the first line, then the position of each separator.
    blanks: &'a [u32],
    /// For each line, the index of the separator that ends it.
    ends: &'a [u32],
}

impl<'a> LineBatch<'a> {
    /// The lines between the separators; none if the separators do not delimit fields one by one.
    pub(in crate::ingest::text) fn of(bytes: &'a [u8], separators: &'a Separators) -> Option<Self> {
        let (blanks, ends) = separators.separators()?;
        Some(Self { bytes, blanks, ends })
    }

    /// The number of lines.
    #[inline]
    pub(in crate::ingest::text) fn count(self) -> usize {
        self.ends.len()
    }

    /// The index of the separator before a line.
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

    /// The lines from `first` on that have `n_columns` fields, at most [`MAX_ROWS`].
    #[inline]
    pub(in crate::ingest::text) fn table(self, first: usize, n_columns: usize) -> LineTable<'a> {
        let before = self.before(first);
        let ends = self.ends.get(first..).unwrap_or_default().iter().take(MAX_ROWS);
        let n_rows =
            ends.zip(1..).take_while(|&(&end, row)| end as usize == before + row * n_columns).count();
        let blanks = self.blanks.get(before..=before + n_rows * n_columns).unwrap_or_default();
        // If all lines together are within the limit of one line, so is each of them.
        let length = blanks.last().map_or(0, |end| end - blanks[0]) as usize;
        let n_rows = if length > MAX_LINE { 0 } else { n_rows };
        LineTable { bytes: self.bytes, blanks, n_columns, n_rows }
    }
}

/// Lines that have the same number of fields.
#[derive(Clone, Copy)]
pub(in crate::ingest::text) struct LineTable<'a> {
    bytes: &'a [u8],
    /// The position before the first field, then the position after each field, line after line.
    blanks: &'a [u32],
    n_columns: usize,
    n_rows: usize,
}

impl<'a> LineTable<'a> {
    /// The number of lines.
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

/// One column of some lines, at most [`MAX_ROWS`].
#[derive(Clone, Copy)]
pub(super) struct LineColumn<'a> {
    table: LineTable<'a>,
    column: usize,
    pub(super) rows: &'a [u8],
}

impl<'a> LineColumn<'a> {
    /// The beginning and end of a line's field; both are 0 if there is no such field.
    #[inline(always)]
    pub(super) fn bounds(self, row: u8) -> (usize, usize) {
        match self.table.blanks.get(usize::from(row) * self.table.n_columns + self.column..) {
            Some([before, after, ..]) => (before.wrapping_add(1) as usize, *after as usize),
            _ => (0, 0),
        }
    }

    /// The `N` bytes up to the end of a field. They may include bytes before it.
    #[inline(always)]
    pub(super) fn ending<const N: usize>(self, end: usize) -> Option<&'a [u8; N]> {
        self.table.bytes.get(..end)?.last_chunk()
    }

    /// The `N` bytes from the beginning of a field. They may include bytes after it.
    #[inline(always)]
    pub(super) fn beginning<const N: usize>(self, start: usize) -> Option<&'a [u8; N]> {
        self.table.bytes.get(start..)?.first_chunk()
    }
}

/// One value for each of some lines.
pub(super) type ColumnValues = [u32; MAX_ROWS];
