//! JSON: documents, arrays and lines of events or of rows, one after the other with or without anything between.
//!
//! Goes in: bytes. Comes out: an item for each event, numbered from 1 through the file. Memory is bounded by one event,
//! whatever a document's size. Where a document is cut or broken, what came before was handed over, and reading goes on
//! with the next object that begins.

mod event;
mod pairs;
mod parts;
mod scan;

use std::io::{self, Read};

use self::event::Events;
use self::parts::Found;
use self::scan::Scanner;
use super::Item;
use crate::model::defect::DefectKind;

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;
/// The largest event: far more than the 256 KiB that CloudWatch Logs takes.
pub(super) const LARGEST_EVENT: usize = 1024 * 1024;

/// Hands over each event. A read error comes back with the number of the event in which it happened.
pub(in crate::ingest) fn for_each_event(
    mut reader: impl Read,
    mut take: impl FnMut(u64, Item<'_>),
) -> Result<(), (u64, io::Error)> {
    let mut events = Events::default();
    let mut scanner = Scanner::default();
    let mut buffer = vec![0; CHUNK];
    let mut number = 0;
    loop {
        let n_read = match reader.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err((number + 1, error)),
            Ok(n_read) => n_read,
        };
        let mut found = |found: Found<'_>| {
            number += 1;
            found_one(found, &mut events, number, &mut take);
        };
        if n_read == 0 {
            scanner.end(&mut found);
            return Ok(());
        }
        scanner.feed(&buffer[..n_read], &mut found);
    }
}

fn found_one(found: Found<'_>, events: &mut Events, number: u64, take: &mut impl FnMut(u64, Item<'_>)) {
    match found {
        Found::Event(origin, text) => events.read(origin, text, &mut |item| take(number, item)),
        Found::TooLarge => {
            let says = format!(
                "expected flow-log records, found JSON of more than {LARGEST_EVENT} bytes in one object; metadata goes to \
                 `--metadata`"
            );
            take(number, Item::Foreign(says));
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
