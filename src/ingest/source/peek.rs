//! Looks at the first bytes of a stream without taking them from its reader.

use std::io::{self, Cursor, Read};

/// Enough bytes to detect any format.
const HEAD: usize = 4096;

/// The first bytes, and a reader that returns them again before the rest.
///
/// An error among the first bytes is returned at its position, so that the bytes before the damage of a stream are
/// read.
pub(in crate::ingest) fn peek<R: Read>(mut reader: R) -> (Vec<u8>, Replayed<R>) {
    let mut head = Vec::with_capacity(HEAD);
    let error = reader.by_ref().take(HEAD as u64).read_to_end(&mut head).err();
    (head.clone(), Replayed { head: Cursor::new(head), error, rest: reader })
}

pub(in crate::ingest) struct Replayed<R> {
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
