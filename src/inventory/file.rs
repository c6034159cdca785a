//! Opens a file, recognises JSON, and decompresses it.
//!
//! Goes in: a path. Comes out: a reader of the text, or the reason why there is none. The first bytes decide whether a file is
//! JSON, so a large log in the same folder is not read. Compressions are removed up to a limit; the part before damage is kept.

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

use crate::disk::open_input;
use crate::inventory::envelope::{JsonLines, has_json_lines};
use crate::inventory::foreign::{Foreign, foreign};
use crate::inventory::json::{decode, decoded, looks_like_json};
use crate::model::compression::{Compression, compression_of};

/// Limit of a decompressed document, bytes: larger than any export, and read in seconds.
const LARGEST: u64 = 512 * 1024 * 1024;

/// How many bytes identify a compression.
const HEAD: u64 = 10;

/// How many bytes decide whether a file is JSON.
const SNIFFED: u64 = 4096;

/// The most compressions around one document.
const LAYERS: usize = 3;

/// The extensions of compressed files.
const COMPRESSED: [&str; 5] = ["gz", "zst", "zstd", "bz2", "bz"];

/// The content of a file, by its first bytes.
pub(super) enum FileContent {
    /// Text that starts with `{` or `[`, or log lines and tables whose messages are JSON.
    Json(DocumentText),
    /// Nothing, or white space.
    Empty,
    /// Something else, for example a log, a picture or an error of the AWS CLI.
    Other(Foreign),
}

/// The text of a file.
pub(super) struct DocumentText {
    /// The text in UTF-8. It ends with an error if the file cannot be read or decompressed to its end.
    pub(super) text: Box<dyn Read>,
    /// Bytes on disk; none if it is no file, for example a pipe.
    pub(super) bytes: Option<u64>,
}

/// Opens the file at `path`, which is read once from start to end, because it may be a pipe.
pub(super) fn open(path: &Path) -> io::Result<FileContent> {
    open_bounded(path, LARGEST)
}

fn open_bounded(path: &Path, largest: u64) -> io::Result<FileContent> {
    let file = open_input(path)?;
    let bytes = file.metadata().ok().filter(Metadata::is_file).map(|about| about.len());
    let mut stream = inflated(file)?;
    let mut start = Vec::new();
    let end = stream.by_ref().take(SNIFFED).read_to_end(&mut start);
    if start.is_empty() {
        end?;
        return Ok(FileContent::Empty);
    }
    if let Some(other) = no_document(&start, has_document_name(path)) {
        return Ok(other);
    }
    let first = decode(&start);
    let is_lines = !looks_like_json(&first) && has_json_lines(&first);
    let rest: Box<dyn Read> = match end {
        Ok(_) => stream,
        Err(error) => Box::new(Failing(Some(error))),
    };
    let whole = LimitedText { input: Box::new(io::Cursor::new(start).chain(rest)), left: largest, largest };
    let text = decoded(Box::new(whole))?;
    let text: Box<dyn Read> = if is_lines { Box::new(JsonLines::new(text)) } else { text };
    Ok(FileContent::Json(DocumentText { text, bytes }))
}

/// The text of a file whose bytes are in memory.
pub(super) fn text_in_memory(bytes: &[u8]) -> Box<dyn Read + '_> {
    let text = decode(bytes);
    let is_lines = !looks_like_json(&text) && has_json_lines(&text);
    let text = io::Cursor::new(text.into_owned().into_bytes());
    if is_lines { Box::new(JsonLines::new(text)) } else { Box::new(text) }
}

/// The error that ended a reader.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// A text that ends with an error where it becomes too long.
struct LimitedText {
    input: Box<dyn Read>,
    left: u64,
    largest: u64,
}

impl Read for LimitedText {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left > 0 {
            let read = self.input.by_ref().take(self.left).read(out)?;
            self.left -= read as u64;
            return Ok(read);
        }
        let mut next = [0];
        match self.input.read(&mut next)? {
            0 => Ok(0),
            _ => Err(io::Error::other(TooLong(self.largest))),
        }
    }
}

/// The text is longer than this.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("expected at most {0} bytes, found more")]
struct TooLong(u64);

/// Why a text ends before its file ends.
pub(super) fn cut(error: &io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<TooLong>()) {
        Some(too_long) => too_long.to_string(),
        None => format!("expected a whole file, found `{error}`"),
    }
}

/// Whether a file is named as a document: `.json`, compressed or not.
pub(super) fn has_document_name(path: &Path) -> bool {
    let is = |name: &OsStr, wanted: &str| name.eq_ignore_ascii_case(wanted);
    match path.extension() {
        Some(extension) if COMPRESSED.iter().any(|known| is(extension, known)) => path
            .file_stem()
            .is_some_and(|stem| Path::new(stem).extension().is_some_and(|one| is(one, "json"))),
        extension => extension.is_some_and(|one| is(one, "json")),
    }
}

/// The content of a file whose first bytes are not JSON; none if they are. In a document, lines may come before the JSON:
/// a warning of the command that wrote it.
fn no_document(start: &[u8], is_document: bool) -> Option<FileContent> {
    let text = decode(start);
    if text.trim_start().is_empty() && (start.len() as u64) < SNIFFED {
        return Some(FileContent::Empty);
    }
    let starts_later = || text.lines().any(|line| line.starts_with('{') || line.starts_with('['));
    let is_json = looks_like_json(&text) || has_json_lines(&text) || is_document && starts_later();
    (!is_json).then(|| FileContent::Other(foreign(&text)))
}

/// Removes the compressions of a file.
fn inflated(file: File) -> io::Result<Box<dyn Read>> {
    let mut stream: Box<dyn Read> = Box::new(file);
    for _ in 0..LAYERS {
        let mut head = Vec::new();
        let end = stream.by_ref().take(HEAD).read_to_end(&mut head);
        let compression = compression_of(&head);
        let rest: Box<dyn Read> = match end {
            Ok(_) => stream,
            Err(error) => Box::new(Failing(Some(error))),
        };
        let whole = io::BufReader::new(io::Cursor::new(head).chain(rest));
        stream = match compression {
            None => return Ok(Box::new(whole)),
            Some(Compression::Gzip) => Box::new(MultiGzDecoder::new(whole)),
            Some(Compression::Zstd) => Box::new(zstd::stream::read::Decoder::with_buffer(whole)?),
            Some(Compression::Bzip2) => Box::new(MultiBzDecoder::new(whole)),
        };
    }
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression as Level;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Level::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn saved(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    /// The text of a file, and why it ends early.
    fn read_out(content: FileContent) -> (Vec<u8>, Option<String>) {
        let FileContent::Json(mut document) = content else { panic!("no JSON") };
        let mut text = Vec::new();
        let end = document.text.read_to_end(&mut text);
        (text, end.err().map(|error| cut(&error)))
    }

    #[test]
    fn content_decides() {
        let check = |bytes: &[u8], want: &str| {
            let found = match open(saved(bytes).path()).unwrap() {
                FileContent::Json(text) => io::read_to_string(text.text).unwrap(),
                FileContent::Empty => "empty".into(),
                FileContent::Other(_) => "other".into(),
            };
            assert_eq!(found, want);
        };
        check(b" {}", " {}");
        check(b"\xef\xbb\xbf[]", "[]");
        check(&gzip(b"{}\n"), "{}\n");
        check(&[gzip(b"{}"), gzip(b"[]")].concat(), "{}[]");
        let zstd = zstd::encode_all(&b"{}"[..], 1).unwrap();
        check(&zstd, "{}");
        check(&gzip(&zstd), "{}");
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(b"[]").unwrap();
        check(&encoder.finish().unwrap(), "[]");
        check(&gzip(b"2 123456789012 eni-1"), "other");
        check("[1]\n".repeat(5000).as_bytes(), &"[1]\n".repeat(5000));
        check(b"2 123456789012 eni-1", "other");
        check(b"PAR1\x00{", "other");
        check(b"2025-11-24T16:03:20.000Z {}", "{}");
        check(b"", "empty");
        check(b" \n", "empty");
        check(&gzip(b""), "empty");
    }

    #[test]
    fn a_cut_stream_keeps_what_came_before() {
        let value = (0..5000).map(|n| format!("{{\"n\":{n}}}")).collect::<Vec<_>>().join("\n") + "\n";
        let whole = gzip(value.as_bytes());
        let content = open(saved(&whole[..whole.len() / 2]).path()).unwrap();
        let (text, cut) = read_out(content);
        assert!(cut.is_some() && !text.is_empty() && value.as_bytes().starts_with(&text));
    }

    #[test]
    fn inflating_is_bounded() {
        let file = saved(&gzip(&vec![b'['; 100_000]));
        let (text, cut) = read_out(open_bounded(file.path(), 10_000).unwrap());
        assert_eq!(cut.as_deref(), Some("expected at most 10000 bytes, found more"));
        assert_eq!(text.len(), 10_000);
        let (text, cut) = read_out(open_bounded(file.path(), 100_000).unwrap());
        assert_eq!((text.len(), cut), (100_000, None));
    }

    #[test]
    fn a_missing_file_is_an_error() {
        assert!(open(Path::new("no/such/file")).is_err());
    }
}
