//! The flags of `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{AnswerFormatArg, ColorArg, ConfigArgs};

pub(super) const EXAMPLES: &str = "\
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
    #[arg(long, short, required = true, value_name = "PATH", env = "FLOWCAUSE_METADATA")]
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
    #[arg(long, value_enum, value_name = "REACH", env = "FLOWCAUSE_FAIL_ON", help_heading = "Output")]
    pub fail_on: Option<FailOnReach>,

    /// Colours: auto means on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_COLOR", help_heading = "Output")]
    pub color: ColorArg,

    /// Which configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
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
