//! From documents of the AWS CLI to denials and a fix, through the readers of the inventory.

use serde_json::{Value, json};

use super::scene::{DAY, GET_SECRET, INCIDENT, MANAGED, OTHER_SECRET, ROLE, SECRET, TASK_ROLE, allow};
use crate::authorization::{
    AccessDocuments, RequestPath, RequestPaths, StartInputs, denials_of_start, evaluate_requests, fix_start,
};
use crate::inventory::{Inventory, parse};
use crate::model::ids::EndpointId;
use crate::model::service::Service;

const DEFINITION: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:7";

fn role(arn: &str, statements: &Value, attached: &[&str]) -> Value {
    let attached = attached.iter().map(|arn| json!({"PolicyName": "p", "PolicyArn": arn}));
    json!({"RoleName": arn.rsplit('/').next(), "RoleId": "AROAORDERS", "Arn": arn, "Path": "/", "CreateDate": "2026-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        "RolePolicyList": [{"PolicyName": "secrets", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}],
        "AttachedManagedPolicies": attached.collect::<Vec<_>>()})
}

fn account(statements: &Value, is_truncated: bool) -> Value {
    let actions = [
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
    ];
    json!({"RoleDetailList": [role(ROLE, statements, &[MANAGED]), role(TASK_ROLE, &json!([]), &[])],
        "Policies": [{"PolicyName": "p", "Arn": MANAGED, "DefaultVersionId": "v1", "UpdateDate": "2019-01-01T00:00:00Z",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2019-01-01T00:00:00Z",
                "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}}]}],
        "IsTruncated": is_truncated})
}

fn inventory(documents: &[Value]) -> Inventory {
    let start = [
        json!({"taskDefinition": {"taskDefinitionArn": DEFINITION, "executionRoleArn": ROLE, "taskRoleArn": TASK_ROLE,
            "containerDefinitions": [{"name": "api", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders/api:1.4",
                "secrets": [{"name": "DB", "valueFrom": SECRET}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/orders",
                    "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "ecs"}}}]}}),
        json!({"ARN": SECRET, "Name": "orders/db", "CreatedDate": INCIDENT.plus(-DAY).0, "VersionIdsToStages": {"0f": ["AWSCURRENT"]}}),
    ];
    let texts: Vec<String> = start.iter().chain(documents).map(Value::to_string).collect();
    parse(texts.iter().map(|text| ("f.json", text.as_bytes()))).0
}

/// The denials of a start, and whether the fix was verified.
fn judged(documents: &[Value], paths: &RequestPaths) -> (Vec<String>, Option<bool>) {
    let inventory = inventory(documents);
    let definition = &inventory.task_definitions[DEFINITION];
    let documents = AccessDocuments::of_start(&inventory, definition);
    let (task_id, incident) = (Some("82f6"), Some(INCIDENT));
    let inputs = StartInputs {
        definition,
        documents: &documents,
        paths,
        task_id,
        incident,
        not_before: None,
        is_fargate: true,
    };
    let denials = denials_of_start(&inputs, &evaluate_requests(&inputs));
    let lines = denials
        .iter()
        .map(|one| format!("{} {} {}", one.fault.cause().name(), one.action, one.policy_type.name()));
    (lines.collect(), fix_start(&inputs).map(|fix| fix.fix.verified))
}

#[test]
fn a_saved_account_decides_every_request() {
    let check = |documents: &[Value], denied: &[&str], verified| {
        let (found, fixed) = judged(documents, &RequestPaths::default());
        assert_eq!((found, fixed), (denied.iter().map(|&line| line.to_owned()).collect(), verified));
    };
    check(&[account(&json!([allow(GET_SECRET, SECRET)]), false)], &[], None);
    let lacks = account(&json!([allow(GET_SECRET, OTHER_SECRET)]), false);
    check(&[lacks], &["permission-missing secretsmanager:GetSecretValue identity"], Some(true));
    check(&[account(&json!([allow(GET_SECRET, OTHER_SECRET)]), true)], &[], None);
    check(&[], &[], None);
}

#[test]
fn a_saved_endpoint_decides_the_requests_that_pass_it() {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:*", "Resource": OTHER_SECRET}]});
    let endpoint = json!({"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcEndpointType": "Interface", "VpcId": "vpc-1",
        "State": "available", "ServiceName": "com.amazonaws.eu-west-1.secretsmanager", "PolicyDocument": policy.to_string()}]});
    let documents = [account(&json!([allow(GET_SECRET, SECRET)]), false), endpoint];
    let mut paths = RequestPaths::default();
    assert_eq!(judged(&documents, &paths).0.len(), 0);
    paths.set(Service::SecretsManager, None, RequestPath::Endpoint(EndpointId::new("vpce-1")));
    let denied = vec!["endpoint-policy-denies secretsmanager:GetSecretValue endpoint".to_owned()];
    assert_eq!(judged(&documents, &paths), (denied, Some(true)));
    paths.set(Service::SecretsManager, None, RequestPath::Public { source: None });
    assert_eq!(judged(&documents, &paths), (Vec::new(), None));
}
