//! Records as text: header-driven, any order of fields, any subset.
//!
//! A header line sets the columns, also in the middle of a file (after `cat`). Without one, [`order`](super::order) finds
//! the order of the fields. Runs of blanks part fields once; a line end may be CRLF; `#` lines, empty lines and a byte
//! order mark are passed over, and times before records taken off. Every other line is a record or a counted defect.

use std::io;

use super::envelope::{Item, stamp};
use super::header::{Columns, HeaderLine, read_header};
use super::lines::{LONGEST_LINE, Line};
use super::options::ReadOptions;
use super::order::Orders;
use super::record::{BadValue, Layout};
use super::sink::Sink;
use super::tokens::{MOST_TOKENS, Tokens};
use super::wrapping::{ColumnsBy, Wrapping};
use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::source::{RowRef, SourceId};

/// What editors of Windows put before UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The file a reader reads, and where its defects go.
pub(super) struct FileContext<'a> {
    pub(super) name: &'a str,
    pub(super) source: SourceId,
    pub(super) defects: &'a mut Defects,
}

impl FileContext<'_> {
    pub(super) fn defect(&mut self, kind: DefectKind, line: Option<u64>, says: impl FnOnce() -> String) {
        let file = self.name;
        self.defects.record(kind, || Place { file: file.to_owned(), line, text: says() });
    }
}

/// How the lines of the file are to be read, as far as is known by now.
enum Mode {
    /// No line has told yet.
    Unknown,
    /// Records of this layout.
    Records(Box<Order>),
    /// Records that lack required fields.
    Incomplete(Vec<&'static str>),
    /// Transit gateway records.
    TransitGateway,
}

/// An order of fields, and how it was known.
struct Order {
    layout: Layout,
    columns: Columns,
    by: ColumnsBy,
}

/// Takes the lines of one file in, in their order.
pub(super) struct TextReader<'a> {
    mode: Mode,
    orders: Orders<'a>,
    tokens: Tokens,
    /// Lines that were a record or a defect.
    n_lines: u64,
    has_header: bool,
    /// How the first record's order of fields was known.
    columns_by: Option<ColumnsBy>,
    /// The wrapping of the first record that has one.
    wrapping: Option<Wrapping>,
    /// The first line that looked like nothing this tool reads.
    prose: Option<(u64, String)>,
    /// Items that were never meant to be records: how many, and the first.
    foreign: Option<(u64, u64, String)>,
}

impl<'a> TextReader<'a> {
    pub(super) fn new(options: &'a ReadOptions, file: &FileContext<'_>) -> Self {
        Self {
            mode: Mode::Unknown,
            orders: Orders::new(&options.formats, file.name),
            tokens: Tokens::new(),
            n_lines: 0,
            has_header: false,
            columns_by: None,
            wrapping: None,
            prose: None,
            foreign: None,
        }
    }

    /// Takes one line of a file of lines.
    pub(super) fn line<S: Sink>(
        &mut self,
        number: u64,
        line: Line<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        match line {
            Line::Text(text) if number == 1 => {
                self.text(number, text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text), file, sink);
            }
            Line::Text(text) => self.text(number, text, file, sink),
            Line::TooLong => self.defect(number, file, DefectKind::LineTooLong, || {
                format!("expected a record, found more than {LONGEST_LINE} bytes without a line end")
            }),
        }
    }

    /// Takes one piece of an envelope.
    pub(super) fn item<S: Sink>(
        &mut self,
        number: u64,
        item: Item<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        match item {
            Item::Names(HeaderLine::Flow(columns)) => {
                self.has_header = true;
                self.set_columns(number, *columns, ColumnsBy::Names, file, sink);
            }
            Item::Names(HeaderLine::TransitGateway) => self.mode = Mode::TransitGateway,
            Item::Names(HeaderLine::No) => {}
            Item::Record(wrapping, text) => {
                self.wrapping.get_or_insert(wrapping);
                self.text(number, text, file, sink);
            }
            Item::Row { wrapping, values, .. } => {
                self.wrapping.get_or_insert(wrapping);
                self.row(number, values, file, sink);
            }
            Item::Bad(kind, says) => self.defect(number, file, kind, || says),
            Item::Foreign(says) => self.foreign.get_or_insert((0, number, says)).0 += 1,
        }
    }

    fn text<S: Sink>(&mut self, number: u64, text: &[u8], file: &mut FileContext<'_>, sink: &mut S) {
        self.tokens.split(text);
        if let Mode::Records(order) = &self.mode
            && order.layout.count() == self.tokens.count()
        {
            let row = RowRef { source: file.source, line: number };
            match order.layout.read(text, &self.tokens, row, sink) {
                Ok(()) => self.n_lines += 1,
                Err(bad) => self.bad_line(number, text, bad, file, sink),
            }
            return;
        }
        self.odd_line(number, text, file, sink);
    }

    /// A line of the right number of fields that holds what it cannot: a header, or a record of another format.
    #[cold]
    fn bad_line<S: Sink>(
        &mut self,
        number: u64,
        text: &[u8],
        bad: BadValue,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        if !self.header(number, text, file, sink) && !self.reorder(number, text, file, sink) {
            self.defect(number, file, DefectKind::BadValue, || bad.says());
        }
    }

    /// A line that is no record of the layout known so far.
    fn odd_line<S: Sink>(&mut self, number: u64, text: &[u8], file: &mut FileContext<'_>, sink: &mut S) {
        if self.tokens.count() == 0
            || self.tokens.get(text, 0).starts_with(b"#")
            || self.header(number, text, file, sink)
        {
            return;
        }
        if self.tokens.get(text, 1) == b"TransitGateway" {
            return self.transit_gateway(number, file);
        }
        if let Some(length) = self.comment_start(text) {
            return self.text(number, &text[..length], file, sink);
        }
        if let Some(stamped) = stamp::read(text.trim_ascii_start()) {
            self.wrapping.get_or_insert(stamped.wrapping);
            return self.text(number, stamped.record, file, sink);
        }
        if matches!(self.mode, Mode::Unknown | Mode::Records(_)) && self.reorder(number, text, file, sink) {
            return;
        }
        match &self.mode {
            Mode::Unknown => self.unknown_line(number, text, file),
            Mode::Records(order) => {
                let (expected, found) = (order.layout.count(), self.tokens.count());
                self.defect(number, file, DefectKind::WrongFieldCount, || {
                    format!("expected {expected} fields, found {found}")
                });
            }
            Mode::Incomplete(_) => self.incomplete(number, file),
            Mode::TransitGateway => self.transit_gateway(number, file),
        }
    }

    /// Reads the line in another order of fields than the one known so far, unless a header set that one.
    fn reorder<S: Sink>(
        &mut self,
        number: u64,
        text: &[u8],
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) -> bool {
        let known = match &self.mode {
            Mode::Records(order) if order.by == ColumnsBy::Names => return false,
            Mode::Records(order) => Some(&order.columns),
            _ => None,
        };
        let Some((columns, by)) = self.orders.find(text, &self.tokens, known) else { return false };
        self.set_columns(number, columns, by, file, sink);
        self.record(number, text, file, sink);
        true
    }

    /// Values under names.
    fn row<S: Sink>(&mut self, number: u64, values: &[u8], file: &mut FileContext<'_>, sink: &mut S) {
        self.tokens.split(values);
        self.record(number, values, file, sink);
    }

    /// A record, of the order known by now and no other.
    fn record<S: Sink>(&mut self, number: u64, text: &[u8], file: &mut FileContext<'_>, sink: &mut S) {
        let order = match &self.mode {
            Mode::Records(order) => order,
            Mode::Incomplete(_) => return self.incomplete(number, file),
            Mode::TransitGateway => return self.transit_gateway(number, file),
            Mode::Unknown => return,
        };
        let (expected, found) = (order.layout.count(), self.tokens.count());
        if expected != found {
            return self.defect(number, file, DefectKind::WrongFieldCount, || {
                format!("expected {expected} fields, found {found}")
            });
        }
        let row = RowRef { source: file.source, line: number };
        match order.layout.read(text, &self.tokens, row, sink) {
            Ok(()) => self.n_lines += 1,
            Err(bad) => self.defect(number, file, DefectKind::BadValue, || bad.says()),
        }
    }

    fn incomplete(&mut self, number: u64, file: &mut FileContext<'_>) {
        let Mode::Incomplete(missing) = &self.mode else { return };
        let says = format!("the header lacks `{}`: a flow cannot be told without", missing.join("`, `"));
        self.defect(number, file, DefectKind::MissingFields, || says);
    }

    fn transit_gateway(&mut self, number: u64, file: &mut FileContext<'_>) {
        self.defect(number, file, DefectKind::TransitGatewayRecord, || {
            "a transit gateway record is set aside".to_owned()
        });
    }

    fn defect(
        &mut self,
        number: u64,
        file: &mut FileContext<'_>,
        kind: DefectKind,
        says: impl FnOnce() -> String,
    ) {
        self.n_lines += 1;
        file.defect(kind, Some(number), says);
    }

    /// Takes the line as a header if it is one.
    fn header<S: Sink>(
        &mut self,
        number: u64,
        text: &[u8],
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) -> bool {
        let most = self.tokens.count().min(MOST_TOKENS);
        let tokens: Vec<&[u8]> = (0..most).map(|index| self.tokens.get(text, index)).collect();
        match read_header(&tokens) {
            HeaderLine::No => return false,
            HeaderLine::TransitGateway => self.mode = Mode::TransitGateway,
            HeaderLine::Flow(columns) => self.set_columns(number, *columns, ColumnsBy::Names, file, sink),
        }
        self.has_header = true;
        true
    }

    fn set_columns<S: Sink>(
        &mut self,
        number: u64,
        columns: Columns,
        by: ColumnsBy,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        sink.columns(&columns.fields(), &columns.unknown);
        if !columns.unknown.is_empty() {
            file.defect(DefectKind::UnknownFields, Some(number), || {
                format!("`{}`: not a field of versions 2 to 11; left aside", columns.unknown.join("`, `"))
            });
        }
        self.columns_by.get_or_insert(by);
        self.mode = match Layout::new(columns.clone()) {
            Ok(layout) => Mode::Records(Box::new(Order { layout, columns, by })),
            Err(missing) => Mode::Incomplete(missing),
        };
    }

    /// Where a trailing `#comment`, as in AWS's own examples, begins.
    fn comment_start(&self, text: &[u8]) -> Option<usize> {
        let position = memchr::memmem::find(text, b" #")?;
        (position > 0 && matches!(self.mode, Mode::Records(_))).then_some(position)
    }

    fn unknown_line(&mut self, number: u64, text: &[u8], file: &mut FileContext<'_>) {
        let tokens = || (0..self.tokens.count().min(MOST_TOKENS)).map(|index| self.tokens.get(text, index));
        let looks_like_record = tokens().any(|token| {
            token.starts_with(b"eni-") || matches!(token, b"ACCEPT" | b"REJECT" | b"NODATA" | b"SKIPDATA")
        });
        if looks_like_record {
            let found = self.tokens.count();
            let expected = match self.orders.n_given() {
                Some(given) => format!("the {given} fields of `--log-format`"),
                None => "a header line or a common format".to_owned(),
            };
            let hint = "; `--log-format '${a} ${b}'` names the fields in their order";
            self.defect(number, file, DefectKind::UnknownFieldOrder, || {
                format!("expected {expected}, found {found} fields{hint}")
            });
        } else if self.prose.is_none() {
            let start = String::from_utf8_lossy(&text[..text.len().min(60)]).into_owned();
            self.prose = Some((number, start));
        }
    }

    /// Tells what only the end of a file shows; gives what held its records, if that is known, and how their fields were.
    pub(super) fn finish(
        mut self,
        file: &mut FileContext<'_>,
        outcome: Result<(), (u64, io::Error)>,
    ) -> (Option<Wrapping>, Option<ColumnsBy>) {
        if let Err((line, error)) = &outcome {
            let kind = match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                    DefectKind::DamagedCompression
                }
                _ => DefectKind::UnreadableFile,
            };
            file.defect(kind, Some(*line), || format!("{error}; the lines before were used"));
        }
        let is_strange = self.foreigners(file);
        match self.prose {
            Some((line, start)) => file.defect(DefectKind::UnrecognisedFile, Some(line), || {
                format!("expected flow-log records, found `{start}`")
            }),
            None if self.n_lines == 0 && outcome.is_ok() && !is_strange => {
                let found = if self.has_header { "a header alone" } else { "nothing" };
                file.defect(DefectKind::EmptyFile, None, || {
                    format!("expected flow-log records, found {found}")
                });
            }
            None => {}
        }
        let of_lines = match self.columns_by {
            _ if self.has_header => Some(Wrapping::S3Text),
            Some(_) => Some(Wrapping::Records),
            None => None,
        };
        (self.wrapping.or(of_lines), self.columns_by)
    }

    /// Things that are no records: a file of nothing else is not meant to be read, others are counted.
    fn foreigners(&mut self, file: &mut FileContext<'_>) -> bool {
        let Some((n_foreign, first, says)) = self.foreign.take() else { return false };
        if self.n_lines == 0 {
            file.defect(DefectKind::UnrecognisedFile, None, || says);
            return true;
        }
        for _ in 0..n_foreign {
            file.defect(DefectKind::BadItem, Some(first), || says.clone());
        }
        true
    }
}
