//! JSON: documents, arrays and lines of events or rows, in any sequence and with or without separators between them.
//!
//! Input: bytes. Output: one item per event, numbered from 1 through the file; events in a base64 payload are numbered
//! together with the others, and so are records below the top level of an event. Memory is bounded by the size of one event, however large a document is. If a document is
//! incomplete or invalid, the events before the error are used, and reading resumes with the next object.

mod base64_payload;
pub(super) mod event;
pub(super) mod nested;
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
use self::stream::{pass_on, scan};
use super::FramedItem;

/// Passes on each event. A read error is returned with the number of the event in which it happened.
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
        pass_on(found, &mut events, &mut number, &mut take);
    });
    outcome.map_err(|error| (number + 1, error))
}

#[cfg(test)]
mod tests;
