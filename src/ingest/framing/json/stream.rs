//! Turns a JSON stream into the items of its events.

use std::io::{self, Read};

use super::event::Events;
use super::parts::{LARGEST_EVENT, LARGEST_PAYLOAD, ScannedItem};
use super::scan::Scanner;
use crate::ingest::framing::FramedItem;
use crate::model::defect::DefectKind;

/// Bytes that are read at a time.
const CHUNK: usize = 256 * 1024;
/// Passes on the elements of a stream. The caller owns the buffer, because it may read another stream afterwards.
pub(super) fn scan(
    reader: &mut impl Read,
    buffer: &mut Vec<u8>,
    mut take: impl FnMut(ScannedItem<'_>),
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
    found: ScannedItem<'_>,
    events: &mut Events,
    number: u64,
    take: &mut impl FnMut(u64, FramedItem<'_>),
) {
    match found {
        ScannedItem::Event(origin, text) | ScannedItem::PossiblePayload(origin, text) => {
            events.read(origin, text, &mut |item| take(number, item));
        }
        ScannedItem::TooLarge => {
            let says = format!(
                "expected flow-log records, found JSON of more than {LARGEST_EVENT} bytes in one object; metadata goes to \
                 `--metadata`"
            );
            take(number, FramedItem::Foreign(says));
        }
        ScannedItem::PayloadTooLarge => {
            let says = format!("expected a payload, found more than {LARGEST_PAYLOAD} bytes in one object");
            take(number, FramedItem::Bad(DefectKind::BadItem, says));
        }
        ScannedItem::Stray(start) => {
            let start = String::from_utf8_lossy(&start).into_owned();
            take(
                number,
                FramedItem::Bad(DefectKind::DamagedJson, format!("expected an event, found `{start}`")),
            );
        }
        ScannedItem::Broken(says) => take(number, FramedItem::Bad(DefectKind::DamagedJson, says.to_owned())),
    }
}
