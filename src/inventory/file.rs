//! Opens a file, recognises JSON, and decompresses it.
//!
//! Goes in: a path. Comes out: the text, or the reason why there is none. The first bytes decide whether a file is JSON, so
//! a large log in the same folder is not read. gzip is decompressed up to a limit; the part before damage is kept.

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::inventory::envelope::has_json_lines;
use crate::inventory::item::shorten;
use crate::inventory::json::{decode, looks_like_json};

/// Limit of a decompressed document, bytes: larger than any export, much smaller than the memory of a machine.
const LARGEST: u64 = 512 * 1024 * 1024;

/// How many bytes decide whether a file is JSON.
const SNIFFED: u64 = 4096;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The content of a file, by its first bytes.
#[derive(Debug)]
pub(super) enum FileContent {
    /// Text that starts with `{` or `[`, or log lines and tables whose messages are JSON.
    Json(DocumentText),
    /// Nothing, or white space.
    Empty,
    /// Something else, for example a log or a picture, with its first line.
    Other(String),
}

/// The text of a file.
#[derive(Debug)]
pub(super) struct DocumentText {
    pub(super) text: String,
    /// Bytes on disk.
    pub(super) bytes: u64,
    /// The reason why the text ends before the file ends.
    pub(super) cut: Option<String>,
}

/// Reads the file at `path` once from start to end, because it may be a pipe.
pub(super) fn read(path: &Path) -> io::Result<FileContent> {
    read_bounded(path, LARGEST)
}

fn read_bounded(path: &Path, largest: u64) -> io::Result<FileContent> {
    let file = File::open(path)?;
    let on_disk = file.metadata().ok().filter(Metadata::is_file).map(|about| about.len());
    let mut stream = inflated(file)?;
    let mut content = Vec::new();
    let mut end = stream.by_ref().take(SNIFFED).read_to_end(&mut content);
    if content.is_empty() {
        end?;
        return Ok(FileContent::Empty);
    }
    if let Some(other) = no_document(&content, has_document_name(path)) {
        return Ok(other);
    }
    if end.is_ok() {
        end = stream.take(largest.saturating_sub(SNIFFED).saturating_add(1)).read_to_end(&mut content);
    }
    let cut = match end {
        Err(error) => Some(format!("expected a whole file, found `{error}`")),
        Ok(_) if content.len() as u64 > largest => {
            Some(format!("expected at most {largest} bytes, found more"))
        }
        Ok(_) => None,
    };
    let bytes = on_disk.unwrap_or(content.len() as u64);
    Ok(FileContent::Json(DocumentText { text: decode(&content).into_owned(), bytes, cut }))
}

/// Whether a file is named as a document: `.json`, compressed or not.
pub(super) fn has_document_name(path: &Path) -> bool {
    let is = |name: &OsStr, wanted: &str| name.eq_ignore_ascii_case(wanted);
    match path.extension() {
        Some(extension) if is(extension, "gz") => path
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
    (!is_json).then(|| FileContent::Other(shorten(text.trim_start().lines().next().unwrap_or_default())))
}

/// Decompresses the file if it is gzip.
fn inflated(mut file: File) -> io::Result<Box<dyn Read>> {
    let mut magic = Vec::new();
    file.by_ref().take(2).read_to_end(&mut magic)?;
    let is_gzip = magic == GZIP;
    let whole = io::Cursor::new(magic).chain(file);
    Ok(if is_gzip { Box::new(MultiGzDecoder::new(io::BufReader::new(whole))) } else { Box::new(whole) })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn saved(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn content_decides() {
        let check = |bytes: &[u8], want: &str| {
            let found = match read(saved(bytes).path()).unwrap() {
                FileContent::Json(text) => text.text,
                FileContent::Empty => "empty".into(),
                FileContent::Other(_) => "other".into(),
            };
            assert_eq!(found, want);
        };
        check(b" {}", " {}");
        check(b"\xef\xbb\xbf[]", "[]");
        check(&gzip(b"{}\n"), "{}\n");
        check(&[gzip(b"{}"), gzip(b"[]")].concat(), "{}[]");
        check(&gzip(b"2 123456789012 eni-1"), "other");
        check("[1]\n".repeat(5000).as_bytes(), &"[1]\n".repeat(5000));
        check(b"2 123456789012 eni-1", "other");
        check(b"PAR1\x00{", "other");
        check(b"2025-11-24T16:03:20.000Z {}", "2025-11-24T16:03:20.000Z {}");
        check(b"", "empty");
        check(b" \n", "empty");
        check(&gzip(b""), "empty");
    }

    #[test]
    fn a_cut_stream_keeps_what_came_before() {
        let value = (0..5000).map(|n| format!("{{\"n\":{n}}}")).collect::<Vec<_>>().join("\n") + "\n";
        let whole = gzip(value.as_bytes());
        let FileContent::Json(text) = read(saved(&whole[..whole.len() / 2]).path()).unwrap() else {
            panic!("no JSON")
        };
        assert!(text.cut.is_some() && !text.text.is_empty() && value.starts_with(&text.text));
    }

    #[test]
    fn inflating_is_bounded() {
        let file = saved(&gzip(&vec![b'['; 100_000]));
        let FileContent::Json(text) = read_bounded(file.path(), 10_000).unwrap() else { panic!("no JSON") };
        assert_eq!(text.cut.as_deref(), Some("expected at most 10000 bytes, found more"));
        assert_eq!(text.text.len(), 10_001);
    }

    #[test]
    fn a_missing_file_is_an_error() {
        assert!(read(Path::new("no/such/file")).is_err());
    }
}
