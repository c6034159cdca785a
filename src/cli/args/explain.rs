//! The flags of `explain`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};

use crate::cli::args::values::memory_size;
use crate::cli::args::{ColorArg, ConfigArgs, FormatArg, LogFormatArgs};
use crate::cli::export::{self, Export};
use crate::finding::Confidence;

pub(super) const EXAMPLES: &str = "\
Examples:
  Save the metadata while the stopped tasks are still known (about an hour), then explain:
    flowcause collect --region eu-west-1 --cluster prod > collect.sh
    bash collect.sh metadata
    flowcause explain logs/ --metadata metadata/

  One task, half an hour, as JSON:
    flowcause explain 'logs/2026/11/23/*.log.gz' --metadata metadata/ \\
      --task 82f6c1d04a --at 2026-11-23T03:12:00Z --around 15m --format json

  In a scheduled job: only what is new, exit 10 if a cause is certain, 11 if the logs show too little:
    flowcause explain logs/ --metadata metadata/ --state state.json \\
      --fail-on confirmed --min-coverage 95

  The same flags every time: put them into flowcause.toml, in the folder the command runs in:
    metadata = ['metadata']
    fail-on = 'confirmed'
    min-coverage = 95

Exit codes:
  0 done   1 failed   2 wrong usage   3 nothing usable in the inputs
  10 --fail-on matched   11 coverage below --min-coverage";

/// The flags of `explain`.
#[derive(Clone, Debug, Default, Args)]
pub struct ExplainArgs {
    /// Flow logs: files, folders, patterns, or - for the standard input.
    ///
    /// What flow logs write to S3, and exports of CloudWatch Logs, Logs Insights and Firehose, compressed or not, told apart
    /// by content. Folders are walked. A quoted pattern such as 'logs/**/*.gz' is expanded here, so that it works in any
    /// shell.
    #[arg(required = true, value_name = "LOGS")]
    pub logs: Vec<String>,

    /// AWS documents: JSON files, folders or patterns. Repeatable.
    ///
    /// What the script of `flowcause collect` saves, such as the output of `aws ecs describe-tasks` and of
    /// `aws ec2 describe-network-interfaces`, and ECS Task State Change events, in any files: each document is known
    /// by its content.
    #[arg(long, short, value_name = "PATH", env = "FLOWCAUSE_METADATA")]
    pub metadata: Vec<String>,

    /// How flow logs without a header line are read.
    #[command(flatten)]
    pub log_format: LogFormatArgs,

    /// Only this task. Repeatable. [default: every task that failed to start]
    #[arg(long, value_name = "ID|ARN", help_heading = "Scope")]
    pub task: Vec<String>,

    /// Only this task interface, for when its task is not known. Repeatable.
    #[arg(long, value_name = "ENI", help_heading = "Scope")]
    pub interface: Vec<String>,

    /// Only records from this time on: RFC 3339 such as 2026-11-23T03:00:00Z, or epoch seconds.
    #[arg(long, value_name = "TIME", help_heading = "Scope")]
    pub from: Option<String>,

    /// Only records before this time.
    #[arg(long, value_name = "TIME", help_heading = "Scope")]
    pub to: Option<String>,

    /// Only records around this time, such as that of the alarm; see --around.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["from", "to"], help_heading = "Scope")]
    pub at: Option<String>,

    /// How far to look on both sides of --at, such as 90s, 30m or 2h. [default: 30m]
    #[arg(long, value_name = "DURATION", requires = "at", help_heading = "Scope")]
    pub around: Option<String>,

    /// A port of the services. Repeatable. [default: 443 and 53]
    #[arg(
        long,
        value_name = "PORT",
        value_parser = clap::value_parser!(u16).range(1..),
        value_delimiter = ',',
        env = "FLOWCAUSE_PORT",
        help_heading = "Scope"
    )]
    pub port: Vec<u16>,

    /// Go on from the run that left this file: read and report only what is new, and leave it for the next run.
    ///
    /// It remembers files by name and size, tasks and incidents; it is made by the first run. Incidents are then new,
    /// ongoing, returned or resolved. One run at a time: FILE.lock is held meanwhile.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["from", "to", "at"],
        help_heading = "Scheduled runs"
    )]
    pub state: Option<PathBuf>,

    /// The report's format.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_FORMAT", help_heading = "Output")]
    pub format: FormatArg,

    /// Write the report to a file, whole or not at all, rather than to the standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,

    /// Write the report to a file in a format as well, whole or not at all. Repeatable, each to another file.
    ///
    /// Formats: those of --format, and junit (test results), ocsf (Detection Findings), prometheus (a textfile of gauges),
    /// slack (a message body; nothing is sent), evidence-csv, evidence-ndjson and evidence-parquet (the records that prove
    /// the verdicts). csv and ndjson are of tasks.
    #[arg(long, value_name = "FORMAT=PATH", value_parser = export::parse, help_heading = "Output")]
    pub export: Vec<Export>,

    /// Exit with 10 if a cause is at least this sure.
    #[arg(long, value_enum, value_name = "STANDING", env = "FLOWCAUSE_FAIL_ON", help_heading = "Output")]
    pub fail_on: Option<FailOn>,

    /// Exit with 11 if the logs show less than this part of the minutes they should, in percent.
    #[arg(
        long,
        value_name = "PERCENT",
        value_parser = clap::value_parser!(u8).range(0..=100),
        env = "FLOWCAUSE_MIN_COVERAGE",
        help_heading = "Output"
    )]
    pub min_coverage: Option<u8>,

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

    /// Which configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// A standing that fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A cause is certain.
    Confirmed,
    /// A cause is certain or likely.
    Supported,
}

impl From<FailOn> for Confidence {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Confirmed => Self::Confirmed,
            FailOn::Supported => Self::Likely,
        }
    }
}
