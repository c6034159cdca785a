//! What was typed: the flags, their help and nothing else. The flags of `explain` are here, those of other commands in
//! files of their own.
//!
//! Goes in: words. Comes out: [`Args`], well-formed but not yet checked against the file system. What they mean
//! together is decided in [`options`](crate::cli::options).

mod causes;
mod collect;
mod compare;
mod config;
mod shell;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::export::{self, Export};
use crate::render::{AnswerFormat, Format};

pub use causes::{CausesArgs, PageFormat};
pub use collect::CollectArgs;
pub use compare::{CompareArgs, CompareFailOn};
pub use config::ConfigArgs;
pub use shell::{CompletionsArgs, ManArgs};

use crate::report::Standing;

/// What to run first, below the list of commands.
const FIRST_STEPS: &str = "\
Where to begin:
  1. Save the metadata. ECS forgets a stopped task after about an hour:
       flowcause collect --region eu-west-1 --cluster prod > collect.sh
       bash collect.sh metadata
  2. Copy the flow logs of that hour:
       aws s3 sync s3://BUCKET/AWSLogs/ACCOUNT/vpcflowlogs/eu-west-1/2026/11/23/ logs/
  3. Ask what stopped the tasks:
       flowcause explain logs/ --metadata metadata/
  4. Read what a cause means, what proves it and what to do:
       flowcause causes endpoint-sg-blocks-ingress

Every command has examples and its exit codes in its own help: flowcause explain --help

Exit codes:
  0 done   1 failed   2 wrong usage   3 nothing usable in the inputs
  10 --fail-on matched   11 coverage below --min-coverage";

const EXAMPLES: &str = "\
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

const CHECK_EXAMPLES: &str = "\
Examples:
  Every service and task of the metadata:
    flowcause check --metadata metadata/

  A subnet and two groups, before anything is started there:
    flowcause check -m metadata/ --subnet subnet-0a1b \\
      --security-group sg-0c2d --security-group sg-0e3f --assign-public-ip disabled

  In a pipeline, after the network was changed: exit 10 if something is blocked:
    flowcause check -m metadata/ --fail-on blocked --format json -o check.json

Exit codes:
  0 done   1 failed   2 wrong usage   3 no document says where tasks are started
  10 --fail-on matched";

/// Explains from exported VPC flow logs why ECS tasks could not start.
///
/// Reads files only: it never calls AWS and needs no credentials.
#[derive(Debug, Parser)]
#[command(
    name = "flowcause",
    version,
    max_term_width = 100,
    subcommand_required = true,
    after_help = FIRST_STEPS
)]
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
    Explain(Box<ExplainArgs>),

    /// Say what a task could reach, by the configuration alone.
    ///
    /// Reads no flow logs. For every place where services and tasks of the metadata are started, or for the subnets given,
    /// it follows the packets to each service that a start needs through security groups, network ACLs, route tables,
    /// gateways and endpoints, there and back, and says what is in the way and what would open it.
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),

    /// Say what changed between two JSON reports.
    ///
    /// Incidents are the same if cause, service and culprits are: new, gone, grown, shrunk, surer or less sure.
    /// Changes of coverage and of defects are told too.
    #[command(after_help = compare::EXAMPLES)]
    Compare(CompareArgs),

    /// Print a script that saves the metadata to explain with, for the AWS CLI.
    ///
    /// The script is for bash, commented, and read-only: it lists and describes, and writes JSON files. flowcause itself
    /// never calls AWS.
    #[command(after_help = collect::EXAMPLES)]
    Collect(CollectArgs),

    /// List the causes, or print what one of them means.
    #[command(after_help = causes::EXAMPLES)]
    Causes(CausesArgs),

    /// Print a script that completes commands and flags in a shell.
    #[command(after_help = shell::COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),

    /// Print the manual page, or write one for each command.
    #[command(after_help = shell::MAN_EXAMPLES)]
    Man(ManArgs),
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
    /// What the script of `flowcause collect` saves, such as the output of `aws ecs describe-tasks` and of
    /// `aws ec2 describe-network-interfaces`, and ECS Task State Change events, in any files: each document is known
    /// by its content.
    #[arg(long, short, value_name = "PATH", env = "FLOWCAUSE_METADATA")]
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

    /// Worker threads. [default: one a core]
    #[arg(long, value_name = "N", env = "FLOWCAUSE_THREADS")]
    pub threads: Option<NonZeroUsize>,

    /// Which configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// The flags of `check`.
#[derive(Clone, Debug, Default, Args)]
pub struct CheckArgs {
    /// AWS documents: JSON files, folders or patterns. Repeatable.
    ///
    /// The output of `aws ec2 describe-subnets`, `describe-vpcs`, `describe-security-groups`, `describe-network-acls`,
    /// `describe-route-tables`, `describe-vpc-endpoints`, `describe-network-interfaces`, `describe-nat-gateways`,
    /// `describe-internet-gateways`, `describe-prefix-lists`, `describe-dhcp-options`, `describe-vpc-attribute`,
    /// and of `aws ecs describe-services` and `describe-task-definition`. What is not there is said to be missing, and
    /// nothing is concluded from its absence.
    #[arg(long, short, required = true, value_name = "PATH")]
    pub metadata: Vec<String>,

    /// Look at this subnet, whatever is started there. Repeatable. [default: where services and tasks are started]
    #[arg(long, value_name = "ID", help_heading = "Scope")]
    pub subnet: Vec<String>,

    /// A security group of the task there. Repeatable: a task has all of them. [default: the VPC's default group]
    #[arg(long, value_name = "ID", requires = "subnet", help_heading = "Scope")]
    pub security_group: Vec<String>,

    /// Whether the task there gets a public address. [default: not known]
    #[arg(long, value_enum, value_name = "SETTING", requires = "subnet", help_heading = "Scope")]
    pub assign_public_ip: Option<AssignPublicIp>,

    /// The report's format.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_FORMAT", help_heading = "Output")]
    pub format: AnswerFormatArg,

    /// Write the report to a file, whole or not at all, rather than to the standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,

    /// Exit with 10 if something is blocked.
    #[arg(long, value_enum, value_name = "REACH", help_heading = "Output")]
    pub fail_on: Option<FailOnReach>,

    /// Colours: auto means on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_COLOR", help_heading = "Output")]
    pub color: ColorArg,
}

/// `assignPublicIp`, as ECS has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AssignPublicIp {
    /// It gets one.
    Enabled,
    /// It gets none.
    Disabled,
}

/// An answer that fails a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOnReach {
    /// Something cannot be reached, or not all of its addresses.
    Blocked,
}

/// A format of an answer by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormatArg {
    /// For people.
    #[default]
    Terminal,
    /// For programs; stable.
    Json,
}

impl From<AnswerFormatArg> for AnswerFormat {
    fn from(format: AnswerFormatArg) -> Self {
        match format {
            AnswerFormatArg::Terminal => Self::Terminal,
            AnswerFormatArg::Json => Self::Json,
        }
    }
}

/// A format by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// For people.
    #[default]
    Terminal,
    /// For programs; stable.
    Json,
    /// One task a line, as JSON.
    Ndjson,
    /// One task a row, for spreadsheets.
    Csv,
    /// For tickets and step summaries.
    Markdown,
    /// For a browser: one file that loads nothing.
    Html,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Terminal => Self::Terminal,
            FormatArg::Json => Self::Json,
            FormatArg::Ndjson => Self::Ndjson,
            FormatArg::Csv => Self::Csv,
            FormatArg::Markdown => Self::Markdown,
            FormatArg::Html => Self::Html,
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
            Command::Explain(args) => Ok(*args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn groups_are_of_a_subnet() {
        let check = |line: &str, is_sound: bool| {
            let words = ["flowcause", "check"].into_iter().chain(line.split_whitespace());
            assert_eq!(Cli::try_parse_from(words).is_ok(), is_sound, "{line}");
        };
        check("-m metadata", true);
        check("-m metadata --subnet s-1 --subnet s-2 --security-group sg-1 --security-group sg-2", true);
        check("-m metadata --subnet s-1 --assign-public-ip enabled", true);
        check("", false);
        check("-m metadata --security-group sg-1", false);
        check("-m metadata --assign-public-ip enabled", false);
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
        check("logs --format junit", ErrorKind::InvalidValue);
        check("logs --export report.json", ErrorKind::ValueValidation);
        check("logs --export xml=report.xml", ErrorKind::ValueValidation);
        check("logs --export json=-", ErrorKind::ValueValidation);
        check("logs --export json=", ErrorKind::ValueValidation);
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
        for each in command.get_subcommands_mut() {
            let (name, help) = (each.get_name().to_owned(), each.render_long_help().to_string());
            for text in ["Examples:\n", "Exit codes:\n"] {
                assert!(help.contains(text), "{name}: {text}");
            }
            assert!(help.contains(&format!("    flowcause {name}")), "{name} has an example of itself");
        }
        let first = command.render_long_help().to_string();
        for each in ["flowcause collect ", "flowcause explain ", "flowcause causes "] {
            assert!(first.contains(each), "{each}");
        }
    }
}
