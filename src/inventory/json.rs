//! Parses the text of a file into JSON values: one value, several in sequence, or one per line.
//!
//! Goes in: text, or bytes in UTF-8 or UTF-16 with or without a byte order mark. Comes out: every complete value, and the
//! lines where the text is damaged. After damage, reading resumes at the next line that starts a value. `salvage` keeps the
//! complete items of a truncated page.

use std::borrow::Cow;

use memchr::memchr_iter;
use serde_json::{Deserializer, Value};

use crate::inventory::salvage;

/// One value of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parsed {
    pub(super) value: Value,
    /// The line it starts on, from 1.
    pub(super) line: u64,
    /// Whether it is the complete part of a damaged value.
    pub(super) salvaged: bool,
}

/// A place where the text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    /// The line, from 1.
    pub(super) line: u64,
    pub(super) text: String,
}

/// Decodes the bytes of a text file; invalid sequences are replaced.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes).into(),
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes).into(),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(bytes),
    }
}

/// Decodes UTF-16, which PowerShell 5 writes when the output of a command is redirected.
fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Whether the text is a JSON object or array, judged by its first character.
pub(super) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Reads every value of `text`, in order.
pub(super) fn parse(text: &str) -> (Vec<Parsed>, Vec<Damage>) {
    let mut reading = Reading { text, at: 0, line: 1, found: Vec::new(), damages: Vec::new() };
    while reading.values() {}
    (reading.found, reading.damages)
}

struct Reading<'a> {
    text: &'a str,
    /// The position where the next value is expected.
    at: usize,
    /// The line of `at`.
    line: u64,
    found: Vec<Parsed>,
    damages: Vec<Damage>,
}

impl Reading<'_> {
    /// Reads values up to the end or to damage; returns whether more values may follow the damage.
    fn values(&mut self) -> bool {
        let start = self.at;
        let mut stream = Deserializer::from_str(&self.text[start..]).into_iter::<Value>();
        loop {
            self.skip_blanks();
            match stream.next() {
                None => return false,
                Some(Ok(value)) => {
                    self.found.push(Parsed { value, line: self.line, salvaged: false });
                    self.go_to(start + stream.byte_offset());
                }
                Some(Err(error)) => return self.damage(start, &error),
            }
        }
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.go_to(self.text.len() - rest.trim_start().len());
    }

    fn go_to(&mut self, at: usize) {
        let passed = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        self.line += memchr_iter(b'\n', passed).count() as u64;
        self.at = at.max(self.at);
    }

    /// Notes the damage, keeps the complete part, and moves to the next line that starts a value.
    fn damage(&mut self, stream_start: usize, error: &serde_json::Error) -> bool {
        let damaged = &self.text[self.at..];
        let end = offset_of(&self.text[stream_start..], error.line(), error.column()) + stream_start;
        let readable = self.text.get(self.at..end).unwrap_or(damaged);
        if let Some(value) = salvage::complete_part(readable) {
            self.found.push(Parsed { value, line: self.line, salvaged: true });
        }
        let before_error = self.text.get(self.at..end).unwrap_or_default();
        let line = self.line + memchr_iter(b'\n', before_error.as_bytes()).count() as u64;
        self.damages.push(Damage { line, text: format!("expected JSON, found {}", reason(error)) });
        let next = if is_final(error) { None } else { next_value(damaged) };
        if let Some(next) = next {
            self.go_to(self.at + next);
        }
        next.is_some()
    }
}

/// Whether reading stops here: at the end of the text, or because no document is nested that deeply.
fn is_final(error: &serde_json::Error) -> bool {
    error.is_eof() || reason(error).starts_with("recursion limit")
}

/// The message of serde without the position, which is relative to a part of the file.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The byte offset of a line and column, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let line_start = match line.checked_sub(2) {
        Some(breaks) => memchr_iter(b'\n', text.as_bytes()).nth(breaks).map_or(0, |end| end + 1),
        None => 0,
    };
    let mut offset = (line_start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The first line after this one that starts an object or an array.
fn next_value(text: &str) -> Option<usize> {
    let starts_value = |at: &usize| matches!(text.as_bytes().get(*at), Some(b'{' | b'['));
    memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1).find(starts_value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Values with their lines; the line of a salvaged value is negative.
    #[expect(clippy::cast_possible_wrap, reason = "lines of a test")]
    fn check(text: &str, values: &[(i64, Value)], damaged: &[u64]) {
        let (found, damages) = parse(text);
        let sign = |one: &Parsed| if one.salvaged { -(one.line as i64) } else { one.line as i64 };
        let found: Vec<(i64, Value)> = found.iter().map(|one| (sign(one), one.value.clone())).collect();
        assert_eq!(found, values, "{text:?}");
        assert_eq!(
            damages.iter().map(|damage| damage.line).collect::<Vec<_>>(),
            damaged,
            "{text:?} {damages:?}"
        );
    }

    #[test]
    fn values_may_follow_each_other() {
        check("", &[], &[]);
        check(" \n\n", &[], &[]);
        check("{}", &[(1, json!({}))], &[]);
        check("{}\n{}\n\n[1]", &[(1, json!({})), (2, json!({})), (4, json!([1]))], &[]);
        check("{\n\"a\":1}{\"b\":2}", &[(1, json!({"a": 1})), (2, json!({"b": 2}))], &[]);
    }

    #[test]
    fn damage_loses_only_the_damaged_value() {
        check("{\"a\":1}\n{\"b\":", &[(1, json!({"a": 1}))], &[2]);
        check("{\"a\":\n{\"b\":2}\n{\"c\":3}", &[(2, json!({"b": 2})), (3, json!({"c": 3}))], &[3]);
        check("{\"a\" 1}\n{\"c\":3}", &[(2, json!({"c": 3}))], &[1]);
        check("{\"a\":1} oops\n{\"c\":3}\n", &[(1, json!({"a": 1})), (2, json!({"c": 3}))], &[1]);
    }

    #[test]
    fn a_truncated_page_keeps_its_complete_items() {
        check(
            "{\"Subnets\":[{\"SubnetId\":\"a\"},\n{\"SubnetId\":\"b\"},{\"Subn",
            &[(-1, json!({"Subnets": [{"SubnetId": "a"}, {"SubnetId": "b"}]}))],
            &[2],
        );
        check("[{\"a\":1},\n {\"b\": oops", &[(-1, json!([{"a": 1}]))], &[2]);
    }

    #[test]
    fn deep_nesting_is_damage() {
        for text in ["[", "[\n", "[1,\n", "{\"a\":\n"] {
            let (found, damages) = parse(&text.repeat(100_000));
            assert!(found.is_empty());
            assert_eq!(damages.len(), 1, "{text}");
        }
    }

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

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}|[\\[\\]{}\":,a1é\\\\\n ]{0,60}") {
            let (_, damages) = parse(&text);
            let lines = text.lines().count().max(1) as u64;
            proptest::prop_assert!(damages.iter().all(|damage| damage.line <= lines + 1));
        }
    }
}
