//! Reads the fields of one JSON object leniently and notes what is wrong with them.
//!
//! Goes in: an object of an AWS document. Comes out: typed values, none where a field is absent or null.
//! An invalid value loses only its own field, not the object, and adds a note with the expected type.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;

use crate::inventory::json::{JsonFields, OwnedValue, Value};
use crate::inventory::kept;
use crate::inventory::policy_text::policy_text;
use crate::model::access::PolicyText;
use crate::model::time::Timestamp;
use ipnet::IpNet;

/// Length limit of a quotation from a document in a note, characters.
const LONGEST_QUOTE: usize = 60;

/// How many problems of one item are kept as texts; the others are counted.
const MOST_NOTES: usize = 64;

/// The location of an item.
#[derive(Clone, Debug, Default)]
pub(super) struct ItemOrigin {
    pub(super) file: Rc<str>,
    /// The line its document starts on, from 1.
    pub(super) line: u64,
    /// Its position in a page or a list, from 1; none if it stands alone.
    pub(super) place: Option<usize>,
}

/// The location of an item and the problems found while it was read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    origin: ItemOrigin,
    /// Whether values may be secrets: notes name only their types.
    hides_values: bool,
    /// In the order of reading.
    texts: RefCell<Vec<String>>,
    /// The number of further problems.
    others: Cell<u64>,
    /// Bytes of what is kept of the item, where its reader keeps it.
    kept: Cell<u64>,
}

impl Notes {
    pub(super) fn of(origin: ItemOrigin) -> Self {
        Self { origin, ..Self::default() }
    }

    /// The same for an item whose values may be secrets, for example of variables.
    pub(super) fn hiding_values(self, hides_values: bool) -> Self {
        Self { hides_values, ..self }
    }

    /// The first problems in the order of reading, and the number of the others.
    pub(super) fn into_parts(self) -> (Vec<String>, u64) {
        (self.texts.into_inner(), self.others.get())
    }

    #[cfg(test)]
    pub(super) fn into_inner(self) -> Vec<String> {
        self.texts.into_inner()
    }

    fn count(&self) -> u64 {
        self.texts.borrow().len() as u64 + self.others.get()
    }

    fn add(&self, text: String) {
        let mut texts = self.texts.borrow_mut();
        if texts.len() < MOST_NOTES {
            texts.push(text);
        } else {
            self.others.set(self.others.get() + 1);
        }
    }
}

/// One object of a document.
#[derive(Clone, Copy)]
pub(super) struct DocumentItem<'a> {
    fields: JsonFields<'a>,
    notes: &'a Notes,
}

/// An object within an object, or in a text of it.
pub(super) enum Embedded<'a> {
    Here(Value<'a>),
    InText(OwnedValue),
}

impl Embedded<'_> {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Here(value) => *value,
            Self::InText(value) => value.root(),
        }
    }
}

impl<'a> DocumentItem<'a> {
    pub(super) fn new(fields: impl Into<JsonFields<'a>>, notes: &'a Notes) -> Self {
        Self { fields: fields.into(), notes }
    }

    /// The file of the item.
    pub(super) fn file(self) -> &'a Rc<str> {
        &self.notes.origin.file
    }

    /// The line its document starts on, from 1.
    pub(super) fn line(self) -> u64 {
        self.notes.origin.line
    }

    /// Its position in a page or a list, from 1; none if it stands alone.
    pub(super) fn place(self) -> Option<usize> {
        self.notes.origin.place
    }

    /// Counts a value that the reader of the item keeps.
    pub(super) fn keep(self, value: &impl fmt::Debug) {
        self.notes.kept.set(self.notes.kept.get() + kept::size_of(value));
    }

    /// Bytes of the values that were counted.
    pub(super) fn kept(self) -> u64 {
        self.notes.kept.get()
    }

    /// A field that identifies the item; its absence is noted.
    pub(super) fn identifier(self, key: &str) -> Option<String> {
        self.known(key, Self::text)
    }

    /// A value that every item of its kind has; its absence is noted.
    pub(super) fn known<T>(self, key: &str, read: impl FnOnce(Self, &str) -> Option<T>) -> Option<T> {
        let before = self.notes.count();
        let value = read(self, key);
        if value.is_none() && self.notes.count() == before {
            self.note(format!("expected `{key}`, found none"));
        }
        value
    }

    /// The list under `key`, each of its objects read by `read`, which returns none for an object that does not count.
    ///
    /// None means unknown: the list is missing, null or of another type, or reading one of its members added a note. An
    /// empty list is known to be empty.
    pub(super) fn whole_list<T>(self, key: &str, read: impl FnMut(Self) -> Option<T>) -> Option<Vec<T>> {
        if self.is_null(key) {
            self.note(format!("`{key}`: expected an array, found `null`"));
        }
        let list = || self.items(key).into_iter().filter_map(read).collect();
        self.without_note(list).filter(|_| self.has(key))
    }

    /// A text; an empty text counts as absent.
    pub(super) fn text(self, key: &str) -> Option<String> {
        self.read(key, "a text", text_of).filter(|text| !text.is_empty())
    }

    /// A time: RFC 3339 or epoch seconds, as a text or a number.
    pub(super) fn time(self, key: &str) -> Option<Timestamp> {
        self.read(key, "a time", |value| match value.text() {
            Some(text) => Timestamp::parse(&text),
            None => value.number()?.parse().ok().and_then(Timestamp::from_epoch),
        })
    }

    /// A whole number, or a text of one.
    pub(super) fn number(self, key: &str) -> Option<i64> {
        self.read(key, "a number", |value| match value.text() {
            Some(text) => text.trim().parse().ok(),
            None => value.number()?.parse().ok(),
        })
    }

    /// `true` or `false`, or a text of one.
    pub(super) fn flag(self, key: &str) -> Option<bool> {
        self.read(key, "`true` or `false`", |value| match value.text() {
            Some(text) => text.trim().to_ascii_lowercase().parse().ok(),
            None => value.flag(),
        })
    }

    /// An IP address.
    pub(super) fn address(self, key: &str) -> Option<IpAddr> {
        self.read(key, "an address", |value| value.text()?.trim().parse().ok())
    }

    /// An address block with its host bits cleared.
    pub(super) fn cidr(self, key: &str) -> Option<IpNet> {
        self.read(key, "an address block", |value| block_of(&value.text()?))
    }

    /// An array of address blocks: texts, or objects with a block under `member`.
    pub(super) fn cidrs(self, key: &str, member: &str) -> Vec<IpNet> {
        let block = |value: Value<'a>| {
            let inner = value.fields().and_then(|fields| fields.get(member)).unwrap_or(value);
            let block = inner.text().and_then(|text| block_of(&text));
            if block.is_none() {
                self.unexpected(key, "an address block", inner);
            }
            block
        };
        self.array(key).filter_map(block).collect()
    }

    /// An array of texts, or of objects with a text under `member`.
    pub(super) fn texts_in(self, key: &str, member: &str) -> Vec<String> {
        let text = |value: Value<'a>| {
            let text = text_of(value).or_else(|| text_of(value.fields()?.get(member)?));
            if text.is_none() {
                self.unexpected(key, "a text", value);
            }
            text
        };
        self.array(key).filter_map(text).collect()
    }

    /// An array of texts, or of objects with a text under one of `members`.
    pub(super) fn texts_under(self, key: &str, members: &[&str]) -> Vec<String> {
        let text = |value: Value<'a>| {
            let inner = || members.iter().find_map(|member| text_of(value.fields()?.get(member)?));
            let text = text_of(value).or_else(inner);
            if text.is_none() {
                self.unexpected(key, "a text", value);
            }
            text
        };
        self.array(key).filter_map(text).collect()
    }

    /// An object, or a text of one.
    pub(super) fn embedded(self, key: &str) -> Option<Embedded<'a>> {
        self.read(key, "an object", |value| match value.text() {
            Some(text) => {
                let value = OwnedValue::parse(text.into_owned().into_bytes())?;
                value.root().is_object().then_some(Embedded::InText(value))
            }
            None => value.is_object().then_some(Embedded::Here(value)),
        })
    }

    /// A policy: an object, or a text that may hold JSON.
    pub(super) fn policy(self, key: &str) -> Option<PolicyText> {
        self.read(key, "a policy", policy_text)
    }

    /// Another object that adds to the notes of this one.
    pub(super) fn over<'b>(self, fields: JsonFields<'b>) -> DocumentItem<'b>
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

    /// Reads values that are read again later, so that nothing about them is noted now.
    pub(super) fn quietly<T>(self, read: impl FnOnce(DocumentItem<'_>) -> T) -> T {
        let notes = Notes::default();
        read(DocumentItem { fields: self.fields, notes: &notes })
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
        self.present(key).is_none_or(Value::is_list)
    }

    /// Whether the field is an object.
    pub(super) fn is_object(self, key: &str) -> bool {
        self.present(key).is_some_and(Value::is_object)
    }

    /// Whether a field is an array that is not empty.
    pub(super) fn has_members(self, key: &str) -> bool {
        self.present(key).is_some_and(|value| value.items().next().is_some())
    }

    /// An array of texts.
    pub(super) fn texts(self, key: &str) -> Vec<String> {
        let texts = self.array(key).map(|value| text_of(value).ok_or(value));
        texts.filter_map(|text| text.map_err(|value| self.unexpected(key, "a text", value)).ok()).collect()
    }

    /// An array of objects.
    pub(super) fn items(self, key: &str) -> Vec<Self> {
        let items = self.array(key).map(|value| value.fields().ok_or(value));
        items
            .filter_map(|item| item.map_err(|value| self.unexpected(key, "an object", value)).ok())
            .map(|fields| Self { fields, notes: self.notes })
            .collect()
    }

    /// An object within this one.
    pub(super) fn item(self, key: &str) -> Option<Self> {
        let value = self.present(key)?;
        let fields = value.fields();
        if fields.is_none() {
            self.unexpected(key, "an object", value);
        }
        fields.map(|fields| Self { fields, notes: self.notes })
    }

    /// The objects under all keys of this one, in the order of the keys.
    pub(super) fn members(self) -> Vec<Self> {
        let keys: BTreeSet<_> = self.fields.iter().map(|(key, _)| key).collect();
        keys.iter().filter_map(|key| self.item(key)).collect()
    }

    /// The arrays of texts under all keys of this object, in the order of the keys. A null is noted.
    pub(super) fn lists_of_texts(self) -> Vec<Vec<String>> {
        let keys: BTreeSet<_> = self.fields.iter().map(|(key, _)| key).collect();
        keys.iter().map(|key| self.whole_list_of_texts(key).unwrap_or_default()).collect()
    }

    /// The texts under `key`; none means unknown, as with [`Self::whole_list`].
    pub(super) fn whole_list_of_texts(self, key: &str) -> Option<Vec<String>> {
        if self.is_null(key) {
            self.note(format!("`{key}`: expected an array, found `null`"));
        }
        self.without_note(|| self.texts(key)).filter(|_| self.has(key))
    }

    /// The texts under all keys of an object; none if one of them is no text.
    pub(super) fn pairs(self) -> Option<Vec<(String, String)>> {
        let keys: BTreeSet<_> = self.fields.iter().map(|(key, _)| key).collect();
        self.without_note(|| {
            keys.iter().filter_map(|key| Some((key.to_string(), self.identifier(key)?))).collect()
        })
    }

    /// Whether the object has no key.
    pub(super) fn is_empty(self) -> bool {
        self.fields.iter().next().is_none()
    }

    /// Whether the object has the key, with any value, null included.
    pub(super) fn has_key(self, key: &str) -> bool {
        self.fields.contains_key(key)
    }

    /// Whether the object has no other keys than these.
    pub(super) fn has_only(self, keys: &[&str]) -> bool {
        self.fields.iter().all(|(key, _)| keys.contains(&key.as_ref()))
    }

    /// Adds a note on a problem of the item.
    pub(super) fn note(self, text: String) {
        self.notes.add(text);
    }

    fn present(self, key: &str) -> Option<Value<'a>> {
        self.fields.get(key).filter(|value| !value.is_null())
    }

    fn array(self, key: &str) -> impl Iterator<Item = Value<'a>> {
        let value = self.present(key);
        if let Some(other) = value.filter(|value| !value.is_list()) {
            self.unexpected(key, "an array", other);
        }
        value.into_iter().flat_map(Value::items)
    }

    fn read<T>(self, key: &str, expected: &str, read: impl Fn(Value<'a>) -> Option<T>) -> Option<T> {
        let value = self.present(key)?;
        let found = read(value);
        if found.is_none() {
            self.unexpected(key, expected, value);
        }
        found
    }

    fn unexpected(self, key: &str, expected: &str, found: Value<'_>) {
        if self.notes.hides_values {
            self.note(format!("`{key}`: expected {expected}, found {}", type_name(found)));
        } else {
            self.note(format!("`{key}`: expected {expected}, found `{}`", quote(found)));
        }
    }
}

/// The type of a value, in words.
pub(super) fn type_name(value: Value<'_>) -> &'static str {
    match value.text() {
        Some(_) => "a text",
        None if value.is_list() => "an array",
        None if value.is_object() => "an object",
        None if value.is_null() => "`null`",
        None if value.number().is_some() => "a number",
        None => "`true` or `false`",
    }
}

/// A value as a short text for a message.
pub(super) fn quote(value: Value<'_>) -> String {
    match value.text() {
        Some(text) => shorten(&text),
        None if value.is_list() => "[…]".to_owned(),
        None if value.is_object() => "{…}".to_owned(),
        None => shorten(&value.written()),
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

fn text_of(value: Value<'_>) -> Option<String> {
    value.text().map(Cow::into_owned).or_else(|| value.number().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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
