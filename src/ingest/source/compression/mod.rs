//! Removes nested compressions from a stream of bytes. Each is detected from its first bytes.
//!
//! Input and output are streams of bytes. [`bounded`] limits the size of the output.

mod bounded;
#[cfg(feature = "isal")]
mod isal;

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

use self::bounded::Bounded;
use crate::ingest::file_kind::{Compression, Layers};

/// Bytes that are read from disk at a time.
const READ_SIZE: usize = 128 * 1024;

/// A function that opens the file again.
type Reopen<'a> = Box<dyn Fn() -> io::Result<Box<dyn Read + 'a>> + 'a>;

#[cfg(not(feature = "isal"))]
fn gzip<'a>(reader: BufReader<Box<dyn Read + 'a>>, _again: Reopen<'a>) -> Box<dyn Read + 'a> {
    Box::new(MultiGzDecoder::new(reader))
}

#[cfg(feature = "isal")]
fn gzip<'a>(reader: BufReader<Box<dyn Read + 'a>>, reopen: Reopen<'a>) -> Box<dyn Read + 'a> {
    Box::new(isal::Gzip::new(reader, reopen))
}

/// Removes the innermost of `layers`. `taken` is the number of bytes read from disk so far; `reopen` opens the file
/// again.
pub(in crate::ingest) fn decoder<'a>(
    compression: Compression,
    layers: Layers,
    reader: Box<dyn Read + 'a>,
    bytes_in: &Rc<Cell<u64>>,
    reopen: impl Fn() -> io::Result<Box<dyn Read + 'a>> + 'a,
) -> io::Result<Box<dyn Read + 'a>> {
    let buffered = BufReader::with_capacity(READ_SIZE, reader);
    let is_alone = layers.iter().count() == 1;
    Ok(match compression {
        // A single gzip cannot expand to more than 1032 times its size, and nearly every file is gzip, so it needs no
        // limit.
        Compression::Gzip if is_alone => gzip(buffered, Box::new(reopen)),
        Compression::Gzip => Box::new(Bounded::new(MultiGzDecoder::new(buffered), bytes_in)),
        Compression::Zstd => {
            Box::new(Bounded::new(zstd::stream::read::Decoder::with_buffer(buffered)?, bytes_in))
        }
        Compression::Bzip2 => Box::new(Bounded::new(MultiBzDecoder::new(buffered), bytes_in)),
    })
}
