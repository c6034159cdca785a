//! Reads the records in a base64 payload, which usually contains gzip and JSON.
//!
//! Everything is streamed except the base64 text itself, which is part of an event. If a payload is damaged, the
//! records before the damage are used, and the other payloads are not affected.

use std::io::{self, BufReader, Read};

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::read::DecoderReader;
use flate2::bufread::MultiGzDecoder;

use super::event::Events;
use super::stream::{pass_on, scan};
use crate::ingest::file_kind::{Compression, SourceFormat};
use crate::ingest::framing::FramedItem;
use crate::ingest::framing::detect::{DetectedFormat, detect_format};
use crate::ingest::source::lines::{MAX_LINE, for_each_line};
use crate::ingest::source::peek::peek;
use crate::model::compression::compression_of;
use crate::model::defect::DefectKind;

/// Base64 as AWS writes it. The padding may be missing, because some programs omit it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// The largest number of bytes that one byte of base64 may expand to, over all payloads of a file: several times more
/// than flow logs in JSON reach.
const MAX_RATIO: u64 = 200;
/// This many bytes are accepted at any ratio.
const ALWAYS_ACCEPTED: u64 = 256 << 20;

/// Reads the payloads of one file.
pub(super) struct Payloads {
    /// Bytes of base64 so far, and the bytes that they expanded to.
    bytes_in: u64,
    bytes_out: u64,
    always_accepted: u64,
    buffer: Vec<u8>,
}

impl Default for Payloads {
    fn default() -> Self {
        Self { bytes_in: 0, bytes_out: 0, always_accepted: ALWAYS_ACCEPTED, buffer: Vec::new() }
    }
}

/// Receives the items of a payload.
pub(super) struct PayloadReader<'a, T> {
    /// The source format that contains the payload.
    pub(super) source_format: SourceFormat,
    /// The number of events so far. Events of a payload are numbered together with the others.
    pub(super) number: &'a mut u64,
    pub(super) events: &'a mut Events,
    pub(super) take: &'a mut T,
}

impl<T: FnMut(u64, FramedItem<'_>)> PayloadReader<'_, T> {
    /// Passes on the next item, with a number of its own.
    fn next(&mut self, item: FramedItem<'_>) {
        *self.number += 1;
        (self.take)(*self.number, item.within(self.source_format));
    }

    fn bad(&mut self, kind: DefectKind, message: String) {
        self.next(FramedItem::Bad(kind, message));
    }
}

impl Payloads {
    /// Passes on the items of a payload.
    pub(super) fn read(&mut self, text: &str, mut taker: PayloadReader<'_, impl FnMut(u64, FramedItem<'_>)>) {
        self.bytes_in += text.len() as u64;
        let most = self.always_accepted.max(self.bytes_in.saturating_mul(MAX_RATIO));
        let (head, plain) = peek(DecoderReader::new(text.as_bytes(), &BASE64));
        let outcome = if compression_of(&head) == Some(Compression::Gzip) {
            let inner = MultiGzDecoder::new(BufReader::new(plain));
            let (head, inner) = peek(Metered { inner, bytes_out: &mut self.bytes_out, most });
            content(&head, inner, &mut self.buffer, &mut taker)
        } else {
            content(&head, plain, &mut self.buffer, &mut taker)
        };
        if let Err(error) = outcome {
            let message = format!(
                "expected gzip or records in base64, found: {error}; the records before it were used"
            );
            taker.bad(DefectKind::DamagedCompression, message);
        }
    }
}

/// Reads the content of base64 and gzip. A payload inside a payload is not read.
fn content(
    head: &[u8],
    mut reader: impl Read,
    buffer: &mut Vec<u8>,
    taker: &mut PayloadReader<'_, impl FnMut(u64, FramedItem<'_>)>,
) -> io::Result<()> {
    match detect_format(head) {
        DetectedFormat::Json => scan(&mut reader, buffer, |found| {
            *taker.number += 1;
            let (source_format, take) = (taker.source_format, &mut taker.take);
            pass_on(found, taker.events, taker.number, &mut |number, item: FramedItem<'_>| {
                take(number, item.within(source_format));
            });
        }),
        DetectedFormat::Lines | DetectedFormat::TabJoined | DetectedFormat::TimestampPrefix(_) => {
            lines(&mut reader, taker)
        }
        DetectedFormat::Other(_)
        | DetectedFormat::Parquet
        | DetectedFormat::Delimited(_)
        | DetectedFormat::AwsCliText(_)
        | DetectedFormat::PermissionCheck => {
            taker
                .bad(DefectKind::BadItem, "expected records or JSON in base64, found other bytes".to_owned());
            Ok(())
        }
    }
}

/// Reads records as lines. The last line needs no line end.
fn lines(
    reader: &mut impl Read,
    taker: &mut PayloadReader<'_, impl FnMut(u64, FramedItem<'_>)>,
) -> io::Result<()> {
    let mut has_any = false;
    let outcome = for_each_line(reader, |_, line| {
        has_any = true;
        match line.text() {
            Some(text) if text.trim_ascii().is_empty() => {}
            Some(text) => taker.next(FramedItem::Record(taker.source_format, text)),
            None => {
                let message =
                    format!("expected a record, found more than {MAX_LINE} bytes without a line end");
                taker.bad(DefectKind::LineTooLong, message);
            }
        }
    });
    outcome.map_err(|(_, error)| error)?;
    if !has_any {
        taker.bad(DefectKind::BadItem, "expected a payload in base64, found nothing".to_owned());
    }
    Ok(())
}

/// A reader that ends with an error if the payloads of the file expand to too many bytes in total.
struct Metered<'a, R> {
    inner: R,
    bytes_out: &'a mut u64,
    most: u64,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if *self.bytes_out > self.most {
            let message = format!(
                "the payloads expand to more than {MAX_RATIO} times their size, which no flow log does"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let length = self.inner.read(buffer)?;
        *self.bytes_out += length as u64;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;

    use super::*;

    /// The items of payloads, one per line, with `always` bytes accepted at any ratio.
    fn items(payloads: &[&[u8]], always_accepted: u64) -> Vec<String> {
        let (mut items, mut number, mut events) = (Vec::new(), 0, Events::default());
        let mut reading = Payloads { always_accepted, ..Payloads::default() };
        for payload in payloads {
            let mut take = |number: u64, item: FramedItem<'_>| {
                items.push(match item {
                    FramedItem::Bad(kind, message) => format!("{number} {}: {message}", kind.name()),
                    item => format!("{number} {item:?}"),
                });
            };
            let source_format = SourceFormat::LambdaEvent;
            let taker =
                PayloadReader { source_format, number: &mut number, events: &mut events, take: &mut take };
            reading.read(&BASE64.encode(payload), taker);
        }
        items
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut encoder = flate2::read::GzEncoder::new(bytes, flate2::Compression::best());
        encoder.read_to_end(&mut packed).unwrap();
        packed
    }

    #[test]
    fn payloads_that_expand_too_much_are_rejected() {
        let (bomb, record) = (gzip(&vec![b'\n'; 1 << 20]), gzip(b"2 1"));
        assert_eq!(items(&[&bomb, &bomb], 2 << 20), [""; 0]);
        let items = items(&[&bomb, &bomb, &record, b"2 1"], 1 << 20);
        let too_long = "damaged-compression: expected gzip or records in base64, found: the payloads expand to more than 200 times";
        assert_eq!(items.len(), 3, "{items:?}");
        assert!(items[0].starts_with(&format!("1 {too_long}")), "{items:?}");
        // Later gzip payloads fail as well. Content without gzip cannot expand.
        assert!(items[1].starts_with(&format!("2 {too_long}")), "{items:?}");
        assert!(items[2].starts_with("3 Record"), "{items:?}");
    }
}
