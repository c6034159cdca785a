//! The same records in every source format: as AWS's services and command line write them, and as people convert them.

mod aws_cli_text;
mod base64_payload;
mod events;
mod lake;
mod tables;

use std::io::Write;

use self::events::Records;
use self::lake::Version;
use self::tables::{cells, cells_only, insights_fields, rows};
use crate::support::table::{Table, Variant};
use crate::support::write::gzip;

/// Records in one source format.
#[derive(Clone, Debug)]
pub(crate) struct FormatSample {
    /// The path below the folder of logs.
    pub(crate) path: &'static str,
    /// `SourceFormat::name`, after the names of the compressions.
    pub(crate) kind: &'static str,
    /// How people get such a file, in one phrase.
    pub(crate) from: &'static str,
    /// Whether the order of its fields is not in the file.
    pub(crate) is_headerless: bool,
    /// The content of the file.
    pub(crate) bytes: Vec<u8>,
}

/// The records of a table in every source format.
pub(crate) fn all(table: &Table) -> Vec<FormatSample> {
    let of_services = [of_s3(table), of_cloudwatch(table), of_firehose(table), of_lake(table)];
    let of_programs = [of_text(table), of_functions_and_streams(table), of_collectors(table)];
    [of_services.concat(), of_programs.concat(), of_people(table)].concat()
}

/// A file that names its fields.
fn named(path: &'static str, kind: &'static str, from: &'static str, bytes: Vec<u8>) -> FormatSample {
    FormatSample { path, kind, from, is_headerless: false, bytes }
}

/// A file that does not name its fields.
fn bare(path: &'static str, kind: &'static str, from: &'static str, bytes: Vec<u8>) -> FormatSample {
    FormatSample { is_headerless: true, ..named(path, kind, from, bytes) }
}

/// Flow logs in S3.
fn of_s3(table: &Table) -> Vec<FormatSample> {
    let text = table.text().into_bytes();
    let parquet = table.parquet(&Variant::AWS);
    vec![
        named("s3/records.log.gz", "gzip s3-text", "flow logs to S3, text", gzip(&text)),
        named("s3/records.log.parquet", "parquet", "flow logs to S3, Parquet", parquet),
    ]
}

/// Exports and command output of CloudWatch Logs.
fn of_cloudwatch(table: &Table) -> Vec<FormatSample> {
    let records = Records::of(table);
    vec![
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
            "the same, one event on each line",
            gzip(&records.one_event_per_line()),
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
    ]
}

/// Text output of the commands of CloudWatch Logs.
fn of_text(table: &Table) -> Vec<FormatSample> {
    let records = Records::of(table);
    vec![
        bare(
            "filter-log-events.txt.gz",
            "gzip filter-log-events-text",
            "`aws logs filter-log-events --output text`",
            gzip(&records.filter_log_events_text()),
        ),
        bare(
            "get-log-events.txt.gz",
            "gzip get-log-events-text",
            "`aws logs get-log-events --output text`",
            gzip(&records.get_log_events_text()),
        ),
        bare(
            "messages.txt.gz",
            "gzip records",
            "the same with `--query 'events[].message'`",
            gzip(&records.messages_text()),
        ),
        bare(
            "times-and-messages.txt.gz",
            "gzip records",
            "the same with `--query 'events[].[timestamp,message]'`",
            gzip(&records.times_and_messages_text()),
        ),
        bare(
            "insights.txt.gz",
            "gzip insights-text",
            "`aws logs get-query-results --output text`",
            gzip(&records.insights_text()),
        ),
    ]
}

/// Events of Lambda functions and records of streams.
fn of_functions_and_streams(table: &Table) -> Vec<FormatSample> {
    let records = Records::of(table);
    vec![
        bare(
            "subscription/lambda-events.json.gz",
            "gzip lambda-event",
            "a subscription to a Lambda function: its events, one on each line",
            gzip(&records.lambda_events()),
        ),
        bare(
            "kinesis/get-records.json.gz",
            "gzip kinesis-records",
            "a subscription to Kinesis: `aws kinesis get-records`",
            gzip(&records.kinesis_records()),
        ),
        bare(
            "kinesis/event.json.gz",
            "gzip kinesis-records",
            "the same as the event of a Lambda function",
            gzip(&records.kinesis_event()),
        ),
        bare(
            "firehose/event.json.gz",
            "gzip firehose-event",
            "flow logs to Firehose, as a Lambda function gets them to transform",
            gzip(&records.firehose_event()),
        ),
    ]
}

/// Exports of programs that collect logs.
fn of_collectors(table: &Table) -> Vec<FormatSample> {
    let records = Records::of(table);
    vec![
        named(
            "transformed/filter-log-events.json.gz",
            "gzip filter-log-events",
            "a log group with the processor `parseVPC`",
            gzip(&records.transformed(table)),
        ),
        bare(
            "collectors/splunk.ndjson.gz",
            "gzip message-json",
            "an export of Splunk or Cribl: `_raw`",
            gzip(&records.splunk()),
        ),
        bare(
            "collectors/search.json.gz",
            "gzip message-json",
            "the answer of a search in Elasticsearch or OpenSearch",
            gzip(&records.search_hits()),
        ),
        bare(
            "collectors/otlp.ndjson.gz",
            "gzip message-json",
            "OpenTelemetry: `logRecords`",
            gzip(&records.otlp()),
        ),
        bare(
            "collectors/loki.json.gz",
            "gzip message-json",
            "the answer of a query in Loki: many records in one object",
            gzip(&records.loki()),
        ),
    ]
}

/// Files delivered by Firehose.
fn of_firehose(table: &Table) -> Vec<FormatSample> {
    let records = Records::of(table);
    vec![
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
    ]
}

/// Files of Security Lake.
fn of_lake(table: &Table) -> Vec<FormatSample> {
    vec![
        named(
            "security-lake/1.0/records.gz.parquet",
            "security-lake",
            "Security Lake, source version 1: OCSF 1.0.0-rc.2, gzip pages",
            lake::file(table, Version::Rc2),
        ),
        named(
            "security-lake/2.0/records.zstd.parquet",
            "security-lake",
            "Security Lake, source version 2: OCSF 1.1, zstd pages",
            lake::file(table, Version::V1_1),
        ),
    ]
}

/// Files that people converted or compressed.
fn of_people(table: &Table) -> Vec<FormatSample> {
    let text = table.text().into_bytes();
    let parquet = table.parquet(&Variant::AWS);
    vec![
        named("converted.csv.gz", "gzip csv", "a conversion to CSV", gzip(&cells(table, b',', true))),
        named("converted.tsv.gz", "gzip tsv", "a conversion to TSV", gzip(&cells(table, b'\t', false))),
        named(
            "rows.ndjson.gz",
            "gzip json-rows",
            "Athena, `jq` or a pipeline: one object on each line",
            gzip(&rows(table, "\n")),
        ),
        named(
            "rows.json.gz",
            "gzip json-rows",
            "the same as an array",
            gzip(&[b"[", &rows(table, ",")[..], b"]"].concat()),
        ),
        bare(
            "headerless.csv.gz",
            "gzip csv",
            "a conversion to CSV without column names",
            gzip(&cells_only(table, b',')),
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
