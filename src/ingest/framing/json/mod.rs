//! JSON: documents, arrays and lines of events or of rows, one after the other with or without anything between.
//!
//! Goes in: bytes. Comes out: an item for each event, numbered from 1 through the file. Memory is bounded by one event,
//! whatever a document's size; events within a payload in base64 are numbered with the others. Where a document is cut or broken, what came before was handed over, and reading goes on
//! with the next object that begins.

mod base64_payload;
pub(super) mod event;
pub(super) mod pairs;
mod parts;
mod payload_reader;
mod scan;
mod stream;

use std::io::{self, Read};

use self::base64_payload::payload_of;
use self::event::Events;
use self::parts::ScannedItem;
use self::payload_reader::{PayloadReader, Payloads};
use self::stream::{found_one, scan};
use super::FramedItem;

/// Hands over each event. A read error comes back with the number of the event in which it happened.
pub(in crate::ingest) fn for_each_event(
    mut reader: impl Read,
    mut take: impl FnMut(u64, FramedItem<'_>),
) -> Result<(), (u64, io::Error)> {
    let (mut events, mut payloads) = (Events::default(), Payloads::default());
    let mut number = 0;
    let outcome = scan(&mut reader, &mut Vec::new(), |found| {
        if let ScannedItem::PossiblePayload(_, event) = found
            && let Some((source_format, text)) = payload_of(event)
        {
            let payload =
                PayloadReader { source_format, number: &mut number, events: &mut events, take: &mut take };
            return payloads.read(&text, payload);
        }
        number += 1;
        found_one(found, &mut events, number, &mut take);
    });
    outcome.map_err(|error| (number + 1, error))
}

#[cfg(test)]
mod tests;
