//! Lines that are no record in the current field order: headers, prefixes, other orders, transit gateway records, defects.

use super::TextReader;
use super::mode::Mode;
use crate::ingest::defects::{FileContext, Remains};
use crate::ingest::file_kind::FieldOrderSource;
use crate::ingest::framing::timestamp_prefix;
use crate::ingest::schema::fields::Fields;
use crate::ingest::schema::header::{HeaderLine, read_header};
use crate::ingest::schema::remains;
use crate::ingest::schema::value::BadValue;
use crate::ingest::sink::Sink;
use crate::model::defect::DefectKind;
use crate::model::field::Field;
use crate::model::source::RowRef;

/// The limit for the names in a header; real headers have fewer.
const MAX_NAMES: usize = 96;

impl TextReader<'_> {
    /// Handles a line with the right number of fields and an invalid value: it is a header, a record of another format,
    /// or a defect.
    #[cold]
    pub(super) fn invalid_line<S: Sink>(
        &mut self,
        number: u64,
        line: Fields<'_>,
        bad: BadValue,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        if !self.header(number, header_of(line), file, sink) && !self.reorder(number, line, file, sink) {
            self.damaged_record(number, line, bad, file, sink);
        }
    }

    /// Reads a record of the current field order that has an invalid value. The record stays if only values are invalid
    /// that a record may lack.
    #[cold]
    pub(super) fn damaged_record<S: Sink>(
        &mut self,
        number: u64,
        line: Fields<'_>,
        bad: BadValue,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        self.n_lines += 1;
        let Mode::Records(order) = &self.mode else {
            file.discard(number, Remains::default(), sink);
            return file.defect(DefectKind::BadValue, Some(number), || bad.message());
        };
        match order.layout.read_lenient(line, RowRef { source: file.source, line: number }, sink) {
            Ok(missing) => {
                // Without its interface, the record is used for no interface.
                if missing.iter().any(|bad| bad.field() == Field::InterfaceId) {
                    file.discard(number, order.layout.remains(line), sink);
                }
                for bad in &missing {
                    file.defect(DefectKind::BadValue, Some(number), || bad.message_of_optional());
                }
            }
            Err(bad) => {
                file.discard(number, order.layout.remains(line), sink);
                file.defect(DefectKind::BadValue, Some(number), || bad.message());
            }
        }
    }

    /// Handles a line that is not a record in the current layout.
    #[cold]
    pub(super) fn irregular_line<S: Sink>(
        &mut self,
        number: u64,
        line: Fields<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        if line.count() == 0
            || line.get(0).starts_with(b"#")
            || self.header(number, header_of(line), file, sink)
        {
            return;
        }
        if line.get(1) == b"TransitGateway" {
            return self.transit_gateway(number, file);
        }
        let text = line.line();
        if let Some(length) = self.comment_start(text) {
            return self.text(number, &text[..length], file, sink);
        }
        if let Some(prefixed) = timestamp_prefix::read(text) {
            self.source_format.get_or_insert(prefixed.source_format);
            return self.text(number, prefixed.record, file, sink);
        }
        if matches!(self.mode, Mode::Unknown | Mode::Records(_)) && self.reorder(number, line, file, sink) {
            return;
        }
        match &self.mode {
            Mode::Unknown => self.unknown_line(number, line, file, sink),
            Mode::Records(order) => {
                let expected = order.layout.count();
                self.wrong_field_count(number, expected, line, file, sink);
            }
            Mode::Incomplete(..) => self.incomplete(number, line, file, sink),
            Mode::TransitGateway => self.transit_gateway(number, file),
        }
    }

    pub(super) fn wrong_field_count<S: Sink>(
        &mut self,
        number: u64,
        expected: usize,
        line: Fields<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        self.report_tiny(file, sink);
        file.discard(number, remains::of_values(line), sink);
        self.defect(number, file, DefectKind::WrongFieldCount, || {
            format!("expected {expected} fields, found {}", line.count())
        });
    }

    pub(super) fn incomplete<S: Sink>(
        &mut self,
        number: u64,
        line: Fields<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        let Mode::Incomplete(missing, by, columns) = &self.mode else { return };
        let remains = if columns.count == line.count() {
            remains::of_columns(line, columns)
        } else {
            remains::of_values(line)
        };
        file.discard(number, remains, sink);
        let names = match by {
            FieldOrderSource::LogFormat => "`--log-format`",
            FieldOrderSource::DescribeFlowLogs => "the `LogFormat` of the flow log",
            FieldOrderSource::Header | FieldOrderSource::DefaultFormat | FieldOrderSource::Inferred => {
                "the header"
            }
        };
        let message = format!("{names} lacks `{}`, which a flow must have", missing.join("`, `"));
        self.defect(number, file, DefectKind::MissingFields, || message);
    }

    pub(super) fn transit_gateway(&mut self, number: u64, file: &mut FileContext<'_>) {
        self.defect(number, file, DefectKind::TransitGatewayRecord, || {
            "transit gateway records are not read".to_owned()
        });
    }

    /// Takes the columns of a header. Returns false if the line is none.
    fn header<S: Sink>(
        &mut self,
        number: u64,
        header: HeaderLine,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) -> bool {
        match header {
            HeaderLine::No => return false,
            HeaderLine::TransitGateway => {
                self.report_tiny(file, sink);
                self.set_mode(Mode::TransitGateway);
            }
            HeaderLine::Flow(columns) => {
                self.set_columns(number, *columns, FieldOrderSource::Header, file, sink);
            }
        }
        self.has_header = true;
        true
    }

    /// The position of a trailing `#comment`, which occurs in AWS's own examples.
    fn comment_start(&self, text: &[u8]) -> Option<usize> {
        if !matches!(self.mode, Mode::Records(_)) {
            return None;
        }
        let position = memchr::memchr_iter(b'#', text).find(|&at| at > 0 && text[at - 1] == b' ')? - 1;
        (position > 0).then_some(position)
    }
}

/// The line as a header.
fn header_of(line: Fields<'_>) -> HeaderLine {
    let names: Vec<&[u8]> = line.iter().take(MAX_NAMES).collect();
    read_header(&names)
}
