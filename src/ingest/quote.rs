//! The original text of the records that a report shows as evidence.
//!
//! The aggregate keeps the positions of records and not their text. The few records that a report shows are read again.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use rayon::prelude::*;

use super::framing::aws_cli_text::for_each_cli_item;
use super::framing::delimited::for_each_row;
use super::framing::detect::DetectedFormat;
use super::framing::json::for_each_event;
use super::framing::tab_joined::TabsToNewlines;
use super::framing::{FramedItem, timestamp_prefix};
use super::open::{OpenedContent, open};
use super::parquet::quote::quote_rows;
use super::source::files::LogFile;
use super::source::lines::BYTE_ORDER_MARK;
use super::source::lines::{TextLine, for_each_line};
use crate::model::source::{RowRef, SourceId};

/// The text of each requested record. A file that can no longer be read returns none.
#[must_use]
pub fn quote(files: &[LogFile], wanted: &BTreeSet<RowRef>) -> BTreeMap<RowRef, String> {
    let mut by_file: BTreeMap<SourceId, Vec<u64>> = BTreeMap::new();
    for row in wanted {
        by_file.entry(row.source).or_default().push(row.line);
    }
    let by_file: Vec<_> = by_file.into_iter().collect();
    let quotes = by_file.par_iter().flat_map_iter(|(source, lines)| {
        let file = files.get(source.0 as usize);
        let quotes = file.map(|file| quote_file(file, lines)).unwrap_or_default();
        quotes.into_iter().map(|(line, text)| (RowRef { source: *source, line }, text))
    });
    quotes.collect()
}

/// Quotes the records of one file. `lines` is sorted.
fn quote_file(file: &LogFile, lines: &[u64]) -> Vec<(u64, String)> {
    match open(file, &|_| {}).map(|opened| opened.inner) {
        Ok(OpenedContent::Text(content, reader)) => quote_text(content, reader, lines),
        Ok(OpenedContent::Parquet(content)) => quote_rows(&content, lines),
        _ => Vec::new(),
    }
}

fn quote_text(content: DetectedFormat, reader: impl Read, wanted: &[u64]) -> Vec<(u64, String)> {
    let done = Cell::new(false);
    let reader = UntilDone { inner: reader, done: &done };
    let mut quotes = Quotes { wanted, found: Vec::with_capacity(wanted.len()), done: &done };
    // A read error can be ignored: either it comes after the requested records, or the first run had the same error
    // there.
    let _ = match content {
        DetectedFormat::Delimited(delimiter) => {
            for_each_row(reader, delimiter, |number, item| quotes.item(number, &item))
        }
        DetectedFormat::Json => for_each_event(reader, |number, item| quotes.item(number, &item)),
        DetectedFormat::AwsCliText(source_format) => {
            for_each_cli_item(reader, source_format, |number, item| quotes.item(number, &item))
        }
        DetectedFormat::TabJoined => {
            for_each_line(TabsToNewlines(reader), |number, line| quotes.line(number, line))
        }
        _ => for_each_line(reader, |number, line| quotes.line(number, line)),
    };
    quotes.found.sort();
    quotes.found
}

/// The records that were found so far.
struct Quotes<'a> {
    /// The requested lines, sorted.
    wanted: &'a [u64],
    found: Vec<(u64, String)>,
    done: &'a Cell<bool>,
}

impl Quotes<'_> {
    fn line(&mut self, number: u64, line: TextLine<'_>) {
        if let Some(text) = line.text() {
            self.text(number, text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text));
        }
    }

    fn text(&mut self, number: u64, text: &[u8]) {
        if self.wanted.binary_search(&number).is_ok() {
            let record = timestamp_prefix::read(text).map_or(text, |prefixed| prefixed.record);
            self.found.push((number, String::from_utf8_lossy(record).trim().to_owned()));
        }
        self.done.set(self.wanted.last().is_none_or(|&last| number >= last));
    }

    fn item(&mut self, number: u64, item: &FramedItem<'_>) {
        if let Some(text) = item.shown() {
            self.text(number, text);
        }
    }
}

/// A reader that ends the stream after the last requested record.
struct UntilDone<'a, R> {
    inner: R,
    done: &'a Cell<bool>,
}

impl<R: Read> Read for UntilDone<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.done.get() { Ok(0) } else { self.inner.read(buffer) }
    }
}
