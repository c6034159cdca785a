//! The records behind the evidence, word for word.
//!
//! The aggregate remembers where records stand, not what they say; the few that a report shows are read again.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use rayon::prelude::*;

use super::detect::{Decoded, decode};
use super::files::LogFile;
use super::lines::{Line, for_each_line};
use super::parquet::quote::quote_rows;
use super::text::BYTE_ORDER_MARK;
use crate::model::source::{RowRef, SourceId};

/// The text of each wanted record. A file that can no longer be read gives none.
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

/// `lines` is sorted.
fn quote_file(file: &LogFile, lines: &[u64]) -> Vec<(u64, String)> {
    match decode(file, &|_| {}) {
        Ok(Decoded::Text(reader)) => quote_lines(reader, lines),
        Ok(Decoded::Parquet(content)) => quote_rows(&content, lines),
        _ => Vec::new(),
    }
}

fn quote_lines(reader: impl Read, lines: &[u64]) -> Vec<(u64, String)> {
    let last = lines.last().copied().unwrap_or(0);
    let mut quotes = Vec::with_capacity(lines.len());
    let done = Cell::new(false);
    // A read error comes after the wanted lines, or the lines before it were all there ever was.
    let _ = for_each_line(UntilDone { inner: reader, done: &done }, |number, line| {
        if let Line::Text(text) = line
            && lines.binary_search(&number).is_ok()
        {
            let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
            quotes.push((number, String::from_utf8_lossy(text).trim().to_owned()));
        }
        done.set(number >= last);
    });
    quotes.sort();
    quotes
}

/// Ends the stream once everything wanted was seen.
struct UntilDone<'a, R> {
    inner: R,
    done: &'a Cell<bool>,
}

impl<R: Read> Read for UntilDone<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.done.get() { Ok(0) } else { self.inner.read(buffer) }
    }
}
