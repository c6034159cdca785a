//! The flags of `explain`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{ConfigArgs, FormatArg, LimitArgs, LogArgs, MetadataArgs, OutputArgs, ProgressArgs};
use crate::cli::export::{self, Export};

/// Shown below the flags.
pub(super) const EXAMPLES: &str = "\
Examples:
  Save the metadata while ECS still knows the stopped tasks (about an hour), then explain:
    flowcause collect --region eu-west-1 --cluster prod > collect.sh
    bash collect.sh metadata
    flowcause explain logs/ --metadata metadata/

  Explain one task from half an hour of logs, as JSON:
    flowcause explain 'logs/2026/11/23/*.log.gz' --metadata metadata/ \\
      --task 82f6c1d04a --at 2026-11-23T03:12:00Z --around 15m --format json

  In a scheduled job, report only what is new. Exit with code 10 if a cause is confirmed, and with
  code 11 if the logs cover too little:
    flowcause explain logs/ --metadata metadata/ --state state.json \\
      --fail-on confirmed --min-coverage 95

  To use the same flags every time, write them to flowcause.toml in the working folder:
    [explain]
    metadata = ['metadata']
    fail-on = 'confirmed'
    min-coverage = 95

Exit codes:
  0   the report was written, with or without findings
  1   the run failed: for example, a file could not be written, or another run uses the state
  2   wrong usage
  3   no usable input: LOGS contain no flow record
  10  --fail-on matched
  11  coverage is below --min-coverage";

/// The flags of `explain`.
#[derive(Clone, Debug, Default, Args)]
pub struct ExplainArgs {
    /// AWS documents.
    #[command(flatten)]
    pub metadata: MetadataArgs,

    /// Flow logs.
    #[command(flatten)]
    pub logs: LogArgs,

    /// The tasks and records to use.
    #[command(flatten)]
    pub scope: ScopeArgs,

    /// Resume from the previous run: report only what is new, then update FILE.
    ///
    /// FILE stores which files (by name and size), tasks and incidents are already known; the first run creates it. Each
    /// incident is then new, ongoing, returned or resolved. Only one run at a time can use FILE, because it holds a lock
    /// on FILE.lock.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["from", "to", "at"],
        help_heading = "Scheduled runs"
    )]
    pub state: Option<PathBuf>,

    /// Format and destination of the report.
    #[command(flatten)]
    pub output: OutputArgs<FormatArg>,

    /// Also write the report to a file in another format; the file is replaced atomically. Repeatable.
    ///
    /// Each export needs a file of its own. Formats: those of --format, and junit (test results), ocsf (Detection
    /// Findings), prometheus (gauges in a textfile), slack (a message body; nothing is sent), evidence-csv,
    /// evidence-ndjson and evidence-parquet (the records that prove the verdicts). csv and ndjson contain tasks.
    #[arg(long, value_name = "FORMAT=PATH", value_parser = export::parse, help_heading = "Output")]
    pub export: Vec<Export>,

    /// Exit with code 10 if a cause has at least this confidence, or if an incident is new.
    #[arg(long, value_enum, value_name = "FINDING", env = "FLOWCAUSE_FAIL_ON", help_heading = "Exit code")]
    pub fail_on: Option<FailOnFinding>,

    /// Exit with code 11 if coverage is below PERCENT of the expected minutes.
    #[arg(
        long,
        value_name = "PERCENT",
        value_parser = clap::value_parser!(u8).range(0..=100),
        env = "FLOWCAUSE_MIN_COVERAGE",
        help_heading = "Exit code"
    )]
    pub min_coverage: Option<u8>,

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

/// The tasks and records to use.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Scope")]
pub struct ScopeArgs {
    /// Explain only this task. Repeatable. [default: every task that failed to start]
    #[arg(long, value_name = "ID|ARN")]
    pub task: Vec<String>,

    /// Explain only the task with this interface, for example if its id is unknown. Repeatable.
    #[arg(long, value_name = "ENI")]
    pub interface: Vec<String>,

    /// Use only records from this time on: RFC 3339 such as 2026-11-23T03:00:00Z, or epoch seconds.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,

    /// Use only records before this time.
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,

    /// Use only records around this time, for example the time of an alarm; see --around.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["from", "to"])]
    pub at: Option<String>,

    /// Time span on each side of --at, such as 90s, 30m or 2h. [default: 30m]
    #[arg(long, value_name = "DURATION", requires = "at")]
    pub around: Option<String>,

    /// Further port of the services, in addition to 443, 53 and the ports that the documents show. Repeatable.
    #[arg(
        long,
        value_name = "PORT",
        value_parser = clap::value_parser!(u16).range(1..),
        value_delimiter = ',',
        env = "FLOWCAUSE_PORT"
    )]
    pub port: Vec<u16>,
}

/// The finding that makes the run exit with code 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOnFinding {
    /// A cause is confirmed.
    Confirmed,
    /// A cause is confirmed or likely.
    Likely,
    /// An incident is new or has returned since the previous run; needs --state.
    New,
}
