//! What was typed: the flags, their help and nothing else.
//!
//! Goes in: words. Comes out: [`Args`], well-formed but not yet checked against the file system. What they mean
//! together is decided in [`options`](crate::cli::options).

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::render::{ComparisonFormat, Format};
use crate::report::Standing;

const EXAMPLES: &str = "\
Examples:
  Save the metadata while the stopped tasks are still known (about an hour), then explain:
    aws ecs describe-tasks --cluster prod --tasks 82f6c1d04a > metadata/tasks.json
    aws ec2 describe-network-interfaces > metadata/interfaces.json
    flowcause explain logs/ --metadata metadata/

  One task, half an hour, as JSON:
    flowcause explain 'logs/2026/11/23/*.log.gz' --metadata metadata/ \\
      --task 82f6c1d04a --at 2026-11-23T03:12:00Z --around 15m --format json

  In a scheduled job: only what is new, exit 10 if a cause is certain, 11 if the logs show too little:
    flowcause explain logs/ --metadata metadata/ --state state.json \\
      --fail-on confirmed --min-coverage 95

Exit codes:
  0 done   1 failed   2 wrong usage   3 nothing usable in the inputs
  10 --fail-on matched   11 coverage below --min-coverage";

const COMPARE_EXAMPLES: &str = "\
Examples:
  After a change, did anything new break?
    flowcause compare before.json after.json --fail-on new

  What is gone, for a program:
    flowcause compare before.json after.json --format json \\
      | jq -r '.incidents[] | select(.change == \"gone\") | .key'

Exit codes:
  0 done   1 failed   2 wrong usage   3 a file is no JSON report of this version
  10 --fail-on matched";

/// Explains from exported VPC flow logs why ECS tasks could not start.
///
/// Reads files only: it never calls AWS and needs no credentials.
#[derive(Debug, Parser)]
#[command(name = "flowcause", version, max_term_width = 100, subcommand_required = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say why tasks could not pull their image, secrets or registry token.
    ///
    /// Finds the tasks that failed to start, follows their packets through the flow logs,
    /// and names the cause, what is at fault, the records that prove it, and what to do.
    #[command(after_help = EXAMPLES)]
    Explain(ExplainArgs),

    /// Say what changed between two JSON reports.
    ///
    /// Incidents are the same if cause, service and culprits are: new, gone, grown, shrunk, surer or less sure.
    /// Changes of coverage and of defects are told too.
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(CompareArgs),
}

/// The flags of `compare`.
#[derive(Clone, Debug, Args)]
pub struct CompareArgs {
    /// The earlier report, written by `explain --format json`.
    #[arg(value_name = "OLD")]
    pub old: PathBuf,

    /// The later one.
    #[arg(value_name = "NEW")]
    pub new: PathBuf,

    /// The comparison's format.
    #[arg(long, value_enum, default_value_t)]
    pub format: CompareFormat,

    /// Write the comparison to a file, whole or not at all, rather than to the standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Exit with 10 if there is an incident that OLD does not have.
    #[arg(long, value_enum, value_name = "CHANGE")]
    pub fail_on: Option<CompareFailOn>,

    /// Colours: auto means on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_COLOR")]
    pub color: ColorArg,
}

/// A format of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// For people.
    #[default]
    Terminal,
    /// For programs; stable.
    Json,
}

impl From<CompareFormat> for ComparisonFormat {
    fn from(format: CompareFormat) -> Self {
        match format {
            CompareFormat::Terminal => Self::Terminal,
            CompareFormat::Json => Self::Json,
        }
    }
}

/// A change that fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompareFailOn {
    /// An incident is new; a healthy network is none.
    New,
}

/// The flags of `explain`.
#[derive(Clone, Debug, Default, Args)]
pub struct ExplainArgs {
    /// Flow logs: files, folders, patterns, or - for the standard input.
    ///
    /// Text or Parquet, compressed or not, told apart by content. Folders are walked. A quoted pattern such as
    /// 'logs/**/*.gz' is expanded here, so that it works in any shell.
    #[arg(required = true, value_name = "LOGS")]
    pub logs: Vec<String>,

    /// AWS documents: JSON files, folders or patterns. Repeatable.
    ///
    /// The output of `aws ecs describe-tasks`, `aws ec2 describe-network-interfaces`, `describe-vpc-endpoints`,
    /// `describe-subnets`, `describe-vpcs` and `describe-flow-logs`, and ECS Task State Change events, in any files:
    /// each document is known by its content.
    #[arg(long, short, value_name = "PATH")]
    pub metadata: Vec<String>,

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
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Scope")]
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

    /// Exit with 10 if a cause is at least this sure.
    #[arg(long, value_enum, value_name = "STANDING", help_heading = "Output")]
    pub fail_on: Option<FailOn>,

    /// Exit with 11 if the logs show less than this part of the minutes they should, in percent.
    #[arg(
        long,
        value_name = "PERCENT",
        value_parser = clap::value_parser!(u8).range(0..=100),
        help_heading = "Output"
    )]
    pub min_coverage: Option<u8>,

    /// Colours: auto means on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_COLOR", help_heading = "Output")]
    pub color: ColorArg,

    /// Say nothing on the standard error but errors.
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,

    /// No progress bar; there is none anyway unless the standard error is a terminal.
    #[arg(long, help_heading = "Output")]
    pub no_progress: bool,

    /// Worker threads. [default: one a core]
    #[arg(long, value_name = "N", env = "FLOWCAUSE_THREADS")]
    pub threads: Option<NonZeroUsize>,
}

/// A format by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// For people.
    #[default]
    Terminal,
    /// For programs; stable.
    Json,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Terminal => Self::Terminal,
            FormatArg::Json => Self::Json,
        }
    }
}

/// A standing that fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A cause is certain.
    Confirmed,
    /// A cause is certain or likely.
    Supported,
}

impl From<FailOn> for Standing {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Confirmed => Self::Confirmed,
            FailOn::Supported => Self::Supported,
        }
    }
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal.
    #[default]
    Auto,
    /// Even into a pipe or a file.
    Always,
    /// Never.
    Never,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<ExplainArgs, ErrorKind> {
        let words = ["flowcause", "explain"].into_iter().chain(line.split_whitespace());
        match Cli::try_parse_from(words).map_err(|error| error.kind())?.command {
            Command::Explain(args) => Ok(args),
            Command::Compare(args) => panic!("{args:?}"),
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn wrong_lines_are_refused() {
        let check = |line: &str, kind| assert_eq!(parse(line).err(), Some(kind), "{line}");
        check("", ErrorKind::MissingRequiredArgument);
        check("logs --around 30m", ErrorKind::MissingRequiredArgument);
        check("logs --at 1 --from 2", ErrorKind::ArgumentConflict);
        check("logs --at 1 --to 2", ErrorKind::ArgumentConflict);
        check("logs --state s.json --at 1", ErrorKind::ArgumentConflict);
        check("logs --format xml", ErrorKind::InvalidValue);
        check("logs --fail-on undetermined", ErrorKind::InvalidValue);
        check("logs --port 0", ErrorKind::ValueValidation);
        check("logs --port 65536", ErrorKind::ValueValidation);
        check("logs --min-coverage 101", ErrorKind::ValueValidation);
        check("logs --threads 0", ErrorKind::ValueValidation);
        check("logs --memory 1G", ErrorKind::UnknownArgument);
    }

    #[test]
    fn lists_take_many_values() {
        let args = parse("a b - --metadata m1 -m m2 --port 443 --port 8443 --task t1 --task t2")
            .expect("well-formed");
        assert_eq!(args.logs, ["a", "b", "-"]);
        assert_eq!(args.metadata, ["m1", "m2"]);
        assert_eq!(args.port, [443, 8443]);
        assert_eq!(args.task, ["t1", "t2"]);
    }

    #[test]
    fn help_teaches() {
        let mut command = Cli::command();
        let explain = command.find_subcommand_mut("explain").expect("it exists");
        let help = explain.render_long_help().to_string();
        for text in ["Examples:", "Exit codes:", "FLOWCAUSE_THREADS", "--around <DURATION>", "describe-tasks"]
        {
            assert!(help.contains(text), "{text}");
        }
    }
}
