//! Records in base64 payloads, as Lambda functions and streams receive them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::events::Records;
use crate::support::write::{gzip, pretty};

/// A payload as CloudWatch Logs sends it.
fn packed(payload: &str) -> String {
    STANDARD.encode(gzip(payload.as_bytes()))
}

impl Records {
    /// One event per line, as a function would log them.
    pub(super) fn lambda_events(&self) -> Vec<u8> {
        let line = |payload: &String| format!("{}\n", json!({"awslogs": {"data": packed(payload)}}));
        self.payloads().iter().map(line).collect::<String>().into_bytes()
    }

    pub(super) fn kinesis_records(&self) -> Vec<u8> {
        let payloads = self.payloads();
        let record = |(n, payload): (usize, &String)| {
            json!({
                "SequenceNumber": format!("4954{n:052}"), "ApproximateArrivalTimestamp": "2026-11-23T03:06:00+00:00",
                "Data": packed(payload), "PartitionKey": "7c5b0a",
            })
        };
        let records: Vec<Value> = payloads.iter().enumerate().map(record).collect();
        pretty(&json!({"Records": records, "NextShardIterator": "AAAA", "MillisBehindLatest": 0}))
    }

    pub(super) fn kinesis_event(&self) -> Vec<u8> {
        let payloads = self.payloads();
        let record = |(n, payload): (usize, &String)| {
            json!({
                "kinesis": {
                    "kinesisSchemaVersion": "1.0", "partitionKey": "7c5b0a", "sequenceNumber": format!("4954{n:052}"),
                    "data": packed(payload), "approximateArrivalTimestamp": 1_795_403_160.5,
                },
                "eventSource": "aws:kinesis", "eventName": "aws:kinesis:record", "awsRegion": "eu-west-1",
            })
        };
        pretty(&json!({"Records": payloads.iter().enumerate().map(record).collect::<Vec<_>>()}))
    }

    /// Records of a flow log to Firehose: plain text, one record per payload.
    pub(super) fn firehose_event(&self) -> Vec<u8> {
        let record = |(n, record): (usize, &super::events::Record)| {
            json!({
                "recordId": format!("4954{n:052}"), "approximateArrivalTimestamp": record.start * 1000,
                "data": STANDARD.encode(format!("{}\n", record.text)),
            })
        };
        let records: Vec<Value> = self.0.iter().enumerate().map(record).collect();
        pretty(&json!({"invocationId": "9c1f", "region": "eu-west-1", "records": records}))
    }
}
