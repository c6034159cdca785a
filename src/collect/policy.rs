//! The permissions that the script needs, and no others.
//!
//! Input: a [`Target`]. Output: an IAM policy in JSON, made from the calls in the table of documents. A test runs the
//! script and compares the calls that it makes with these permissions.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::collect::Target;
use crate::model::document::{Call, Scope, calls};

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
    action: Vec<String>,
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
    let mut for_cluster = in_region(target);
    if let Some(cluster) = &target.cluster {
        let arn = format!("arn:*:ecs:*:*:cluster/{}", cluster.last_part());
        for_cluster.insert("ArnLike", BTreeMap::from([("ecs:cluster", arn)]));
    }
    let is_needed = |call: &Call| call.scope != Scope::EveryCluster || target.cluster.is_none();
    let (of_cluster, others): (Vec<&Call>, Vec<&Call>) =
        calls().filter(|call| is_needed(call)).partition(|call| call.scope == Scope::Cluster);
    let (global, others): (Vec<&Call>, Vec<&Call>) = others.into_iter().partition(|call| call.is_global());
    let (of_start, others): (Vec<&Call>, Vec<&Call>) =
        others.into_iter().partition(|call| call.may_be_elsewhere());
    let policy = Policy {
        version: "2012-10-17",
        statement: vec![
            statement("FlowcauseTasksAndServices", &of_cluster, for_cluster),
            statement("FlowcauseNetwork", &others, in_region(target)),
            statement("FlowcauseStart", &of_start, Condition::new()),
            statement("FlowcauseGlobal", &global, Condition::new()),
        ],
    };
    serde_json::to_string_pretty(&policy).expect("texts and lists are JSON") + "\n"
}

fn statement(sid: &'static str, calls: &[&Call], condition: Condition) -> Statement {
    let mut action: Vec<String> = calls.iter().map(|call| call.permission()).collect();
    action.sort_unstable();
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
    fn every_permission_is_read_only_and_granted_once() {
        let policy = read(&Target::default());
        let statements = policy["Statement"].as_array().unwrap().iter();
        let actions = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
        let mut actions: Vec<&str> = actions.map(|action| action.as_str().unwrap()).collect();
        for action in &actions {
            let (_, verb) = action.split_once(':').unwrap();
            assert!(["Describe", "List", "Get"].iter().any(|start| verb.starts_with(start)), "{action}");
        }
        let count = actions.len();
        actions.sort_unstable();
        actions.dedup();
        assert_eq!(actions.len(), count);
        assert_eq!(count, calls().count());
    }

    #[test]
    fn the_target_narrows_the_policy() {
        let open = read(&Target::default());
        assert!(open["Statement"].as_array().unwrap().iter().all(|one| one.get("Condition").is_none()));
        assert!(open.to_string().contains("ecs:ListClusters"));

        let narrowed = read(&Target {
            region: Some(Name::region("eu-west-1").unwrap()),
            cluster: Some(Name::cluster("prod").unwrap()),
            vpc: None,
        });
        let region = json!({"aws:RequestedRegion": "eu-west-1"});
        let cluster = json!({"ecs:cluster": "arn:*:ecs:*:*:cluster/prod"});
        assert_eq!(
            narrowed["Statement"][0]["Condition"],
            json!({"ArnLike": cluster, "StringEquals": region})
        );
        assert_eq!(narrowed["Statement"][1]["Condition"], json!({"StringEquals": region}));
        for place in [2, 3] {
            let statement = &narrowed["Statement"][place];
            assert!(
                statement.get("Condition").is_none(),
                "its requests may go to another Region: {statement}"
            );
        }
        assert!(!narrowed.to_string().contains("ecs:ListClusters"));
    }
}
