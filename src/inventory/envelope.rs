//! Finds documents inside the messages of log groups, queues, streams and notifications.
//!
//! Goes in: an object that is no document itself, or text that is not JSON. Comes out: the texts that may be documents,
//! without base64 and gzip. A stored event of ECS therefore reads the same from each tool that returned it.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::MultiGzDecoder;

use crate::inventory::json::{JsonFields, Value};

/// Base64 as AWS writes it; some programs omit the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

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
#[derive(Clone, Debug)]
pub(super) enum Content<'a> {
    /// The text of a message.
    Text(Cow<'a, str>),
    /// A message that the envelope contains as an object.
    Object(JsonFields<'a>),
    /// A payload: JSON, possibly compressed. [`open`] reads it.
    Payload(Vec<u8>),
}

/// Takes the messages of envelopes.
pub(super) type Take<'f> = &'f mut dyn FnMut(Content<'_>);

/// Finds the messages of an object that is an envelope; none if it is not one.
pub(super) fn contents(fields: JsonFields<'_>, found: Take<'_>) {
    search(fields, DEEPEST, found);
}

/// Finds the messages of one item of a list of messages.
pub(super) fn contents_of_item(value: Value<'_>, found: Take<'_>) {
    search_value(value, DEEPEST - 2, found);
}

/// Whether a key holds messages, lists of messages or payloads.
pub(super) fn holds_messages(key: &str) -> bool {
    [CONTAINERS, MESSAGES, PAYLOADS].iter().any(|keys| keys.contains(&key))
}

/// Whether an item of a list is an envelope of a stream, a queue or a notification.
pub(super) fn is_envelope(item: Value<'_>) -> bool {
    let mut keys = ["kinesis", "Sns"].iter().chain(MESSAGES).chain(PAYLOADS);
    item.fields().is_some_and(|fields| keys.any(|key| fields.contains_key(key)))
}

fn search(fields: JsonFields<'_>, depth: usize, found: Take<'_>) {
    // It only tests a subscription.
    if depth == 0 || fields.get("messageType").is_some_and(|kind| kind.is("CONTROL_MESSAGE")) {
        return;
    }
    if let Some(value) = cell(fields) {
        return message(value, found);
    }
    for (key, value) in fields.iter() {
        search_key(&key, value, depth, found);
    }
}

/// Finds the messages under one key of an envelope.
pub(super) fn search_member(key: &str, value: Value<'_>, found: Take<'_>) {
    search_key(key, value, DEEPEST, found);
}

fn search_key(key: &str, value: Value<'_>, depth: usize, found: Take<'_>) {
    if MESSAGES.contains(&key) {
        message(value, found);
    } else if value.is_text() && PAYLOADS.contains(&key) {
        if let Some(bytes) = value.text().and_then(|text| payload(&text)) {
            found(Content::Payload(bytes));
        }
    } else if CONTAINERS.contains(&key) {
        search_value(value, depth - 1, found);
    }
}

fn search_value(value: Value<'_>, depth: usize, found: Take<'_>) {
    if let Some(fields) = value.fields() {
        search(fields, depth, found);
    } else if depth > 0 {
        value.items().for_each(|value| search_value(value, depth - 1, found));
    }
}

/// The message in a cell of a row of `get-query-results`: `{"field": "@message", "value": "…"}`.
fn cell(fields: JsonFields<'_>) -> Option<Value<'_>> {
    let field = fields.get("field")?.text()?;
    fields.get("value").filter(|_| MESSAGES.contains(&field.as_ref()))
}

fn message(value: Value<'_>, found: Take<'_>) {
    if let Some(text) = value.text() {
        found(Content::Text(text));
    } else if let Some(fields) = value.fields() {
        found(Content::Object(fields));
    }
}

/// The bytes of a payload in base64; none if they are not JSON.
fn payload(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(text.trim_ascii()).ok()?;
    let first =
        BufReader::new(open(&bytes)).bytes().map_while(Result::ok).find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'[')).then_some(bytes)
}

/// Reads a payload, decompressed.
pub(super) fn open(bytes: &[u8]) -> Box<dyn Read + '_> {
    let is_gzip = bytes.starts_with(&[0x1f, 0x8b]);
    if is_gzip { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) }
}

/// Whether the beginning of a text is a table or a list of log lines whose messages are JSON.
pub(super) fn has_json_lines(start: &str) -> bool {
    let mut lines = start.lines().filter(|line| !line.trim_ascii().is_empty());
    let Some(first) = lines.next() else { return false };
    json_of_line(first).is_some()
        || is_header(first) && lines.next().is_some_and(|line| line.contains("{\"\""))
}

/// The longest line that is read as one: longer ones are read in parts, which are no JSON.
const LONGEST_LINE: u64 = 16 << 20;

/// A text with the JSON of each line alone, on the same lines. Other lines stay as they are, except for the header.
pub(super) struct JsonLines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    at: usize,
    is_first: bool,
}

impl<R: Read> JsonLines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input: BufReader::new(input), line: Vec::new(), at: 0, is_first: true }
    }

    fn next_line(&mut self) -> io::Result<()> {
        self.line.clear();
        self.at = 0;
        let read = self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.line);
        let text = String::from_utf8_lossy(&self.line);
        let line = text.trim_end_matches(['\n', '\r']);
        let is_names = std::mem::take(&mut self.is_first) && is_header(line);
        let json = json_of_line(line).or(is_names.then_some("".into()));
        if let Some(json) = json {
            let json = json.into_owned() + &text[line.len()..];
            self.line = json.into_bytes();
        }
        read.map(drop)
    }
}

impl<R: Read> Read for JsonLines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() {
            self.next_line()?;
        }
        let mut rest = &self.line[self.at..];
        let read = rest.read(out)?;
        self.at += read;
        Ok(read)
    }
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
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::json::OwnedValue;

    fn found(value: &Value) -> Vec<String> {
        let text = |content: Content<'_>| match content {
            Content::Text(text) => text.into_owned(),
            Content::Object(fields) => {
                let mut text = b"object ".to_vec();
                fields.value().write(|key, out| out.extend_from_slice(key), &mut text);
                String::from_utf8(text).unwrap()
            }
            Content::Payload(bytes) => std::io::read_to_string(open(&bytes)).unwrap(),
        };
        let value = OwnedValue::of(value);
        let mut found = Vec::new();
        contents(value.root().fields().unwrap(), &mut |content| found.push(text(content)));
        found
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
            assert_eq!(io::read_to_string(JsonLines::new(text.as_bytes())).unwrap(), want);
        };
        check("2025-11-24T16:03:20.000Z {\"a\": 1}\n\n", "{\"a\": 1}\n\n");
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
            assert_eq!(payload(text), None, "{text}");
        }
        assert!(payload(&gzip(&"{\"a\": 1}".repeat(50))[..20]).is_some(), "the part before damage is used");
    }
}
