//! Finds the records that an event holds under a key of its own, or below its top level.
//!
//! Programs that collect logs store a record as the text of `_raw`, `log`, `body` or `event.original`, or as an object one
//! level down. The search knows records by their content and needs no list of such keys.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::pairs::{JsonValue, Pair};
use crate::model::document::{DOCUMENTS, KnownBy};
use crate::model::field::Field;

/// The words of which a record has at least one.
const WORDS: [&[u8]; 4] = [b"ACCEPT", b"REJECT", b"NODATA", b"SKIPDATA"];
/// The least number of values in a record.
const FEWEST: usize = 5;

/// A record in an event.
pub(super) enum NestedRecord {
    /// The text of a record, or of an object with its fields.
    Text(String),
    /// The fields of a record as keys.
    Row(Map<String, Value>),
}

/// The records in an event, in the order of the text.
pub(super) fn nested_records(event: &[u8]) -> Vec<NestedRecord> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_slice(event) {
        search(value, &mut found);
    }
    found
}

fn search(value: Value, found: &mut Vec<NestedRecord>) {
    match value {
        Value::String(text) if is_record(text.as_bytes()) || is_row_text(&text) => {
            found.push(NestedRecord::Text(text));
        }
        Value::Object(fields) if is_row(fields.keys()) => found.push(NestedRecord::Row(fields)),
        Value::Object(fields) => fields.into_iter().for_each(|(_, value)| search(value, found)),
        Value::Array(values) => values.into_iter().for_each(|value| search(value, found)),
        _ => {}
    }
}

/// Whether a text has the form of a record.
pub(in crate::ingest::framing) fn is_record(text: &[u8]) -> bool {
    let words = || text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words().nth(FEWEST - 1).is_some() && words().any(is_record_word)
}

/// Whether a value occurs in every record: its action or its status.
pub(in crate::ingest::framing) fn is_record_word(value: &[u8]) -> bool {
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// Whether a text is an object with the fields of a record.
fn is_row_text(text: &str) -> bool {
    text.trim_ascii_start().starts_with('{')
        && serde_json::from_str::<Map<String, Value>>(text).is_ok_and(|fields| is_row(fields.keys()))
}

fn is_row<'a>(keys: impl Iterator<Item = &'a String>) -> bool {
    let fields: Vec<Field> = keys.filter_map(|key| Field::from_key(key.as_bytes())).collect();
    fields.len() >= FEWEST
        && [Field::SrcAddr, Field::DstAddr, Field::LogStatus].iter().any(|field| fields.contains(field))
}

/// The fields of a nested record as pairs.
pub(super) fn pairs_of(fields: &Map<String, Value>) -> Vec<Pair<'_>> {
    let value = |value: &Value| match value {
        Value::String(text) => JsonValue::Scalar(Cow::Owned(text.clone())),
        Value::Null => JsonValue::Null,
        Value::Array(_) | Value::Object(_) => JsonValue::Nested,
        scalar => JsonValue::Scalar(Cow::Owned(scalar.to_string())),
    };
    fields.iter().map(|(key, found)| (Cow::Borrowed(key.as_str()), value(found))).collect()
}

/// The description of an event without records.
pub(super) fn foreign(pairs: &[Pair<'_>]) -> String {
    const NAMED: usize = 4;
    if pairs.iter().any(|(key, _)| is_key_of_metadata(key)) {
        return "expected flow-log records, found an AWS document; pass metadata with `--metadata`"
            .to_owned();
    }
    let mut keys: Vec<String> =
        pairs.iter().take(NAMED).map(|(key, _)| format!("`{}`", shorten(key))).collect();
    if pairs.len() > NAMED {
        keys.push("…".to_owned());
    }
    format!("expected flow-log records, found JSON with the keys {}", keys.join(", "))
}

fn shorten(key: &str) -> Cow<'_, str> {
    const LONGEST: usize = 40;
    match key.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &key[..end]).into(),
        None => key.into(),
    }
}

/// Whether a key identifies a document that `--metadata` reads.
fn is_key_of_metadata(key: &str) -> bool {
    let has = |known_by: &KnownBy| match known_by {
        KnownBy::Page(page) | KnownBy::Single(page) | KnownBy::SingleWith(page, _) => *page == key,
        KnownBy::Item(keys) => keys.contains(&key),
        KnownBy::Event(_) => key == "detail-type",
    };
    DOCUMENTS.iter().any(|document| document.known_by.iter().any(has))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_known_by_their_content() {
        for record in ["2 1 eni-1 10.0.0.1 10.0.0.2 1 443 6 3 180 5 60 REJECT OK", "a b c d nodata"] {
            assert!(is_record(record.as_bytes()), "{record}");
        }
        for other in ["", "REJECT", "the packet was REJECTed by the firewall", "1 2 3 4 5"] {
            assert!(!is_record(other.as_bytes()), "{other}");
        }
    }
}
