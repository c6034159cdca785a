//! An object or a text to the payload it carries: where Lambda, Kinesis and Firehose have it.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::pairs::{Value, text};
use crate::ingest::file_kind::Wrapping;

/// How gzip begins in base64.
const GZIP: &str = "H4sI";

/// The payload of an event, in base64, and what carries it; none if it carries none.
pub(super) fn payload_of(event: &[u8]) -> Option<(Wrapping, Cow<'_, str>)> {
    if event.starts_with(b"\"") {
        // As `aws kinesis get-records --query 'Records[].Data'` has it.
        return text(event).ok().map(|text| (Wrapping::KinesisRecords, text));
    }
    serde_json::from_slice::<Carrier<'_>>(event).ok()?.payload()
}

/// What is looked at of an object.
#[derive(Deserialize)]
struct Carrier<'a> {
    #[serde(borrow)]
    awslogs: Option<Holder<'a>>,
    #[serde(borrow)]
    kinesis: Option<Holder<'a>>,
    #[serde(borrow, alias = "Data")]
    data: Option<Value<'a>>,
    /// What a record of a stream has beside its data, as the API spells it and as events do.
    #[serde(rename = "SequenceNumber")]
    api_number: Option<IgnoredAny>,
    #[serde(rename = "sequenceNumber")]
    event_number: Option<IgnoredAny>,
    /// What a record of Firehose has beside its data.
    #[serde(rename = "recordId")]
    record_id: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Holder<'a> {
    #[serde(borrow)]
    data: Option<Value<'a>>,
}

impl<'a> Carrier<'a> {
    fn payload(self) -> Option<(Wrapping, Cow<'a, str>)> {
        if let Some(text) = self.awslogs.and_then(|holder| scalar(holder.data)) {
            return Some((Wrapping::LambdaEvent, text));
        }
        if let Some(text) = self.kinesis.and_then(|holder| scalar(holder.data)) {
            return Some((Wrapping::KinesisRecords, text));
        }
        let text = scalar(self.data)?;
        if self.api_number.is_some() || self.event_number.is_some() {
            return Some((Wrapping::KinesisRecords, text));
        }
        if self.record_id.is_some() {
            return Some((Wrapping::FirehoseEvent, text));
        }
        // What is under `awslogs`, by itself.
        text.starts_with(GZIP).then_some((Wrapping::LambdaEvent, text))
    }
}

fn scalar(value: Option<Value<'_>>) -> Option<Cow<'_, str>> {
    match value? {
        Value::Scalar(text) => Some(text),
        Value::Null | Value::Nested => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_found_where_they_are_carried() {
        let check = |event: &str, expect: Option<(Wrapping, &str)>| {
            let payload = payload_of(event.as_bytes());
            let told = payload.as_ref().map(|(wrapping, text)| (*wrapping, text.as_ref()));
            assert_eq!(told, expect, "{event}");
        };
        let (lambda, kinesis, firehose) =
            (Wrapping::LambdaEvent, Wrapping::KinesisRecords, Wrapping::FirehoseEvent);
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
