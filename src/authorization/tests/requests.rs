//! The requests of a start, one table for each kind of need.

use super::scene::*;
use crate::authorization::requests_of_start;
use crate::model::access::PullThroughRule;

/// The requests as `action resource`, without those that every scene has.
fn requests(scene: &Scene) -> Vec<String> {
    let found = requests_of_start(&scene.inputs()).requests;
    found.iter().map(|one| format!("{} {}", one.action, one.resource)).collect()
}

fn missing(scene: &Scene) -> Vec<String> {
    requests_of_start(&scene.inputs()).missing.into_iter().map(|one| one.what).collect()
}

/// A scene whose container needs nothing.
fn empty() -> Scene {
    let mut scene = Scene::new();
    let container = scene.container();
    container.secrets.clear();
    container.image = None;
    container.log = None;
    scene.definition.task_role_arn = None;
    scene
}

fn check(scene: &Scene, expect: &[&str]) {
    let found: Vec<String> =
        requests(scene).into_iter().filter(|line| !line.starts_with("sts:AssumeRole")).collect();
    assert_eq!(found, expect);
}

#[test]
fn a_start_makes_its_requests_in_the_order_of_a_start() {
    let found = requests(&Scene::new());
    let expect = [
        format!("sts:AssumeRole {ROLE}"),
        format!("sts:AssumeRole {TASK_ROLE}"),
        format!("secretsmanager:GetSecretValue {SECRET}"),
        "ecr:GetAuthorizationToken *".to_owned(),
        format!("logs:CreateLogStream {GROUP}:log-stream:ecs/api/82f6"),
        format!("ecr:BatchGetImage {REPOSITORY}"),
        format!("ecr:GetDownloadUrlForLayer {REPOSITORY}"),
        "s3:GetObject arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*".to_owned(),
    ];
    assert_eq!(found, expect);
}

#[test]
fn a_secret_is_tested_by_its_stored_arn() {
    let check = |value_from: &str, resource: &str, is_certain: bool| {
        let mut scene = empty();
        scene.container().secrets = vec![reference(value_from)];
        let found = requests_of_start(&scene.inputs()).requests;
        let request = found.iter().find(|one| one.action == GET_SECRET).unwrap();
        assert_eq!(
            (request.resource.as_str(), request.is_resource_certain),
            (resource, is_certain),
            "{value_from}"
        );
    };
    let partial = &SECRET[..SECRET.len() - 7];
    check(SECRET, SECRET, true);
    check(&format!("{SECRET}:password::"), SECRET, true);
    check(partial, SECRET, true);
    check(&format!("{partial}:password:AWSPENDING:"), SECRET, true);
    check(OTHER_SECRET, OTHER_SECRET, true);
    let absent = partial.replace("orders/db", "orders/x");
    check(&absent, &absent, false);
}

#[test]
fn credentials_of_a_registry_are_a_secret_by_arn_or_name() {
    let mut scene = empty();
    scene.container().registry_credentials = Some("orders/db".to_owned());
    check(&scene, &[&format!("{GET_SECRET} {SECRET}")]);
    scene.container().registry_credentials = Some("hub".to_owned());
    check(
        &scene,
        &["secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub"],
    );
    assert_eq!(missing(&scene), ["aws secretsmanager describe-secret --secret-id hub"]);
}

#[test]
fn a_parameter_has_one_slash_in_its_arn() {
    for (value_from, resource) in [
        ("/prod/db", PARAMETER),
        (PARAMETER, PARAMETER),
        ("db", "arn:aws:ssm:eu-west-1:123456789012:parameter/db"),
        (
            "arn:aws:ssm:us-east-1:123456789012:parameter/db",
            "arn:aws:ssm:us-east-1:123456789012:parameter/db",
        ),
    ] {
        let scene = empty().reference(value_from);
        check(&scene, &[&format!("ssm:GetParameters {resource}")]);
    }
}

#[test]
fn a_customer_managed_key_needs_a_decryption() {
    let decrypt = format!("kms:Decrypt {KEY}");
    for (reference, has_key) in [
        (KEY, true),
        (KEY_ID, true),
        ("alias/orders", true),
        ("arn:aws:kms:eu-west-1:123456789012:alias/orders", true),
        ("alias/aws/secretsmanager", false),
        ("arn:aws:kms:eu-west-1:123456789012:alias/aws/ssm", false),
        ("alias/unknown", false),
    ] {
        let mut scene = Scene::new().key(&delegation());
        scene.secret().key = Some(reference.to_owned());
        assert_eq!(requests(&scene).contains(&decrypt), has_key, "{reference}");
    }
    let mut scene = empty().reference("/prod/db");
    scene.documents.parameters.insert(PARAMETER.to_owned(), parameter("/prod/db", Some(KEY)));
    check(&scene, &[&format!("ssm:GetParameters {PARAMETER}"), &decrypt]);
    assert!(missing(&scene).is_empty());
    scene.documents.parameters.clear();
    assert_eq!(missing(&scene), ["aws ssm describe-parameters"]);
}

#[test]
fn images_name_the_account_and_region_of_their_registry() {
    let check_image = |image: &str, repository: &str, region: &str| {
        let mut scene = empty();
        scene.container().image = Some(image.to_owned());
        check(
            &scene,
            &[
                "ecr:GetAuthorizationToken *",
                &format!("ecr:BatchGetImage {repository}"),
                &format!("ecr:GetDownloadUrlForLayer {repository}"),
                &format!("s3:GetObject arn:aws:s3:::prod-{region}-starport-layer-bucket/*"),
            ],
        );
    };
    let other = "arn:aws:ecr:us-west-2:999988887777:repository/base";
    check_image("999988887777.dkr.ecr.us-west-2.amazonaws.com/base@sha256:0a", other, "us-west-2");
    check_image("999988887777.dkr.ecr.us-west-2.amazonaws.com/base:1@sha256:0a", other, "us-west-2");
    check_image("999988887777.dkr.ecr.us-west-2.amazonaws.com/base", other, "us-west-2");
    for image in ["nginx", "public.ecr.aws/nginx/nginx:1", "quay.io/a/b"] {
        let mut scene = empty();
        scene.container().image = Some(image.to_owned());
        check(&scene, &[]);
    }
}

#[test]
fn an_import_is_needed_while_the_image_is_not_there() {
    let mut scene = empty();
    scene.container().image = Some("123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders/api:1.4".to_owned());
    scene.documents.pull_through_rules.insert(PullThroughRule {
        registry_id: "123456789012".to_owned(),
        prefix: "orders".to_owned(),
        upstream: None,
        created_at: None,
    });
    let has = |scene: &Scene, action: &str| requests(scene).iter().any(|line| line.starts_with(action));
    assert!(!has(&scene, "ecr:BatchImportUpstreamImage"), "the repository is not known");
    let mut scene = scene.whole("ecr describe-repositories");
    assert!(has(&scene, "ecr:BatchImportUpstreamImage") && has(&scene, "ecr:CreateRepository"));
    let mut known = repository();
    known.images = Some(Vec::new());
    scene.documents.repositories.insert(REPOSITORY.to_owned(), known);
    assert!(has(&scene, "ecr:BatchImportUpstreamImage") && !has(&scene, "ecr:CreateRepository"));
}

#[test]
fn files_are_read_from_a_bucket_whose_region_is_requested() {
    let mut scene = empty();
    scene.container().environment_files =
        vec!["arn:aws:s3:::env/prod/app.env".to_owned(), "no arn".to_owned()];
    check(&scene, &["s3:GetBucketLocation arn:aws:s3:::env", "s3:GetObject arn:aws:s3:::env/prod/app.env"]);
}

#[test]
fn a_log_group_is_created_only_if_it_does_not_exist() {
    let mut scene = Scene::new();
    scene.container().log.as_mut().unwrap().creates_group = true;
    let conditional = |scene: &Scene| {
        let found = requests_of_start(&scene.inputs()).requests;
        found
            .into_iter()
            .find(|one| one.action == "logs:CreateLogGroup")
            .map(|one| (one.resource, one.is_conditional))
    };
    assert_eq!(conditional(&scene), Some((format!("{GROUP}:log-stream:"), true)));
    scene.documents.log_groups.insert(GROUP.to_owned(), log_group(GROUP, INCIDENT.plus(DAY)));
    assert!(conditional(&scene).is_some(), "it was created after the failure");
    scene.documents.log_groups.insert(GROUP.to_owned(), log_group(GROUP, INCIDENT.plus(-DAY)));
    assert_eq!(conditional(&scene), None);
}

#[test]
fn layers_available_is_never_a_request_and_equal_needs_are_one() {
    let mut scene = Scene::new();
    let second = scene.definition.containers[0].clone();
    scene.definition.containers.push(second);
    let found = requests(&scene);
    assert!(!found.iter().any(|line| line.contains("BatchCheckLayerAvailability")));
    assert_eq!(found.iter().filter(|line| line.starts_with(GET_SECRET)).count(), 1);
    assert_eq!(found.iter().filter(|line| line.starts_with("ecr:BatchGetImage")).count(), 1);
}

#[test]
fn an_instance_may_pull_and_log_by_its_own_role() {
    let scene = Scene::new();
    let mut inputs = scene.inputs();
    inputs.is_fargate = false;
    let found = requests_of_start(&inputs).requests;
    let actions: Vec<_> = found.iter().map(|one| one.action).collect();
    assert_eq!(actions, ["sts:AssumeRole", "sts:AssumeRole", GET_SECRET]);
}
