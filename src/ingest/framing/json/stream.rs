//! A stream of JSON to the items of its events.

use std::io::{self, Read};

use super::event::Events;
use super::parts::{Found, LARGEST_EVENT, LARGEST_PAYLOAD};
use super::scan::Scanner;
use crate::ingest::framing::Item;
use crate::model::defect::DefectKind;

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;
/// Hands over what is found in a stream. The buffer is the caller's, who may have another stream to read after this one.
pub(super) fn scan(
    reader: &mut impl Read,
    buffer: &mut Vec<u8>,
    mut take: impl FnMut(Found<'_>),
) -> io::Result<()> {
    let mut scanner = Scanner::default();
    buffer.resize(CHUNK, 0);
    loop {
        let n_read = match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if n_read == 0 {
            scanner.end(&mut take);
            return Ok(());
        }
        scanner.feed(&buffer[..n_read], &mut take);
    }
}

pub(super) fn found_one(
    found: Found<'_>,
    events: &mut Events,
    number: u64,
    take: &mut impl FnMut(u64, Item<'_>),
) {
    match found {
        Found::Event(origin, text) | Found::Carrier(origin, text) => {
            events.read(origin, text, &mut |item| take(number, item));
        }
        Found::TooLarge => {
            let says = format!(
                "expected flow-log records, found JSON of more than {LARGEST_EVENT} bytes in one object; metadata goes to \
                 `--metadata`"
            );
            take(number, Item::Foreign(says));
        }
        Found::PayloadTooLarge => {
            let says = format!("expected a payload, found more than {LARGEST_PAYLOAD} bytes in one object");
            take(number, Item::Bad(DefectKind::BadItem, says));
        }
        Found::Stray(start) => {
            let start = String::from_utf8_lossy(&start).into_owned();
            take(number, Item::Bad(DefectKind::DamagedJson, format!("expected an event, found `{start}`")));
        }
        Found::Broken(says) => take(number, Item::Bad(DefectKind::DamagedJson, says.to_owned())),
    }
}
