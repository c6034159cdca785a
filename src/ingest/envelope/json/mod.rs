//! JSON: documents, arrays and lines of events or of rows, one after the other with or without anything between.
//!
//! Goes in: bytes. Comes out: an item for each event, numbered from 1 through the file. Memory is bounded by one event,
//! whatever a document's size; events within a payload in base64 are numbered with the others. Where a document is cut or broken, what came before was handed over, and reading goes on
//! with the next object that begins.

mod carrier;
mod event;
mod pairs;
mod parts;
mod payload;
mod scan;

use std::io::{self, Read};

use self::carrier::payload_of;
pub(super) use self::event::Events;
pub(super) use self::pairs::{Pair, Value};
use self::parts::Found;
use self::payload::{Payloads, Taker};
use self::scan::Scanner;
use super::Item;
use crate::model::defect::DefectKind;

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;
/// The largest event: far more than the 256 KiB that CloudWatch Logs takes.
pub(super) const LARGEST_EVENT: usize = 1024 * 1024;
/// The largest event with a payload: a record of Kinesis may have 10 MiB, which are 14 in base64.
const LARGEST_PAYLOAD: usize = 16 * 1024 * 1024;

/// Hands over each event. A read error comes back with the number of the event in which it happened.
pub(in crate::ingest) fn for_each_event(
    mut reader: impl Read,
    mut take: impl FnMut(u64, Item<'_>),
) -> Result<(), (u64, io::Error)> {
    let (mut events, mut payloads) = (Events::default(), Payloads::default());
    let mut number = 0;
    let outcome = scan(&mut reader, &mut Vec::new(), |found| {
        if let Found::Carrier(_, event) = found
            && let Some((wrapping, text)) = payload_of(event)
        {
            let taker = Taker { wrapping, number: &mut number, events: &mut events, take: &mut take };
            return payloads.read(&text, taker);
        }
        number += 1;
        found_one(found, &mut events, number, &mut take);
    });
    outcome.map_err(|error| (number + 1, error))
}

/// Hands over what is found in a stream. The buffer is the caller's, who may have another stream to read after this one.
fn scan(reader: &mut impl Read, buffer: &mut Vec<u8>, mut take: impl FnMut(Found<'_>)) -> io::Result<()> {
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

fn found_one(found: Found<'_>, events: &mut Events, number: u64, take: &mut impl FnMut(u64, Item<'_>)) {
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

#[cfg(test)]
mod tests;
