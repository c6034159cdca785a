//! Opens a file: removes its compressions and detects the format of the content.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::file_kind::{Layers, MAX_LAYERS};
use super::framing::detect::{DetectedFormat, detect_format};
use super::source::compression::decoder;
use super::source::files::LogFile;
use super::source::peek::peek;
use super::source::seekable::SeekableFile;
use super::source::spool::{Spool, Spooled};
use crate::disk::is_full;
use crate::model::compression::compression_of;
use crate::model::defect::DefectKind;

/// The most disk space that a Parquet file inside a compression may take: fifty times the largest objects of AWS.
/// Parquet is read out of order, so the file must be on disk, and each thread may have one at a time.
const MAX_SPOOLED: u64 = 4 << 30;
/// The largest ratio of such a file to its compressed size. Pages are compressed already; even plain pages do not
/// shrink to a two-hundredth.
const MAX_SPOOLED_RATIO: u64 = 200;
/// This many bytes are accepted at any ratio.
const ALWAYS_ACCEPTED: u64 = 64 << 20;

/// A file without its compressions.
pub(super) struct Opened<'a> {
    pub(super) layers: Layers,
    pub(super) inner: OpenedContent<'a>,
}

pub(super) enum OpenedContent<'a> {
    /// Text in any source format.
    Text(DetectedFormat, Box<dyn Read + 'a>),
    Parquet(SeekableFile),
    /// Nothing that this tool can read as a flow log.
    Other(DefectKind, String),
}

/// Opens a file and detects its format. Calls `advance` with the number of bytes that were read from disk.
pub(super) fn open<'a>(log: &'a LogFile, advance: &'a dyn Fn(u64)) -> io::Result<Opened<'a>> {
    let bytes_in = Rc::new(Cell::new(0));
    let counted = CountedReader { inner: log.open()?, bytes_in: Rc::clone(&bytes_in), advance };
    let (mut head, whole) = peek(counted);
    let mut reader: Box<dyn Read + 'a> = Box::new(whole);
    let mut layers = Layers::default();
    while let Some(compression) = compression_of(&head) {
        if !layers.push(compression) {
            let message = format!("expected records, found more than {MAX_LAYERS} nested compressions");
            return Ok(Opened { layers, inner: OpenedContent::Other(DefectKind::UnrecognisedFile, message) });
        }
        let inner;
        (head, inner) = peek(decoder(compression, layers, reader, &bytes_in, || Ok(log.open()?))?);
        reader = Box::new(inner);
    }
    let inner = match detect_format(&head) {
        DetectedFormat::Parquet if layers == Layers::default() => {
            drop(reader);
            advance(log.size.saturating_sub(bytes_in.get()));
            OpenedContent::Parquet(log.seekable())
        }
        DetectedFormat::Parquet => spooled(reader, &bytes_in),
        DetectedFormat::Other(message) => {
            OpenedContent::Other(DefectKind::UnrecognisedFile, message.to_owned())
        }
        content => OpenedContent::Text(content, reader),
    };
    Ok(Opened { layers, inner })
}

/// Copies a Parquet file inside a compression to disk, within limits.
fn spooled<'a>(reader: impl Read, bytes_in: &Rc<Cell<u64>>) -> OpenedContent<'a> {
    let guarded = RatioLimited { inner: reader, bytes_out: 0, bytes_in: Rc::clone(bytes_in) };
    let message = match Spool::of(guarded, MAX_SPOOLED) {
        Ok(Spooled::Whole(spool)) => return OpenedContent::Parquet(SeekableFile::Spool(spool)),
        Ok(Spooled::Cut(_)) => {
            format!(
                "a Parquet file of more than {MAX_SPOOLED} bytes inside a compression; decompress it first"
            )
        }
        Err(error) if error.raw_os_error().is_some() || is_full(&error) => {
            return OpenedContent::Other(DefectKind::UnreadableFile, error.to_string());
        }
        Err(error) => error.to_string(),
    };
    OpenedContent::Other(DefectKind::DamagedCompression, message)
}

/// A reader that limits the ratio of a Parquet file to its compressed size.
struct RatioLimited<R> {
    inner: R,
    bytes_out: u64,
    bytes_in: Rc<Cell<u64>>,
}

impl<R: Read> Read for RatioLimited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.bytes_out += length as u64;
        if self.bytes_out > ALWAYS_ACCEPTED && self.bytes_out / MAX_SPOOLED_RATIO > self.bytes_in.get() {
            let message =
                format!("a Parquet file of more than {MAX_SPOOLED_RATIO} times its compressed size");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(length)
    }
}

/// A reader that counts the bytes that come from disk.
struct CountedReader<'a, R> {
    inner: R,
    bytes_in: Rc<Cell<u64>>,
    advance: &'a dyn Fn(u64),
}

impl<R: Read> Read for CountedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.bytes_in.set(self.bytes_in.get() + length as u64);
        (self.advance)(length as u64);
        Ok(length)
    }
}
