//! `--log-format`: the order of fields in logs that have no header; of every command that reads logs.

use clap::Args;

use crate::model::log_format::LogFormat;

/// The order of the fields where no header line names them.
#[derive(Clone, Debug, Default, Args)]
pub struct LogFormatArgs {
    /// The fields of records that come without a header line, in order, such as '${version} ${srcaddr} ${dstaddr}'.
    ///
    /// S3 has header lines; CloudWatch Logs and Firehose do not. It is what describe-flow-logs calls LogFormat, and is
    /// not needed where that document is among the metadata, nor for the default format. Plain names will do as well.
    #[arg(long, value_name = "FORMAT", value_parser = LogFormat::parse, env = "FLOWCAUSE_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
}
