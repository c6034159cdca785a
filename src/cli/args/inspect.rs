//! The flags of `inspect`.

use clap::Args;

use crate::cli::args::{
    AnswerFormatArg, ConfigArgs, LimitArgs, LogArgs, MetadataArgs, OutputArgs, ProgressArgs,
};

/// Shown below the flags.
pub(super) const EXAMPLES: &str = "\
Examples:
  Summarise a folder, and see whether its logs are enough for a diagnosis:
    flowcause inspect logs/

  With metadata, the report also names the owners of the interfaces and the coverage of failed tasks:
    flowcause inspect logs/ --metadata metadata/

  In a pipeline, list the missing data by id:
    flowcause inspect logs/ -m metadata/ --format json | jq -r '.missing[].id'

Exit codes:
  0   the report was written, with or without missing data
  1   the run failed: for example, a file could not be written
  2   wrong usage
  3   no usable input: LOGS contain no flow record";

/// The flags of `inspect`.
#[derive(Clone, Debug, Default, Args)]
pub struct InspectArgs {
    /// AWS documents.
    #[command(flatten)]
    pub metadata: MetadataArgs,

    /// Flow logs.
    #[command(flatten)]
    pub logs: LogArgs,

    /// Format and destination of the report.
    #[command(flatten)]
    pub output: OutputArgs<AnswerFormatArg>,

    /// Progress and warnings.
    #[command(flatten)]
    pub progress: ProgressArgs,

    /// Limits of memory and threads.
    #[command(flatten)]
    pub limits: LimitArgs,

    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
}
