//! The flags of `check`.

use clap::{Args, ValueEnum};

use crate::cli::args::{AnswerFormatArg, ConfigArgs, MetadataArgs, OutputArgs};

/// Shown below the flags.
pub(super) const EXAMPLES: &str = "\
Examples:
  Check every ECS service and task in the metadata:
    flowcause check --metadata metadata/

  Check a subnet and two security groups before you start tasks there:
    flowcause check -m metadata/ --subnet subnet-0a1b \\
      --security-group sg-0c2d --security-group sg-0e3f --assign-public-ip disabled

  In a pipeline, exit with code 10 if a change blocks a service or denies a request of a start:
    flowcause check -m metadata/ --fail-on blocked --format json -o check.json

Exit codes:
  0   the report was written, with or without blocked services
  1   the run failed: for example, a file could not be written
  2   wrong usage
  3   no usable input: no document names a subnet where tasks are started
  10  --fail-on matched";

/// The flags of `check`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(|argument| if argument.get_id() == "metadata" { argument.required(true) } else { argument }))]
pub struct CheckArgs {
    /// AWS documents. Required, because nothing else is read.
    #[command(flatten)]
    pub metadata: MetadataArgs,

    /// Check this subnet, even if no task is started there. Repeatable. [default: subnets of services and tasks]
    #[arg(long, value_name = "ID", help_heading = "Scope")]
    pub subnet: Vec<String>,

    /// Security group of a task in the subnet. Repeatable: the task has all of them. [default: the VPC's default group]
    #[arg(long, value_name = "ID", requires = "subnet", help_heading = "Scope")]
    pub security_group: Vec<String>,

    /// Public address of a task in the subnet. [default: unknown]
    #[arg(long, value_enum, value_name = "SETTING", requires = "subnet", help_heading = "Scope")]
    pub assign_public_ip: Option<AssignPublicIp>,

    /// Format and destination of the report.
    #[command(flatten)]
    pub output: OutputArgs<AnswerFormatArg>,

    /// Exit with code 10 if a service is blocked or a request of a start is denied.
    #[arg(
        long,
        value_enum,
        value_name = "REACHABILITY",
        env = "FLOWCAUSE_FAIL_ON",
        help_heading = "Exit code"
    )]
    pub fail_on: Option<FailOnReachability>,

    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// `assignPublicIp`, with the values of ECS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AssignPublicIp {
    /// The task gets a public address.
    Enabled,
    /// The task gets no public address.
    Disabled,
}

/// The reachability of a service that makes the run exit with code 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOnReachability {
    /// A service cannot be reached, or only some of its addresses can; or a start may not make a request, or cannot use
    /// a resource.
    Blocked,
}
