//! JSON in visible characters: one value on one line, or indented.
//!
//! JSON itself escapes only characters that would end a string. Text from logs and metadata may contain characters that
//! move a terminal's cursor, end a line for some readers or reorder text. They are written as `\uXXXX`, without loss.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::render::sanitize::is_hostile;

/// Writes the value and a line end.
pub(super) fn write(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Visible))?;
    out.write_all(b"\n")
}

/// Writes the value indented, and a line end.
pub(super) fn write_indented(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Indented(PrettyFormatter::new())))?;
    out.write_all(b"\n")
}

/// Compact, and hostile characters as escapes.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_visible(writer, fragment)
    }
}

/// Indented, and hostile characters as escapes.
struct Indented(PrettyFormatter<'static>);

/// Functions of the formatter within.
macro_rules! within {
    ($($name:ident($($first:ident)?))*) => {$(
        fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $first: bool)?) -> io::Result<()> {
            self.0.$name(writer $(, $first)?)
        }
    )*};
}

impl Formatter for Indented {
    within! {
        begin_array() end_array() begin_array_value(first) end_array_value()
        begin_object() end_object() begin_object_key(first) begin_object_value() end_object_value()
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_visible(writer, fragment)
    }
}

/// Writes a part of a text with hostile characters as escapes.
fn write_visible<W: ?Sized + Write>(writer: &mut W, mut fragment: &str) -> io::Result<()> {
    while let Some(at) = fragment.find(is_hostile) {
        let (before, rest) = fragment.split_at(at);
        writer.write_all(before.as_bytes())?;
        let mut characters = rest.chars();
        let units = characters.next().map(|hostile| hostile.encode_utf16(&mut [0; 2]).to_vec());
        for unit in units.unwrap_or_default() {
            write!(writer, "\\u{unit:04x}")?;
        }
        fragment = characters.as_str();
    }
    writer.write_all(fragment.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(value: &impl Serialize) -> String {
        let mut out = Vec::new();
        write(value, &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("JSON is text")
    }

    #[test]
    fn indented_json_is_that_of_serde_with_escapes() {
        let mut out = Vec::new();
        let value = serde_json::json!({"a": [1, {"b": "x"}], "c": {}, "d": []});
        write_indented(&value, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string_pretty(&value).unwrap() + "\n");
        let mut out = Vec::new();
        write_indented(&"a\u{9b}b\u{202e}c", &mut out).unwrap();
        assert_eq!(out, b"\"a\\u009bb\\u202ec\"\n");
    }

    #[test]
    fn hostile_characters_are_escaped() {
        let check = |text: &str, json: &str| assert_eq!(line(&text), format!("\"{json}\"\n"));
        check("plain äß東京😀", "plain äß東京😀");
        check("a\nb\"c\\", "a\\nb\\\"c\\\\");
        check("\u{1b}[2J", "\\u001b[2J");
        check("a\u{9b}b\u{202e}c\u{2028}d", "a\\u009bb\\u202ec\\u2028d");
        check("\u{e0041}\u{e0042}", "\\udb40\\udc41\\udb40\\udc42");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_all_of_it_is_visible(text in any::<String>()) {
            let line = line(&text);
            prop_assert!(!line.trim_end_matches('\n').contains(is_hostile));
            prop_assert_eq!(serde_json::from_str::<String>(&line).expect("JSON"), text);
        }
    }
}
