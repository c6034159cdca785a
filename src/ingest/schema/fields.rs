//! The fields of one line, as places in the bytes around them.

use std::net::IpAddr;

use super::address::address_at;
use super::number::number_at;

/// The fields of a line.
#[derive(Clone, Copy)]
pub(in crate::ingest) struct Fields<'a> {
    bytes: &'a [u8],
    /// The place before the first field, then that after each one.
    around: &'a [u32],
}

impl<'a> Fields<'a> {
    /// With one byte between fields that is none of theirs, whose places are given.
    #[inline]
    pub(in crate::ingest) fn new(bytes: &'a [u8], around: &'a [u32]) -> Self {
        Self { bytes, around }
    }

    #[cfg(test)]
    pub(in crate::ingest) fn around(self) -> &'a [u32] {
        self.around
    }

    /// How many there are.
    #[inline]
    pub(in crate::ingest) fn count(self) -> usize {
        self.around.len().saturating_sub(1)
    }

    /// Where field `at` begins and ends; both 0 if there is no such one.
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

    /// Whether field `at` is this text. Its length is known beforehand, so that no bytes are compared one by one.
    #[inline]
    pub(in crate::ingest) fn is<const N: usize>(self, at: usize, text: &[u8; N]) -> bool {
        self.get(at).as_array() == Some(text)
    }

    /// The number that field `at` is; see [`parse_number`](super::number::parse_number).
    #[inline]
    pub(in crate::ingest) fn number(self, at: usize) -> Option<u64> {
        let (start, end) = self.bounds(at);
        number_at(self.bytes, start, end)
    }

    /// The address that field `at` is.
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

    /// Bytes from the first field to the last.
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
