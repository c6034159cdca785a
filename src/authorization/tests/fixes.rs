//! Fixes: tried on a copy until every request is allowed, and the tempting wrong ones, which are not enough.

use serde_json::{Value, json};

use super::scene::*;
use crate::authorization::{AccessFix, DocumentChange, PolicyTarget, fix_start};
use crate::model::access::Boundary;
use crate::model::endpoint::EndpointKind;
use crate::model::ids::EndpointId;
use crate::model::service::Service;

fn fixed(scene: &Scene) -> AccessFix {
    fix_start(&scene.inputs()).unwrap()
}

/// Checks that the fix works, and returns the last command.
fn verified(scene: &Scene) -> String {
    let found = fixed(scene);
    assert!(found.fix.verified, "{}", found.fix.text);
    assert!(found.remaining.is_empty());
    found.fix.commands.last().cloned().unwrap_or_default()
}

/// The denials after changes.
fn denied_after(scene: &Scene, changes: &[DocumentChange]) -> usize {
    let mut changed = Scene {
        definition: scene.definition.clone(),
        documents: scene.documents.clone(),
        paths: scene.paths.clone(),
    };
    for change in changes {
        assert!(change.apply(&mut changed.documents));
    }
    changed.denied().len()
}

#[test]
fn nothing_is_fixed_where_nothing_is_denied() {
    assert_eq!(fix_start(&Scene::new().inputs()), None);
}

#[test]
fn a_missing_permission_is_added_to_the_execution_role() {
    let scene = Scene::new().inline(&json!([allow(GET_SECRET, OTHER_SECRET)]));
    let command = verified(&scene);
    let statement = json!({"Version": "2012-10-17", "Statement": [allow(GET_SECRET, SECRET)]});
    assert_eq!(
        command,
        format!(
            "aws iam put-role-policy --role-name orders-execution --policy-name ecs-task-start --policy-document '{statement}'"
        )
    );
    assert_eq!(fixed(&scene).fix.commands[0], "aws iam list-role-policies --role-name orders-execution");
}

#[test]
fn the_name_of_a_policy_is_never_one_in_use() {
    let scene =
        Scene::new().inline(&json!([])).with_statement("ecs-task-start", allow("logs:PutLogEvents", "*"));
    assert!(verified(&scene).contains("--policy-name ecs-task-start-2"));
}

#[test]
fn all_faults_of_a_start_are_one_policy() {
    let mut scene = Scene::new().inline(&json!([])).key(&delegation());
    scene.role().attached = Some(Vec::new());
    scene.container().log.as_mut().unwrap().creates_group = true;
    let command = verified(&scene);
    for part in
        ["kms:Decrypt", "ecr:GetAuthorizationToken", "logs:CreateLogGroup", &format!("{GROUP}:*"), REPOSITORY]
    {
        assert!(command.contains(part), "{part} in {command}");
    }
    assert_eq!(fixed(&scene).changes.len(), 1);
}

#[test]
fn wrong_fixes_are_not_enough() {
    let scene = Scene::new().inline(&json!([]));
    let policy = |role: &str, resource: &str| DocumentChange::AddInlinePolicy {
        role: role.to_owned(),
        name: "fix".to_owned(),
        statements: vec![allow(GET_SECRET, resource)],
    };
    let partial = &SECRET[..SECRET.len() - 7];
    assert_eq!(denied_after(&scene, &[policy(TASK_ROLE, SECRET)]), 1, "the task role");
    assert_eq!(denied_after(&scene, &[policy(ROLE, partial)]), 1, "a literal ARN without the suffix");
    assert_eq!(denied_after(&scene, &[policy(ROLE, &format!("{partial}-??????"))]), 0);
    let gateway = Scene::new().endpoint(Service::S3, EndpointKind::Gateway, Some(&json!([])));
    let admit = |condition: Value| DocumentChange::AddStatement {
        target: PolicyTarget::Endpoint(EndpointId::new("vpce-s3")),
        statement: json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition}),
    };
    let own_account = json!({"StringEquals": {"aws:PrincipalAccount": "123456789012"}});
    assert_eq!(denied_after(&gateway, &[admit(own_account)]), 1, "a condition on the own account");
    assert_eq!(denied_after(&gateway, &[admit(json!({}))]), 0);
}

#[test]
fn endpoint_policies_get_the_smallest_statement() {
    let billing = json!([{"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:*", "Resource": OTHER_SECRET}]);
    let scene = Scene::new().endpoint(Service::SecretsManager, EndpointKind::Interface, Some(&billing));
    let command = verified(&scene);
    assert!(command.starts_with("aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --policy-document '{"));
    assert!(command.contains(OTHER_SECRET) && command.contains(SECRET) && command.contains(ROLE));
    let gateway = Scene::new().endpoint(Service::S3, EndpointKind::Gateway, Some(&json!([])));
    let command = verified(&gateway);
    assert!(
        command.contains(r#""Resource":"arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*""#),
        "{command}"
    );
    assert!(command.contains(r#""Principal":"*""#));
}

#[test]
fn both_faults_of_one_endpoint_are_one_command() {
    let mut scene = Scene::new().endpoint(Service::EcrDkr, EndpointKind::Interface, Some(&json!([])));
    scene.container().secrets.clear();
    let found = fixed(&scene);
    assert!(found.fix.verified);
    assert_eq!(found.changes.len(), 2);
    let changing = found.fix.commands.iter().filter(|command| command.contains("modify-vpc-endpoint"));
    let changing: Vec<_> = changing.collect();
    assert_eq!(changing.len(), 1);
    assert!(changing[0].contains("ecr:BatchGetImage") && changing[0].contains("ecr:GetDownloadUrlForLayer"));
}

#[test]
fn trust_secret_and_key_policies() {
    let mut scene = Scene::new();
    scene.role().trust = Some(policy_text(
        &json!({"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}),
    ));
    let command = verified(&scene);
    assert!(
        command.starts_with(
            "aws iam update-assume-role-policy --role-name orders-execution --policy-document '"
        )
    );
    assert!(command.contains("ecs-tasks.amazonaws.com"));

    let far = SECRET.replace("123456789012", "999988887777");
    let mut scene = Scene::new().inline(&json!([allow(GET_SECRET, &far)])).reference(&far);
    scene.documents.secrets.insert(far.clone(), secret(&far));
    assert!(
        verified(&scene).starts_with(&format!("aws secretsmanager put-resource-policy --secret-id {far}"))
    );

    let named = json!([{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/admin"}, "Action": "kms:*", "Resource": "*"}]);
    let scene = Scene::new().key(&named);
    let command = verified(&scene);
    assert_eq!(
        command,
        format!("aws kms get-key-policy --key-id {KEY_ID}"),
        "a key policy is changed by hand"
    );
    assert!(fixed(&scene).fix.text.contains("kms:Decrypt"));
    assert_eq!(fixed(&scene).changes.len(), 1);
}

#[test]
fn a_repository_of_another_account_names_the_role() {
    let far = REPOSITORY.replace("123456789012", "999988887777");
    let mut scene = Scene::new();
    scene.container().image = Some("999988887777.dkr.ecr.eu-west-1.amazonaws.com/orders/api:1.4".to_owned());
    let mut known = repository();
    known.arn.clone_from(&far);
    scene.documents.repositories.insert(far, known);
    let command = verified(&scene);
    let expect = "aws ecr set-repository-policy --registry-id 999988887777 --repository-name orders/api --region eu-west-1";
    assert!(command.starts_with(expect), "{command}");
    assert!(!command.contains(r#""Resource""#));
}

#[test]
fn an_explicit_denial_has_advice_that_was_tried() {
    let guard = json!({"Sid": "NoDb", "Effect": "Deny", "Action": GET_SECRET, "Resource": "*"});
    let found = fixed(&Scene::new().with_statement("guard", guard));
    assert!(found.fix.verified && found.fix.commands.is_empty());
    assert!(found.fix.text.contains("NoDb") && found.fix.text.contains("guard"));
}

#[test]
fn a_boundary_is_left_to_its_owner() {
    let mut scene = Scene::new();
    let arn = "arn:aws:iam::123456789012:policy/boundary";
    scene.role().boundary = Boundary::Policy(arn.to_owned());
    scene
        .documents
        .managed_policies
        .insert(arn.to_owned(), managed(arn, &json!([allow("ecr:*", "*"), allow("logs:*", "*")]), INCIDENT));
    let found = fixed(&scene);
    assert!(!found.fix.verified && found.changes.is_empty() && found.fix.commands.is_empty());
    assert_eq!(found.remaining.len(), 1);
    assert!(found.fix.text.contains(arn));
}

#[test]
fn hostile_names_never_reach_a_command() {
    let mut scene = Scene::new().inline(&json!([]));
    let hostile = "arn:aws:iam::123456789012:role/x;reboot";
    let role = scene.documents.roles.remove(ROLE).unwrap();
    scene.documents.roles.insert(hostile.to_owned(), role);
    scene.definition.execution_role_arn = Some(hostile.to_owned());
    assert!(fixed(&scene).fix.commands.is_empty());
    let quote = json!([{"Sid": "it's", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::x"}]);
    let scene = Scene::new().endpoint(Service::S3, EndpointKind::Gateway, Some(&quote));
    let found = fixed(&scene);
    assert!(found.fix.verified);
    assert_eq!(found.fix.commands, ["aws ec2 describe-vpc-endpoints --vpc-endpoint-ids vpce-s3"]);
}
