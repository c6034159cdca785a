//! Reads the fields of one JSON object leniently and notes what is wrong with them.
//!
//! Goes in: an object of an AWS document. Comes out: typed values, none where a field is absent or null.
//! An invalid value loses only its own field, not the object, and adds a note with the expected type.

use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;

use ipnet::IpNet;
use serde_json::{Map, Value};

use crate::model::time::Timestamp;

/// Length limit of a quotation from a document in a note, characters.
const LONGEST_QUOTE: usize = 60;

/// The location of an item.
#[derive(Clone, Debug, Default)]
pub(super) struct ItemOrigin {
    pub(super) file: Rc<str>,
    /// The line its document starts on, from 1.
    pub(super) line: u64,
}

/// The location of an item and the problems found while it was read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    origin: ItemOrigin,
    /// In the order of reading.
    texts: RefCell<Vec<String>>,
}

impl Notes {
    pub(super) fn of(origin: ItemOrigin) -> Self {
        Self { origin, texts: RefCell::default() }
    }

    pub(super) fn into_inner(self) -> Vec<String> {
        self.texts.into_inner()
    }

    fn count(&self) -> usize {
        self.texts.borrow().len()
    }
}

/// One object of a document.
#[derive(Clone, Copy)]
pub(super) struct DocumentItem<'a> {
    fields: &'a Map<String, Value>,
    notes: &'a Notes,
}

impl<'a> DocumentItem<'a> {
    pub(super) fn new(fields: &'a Map<String, Value>, notes: &'a Notes) -> Self {
        Self { fields, notes }
    }

    /// The file of the item.
    pub(super) fn file(self) -> &'a Rc<str> {
        &self.notes.origin.file
    }

    /// The line its document starts on, from 1.
    pub(super) fn line(self) -> u64 {
        self.notes.origin.line
    }

    /// A field that identifies the item; its absence is noted.
    pub(super) fn identifier(self, key: &str) -> Option<String> {
        let before = self.notes.count();
        let text = self.text(key);
        if text.is_none() && self.notes.count() == before {
            self.note(format!("expected `{key}`, found none"));
        }
        text
    }

    /// A text; an empty text counts as absent.
    pub(super) fn text(self, key: &str) -> Option<String> {
        self.read(key, "a text", text_of).filter(|text| !text.is_empty())
    }

    /// A time: RFC 3339 or epoch seconds, as a text or a number.
    pub(super) fn time(self, key: &str) -> Option<Timestamp> {
        self.read(key, "a time", |value| match value {
            Value::String(text) => Timestamp::parse(text),
            other => other.as_f64().and_then(Timestamp::from_epoch),
        })
    }

    /// A whole number, or a text of one.
    pub(super) fn number(self, key: &str) -> Option<i64> {
        self.read(key, "a number", |value| match value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_i64(),
        })
    }

    /// `true` or `false`, or a text of one.
    pub(super) fn flag(self, key: &str) -> Option<bool> {
        self.read(key, "`true` or `false`", |value| match value {
            Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
            other => other.as_bool(),
        })
    }

    /// An IP address.
    pub(super) fn address(self, key: &str) -> Option<IpAddr> {
        self.read(key, "an address", |value| value.as_str()?.trim().parse().ok())
    }

    /// An address block with its host bits cleared.
    pub(super) fn cidr(self, key: &str) -> Option<IpNet> {
        self.read(key, "an address block", |value| block_of(value.as_str()?))
    }

    /// An array of address blocks: texts, or objects with a block under `member`.
    pub(super) fn cidrs(self, key: &str, member: &str) -> Vec<IpNet> {
        let block = |value: &'a Value| {
            let text = value.as_str().or_else(|| value.get(member)?.as_str());
            let block = text.and_then(block_of);
            if block.is_none() {
                self.unexpected(key, "an address block", value.get(member).unwrap_or(value));
            }
            block
        };
        self.array(key).iter().filter_map(block).collect()
    }

    /// An array of texts, or of objects with a text under `member`.
    pub(super) fn texts_in(self, key: &str, member: &str) -> Vec<String> {
        let text = |value: &'a Value| {
            let text = text_of(value).or_else(|| text_of(value.get(member)?));
            if text.is_none() {
                self.unexpected(key, "a text", value);
            }
            text
        };
        self.array(key).iter().filter_map(text).collect()
    }

    /// An object, or a text of one.
    pub(super) fn embedded(self, key: &str) -> Option<Value> {
        self.read(key, "an object", |value| match value {
            Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_object),
            Value::Object(_) => Some(value.clone()),
            _ => None,
        })
    }

    /// Another object that adds to the notes of this one.
    pub(super) fn over<'b>(self, fields: &'b Map<String, Value>) -> DocumentItem<'b>
    where
        'a: 'b,
    {
        DocumentItem { fields, notes: self.notes }
    }

    /// The result of `read`, or none if `read` added a note.
    pub(super) fn without_note<T>(self, read: impl FnOnce() -> T) -> Option<T> {
        let before = self.notes.count();
        let found = read();
        (self.notes.count() == before).then_some(found)
    }

    /// Whether the field exists and is not null.
    pub(super) fn has(self, key: &str) -> bool {
        self.present(key).is_some()
    }

    /// Whether the field exists and is null.
    pub(super) fn is_null(self, key: &str) -> bool {
        self.fields.get(key).is_some_and(Value::is_null)
    }

    /// Whether the field is absent, null or an array.
    pub(super) fn is_list(self, key: &str) -> bool {
        self.present(key).is_none_or(Value::is_array)
    }

    /// Whether a field is an array that is not empty.
    pub(super) fn has_members(self, key: &str) -> bool {
        self.present(key).and_then(Value::as_array).is_some_and(|values| !values.is_empty())
    }

    /// An array of texts.
    pub(super) fn texts(self, key: &str) -> Vec<String> {
        let texts = self.array(key).iter().map(|value| text_of(value).ok_or(value));
        texts.filter_map(|text| text.map_err(|value| self.unexpected(key, "a text", value)).ok()).collect()
    }

    /// An array of objects.
    pub(super) fn items(self, key: &str) -> Vec<Self> {
        let items = self.array(key).iter().map(|value| value.as_object().ok_or(value));
        items
            .filter_map(|item| item.map_err(|value| self.unexpected(key, "an object", value)).ok())
            .map(|fields| Self { fields, notes: self.notes })
            .collect()
    }

    /// An object within this one.
    pub(super) fn item(self, key: &str) -> Option<Self> {
        let value = self.present(key)?;
        let fields = value.as_object();
        if fields.is_none() {
            self.unexpected(key, "an object", value);
        }
        fields.map(|fields| Self { fields, notes: self.notes })
    }

    /// The objects under all keys of this one, in the order of the keys.
    pub(super) fn members(self) -> Vec<Self> {
        self.fields.keys().filter_map(|key| self.item(key)).collect()
    }

    /// Adds a note on a problem of the item.
    pub(super) fn note(self, text: String) {
        self.notes.texts.borrow_mut().push(text);
    }

    fn present(self, key: &str) -> Option<&'a Value> {
        self.fields.get(key).filter(|value| !value.is_null())
    }

    fn array(self, key: &str) -> &'a [Value] {
        match self.present(key) {
            None => &[],
            Some(Value::Array(values)) => values,
            Some(other) => {
                self.unexpected(key, "an array", other);
                &[]
            }
        }
    }

    fn read<T>(self, key: &str, expected: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let value = self.present(key)?;
        let found = read(value);
        if found.is_none() {
            self.unexpected(key, expected, value);
        }
        found
    }

    fn unexpected(self, key: &str, expected: &str, found: &Value) {
        self.note(format!("`{key}`: expected {expected}, found `{}`", quote(found)));
    }
}

/// A value as a short text for a message.
pub(super) fn quote(value: &Value) -> String {
    match value {
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        Value::String(text) => shorten(text),
        other => shorten(&other.to_string()),
    }
}

/// The start of a text of any length.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The values in the same order, without duplicates.
pub(super) fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

fn block_of(text: &str) -> Option<IpNet> {
    text.trim().parse().ok().map(|block: IpNet| block.trunc())
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T>(value: &Value, read: impl Fn(DocumentItem) -> T) -> (T, Vec<String>) {
        let notes = Notes::default();
        let found = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (found, notes.into_inner())
    }

    #[test]
    fn times_come_as_texts_and_numbers() {
        let check = |value: Value, want: Option<i64>| {
            let (found, notes) = read(&json!({ "at": value }), |item| item.time("at"));
            assert_eq!(found, want.map(Timestamp), "{value}");
            assert_eq!(notes.is_empty(), want.is_some() || value.is_null(), "{value}: {notes:?}");
        };
        check(json!("2026-11-23T04:12:00+01:00"), Some(1_795_403_520));
        check(json!(1_795_403_520.25), Some(1_795_403_520));
        check(json!("1795403520.5"), Some(1_795_403_520));
        check(json!("soon"), None);
        check(json!(-4), None);
        check(json!([]), None);
        check(Value::Null, None);
    }

    #[test]
    fn numbers_and_flags_come_as_texts_too() {
        let value = json!({"n": "600", "m": 60, "x": "many", "t": "True", "f": false, "u": 3});
        let (found, notes) = read(&value, |item| {
            (
                ["n", "m", "x", "none"].map(|key| item.number(key)),
                ["t", "f", "u", "none"].map(|key| item.flag(key)),
            )
        });
        assert_eq!(found.0, [Some(600), Some(60), None, None]);
        assert_eq!(found.1, [Some(true), Some(false), None, None]);
        assert_eq!(
            notes,
            ["`x`: expected a number, found `many`", "`u`: expected `true` or `false`, found `3`"]
        );
    }

    #[test]
    fn a_bad_member_loses_only_itself() {
        let value = json!({"list": ["a", {"b": 1}, "c"], "objects": [{"k": "v"}, 7], "scalar": "s"});
        let (found, notes) = read(&value, |item| {
            (item.texts("list"), item.items("objects").len(), item.texts("scalar"), item.items("none").len())
        });
        assert_eq!(found, (vec!["a".to_owned(), "c".to_owned()], 1, vec![], 0));
        assert_eq!(
            notes,
            [
                "`list`: expected a text, found `{…}`",
                "`objects`: expected an object, found `7`",
                "`scalar`: expected an array, found `s`"
            ]
        );
    }

    #[test]
    fn blocks_come_as_texts_and_objects() {
        let value =
            json!({"list": ["10.0.0.7/8", {"Cidr": "2001:db8::/32"}, {"x": 1}, {"Cidr": "10.0.0.0/40"}]});
        let (found, notes) = read(&value, |item| item.cidrs("list", "Cidr"));
        assert_eq!(found.iter().map(IpNet::to_string).collect::<Vec<_>>(), ["10.0.0.0/8", "2001:db8::/32"]);
        assert_eq!(
            notes,
            [
                "`list`: expected an address block, found `{…}`",
                "`list`: expected an address block, found `10.0.0.0/40`"
            ]
        );
        let (found, _) = read(&value, |item| item.without_note(|| item.cidrs("list", "Cidr")));
        assert_eq!(found, None);
    }

    #[test]
    fn a_missing_identifier_is_noted() {
        let check = |value: Value, note: &str| {
            assert_eq!(read(&value, |item| item.identifier("Id")), (None, vec![note.to_owned()]), "{value}");
        };
        check(json!({}), "expected `Id`, found none");
        check(json!({"Id": null}), "expected `Id`, found none");
        check(json!({"Id": ""}), "expected `Id`, found none");
        check(json!({"Id": []}), "`Id`: expected a text, found `[…]`");
    }

    #[test]
    fn quotes_are_short_whatever_the_text() {
        assert_eq!(shorten(&"é".repeat(500)), format!("{}…", "é".repeat(LONGEST_QUOTE)));
        assert_eq!(shorten("short"), "short");
    }
}
