//! The flags of `collect`.

use clap::Args;

use crate::cli::args::ConfigArgs;
use crate::collect::{Name, Target};

/// Shown below the flags.
pub(super) const EXAMPLES: &str = "\
Examples:
  Review the script, then run it while ECS still knows the stopped tasks (about an hour):
    flowcause collect --region eu-west-1 --cluster prod > collect.sh
    less collect.sh
    bash collect.sh metadata

  Save everything in one VPC, and the tasks of every cluster:
    flowcause collect --vpc vpc-0123456789abcdef0 > collect.sh

  Print the permissions that the script needs, as an IAM policy:
    flowcause collect --region eu-west-1 --cluster prod --policy > policy.json

  Keep stopped tasks from now on, with an EventBridge rule that writes them to a log group:
    flowcause collect --event-rule > archive.yaml
    aws cloudformation deploy --stack-name flowcause-stopped-tasks --template-file archive.yaml

Exit codes:
  0   the script was printed
  1   the run failed: for example, standard output could not be written
  2   wrong usage

Exit codes of the script:
  0   everything was saved
  1   something was not saved; the script names it
  2   wrong usage";

/// The flags of `collect`.
#[derive(Clone, Debug, Default, Args)]
pub struct CollectArgs {
    /// AWS region. [default: the region that the AWS CLI uses when the script runs]
    #[arg(long, value_name = "REGION", value_parser = Name::region)]
    pub region: Option<Name>,

    /// ECS cluster, by name or ARN. [default: every cluster of the region]
    #[arg(long, value_name = "NAME|ARN", value_parser = Name::cluster)]
    pub cluster: Option<Name>,

    /// Save only this VPC, where the AWS CLI can filter by VPC. [default: every VPC of the region]
    #[arg(long, value_name = "VPC", value_parser = Name::vpc)]
    pub vpc: Option<Name>,

    /// Print the IAM policy that the script needs, instead of the script; it allows only the calls that the script makes.
    #[arg(long, conflicts_with = "event_rule")]
    pub policy: bool,

    /// Print a CloudFormation template, instead of the script; it archives stopped tasks before ECS deletes them.
    #[arg(long)]
    pub event_rule: bool,

    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
}

impl CollectArgs {
    /// The region, cluster and VPC to collect from.
    #[must_use]
    pub fn target(&self) -> Target {
        Target { region: self.region.clone(), cluster: self.cluster.clone(), vpc: self.vpc.clone() }
    }
}
