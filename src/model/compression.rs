//! Compressions of files, and the first bytes that identify them.

/// A compression. It is removed before the content is examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// gzip, with one or several members.
    Gzip,
    /// Zstandard, with one or several frames.
    Zstd,
    /// bzip2, with one or several streams.
    Bzip2,
}

impl Compression {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
        }
    }
}

/// The compression that the first bytes identify, if any.
#[must_use]
pub fn compression_of(head: &[u8]) -> Option<Compression> {
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
