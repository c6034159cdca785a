//! The kind of a file: its compression, its source format, and how the order of its fields was determined.
//!
//! The kind is detected from the content alone. The names are stable, because `inspect` and the documentation use them.

pub use crate::model::compression::Compression;

/// The largest number of nested compressions. Firehose makes two; no flow log has more than four.
pub const MAX_LAYERS: usize = 4;

/// The compressions of a file, the outermost first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layers([Option<Compression>; MAX_LAYERS]);

impl Layers {
    /// Adds the next compression inside the others. Returns false if there are [`MAX_LAYERS`] already.
    pub(super) fn push(&mut self, layer: Compression) -> bool {
        let free = self.0.iter_mut().find(|layer| layer.is_none());
        free.map(|place| *place = Some(layer)).is_some()
    }

    /// The compressions, the outermost first.
    pub fn iter(&self) -> impl Iterator<Item = Compression> {
        self.0.iter().copied().flatten()
    }
}

/// The source format: what contains the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceFormat {
    /// Nothing that this version can read as a flow log.
    #[default]
    Unknown,
    /// Lines of records after a header line, as flow logs are written to S3.
    S3Text,
    /// Parquet with one column per field, in any layout.
    Parquet,
    /// Parquet of Security Lake, which follows OCSF.
    SecurityLake,
    /// Lines of records without a header, as Firehose delivers them.
    Records,
    /// An export task of CloudWatch Logs, with a timestamp before each record.
    CloudWatchExport,
    /// The file with which an export task checks its permissions. It contains no records.
    ExportPermissionCheck,
    /// `aws logs tail`, detailed or short.
    LogsTail,
    /// `aws logs filter-log-events`.
    FilterLogEvents,
    /// `aws logs get-log-events`.
    GetLogEvents,
    /// The payload of a subscription of CloudWatch Logs, as Firehose delivers it.
    Subscription,
    /// Objects that hold a record as `message` and do not name their origin, for example from Firehose.
    MessageJson,
    /// `aws logs filter-log-events --output text`.
    FilterLogEventsText,
    /// `aws logs get-log-events --output text`.
    GetLogEventsText,
    /// The event that a Lambda function receives from a subscription of CloudWatch Logs: a payload in base64.
    LambdaEvent,
    /// Records of a Kinesis stream, as `aws kinesis get-records` and consumers receive them: payloads in base64.
    KinesisRecords,
    /// The event with which Firehose asks a Lambda function to transform records: payloads in base64.
    FirehoseEvent,
    /// Results of Logs Insights as CSV.
    InsightsCsv,
    /// Results of Logs Insights as JSON.
    InsightsJson,
    /// Results of Logs Insights as `--output text` prints them.
    InsightsText,
    /// `timestamp,message`, as the console of CloudWatch Logs exports it.
    ConsoleCsv,
    /// One record per row, separated by commas or semicolons; the first row holds the names.
    Csv,
    /// One record per row, separated by tabs; the first row holds the names.
    Tsv,
    /// One JSON object per record.
    JsonRows,
}

impl SourceFormat {
    /// The stable, kebab-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::S3Text => "s3-text",
            Self::Parquet => "parquet",
            Self::SecurityLake => "security-lake",
            Self::Records => "records",
            Self::CloudWatchExport => "cloudwatch-export",
            Self::ExportPermissionCheck => "export-permission-check",
            Self::LogsTail => "logs-tail",
            Self::FilterLogEvents => "filter-log-events",
            Self::GetLogEvents => "get-log-events",
            Self::Subscription => "subscription",
            Self::MessageJson => "message-json",
            Self::FilterLogEventsText => "filter-log-events-text",
            Self::GetLogEventsText => "get-log-events-text",
            Self::LambdaEvent => "lambda-event",
            Self::KinesisRecords => "kinesis-records",
            Self::FirehoseEvent => "firehose-event",
            Self::InsightsCsv => "insights-csv",
            Self::InsightsJson => "insights-json",
            Self::InsightsText => "insights-text",
            Self::ConsoleCsv => "console-csv",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::JsonRows => "json-rows",
        }
    }
}

/// How the order of the fields was determined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldOrderSource {
    /// By a header line, the names of columns, or the keys of an object.
    Header,
    /// By `--log-format`.
    LogFormat,
    /// By `LogFormat` of describe-flow-logs.
    DescribeFlowLogs,
    /// By the default format: 14 fields, the first of which is `2`.
    DefaultFormat,
    /// By the number of fields and the classes of their values, which fit only one common format.
    Inferred,
}

impl FieldOrderSource {
    /// The stable, kebab-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::LogFormat => "log-format",
            Self::DescribeFlowLogs => "describe-flow-logs",
            Self::DefaultFormat => "default-format",
            Self::Inferred => "inferred",
        }
    }
}

/// The kind of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileKind {
    /// The compressions around it.
    pub layers: Layers,
    /// The source format. If one file contains several, this is the first.
    pub source_format: SourceFormat,
    /// How the order of the fields was determined. If there were several ways in one file, this is the first; none if
    /// no record was read.
    pub field_order_source: Option<FieldOrderSource>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_limited_and_stay_in_order() {
        let mut layers = Layers::default();
        assert!(layers.push(Compression::Zstd));
        for _ in 1..MAX_LAYERS {
            assert!(layers.push(Compression::Gzip));
        }
        assert!(!layers.push(Compression::Bzip2));
        let names: Vec<_> = layers.iter().map(Compression::name).collect();
        assert_eq!(names, ["zstd", "gzip", "gzip", "gzip"]);
    }
}
