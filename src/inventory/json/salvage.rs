//! Salvages the complete items of a truncated page.
//!
//! Goes in: the readable start of a damaged JSON value. Comes out: the value closed after its last complete item. Without a
//! complete item the list is empty, but its key still identifies the document. Only lists at the top level, or directly
//! under a key of the top level, are closed, so a partly read item never appears complete.

use super::value::OwnedValue;

/// Returns the value closed after its last complete item.
pub(super) fn complete_part(text: &[u8]) -> Option<OwnedValue> {
    let (end, closing) = last_complete_item(text)?;
    OwnedValue::parse([&text[..end], closing.as_bytes()].concat())
}

/// The end of the last complete item, and the brackets that close the value there.
fn last_complete_item(text: &[u8]) -> Option<(usize, &'static str)> {
    let mut scan = OpenBrackets::default();
    let mut last = None;
    for (place, &byte) in text.iter().enumerate() {
        if (scan.closes(byte) || scan.starts_page(byte))
            && let Some(closing) = scan.closing()
        {
            last = Some((place + 1, closing));
        }
    }
    last
}

/// The open brackets; brackets in strings do not count.
#[derive(Default)]
struct OpenBrackets {
    open: Vec<u8>,
    in_string: bool,
    escaped: bool,
}

impl OpenBrackets {
    /// Takes one byte; returns whether it closed an object or array.
    fn closes(&mut self, byte: u8) -> bool {
        if self.in_string {
            self.take_string_byte(byte);
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.open.push(byte),
            b'}' | b']' => return self.open.pop().is_some(),
            _ => {}
        }
        false
    }

    /// Whether the byte that was just taken opened the list of a page.
    fn starts_page(&self, byte: u8) -> bool {
        byte == b'[' && !self.in_string && self.open == b"{["
    }

    fn take_string_byte(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_string = false,
            _ => {}
        }
    }

    /// The brackets that close the text here, if this position follows an item of a page.
    fn closing(&self) -> Option<&'static str> {
        match self.open.as_slice() {
            b"{[" => Some("]}"),
            b"[" => Some("]"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn closes_after_the_last_complete_item() {
        let check = |text: &str, want: Option<Value>| {
            let found = complete_part(text.as_bytes()).map(|value| value.to_json());
            assert_eq!(found, want, "{text}");
        };
        check(r#"{"A":[{"b":1},{"b":2"#, Some(json!({"A": [{"b": 1}]})));
        check(r#"{"A":[{"b":"]}\"{"},{"b""#, Some(json!({"A": [{"b": "]}\"{"}]})));
        check(
            r#"{"x":3,"A":[{"b":[1]}],"B":[{"c":1},"#,
            Some(json!({"x": 3, "A": [{"b": [1]}], "B": [{"c": 1}]})),
        );
        check(r#"[{"b":1},{"b":{"c":2}"#, Some(json!([{"b": 1}])));
        check(r#"{"A":[{"b":[{"c":1},"#, Some(json!({"A": []})));
        check(r#"{"A":["#, Some(json!({"A": []})));
        check(r#"{"A":"[","#, None);
        check(r#"{"A":{"b":1},"#, None);
        check("]]}}", None);
        check("", None);
    }
}
