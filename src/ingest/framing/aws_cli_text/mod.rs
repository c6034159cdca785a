//! `--output text` of the AWS CLI: one line per item, with a label and then its values, separated by tabs and in the
//! order of their keys.
//!
//! `EVENTS <eventId> <ingestionTime> <logStreamName> <message> <timestamp>` is a line of `filter-log-events`, and
//! `EVENTS <ingestionTime> <message> <timestamp>` is a line of `get-log-events`. `get-query-results` prints one line
//! per value, `RESULTS <field> <value>`. A row ends with `@ptr`, or before a field that the row already has. Other
//! lines contain no record: tokens, searched streams, and the status of a query.

use std::io::{self, Read};

use super::FramedItem;
use super::json::event::Events;
use super::json::pairs::{JsonValue, Pair};
use crate::ingest::file_kind::SourceFormat;
use crate::ingest::source::lines::{BYTE_ORDER_MARK, MAX_LINE, for_each_line};
use crate::model::defect::DefectKind;

/// How lines of other lists begin, which are printed together with the events.
const OTHER_LABELS: [&[u8]; 3] = [b"SEARCHEDLOGSTREAMS\t", b"STATISTICS\t", b"NEXTTOKEN\t"];
/// The states of a query. A status line ends with one of them.
const STATUS: [&[u8]; 7] =
    [b"Complete", b"Running", b"Scheduled", b"Failed", b"Cancelled", b"Timeout", b"Unknown"];
/// Every token for the next page is at least this long.
const MIN_TOKEN: usize = 32;
/// The number of values before the message in an event of `filter-log-events`.
const BEFORE_MESSAGE: usize = 3;
/// The limit for the fields of a query's row; real rows have fewer.
const MAX_FIELDS: usize = 256;

/// One line of such an output.
#[derive(Debug, PartialEq, Eq)]
enum CliLine<'a> {
    /// An event: who printed it, and its record.
    Event(SourceFormat, &'a [u8]),
    /// A field of a query's row, and its value.
    Result(&'a [u8], &'a [u8]),
    /// A line that cannot be a record.
    NoRecord,
    /// An event or a result without its values.
    Incomplete,
    /// A line of another kind.
    Other,
}

/// The source format of this text, determined from its first two lines that are not empty; none if the AWS CLI did not
/// print it.
pub(in crate::ingest) fn source_format_of(text: &[u8]) -> Option<SourceFormat> {
    let mut lines =
        text.split(|&byte| byte == b'\n').map(without_return).filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next()?;
    if let Some(source_format) = format_of_line(first) {
        return Some(source_format);
    }
    // If a page has a token or a status, it comes first.
    (read(first) == CliLine::NoRecord).then(|| lines.next().and_then(format_of_line)).flatten()
}

/// The source format of a line that begins this way.
fn format_of_line(line: &[u8]) -> Option<SourceFormat> {
    match read(line) {
        CliLine::Event(source_format, _) => Some(source_format),
        CliLine::Result(..) => Some(SourceFormat::InsightsText),
        CliLine::NoRecord if line.starts_with(b"SEARCHEDLOGSTREAMS\t") => {
            Some(SourceFormat::FilterLogEventsText)
        }
        CliLine::NoRecord if line.starts_with(b"STATISTICS\t") => Some(SourceFormat::InsightsText),
        CliLine::NoRecord if is_both_tokens(line) => Some(SourceFormat::GetLogEventsText),
        CliLine::NoRecord | CliLine::Incomplete | CliLine::Other => None,
    }
}

/// The record of an event's line. It is empty for a line that has a label but is not an event.
#[inline]
pub(super) fn record(line: &[u8]) -> Option<(SourceFormat, &[u8])> {
    if let Some(values) = line.strip_prefix(b"EVENTS\t") {
        return event(values);
    }
    let is_streams = line.starts_with(OTHER_LABELS[0]);
    is_streams.then_some((SourceFormat::FilterLogEventsText, b""))
}

fn read(line: &[u8]) -> CliLine<'_> {
    if let Some(values) = line.strip_prefix(b"EVENTS\t") {
        return event(values)
            .map_or(CliLine::Incomplete, |(source_format, record)| CliLine::Event(source_format, record));
    }
    if let Some(pair) = line.strip_prefix(b"RESULTS\t") {
        return split_at_tab(pair)
            .map_or(CliLine::Incomplete, |(field, value)| CliLine::Result(field, value));
    }
    if OTHER_LABELS.iter().any(|label| line.starts_with(label)) || has_no_record(line) {
        return CliLine::NoRecord;
    }
    CliLine::Other
}

/// The message among the values of an event.
fn event(values: &[u8]) -> Option<(SourceFormat, &[u8])> {
    let mut tabs = memchr::memchr_iter(b'\t', values);
    let first = tabs.next()?;
    let (source_format, before) = match tabs.nth(BEFORE_MESSAGE - 2) {
        Some(third) => (SourceFormat::FilterLogEventsText, third),
        None => (SourceFormat::GetLogEventsText, first),
    };
    let message = &values[before + 1..];
    // If a message ends with a newline, the time of the event is on the next line.
    let end = memchr::memrchr(b'\t', message).filter(|&tab| is_number(&message[tab + 1..]));
    Some((source_format, &message[..end.unwrap_or(message.len())]))
}

/// Whether the line has no label and is not a record either: a token, the status of a query, the time of an event whose
/// message ended with a newline, or `None`, which stands for an empty output.
fn has_no_record(line: &[u8]) -> bool {
    let word = line.trim_ascii();
    if is_both_tokens(word) || word == b"None" {
        return true;
    }
    if let Some(last) = word.rsplit(|&byte| byte == b'\t').next()
        && STATUS.contains(&last)
    {
        return !word.contains(&b' ');
    }
    let is_time = line.starts_with(b"\t") && is_number(word);
    let is_token = word.len() >= MIN_TOKEN && word.iter().all(u8::is_ascii_graphic);
    is_time || is_token
}

/// Whether this is `b/… f/…`: the tokens of both directions.
fn is_both_tokens(line: &[u8]) -> bool {
    split_at_tab(line).is_some_and(|(back, forth)| back.starts_with(b"b/") && forth.starts_with(b"f/"))
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

fn split_at_tab(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let tab = memchr::memchr(b'\t', text)?;
    Some((&text[..tab], &text[tab + 1..]))
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Passes on each event and each row of a query, with the number of its line. A row has the number of the line with its
/// message, otherwise of its first line. Other lines may be records themselves and then have the format
/// `source_format`. A read error is returned with its line.
pub(in crate::ingest) fn for_each_cli_item(
    reader: impl Read,
    source_format: SourceFormat,
    mut take: impl FnMut(u64, FramedItem<'_>),
) -> Result<(), (u64, io::Error)> {
    let mut row = ResultRow::default();
    let outcome = for_each_line(reader, |number, line| {
        let Some(text) = line.text() else {
            row.end(&mut take);
            let message = format!("expected an event, found more than {MAX_LINE} bytes without a line end");
            return take(number, FramedItem::Bad(DefectKind::LineTooLong, message));
        };
        let text = without_return(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text));
        let read = read(text);
        if let CliLine::Result(field, value) = read {
            return row.push(number, field, value, &mut take);
        }
        row.end(&mut take);
        match read {
            CliLine::Event(source_format, record) => take(number, FramedItem::Record(source_format, record)),
            CliLine::Other => take(number, FramedItem::Record(source_format, text)),
            CliLine::Incomplete => {
                let message = "expected a label and its values, found too few".to_owned();
                take(number, FramedItem::Bad(DefectKind::WrongFieldCount, message));
            }
            CliLine::NoRecord | CliLine::Result(..) => {}
        }
    });
    row.end(&mut take);
    outcome
}

/// A row of a query, collected field by field.
#[derive(Default)]
struct ResultRow {
    events: Events,
    /// The fields and values so far.
    pairs: Vec<Pair<'static>>,
    number: u64,
}

impl ResultRow {
    fn push(&mut self, number: u64, field: &[u8], value: &[u8], take: &mut impl FnMut(u64, FramedItem<'_>)) {
        let field = String::from_utf8_lossy(field).into_owned();
        let is_there = self.pairs.iter().any(|(have, _)| *have == field);
        if is_there || self.pairs.len() >= MAX_FIELDS {
            self.end(take);
        }
        if self.pairs.is_empty() || field == "@message" {
            self.number = number;
        }
        // The pointer to the event is the last field of its row.
        let is_last = field == "@ptr";
        self.pairs
            .push((field.into(), JsonValue::Scalar(String::from_utf8_lossy(value).into_owned().into())));
        if is_last {
            self.end(take);
        }
    }

    fn end(&mut self, take: &mut impl FnMut(u64, FramedItem<'_>)) {
        if self.pairs.is_empty() {
            return;
        }
        let (pairs, number) = (std::mem::take(&mut self.pairs), self.number);
        self.events.result(&pairs, &shown(&pairs), &mut |item| {
            let item = match item {
                FramedItem::Foreign(_) => {
                    FramedItem::Foreign("expected flow-log records, found other query results".into())
                }
                item => item.within(SourceFormat::InsightsText),
            };
            take(number, item);
        });
    }
}

/// The row as evidence shows it: its fields and values in their order, without the pointer to the event.
fn shown(pairs: &[Pair<'_>]) -> Vec<u8> {
    let words = pairs.iter().filter(|(field, _)| field != "@ptr").map(|(field, value)| match value {
        JsonValue::Scalar(text) => format!("{field}={text}"),
        JsonValue::Null | JsonValue::Nested => field.to_string(),
    });
    words.collect::<Vec<_>>().join(" ").into_bytes()
}

#[cfg(test)]
mod tests;
