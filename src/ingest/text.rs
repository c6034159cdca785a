//! Text flow logs: header-driven, any order of fields, any subset.
//!
//! A header line sets the columns, also in the middle of a file (after `cat`). Without one, 14 fields beginning with `2`
//! are the default format. Runs of blanks part fields once; a line end may be CRLF; `#` lines, empty lines and a byte
//! order mark are passed over. Every other line is a record or a counted defect.

use std::io::{self, Read};

use super::header::{Columns, HeaderLine, read_header};
use super::lines::{LONGEST_LINE, Line, for_each_line};
use super::record::Layout;
use super::sink::Sink;
use super::tokens::{MOST_TOKENS, Tokens};
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
    Records(Box<Layout>),
    /// Records that lack required fields.
    Incomplete(Vec<&'static str>),
    /// Transit gateway records.
    TransitGateway,
}

/// Reads all lines of a decompressed text file. A read error ends the file; what came before counts.
pub(super) fn read_text<S: Sink>(reader: impl Read, file: &mut FileContext<'_>, sink: &mut S) {
    let mut state =
        TextReader { mode: Mode::Unknown, tokens: Tokens::new(), n_lines: 0, has_header: false, prose: None };
    let outcome = for_each_line(reader, |number, line| state.line(number, line, file, sink));
    state.finish(file, outcome);
}

struct TextReader {
    mode: Mode,
    tokens: Tokens,
    /// Lines that were a record or a defect.
    n_lines: u64,
    has_header: bool,
    /// The first line that looked like nothing this tool reads.
    prose: Option<(u64, String)>,
}

impl TextReader {
    fn line<S: Sink>(&mut self, number: u64, line: Line<'_>, file: &mut FileContext<'_>, sink: &mut S) {
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

    fn text<S: Sink>(&mut self, number: u64, text: &[u8], file: &mut FileContext<'_>, sink: &mut S) {
        self.tokens.split(text);
        if let Mode::Records(layout) = &self.mode
            && layout.count() == self.tokens.count()
        {
            let row = RowRef { source: file.source, line: number };
            match layout.read(text, &self.tokens, row, sink) {
                Ok(()) => self.n_lines += 1,
                Err(bad) => {
                    if !self.header(number, text, file) {
                        self.defect(number, file, DefectKind::BadValue, || bad.says());
                    }
                }
            }
            return;
        }
        self.odd_line(number, text, file, sink);
    }

    /// A line that is no record of the layout known so far.
    fn odd_line<S: Sink>(&mut self, number: u64, text: &[u8], file: &mut FileContext<'_>, sink: &mut S) {
        if self.tokens.count() == 0
            || self.tokens.get(text, 0).starts_with(b"#")
            || self.header(number, text, file)
        {
            return;
        }
        if self.tokens.get(text, 1) == b"TransitGateway" {
            return self.transit_gateway(number, file);
        }
        if let Some(length) = self.comment_start(text) {
            return self.text(number, &text[..length], file, sink);
        }
        match &self.mode {
            Mode::Unknown if self.is_default_format(text) => {
                self.set_columns(number, Columns::default_format(), file);
                self.text(number, text, file, sink);
            }
            Mode::Unknown => self.unknown_line(number, text, file),
            Mode::Records(layout) => {
                let (expected, found) = (layout.count(), self.tokens.count());
                self.defect(number, file, DefectKind::WrongFieldCount, || {
                    format!("expected {expected} fields, found {found}")
                });
            }
            Mode::Incomplete(missing) => {
                let missing = missing.join("`, `");
                self.defect(number, file, DefectKind::MissingFields, || {
                    format!("the header lacks `{missing}`: a flow cannot be told without")
                });
            }
            Mode::TransitGateway => self.transit_gateway(number, file),
        }
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
    fn header(&mut self, number: u64, text: &[u8], file: &mut FileContext<'_>) -> bool {
        let most = self.tokens.count().min(MOST_TOKENS);
        let tokens: Vec<&[u8]> = (0..most).map(|index| self.tokens.get(text, index)).collect();
        match read_header(&tokens) {
            HeaderLine::No => return false,
            HeaderLine::TransitGateway => self.mode = Mode::TransitGateway,
            HeaderLine::Flow(columns) => self.set_columns(number, *columns, file),
        }
        self.has_header = true;
        true
    }

    fn set_columns(&mut self, number: u64, columns: Columns, file: &mut FileContext<'_>) {
        if !columns.unknown.is_empty() {
            file.defect(DefectKind::UnknownFields, Some(number), || {
                format!("`{}`: not a field of versions 2 to 11; left aside", columns.unknown.join("`, `"))
            });
        }
        self.mode = match Layout::new(columns) {
            Ok(layout) => Mode::Records(Box::new(layout)),
            Err(missing) => Mode::Incomplete(missing),
        };
    }

    fn is_default_format(&self, text: &[u8]) -> bool {
        self.tokens.count() == 14 && self.tokens.get(text, 0) == b"2"
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
            self.defect(number, file, DefectKind::UnknownFieldOrder, || {
                format!("expected a header line or the 14 fields of version 2, found {found} fields")
            });
        } else if self.prose.is_none() {
            let start = String::from_utf8_lossy(&text[..text.len().min(60)]).into_owned();
            self.prose = Some((number, start));
        }
    }

    fn finish(self, file: &mut FileContext<'_>, outcome: Result<(), (u64, io::Error)>) {
        if let Err((line, error)) = &outcome {
            let kind = match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                    DefectKind::DamagedCompression
                }
                _ => DefectKind::UnreadableFile,
            };
            file.defect(kind, Some(*line), || format!("{error}; the lines before were used"));
        }
        match self.prose {
            Some((line, start)) => file.defect(DefectKind::UnrecognisedFile, Some(line), || {
                format!("expected flow-log records, found `{start}`")
            }),
            None if self.n_lines == 0 && outcome.is_ok() => {
                let found = if self.has_header { "a header alone" } else { "nothing" };
                file.defect(DefectKind::EmptyFile, None, || {
                    format!("expected flow-log records, found {found}")
                });
            }
            None => {}
        }
    }
}
