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

/// The compression that the first bytes identify, if any.
pub(in crate::ingest) fn compression_of(head: &[u8]) -> Option<Compression> {
    match head {
        [0x1f, 0x8b, ..] => Some(Compression::Gzip),
        // A frame, or a skippable frame, which parallel compressors write first.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Compression::Zstd),
        // The level, then the beginning of a block, or the end of the stream if there is no block.
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => Some(Compression::Bzip2),
        _ => None,
    }
}

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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn first_bytes_identify_the_compression() {
        let check = |head: &[u8], expect| assert_eq!(compression_of(head), expect, "{head:?}");
        check(&[0x1f, 0x8b, 8, 0], Some(Compression::Gzip));
        check(&zstd::encode_all(&b"a"[..], 1).unwrap(), Some(Compression::Zstd));
        check(&zstd::encode_all(&b""[..], 1).unwrap(), Some(Compression::Zstd));
        check(&[0x51, 0x2a, 0x4d, 0x18, 0], Some(Compression::Zstd));
        for text in ["", "a"] {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(text.as_bytes()).unwrap();
            check(&encoder.finish().unwrap(), Some(Compression::Bzip2));
        }
        for other in [&b"version account-id"[..], b"BZhang", b"PAR1", b"", &[0x1f], b"P*M"] {
            check(other, None);
        }
    }
}
