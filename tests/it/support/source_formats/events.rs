//! Records in events of CloudWatch Logs and Firehose, one record per event.

use flowcause::model::field::Field;
use serde_json::{Value, json};

use super::tables::rows;
use crate::support::clock::calendar;
use crate::support::table::Table;
use crate::support::write::pretty;

/// A record with the other values of its event in CloudWatch Logs.
pub(super) struct Record {
    pub(super) text: String,
    /// Unix seconds.
    pub(super) start: i64,
    pub(super) stream: String,
}

/// The records of a table.
pub(super) struct Records(pub(super) Vec<Record>);

impl Records {
    pub(super) fn of(table: &Table) -> Self {
        let at = |field| table.fields.iter().position(|&have| have == field).expect("a column");
        let (start, interface) = (at(Field::Start), at(Field::InterfaceId));
        let of_row = |(line, row): (String, &Vec<Option<String>>)| {
            let value = |at: usize| row[at].clone().unwrap_or_default();
            Record {
                text: line.trim_end().to_owned(),
                start: value(start).parse().expect("seconds"),
                stream: format!("{}-all", value(interface)),
            }
        };
        Self(table.lines().into_iter().zip(&table.rows).map(of_row).collect())
    }

    pub(super) fn each(&self, line: impl Fn(usize, &Record) -> String) -> Vec<u8> {
        self.0.iter().enumerate().map(|(n, record)| line(n, record)).collect::<String>().into_bytes()
    }

    pub(super) fn lines(&self) -> Vec<u8> {
        self.each(|_, record| format!("{}\n", record.text))
    }

    pub(super) fn export(&self) -> Vec<u8> {
        self.each(|_, record| format!("{}.000Z {}\n", timestamp(record), record.text))
    }

    pub(super) fn tail(&self, zone: &str, is_detailed: bool) -> Vec<u8> {
        self.each(|_, record| {
            let stream = if is_detailed { format!("{} ", record.stream) } else { String::new() };
            format!("{}{zone} {stream}{}\n", timestamp(record), record.text)
        })
    }

    fn event(n: usize, record: &Record) -> Value {
        json!({
            "logStreamName": record.stream, "timestamp": record.start * 1000, "message": record.text,
            "ingestionTime": record.start * 1000 + 61_204, "eventId": format!("3928{n:052}"),
        })
    }

    fn events(&self) -> Vec<Value> {
        self.0.iter().enumerate().map(|(n, record)| Self::event(n, record)).collect()
    }

    pub(super) fn filter_log_events(&self) -> Vec<u8> {
        pretty(&json!({"events": self.events(), "searchedLogStreams": []}))
    }

    pub(super) fn one_event_per_line(&self) -> Vec<u8> {
        self.each(|n, record| format!("{}\n", Self::event(n, record)))
    }

    pub(super) fn get_log_events(&self) -> Vec<u8> {
        let mut events = self.events();
        for event in events.iter_mut().filter_map(Value::as_object_mut) {
            event.remove("logStreamName");
            event.remove("eventId");
        }
        pretty(&json!({"events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}))
    }

    pub(super) fn messages(&self) -> Vec<u8> {
        pretty(&self.0.iter().map(|record| record.text.clone()).collect())
    }

    pub(super) fn insights_messages(&self) -> Vec<u8> {
        let rows = self.each(|n, record| {
            format!("{}.000,\"{}\",{},{n}\n", timestamp(record).replace('T', " "), record.text, record.stream)
        });
        [b"@timestamp,@message,@logStream,@ptr\n".to_vec(), rows].concat()
    }

    pub(super) fn insights_results(&self) -> Vec<u8> {
        let row = |record: &Record| {
            json!([
                {"field": "@timestamp", "value": timestamp(record)}, {"field": "@message", "value": record.text},
                {"field": "@ptr", "value": "CpIBCj"},
            ])
        };
        let rows: Vec<Value> = self.0.iter().map(row).collect();
        pretty(&json!({"results": rows, "statistics": {"recordsMatched": rows.len()}, "status": "Complete"}))
    }

    pub(super) fn console(&self) -> Vec<u8> {
        let rows = self.each(|_, record| format!("{},{}\n", record.start * 1000, record.text));
        [b"timestamp,message\n".to_vec(), rows].concat()
    }

    /// Events whose message is an object with the fields of the record.
    pub(super) fn transformed(&self, table: &Table) -> Vec<u8> {
        let objects = String::from_utf8(rows(table, "\n")).expect("text");
        let mut events = self.events();
        for (event, object) in events.iter_mut().zip(objects.lines()) {
            event["message"] = object.into();
        }
        pretty(&json!({"events": events, "searchedLogStreams": []}))
    }

    pub(super) fn splunk(&self) -> Vec<u8> {
        self.each(|n, record| {
            let result = json!({"_raw": record.text, "_time": timestamp(record), "host": "splunk"});
            format!("{}\n", json!({"preview": false, "offset": n, "result": result}))
        })
    }

    pub(super) fn search_hits(&self) -> Vec<u8> {
        let hit = |record: &Record| {
            let source = json!({"@timestamp": timestamp(record), "event": {"original": record.text}});
            json!({"_index": "flow-logs", "_score": 1.0, "_source": source})
        };
        let hits: Vec<Value> = self.0.iter().map(hit).collect();
        let hits = json!({"total": {"value": hits.len()}, "max_score": 1.0, "hits": hits});
        pretty(&json!({"took": 3, "hits": hits, "_shards": {"total": 1}}))
    }

    pub(super) fn otlp(&self) -> Vec<u8> {
        let record = |record: &Record| json!({"timeUnixNano": format!("{}000000000", record.start), "body": {"stringValue": record.text}});
        let batch = |records: &[Record]| {
            let records: Vec<Value> = records.iter().map(record).collect();
            let scopes = json!([{"scope": {}, "logRecords": records}, {"scope": {}, "logRecords": []}]);
            json!({"resourceLogs": [{"resource": {}, "scopeLogs": scopes}]}).to_string()
        };
        self.0.chunks(7).map(batch).collect::<Vec<_>>().join("\n").into_bytes()
    }

    /// All records are in one object, because the key of their list is not known.
    pub(super) fn loki(&self) -> Vec<u8> {
        let stream = |records: &[Record]| {
            let value = |record: &Record| json!([format!("{}000000000", record.start), record.text]);
            json!({"stream": {"job": "vpc"}, "values": records.iter().map(value).collect::<Vec<_>>()})
        };
        let streams: Vec<Value> = self.0.chunks(9).map(stream).collect();
        json!({"status": "success", "data": {"resultType": "streams", "result": streams}})
            .to_string()
            .into_bytes()
    }

    /// Payloads without separators. The first one only tests the destination.
    pub(super) fn subscription(&self) -> Vec<u8> {
        self.payloads().concat().into_bytes()
    }

    pub(super) fn payloads(&self) -> Vec<String> {
        let payload = |kind: &str, events: Vec<Value>| {
            json!({
                "messageType": kind, "owner": "111122223333", "logGroup": "flow-logs", "logStream": "eni-1-all",
                "subscriptionFilters": ["to-firehose"], "logEvents": events,
            })
            .to_string()
        };
        let event =
            |record: &Record| json!({"id": "1", "timestamp": record.start * 1000, "message": record.text});
        let control = json!({"id": "", "timestamp": 0, "message": "CWL CONTROL MESSAGE: Checking health of destination Firehose."});
        let batches =
            self.0.chunks(7).map(|batch| payload("DATA_MESSAGE", batch.iter().map(event).collect()));
        [payload("CONTROL_MESSAGE", vec![control])].into_iter().chain(batches).collect()
    }

    pub(super) fn firehose_objects(&self) -> Vec<u8> {
        self.each(|_, record| json!({"message": record.text}).to_string())
    }
}

/// The start of a record, for example `2026-11-23T03:06:00`.
pub(super) fn timestamp(record: &Record) -> String {
    calendar(record.start, "%Y-%m-%dT%H:%M:%S")
}
