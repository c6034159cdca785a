//! Tables: CSV and TSV, either with the record in one cell or with one column per field.
//!
//! Input: lines. Output: one item per row, with the number of the line on which the row begins. The first row holds the
//! names of the columns, or is a record already. Quotes follow RFC 4180. If the quotes of a row are never closed, only its first line is lost.

mod split;

use std::io::{self, Read};

use self::split::Cells;
pub(in crate::ingest) use self::split::Delimiter;
use super::FramedItem;
use super::item::push_value;
use super::json::nested::{self, is_record_word};
use crate::ingest::file_kind::SourceFormat;
use crate::ingest::schema::header::{Columns, HeaderLine};
use crate::ingest::source::lines::BYTE_ORDER_MARK;
use crate::ingest::source::lines::{MAX_LINE, for_each_line};
use crate::model::defect::DefectKind;

/// The names of columns with records, in CloudWatch Logs and in programs that collect logs.
const MESSAGES: [&[u8]; 7] = [b"message", b"@message", b"_raw", b"event.original", b"body", b"log", b"line"];

/// The fewest cells of a row without a header.
const FEWEST_CELLS: usize = 8;

/// The most lines that one row may extend over.
const MAX_LINES: usize = 16;

/// The delimiter of a table, determined from its first line; none if this is not a table.
pub(in crate::ingest) fn delimiter_of(first_line: &[u8]) -> Option<Delimiter> {
    let mut cells = Cells::default();
    [Delimiter::Comma, Delimiter::Tab, Delimiter::Semicolon].into_iter().find(|&delimiter| {
        // A header with both tabs and spaces is the header of a flow log.
        let is_mixed = delimiter == Delimiter::Tab && first_line.contains(&b' ');
        !is_mixed
            && cells.split(first_line, delimiter)
            && (is_record(&cells) || TableHeader::of(&cells, delimiter).is_some())
    })
}

/// Passes on each row. A read error is returned with the line on which it happened.
pub(in crate::ingest) fn for_each_row(
    reader: impl Read,
    delimiter: Delimiter,
    mut take: impl FnMut(u64, FramedItem<'_>),
) -> Result<(), (u64, io::Error)> {
    let mut table = TableReader {
        delimiter,
        header: None,
        cells: Cells::default(),
        values: Vec::new(),
        open: Vec::new(),
        first: 0,
    };
    let outcome = for_each_line(reader, |number, line| match line.text() {
        Some(text) if number == 1 => {
            table.line(number, text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text), &mut take);
        }
        Some(text) => table.line(number, text, &mut take),
        None => {
            table.drop_rows(&mut take);
            take(number, too_long());
        }
    });
    table.drop_rows(&mut take);
    outcome
}

fn too_long<'a>() -> FramedItem<'a> {
    let message = format!("expected a row, found more than {MAX_LINE} bytes without a line end");
    FramedItem::Bad(DefectKind::LineTooLong, message)
}

/// Which cells contain the record.
struct TableHeader {
    source_format: SourceFormat,
    /// The cell that contains a record, if there is one.
    message: Option<usize>,
    /// Whether the record is read from the columns, even if there is a message cell.
    has_fields: bool,
    header: Option<HeaderLine>,
}

impl TableHeader {
    /// Reads the names of columns; none if the cells are not names, or not names of a flow log.
    fn of(cells: &Cells, delimiter: Delimiter) -> Option<Self> {
        // Most rows have a number among their cells and end here.
        if cells.iter().any(|cell| cell.first().is_some_and(u8::is_ascii_digit)) {
            return None;
        }
        let names: Vec<&[u8]> = cells.iter().map(<[u8]>::trim_ascii).collect();
        let is_message = |name: &&[u8]| MESSAGES.iter().any(|it| name.eq_ignore_ascii_case(it));
        let message = names.iter().position(is_message);
        let columns = Columns::from_keys(names.iter().copied());
        let is_transit = names
            .iter()
            .any(|name| [&b"tgw_id"[..], b"tgw-id"].iter().any(|it| name.eq_ignore_ascii_case(it)));
        if message.is_none() && columns.known() < 2 && !is_transit {
            return None;
        }
        let source_format = match message {
            _ if names.iter().any(|name| name.starts_with(b"@")) => SourceFormat::InsightsCsv,
            Some(_) => SourceFormat::ConsoleCsv,
            None => delimiter.source_format(),
        };
        let has_fields = message.is_none() || !is_transit && columns.missing().is_empty();
        let header =
            if is_transit { HeaderLine::TransitGateway } else { HeaderLine::Flow(Box::new(columns)) };
        Some(Self { source_format, message, has_fields, header: has_fields.then_some(header) })
    }
}

struct TableReader {
    delimiter: Delimiter,
    header: Option<TableHeader>,
    cells: Cells,
    values: Vec<u8>,
    /// Lines of a row in which a quote is still open.
    open: Vec<Vec<u8>>,
    /// The number of the first of these lines.
    first: u64,
}

impl TableReader {
    fn line(&mut self, number: u64, text: &[u8], take: &mut impl FnMut(u64, FramedItem<'_>)) {
        if self.open.is_empty() {
            if self.cells.split(text, self.delimiter) {
                self.row(number, text, take);
            } else {
                self.first = number;
                self.open.push(text.to_vec());
            }
            return;
        }
        self.open.push(text.to_vec());
        let row = self.open.join(&b'\n');
        if row.len() <= MAX_LINE && self.cells.split(&row, self.delimiter) {
            self.open.clear();
            self.row(self.first, &row, take);
        } else if row.len() > MAX_LINE || self.open.len() >= MAX_LINES {
            self.drop_row(take);
        }
    }

    /// Gives up the row, because its quote is never closed. The lines after its first one may be rows of their own.
    fn drop_row(&mut self, take: &mut impl FnMut(u64, FramedItem<'_>)) {
        let lines = std::mem::take(&mut self.open);
        let first = self.first;
        take(
            first,
            FramedItem::Bad(DefectKind::BadValue, "expected a quote at the end of a quoted cell".to_owned()),
        );
        for (line, number) in lines.iter().skip(1).zip(first + 1..) {
            self.line(number, line, take);
        }
    }

    fn drop_rows(&mut self, take: &mut impl FnMut(u64, FramedItem<'_>)) {
        while !self.open.is_empty() {
            self.drop_row(take);
        }
    }

    fn row(&mut self, number: u64, text: &[u8], take: &mut impl FnMut(u64, FramedItem<'_>)) {
        let text = text.trim_ascii();
        if text.is_empty() || text.starts_with(b"#") {
            return;
        }
        if let Some(mut header) = TableHeader::of(&self.cells, self.delimiter) {
            if let Some(header) = header.header.take() {
                take(number, FramedItem::Names(header));
            }
            self.header = Some(header);
            return;
        }
        let Some(header) = &self.header else {
            return self.row_without_header(number, take);
        };
        let message = header.message.and_then(|at| self.cells.get(at)).map(<[u8]>::trim_ascii);
        if !header.has_fields {
            return match message {
                Some(b"") => {}
                Some(message) => take(number, FramedItem::Record(header.source_format, message)),
                None => {
                    let (expected, found) = (header.message.unwrap_or_default() + 1, self.cells.count());
                    let message = format!("expected at least {expected} cells, found {found}");
                    take(number, FramedItem::Bad(DefectKind::WrongFieldCount, message));
                }
            };
        }
        values_of(&self.cells, &mut self.values);
        take(
            number,
            FramedItem::Row {
                source_format: header.source_format,
                values: &self.values,
                shown: message.unwrap_or(text),
            },
        );
    }

    /// Passes on the cells as the text of a record. The order of its fields is determined as for lines without a header.
    fn row_without_header(&mut self, number: u64, take: &mut impl FnMut(u64, FramedItem<'_>)) {
        if !is_record(&self.cells) {
            return take(number, FramedItem::Foreign("expected column names, found other cells".to_owned()));
        }
        values_of(&self.cells, &mut self.values);
        take(number, FramedItem::Record(self.delimiter.source_format(), &self.values));
    }
}

/// Joins the cells as the values of a record.
fn values_of(cells: &Cells, values: &mut Vec<u8>) {
    values.clear();
    cells.iter().for_each(|cell| push_value(values, cell));
}

/// Whether the cells are the values of a record, not a record in one cell.
fn is_record(cells: &Cells) -> bool {
    let has_blank = |cell: &[u8]| cell.trim_ascii().contains(&b' ');
    cells.count() >= FEWEST_CELLS
        && cells.iter().any(|cell| is_record_word(cell.trim_ascii()))
        && !cells.iter().any(|cell| has_blank(cell) && nested::is_record(cell))
}

#[cfg(test)]
mod tests;
