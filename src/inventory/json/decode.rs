//! The encoding of a text: UTF-8 or UTF-16, with or without a byte order mark.
//!
//! Goes in: bytes. Comes out: UTF-8. Invalid sequences of UTF-8 stay, and are replaced where a text is used.

use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes of UTF-16 that are decoded at once.
const CHUNK: usize = 32 << 10;

/// Decodes the bytes of a text; invalid sequences are replaced.
pub(in crate::inventory) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            let mut text = Vec::new();
            // Memory can be read.
            let _ = decoded(Box::new(bytes)).and_then(|mut text_of| text_of.read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned().into()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(bytes),
    }
}

/// The text of a reader in UTF-8, without a byte order mark.
pub(in crate::inventory) fn decoded<'a>(mut input: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    let mut mark = Vec::new();
    input.by_ref().take(3).read_to_end(&mut mark)?;
    let unit: fn([u8; 2]) -> u16 = match mark.as_slice() {
        [0xef, 0xbb, 0xbf] => return Ok(input),
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return Ok(Box::new(io::Cursor::new(mark).chain(input))),
    };
    let input = io::Cursor::new(mark.split_off(2)).chain(input);
    Ok(Box::new(Utf16 { input: Box::new(input), unit, waiting: None, text: Vec::new(), at: 0 }))
}

/// UTF-16, which PowerShell 5 writes when the output of a command is redirected.
struct Utf16<'a> {
    input: Box<dyn Read + 'a>,
    unit: fn([u8; 2]) -> u16,
    /// The first half of a letter at the end of a chunk.
    waiting: Option<u16>,
    text: Vec<u8>,
    at: usize,
}

impl Utf16<'_> {
    fn refill(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(CHUNK as u64).read_to_end(&mut bytes)?;
        let is_last = bytes.len() < CHUNK;
        let mut units: Vec<u16> = self.waiting.take().into_iter().collect();
        units.extend(bytes.as_chunks::<2>().0.iter().map(|pair| (self.unit)(*pair)));
        if !is_last && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            self.waiting = units.pop();
        }
        let letters = char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        self.text = letters.collect::<String>().into_bytes();
        self.at = 0;
        Ok(())
    }
}

impl Read for Utf16<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.text.len() {
            self.refill()?;
        }
        let mut rest = &self.text[self.at..];
        let read = rest.read(out)?;
        self.at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_encodings_are_decoded() {
        let check = |bytes: &[u8]| assert_eq!(decode(bytes), "{\"é\":1}", "{bytes:?}");
        check("{\"é\":1}".as_bytes());
        check("\u{feff}{\"é\":1}".as_bytes());
        let units = || "\u{feff}{\"é\":1}".encode_utf16();
        check(&units().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        check(&units().flat_map(u16::to_be_bytes).collect::<Vec<_>>());
        assert_eq!(decode(b"{\"\xe9\"}"), "{\"\u{fffd}\"}");
    }

    #[test]
    fn a_letter_of_two_units_may_lie_in_two_chunks() {
        let text = "x".repeat(CHUNK / 2 - 2) + "\u{1f600}" + &"é".repeat(CHUNK);
        let bytes: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert!(decode(&bytes) == text);
    }
}
