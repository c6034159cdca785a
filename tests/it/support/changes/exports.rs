//! The forms in which events are exported.
//!
//! A file of a trail has `Records`. An answer of `lookup-events` has `Events`, each with the record as a text. An object of
//! EventBridge has the record in `detail`; an archive has one object in each line. An answer of `get-query-results` of
//! CloudTrail Lake has rows of columns whose values are texts; not documented is a row of the column `eventJson` alone, as
//! `SELECT eventJson` should give it.

use serde_json::{Value, json};

use crate::support::clock::{calendar, epoch_second};

use super::story::Event;

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A file of a trail.
    Records,
    /// `lookup-events`.
    Lookup,
    /// Objects of EventBridge.
    EventBridge,
    /// Rows of CloudTrail Lake.
    Lake,
}

impl Form {
    /// The form of a number.
    pub(crate) const fn of(number: u64) -> Self {
        match number % 4 {
            0 => Self::Records,
            1 => Self::Lookup,
            2 => Self::EventBridge,
            _ => Self::Lake,
        }
    }

    /// The name of a file, and its bytes.
    pub(crate) fn file(self, events: &[&Event]) -> (&'static str, Vec<u8>) {
        let records = || events.iter().map(|event| event.record.clone()).collect::<Vec<_>>();
        match self {
            Self::Records => ("cloudtrail.json", text(&json!({ "Records": records() }))),
            Self::Lookup => {
                // The newest event is the first.
                let found: Vec<Value> = events.iter().rev().map(|event| found(event)).collect();
                ("lookup-events.json", text(&json!({ "Events": found })))
            }
            Self::EventBridge => {
                let lines = events.iter().map(|event| format!("{}\n", sent(event)));
                ("eventbridge.json", lines.collect::<String>().into_bytes())
            }
            Self::Lake => {
                let rows: Vec<Value> =
                    records().iter().map(|record| json!([{ "eventJson": record.to_string() }])).collect();
                let count = rows.len();
                let answer = json!({ "QueryStatus": "FINISHED", "QueryResultRows": rows,
                    "QueryStatistics": { "ResultsCount": count, "TotalResultsCount": count, "BytesScanned": 73_112 } });
                ("query-results.json", text(&answer))
            }
        }
    }
}

fn text(document: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(document).expect("memory takes bytes")
}

fn found(event: &Event) -> Value {
    let record = &event.record;
    let user = record["userIdentity"]["userName"].as_str();
    let session = record["userIdentity"]["arn"].as_str().and_then(|arn| arn.rsplit('/').next());
    json!({ "EventId": event.id, "EventName": record["eventName"], "ReadOnly": "false",
        "AccessKeyId": record["userIdentity"]["accessKeyId"], "EventSource": record["eventSource"],
        "EventTime": calendar(epoch_second(event.at), "%Y-%m-%dT%H:%M:%S+00:00"), "Username": user.or(session),
        "Resources": [], "CloudTrailEvent": record.to_string() })
}

fn sent(event: &Event) -> Value {
    let record = &event.record;
    let source =
        record["eventSource"].as_str().and_then(|source| source.split('.').next()).unwrap_or_default();
    json!({ "version": "0", "id": event.id.chars().rev().collect::<String>(), "source": format!("aws.{source}"),
        "detail-type": "AWS API Call via CloudTrail", "account": record["recipientAccountId"],
        "time": record["eventTime"], "region": record["awsRegion"], "resources": [], "detail": record })
}
