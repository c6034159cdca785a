//! Splits single lines into their fields.

use super::separators::Separators;
use crate::ingest::schema::fields::Fields;

/// Bytes before a line, so that its first fields are read as fast as the others.
const BEFORE: usize = 16;

/// Splits single lines. The buffers are reused from line to line.
pub(in crate::ingest) struct Splitter {
    /// The line with a line end before and after it.
    bytes: Vec<u8>,
    separators: Separators,
    around: Vec<u32>,
}

impl Default for Splitter {
    fn default() -> Self {
        Self { bytes: vec![b'\n'; BEFORE], separators: Separators::default(), around: Vec::new() }
    }
}

impl Splitter {
    /// The fields of a line without its line end. A run of blanks separates fields once.
    pub(in crate::ingest) fn split(&mut self, line: &[u8]) -> Fields<'_> {
        self.bytes.truncate(BEFORE);
        self.bytes.extend_from_slice(line);
        self.bytes.push(b'\n');
        self.separators.find(&self.bytes, BEFORE, self.bytes.len());
        if self.separators.separators().is_none() {
            return self.without_runs(line);
        }
        let (blanks, _) = self.separators.separators().unwrap_or_default();
        Fields::new(&self.bytes, blanks)
    }

    /// The fields of a line with runs of blanks. Each run is replaced by one blank.
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
    fn runs_of_blanks_separate_once() {
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
    fn missing_fields_are_empty() {
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
        fn equal_fields_are_recognised(one in "[ab]{0,20}", other in "[ab]{0,20}", after in "[ab ]{0,20}") {
            for other in [&one, &other] {
                let mut splitter = Splitter::default();
                let line = format!("x{one} x{other} {after}");
                prop_assert_eq!(splitter.split(line.as_bytes()).are_same(0, 1), one == *other);
            }
        }

        #[test]
        fn splitting_agrees_with_a_simple_splitter(lines in prop::collection::vec("[ \tab]{0,300}|([ab]{1,9} ){0,40}a", 1..4)) {
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
