//! Finds documents inside the messages of log groups, queues, streams and notifications.
//!
//! Goes in: an object that is no document itself, or text that is not JSON. Comes out: the texts that may be documents,
//! without base64 and gzip. A stored event of ECS therefore reads the same from each tool that returned it.

use std::borrow::Cow;
use std::io::Read;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value};

use crate::inventory::json::looks_like_json;

/// Base64 as AWS writes it; some programs omit the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The largest sum of payloads in one value after decompression, bytes: a record of a stream has at most 10 MiB before it.
const LARGEST: usize = 256 << 20;

/// The deepest nesting of lists and objects that is searched.
const DEEPEST: usize = 8;

/// Keys of lists and objects that contain messages: of CloudWatch Logs (`events`, `logEvents`, `results`, `awslogs`), of
/// Kinesis and Firehose, of SQS and of Lambda.
const CONTAINERS: &[&str] =
    &["events", "logEvents", "results", "awslogs", "Records", "records", "kinesis", "Messages", "Sns"];

/// Keys of messages.
const MESSAGES: &[&str] = &["message", "@message", "Message", "body", "Body"];

/// Keys of payloads in base64.
const PAYLOADS: &[&str] = &["data", "Data"];

/// Something that an envelope contains.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content<'a> {
    /// The text of a message.
    Text(Cow<'a, str>),
    /// A message that the envelope contains as an object.
    Object(&'a Map<String, Value>),
}

/// The messages of an object that is an envelope; none if it is not one.
pub(super) fn contents(fields: &Map<String, Value>) -> Vec<Content<'_>> {
    let mut found = Vec::new();
    search(fields, DEEPEST, &mut found);
    found
}

/// Whether the items of a list are envelopes of a stream, a queue or a notification.
pub(super) fn are_envelopes(list: &Value) -> bool {
    let first = list.as_array().and_then(|items| items.first()).and_then(Value::as_object);
    let keys = ["kinesis", "Sns"].iter().chain(MESSAGES).chain(PAYLOADS);
    first.is_some_and(|item| keys.into_iter().any(|key| item.contains_key(*key)))
}

fn search<'a>(fields: &'a Map<String, Value>, depth: usize, found: &mut Vec<Content<'a>>) {
    // It only tests a subscription.
    if depth == 0 || fields.get("messageType").is_some_and(|kind| kind == "CONTROL_MESSAGE") {
        return;
    }
    if let Some(value) = cell(fields) {
        return message(value, found);
    }
    for (key, value) in fields {
        match value {
            _ if MESSAGES.contains(&key.as_str()) => message(value, found),
            Value::String(text) if PAYLOADS.contains(&key.as_str()) => {
                found.extend(payload(text, rest(found)).map(|text| Content::Text(text.into())));
            }
            _ if CONTAINERS.contains(&key.as_str()) => search_value(value, depth - 1, found),
            _ => {}
        }
    }
}

fn search_value<'a>(value: &'a Value, depth: usize, found: &mut Vec<Content<'a>>) {
    match value {
        Value::Array(values) if depth > 0 => {
            for value in values {
                search_value(value, depth - 1, found);
            }
        }
        Value::Object(fields) => search(fields, depth, found),
        _ => {}
    }
}

/// The message in a cell of a row of `get-query-results`: `{"field": "@message", "value": "…"}`.
fn cell(fields: &Map<String, Value>) -> Option<&Value> {
    let field = fields.get("field")?.as_str()?;
    fields.get("value").filter(|_| MESSAGES.contains(&field))
}

fn message<'a>(value: &'a Value, found: &mut Vec<Content<'a>>) {
    match value {
        Value::String(text) => found.push(Content::Text(text.into())),
        Value::Object(fields) => found.push(Content::Object(fields)),
        _ => {}
    }
}

/// The bytes that further payloads may have. It is never 0, so that a payload beyond the limit is reported as cut.
fn rest(found: &[Content<'_>]) -> u64 {
    let length = |content: &Content<'_>| match content {
        Content::Text(Cow::Owned(text)) => text.len(),
        _ => 0,
    };
    let used: usize = found.iter().map(length).sum();
    LARGEST.saturating_sub(used).max(1) as u64
}

/// The text of a payload in base64, also of a compressed one, up to `most` bytes; none if it is not JSON.
fn payload(text: &str, most: u64) -> Option<String> {
    let bytes = BASE64.decode(text.trim_ascii()).ok()?;
    let mut content = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        // The part before damage is used; what is lost of it is damaged JSON.
        let _ = MultiGzDecoder::new(&bytes[..]).take(most).read_to_end(&mut content);
    } else {
        content = bytes;
    }
    String::from_utf8(content).ok().filter(|text| looks_like_json(text))
}

/// Whether the beginning of a text is a table or a list of log lines whose messages are JSON.
pub(super) fn has_json_lines(start: &str) -> bool {
    let mut lines = start.lines().filter(|line| !line.trim_ascii().is_empty());
    let Some(first) = lines.next() else { return false };
    json_of_line(first).is_some()
        || is_header(first) && lines.next().is_some_and(|line| line.contains("{\"\""))
}

/// The text with the JSON of each line alone, on the same lines. Other lines stay as they are, except for the header.
pub(super) fn json_lines(text: &str) -> String {
    let mut lines = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let is_names = place == 0 && is_header(line);
        lines.push(json_of_line(line).unwrap_or(if is_names { "".into() } else { line.into() }));
    }
    lines.join("\n")
}

/// Whether a line holds the names of the columns of a table of messages.
fn is_header(line: &str) -> bool {
    line.split([',', ';', '\t']).any(|name| MESSAGES.contains(&name.trim_matches(['"', ' ', '\u{feff}'])))
}

/// The JSON after a timestamp, or in a quoted cell; none if the line has none.
fn json_of_line(line: &str) -> Option<Cow<'_, str>> {
    let start = line.find('{')?;
    let before = line[..start].trim_start_matches(['\u{feff}', '"']);
    if !before.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let object = &line[start..];
    if line[..start].ends_with('"') {
        let end = object.rfind('}')?;
        return Some(object[..=end].replace("\"\"", "\"").into());
    }
    Some(object.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(value: &Value) -> Vec<String> {
        let text = |content| match content {
            Content::Text(text) => text.into_owned(),
            Content::Object(fields) => format!("object {}", Value::Object(fields.clone())),
        };
        value.as_object().map(contents).unwrap().into_iter().map(text).collect()
    }

    fn gzip(text: &str) -> String {
        let mut encoder = flate2::read::GzEncoder::new(text.as_bytes(), flate2::Compression::fast());
        let mut packed = Vec::new();
        encoder.read_to_end(&mut packed).unwrap();
        BASE64.encode(packed)
    }

    #[test]
    fn messages_are_found_in_each_envelope() {
        let check = |value: Value, want: &[&str]| assert_eq!(found(&value), want, "{value}");
        check(json!({"events": [{"message": "{1}"}, {"message": "x"}, {"message": 3}]}), &["{1}", "x"]);
        check(json!({"messageType": "DATA_MESSAGE", "logEvents": [{"message": "{1}"}]}), &["{1}"]);
        check(json!({"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL"}]}), &[]);
        let cells = json!([{"field": "@timestamp", "value": "t"}, {"field": "@message", "value": "{1}"}]);
        check(json!({"results": [cells]}), &["{1}"]);
        check(json!({"@timestamp": "t", "@message": {"a": 1}}), &["object {\"a\":1}"]);
        check(json!({"awslogs": {"data": gzip("{1}")}}), &["{1}"]);
        check(json!({"Records": [{"kinesis": {"data": BASE64.encode("{1}")}}, {"Data": "AAEC"}]}), &["{1}"]);
        check(json!({"records": [{"recordId": "1", "data": BASE64.encode("{1}\n{2}")}]}), &["{1}\n{2}"]);
        check(json!({"Messages": [{"Body": "{1}"}]}), &["{1}"]);
        check(json!({"Records": [{"Sns": {"Message": "{1}"}}, {"body": "{2}"}]}), &["{1}", "{2}"]);
        check(json!({"Reservations": [{"message": "{1}"}], "policy": "{1}"}), &[]);
    }

    #[test]
    fn lines_and_tables_hold_messages() {
        let check = |text: &str, want: &str| {
            assert!(has_json_lines(text), "{text}");
            assert_eq!(json_lines(text), want);
        };
        check("2025-11-24T16:03:20.000Z {\"a\": 1}\n\n", "{\"a\": 1}\n");
        check("2025-11-24T16:03:20+00:00 stream/1 {\"a\": {}}", "{\"a\": {}}");
        check("timestamp,message\n1,\"{\"\"a\"\": \"\"b\"\"}\"\nx", "\n{\"a\": \"b\"}\nx");
        check("\"@timestamp\",\"@message\"\n\"2025\",\"{\"\"a\"\": 1}\",\"x\"", "\n{\"a\": 1}");
        for other in
            ["", "2 111122223333 eni-1", "timestamp,message\n1,2 1111", "note {a}", "a,b\n1,\"{\"\"a\"\"}\""]
        {
            assert!(!has_json_lines(other), "{other}");
        }
    }

    #[test]
    fn damaged_payloads_are_no_documents() {
        for text in ["", "?", "AAEC", "H4sI"] {
            assert_eq!(payload(text, u64::MAX), None, "{text}");
        }
        let whole = "{\"a\": 1}".repeat(50);
        let cut = payload(&gzip(&whole)[..20], u64::MAX).unwrap();
        assert!(whole.starts_with(&cut) && cut.len() < whole.len(), "{cut}");
        assert_eq!(payload(&gzip(&whole), 1).as_deref(), Some("{"), "beyond the limit it is cut, not silent");
    }
}
