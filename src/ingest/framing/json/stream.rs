//! Turns a JSON stream into the items of its events.

use std::io::{self, Read};

use super::event::Events;
use super::parts::{MAX_EVENT, MAX_PAYLOAD, ScannedItem};
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

/// Passes on the items of an element. `number` is the number of the element, and afterwards that of its last record.
pub(super) fn pass_on(
    found: ScannedItem<'_>,
    events: &mut Events,
    number: &mut u64,
    take: &mut impl FnMut(u64, FramedItem<'_>),
) {
    match found {
        ScannedItem::Event(source, text) | ScannedItem::PossiblePayload(source, text) => {
            let mut has_record = false;
            events.read(source, text, &mut |item| {
                let is_record = item.shown().is_some();
                *number += u64::from(is_record && has_record);
                has_record |= is_record;
                take(*number, item);
            });
        }
        ScannedItem::TooLarge => {
            let message = format!(
                "expected flow-log records, found JSON of more than {MAX_EVENT} bytes in one object; \
                 pass metadata with `--metadata`"
            );
            take(*number, FramedItem::Foreign(message));
        }
        ScannedItem::PayloadTooLarge => {
            let message = format!("expected a payload, found more than {MAX_PAYLOAD} bytes in one object");
            take(*number, FramedItem::Bad(DefectKind::BadItem, message));
        }
        ScannedItem::Stray(start) => {
            let start = String::from_utf8_lossy(&start).into_owned();
            take(
                *number,
                FramedItem::Bad(DefectKind::DamagedJson, format!("expected an event, found `{start}`")),
            );
        }
        ScannedItem::Broken(message) => {
            take(*number, FramedItem::Bad(DefectKind::DamagedJson, message.to_owned()));
        }
    }
}
