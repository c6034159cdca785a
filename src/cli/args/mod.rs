//! The flags of each command and their help. Each command has a file of its own; flags that several commands share are in
//! `groups`.
//!
//! Input: the arguments of the process. Output: [`Cli`], well-formed but not yet checked against the file system.
//! [`options`](crate::cli::options) checks how the values fit together.

mod causes;
mod check;
mod collect;
mod compare;
mod explain;
mod groups;
mod inspect;
mod shell;
mod values;

use clap::{Parser, Subcommand};

pub use causes::{CausesArgs, PageFormat};
pub use check::{AssignPublicIp, CheckArgs, FailOnReachability};
pub use collect::CollectArgs;
pub use compare::{CompareArgs, FailOnChange};
pub use explain::{ExplainArgs, FailOnFinding, ScopeArgs};
pub use groups::{ColorArgs, ConfigArgs, LimitArgs, LogArgs, MetadataArgs, OutputArgs, ProgressArgs};
pub use inspect::InspectArgs;
pub use shell::{CompletionsArgs, ManArgs};
pub use values::{AnswerFormatArg, ColorArg, FormatArg};

/// The first steps, shown below the list of commands.
const FIRST_STEPS: &str = "\
Where to begin:
  1. Save the metadata soon, because ECS deletes a stopped task after about an hour:
       flowcause collect --region eu-west-1 --cluster prod > collect.sh
       bash collect.sh metadata
  2. Copy the flow logs of the same hour:
       aws s3 sync s3://BUCKET/AWSLogs/ACCOUNT/vpcflowlogs/eu-west-1/2026/11/23/ logs/
  3. Check whether the data is sufficient:
       flowcause inspect logs/ --metadata metadata/
  4. Explain why the tasks could not start:
       flowcause explain logs/ --metadata metadata/
  5. Read the page of a cause: its meaning, its proof and its fix:
       flowcause causes endpoint-sg-blocks-ingress

The help of every command has examples and exit codes: flowcause explain --help

Exit codes:
  0   success, with or without findings
  1   failure: for example, a file could not be written
  2   wrong usage
  3   no usable input
  10  --fail-on matched
  11  coverage is below --min-coverage";

/// Explain from exported VPC flow logs why ECS tasks could not start.
///
/// flowcause reads files only: it never calls AWS and needs no credentials.
#[derive(Debug, Parser)]
#[command(
    name = "flowcause",
    version,
    max_term_width = 100,
    subcommand_required = true,
    after_help = FIRST_STEPS
)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Explain why tasks could not pull their image, secrets or registry token.
    ///
    /// Finds the tasks that failed to start and follows their packets through the flow logs. The report names the cause,
    /// the resource at fault, the records that prove it, and the fix.
    #[command(after_help = explain::EXAMPLES)]
    Explain(Box<ExplainArgs>),

    /// Summarise flow logs and list the data that a diagnosis needs but does not have. Run this first.
    ///
    /// Counts files, records, fields, interfaces, duplicates and gaps, and lists defects of the files. For all data that
    /// `flowcause explain` needs but does not have, the report explains what it would show and how to get it: the files to
    /// copy, and the flow log to create. With metadata, it also names the owner of each interface, lists the interfaces of
    /// endpoints and NAT gateways without records, and shows whether the logs cover the failed tasks.
    #[command(after_help = inspect::EXAMPLES)]
    Inspect(Box<InspectArgs>),

    /// Check from the configuration alone which services a task can reach.
    ///
    /// Reads no flow logs. Checks every subnet where ECS services and tasks of the metadata are started, or the subnets
    /// that you name. It follows the request to each service that a task needs, and the reply, through security groups,
    /// network ACLs, route tables, gateways and endpoints. The report names the blocking control and the fix.
    ///
    /// If roles, policies, secrets or keys are saved, each request of a start is evaluated by the saved policies: the
    /// report names the denying statement and the fix, and the data that would decide what is unknown.
    ///
    /// Needed documents: the output of `aws ec2 describe-subnets`, `describe-vpcs`, `describe-security-groups`,
    /// `describe-network-acls`, `describe-route-tables`, `describe-vpc-endpoints`, `describe-network-interfaces`,
    /// `describe-nat-gateways`, `describe-internet-gateways`, `describe-prefix-lists`, `describe-dhcp-options`,
    /// `describe-vpc-attribute`, and of `aws ecs describe-services` and `describe-task-definition`. The report lists
    /// missing documents and concludes nothing from their absence.
    #[command(after_help = check::EXAMPLES)]
    Check(CheckArgs),

    /// List the changes between two JSON reports.
    ///
    /// Two incidents are the same if their cause, services and culprits are equal. An incident can be new, gone, grown or
    /// shrunk, and its confidence can change. The comparison also lists changes of coverage and of defects.
    #[command(after_help = compare::EXAMPLES)]
    Compare(CompareArgs),

    /// Print an AWS CLI script that saves the metadata.
    ///
    /// The script is for bash, has comments, and is read-only: it calls only list, describe and get operations and writes JSON
    /// files. It saves the tasks, the network, the roles and their policies, and the descriptions and policies of the
    /// secrets, parameters, keys, images, log groups and buckets that task definitions name; never the value of a secret or
    /// of a parameter. flowcause itself never calls AWS.
    #[command(after_help = collect::EXAMPLES)]
    Collect(CollectArgs),

    /// List the causes, or print the page of one cause.
    #[command(after_help = causes::EXAMPLES)]
    Causes(CausesArgs),

    /// Print a script that completes commands and flags in your shell.
    #[command(after_help = shell::COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),

    /// Print the manual page, or write one page per command.
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
    fn security_groups_need_a_subnet() {
        let check = |line: &str, is_valid: bool| {
            let words = ["flowcause", "check"].into_iter().chain(line.split_whitespace());
            assert_eq!(Cli::try_parse_from(words).is_ok(), is_valid, "{line}");
        };
        check("-m metadata", true);
        check("-m metadata --subnet s-1 --subnet s-2 --security-group sg-1 --security-group sg-2", true);
        check("-m metadata --subnet s-1 --assign-public-ip enabled", true);
        check("", false);
        check("-m metadata --security-group sg-1", false);
        check("-m metadata --assign-public-ip enabled", false);
    }

    #[test]
    fn the_parser_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn wrong_arguments_are_refused() {
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
        check("logs --fail-on supported", ErrorKind::InvalidValue);
        check("logs --port 0", ErrorKind::ValueValidation);
        check("logs --port 65536", ErrorKind::ValueValidation);
        check("logs --min-coverage 101", ErrorKind::ValueValidation);
        check("logs --threads 0", ErrorKind::ValueValidation);
        check("logs --memory 1M", ErrorKind::ValueValidation);
        check("logs --memory much", ErrorKind::ValueValidation);
    }

    #[test]
    fn repeatable_flags_take_several_values() {
        let args = parse("a b - --metadata m1 -m m2 --port 443 --port 8443 --task t1 --task t2")
            .expect("well-formed");
        assert_eq!(args.logs.paths, ["a", "b", "-"]);
        assert_eq!(args.metadata.paths, ["m1", "m2"]);
        assert_eq!(args.scope.port, [443, 8443]);
        assert_eq!(args.scope.task, ["t1", "t2"]);
    }

    #[test]
    fn every_help_has_examples_and_exit_codes() {
        let mut command = Cli::command();
        for each in command.get_subcommands_mut() {
            let (name, help) = (each.get_name().to_owned(), each.render_long_help().to_string());
            for text in ["Examples:\n", "Exit codes:\n"] {
                assert!(help.contains(text), "{name}: {text}");
            }
            assert!(help.contains(&format!("    flowcause {name}")), "{name}: an example of the command");
        }
        let first = command.render_long_help().to_string();
        for each in ["flowcause collect ", "flowcause explain ", "flowcause causes "] {
            assert!(first.contains(each), "{each}");
        }
    }
}
