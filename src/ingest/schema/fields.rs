//! The fields of one line, as positions in the surrounding bytes.

use std::net::IpAddr;

use super::address::address_at;
use super::number::{number_at, parse_whole};

/// The fields of a line.
#[derive(Clone, Copy)]
pub(in crate::ingest) struct Fields<'a> {
    bytes: &'a [u8],
    /// The position before the first field, then the position after each field.
    around: &'a [u32],
}

impl<'a> Fields<'a> {
    /// The fields with one separator byte between them, whose positions are given.
    #[inline]
    pub(in crate::ingest) fn new(bytes: &'a [u8], around: &'a [u32]) -> Self {
        Self { bytes, around }
    }

    #[cfg(test)]
    pub(in crate::ingest) fn around(self) -> &'a [u32] {
        self.around
    }

    /// The number of fields.
    #[inline]
    pub(in crate::ingest) fn count(self) -> usize {
        self.around.len().saturating_sub(1)
    }

    /// The beginning and end of field `at`; both are 0 if there is no such field.
    #[inline]
    fn bounds(self, at: usize) -> (usize, usize) {
        match self.around.get(at..) {
            Some([before, after, ..]) => (before.wrapping_add(1) as usize, *after as usize),
            _ => (0, 0),
        }
    }

    /// The bytes of field `at`.
    #[inline]
    pub(in crate::ingest) fn get(self, at: usize) -> &'a [u8] {
        let (start, end) = self.bounds(at);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Whether field `at` is this text. The length is known at compile time, so the bytes are not compared one by one.
    #[inline]
    pub(in crate::ingest) fn is<const N: usize>(self, at: usize, text: &[u8; N]) -> bool {
        self.get(at).as_array() == Some(text)
    }

    /// Field `at` as a number; see [`parse_whole`].
    #[inline]
    pub(in crate::ingest) fn number(self, at: usize) -> Option<u64> {
        let (start, end) = self.bounds(at);
        number_at(self.bytes, start, end).or_else(|| self.decimal(at))
    }

    #[cold]
    fn decimal(self, at: usize) -> Option<u64> {
        parse_whole(self.get(at))
    }

    /// Field `at` as an address.
    #[inline]
    pub(in crate::ingest) fn address(self, at: usize) -> Option<IpAddr> {
        let (start, end) = self.bounds(at);
        address_at(self.bytes, start, end)
    }

    /// Whether two fields have the same bytes.
    #[inline]
    pub(in crate::ingest) fn are_same(self, one: usize, other: usize) -> bool {
        let ((start, end), (other_start, other_end)) = (self.bounds(one), self.bounds(other));
        let length = end.wrapping_sub(start);
        if length != other_end.wrapping_sub(other_start) {
            return false;
        }
        let window = |start| self.bytes.get(start..).and_then(<[u8]>::first_chunk::<16>);
        if let (1..=16, Some(window), Some(other)) = (length, window(start), window(other_start)) {
            let differ = u128::from_le_bytes(*window) ^ u128::from_le_bytes(*other);
            return differ << (128 - 8 * length) == 0;
        }
        self.get(one) == self.get(other)
    }

    /// Every field.
    pub(in crate::ingest) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.count()).map(move |at| self.get(at))
    }

    /// The number of bytes from the first field to the last.
    #[inline]
    pub(in crate::ingest) fn length(self) -> usize {
        match self.around {
            [before, .., after] => after.wrapping_sub(before.wrapping_add(1)) as usize,
            _ => 0,
        }
    }

    /// The whole line from its first field to its last.
    pub(in crate::ingest) fn line(self) -> &'a [u8] {
        let (start, _) = self.bounds(0);
        let (_, end) = self.bounds(self.count().saturating_sub(1));
        self.bytes.get(start..end).unwrap_or_default()
    }
}
