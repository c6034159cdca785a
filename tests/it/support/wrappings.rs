//! The same records in every wrapping that exports have: what AWS's services and command line write, and what people make
//! of it.

use std::io::Write;

use flowcause::model::field::{Field, FieldKind};
use serde_json::{Map, Value, json};

use crate::support::clock::calendar;
use crate::support::table::{Table, Variant};
use crate::support::write::{gzip, pretty};

/// One way of keeping records.
#[derive(Clone, Debug)]
pub(crate) struct Wrapped {
    /// Path below the folder of logs.
    pub(crate) path: &'static str,
    /// `Wrapping::name` of it, and what is around it.
    pub(crate) kind: &'static str,
    /// How people get it, in one phrase.
    pub(crate) from: &'static str,
    /// Whether the order of its fields must be known from elsewhere.
    pub(crate) is_headerless: bool,
    /// The file.
    pub(crate) bytes: Vec<u8>,
}

/// Every wrapping of the records of a table.
pub(crate) fn all(table: &Table) -> Vec<Wrapped> {
    let with = |is_headerless| {
        move |path, kind, from, bytes: Vec<u8>| Wrapped { path, kind, from, is_headerless, bytes }
    };
    let (named, bare) = (with(false), with(true));
    let text = table.text().into_bytes();
    let records = Records::of(table);
    let parquet = table.parquet(&Variant::AWS);
    vec![
        named("s3/records.log.gz", "gzip s3-text", "flow logs to S3, text", gzip(&text)),
        named("s3/records.log.parquet", "parquet", "flow logs to S3, Parquet", parquet.clone()),
        bare(
            "cloudwatch-export/000000.gz",
            "gzip cloudwatch-export",
            "`aws logs create-export-task`",
            gzip(&records.export()),
        ),
        bare(
            "filter-log-events.json.gz",
            "gzip filter-log-events",
            "`aws logs filter-log-events`",
            gzip(&records.filter_log_events()),
        ),
        bare(
            "filter-log-events.ndjson.gz",
            "gzip filter-log-events",
            "the same, an event a line",
            gzip(&records.events_a_line()),
        ),
        bare(
            "get-log-events.json.gz",
            "gzip get-log-events",
            "`aws logs get-log-events`",
            gzip(&records.get_log_events()),
        ),
        bare(
            "messages.json.gz",
            "gzip message-json",
            "the same with `--query 'events[].message'`",
            gzip(&records.messages()),
        ),
        bare("tail.log.gz", "gzip logs-tail", "`aws logs tail`", gzip(&records.tail("+00:00", true))),
        bare(
            "tail-short.log.gz",
            "gzip logs-tail",
            "`aws logs tail --format short`",
            gzip(&records.tail("", false)),
        ),
        bare(
            "insights.csv.gz",
            "gzip insights-csv",
            "Logs Insights, `fields @timestamp, @message`, as CSV",
            gzip(&records.insights_messages()),
        ),
        named(
            "insights-fields.csv.gz",
            "gzip insights-csv",
            "Logs Insights, discovered fields, as CSV",
            gzip(&insights_fields(table)),
        ),
        bare(
            "insights.json.gz",
            "gzip insights-json",
            "`aws logs get-query-results`",
            gzip(&records.insights_results()),
        ),
        bare(
            "console.csv.gz",
            "gzip console-csv",
            "the console of CloudWatch Logs",
            gzip(&records.console()),
        ),
        bare(
            "subscription/records.gz",
            "gzip gzip subscription",
            "a subscription through Firehose",
            gzip(&gzip(&records.subscription())),
        ),
        bare("firehose/records.log.gz", "gzip records", "flow logs to Firehose", gzip(&records.lines())),
        bare(
            "firehose/messages.json.gz",
            "gzip message-json",
            "flow logs to Firehose, as objects",
            gzip(&records.firehose_objects()),
        ),
        named("converted.csv.gz", "gzip csv", "a conversion to CSV", gzip(&cells(table, b',', true))),
        named("converted.tsv.gz", "gzip tsv", "a conversion to TSV", gzip(&cells(table, b'\t', false))),
        named(
            "rows.ndjson.gz",
            "gzip json-rows",
            "Athena, `jq` or a pipeline: an object a line",
            gzip(&rows(table, "\n")),
        ),
        named(
            "rows.json.gz",
            "gzip json-rows",
            "the same as an array",
            gzip(&[b"[", &rows(table, ",")[..], b"]"].concat()),
        ),
        named("records.log.zst", "zstd s3-text", "compressed with zstd", zstd_of(&text)),
        named("records.log.bz2", "bzip2 s3-text", "compressed with bzip2", bzip2_of(&text)),
        named("records.log.gz.zst", "zstd gzip s3-text", "compressed twice", zstd_of(&gzip(&text))),
        named("records.parquet.gz", "gzip parquet", "Parquet compressed once more", gzip(&parquet)),
    ]
}

pub(crate) fn zstd_of(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory takes bytes")
}

pub(crate) fn bzip2_of(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(bytes).expect("memory takes bytes");
    encoder.finish().expect("memory takes bytes")
}

/// A record with what CloudWatch Logs knows beside it.
struct Record {
    text: String,
    /// Seconds.
    start: i64,
    stream: String,
}

struct Records(Vec<Record>);

impl Records {
    fn of(table: &Table) -> Self {
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

    fn each(&self, line: impl Fn(usize, &Record) -> String) -> Vec<u8> {
        self.0.iter().enumerate().map(|(n, record)| line(n, record)).collect::<String>().into_bytes()
    }

    fn lines(&self) -> Vec<u8> {
        self.each(|_, record| format!("{}\n", record.text))
    }

    fn export(&self) -> Vec<u8> {
        self.each(|_, record| format!("{}.000Z {}\n", stamp(record), record.text))
    }

    fn tail(&self, zone: &str, is_detailed: bool) -> Vec<u8> {
        self.each(|_, record| {
            let stream = if is_detailed { format!("{} ", record.stream) } else { String::new() };
            format!("{}{zone} {stream}{}\n", stamp(record), record.text)
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

    fn filter_log_events(&self) -> Vec<u8> {
        pretty(&json!({"events": self.events(), "searchedLogStreams": []}))
    }

    fn events_a_line(&self) -> Vec<u8> {
        self.each(|n, record| format!("{}\n", Self::event(n, record)))
    }

    fn get_log_events(&self) -> Vec<u8> {
        let mut events = self.events();
        for event in events.iter_mut().filter_map(Value::as_object_mut) {
            event.remove("logStreamName");
            event.remove("eventId");
        }
        pretty(&json!({"events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}))
    }

    fn messages(&self) -> Vec<u8> {
        pretty(&self.0.iter().map(|record| record.text.clone()).collect())
    }

    fn insights_messages(&self) -> Vec<u8> {
        let rows = self.each(|n, record| {
            format!("{}.000,\"{}\",{},{n}\n", stamp(record).replace('T', " "), record.text, record.stream)
        });
        [b"@timestamp,@message,@logStream,@ptr\n".to_vec(), rows].concat()
    }

    fn insights_results(&self) -> Vec<u8> {
        let row = |record: &Record| {
            json!([
                {"field": "@timestamp", "value": stamp(record)}, {"field": "@message", "value": record.text},
                {"field": "@ptr", "value": "CpIBCj"},
            ])
        };
        let rows: Vec<Value> = self.0.iter().map(row).collect();
        pretty(&json!({"results": rows, "statistics": {"recordsMatched": rows.len()}, "status": "Complete"}))
    }

    fn console(&self) -> Vec<u8> {
        let rows = self.each(|_, record| format!("{},{}\n", record.start * 1000, record.text));
        [b"timestamp,message\n".to_vec(), rows].concat()
    }

    /// Payloads without anything between them, and one that only tries the destination.
    fn subscription(&self) -> Vec<u8> {
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
        [payload("CONTROL_MESSAGE", vec![control])]
            .into_iter()
            .chain(batches)
            .collect::<String>()
            .into_bytes()
    }

    fn firehose_objects(&self) -> Vec<u8> {
        self.each(|_, record| json!({"message": record.text}).to_string())
    }
}

/// `2026-11-23T03:06:00`.
fn stamp(record: &Record) -> String {
    calendar(record.start, "%Y-%m-%dT%H:%M:%S")
}

/// A table with underscored names.
fn cells(table: &Table, delimiter: u8, is_quoted: bool) -> Vec<u8> {
    let row = |values: Vec<&str>| {
        let quoted = |value: &str| if is_quoted { format!("\"{value}\"") } else { value.to_owned() };
        let cells: Vec<String> = values.into_iter().map(quoted).collect();
        format!("{}\n", cells.join(&char::from(delimiter).to_string()))
    };
    let names: Vec<String> = table.fields.iter().map(|field| field.name().replace('-', "_")).collect();
    let mut text = row(names.iter().map(String::as_str).collect());
    for values in &table.rows {
        text.push_str(&row(values.iter().map(|value| value.as_deref().unwrap_or("")).collect()));
    }
    text.into_bytes()
}

/// The fields as Logs Insights names them, in camel case, with the time before them.
fn insights_fields(table: &Table) -> Vec<u8> {
    let name = |field: &Field| {
        let mut words = field.name().split('-');
        let first = words.next().unwrap_or_default().replace("addr", "Addr").replace("port", "Port");
        let rest = words.map(|word| word[..1].to_uppercase() + &word[1..]);
        std::iter::once(first).chain(rest).collect::<String>()
    };
    let names: Vec<String> = table.fields.iter().map(name).collect();
    let mut text = format!("@timestamp,{}\n", names.join(","));
    for values in &table.rows {
        let values: Vec<&str> = values.iter().map(|value| value.as_deref().unwrap_or("-")).collect();
        text.push_str(&format!("2026-11-23 03:06:00.000,{}\n", values.join(",")));
    }
    text.into_bytes()
}

/// An object a row, numbers as numbers, account ids too; what is missing is `null` or left away.
fn rows(table: &Table, between: &str) -> Vec<u8> {
    let object = |values: &Vec<Option<String>>| {
        let mut object = Map::new();
        for (n, (field, value)) in table.fields.iter().zip(values).enumerate() {
            let key = field.name().replace('-', "_");
            let is_number = field.spec().kind != FieldKind::Text || *field == Field::AccountId;
            match value {
                Some(text) => {
                    let number = text.parse::<u64>().ok().filter(|_| is_number);
                    object.insert(key, number.map_or_else(|| text.clone().into(), Value::from));
                }
                None if n % 2 == 0 => {
                    object.insert(key, Value::Null);
                }
                None => {}
            }
        }
        Value::Object(object).to_string()
    };
    table.rows.iter().map(object).collect::<Vec<_>>().join(between).into_bytes()
}
