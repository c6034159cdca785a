//! What a file is, by its first bytes, and the reader for it.

use std::io::{self, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

use super::files::LogFile;
use super::parquet::{ParquetParts, ParquetSource, read_parquet};
use super::sink::Sink;
use super::text::{BYTE_ORDER_MARK, FileContext, read_text};
use crate::model::defect::{DefectKind, Defects};
use crate::model::source::SourceId;

/// Enough to tell formats apart.
const HEAD: usize = 4096;
/// Bytes read from disk at a time.
const READ_SIZE: usize = 128 * 1024;
/// A Parquet file inside gzip must be inflated whole; more than this is not.
const MOST_INFLATED: u64 = 1 << 30;

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Gzip,
    Parquet,
    Text,
    Json,
    Binary,
}

fn format_of(head: &[u8]) -> Format {
    let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        _ if head.starts_with(&[0x1f, 0x8b]) => Format::Gzip,
        _ if head.starts_with(b"PAR1") => Format::Parquet,
        _ if !starts_as_text(text) => Format::Binary,
        Some(b'{' | b'[') => Format::Json,
        _ => Format::Text,
    }
}

/// Whether the first line that is not blank is text. One stray byte further down costs its line, not the file.
fn starts_as_text(head: &[u8]) -> bool {
    let is_control = |&byte: &u8| byte < 0x20 && !byte.is_ascii_whitespace();
    let mut lines = head.split(|&byte| byte == b'\n');
    lines.find(|line| !line.trim_ascii().is_empty()).is_none_or(|line| !line.iter().any(is_control))
}

/// A file's content with its compression taken off.
pub(super) enum Decoded<'a> {
    /// Text, line by line.
    Text(Box<dyn Read + 'a>),
    /// Parquet.
    Parquet(ParquetSource),
    /// Nothing this tool reads as a flow log.
    Other(DefectKind, String),
}

/// Opens a file and looks at what it is. `advance` is told of bytes taken from disk.
pub(super) fn decode<'a>(log: &'a LogFile, advance: &'a dyn Fn(u64)) -> io::Result<Decoded<'a>> {
    let (head, whole) = peek(Counted { inner: log.open()?, advance });
    Ok(match format_of(&head) {
        Format::Gzip => inflate(MultiGzDecoder::new(BufReader::with_capacity(READ_SIZE, whole))),
        Format::Parquet => {
            drop(whole);
            advance(log.size.saturating_sub(HEAD as u64));
            Decoded::Parquet(ParquetSource::File(log.clone()))
        }
        format => plain(format, Box::new(whole)),
    })
}

/// What is inside gzip: text as a rule, Parquet where someone compressed it once more.
fn inflate<'a>(inflated: impl Read + 'a) -> Decoded<'a> {
    let (head, whole) = peek(inflated);
    match format_of(&head) {
        Format::Parquet => inflate_parquet(whole),
        Format::Gzip => Decoded::Other(
            DefectKind::UnrecognisedFile,
            "expected records, found gzip inside gzip; decompress it once".to_owned(),
        ),
        format => plain(format, Box::new(whole)),
    }
}

fn inflate_parquet<'a>(whole: impl Read) -> Decoded<'a> {
    let mut bytes = Vec::new();
    let says = match whole.take(MOST_INFLATED + 1).read_to_end(&mut bytes) {
        Ok(length) if length as u64 <= MOST_INFLATED => {
            return Decoded::Parquet(ParquetSource::Bytes(bytes.into()));
        }
        Ok(_) => {
            format!("a Parquet file of more than {MOST_INFLATED} bytes inside gzip; decompress it first")
        }
        Err(error) => error.to_string(),
    };
    Decoded::Other(DefectKind::DamagedCompression, says)
}

fn plain<'a>(format: Format, reader: Box<dyn Read + 'a>) -> Decoded<'a> {
    let says = match format {
        Format::Text => return Decoded::Text(reader),
        Format::Json => "expected flow-log records, found JSON; metadata goes to `--metadata`",
        Format::Binary | Format::Gzip | Format::Parquet => {
            "expected text, gzip or Parquet, found other bytes"
        }
    };
    Decoded::Other(DefectKind::UnrecognisedFile, says.to_owned())
}

/// Reads one file into the sink. `advance` is told of bytes taken from disk.
pub fn read_file<S: Sink>(
    log: &LogFile,
    source: SourceId,
    sink: &mut S,
    defects: &mut Defects,
    advance: &dyn Fn(u64),
) {
    let mut file = FileContext { name: &log.name, source, defects };
    match decode(log, advance) {
        Ok(Decoded::Text(reader)) => read_text(reader, &mut file, sink),
        Ok(Decoded::Parquet(content)) => read_parquet(content, &mut file, sink),
        Ok(Decoded::Other(kind, says)) => file.defect(kind, None, || says),
        Err(error) => file.defect(DefectKind::UnreadableFile, None, || error.to_string()),
    }
}

/// The parts of a Parquet file, so that several threads may share it; none if the file is no Parquet file.
///
/// What is wrong with the file as a whole is told here, what is wrong with a part when it is read.
pub fn parquet_parts(log: &LogFile, source: SourceId, defects: &mut Defects) -> Option<ParquetParts> {
    let mut file = FileContext { name: &log.name, source, defects };
    match decode(log, &|_| {}) {
        Ok(Decoded::Parquet(content)) => Some(ParquetParts::of(content, &mut file)),
        _ => None,
    }
}

/// The first bytes, and a reader that gives them again before the rest.
///
/// An error on the way is kept and given in its place, so that what a damaged stream held before is read.
fn peek<R: Read>(mut reader: R) -> (Vec<u8>, Replayed<R>) {
    let mut head = Vec::with_capacity(HEAD);
    let error = reader.by_ref().take(HEAD as u64).read_to_end(&mut head).err();
    (head.clone(), Replayed { head: Cursor::new(head), error, rest: reader })
}

struct Replayed<R> {
    head: Cursor<Vec<u8>>,
    error: Option<io::Error>,
    rest: R,
}

impl<R: Read> Read for Replayed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.head.read(buffer)?;
        if length > 0 || buffer.is_empty() {
            return Ok(length);
        }
        self.error.take().map_or_else(|| self.rest.read(buffer), Err)
    }
}

/// Tells how many bytes came from disk.
struct Counted<'a, R> {
    inner: R,
    advance: &'a dyn Fn(u64),
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        (self.advance)(length as u64);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        let check = |head: &[u8], format| assert_eq!(format_of(head), format, "{head:?}");
        check(b"", Format::Text);
        check(&[0x1f, 0x8b, 8], Format::Gzip);
        check(b"PAR1\x15", Format::Parquet);
        check(b"version account-id\n", Format::Text);
        check(b"\xef\xbb\xbfversion\r\n", Format::Text);
        check(b"  \n{\"Records\"", Format::Json);
        check(b"\x7fELF\x02\x00", Format::Binary);
        check(b"\n\n", Format::Text);
        check(b"version account-id\n\x00\x1b\n", Format::Text);
        check(b"\n\x00version account-id\n", Format::Binary);
    }
}
