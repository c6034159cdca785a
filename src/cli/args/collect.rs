//! The flags of `collect`.

use clap::Args;

use crate::collect::{Name, Target};

/// Shown below the flags.
pub(super) const EXAMPLES: &str = "\
Examples:
  Look at the script, then run it, while the stopped tasks are still known (about an hour):
    flowcause collect --region eu-west-1 --cluster prod > collect.sh
    less collect.sh
    bash collect.sh metadata

  Everything in one VPC, and the tasks of every cluster:
    flowcause collect --vpc vpc-0123456789abcdef0 > collect.sh

  The permissions that the script needs, as an IAM policy:
    flowcause collect --region eu-west-1 --cluster prod --policy > policy.json

  Keep stopped tasks from now on, with an EventBridge rule that writes them to a log group:
    flowcause collect --event-rule > archive.yaml
    aws cloudformation deploy --stack-name flowcause-stopped-tasks --template-file archive.yaml

Exit codes:
  0 printed   1 failed   2 wrong usage
  The script itself: 0 everything was saved   1 something was not, and it says what   2 wrong usage";

/// The flags of `collect`.
#[derive(Clone, Debug, Default, Args)]
pub struct CollectArgs {
    /// The region. [default: the one the AWS CLI is configured for when the script runs]
    #[arg(long, value_name = "REGION", value_parser = Name::region)]
    pub region: Option<Name>,

    /// An ECS cluster, by name or ARN. [default: every cluster of the region]
    #[arg(long, value_name = "NAME|ARN", value_parser = Name::cluster)]
    pub cluster: Option<Name>,

    /// A VPC: only what is in it, where the AWS CLI can tell. [default: every VPC of the region]
    #[arg(long, value_name = "VPC", value_parser = Name::vpc)]
    pub vpc: Option<Name>,

    /// Print the IAM policy that the script needs instead: read-only, and no action more than it calls.
    #[arg(long, conflicts_with = "event_rule")]
    pub policy: bool,

    /// Print a CloudFormation template instead: it archives stopped tasks before ECS forgets them.
    #[arg(long)]
    pub event_rule: bool,
}

impl CollectArgs {
    /// What is collected.
    #[must_use]
    pub fn target(&self) -> Target {
        Target { region: self.region.clone(), cluster: self.cluster.clone(), vpc: self.vpc.clone() }
    }
}
