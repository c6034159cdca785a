//! A path to the text of a document: opening, recognising, inflating.
//!
//! Goes in: a path. Comes out: its text, or why there is none. The first bytes decide, so that a large log beside the
//! metadata is not read. gzip is inflated up to a bound; of a damaged stream what came before the damage is kept.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::inventory::json::{decode, looks_like_json};

/// No document is larger, inflated: far above any export, far below a machine's memory.
const LARGEST: u64 = 512 * 1024 * 1024;

/// How many bytes decide whether a file is JSON.
const SNIFFED: u64 = 4096;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What a file turned out to be.
#[derive(Debug)]
pub(super) enum Content {
    /// A text that starts like JSON.
    Json(Text),
    /// Nothing, or blanks.
    Empty,
    /// Something else: a log, a text, a picture.
    Other,
}

/// The text of a file.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: String,
    /// Bytes on disk.
    pub(super) bytes: u64,
    /// Why the text ends before the file does.
    pub(super) cut: Option<String>,
}

/// Reads the file at `path`.
pub(super) fn read(path: &Path) -> io::Result<Content> {
    let start = sniff(path)?;
    let text = decode(&start);
    if text.trim_start().is_empty() {
        return Ok(if (start.len() as u64) < SNIFFED { Content::Empty } else { Content::Other });
    }
    if !looks_like_json(&text) {
        return Ok(Content::Other);
    }
    read_text(path).map(Content::Json)
}

/// The first bytes, inflated.
fn sniff(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    let damage = open(path)?.take(SNIFFED).read_to_end(&mut start);
    // A damaged stream is told when the whole file is read; here what came out of it decides.
    if start.is_empty() {
        damage?;
    }
    Ok(start)
}

fn read_text(path: &Path) -> io::Result<Text> {
    read_bounded(path, LARGEST)
}

fn read_bounded(path: &Path, largest: u64) -> io::Result<Text> {
    let bytes = std::fs::metadata(path)?.len();
    let mut content = Vec::new();
    let read = open(path)?.take(largest.saturating_add(1)).read_to_end(&mut content);
    let cut = match read {
        Err(error) if content.is_empty() => return Err(error),
        Err(error) => Some(format!("expected a whole file, found `{error}`")),
        Ok(_) if content.len() as u64 > largest => {
            Some(format!("expected at most {largest} bytes, found more"))
        }
        Ok(_) => None,
    };
    Ok(Text { text: decode(&content).into_owned(), bytes, cut })
}

/// Opens a file, through gzip if it is gzip.
fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut magic = Vec::new();
    File::open(path)?.take(2).read_to_end(&mut magic)?;
    let file = File::open(path)?;
    Ok(if magic == GZIP { Box::new(MultiGzDecoder::new(io::BufReader::new(file))) } else { Box::new(file) })
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
                Content::Json(text) => text.text,
                Content::Empty => "empty".into(),
                Content::Other => "other".into(),
            };
            assert_eq!(found, want);
        };
        check(b" {}", " {}");
        check(b"\xef\xbb\xbf[]", "[]");
        check(&gzip(b"{}\n"), "{}\n");
        check(&[gzip(b"{}"), gzip(b"[]")].concat(), "{}[]");
        check(&gzip(b"2 123456789012 eni-1"), "other");
        check(b"2 123456789012 eni-1", "other");
        check(b"PAR1\x00{", "other");
        check(b"", "empty");
        check(b" \n", "empty");
        check(&gzip(b""), "empty");
    }

    #[test]
    fn a_cut_stream_keeps_what_came_before() {
        let value: String = (0..5000).map(|n| format!("{{\"n\":{n}}}\n")).collect();
        let whole = gzip(value.as_bytes());
        let Content::Json(text) = read(saved(&whole[..whole.len() / 2]).path()).unwrap() else {
            panic!("no JSON")
        };
        assert!(text.cut.is_some() && !text.text.is_empty() && value.starts_with(&text.text));
    }

    #[test]
    fn inflating_is_bounded() {
        let file = saved(&gzip(&[b'['; 100_000]));
        let text = read_bounded(file.path(), 1000).unwrap();
        assert_eq!(text.cut.as_deref(), Some("expected at most 1000 bytes, found more"));
        assert_eq!(text.text.len(), 1001);
    }

    #[test]
    fn a_missing_file_is_an_error() {
        assert!(read(Path::new("no/such/file")).is_err());
    }
}
