//! `--output text` of the AWS CLI: a line an item, its values in the order of their keys, parted by tabs after a label.
//!
//! `EVENTS <eventId> <ingestionTime> <logStreamName> <message> <timestamp>` is a line of `filter-log-events`, and
//! `EVENTS <ingestionTime> <message> <timestamp>` one of `get-log-events`. Of `get-query-results` each value has a line,
//! `RESULTS <field> <value>`, and a row ends with `@ptr`, or where a field comes that it has already. Between them are lines
//! that hold no record: tokens, streams that were searched, a query's status.

use std::io::{self, Read};

use super::FramedItem;
use super::json::event::Events;
use super::json::pairs::{JsonValue, Pair};
use crate::ingest::file_kind::SourceFormat;
use crate::ingest::source::lines::{BYTE_ORDER_MARK, LONGEST_LINE, for_each_line};
use crate::model::defect::DefectKind;

/// Lists beside the events, and what a row of them begins with.
const BESIDE: [&[u8]; 3] = [b"SEARCHEDLOGSTREAMS\t", b"STATISTICS\t", b"NEXTTOKEN\t"];
/// How a query may stand, with which the line of its status ends.
const STATUS: [&[u8]; 7] =
    [b"Complete", b"Running", b"Scheduled", b"Failed", b"Cancelled", b"Timeout", b"Unknown"];
/// Shorter than any token for the next page.
const SHORTEST_TOKEN: usize = 32;
/// The values of an event of `filter-log-events` before its message.
const BEFORE_MESSAGE: usize = 3;
/// More fields than a row of a query has.
const MOST_FIELDS: usize = 256;

/// What a line of such an output is.
#[derive(Debug, PartialEq, Eq)]
enum CliLine<'a> {
    /// An event, and its record.
    Event(SourceFormat, &'a [u8]),
    /// A field of a query's row, and its value.
    Result(&'a [u8], &'a [u8]),
    /// Nothing that could be a record.
    Beside,
    /// An event or a result that lacks its values.
    Cut,
    /// A line of another kind.
    Other,
}

/// Who printed this text, by its first two lines that are not empty; none if it was not printed this way.
pub(in crate::ingest) fn source_format_of(text: &[u8]) -> Option<SourceFormat> {
    let mut lines =
        text.split(|&byte| byte == b'\n').map(without_return).filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next()?;
    if let Some(source_format) = labelled(first) {
        return Some(source_format);
    }
    // A token or a status comes first where a page has one.
    (read(first) == CliLine::Beside).then(|| lines.next().and_then(labelled)).flatten()
}

/// Who prints a line that begins this way.
fn labelled(line: &[u8]) -> Option<SourceFormat> {
    match read(line) {
        CliLine::Event(source_format, _) => Some(source_format),
        CliLine::Result(..) => Some(SourceFormat::InsightsText),
        CliLine::Beside if line.starts_with(b"SEARCHEDLOGSTREAMS\t") => {
            Some(SourceFormat::FilterLogEventsText)
        }
        CliLine::Beside if line.starts_with(b"STATISTICS\t") => Some(SourceFormat::InsightsText),
        CliLine::Beside if is_both_tokens(line) => Some(SourceFormat::GetLogEventsText),
        CliLine::Beside | CliLine::Cut | CliLine::Other => None,
    }
}

/// The record of a line that is an event; no bytes for one that has a label and is none.
#[inline]
pub(super) fn record(line: &[u8]) -> Option<(SourceFormat, &[u8])> {
    if let Some(values) = line.strip_prefix(b"EVENTS\t") {
        return event(values);
    }
    let is_streams = line.starts_with(BESIDE[0]);
    is_streams.then_some((SourceFormat::FilterLogEventsText, b""))
}

fn read(line: &[u8]) -> CliLine<'_> {
    if let Some(values) = line.strip_prefix(b"EVENTS\t") {
        return event(values)
            .map_or(CliLine::Cut, |(source_format, record)| CliLine::Event(source_format, record));
    }
    if let Some(pair) = line.strip_prefix(b"RESULTS\t") {
        return split_at_tab(pair).map_or(CliLine::Cut, |(field, value)| CliLine::Result(field, value));
    }
    if BESIDE.iter().any(|label| line.starts_with(label)) || is_beside(line) {
        return CliLine::Beside;
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
    // A message with a line end of its own has its time on the next line.
    let end = memchr::memrchr(b'\t', message).filter(|&tab| is_number(&message[tab + 1..]));
    Some((source_format, &message[..end.unwrap_or(message.len())]))
}

/// What has no label and is no record either: a token, the status of a query, the time of an event that ended its line, or
/// nothing at all, which is printed as `None`.
fn is_beside(line: &[u8]) -> bool {
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
    let is_token = word.len() >= SHORTEST_TOKEN && word.iter().all(u8::is_ascii_graphic);
    is_time || is_token
}

/// `b/… f/…`: the tokens of both directions.
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

/// Hands over each event and row, with the number of its line: of a row the one with the message, else the first. Lines of
/// other kinds may be records by themselves, and count as `wrapping`. A read error comes back with its line.
pub(in crate::ingest) fn for_each_cli_item(
    reader: impl Read,
    source_format: SourceFormat,
    mut take: impl FnMut(u64, FramedItem<'_>),
) -> Result<(), (u64, io::Error)> {
    let mut row = ResultRow::default();
    let outcome = for_each_line(reader, |number, line| {
        let Some(text) = line.text() else {
            row.end(&mut take);
            let says = format!("expected an event, found more than {LONGEST_LINE} bytes without a line end");
            return take(number, FramedItem::Bad(DefectKind::LineTooLong, says));
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
            CliLine::Cut => {
                let says = "expected a label and its values, found too few".to_owned();
                take(number, FramedItem::Bad(DefectKind::WrongFieldCount, says));
            }
            CliLine::Beside | CliLine::Result(..) => {}
        }
    });
    row.end(&mut take);
    outcome
}

/// A row of a query, field by field.
#[derive(Default)]
struct ResultRow {
    events: Events,
    /// Fields and values so far.
    pairs: Vec<Pair<'static>>,
    number: u64,
}

impl ResultRow {
    fn push(&mut self, number: u64, field: &[u8], value: &[u8], take: &mut impl FnMut(u64, FramedItem<'_>)) {
        let field = String::from_utf8_lossy(field).into_owned();
        let is_there = self.pairs.iter().any(|(have, _)| *have == field);
        if is_there || self.pairs.len() >= MOST_FIELDS {
            self.end(take);
        }
        if self.pairs.is_empty() || field == "@message" {
            self.number = number;
        }
        // The pointer to the event is the last of its row.
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
                    FramedItem::Foreign("expected flow-log records, found other results of a query".into())
                }
                item => item.within(SourceFormat::InsightsText),
            };
            take(number, item);
        });
    }
}

/// A row as evidence shows it: its fields and values in their order, but for what only points to it.
fn shown(pairs: &[Pair<'_>]) -> Vec<u8> {
    let words = pairs.iter().filter(|(field, _)| field != "@ptr").map(|(field, value)| match value {
        JsonValue::Scalar(text) => format!("{field}={text}"),
        JsonValue::Null | JsonValue::Nested => field.to_string(),
    });
    words.collect::<Vec<_>>().join(" ").into_bytes()
}

#[cfg(test)]
mod tests;
