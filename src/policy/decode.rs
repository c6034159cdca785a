//! The forms in which AWS returns a policy document: JSON object, JSON text, URL-encoded JSON text.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::policy::document::DocumentError;

/// The longest text of a document in bytes. The longest policy of AWS has 32 KiB without white space; URL encoding makes it
/// three times as long.
const LONGEST: usize = 1 << 20;

/// The number of texts inside texts that are opened.
const NESTED_TEXTS: usize = 2;

/// How often a text may be URL-encoded: a tool that saves the encoded text can encode it again.
const ENCODINGS: usize = 2;

/// The object of a document. Nested deeper than serde_json's limit of 128 levels counts as no JSON.
pub(super) fn object(document: &Value) -> Result<Map<String, Value>, DocumentError> {
    let mut document = Cow::Borrowed(document);
    for _ in 0..NESTED_TEXTS {
        let Value::String(text) = document.as_ref() else { break };
        document = Cow::Owned(json(text)?);
    }
    match document.into_owned() {
        Value::Object(object) => Ok(object),
        _ => Err(DocumentError::NotObject),
    }
}

fn json(text: &str) -> Result<Value, DocumentError> {
    if text.len() > LONGEST {
        return Err(DocumentError::TooLarge);
    }
    let mut text = Cow::Borrowed(text.trim_start_matches('\u{feff}').trim());
    for _ in 0..ENCODINGS {
        if !text.starts_with('%') {
            break;
        }
        text = Cow::Owned(percent_decoded(&text).ok_or(DocumentError::NotJson)?);
    }
    serde_json::from_str(&text).map_err(|_| DocumentError::NotJson)
}

/// Decodes `%7B` to `{`. A plus sign stays a plus sign, because IAM encodes blanks as `%20` (RFC 3986).
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (hex_digit(rest.next()?)?, hex_digit(rest.next()?)?);
            bytes.push(high << 4 | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_forms_are_one_document() {
        let expect = json!({"Statement": []});
        let forms = [
            expect.clone(),
            json!("{\"Statement\": []}"),
            json!("%7B%22Statement%22%3A%20%5B%5D%7d"),
            json!("%257B%2522Statement%2522%253A%2520%255B%255D%257d"),
        ];
        for form in forms {
            assert_eq!(object(&form).map(Value::Object), Ok(expect.clone()), "{form}");
        }
    }

    #[test]
    fn other_content_is_refused() {
        let check = |document: Value, expect| assert_eq!(object(&document), Err(expect));
        check(json!("{"), DocumentError::NotJson);
        check(json!("%7"), DocumentError::NotJson);
        check(json!("%25257B%25257D"), DocumentError::NotJson);
        check(json!("%ff%fe"), DocumentError::NotJson);
        check(json!("[".repeat(100_000)), DocumentError::NotJson);
        let nested = format!("{{\"Statement\": {}1{}}}", "[".repeat(200), "]".repeat(200));
        check(json!(nested), DocumentError::NotJson);
        check(json!(" ".repeat(LONGEST + 1)), DocumentError::TooLarge);
        check(json!("\"\\\"{}\\\"\""), DocumentError::NotObject);
        check(json!([]), DocumentError::NotObject);
        check(json!(null), DocumentError::NotObject);
        check(json!("3"), DocumentError::NotObject);
    }
}
