//! Parses an object into its keys and plain values, without recursion in this crate.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A key and its value.
pub(in crate::ingest::framing) type Pair<'a> = (Cow<'a, str>, JsonValue<'a>);

/// A value, as far as records need it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest::framing) enum JsonValue<'a> {
    /// A string, or a number or constant as a string.
    Scalar(Cow<'a, str>),
    /// `null`.
    Null,
    /// An object or an array.
    Nested,
}

/// Reads an object.
pub(super) fn object(bytes: &[u8]) -> Result<Vec<Pair<'_>>, serde_json::Error> {
    serde_json::from_slice::<JsonObject<'_>>(bytes).map(|object| object.0)
}

/// Reads `[{"field": "…", "value": "…"}, …]`, a row of `get-query-results`.
pub(super) fn array_of_fields(bytes: &[u8]) -> Result<Vec<Pair<'_>>, serde_json::Error> {
    let cells = serde_json::from_slice::<Vec<JsonObject<'_>>>(bytes)?;
    let pair = |cell: JsonObject<'_>| {
        let (mut field, mut value) = (None, JsonValue::Null);
        for (key, found) in cell.0 {
            match (key.as_ref(), found) {
                ("field", JsonValue::Scalar(text)) => field = Some(text.into_owned()),
                ("value", JsonValue::Scalar(text)) => value = JsonValue::Scalar(text.into_owned().into()),
                _ => {}
            }
        }
        Some((Cow::Owned(field?), value))
    };
    Ok(cells.into_iter().filter_map(pair).collect())
}

/// Reads a string.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, serde_json::Error> {
    let value = serde_json::from_slice::<JsonValue<'_>>(bytes)?;
    Ok(if let JsonValue::Scalar(text) = value { text } else { Cow::Borrowed("") })
}

struct JsonObject<'a>(Vec<Pair<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for JsonObject<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = JsonObject<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut pairs = Vec::new();
        while let Some(JsonKey(key)) = map.next_key()? {
            pairs.push((key, map.next_value()?));
        }
        Ok(JsonObject(pairs))
    }
}

/// A key. It is borrowed if it contains no escapes.
struct JsonKey<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for JsonKey<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = JsonKey<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(JsonKey(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(JsonKey(Cow::Owned(text.to_owned())))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for JsonValue<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = JsonValue<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(JsonValue::Scalar(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(JsonValue::Scalar(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(JsonValue::Scalar(number.to_string().into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(JsonValue::Scalar(number.to_string().into()))
    }

    /// Some programs write every number as a float, for example `443.0`. It is printed as `443` here.
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(JsonValue::Scalar(number.to_string().into()))
    }

    fn visit_bool<E>(self, constant: bool) -> Result<Self::Value, E> {
        Ok(JsonValue::Scalar(constant.to_string().into()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(JsonValue::Null)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Self::Value, S::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(JsonValue::Nested)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(JsonValue::Nested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pairs: Vec<Pair<'_>>) -> Vec<String> {
        let word = |(key, value): Pair<'_>| match value {
            JsonValue::Scalar(text) => format!("{key}={text}"),
            JsonValue::Null => format!("{key}:null"),
            JsonValue::Nested => format!("{key}:nested"),
        };
        pairs.into_iter().map(word).collect()
    }

    #[test]
    fn objects_are_read_as_pairs() {
        let check = |text: &str, expect: &[&str]| {
            assert_eq!(object(text.as_bytes()).map(words).unwrap(), expect, "{text}");
        };
        check("{}", &[]);
        check(
            r#"{"a":"b","c":1,"d":-2,"e":443.0,"f":true,"g":null}"#,
            &["a=b", "c=1", "d=-2", "e=443", "f=true", "g:null"],
        );
        check(
            r#"{"a\u0062":"\u00e9\n","x":[1,{"y":2}],"z":{"w":[]}}"#,
            &["ab=\u{e9}\n", "x:nested", "z:nested"],
        );
        check(r#"{"a":111122223333}"#, &["a=111122223333"]);
    }

    #[test]
    fn query_rows_are_read_as_pairs() {
        let row = r#"[{"field":"@message","value":"2 1"},{"field":"@ptr"},{"value":"x"}]"#;
        assert_eq!(array_of_fields(row.as_bytes()).map(words).unwrap(), ["@message=2 1", "@ptr:null"]);
    }

    #[test]
    fn other_json_is_an_error() {
        for text in ["", "[]", "{", "{\"a\":}", "{\"a\":\"\u{1}\"}", "{\"a\":1}x"] {
            assert!(object(text.as_bytes()).is_err(), "{text}");
        }
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn deep_nesting_uses_no_stack() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(object(deep.as_bytes()).map(words).unwrap(), ["a:nested"]);
    }
}
