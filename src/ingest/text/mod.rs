//! Reads records from text with any order and any subset of fields.
//!
//! A header line sets the columns, also in the middle of a file (after `cat`). Without a header,
//! [`field_order`](crate::ingest::schema::field_order) determines the order of the fields. A run of blanks separates
//! fields once; a line end may be CRLF. Lines that begin with `#`, empty lines and a byte order mark are ignored, and
//! timestamps before records are removed. Every other line is a record or a counted defect.

mod batch;
mod ending;
mod field_order;
mod irregular;
mod layout;
pub(super) mod lines;
mod mode;
pub(super) mod parts;
mod read_batch;
mod separators;
pub(super) mod splitter;
mod tiny;
mod tiny_lines;

use std::sync::Arc;

use self::batch::BatchValues;
use self::lines::TextLines;
use self::mode::{FieldOrder, Mode};
use self::splitter::Splitter;
use self::tiny_lines::TinyLines;
use super::defects::{FileContext, Remains};
use super::file_kind::{FieldOrderSource, SourceFormat};
use super::framing::FramedItem;
use super::options::ReadOptions;
use super::prefilter::Prefilter;
use super::schema::field_order::FieldOrders;
use super::schema::fields::Fields;
use super::schema::header::HeaderLine;
use super::sink::Sink;
use super::source::lines::{BYTE_ORDER_MARK, MAX_LINE, TextLine};
use super::totals::Totals;
use crate::model::defect::DefectKind;
use crate::model::source::RowRef;

/// Reads the lines of one file in their order.
pub(super) struct TextReader<'a> {
    mode: Mode,
    /// The number of mode changes.
    n_mode_changes: u32,
    /// Earlier field orders of records without a header. Flow logs that share a stream alternate.
    earlier_orders: Vec<FieldOrder>,
    orders: FieldOrders<'a>,
    splitter: Option<Box<Splitter>>,
    batch: Option<Box<BatchValues>>,
    /// The prefilter for records that may be skipped; none if all records may matter.
    prefilter: Option<Arc<Prefilter>>,
    skipped: Totals,
    tiny: TinyLines,
    /// The number of lines that were a record or a defect.
    n_lines: u64,
    has_header: bool,
    /// How the field order of the first record was determined.
    field_order_source: Option<FieldOrderSource>,
    /// The source format of the first record that has one.
    source_format: Option<SourceFormat>,
    /// The first line that does not look like anything this tool reads.
    unrecognised_line: Option<(u64, String)>,
    /// The source format of test messages, which contain no records, if there were any.
    test_message_format: Option<SourceFormat>,
    /// Items that are not flow-log records: their number, and the position and description of the first.
    foreign: Option<(u64, u64, String)>,
}

impl<'a> TextReader<'a> {
    pub(super) fn new<S: Sink>(options: &'a ReadOptions, file: &FileContext<'_>, sink: &S) -> Self {
        Self {
            mode: Mode::Unknown,
            n_mode_changes: 0,
            earlier_orders: Vec::new(),
            orders: FieldOrders::new(&options.formats, file.name),
            splitter: None,
            batch: None,
            prefilter: sink.prefilter(),
            skipped: Totals::default(),
            tiny: TinyLines::default(),
            n_lines: 0,
            has_header: false,
            field_order_source: None,
            source_format: None,
            unrecognised_line: None,
            test_message_format: None,
            foreign: None,
        }
    }

    /// Reads lines of a line-based file. `number` is the number of the first one.
    pub(super) fn lines<S: Sink>(
        &mut self,
        number: u64,
        lines: TextLines<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        match lines {
            TextLines::One(line) => self.line(number, line, file, sink),
            TextLines::Batch(rows) => self.rows(number, rows, file, sink),
        }
    }

    /// Reads one line of a line-based file.
    pub(super) fn line<S: Sink>(
        &mut self,
        number: u64,
        line: TextLine<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        if let Some(text) = line.text() {
            if self.tiny_line(number, text) {
                return;
            }
            let mark = text.strip_prefix(BYTE_ORDER_MARK).filter(|_| number == 1);
            self.text(number, mark.unwrap_or(text), file, sink);
        } else {
            file.discard(number, Remains::default(), sink);
            self.defect(number, file, DefectKind::LineTooLong, || {
                format!("expected a record, found more than {MAX_LINE} bytes without a line end")
            });
        }
    }

    /// Notes that the file has other parts. This part may then have no record.
    pub(super) fn expect_more(&mut self) {
        self.n_lines += 1;
    }

    /// Reads one item of a source format.
    pub(super) fn item<S: Sink>(
        &mut self,
        number: u64,
        item: FramedItem<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        match item {
            FramedItem::Names(HeaderLine::Flow(columns)) => {
                self.has_header = true;
                self.set_columns(number, *columns, FieldOrderSource::Header, file, sink);
            }
            FramedItem::Names(HeaderLine::TransitGateway) => {
                self.report_tiny(file, sink);
                self.set_mode(Mode::TransitGateway);
            }
            FramedItem::Names(HeaderLine::No) => {}
            FramedItem::Record(source_format, text) => {
                self.source_format.get_or_insert(source_format);
                self.text(number, text, file, sink);
            }
            FramedItem::Row { source_format, values, .. } => {
                self.source_format.get_or_insert(source_format);
                self.row(number, values, file, sink);
            }
            FramedItem::Control(source_format) => self.test_message_format = Some(source_format),
            FramedItem::Bad(kind, message) => {
                file.discard(number, Remains::default(), sink);
                self.defect(number, file, kind, || message);
            }
            FramedItem::Foreign(message) => self.foreign.get_or_insert((0, number, message)).0 += 1,
        }
    }

    /// Reads one line whose fields are not known yet.
    fn text<S: Sink>(&mut self, number: u64, text: &[u8], file: &mut FileContext<'_>, sink: &mut S) {
        // A line inside a line needs a second splitter.
        let mut splitter = self.splitter.take().unwrap_or_default();
        self.split_line(number, splitter.split(text), file, sink);
        self.splitter = Some(splitter);
    }

    #[inline]
    fn split_line<S: Sink>(
        &mut self,
        number: u64,
        line: Fields<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        let Mode::Records(order) = &self.mode else { return self.irregular_line(number, line, file, sink) };
        if order.layout.count() != line.count() {
            return self.irregular_line(number, line, file, sink);
        }
        if let Some(prefilter) = &self.prefilter
            && order.layout.skips(line, prefilter, &mut self.skipped)
        {
            self.n_lines += 1;
            return;
        }
        match order.layout.read(line, RowRef { source: file.source, line: number }, sink) {
            Ok(()) => self.n_lines += 1,
            Err(bad) => self.invalid_line(number, line, bad, file, sink),
        }
    }

    /// Reads values whose names are known.
    fn row<S: Sink>(&mut self, number: u64, values: &[u8], file: &mut FileContext<'_>, sink: &mut S) {
        let mut splitter = self.splitter.take().unwrap_or_default();
        self.record(number, splitter.split(values), file, sink);
        self.splitter = Some(splitter);
    }

    /// Reads a record in the current field order only.
    fn record<S: Sink>(&mut self, number: u64, line: Fields<'_>, file: &mut FileContext<'_>, sink: &mut S) {
        let order = match &self.mode {
            Mode::Records(order) => order,
            Mode::Incomplete(..) => return self.incomplete(number, line, file, sink),
            Mode::TransitGateway => return self.transit_gateway(number, file),
            Mode::Unknown => return,
        };
        let expected = order.layout.count();
        if expected != line.count() {
            return self.wrong_field_count(number, expected, line, file, sink);
        }
        match order.layout.read(line, RowRef { source: file.source, line: number }, sink) {
            Ok(()) => self.n_lines += 1,
            Err(bad) => self.damaged_record(number, line, bad, file, sink),
        }
    }

    fn defect(
        &mut self,
        number: u64,
        file: &mut FileContext<'_>,
        kind: DefectKind,
        message: impl FnOnce() -> String,
    ) {
        self.n_lines += 1;
        file.defect(kind, Some(number), message);
    }
}
