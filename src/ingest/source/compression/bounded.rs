//! Limits the size of decompressed data.
//!
//! A kilobyte of zstd, bzip2 or nested gzip can expand to more bytes than any disk holds. Because the data is streamed,
//! the expansion costs only time; this limit ends it.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// The largest number of bytes that one byte of the file may expand to: more than gzip can ever reach (1032), and tens
/// of times more than flow logs reach.
const MAX_RATIO: u64 = 1100;
/// This many bytes are accepted at any ratio, so that a short file of one repeated line is not rejected.
const ALWAYS_ACCEPTED: u64 = 256 << 20;

/// A decompressed stream that ends with an error if it becomes too long. Errors of the decoder become damage of the
/// data; errors of the disk stay as they are.
pub(super) struct Bounded<R> {
    inner: R,
    bytes_out: u64,
    bytes_in: Rc<Cell<u64>>,
    always_accepted: u64,
}

impl<R> Bounded<R> {
    pub(super) fn new(inner: R, bytes_in: &Rc<Cell<u64>>) -> Self {
        Self { inner, bytes_out: 0, bytes_in: Rc::clone(bytes_in), always_accepted: ALWAYS_ACCEPTED }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer).map_err(damage)?;
        self.bytes_out += length as u64;
        if self.bytes_out > self.always_accepted && self.bytes_out / MAX_RATIO > self.bytes_in.get() {
            let message =
                format!("decompresses to more than {MAX_RATIO} times its size, which no flow log does");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(length)
    }
}

fn damage(error: io::Error) -> io::Error {
    let is_ours = error.raw_os_error().is_none() && error.kind() != io::ErrorKind::Interrupted;
    if is_ours { io::Error::new(io::ErrorKind::InvalidData, error.to_string()) } else { error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_expands_too_much_ends_with_an_error() {
        let check = |bytes_in: u64, expect: Option<u64>| {
            let inner = io::repeat(b'x').take(10 * MAX_RATIO);
            let mut bounded =
                Bounded { always_accepted: MAX_RATIO, ..Bounded::new(inner, &Rc::new(Cell::new(bytes_in))) };
            let copied = io::copy(&mut bounded, &mut io::sink());
            assert_eq!(copied.ok(), expect, "{bytes_in}");
        };
        check(10, Some(10 * MAX_RATIO));
        check(9, None);
        check(1, None);
    }

    #[test]
    fn disk_errors_are_not_reported_as_damage() {
        let check = |error: io::Error, kind| assert_eq!(damage(error).kind(), kind);
        check(io::Error::other("incomplete frame"), io::ErrorKind::InvalidData);
        check(io::Error::from_raw_os_error(5), io::Error::from_raw_os_error(5).kind());
        check(io::ErrorKind::Interrupted.into(), io::ErrorKind::Interrupted);
    }
}
