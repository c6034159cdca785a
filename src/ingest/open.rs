//! Opens a file: removes its compressions and detects the format of the content.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::file_kind::{Layers, MOST_LAYERS};
use super::framing::detect::{DetectedFormat, detect_format};
use super::source::compression::{compression_of, decoder};
use super::source::files::LogFile;
use super::source::peek::peek;
use super::source::seekable::SeekableFile;
use super::source::spool::{Spool, Spooled};
use crate::model::defect::DefectKind;

/// The most disk space that a Parquet file inside a compression may take: fifty times the largest objects of AWS.
/// Parquet is read out of order, so the file must be on disk, and each thread may have one at a time.
const MOST_SPOOLED: u64 = 4 << 30;
/// The largest ratio of such a file to its compressed size. Pages are compressed already; even plain pages do not
/// shrink to a two-hundredth.
const MOST_SPOOLED_RATIO: u64 = 200;
/// This many bytes are accepted at any ratio.
const ALWAYS_SPOOLED: u64 = 64 << 20;

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
    let taken = Rc::new(Cell::new(0));
    let counted = CountedReader { inner: log.open()?, taken: Rc::clone(&taken), advance };
    let (mut head, whole) = peek(counted);
    let mut reader: Box<dyn Read + 'a> = Box::new(whole);
    let mut layers = Layers::default();
    while let Some(compression) = compression_of(&head) {
        if !layers.push(compression) {
            let says =
                format!("expected records, found more than {MOST_LAYERS} compressions around each other");
            return Ok(Opened { layers, inner: OpenedContent::Other(DefectKind::UnrecognisedFile, says) });
        }
        let inner;
        (head, inner) = peek(decoder(compression, layers, reader, &taken, || Ok(log.open()?))?);
        reader = Box::new(inner);
    }
    let inner = match detect_format(&head) {
        DetectedFormat::Parquet if layers == Layers::default() => {
            drop(reader);
            advance(log.size.saturating_sub(taken.get()));
            OpenedContent::Parquet(log.seekable())
        }
        DetectedFormat::Parquet => spooled(reader, &taken),
        DetectedFormat::Other(says) => OpenedContent::Other(DefectKind::UnrecognisedFile, says.to_owned()),
        content => OpenedContent::Text(content, reader),
    };
    Ok(Opened { layers, inner })
}

/// Copies a Parquet file inside a compression to disk, within limits.
fn spooled<'a>(reader: impl Read, taken: &Rc<Cell<u64>>) -> OpenedContent<'a> {
    let guarded = RatioLimited { inner: reader, given: 0, taken: Rc::clone(taken) };
    let says = match Spool::of(guarded, MOST_SPOOLED) {
        Ok(Spooled::Whole(spool)) => return OpenedContent::Parquet(SeekableFile::Spool(spool)),
        Ok(Spooled::Cut(_)) => {
            format!(
                "a Parquet file of more than {MOST_SPOOLED} bytes inside a compression; decompress it first"
            )
        }
        Err(error) if error.raw_os_error().is_some() => {
            return OpenedContent::Other(DefectKind::UnreadableFile, error.to_string());
        }
        Err(error) => error.to_string(),
    };
    OpenedContent::Other(DefectKind::DamagedCompression, says)
}

/// A reader that limits the ratio of a Parquet file to its compressed size.
struct RatioLimited<R> {
    inner: R,
    given: u64,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for RatioLimited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.given += length as u64;
        if self.given > ALWAYS_SPOOLED && self.given / MOST_SPOOLED_RATIO > self.taken.get() {
            let says = format!("a Parquet file of more than {MOST_SPOOLED_RATIO} times its compressed size");
            return Err(io::Error::new(io::ErrorKind::InvalidData, says));
        }
        Ok(length)
    }
}

/// A reader that counts the bytes that come from disk.
struct CountedReader<'a, R> {
    inner: R,
    taken: Rc<Cell<u64>>,
    advance: &'a dyn Fn(u64),
}

impl<R: Read> Read for CountedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + length as u64);
        (self.advance)(length as u64);
        Ok(length)
    }
}
