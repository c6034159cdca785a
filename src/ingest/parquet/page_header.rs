//! Reads the sizes that a page claims from the first bytes of its header.
//!
//! A header is a Thrift struct in the compact protocol. The sizes come first: field 1 is the page's type, 2 and 3 are
//! its sizes, then follows a struct for its type, whose first field is the number of values (5 data, 7 dictionary, 8
//! data of version 2). Source: parquet-format, `parquet.thrift`, and Thrift's compact protocol.

/// The sizes that a page's header claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageClaims {
    /// The number of bytes after decompression.
    pub(super) uncompressed: u64,
    /// The number of values, including nulls.
    pub(super) values: u64,
    /// Whether the page is a dictionary.
    pub(super) is_dictionary: bool,
}

impl PageClaims {
    /// Reads the claims from the first bytes of a page; none if they are not a header.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut header = Compact { bytes, id: 0 };
        let mut uncompressed = None;
        loop {
            match header.field()? {
                (2, Type::Integer) => uncompressed = header.integer(),
                (_, Type::Integer) => {
                    header.integer()?;
                }
                (id @ (5 | 7 | 8), Type::Struct) => {
                    let mut inner = Compact { id: 0, ..header };
                    let (1, Type::Integer) = inner.field()? else { return None };
                    return Some(Self {
                        uncompressed: size(uncompressed?),
                        values: size(inner.integer()?),
                        is_dictionary: id == 7,
                    });
                }
                _ => return None,
            }
        }
    }
}

/// The decoder itself rejects a negative size.
fn size(claimed: i64) -> u64 {
    u64::try_from(claimed).unwrap_or(0)
}

#[derive(PartialEq, Eq)]
enum Type {
    Integer,
    Struct,
    Other,
}

/// A reader of Thrift's compact protocol, as far as page headers use it.
struct Compact<'a> {
    bytes: &'a [u8],
    /// The id of the previous field.
    id: u8,
}

impl Compact<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    /// The id and type of the next field; none at the end of the struct.
    fn field(&mut self) -> Option<(u8, Type)> {
        let byte = self.byte()?;
        let (step, code) = (byte >> 4, byte & 0x0f);
        // Ids are written as differences. A difference of 0 announces a full id, which no header has.
        self.id = self.id.checked_add(step).filter(|_| step > 0)?;
        let code = match code {
            4..=6 => Type::Integer,
            12 => Type::Struct,
            _ => Type::Other,
        };
        Some((self.id, code))
    }

    /// A number: seven bits per byte, the lowest first, in zigzag encoding.
    fn integer(&mut self) -> Option<i64> {
        let mut folded = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            folded |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read() {
        let check = |bytes: &[u8], claims: Option<(u64, u64, bool)>| {
            let read = PageClaims::read(bytes).map(|it| (it.uncompressed, it.values, it.is_dictionary));
            assert_eq!(read, claims, "{bytes:?}");
        };
        // Type 0, 300 bytes, 12 compressed, data with 7 values.
        check(&[0x15, 0, 0x15, 0xd8, 0x04, 0x15, 24, 0x2c, 0x15, 14], Some((300, 7, false)));
        // Type 2, 300 bytes, 12 compressed, CRC, dictionary with 7 values.
        check(&[0x15, 4, 0x15, 0xd8, 0x04, 0x15, 24, 0x15, 2, 0x3c, 0x15, 14], Some((300, 7, true)));
        // Two GiB.
        let most = [0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 24, 0x2c, 0x15, 14];
        check(&most, Some(((1 << 31) - 1, 7, false)));
        for bytes in [&b""[..], b"\0", b"PAR1", &[0x15], &[0x15; 40], &[0xff; 40], &[0x15, 0xff, 0xff]] {
            check(bytes, None);
        }
    }
}
