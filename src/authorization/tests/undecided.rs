//! A request that the documents do not decide is neither allowed nor denied, and the deciding key or document is named.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::scene::*;
use crate::authorization::{RequestPath, missing_of};
use crate::model::access::SavedPolicy;
use crate::model::endpoint::EndpointKind;
use crate::model::service::Service;
use crate::policy::{AccessDecision, PolicyType};

fn conditional(operator: &str, key: &str, value: &str) -> Value {
    json!([{"Effect": "Allow", "Action": GET_SECRET, "Resource": "*", "Condition": {operator: {key: value}}}])
}

fn secret_is(scene: &Scene, expect: &str) {
    let evaluated = scene.evaluated();
    let request = evaluated.iter().find(|one| one.request.action == GET_SECRET).unwrap();
    assert_eq!(request.decision.name(), expect, "{:?}", request.decision);
}

#[test]
fn a_role_that_is_not_saved_is_named() {
    let mut scene = Scene::new();
    scene.documents.roles.clear();
    assert!(scene.denied().is_empty());
    assert!(scene.undecided().contains(&format!("{GET_SECRET}: identity")));
    assert!(scene.undecided().contains(&"sts:AssumeRole: trust".to_owned()));
}

#[test]
fn a_list_that_is_not_whole_gives_no_implicit_denial() {
    let lists: [fn(&mut Scene); 4] = [
        |scene| scene.role().attached = None,
        |scene| scene.role().inline_names = None,
        |scene| scene.role().inline_names.as_mut().unwrap().push("another".to_owned()),
        |scene| {
            scene.role().attached.as_mut().unwrap().push("arn:aws:iam::123456789012:policy/more".to_owned());
        },
    ];
    for cut in lists {
        let mut scene = Scene::new().inline(&json!([allow(GET_SECRET, OTHER_SECRET)]));
        cut(&mut scene);
        assert!(scene.denied().is_empty());
        assert_eq!(scene.undecided()[0], format!("{GET_SECRET}: identity"));
    }
}

#[test]
fn an_explicit_denial_is_certain_whatever_is_missing() {
    let guard = json!({"Effect": "Deny", "Action": GET_SECRET, "Resource": "*"});
    let mut scene = Scene::new().with_statement("guard", guard);
    scene.role().attached = None;
    assert_eq!(scene.denied(), ["explicit-deny secretsmanager:GetSecretValue identity explicit"]);
}

#[test]
fn keys_of_an_organization_and_keys_that_do_not_exist_are_named() {
    let scene = Scene::new().inline(&conditional("StringEquals", "aws:PrincipalOrgID", "o-1a2b3c4d5e"));
    assert!(scene.denied().is_empty());
    assert_eq!(scene.undecided(), [format!("{GET_SECRET}: aws:PrincipalOrgID")]);
    let scene = Scene::new().inline(&conditional("StringEquals", "aws:PrincipalVpc", "vpc-1"));
    assert!(scene.denied().is_empty());
    assert_eq!(scene.undecided(), [format!("{GET_SECRET}: aws:PrincipalVpc")]);
}

#[test]
fn allowed_lists_the_types_that_were_not_seen() {
    let scene = Scene::new();
    let evaluated = scene.evaluated();
    let request = evaluated.iter().find(|one| one.request.action == GET_SECRET).unwrap();
    let AccessDecision::Allowed { unseen, .. } = &request.decision else { panic!("{:?}", request.decision) };
    for policy_type in [PolicyType::Scp, PolicyType::Rcp, PolicyType::Session, PolicyType::Endpoint] {
        assert!(unseen.contains(&policy_type), "{policy_type:?}");
    }
}

#[test]
fn the_way_of_the_packets_fills_the_keys_of_the_network() {
    let way = |way: RequestPath, operator: &str, key: &str, value: &str| {
        let mut scene = Scene::new().inline(&conditional(operator, key, value)).endpoint(
            Service::SecretsManager,
            EndpointKind::Interface,
            None,
        );
        scene.paths.task_address = Some(IpAddr::from([10, 40, 1, 31]));
        scene.paths.set(Service::SecretsManager, None, way);
        scene
    };
    let endpoint = || RequestPath::Endpoint(crate::model::ids::EndpointId::new("vpce-1"));
    let public = || RequestPath::Public { source: Some(IpAddr::from([203, 0, 113, 7])) };
    let check = |path: RequestPath, operator: &str, key: &str, value: &str, expect: &str| {
        secret_is(&way(path, operator, key, value), expect);
    };
    check(endpoint(), "StringEquals", "aws:SourceVpce", "vpce-1", "allowed");
    check(endpoint(), "StringEquals", "aws:SourceVpce", "vpce-2", "denied");
    check(endpoint(), "StringEquals", "aws:SourceVpc", "vpc-1", "allowed");
    check(endpoint(), "IpAddress", "aws:VpcSourceIp", "10.40.0.0/16", "allowed");
    check(endpoint(), "IpAddress", "aws:SourceIp", "203.0.113.0/24", "denied");
    check(public(), "IpAddress", "aws:SourceIp", "203.0.113.0/24", "allowed");
    check(public(), "StringEquals", "aws:SourceVpce", "vpce-1", "denied");
    check(RequestPath::Public { source: None }, "IpAddress", "aws:SourceIp", "203.0.113.0/24", "unknown");
    check(RequestPath::Unknown, "StringEquals", "aws:SourceVpce", "vpce-1", "unknown");
}

#[test]
fn keys_of_the_role_and_the_secret_come_from_documents() {
    let check = |operator: &str, key: &str, value: &str, expect: &str| {
        let mut scene = Scene::new().inline(&conditional(operator, key, value));
        scene.role().tags = Some(vec![("team".to_owned(), "orders".to_owned())]);
        scene.secret().tags = Some(vec![("team".to_owned(), "orders".to_owned())]);
        secret_is(&scene, expect);
    };
    check("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/orders-*", "allowed");
    check(
        "ArnLike",
        "aws:PrincipalArn",
        "arn:aws:sts::123456789012:assumed-role/orders-execution/*",
        "denied",
    );
    check("StringEquals", "aws:PrincipalTag/team", "orders", "allowed");
    check("StringEquals", "aws:PrincipalTag/stage", "prod", "denied");
    check("StringEquals", "secretsmanager:ResourceTag/team", "billing", "denied");
    check("StringEquals", "aws:ResourceTag/team", "orders", "allowed");
    check("StringEquals", "aws:RequestedRegion", "eu-west-1", "allowed");
    check("StringEquals", "aws:RequestedRegion", "us-east-1", "denied");
    check("StringEquals", "aws:ResourceAccount", "123456789012", "allowed");
    check("Bool", "aws:SecureTransport", "true", "allowed");
    check("Bool", "aws:MultiFactorAuthPresent", "true", "denied");
    check("Bool", "aws:ViaAWSService", "false", "allowed");
    check("StringLike", "aws:userid", "AROAORDERSEXECUT:*", "allowed");
    check("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z", "denied");
    check("StringLike", "aws:UserAgent", "*", "unknown");
}

#[test]
fn a_partial_arn_of_a_secret_that_is_not_saved_may_or_may_not_have_a_suffix() {
    let partial = &SECRET[..SECRET.len() - 7];
    let with = |resource: &str| {
        let mut scene = Scene::new().inline(&json!([allow(GET_SECRET, resource)])).reference(partial);
        scene.documents.secrets.clear();
        scene
    };
    secret_is(&with(OTHER_SECRET), "denied");
    secret_is(&with("*"), "allowed");
    secret_is(&with(&format!("{partial}*")), "allowed");
    for resource in [SECRET, partial, &format!("{partial}-??????"), &format!("{partial}-Ab*")] {
        let scene = with(resource);
        secret_is(&scene, "unknown");
        assert_eq!(scene.undecided(), [format!("{GET_SECRET}: {partial}")]);
    }
}

#[test]
fn a_start_without_roles_or_with_damaged_documents_is_no_error() {
    let mut scene = Scene::new();
    scene.definition.execution_role_arn = None;
    scene.definition.task_role_arn = Some(String::new());
    scene.definition.arn = "orders:7".to_owned();
    assert!(scene.denied().is_empty());
    let mut scene = Scene::new();
    scene.role().inline[0].document.0 = "{".to_owned();
    scene.role().trust = Some(crate::model::access::PolicyText("[]".to_owned()));
    assert!(scene.denied().is_empty());
    assert_eq!(scene.undecided().len(), 2, "{:?}", scene.undecided());
}

#[test]
fn the_call_that_saves_the_deciding_document_is_named() {
    let missing = |scene: &Scene, action: &str| {
        let evaluated = scene.evaluated();
        let request = evaluated.iter().find(|one| one.request.action == action).unwrap();
        missing_of(request).into_iter().map(|one| one.what).collect::<Vec<_>>()
    };
    assert!(missing(&Scene::new(), GET_SECRET).is_empty());
    let mut scene = Scene::new();
    scene.documents.roles.clear();
    let roles = "aws iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy";
    assert_eq!(missing(&scene, GET_SECRET), [roles]);
    assert_eq!(missing(&scene, "sts:AssumeRole"), [roles]);
    let mut scene = Scene::new().inline(&json!([]));
    scene.secret().policy = SavedPolicy::NotSaved;
    assert_eq!(
        missing(&scene, GET_SECRET),
        [format!("aws secretsmanager get-resource-policy --secret-id {SECRET}")]
    );
    let scene = Scene::new().inline(&conditional("StringEquals", "aws:PrincipalVpc", "vpc-1"));
    assert_eq!(missing(&scene, GET_SECRET), ["aws:PrincipalVpc, a condition key that AWS does not have"]);
    let mut scene = Scene::new().key(&delegation());
    scene.documents.keys.clear();
    let key =
        [format!("aws kms get-key-policy --key-id {KEY}"), format!("aws kms list-grants --key-id {KEY}")];
    assert_eq!(missing(&scene, "kms:Decrypt"), key);
}
