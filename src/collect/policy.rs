//! The permissions that the script needs, and no others.
//!
//! Goes in: a [`Target`]. Comes out: an IAM policy in JSON. A test of the command line runs the script and holds the
//! actions of its calls against these.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::collect::Target;

/// Those that can be granted for one cluster: all of them know the condition key `ecs:cluster`.
const OF_A_CLUSTER: &[&str] =
    &["ecs:DescribeServices", "ecs:DescribeTasks", "ecs:ListServices", "ecs:ListTasks"];

/// Needed only where no cluster is chosen.
const OF_ALL_CLUSTERS: &str = "ecs:ListClusters";

/// Those that cannot be granted for less than a region, but for the last two, which the script calls for what it finds.
const OF_A_REGION: &[&str] = &[
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeFlowLogs",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeNatGateways",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribePrefixLists",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTransitGatewayAttachments",
    "ec2:DescribeTransitGatewayVpcAttachments",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ecs:DescribeTaskDefinition",
    "ec2:DescribeVpcAttribute",
    "ec2:GetManagedPrefixListEntries",
];

/// A test of a condition, by its operator: keys and the values they must have.
type Condition = BTreeMap<&'static str, BTreeMap<&'static str, String>>;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    action: Vec<&'static str>,
    resource: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    condition: Condition,
}

/// The policy, as JSON for `aws iam create-policy --policy-document`.
///
/// # Panics
///
/// Never: texts and lists are JSON.
#[must_use]
pub fn policy(target: &Target) -> String {
    let mut of_a_region = OF_A_REGION.to_vec();
    let mut of_a_cluster = in_region(target);
    match &target.cluster {
        Some(cluster) => {
            let arn = format!("arn:*:ecs:*:*:cluster/{}", cluster.last_part());
            of_a_cluster.insert("ArnLike", BTreeMap::from([("ecs:cluster", arn)]));
        }
        None => of_a_region.push(OF_ALL_CLUSTERS),
    }
    of_a_region.sort_unstable();
    let policy = Policy {
        version: "2012-10-17",
        statement: vec![
            statement("FlowcauseTasksAndServices", OF_A_CLUSTER.to_vec(), of_a_cluster),
            statement("FlowcauseNetwork", of_a_region, in_region(target)),
        ],
    };
    serde_json::to_string_pretty(&policy).expect("texts and lists are JSON") + "\n"
}

fn statement(sid: &'static str, action: Vec<&'static str>, condition: Condition) -> Statement {
    Statement { sid, effect: "Allow", action, resource: "*", condition }
}

fn in_region(target: &Target) -> Condition {
    let region = target.region.iter();
    region
        .map(|region| ("StringEquals", BTreeMap::from([("aws:RequestedRegion", region.to_string())])))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::collect::Name;

    fn read(target: &Target) -> Value {
        serde_json::from_str(&policy(target)).unwrap()
    }

    #[test]
    fn everything_is_read_only_and_granted_once() {
        let mut all = [OF_A_CLUSTER, OF_A_REGION, &[OF_ALL_CLUSTERS]].concat();
        for action in &all {
            let (_, verb) = action.split_once(':').unwrap();
            assert!(["Describe", "List", "Get"].iter().any(|start| verb.starts_with(start)), "{action}");
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn the_target_narrows_the_policy() {
        let open = read(&Target::default());
        assert!(open["Statement"].as_array().unwrap().iter().all(|one| one.get("Condition").is_none()));
        assert!(open.to_string().contains(OF_ALL_CLUSTERS));

        let narrow = read(&Target {
            region: Some(Name::region("eu-west-1").unwrap()),
            cluster: Some(Name::cluster("prod").unwrap()),
            vpc: None,
        });
        let region = json!({"aws:RequestedRegion": "eu-west-1"});
        let cluster = json!({"ecs:cluster": "arn:*:ecs:*:*:cluster/prod"});
        assert_eq!(narrow["Statement"][0]["Condition"], json!({"ArnLike": cluster, "StringEquals": region}));
        assert_eq!(narrow["Statement"][1]["Condition"], json!({"StringEquals": region}));
        assert!(!narrow.to_string().contains(OF_ALL_CLUSTERS));
    }
}
