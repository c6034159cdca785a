//! Keeps a stream in an unnamed temporary file, because it is needed twice or out of order.
//!
//! The operating system removes the file however the process ends. The file is in the folder for temporary files
//! (`TMPDIR`).

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;

use crate::disk::{not_written, temporary_file};

/// Bytes copied at a time.
const CHUNK: usize = 256 * 1024;

/// A stream in a temporary file. Clones read the same bytes, each from its own position.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Spool {
    file: Arc<File>,
    length: u64,
}

/// The result of copying a stream.
#[derive(Debug)]
pub(in crate::ingest) enum Spooled {
    /// The whole stream.
    Whole(Spool),
    /// The beginning of a stream that was longer than the limit.
    Cut(Spool),
}

impl Spool {
    /// Copies a stream, up to `most` bytes of it.
    pub(in crate::ingest) fn of(mut reader: impl Read, most: u64) -> io::Result<Spooled> {
        let mut file = temporary_file()?;
        let mut buffer = vec![0; CHUNK];
        let mut length = 0;
        loop {
            let n_read = match reader.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let room = usize::try_from(most - length).unwrap_or(usize::MAX);
            let piece = &buffer[..n_read.min(room)];
            file.write_all(piece).map_err(|error| not_written(error, piece.len() as u64))?;
            length += piece.len() as u64;
            if n_read == 0 || n_read > room {
                let spool = Self { file: Arc::new(file), length };
                return Ok(if n_read == 0 { Spooled::Whole(spool) } else { Spooled::Cut(spool) });
            }
        }
    }

    /// How many bytes there are.
    pub(in crate::ingest) fn length(&self) -> u64 {
        self.length
    }

    /// A reader from the given position.
    pub(in crate::ingest) fn from(&self, start: u64) -> SpoolReader {
        SpoolReader { spool: self.clone(), at: start }
    }
}

/// A position in a spooled file. The file's own cursor is not used, because clones share it.
pub(in crate::ingest) struct SpoolReader {
    spool: Spool,
    at: u64,
}

impl Read for SpoolReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = read_at(&self.spool.file, buffer, self.at)?;
        self.at += length as u64;
        Ok(length)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(mut reader: impl Read) -> String {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_stream_is_copied_up_to_its_limit() {
        let check = |most: u64, is_whole: bool, expect: &str| {
            let spooled = Spool::of(&b"0123456789"[..], most).unwrap();
            let (spool, whole) = match spooled {
                Spooled::Whole(spool) => (spool, true),
                Spooled::Cut(spool) => (spool, false),
            };
            assert_eq!((text(spool.from(0)).as_str(), whole), (expect, is_whole));
            assert_eq!(spool.length(), expect.len() as u64);
        };
        check(100, true, "0123456789");
        check(10, true, "0123456789");
        check(9, false, "012345678");
        check(0, false, "");
    }

    #[test]
    fn readers_have_independent_positions() {
        let Spooled::Whole(spool) = Spool::of(&b"0123456789"[..], 100).unwrap() else { panic!("whole") };
        let (mut first, second) = (spool.from(2), spool.from(5));
        let mut two = [0; 2];
        first.read_exact(&mut two).unwrap();
        assert_eq!(text(second), "56789");
        assert_eq!((&two, text(first).as_str()), (b"23", "456789"));
    }
}
