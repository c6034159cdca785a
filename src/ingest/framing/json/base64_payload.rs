//! Finds the base64 payload in an object or string, where Lambda, Kinesis and Firehose put it.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::pairs::{JsonValue, text};
use crate::ingest::file_kind::SourceFormat;

/// The first characters of gzip in base64.
const GZIP: &str = "H4sI";

/// The base64 payload of an event and the source format that contains it; none if there is no payload.
pub(super) fn payload_of(event: &[u8]) -> Option<(SourceFormat, Cow<'_, str>)> {
    if event.starts_with(b"\"") {
        // Strings of this kind come from `aws kinesis get-records --query 'Records[].Data'`.
        return text(event).ok().map(|text| (SourceFormat::KinesisRecords, text));
    }
    serde_json::from_slice::<PayloadEvent<'_>>(event).ok()?.payload()
}

/// The keys that identify a payload.
#[derive(Deserialize)]
struct PayloadEvent<'a> {
    #[serde(borrow)]
    awslogs: Option<DataHolder<'a>>,
    #[serde(borrow)]
    kinesis: Option<DataHolder<'a>>,
    #[serde(borrow, alias = "Data")]
    data: Option<JsonValue<'a>>,
    /// The key that identifies a record of a stream, in the spelling of the API and in that of events.
    #[serde(rename = "SequenceNumber")]
    api_number: Option<IgnoredAny>,
    #[serde(rename = "sequenceNumber")]
    event_number: Option<IgnoredAny>,
    /// The key that identifies a record of Firehose.
    #[serde(rename = "recordId")]
    record_id: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct DataHolder<'a> {
    #[serde(borrow)]
    data: Option<JsonValue<'a>>,
}

impl<'a> PayloadEvent<'a> {
    fn payload(self) -> Option<(SourceFormat, Cow<'a, str>)> {
        if let Some(text) = self.awslogs.and_then(|holder| scalar(holder.data)) {
            return Some((SourceFormat::LambdaEvent, text));
        }
        if let Some(text) = self.kinesis.and_then(|holder| scalar(holder.data)) {
            return Some((SourceFormat::KinesisRecords, text));
        }
        let text = scalar(self.data)?;
        if self.api_number.is_some() || self.event_number.is_some() {
            return Some((SourceFormat::KinesisRecords, text));
        }
        if self.record_id.is_some() {
            return Some((SourceFormat::FirehoseEvent, text));
        }
        // The object under `awslogs`, on its own.
        text.starts_with(GZIP).then_some((SourceFormat::LambdaEvent, text))
    }
}

fn scalar(value: Option<JsonValue<'_>>) -> Option<Cow<'_, str>> {
    match value? {
        JsonValue::Scalar(text) => Some(text),
        JsonValue::Null | JsonValue::Nested => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_found_under_their_keys() {
        let check = |event: &str, expect: Option<(SourceFormat, &str)>| {
            let payload = payload_of(event.as_bytes());
            let payload = payload.as_ref().map(|(source_format, text)| (*source_format, text.as_ref()));
            assert_eq!(payload, expect, "{event}");
        };
        let (lambda, kinesis, firehose) =
            (SourceFormat::LambdaEvent, SourceFormat::KinesisRecords, SourceFormat::FirehoseEvent);
        check(r#"{"awslogs":{"data":"YQ=="}}"#, Some((lambda, "YQ==")));
        check(r#"{"data":"H4sIAAAA"}"#, Some((lambda, "H4sIAAAA")));
        check(
            r#"{"kinesis":{"sequenceNumber":"4","data":"Y\/\u002b="},"eventID":"1"}"#,
            Some((kinesis, "Y/+=")),
        );
        check(r#"{"SequenceNumber":"4","Data":"YQ==","PartitionKey":"p"}"#, Some((kinesis, "YQ==")));
        check(r#"{"sequenceNumber":"4","data":"YQ==","eventSource":"aws:kinesis"}"#, Some((kinesis, "YQ==")));
        check(r#""H4sIAAAA""#, Some((kinesis, "H4sIAAAA")));
        check(
            r#"{"recordId":"4","data":"YQ==","kinesisRecordMetadata":{"sequenceNumber":"4"}}"#,
            Some((firehose, "YQ==")),
        );
        for event in [
            r#"{"data":"YQ=="}"#,
            r#"{"recordId":"4","data":null}"#,
            r#"{"recordId":"4","data":{"a":1}}"#,
            r#"{"kinesis":"x","data":"YQ=="}"#,
            r#"{"awslogs":{}}"#,
            r#"{"data":"a","Data":"b"}"#,
            r#"{"data":"#,
        ] {
            check(event, None);
        }
    }
}
