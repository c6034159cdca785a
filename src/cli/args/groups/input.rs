//! The inputs: flow logs and AWS documents.

use clap::Args;
use clap::builder::Resettable;

use crate::cli::args::values::log_format;
use crate::model::log_format::LogFormat;

/// Flow logs, and how to read them.
#[derive(Clone, Debug, Default, Args)]
pub struct LogArgs {
    /// Flow logs: files, folders, glob patterns, or - for standard input.
    ///
    /// Accepts the files that flow logs write to S3, and exports of CloudWatch Logs, Logs Insights and Firehose: text or
    /// Parquet, compressed or not. The format is detected from the content, not from the file name. Folders are searched
    /// recursively. Quote a pattern such as 'logs/**/*.gz': flowcause then expands it, so that it works in every shell.
    #[arg(id = "logs", required = true, value_name = "LOGS", help_heading = Resettable::Reset)]
    pub paths: Vec<String>,

    /// Field order of records without a header line, such as '${version} ${srcaddr} ${dstaddr}'.
    ///
    /// Files in S3 have header lines; records from CloudWatch Logs and Firehose do not. Use the LogFormat value of
    /// describe-flow-logs; plain field names work too. You do not need this flag if the metadata contains
    /// describe-flow-logs, or if the flow log has the default format.
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = log_format,
        env = "FLOWCAUSE_LOG_FORMAT",
        help_heading = "Input"
    )]
    pub log_format: Option<LogFormat>,
}

/// AWS documents.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub struct MetadataArgs {
    /// AWS documents: JSON files, folders or glob patterns. Repeatable.
    ///
    /// Accepts everything that the script of `flowcause collect` saves, for example the output of
    /// `aws ecs describe-tasks` and `aws ec2 describe-network-interfaces`, and ECS Task State Change events. Documents are
    /// recognised by their content, so the file names do not matter.
    #[arg(id = "metadata", long = "metadata", short = 'm', value_name = "PATH", env = "FLOWCAUSE_METADATA")]
    pub paths: Vec<String>,
}
