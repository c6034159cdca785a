//! The flags of `inspect`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::cli::args::values::memory_size;
use crate::cli::args::{AnswerFormatArg, ColorArg, LogFormatArgs};

pub(super) const EXAMPLES: &str = "\
Examples:
  What is in this folder, and is it enough?
    flowcause inspect logs/

  With the metadata: whose the interfaces are, and whether the failed tasks are covered:
    flowcause inspect logs/ --metadata metadata/

  In a pipeline: what is missing, by name:
    flowcause inspect logs/ -m metadata/ --format json | jq -r '.missing[].id'

Exit codes:
  0 done, whatever is missing   1 failed   2 wrong usage   3 no flow record in the inputs";

/// The flags of `inspect`.
#[derive(Clone, Debug, Default, Args)]
pub struct InspectArgs {
    /// Flow logs: files, folders, patterns, or - for the standard input.
    ///
    /// Text or Parquet, compressed or not, told apart by content. Folders are walked. A quoted pattern such as
    /// 'logs/**/*.gz' is expanded here, so that it works in any shell.
    #[arg(required = true, value_name = "LOGS")]
    pub logs: Vec<String>,

    /// AWS documents: JSON files, folders or patterns. Repeatable.
    ///
    /// With them it is known whose the interfaces are, which interfaces of endpoints and NAT gateways have no records, and
    /// whether the logs cover the tasks that failed.
    #[arg(long, short, value_name = "PATH", env = "FLOWCAUSE_METADATA")]
    pub metadata: Vec<String>,

    /// How flow logs without a header line are read.
    #[command(flatten)]
    pub log_format: LogFormatArgs,

    /// The report's format.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub format: AnswerFormatArg,

    /// Write the report to a file, whole or not at all, rather than to the standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,

    /// Colours: auto means on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_COLOR", help_heading = "Output")]
    pub color: ColorArg,

    /// Say nothing on the standard error but errors.
    #[arg(
        long,
        short,
        env = "FLOWCAUSE_QUIET",
        value_parser = FalseyValueParser::new(),
        help_heading = "Output"
    )]
    pub quiet: bool,

    /// No progress bar; there is none anyway unless the standard error is a terminal.
    #[arg(
        long,
        env = "FLOWCAUSE_NO_PROGRESS",
        value_parser = FalseyValueParser::new(),
        help_heading = "Output"
    )]
    pub no_progress: bool,

    /// Memory to take at most, such as 512MiB; what needs more waits in temporary files. [default: a quarter of the machine's]
    #[arg(long, value_name = "SIZE", value_parser = memory_size, env = "FLOWCAUSE_MEMORY")]
    pub memory: Option<u64>,

    /// Worker threads. [default: one a core]
    #[arg(long, value_name = "N", env = "FLOWCAUSE_THREADS")]
    pub threads: Option<NonZeroUsize>,
}
