//! What was typed: the flags, their help and nothing else; those of each command in a file of their own.
//!
//! Goes in: words. Comes out: [`Cli`], well-formed but not yet checked against the file system. What they mean
//! together is decided in [`options`](crate::cli::options).

mod causes;
mod check;
mod collect;
mod compare;
mod config;
mod explain;
mod inspect;
mod log_format;
mod shell;
mod values;

use clap::{Parser, Subcommand};

pub use causes::{CausesArgs, PageFormat};
pub use check::{AssignPublicIp, CheckArgs, FailOnReach};
pub use collect::CollectArgs;
pub use compare::{CompareArgs, CompareFailOn};
pub use config::ConfigArgs;
pub use explain::{ExplainArgs, FailOn};
pub use inspect::InspectArgs;
pub use log_format::LogFormatArgs;
pub use shell::{CompletionsArgs, ManArgs};
pub use values::{AnswerFormatArg, ColorArg, FormatArg};

/// What to run first, below the list of commands.
const FIRST_STEPS: &str = "\
Where to begin:
  1. Save the metadata. ECS forgets a stopped task after about an hour:
       flowcause collect --region eu-west-1 --cluster prod > collect.sh
       bash collect.sh metadata
  2. Copy the flow logs of that hour:
       aws s3 sync s3://BUCKET/AWSLogs/ACCOUNT/vpcflowlogs/eu-west-1/2026/11/23/ logs/
  3. See whether that is enough:
       flowcause inspect logs/ --metadata metadata/
  4. Ask what stopped the tasks:
       flowcause explain logs/ --metadata metadata/
  5. Read what a cause means, what proves it and what to do:
       flowcause causes endpoint-sg-blocks-ingress

Every command has examples and its exit codes in its own help: flowcause explain --help

Exit codes:
  0 done   1 failed   2 wrong usage   3 nothing usable in the inputs
  10 --fail-on matched   11 coverage below --min-coverage";

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
    #[command(after_help = explain::EXAMPLES)]
    Explain(Box<ExplainArgs>),

    /// Say what is in flow logs, and what a diagnosis would lack. The first thing to run.
    ///
    /// Counts files, records, fields, interfaces, duplicates and gaps, names what was wrong with the files, and says what
    /// `flowcause explain` would miss, what that would show, and how to get it: which files to copy, and the flow log to
    /// ask for.
    #[command(after_help = inspect::EXAMPLES)]
    Inspect(Box<InspectArgs>),

    /// Say what a task could reach, by the configuration alone.
    ///
    /// Reads no flow logs. For every place where services and tasks of the metadata are started, or for the subnets given,
    /// it follows the packets to each service that a start needs through security groups, network ACLs, route tables,
    /// gateways and endpoints, there and back, and says what is in the way and what would open it.
    #[command(after_help = check::EXAMPLES)]
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
        check("logs --memory 1M", ErrorKind::ValueValidation);
        check("logs --memory much", ErrorKind::ValueValidation);
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
