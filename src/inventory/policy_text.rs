//! Policies in documents: an object, JSON text, or URL-encoded JSON text.
//!
//! Goes in: a value of a document. Comes out: compact JSON text. A text that is not JSON stays as it is, because the room that
//! evaluates policies reports it.

use crate::inventory::json::{OwnedValue, Value};
use crate::model::access::PolicyText;

/// How many texts may be one in another.
const NESTED_TEXTS: usize = 2;

/// How often a text may be URL-encoded: a tool that saves the encoded text can encode it again.
const ENCODINGS: usize = 2;

/// The longest text that is read, bytes. The longest policy of AWS has 32 KiB, three times that when URL-encoded.
const LONGEST: usize = 1 << 20;

/// The policy of a value; none of a number, a flag or a list.
pub(super) fn policy_text(value: Value<'_>) -> Option<PolicyText> {
    if value.is_object() {
        return Some(compact(value));
    }
    let mut text = value.text()?.into_owned();
    for _ in 0..NESTED_TEXTS {
        let Some(inner) = json_of(&text) else { break };
        if inner.root().is_object() {
            return Some(compact(inner.root()));
        }
        let Some(nested) = inner.root().text() else { break };
        text = nested.into_owned();
    }
    Some(PolicyText(text))
}

fn compact(value: Value<'_>) -> PolicyText {
    let mut out = Vec::new();
    value.write(|key, out| out.extend_from_slice(key), &mut out);
    PolicyText(String::from_utf8_lossy(&out).into_owned())
}

fn json_of(text: &str) -> Option<OwnedValue> {
    if text.len() > LONGEST {
        return None;
    }
    let mut bytes = text.trim_start_matches('\u{feff}').trim().as_bytes().to_vec();
    for _ in 0..ENCODINGS {
        if bytes.first() != Some(&b'%') {
            break;
        }
        bytes = percent_decoded(&bytes)?;
    }
    OwnedValue::parse(bytes)
}

/// Decodes `%7B` to `{`. A plus sign stays a plus sign, because IAM encodes blanks as `%20`.
fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            bytes.push(high << 4 | low);
        } else {
            bytes.push(byte);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(value: Value, want: &str) {
        let owned = OwnedValue::of(&value);
        assert_eq!(policy_text(owned.root()).map(|text| text.0).as_deref(), Some(want), "{value}");
    }

    #[test]
    fn the_forms_are_one_text() {
        let want = r#"{"Version":"2012-10-17","Statement":[]}"#;
        check(json!("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [] }\n"), want);
        check(json!("%7B%22Version%22%3A%222012-10-17%22%2C%20%22Statement%22:%5b%5d%7D"), want);
        check(json!("%257B%2522Version%2522:%25222012-10-17%2522,%2522Statement%2522:%255b%255d%257D"), want);
        check(json!(json!(want).to_string()), want);
        let object =
            OwnedValue::parse(b"{ \"Version\" : \"2012-10-17\", \"Statement\":[ ] }".to_vec()).unwrap();
        assert_eq!(policy_text(object.root()), Some(PolicyText(want.to_owned())));
    }

    #[test]
    fn a_text_that_is_no_policy_stays_as_it_is() {
        for text in ["", "{", "%7", "%ff", "null", "[1]", "{\"a\":1} x", "\u{202e}"] {
            check(json!(text), text);
        }
        let long = format!("{{\"a\": \"{}\"}}", "x".repeat(LONGEST));
        check(json!(long), &long);
        let deep = "[".repeat(100_000);
        check(json!(deep), &deep);
    }

    #[test]
    fn other_values_are_no_policy() {
        for value in [json!([]), json!(7), json!(true)] {
            assert_eq!(policy_text(OwnedValue::of(&value).root()), None, "{value}");
        }
    }
}
