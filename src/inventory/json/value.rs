//! A JSON value in its text: where each key and value starts, eight bytes for each.
//!
//! Goes in: text and nodes of a [`super::scan`]. Comes out: values that are read when they are asked for. A tree of values
//! of their own would need up to a hundred times the memory of its text.

use std::borrow::Cow;

use super::node::Node;
use super::scan::{Scan, Scanned};

/// A value of a text.
#[derive(Clone, Copy, Debug)]
pub(in crate::inventory) struct Value<'a> {
    text: &'a [u8],
    nodes: &'a [Node],
    node: usize,
}

/// An object of a text.
#[derive(Clone, Copy, Debug)]
pub(in crate::inventory) struct JsonFields<'a>(Value<'a>);

impl<'a> Value<'a> {
    /// The value whose nodes are these.
    pub(super) fn root(text: &'a [u8], nodes: &'a [Node]) -> Self {
        Self { text, nodes, node: 0 }
    }

    fn at(self) -> Node {
        self.nodes.get(self.node).copied().unwrap_or(Node::scalar(0, 0))
    }

    fn first(self) -> u8 {
        self.text.get(self.at().at as usize).copied().unwrap_or_default()
    }

    /// The bytes of a value that is neither list nor object.
    fn bytes(self) -> &'a [u8] {
        let start = self.at().at as usize;
        self.text.get(start..start + self.at().length()).unwrap_or_default()
    }

    /// The node after this value.
    fn after(self) -> usize {
        if self.is_list() || self.is_object() { self.at().length() } else { self.node + 1 }
    }

    pub(in crate::inventory) fn is_null(self) -> bool {
        self.first() == b'n'
    }

    pub(in crate::inventory) fn is_list(self) -> bool {
        self.first() == b'['
    }

    pub(in crate::inventory) fn is_object(self) -> bool {
        self.first() == b'{'
    }

    pub(in crate::inventory) fn is_text(self) -> bool {
        self.first() == b'"'
    }

    /// The values of a list; none of anything else.
    pub(in crate::inventory) fn items(self) -> impl Iterator<Item = Value<'a>> {
        let end = if self.is_list() { self.after() } else { 0 };
        let mut node = self.node + 1;
        std::iter::from_fn(move || {
            let value = Value { node, ..self };
            (node < end).then(|| {
                node = value.after();
                value
            })
        })
    }

    pub(in crate::inventory) fn fields(self) -> Option<JsonFields<'a>> {
        self.is_object().then_some(JsonFields(self))
    }

    pub(in crate::inventory) fn text(self) -> Option<Cow<'a, str>> {
        if !self.is_text() {
            return None;
        }
        let bytes = self.bytes();
        let inner = bytes.get(1..bytes.len() - 1).unwrap_or_default();
        let text = String::from_utf8_lossy(inner);
        Some(if self.at().is_list() { unescape(&text).into() } else { text })
    }

    /// The digits of a number.
    pub(in crate::inventory) fn number(self) -> Option<&'a str> {
        let is_number = matches!(self.first(), b'-' | b'0'..=b'9');
        str::from_utf8(self.bytes()).ok().filter(|_| is_number)
    }

    pub(in crate::inventory) fn flag(self) -> Option<bool> {
        match self.first() {
            b't' => Some(true),
            b'f' => Some(false),
            _ => None,
        }
    }

    /// Whether this is the text `wanted`.
    pub(in crate::inventory) fn is(self, wanted: &str) -> bool {
        if !self.is_text() {
            return false;
        }
        if self.at().is_list() {
            return self.text().is_some_and(|text| text == wanted);
        }
        self.bytes().get(1..=wanted.len()) == Some(wanted.as_bytes())
            && self.bytes().len() == wanted.len() + 2
    }

    /// A word or a number as it is written.
    pub(in crate::inventory) fn written(self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes())
    }

    /// Writes the value as JSON, with its keys changed by `rename`.
    pub(in crate::inventory) fn write(self, rename: fn(&[u8], &mut Vec<u8>), out: &mut Vec<u8>) {
        if self.is_list() {
            out.push(b'[');
            for (place, item) in self.items().enumerate() {
                out.extend(b",".iter().filter(|_| place > 0));
                item.write(rename, out);
            }
            out.push(b']');
        } else if let Some(fields) = self.fields() {
            out.push(b'{');
            for (place, (key, value)) in fields.pairs().enumerate() {
                out.extend(b",".iter().filter(|_| place > 0));
                rename(key.bytes(), out);
                out.push(b':');
                value.write(rename, out);
            }
            out.push(b'}');
        } else {
            out.extend_from_slice(self.bytes());
        }
    }
}

impl<'a> JsonFields<'a> {
    fn pairs(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        let end = self.0.after();
        let mut node = self.0.node + 1;
        std::iter::from_fn(move || {
            let (key, value) = (Value { node, ..self.0 }, Value { node: node + 1, ..self.0 });
            (node < end).then(|| {
                node = value.after();
                (key, value)
            })
        })
    }

    /// The value of a key; of a key that is there twice, the last one.
    pub(in crate::inventory) fn get(self, wanted: &str) -> Option<Value<'a>> {
        self.pairs().filter(|(key, _)| key.is(wanted)).last().map(|(_, value)| value)
    }

    pub(in crate::inventory) fn contains_key(self, wanted: &str) -> bool {
        self.pairs().any(|(key, _)| key.is(wanted))
    }

    /// The keys and values, in the order of the text.
    pub(in crate::inventory) fn iter(self) -> impl Iterator<Item = (Cow<'a, str>, Value<'a>)> {
        self.pairs().map(|(key, value)| (key.text().unwrap_or_default(), value))
    }

    /// Whether there are more keys than this.
    pub(in crate::inventory) fn is_longer_than(self, most: usize) -> bool {
        self.pairs().nth(most).is_some()
    }

    pub(in crate::inventory) fn value(self) -> Value<'a> {
        self.0
    }
}

/// A JSON text with its nodes.
#[derive(Clone, Debug)]
pub(in crate::inventory) struct OwnedValue {
    text: Vec<u8>,
    nodes: Vec<Node>,
}

impl OwnedValue {
    /// The value of a text; none if the text is anything else than one value.
    pub(in crate::inventory) fn parse(text: Vec<u8>) -> Option<Self> {
        let start = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let mut nodes = Vec::new();
        let text = text[start..].to_vec();
        let Scanned::Whole(end) = Scan::new(&mut nodes).go_on(&text, true) else { return None };
        text[end..].iter().all(u8::is_ascii_whitespace).then_some(Self { text, nodes })
    }

    pub(in crate::inventory) fn root(&self) -> Value<'_> {
        Value::root(&self.text, &self.nodes)
    }

    #[cfg(test)]
    pub(in crate::inventory) fn of(value: &serde_json::Value) -> Self {
        Self::parse(value.to_string().into_bytes()).unwrap()
    }

    #[cfg(test)]
    pub(super) fn to_json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.text).unwrap()
    }
}

/// Text without escapes; half of a pair of code units is replaced.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut letters = escaped.chars();
        let letter = letters.next();
        rest = letters.as_str();
        match letter {
            Some('u') => rest = push_units(rest, &mut out),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out.push_str(rest);
    out
}

/// Adds the letter of one or two code units; returns the text after them.
fn push_units<'t>(text: &'t str, out: &mut String) -> &'t str {
    let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
    let first = unit(text).unwrap_or(0xfffd);
    let rest = text.get(4..).unwrap_or_default();
    let second = rest.strip_prefix("\\u").and_then(unit).filter(|_| (0xd800..0xdc00).contains(&first));
    if let Some(Ok(letter)) = second.and_then(|second| char::decode_utf16([first, second]).next()) {
        out.push(letter);
        return rest.get(6..).unwrap_or_default();
    }
    out.push(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

#[cfg(test)]
impl<'a> From<&'a serde_json::Map<String, serde_json::Value>> for JsonFields<'a> {
    /// Keeps the text for good, so that tests can hand over values of their own.
    fn from(fields: &'a serde_json::Map<String, serde_json::Value>) -> Self {
        let value: &'static OwnedValue =
            Box::leak(Box::new(OwnedValue::of(&serde_json::Value::Object(fields.clone()))));
        value.root().fields().unwrap()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// The value, read and written again.
    fn again(value: Value<'_>) -> serde_json::Value {
        let mut text = Vec::new();
        value.write(|key, out| out.extend_from_slice(key), &mut text);
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn fields_are_found() {
        let text = r#"{"a":1,"b":[true,{"c":null},"x"],"\u0064":"\ud83d\ude00\n\ud800","a":2.5}"#;
        let value = OwnedValue::parse(text.into()).unwrap();
        let fields = value.root().fields().unwrap();
        assert_eq!(fields.get("a").unwrap().number(), Some("2.5"));
        assert_eq!(fields.get("d").unwrap().text().unwrap(), "\u{1f600}\n\u{fffd}");
        let list: Vec<_> = fields.get("b").unwrap().items().collect();
        assert_eq!(list[0].flag(), Some(true));
        assert!(list[1].fields().unwrap().get("c").unwrap().is_null());
        assert!(list[2].is("x") && !list[2].is("xy") && !list[2].is(""));
        assert!(fields.get("c").is_none() && !fields.contains_key("c") && fields.is_longer_than(3));
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(|flag| json!(flag)),
            any::<i64>().prop_map(|number| json!(number)),
            "\\PC{0,6}|[\"\\\\\n]{0,3}".prop_map(|text| json!(text)),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(|items| json!(items)),
                prop::collection::btree_map("\\PC{0,3}|[\"\\\\]", inner, 0..5)
                    .prop_map(|fields| json!(fields)),
            ]
        })
    }

    proptest! {
        #[test]
        fn values_are_those_of_the_text(value in any_json()) {
            let read = OwnedValue::of(&value);
            prop_assert_eq!(again(read.root()), value.clone());
            for (key, member) in value.as_object().into_iter().flatten() {
                let found = read.root().fields().unwrap().get(key).unwrap();
                prop_assert_eq!(again(found), member.clone());
                prop_assert!(found.text().as_deref() == member.as_str());
            }
        }
    }
}
