//! Denials by the policies of a start: each type of policy, and the mistakes behind the denials.

use serde_json::{Value, json};

use super::scene::*;
use crate::authorization::{Dated, DenialHint, RequestPath};
use crate::finding::CulpritKind;
use crate::model::access::{
    Boundary, ManagedPolicy, OrganizationPolicy, OrganizationPolicyKind, SavedPolicy,
};
use crate::model::endpoint::EndpointKind;
use crate::model::service::Service;
use crate::policy::PolicyType;

const MISSING: &str = "permission-missing secretsmanager:GetSecretValue identity implicit";

fn deny(action: &str, resource: &str, sid: &str) -> Value {
    json!({"Sid": sid, "Effect": "Deny", "Action": action, "Resource": resource})
}

fn everyone(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource})
}

#[test]
fn a_start_with_all_permissions_has_no_denial() {
    assert!(Scene::new().denied().is_empty());
    assert!(Scene::new().undecided().is_empty());
}

#[test]
fn the_role_lists_another_secret() {
    let scene = Scene::new().inline(&json!([allow(GET_SECRET, OTHER_SECRET)]));
    assert_eq!(scene.denied(), [MISSING]);
    let denial = &scene.denials()[0];
    assert_eq!(denial.owner.as_deref(), Some(ROLE));
    assert_eq!(denial.resource, SECRET);
    assert_eq!(denial.documents, ["secrets", MANAGED]);
    assert_eq!(denial.dated, Dated::Undated);
    assert!(denial.assumed_absent.is_empty());
    assert!(
        matches!(&denial.hints[..], [DenialHint::OtherResource { values, .. }] if *values == [OTHER_SECRET])
    );
}

#[test]
fn the_permission_is_on_the_task_role() {
    let mut scene = Scene::new().inline(&json!([]));
    let task_role = role(TASK_ROLE, &[("secrets", json!([allow(GET_SECRET, SECRET)]))], &[]);
    scene.documents.roles.insert(TASK_ROLE.to_owned(), task_role);
    assert_eq!(scene.denied(), [MISSING]);
    let hints = &scene.denials()[0].hints;
    assert!(
        matches!(&hints[..], [DenialHint::GrantedToTaskRole { role, statement }] if role == TASK_ROLE && statement.document == "secrets")
    );
}

#[test]
fn a_literal_arn_without_its_suffix_matches_no_secret() {
    let partial = &SECRET[..SECRET.len() - 7];
    let scene = Scene::new().inline(&json!([allow(GET_SECRET, partial)]));
    assert_eq!(scene.denied(), [MISSING]);
    assert!(
        matches!(&scene.denials()[0].hints[..], [DenialHint::ArnWithoutSuffix { value, .. }] if value == partial)
    );
    assert!(
        Scene::new().inline(&json!([allow(GET_SECRET, &format!("{partial}-??????"))])).denied().is_empty()
    );
}

#[test]
fn a_parameter_has_one_slash() {
    let double = PARAMETER.replace(":parameter/", ":parameter//");
    let scene = Scene::new().reference("/prod/db").inline(&json!([allow("ssm:GetParameters", &double)]));
    assert_eq!(scene.denied(), ["permission-missing ssm:GetParameters identity implicit"]);
    assert!(
        matches!(&scene.denials()[0].hints[..], [DenialHint::DoubleSlash { value, .. }] if *value == double)
    );
    let scene = Scene::new().reference("/prod/db").inline(&json!([allow("ssm:GetParameter", PARAMETER)]));
    assert_eq!(scene.denied(), ["permission-missing ssm:GetParameters identity implicit"]);
}

#[test]
fn a_registry_token_needs_every_resource() {
    let mut scene = Scene::new();
    scene.documents.managed_policies.insert(
        MANAGED.to_owned(),
        managed(MANAGED, &json!([allow("ecr:*", REPOSITORY), allow("logs:*", "*")]), INCIDENT.plus(-DAY)),
    );
    assert_eq!(scene.denied(), ["permission-missing ecr:GetAuthorizationToken identity implicit"]);
    assert!(matches!(&scene.denials()[0].hints[..], [DenialHint::NeedsAnyResource { .. }]));
}

#[test]
fn a_statement_without_a_sid_is_listed_by_its_position_from_1() {
    let mut statement = deny(GET_SECRET, SECRET, "");
    statement.as_object_mut().expect("an object").remove("Sid");
    let scene = Scene::new().with_statement("guard", statement);
    let denials = scene.denials();
    let of_statement = denials.iter().find(|one| one.statement.is_some()).expect("a denial by a statement");
    assert_eq!(of_statement.statement.as_ref().map(|one| one.index), Some(0));
    assert_eq!(of_statement.denied_request().statement.as_deref(), Some("1"));
}

#[test]
fn an_explicit_denial_names_its_statement() {
    let scene = Scene::new().with_statement("guard", deny(GET_SECRET, SECRET, "NoDb"));
    assert_eq!(scene.denied(), ["explicit-deny secretsmanager:GetSecretValue identity explicit"]);
    let denial = &scene.denials()[0];
    let statement = denial.statement.as_ref().unwrap();
    assert_eq!((statement.document.as_str(), statement.sid.as_deref()), ("guard", Some("NoDb")));
    let listed = denial.denied_request();
    assert_eq!((listed.document.as_deref(), listed.statement.as_deref()), (Some("guard"), Some("NoDb")));
}

#[test]
fn policies_of_the_organization_deny_where_they_are_attached() {
    let check = |targets: Option<Vec<&str>>, owner: &str, expect: usize| {
        let mut scene = Scene::new();
        let arn = format!("arn:aws:organizations::{owner}:policy/o-1/service_control_policy/p-1");
        let policy = OrganizationPolicy {
            id: "p-1".to_owned(),
            arn: Some(arn).filter(|_| !owner.is_empty()),
            kind: OrganizationPolicyKind::ServiceControl,
            content: policy_text(&json!([allow("*", "*"), deny(GET_SECRET, "*", "NoSecrets")])),
            targets: targets.map(|targets| targets.into_iter().map(str::to_owned).collect()),
        };
        scene.documents.organization_policies.insert("p-1".to_owned(), policy);
        assert_eq!(scene.denied().len(), expect, "{owner}");
    };
    check(Some(vec!["123456789012"]), "999988887777", 1);
    check(Some(vec!["r-1a2b"]), "999988887777", 1);
    check(Some(vec!["ou-1a2b-3c4d"]), "999988887777", 0);
    check(None, "999988887777", 0);
    check(Some(vec!["r-1a2b"]), "123456789012", 0);
    // Without its ARN the policy may be that of the management account itself.
    check(Some(vec!["r-1a2b"]), "", 0);
}

#[test]
fn a_boundary_limits_the_role() {
    let mut scene = Scene::new();
    let arn = "arn:aws:iam::123456789012:policy/boundary";
    scene.role().boundary = Boundary::Policy(arn.to_owned());
    assert!(scene.denied().is_empty(), "the boundary is not saved");
    let boundary = managed(arn, &json!([allow("ecr:*", "*"), allow("logs:*", "*")]), INCIDENT.plus(-DAY));
    scene.documents.managed_policies.insert(arn.to_owned(), boundary);
    assert_eq!(scene.denied(), ["permission-missing secretsmanager:GetSecretValue boundary implicit"]);
}

#[test]
fn the_trust_policy_must_name_the_service_of_tasks() {
    let trust = |principal: &str, condition: Value| {
        let mut scene = Scene::new();
        let statement = json!([{"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole",
            "Condition": condition}]);
        scene.role().trust = Some(policy_text(&statement));
        scene
    };
    let scene = trust("ecs.amazonaws.com", json!({}));
    assert_eq!(scene.denied(), ["role-not-assumable sts:AssumeRole trust implicit"]);
    assert_eq!(scene.denials()[0].owner.as_deref(), Some(ROLE));
    let source = |arn: &str| json!({"ArnLike": {"aws:SourceArn": arn}, "StringEquals": {"aws:SourceAccount": "123456789012"}});
    let own = trust("ecs-tasks.amazonaws.com", source("arn:aws:ecs:eu-west-1:123456789012:*"));
    assert!(own.denied().is_empty() && own.undecided().is_empty());
    let any = trust("ecs-tasks.amazonaws.com", source("arn:aws:ecs:*:123456789012:*"));
    assert!(any.denied().is_empty() && any.undecided().is_empty());
    let narrow = trust("ecs-tasks.amazonaws.com", source("arn:aws:ecs:eu-west-1:123456789012:cluster/shop"));
    assert_eq!(narrow.undecided(), ["sts:AssumeRole: aws:SourceArn"]);
    let other = trust("ecs-tasks.amazonaws.com", source("arn:aws:ecs:eu-west-1:999988887777:*"));
    assert_eq!(other.denied(), ["role-not-assumable sts:AssumeRole trust implicit"]);
}

#[test]
fn an_endpoint_decides_only_on_the_way_of_the_request() {
    let billing = json!([everyone("secretsmanager:*", OTHER_SECRET)]);
    let endpoint =
        |statements| Scene::new().endpoint(Service::SecretsManager, EndpointKind::Interface, statements);
    let scene = endpoint(Some(&billing));
    assert_eq!(scene.denied(), ["endpoint-policy-denies secretsmanager:GetSecretValue endpoint implicit"]);
    assert_eq!(scene.denials()[0].owner.as_deref(), Some("vpce-1"));
    assert_eq!(scene.denials()[0].dated, Dated::Undated);
    assert!(endpoint(None).denied().is_empty());
    let mut public = endpoint(Some(&billing));
    public.paths.set(Service::SecretsManager, None, RequestPath::Public { source: None });
    assert!(public.denied().is_empty() && public.undecided().is_empty(), "the endpoint is acquitted");
    let mut unknown = endpoint(Some(&billing));
    unknown.paths.set(Service::SecretsManager, None, RequestPath::Unknown);
    assert!(unknown.denied().is_empty());
}

#[test]
fn a_secret_of_another_region_passes_no_endpoint_of_this_one() {
    let far = SECRET.replace("eu-west-1", "us-east-1");
    let mut scene = Scene::new()
        .endpoint(Service::SecretsManager, EndpointKind::Interface, Some(&json!([])))
        .inline(&json!([allow(GET_SECRET, "*")]))
        .reference(&far);
    scene.documents.secrets.insert(far.clone(), secret(&far));
    assert!(scene.denied().is_empty());
}

#[test]
fn the_registry_reads_layers_with_a_role_of_aws() {
    let gateway =
        |statements: Value| Scene::new().endpoint(Service::S3, EndpointKind::Gateway, Some(&statements));
    let lacks = "s3-endpoint-policy-lacks-layer-bucket s3:GetObject endpoint implicit";
    let own = gateway(json!([{"Effect": "Allow", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::orders-data", "arn:aws:s3:::orders-data/*"]}]));
    assert_eq!(own.denied(), [lacks]);
    assert!(!own.denials()[0].principal.contains("123456789012"));
    let conditional = |key: &str, value: &str| {
        gateway(json!([{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*",
            "Condition": {"StringEquals": {key: value}}}]))
    };
    for (key, value) in [
        ("aws:PrincipalAccount", "123456789012"),
        ("aws:ResourceAccount", "123456789012"),
        ("aws:PrincipalOrgID", "o-1a2b3c4d5e"),
        ("aws:ResourceOrgID", "o-1a2b3c4d5e"),
    ] {
        let scene = conditional(key, value);
        assert_eq!(scene.denied(), [lacks], "{key}");
        assert!(
            matches!(&scene.denials()[0].hints[..], [DenialHint::OwnAccountOnly { key: found, .. }] if found == key)
        );
    }
    assert_eq!(
        conditional("aws:PrincipalAccount", "812812325446").undecided(),
        ["s3:GetObject: aws:PrincipalAccount"]
    );
    let open =
        gateway(json!([everyone("s3:GetObject", "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*")]));
    assert!(open.denied().is_empty() && open.undecided().is_empty());
    let mut public = own;
    public.paths.set(Service::S3, None, RequestPath::Public { source: None });
    assert!(public.denied().is_empty());
}

#[test]
fn the_secret_of_another_account_needs_its_own_policy() {
    let far = SECRET.replace("123456789012", "999988887777");
    let mut scene = Scene::new().inline(&json!([allow(GET_SECRET, &far)])).reference(&far);
    assert_eq!(scene.undecided(), ["secretsmanager:GetSecretValue: resource"]);
    let mut known = secret(&far);
    known.key = Some(format!("arn:aws:kms:eu-west-1:999988887777:key/{KEY_ID}"));
    scene.documents.secrets.insert(far.clone(), known);
    let denied = scene.denied();
    assert_eq!(denied[0], "resource-policy-denies secretsmanager:GetSecretValue resource implicit");
    assert_eq!(scene.denials()[0].owner.as_deref(), Some(far.as_str()));
    let policy =
        json!([{"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": GET_SECRET, "Resource": "*"}]);
    scene.documents.secrets.get_mut(&far).unwrap().policy = saved_policy(&policy);
    assert!(!scene.denied().iter().any(|line| line.contains(GET_SECRET)));
}

#[test]
fn a_policy_of_the_resource_that_is_not_saved_is_taken_to_allow_nothing() {
    let mut scene = Scene::new().inline(&json!([]));
    scene.secret().policy = SavedPolicy::NotSaved;
    assert_eq!(scene.denied(), [MISSING]);
    assert_eq!(scene.denials()[0].assumed_absent, [PolicyType::Resource]);
    let policy =
        json!([{"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": GET_SECRET, "Resource": "*"}]);
    scene.secret().policy = saved_policy(&policy);
    assert!(scene.denied().is_empty(), "within an account the policy of the secret is enough");
}

#[test]
fn a_key_must_delegate_or_name_the_role() {
    let identity = "key-unusable kms:Decrypt identity implicit";
    let scene = Scene::new().key(&delegation());
    assert_eq!(scene.denied(), [identity]);
    assert_eq!(scene.denials()[0].resource, KEY);
    let culprit = scene.denials()[0].culprit().unwrap();
    assert_eq!((culprit.kind, culprit.id.as_deref()), (CulpritKind::Key, Some(KEY)));
    let via = |service: &str| {
        json!({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY,
            "Condition": {"StringEquals": {"kms:ViaService": service}}})
    };
    let allowed =
        Scene::new().key(&delegation()).with_statement("key", via("secretsmanager.eu-west-1.amazonaws.com"));
    assert!(allowed.denied().is_empty() && allowed.undecided().is_empty());
    let other = Scene::new().key(&delegation()).with_statement("key", via("ssm.eu-west-1.amazonaws.com"));
    assert_eq!(other.denied(), [identity]);
    let named = json!([{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/admin"}, "Action": "kms:*", "Resource": "*"}]);
    let closed = Scene::new().key(&named).with_statement("key", allow("kms:Decrypt", KEY));
    assert_eq!(closed.denied(), ["key-unusable kms:Decrypt key implicit"]);
    assert_eq!(closed.denials()[0].owner.as_deref(), Some(KEY));
    let mut unsaved = Scene::new().key(&delegation());
    unsaved.documents.keys.get_mut(KEY_ID).unwrap().grants = None;
    assert_eq!(unsaved.denied(), [identity]);
    assert_eq!(unsaved.denials()[0].assumed_absent, [PolicyType::Key]);
    unsaved.documents.keys.clear();
    assert_eq!(unsaved.undecided(), ["kms:Decrypt: key grants"]);
}

#[test]
fn an_environment_file_is_denied_by_role_or_bucket() {
    let mut scene = Scene::new();
    scene.container().environment_files = vec!["arn:aws:s3:::env/app.env".to_owned()];
    assert_eq!(
        scene.denied(),
        [
            "env-file-denied s3:GetBucketLocation identity implicit",
            "env-file-denied s3:GetObject identity implicit"
        ]
    );
}

#[test]
fn four_faults_of_one_start_are_all_named() {
    let mut scene = Scene::new().inline(&json!([allow(GET_SECRET, OTHER_SECRET)])).key(&delegation());
    scene.role().attached = Some(Vec::new());
    assert_eq!(
        scene.denied(),
        [
            MISSING,
            "key-unusable kms:Decrypt identity implicit",
            "permission-missing ecr:GetAuthorizationToken identity implicit",
            "permission-missing logs:CreateLogStream identity implicit",
            "permission-missing ecr:BatchGetImage identity implicit",
            "permission-missing ecr:GetDownloadUrlForLayer identity implicit",
        ]
    );
}

#[test]
fn dates_after_the_failure_are_reported() {
    let arn = "arn:aws:iam::123456789012:policy/orders-secrets";
    let check = |date, expect: Dated| {
        let mut scene = Scene::new();
        let role = scene.role();
        role.inline.clear();
        role.inline_names = Some(Vec::new());
        role.attached = Some(vec![MANAGED.to_owned(), arn.to_owned()]);
        let other = json!([allow(GET_SECRET, OTHER_SECRET)]);
        scene.documents.managed_policies.insert(arn.to_owned(), managed(arn, &other, date));
        assert_eq!(scene.denials()[0].dated, expect);
    };
    let (before, after) = (INCIDENT.plus(-DAY), INCIDENT.plus(DAY));
    check(after, Dated::After(after));
    check(before, Dated::Before(before));
    let mut scene = Scene::new().inline(&json!([]));
    scene.role().created_at = Some(after);
    assert_eq!(scene.denials()[0].dated, Dated::After(after), "the role itself is younger");
}

#[test]
fn a_lost_date_may_be_one_after_the_failure() {
    let arn = "arn:aws:iam::123456789012:policy/orders-secrets";
    let check = |lose: fn(&mut ManagedPolicy)| {
        let mut scene = Scene::new();
        scene.role().inline.clear();
        scene.role().inline_names = Some(Vec::new());
        scene.role().attached = Some(vec![MANAGED.to_owned(), arn.to_owned()]);
        let mut policy = managed(arn, &json!([allow(GET_SECRET, OTHER_SECRET)]), INCIDENT.plus(-DAY));
        lose(&mut policy);
        scene.documents.managed_policies.insert(arn.to_owned(), policy);
        assert_eq!(scene.denials()[0].dated, Dated::Lost);
    };
    check(|policy| policy.updated_at = None);
    check(|policy| policy.versions[0].created_at = None);
    let mut scene = Scene::new().inline(&json!([]));
    scene.role().created_at = None;
    assert_eq!(scene.denials()[0].dated, Dated::Lost, "the role may be younger");
}

#[test]
fn a_role_of_the_last_minutes_is_fresh() {
    let mut scene = Scene::new();
    assert!(scene.inputs().fresh_roles().is_empty());
    scene.role().created_at = Some(INCIDENT.plus(-20));
    assert_eq!(scene.inputs().fresh_roles(), [(ROLE, INCIDENT.plus(-20))]);
    scene.role().created_at = Some(INCIDENT.plus(20));
    assert!(scene.inputs().fresh_roles().is_empty());
}

#[test]
fn mistakes_are_sentences() {
    let scene = Scene::new().inline(&json!([allow(GET_SECRET, &SECRET[..SECRET.len() - 7])]));
    let sentence = scene.denials()[0].hints[0].sentence();
    assert!(sentence.contains("suffix") && sentence.contains("secrets"), "{sentence}");
}
