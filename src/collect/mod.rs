//! Scripts and templates that save the input of flowcause from an AWS account. A person reads them and runs them.
//!
//! Input: a [`Target`]. Output: a script that saves the metadata, the IAM policy that it needs, and a CloudFormation template
//! that archives stopped tasks. Each text is a complete file beside this one; the target fills in its variables. flowcause
//! itself runs none of them.

mod policy;
mod target;

pub use policy::policy;
pub use target::{Name, Target};

const SCRIPT: &str = include_str!("script.sh");
const EVENT_RULE: &str = include_str!("archive.yaml");

/// The script, for bash and the AWS CLI: saves the metadata of the target in a folder.
#[must_use]
pub fn script(target: &Target) -> String {
    let variables = [("region", &target.region), ("cluster", &target.cluster), ("vpc", &target.vpc)];
    variables.into_iter().fold(SCRIPT.to_owned(), |script, (variable, value)| match value {
        Some(name) => script.replacen(&format!("\n{variable}=''"), &format!("\n{variable}='{name}'"), 1),
        None => script,
    })
}

/// The CloudFormation template of an EventBridge rule that archives the target's stopped tasks.
#[must_use]
pub fn event_rule(target: &Target) -> String {
    match &target.cluster {
        Some(cluster) => {
            EVENT_RULE.replacen("Default: '*'", &format!("Default: '{}'", cluster.last_part()), 1)
        }
        None => EVENT_RULE.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            region: Some(Name::region("eu-west-1").unwrap()),
            cluster: Some(Name::cluster("arn:aws:ecs:eu-west-1:123456789012:cluster/prod").unwrap()),
            vpc: Some(Name::vpc("vpc-0123").unwrap()),
        }
    }

    #[test]
    fn the_script_has_the_target_in_its_variables() {
        let check = |target: &Target, lines: [&str; 3]| {
            let script = script(target);
            for line in lines {
                assert_eq!(script.lines().filter(|have| have.starts_with(line)).count(), 1, "{line}");
            }
        };
        check(&Target::default(), ["region='' ", "cluster='' ", "vpc='' "]);
        check(
            &target(),
            [
                "region='eu-west-1' ",
                "cluster='arn:aws:ecs:eu-west-1:123456789012:cluster/prod' ",
                "vpc='vpc-0123' ",
            ],
        );
    }

    #[test]
    fn the_rule_is_of_the_cluster() {
        assert!(event_rule(&Target::default()).contains("\n    Default: '*'\n"));
        assert!(event_rule(&target()).contains("\n    Default: 'prod'\n"));
    }
}
