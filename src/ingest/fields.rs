//! The fields of one line, as places in the bytes around them.

use std::net::IpAddr;

use super::address::address_at;
use super::marks::Marks;
use super::number::number_at;

/// The fields of a line.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
    /// The place before the first field, then that after each one.
    around: &'a [u32],
}

impl<'a> Fields<'a> {
    /// With one byte between fields that is none of theirs, whose places are given.
    #[inline]
    pub(super) fn new(bytes: &'a [u8], around: &'a [u32]) -> Self {
        Self { bytes, around }
    }

    #[cfg(test)]
    pub(super) fn around(self) -> &'a [u32] {
        self.around
    }

    /// How many there are.
    #[inline]
    pub(super) fn count(self) -> usize {
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
    pub(super) fn get(self, at: usize) -> &'a [u8] {
        let (start, end) = self.bounds(at);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Whether field `at` is this text. Its length is known beforehand, so that no bytes are compared one by one.
    #[inline]
    pub(super) fn is<const N: usize>(self, at: usize, text: &[u8; N]) -> bool {
        self.get(at).as_array() == Some(text)
    }

    /// The number that field `at` is; see [`parse_number`](super::number::parse_number).
    #[inline]
    pub(super) fn number(self, at: usize) -> Option<u64> {
        let (start, end) = self.bounds(at);
        number_at(self.bytes, start, end)
    }

    /// The address that field `at` is.
    #[inline]
    pub(super) fn address(self, at: usize) -> Option<IpAddr> {
        let (start, end) = self.bounds(at);
        address_at(self.bytes, start, end)
    }

    /// Whether two fields have the same bytes.
    #[inline]
    pub(super) fn are_same(self, one: usize, other: usize) -> bool {
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
    pub(super) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.count()).map(move |at| self.get(at))
    }

    /// Bytes from the first field to the last.
    #[inline]
    pub(super) fn length(self) -> usize {
        match self.around {
            [before, .., after] => after.wrapping_sub(before.wrapping_add(1)) as usize,
            _ => 0,
        }
    }

    /// The whole line from its first field to its last.
    pub(super) fn line(self) -> &'a [u8] {
        let (start, _) = self.bounds(0);
        let (_, end) = self.bounds(self.count().saturating_sub(1));
        self.bytes.get(start..end).unwrap_or_default()
    }
}

/// Bytes before a line, so that its first fields are read as fast as the others.
const BEFORE: usize = 16;

/// Finds the fields of single lines. Reused from line to line.
pub(super) struct Splitter {
    /// The line with a line end before and after it.
    bytes: Vec<u8>,
    marks: Marks,
    around: Vec<u32>,
}

impl Default for Splitter {
    fn default() -> Self {
        Self { bytes: vec![b'\n'; BEFORE], marks: Marks::default(), around: Vec::new() }
    }
}

impl Splitter {
    /// The fields of a line, which holds no line end. Runs of blanks part them once.
    pub(super) fn split(&mut self, line: &[u8]) -> Fields<'_> {
        self.bytes.truncate(BEFORE);
        self.bytes.extend_from_slice(line);
        self.bytes.push(b'\n');
        self.marks.find(&self.bytes, BEFORE, self.bytes.len());
        if self.marks.separators().is_none() {
            return self.without_runs(line);
        }
        let (blanks, _) = self.marks.separators().unwrap_or_default();
        Fields::new(&self.bytes, blanks)
    }

    /// Each run of blanks made one.
    #[expect(clippy::cast_possible_truncation, reason = "lines are bounded at 64 KiB by the reader")]
    fn without_runs(&mut self, line: &[u8]) -> Fields<'_> {
        self.bytes.truncate(BEFORE);
        self.around.clear();
        self.around.push(BEFORE as u32 - 1);
        for field in line.split(|&byte| byte <= b' ').filter(|field| !field.is_empty()) {
            self.bytes.extend_from_slice(field);
            self.around.push(self.bytes.len() as u32);
            self.bytes.push(b' ');
        }
        Fields::new(&self.bytes, &self.around)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytewise(line: &[u8]) -> Vec<&[u8]> {
        line.split(|&byte| byte <= b' ').filter(|field| !field.is_empty()).collect()
    }

    #[test]
    fn runs_of_blanks_part_once() {
        let check = |line: &[u8], expect: &[&[u8]]| {
            let mut splitter = Splitter::default();
            assert_eq!(splitter.split(line).iter().collect::<Vec<_>>(), expect);
        };
        check(b"  a  bc\td \r", &[b"a", b"bc", b"d"]);
        check(b"a b", &[b"a", b"b"]);
        check(b"", &[]);
        check(b" ", &[]);
        check(&[b'x'; 64], &[&[b'x'; 64]]);
    }

    #[test]
    fn what_is_not_there_is_empty() {
        let mut splitter = Splitter::default();
        let fields = splitter.split(b"a 7");
        assert_eq!(
            (fields.count(), fields.get(1), fields.get(2), fields.get(9)),
            (2, &b"7"[..], &b""[..], &b""[..])
        );
        assert_eq!((fields.number(1), fields.number(2)), (Some(7), None));
    }

    proptest! {
        #[test]
        fn same_fields_are_told(one in "[ab]{0,20}", other in "[ab]{0,20}", after in "[ab ]{0,20}") {
            for other in [&one, &other] {
                let mut splitter = Splitter::default();
                let line = format!("x{one} x{other} {after}");
                prop_assert_eq!(splitter.split(line.as_bytes()).are_same(0, 1), one == *other);
            }
        }

        #[test]
        fn agrees_with_the_plain_way(lines in prop::collection::vec("[ \tab]{0,300}|([ab]{1,9} ){0,40}a", 1..4)) {
            let mut splitter = Splitter::default();
            for line in &lines {
                let fields = splitter.split(line.as_bytes());
                let plain = bytewise(line.as_bytes());
                prop_assert_eq!(fields.count(), plain.len());
                prop_assert_eq!(bytewise(fields.line()), plain.clone());
                prop_assert_eq!(fields.iter().collect::<Vec<_>>(), plain);
            }
        }
    }
}
