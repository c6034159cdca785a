//! What a file was found to be: its compression, its wrapping, and how the order of its fields was known.
//!
//! Told by content alone. The names are stable: `inspect` and the documentation use them.

/// A compression, taken off before anything else is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// gzip, of one or several members.
    Gzip,
    /// Zstandard, of one or several frames.
    Zstd,
    /// bzip2, of one or several streams.
    Bzip2,
}

impl Compression {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
        }
    }
}

/// How many compressions are taken off one after the other. Firehose makes two; more than four is no log.
pub const MOST_LAYERS: usize = 4;

/// Compressions of a file, the outermost first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layers([Option<Compression>; MOST_LAYERS]);

impl Layers {
    /// Adds the next one within; false if there are [`MOST_LAYERS`] already.
    pub(super) fn push(&mut self, layer: Compression) -> bool {
        let free = self.0.iter_mut().find(|layer| layer.is_none());
        free.map(|place| *place = Some(layer)).is_some()
    }

    /// The outermost first.
    pub fn iter(&self) -> impl Iterator<Item = Compression> {
        self.0.iter().copied().flatten()
    }
}

/// What holds the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceFormat {
    /// Nothing that this version reads as a flow log.
    #[default]
    Unknown,
    /// Lines of records after a header line, as flow logs write to S3.
    S3Text,
    /// Parquet with a column for a field, any layout.
    Parquet,
    /// Parquet of Security Lake: OCSF.
    SecurityLake,
    /// Lines of records without a header, as Firehose delivers them.
    Records,
    /// An export task of CloudWatch Logs: a time before each record.
    CloudWatchExport,
    /// The file by which an export task tries its permissions: nothing to read.
    ExportPermissionCheck,
    /// `aws logs tail`, detailed or short.
    LogsTail,
    /// `aws logs filter-log-events`.
    FilterLogEvents,
    /// `aws logs get-log-events`.
    GetLogEvents,
    /// The payload of a subscription of CloudWatch Logs, as Firehose delivers it.
    Subscription,
    /// Objects that hold a record as `message` and nothing that names their origin, as from Firehose.
    MessageJson,
    /// `aws logs filter-log-events --output text`.
    FilterLogEventsText,
    /// `aws logs get-log-events --output text`.
    GetLogEventsText,
    /// What a Lambda function gets of a subscription of CloudWatch Logs: a payload in base64.
    LambdaEvent,
    /// Records of a Kinesis stream, as `aws kinesis get-records` and consumers get them: payloads in base64.
    KinesisRecords,
    /// What Firehose has a Lambda function transform: payloads in base64.
    FirehoseEvent,
    /// Results of Logs Insights as CSV.
    InsightsCsv,
    /// Results of Logs Insights as JSON.
    InsightsJson,
    /// Results of Logs Insights as `--output text` prints them.
    InsightsText,
    /// `timestamp,message`, as the console of CloudWatch Logs exports.
    ConsoleCsv,
    /// A row a record, separated by commas or semicolons, names in the first.
    Csv,
    /// A row a record, separated by tabs, names in the first.
    Tsv,
    /// A JSON object a record.
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

/// How it was known which field stands where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldOrderSource {
    /// A header line, the names of columns, or the keys of an object.
    Header,
    /// `--log-format`.
    LogFormat,
    /// `LogFormat` of describe-flow-logs.
    DescribeFlowLogs,
    /// The default format: 14 fields, the first of them `2`.
    DefaultFormat,
    /// The number of fields and the shape of their values, which fit one common format only.
    Inferred,
}

impl FieldOrderSource {
    /// The stable, kebab-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "names",
            Self::LogFormat => "log-format",
            Self::DescribeFlowLogs => "describe-flow-logs",
            Self::DefaultFormat => "default-format",
            Self::Inferred => "guessed",
        }
    }
}

/// What a file was found to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileKind {
    /// The compressions around it.
    pub layers: Layers,
    /// What holds the records; of several in one file the first.
    pub source_format: SourceFormat,
    /// How the fields' order was known; of several ways in one file the first, none if no record was read.
    pub field_order_source: Option<FieldOrderSource>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounded_number_of_layers_is_kept_in_order() {
        let mut layers = Layers::default();
        assert!(layers.push(Compression::Zstd));
        for _ in 1..MOST_LAYERS {
            assert!(layers.push(Compression::Gzip));
        }
        assert!(!layers.push(Compression::Bzip2));
        let names: Vec<_> = layers.iter().map(Compression::name).collect();
        assert_eq!(names, ["zstd", "gzip", "gzip", "gzip"]);
    }
}
