//! One JSON value on one line, in visible characters.
//!
//! JSON itself escapes only characters that would end a string. Text from logs and metadata may contain characters that
//! move a terminal's cursor, end a line for some readers or reorder text. They are written as `\uXXXX`, without loss.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::render::sanitize::is_hostile;

/// Writes the value and a line end.
pub(super) fn write(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Visible))?;
    out.write_all(b"\n")
}

/// Compact, and hostile characters as escapes.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        mut fragment: &str,
    ) -> io::Result<()> {
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
