//! JSON as AWS and people write it, and damaged JSON.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use proptest::prelude::*;

use super::parts::{MAX_EVENT, MAX_PAYLOAD};
use super::*;
use crate::ingest::framing::item::describe::describe;

/// A reader that returns at most the given number of bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.1.min(buffer.len());
        self.0.read(&mut buffer[..most])
    }
}

/// The items of a JSON stream, one per line.
fn events_by(text: &[u8], size: usize) -> Vec<String> {
    let mut items = Vec::new();
    for_each_event(Pieces(text, size), |number, item| items.push(describe(number, &item))).unwrap();
    items
}

fn events(text: &[u8]) -> Vec<String> {
    let whole = events_by(text, usize::MAX);
    assert_eq!(events_by(text, 1), whole, "pieces show");
    whole
}

fn check(text: &str, expect: &[&str]) {
    assert_eq!(events(text.as_bytes()), expect, "{text}");
}

const EVENT: &str =
    r#"{"logStreamName":"eni-1-all","timestamp":1,"message":"2 1 eni-1","ingestionTime":2,"eventId":"3"}"#;

#[test]
fn events_come_in_documents_arrays_and_lines() {
    let one = "1 filter-log-events: 2 1 eni-1";
    let two = "2 filter-log-events: 2 1 eni-1";
    check(&format!(r#"{{"events":[{EVENT},{EVENT}],"searchedLogStreams":[],"nextToken":"x"}}"#), &[one, two]);
    check(&format!("{{\n  \"nextToken\": \"events\",\n  \"events\": [\n    {EVENT}\n  ]\n}}\n"), &[one]);
    check(&format!("[{EVENT},\n{EVENT}]"), &[one, two]);
    check(&format!("\u{feff}{EVENT}\r\n{EVENT}\r\n"), &[one, two]);
    check(&format!("{EVENT}{EVENT}"), &[one, two]);
    check(&format!(r#"[{{"events":[{EVENT}]}},{{"events":[{EVENT}]}}]"#), &[one, two]);
    check(
        r#"{"events":[{"timestamp":1,"message":"2 1\n","ingestionTime":2}],"nextForwardToken":"f/1"}"#,
        &["1 get-log-events: 2 1"],
    );
    check(r#"["2 1 eni-1","2 2 eni-2"]"#, &["1 message-json: 2 1 eni-1", "2 message-json: 2 2 eni-2"]);
    check(r#"{"message":"2 1"}{"message":"2 2"}"#, &["1 message-json: 2 1", "2 message-json: 2 2"]);
    check(r#"{"events":[],"searchedLogStreams":[]}"#, &[]);
    check("[]", &[]);
    check(" \n", &[]);
}

#[test]
fn subscriptions_and_queries_are_recognised() {
    let payload = r#"{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"eni-1-all","subscriptionFilters":["f"],"logEvents":[{"id":"1","timestamp":1,"message":"2 1","extractedFields":{"a":"b"}},{"id":"2","timestamp":1,"message":"2 2"}]}"#;
    check(
        &format!("{payload}{payload}"),
        &["1 subscription: 2 1", "2 subscription: 2 2", "3 subscription: 2 1", "4 subscription: 2 2"],
    );
    let control = r#"{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}"#;
    check(control, &["1 subscription without a record"]);
    // The message type comes last.
    check(
        &format!("{}{}", control.replace("CONTROL_MESSAGE\"", "X\""), payload),
        &["1 subscription without a record", "2 subscription: 2 1", "3 subscription: 2 2"],
    );
    check(
        r#"{"results":[[{"field":"@timestamp","value":"t"},{"field":"@message","value":"2 1"}]],"statistics":{"recordsMatched":1.0},"status":"Complete"}"#,
        &["1 insights-json: 2 1"],
    );
    check(r#"[{"@timestamp":"t","@message":"2 1"}]"#, &["1 insights-json: 2 1"]);
}

#[test]
fn fields_may_be_keys() {
    let row = r#"{"account_id":111122223333,"srcaddr":"10.0.0.1","dstaddr":"10.0.0.2","log_status":"OK"}"#;
    check(
        &format!("{row}\n{row}"),
        &[
            "1 names of 4",
            "1 json-rows| 111122223333 10.0.0.1 10.0.0.2 OK",
            "2 json-rows| 111122223333 10.0.0.1 10.0.0.2 OK",
        ],
    );
    check(r#"[{"dstAddr":null,"srcAddr":"a b"}]"#, &["1 names of 2", "1 json-rows| a_b -"]);
    // In a record without traffic, keys may be omitted.
    check(
        r#"{"interface_id":"eni-1","start":5,"end":6,"log_status":"NODATA"}"#,
        &["1 names of 14", "1 json-rows| - - eni-1 - - - - - - - 5 6 - NODATA"],
    );
    check(
        r#"{"srcaddr":"10.0.0.1","dstaddr":["x"],"dstaddr2":1}"#,
        &[&format!("1 {FOREIGN} `srcaddr`, `dstaddr`, `dstaddr2`")],
    );
    check(
        r#"{"tgw_id":"t","srcaddr":"10.0.0.1"}"#,
        &["1 transit-gateway-record! transit gateway records are not read"],
    );
}

const FOREIGN: &str = "foreign! expected flow-log records, found JSON with the keys";
const DOCUMENT: &str =
    "foreign! expected flow-log records, found an AWS document; pass metadata with `--metadata`";

#[test]
fn records_are_found_at_any_depth_and_under_any_key() {
    let text = "2 1 eni-1 REJECT OK";
    let first = &format!("1 message-json: {text}")[..];
    let second = &format!("2 message-json: {text}")[..];
    check(&format!(r#"{{"_raw":"{text}","_time":1}}"#), &[first]);
    check(&format!(r#"[{{"event":{{"original":"{text}"}}}},{{"body":"{text}"}}]"#), &[first, second]);
    check(&format!(r#"{{"data":{{"values":[["1","{text}"],["2","{text}"]]}}}}"#), &[first, second]);
    check(
        &format!(
            r#"{{"took":1,"hits":{{"total":2,"hits":[{{"_source":{{"log":"{text}"}}}},{{"x":{{"y":"{text}"}}}}]}}}}"#
        ),
        &[first, second],
    );
    check(
        &format!(
            r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{{"stringValue":"{text}"}}}}]}},{{"logRecords":[{{"body":"{text}"}}]}}]}}]}}"#
        ),
        &[first, second],
    );
    let row = r#"{"interfaceId":"eni-1","srcAddr":"10.0.0.1","dstAddr":"10.0.0.2","start":5,"end":6}"#;
    let values = "eni-1 10.0.0.1 10.0.0.2 5 6";
    check(&format!(r#"{{"_source":{row}}}"#), &["1 names of 5", &format!("1 json-rows| {values}")]);
    let message = serde_json::Value::from(row);
    check(
        &format!(r#"{{"message":{message},"eventId":"1"}}"#),
        &["1 names of 5", &format!("1 filter-log-events| {values}")],
    );
    check(&format!(r#"{{"log":{message}}}"#), &["1 names of 5", &format!("1 message-json| {values}")]);
}

#[test]
fn other_documents_are_not_records() {
    check(r#"{"tasks": []}"#, &[&format!("1 {DOCUMENT}")]);
    check(r#"{"SubnetId":"s","VpcId":"v","InterfaceType":"i"}"#, &[&format!("1 {DOCUMENT}")]);
    check(r#"{"message":{"srcaddr":"x"}}"#, &[&format!("1 {FOREIGN} `message`")]);
    check(
        r#"{"class_uid":4001,"time":1,"b":1,"c":1,"d":1}"#,
        &[&format!("1 {FOREIGN} `class_uid`, `time`, `b`, `c`, …")],
    );
    let large = format!(r#"{{"a":"{}"}}{EVENT}"#, "x".repeat(MAX_EVENT));
    let items = events_by(large.as_bytes(), 1 << 20);
    assert_eq!(
        items,
        [
            "1 foreign! expected flow-log records, found JSON of more than 1048576 bytes in one object; pass metadata with `--metadata`",
            "2 filter-log-events: 2 1 eni-1"
        ]
    );
    check(
        "null {\"message\":\"2 1\"} ,",
        &["1 damaged-json! expected an event, found `null`", "2 message-json: 2 1"],
    );
}

#[test]
fn invalid_json_is_reported_and_the_next_object_is_read() {
    let ends = "expected the end of a string, found the end of the line";
    check(
        &format!("{EVENT}\n{{\"message\":\"2 1 e\n{EVENT}\n"),
        &[
            "1 filter-log-events: 2 1 eni-1",
            &format!("2 damaged-json! {ends}"),
            "3 filter-log-events: 2 1 eni-1",
        ],
    );
    let value = "expected `,` or the end of an object or array, found another value";
    check(
        &format!("{{\"message\":\"2 1\"\n{EVENT}\n"),
        &[&format!("1 damaged-json! {value}"), "2 filter-log-events: 2 1 eni-1"],
    );
    check(
        &format!("{{\"events\":[{EVENT} {EVENT}]}}"),
        &[
            "1 filter-log-events: 2 1 eni-1",
            &format!("2 damaged-json! {value}"),
            "3 filter-log-events: 2 1 eni-1",
        ],
    );
    let end = "expected more JSON, found its end; the events before it were used";
    check(
        &format!("{{\"events\":[{EVENT},{}", &EVENT[..40]),
        &["1 filter-log-events: 2 1 eni-1", &format!("2 damaged-json! {end}")],
    );
    check("{\"message\":\"2 1\\", &[&format!("1 damaged-json! {end}")]);
    check("{\"a\":1]", &["1 damaged-json! expected an event, found expected `,` or `}` at line 1 column 7"]);
    check(
        "]{\"message\":\"2 1\"}",
        &["1 damaged-json! expected an event, found a closing bracket", "2 message-json: 2 1"],
    );
    let depth = events(&b"[".repeat(100));
    assert!(depth.len() >= 3 && depth[0].contains("nested too deeply"), "{depth:?}");
    let items = events(b"{\"message\":\"\xff\"}{\"message\":\"2 1\"}");
    assert!(items[0].starts_with("1 damaged-json!") && items[1] == "2 message-json: 2 1", "{items:?}");
}

/// A payload as AWS sends it.
fn packed(text: &str) -> String {
    STANDARD.encode(gzip(text.as_bytes()))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const BATCH: &str = r#"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":"2 1"},{"id":"2","timestamp":1,"message":"2 2"}]}"#;

#[test]
fn events_in_payloads_are_numbered_with_the_others() {
    let lambda = format!(r#"{{"awslogs":{{"data":"{}"}}}}"#, packed(BATCH));
    check(
        &format!("{lambda}\n{EVENT}\n{lambda}"),
        &[
            "1 lambda-event: 2 1",
            "2 lambda-event: 2 2",
            "3 filter-log-events: 2 1 eni-1",
            "4 lambda-event: 2 1",
            "5 lambda-event: 2 2",
        ],
    );
    let records = format!(
        r#"{{"Records":[{{"kinesis":{{"sequenceNumber":"1","data":"{}"}},"eventID":"s:1"}},{{"SequenceNumber":"2","Data":"{}"}}],"NextShardIterator":"A"}}"#,
        packed(BATCH),
        packed(
            r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","message":"CWL CONTROL MESSAGE: x"}]}"#
        ),
    );
    check(
        &records,
        &["1 kinesis-records: 2 1", "2 kinesis-records: 2 2", "3 kinesis-records without a record"],
    );
    check(&format!("[\"{}\"]", packed(BATCH)), &["1 kinesis-records: 2 1", "2 kinesis-records: 2 2"]);
    let plain = |text: &str| format!(r#"{{"recordId":"1","data":"{}"}}"#, STANDARD_NO_PAD.encode(text));
    let firehose = [
        plain("2 1 eni-1\n\n2 2 eni-2"),
        plain(r#"{"message":"2 3"}"#),
        plain(r#"{"srcaddr":"10.0.0.1","dstaddr":"10.0.0.2"}"#),
    ];
    check(
        &format!(r#"{{"invocationId":"i","records":[{}]}}"#, firehose.join(",")),
        &[
            "1 firehose-event: 2 1 eni-1",
            "2 firehose-event: 2 2 eni-2",
            "3 firehose-event: 2 3",
            "4 names of 2",
            "4 firehose-event| 10.0.0.1 10.0.0.2",
        ],
    );
}

#[test]
fn a_damaged_payload_affects_only_itself() {
    let with = |data: &str| format!(r#"{{"awslogs":{{"data":"{data}"}}}} {EVENT}"#);
    let check = |data: &str, expect: &[&str]| {
        let items = events(with(data).as_bytes());
        assert_eq!(items.len(), expect.len() + 1, "{items:?}");
        for (items, expect) in items.iter().zip(expect) {
            assert!(items.starts_with(expect), "{items}");
        }
        assert_eq!(items[expect.len()], format!("{} filter-log-events: 2 1 eni-1", expect.len() + 1));
    };
    check("", &["1 bad-item! expected a payload in base64, found nothing"]);
    check("?", &["1 damaged-compression! expected gzip or records in base64, found: Invalid"]);
    check("AAECAw==", &["1 bad-item! expected records or JSON in base64, found other bytes"]);
    let whole = gzip(BATCH.as_bytes());
    let mut changed = whole.clone();
    let end = changed.len() - 6;
    changed[end] ^= 1;
    check(
        &STANDARD.encode(&changed),
        &["1 lambda-event: 2 1", "2 lambda-event: 2 2", "3 damaged-compression! expected gzip"],
    );
    check(&STANDARD.encode(&whole[..12]), &["1 damaged-compression!"]);
    check(
        &packed(&BATCH[..BATCH.len() - 30]),
        &["1 lambda-event: 2 1", "2 damaged-json! expected more JSON"],
    );
    check(&STANDARD.encode(gzip(&whole)), &["1 bad-item! expected records or JSON"]);
    // A payload inside a payload is not read.
    check(&packed(&with(&packed(BATCH))), &["1 foreign!", "2 lambda-event: 2 1 eni-1"]);
}

#[test]
fn objects_without_a_payload_stay_as_they_are() {
    check(r#"{"message":"2 1","data":"x"}"#, &["1 message-json: 2 1"]);
    check(
        r#"{"Records":[{"eventVersion":"1.08","data":{}},{"s3":{}}]}"#,
        &[&format!("1 {FOREIGN} `eventVersion`, `data`"), &format!("2 {FOREIGN} `s3`")],
    );
}

#[test]
fn payload_size_is_limited() {
    // The first is larger than any other event and is read; the second is larger than any payload and is reported.
    let large = format!("{BATCH}{}", " ".repeat(MAX_EVENT));
    let data = STANDARD.encode(&large);
    assert!(data.len() > MAX_EVENT);
    let record = |data: &str| format!(r#"{{"recordId":"1","data":"{data}"}}"#);
    let text = format!("{}{}{EVENT}", record(&data), record(&"A".repeat(MAX_PAYLOAD)));
    assert_eq!(
        events_by(text.as_bytes(), usize::MAX),
        [
            "1 firehose-event: 2 1",
            "2 firehose-event: 2 2",
            "3 bad-item! expected a payload, found more than 16777216 bytes in one object",
            "4 filter-log-events: 2 1 eni-1"
        ]
    );
}

proptest! {
    #[test]
    fn any_payload_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..40), cut in 0_usize..80, change: u8) {
        let mut packed = gzip(BATCH.as_bytes());
        let at = cut.min(packed.len() - 1);
        packed[at] = change;
        for payload in [bytes, packed] {
            let text = format!(r#"{{"awslogs":{{"data":"{}"}}}}{EVENT}"#, STANDARD.encode(payload));
            let items = events(text.as_bytes());
            prop_assert!(items.last().is_some_and(|last| last.contains(" filter-log-events: ")), "{:?}", items);
        }
    }

    #[test]
    fn any_bytes_can_be_read(text in r#"([\[\]{}":,\\ \na1]|"events":\[|\{"message":"2 1"\}|"a"){0,40}"#, size in 1_usize..9) {
        prop_assert_eq!(events_by(text.as_bytes(), size), events_by(text.as_bytes(), usize::MAX));
    }

    #[test]
    fn every_event_is_found_between_any_bytes(gaps in prop::collection::vec("[ \n,]{0,3}", 0..9)) {
        let text = gaps.iter().flat_map(|gap| [EVENT, gap]).collect::<String>();
        prop_assert_eq!(events_by(text.as_bytes(), usize::MAX).len(), gaps.len());
    }
}
