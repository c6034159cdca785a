//! Resources that a start uses: what shows that one exists, is missing, or is another one.

use serde_json::json;

use super::scene::*;
use crate::authorization::{RequestSubject, ResourceState, StartResource, fix_resource, resources_of_start};
use crate::model::access::Image;

fn resources(scene: &Scene) -> Vec<StartResource> {
    resources_of_start(&scene.inputs())
}

fn state(scene: &Scene, is_wanted: fn(&RequestSubject) -> bool) -> ResourceState {
    resources(scene).into_iter().find(|one| is_wanted(&one.subject)).unwrap().state
}

fn secret_state(scene: &Scene) -> ResourceState {
    state(scene, |subject| matches!(subject, RequestSubject::Secret { .. }))
}

fn parameter_state(scene: &Scene) -> ResourceState {
    state(scene, |subject| matches!(subject, RequestSubject::Parameter { .. }))
}

fn group_state(scene: &Scene) -> ResourceState {
    state(scene, |subject| matches!(subject, RequestSubject::LogGroup(_)))
}

fn image_state(scene: &Scene) -> ResourceState {
    state(scene, |subject| matches!(subject, RequestSubject::Image { .. }))
}

#[test]
fn a_described_secret_exists_with_its_current_version() {
    assert_eq!(secret_state(&Scene::new()), ResourceState::Exists);
    let mut scene = Scene::new();
    scene.secret().stages = Some(vec!["AWSPENDING".to_owned()]);
    assert_eq!(secret_state(&scene), ResourceState::NoVersion("AWSCURRENT".to_owned()));
    scene.secret().stages = None;
    assert_eq!(secret_state(&scene), ResourceState::Exists);
    let staged = Scene::new().reference(&format!("{SECRET}::AWSPREVIOUS:"));
    assert_eq!(secret_state(&staged), ResourceState::NoVersion("AWSPREVIOUS".to_owned()));
    let versioned = Scene::new().reference(&format!("{SECRET}:::0f1e"));
    assert_eq!(secret_state(&versioned), ResourceState::Exists);
}

#[test]
fn dates_of_a_secret_decide() {
    let mut scene = Scene::new();
    scene.secret().deleted_at = Some(INCIDENT.plus(-DAY));
    assert_eq!(secret_state(&scene), ResourceState::MarkedForDeletion(INCIDENT.plus(-DAY)));
    scene.secret().deleted_at = Some(INCIDENT.plus(DAY));
    assert_eq!(secret_state(&scene), ResourceState::Exists, "it was deleted after the failure");
    scene.secret().created_at = Some(INCIDENT.plus(DAY));
    assert_eq!(secret_state(&scene), ResourceState::CreatedLater(INCIDENT.plus(DAY)));
}

#[test]
fn only_a_whole_list_shows_that_a_secret_is_missing() {
    let mut scene = Scene::new();
    scene.documents.secrets.clear();
    assert_eq!(secret_state(&scene), ResourceState::NotKnown);
    let mut scene = scene.whole("secretsmanager list-secrets");
    assert!(matches!(secret_state(&scene), ResourceState::Missing(_)));
    let far = SECRET.replace("eu-west-1", "us-east-1").replace("AbC1dE", "QqQ2rR");
    scene.documents.secrets.insert(far.clone(), secret(&far));
    assert_eq!(secret_state(&scene), ResourceState::OtherRegion(far));
    let again = SECRET.replace("AbC1dE", "QqQ2rR");
    scene.documents.secrets.insert(again.clone(), secret(&again));
    assert_eq!(secret_state(&scene), ResourceState::OtherSuffix(again));
}

#[test]
fn the_default_key_serves_its_own_account_only() {
    let far = SECRET.replace("123456789012", "999988887777");
    let mut scene = Scene::new().reference(&far);
    scene.documents.secrets.insert(far.clone(), secret(&far));
    assert_eq!(secret_state(&scene), ResourceState::ForeignDefaultKey);
    scene.documents.secrets.get_mut(&far).unwrap().is_described = false;
    assert_eq!(secret_state(&scene), ResourceState::Exists);
}

#[test]
fn parameters_are_found_by_arn_or_name() {
    let mut scene = Scene::new().reference("/prod/db");
    assert_eq!(parameter_state(&scene), ResourceState::NotKnown);
    scene = scene.whole("ssm describe-parameters");
    assert!(matches!(parameter_state(&scene), ResourceState::Missing(_)));
    let mut far = parameter("/prod/db", None);
    far.arn = far.arn.map(|arn| arn.replace("eu-west-1", "us-east-1"));
    scene.documents.parameters.insert("far".to_owned(), far);
    assert!(matches!(parameter_state(&scene), ResourceState::OtherRegion(_)));
    let mut old = parameter("/prod/db", None);
    old.arn = None;
    scene.documents.parameters.insert("/prod/db".to_owned(), old);
    assert_eq!(parameter_state(&scene), ResourceState::Exists);
    assert_eq!(parameter_state(&Scene::new().reference("/api//key")), ResourceState::InvalidName);
    let double = PARAMETER.replace(":parameter/", ":parameter//");
    assert_eq!(parameter_state(&Scene::new().reference(&double)), ResourceState::InvalidName);
}

#[test]
fn log_groups_need_a_whole_list_or_a_date() {
    let mut scene = Scene::new();
    assert_eq!(group_state(&scene), ResourceState::NotKnown);
    scene = scene.whole("logs describe-log-groups");
    assert!(matches!(group_state(&scene), ResourceState::Missing(_)));
    let far = GROUP.replace("eu-west-1", "us-east-1");
    scene.documents.log_groups.insert(far.clone(), log_group(&far, INCIDENT.plus(-DAY)));
    assert_eq!(group_state(&scene), ResourceState::OtherRegion(far));
    scene.documents.log_groups.insert(GROUP.to_owned(), log_group(GROUP, INCIDENT.plus(DAY)));
    assert_eq!(group_state(&scene), ResourceState::CreatedLater(INCIDENT.plus(DAY)));
    scene.documents.log_groups.insert(GROUP.to_owned(), log_group(GROUP, INCIDENT.plus(-DAY)));
    assert_eq!(group_state(&scene), ResourceState::Exists);
}

#[test]
fn images_are_found_by_tag_or_digest() {
    let mut scene = Scene::new();
    assert_eq!(image_state(&scene), ResourceState::NotKnown);
    scene = scene.whole("ecr describe-repositories");
    assert!(matches!(image_state(&scene), ResourceState::Missing(_)));
    let mut with = |images: Option<Vec<Image>>| {
        let mut known = repository();
        known.images = images;
        scene.documents.repositories.insert(REPOSITORY.to_owned(), known);
        image_state(&scene)
    };
    let image = |tag: &str| Image {
        digest: "sha256:0a".to_owned(),
        tags: vec![tag.to_owned()],
        pushed_at: Some(INCIDENT.plus(DAY)),
    };
    assert_eq!(with(None), ResourceState::NotKnown);
    let pushed = with(Some(vec![image("1.4")]));
    assert_eq!(pushed, ResourceState::PushedLater(INCIDENT.plus(DAY)));
    assert!(!pushed.is_fault(), "a tag moves");
    assert!(matches!(with(Some(vec![image("1.3")])), ResourceState::Missing(_)));
}

#[test]
fn a_key_must_be_enabled() {
    let mut scene = Scene::new().key(&delegation());
    let key_state = |scene: &Scene| state(scene, |subject| matches!(subject, RequestSubject::Key { .. }));
    assert_eq!(key_state(&scene), ResourceState::Exists);
    scene.documents.keys.get_mut(KEY_ID).unwrap().state = Some("Disabled".to_owned());
    assert_eq!(key_state(&scene), ResourceState::KeyState("Disabled".to_owned()));
}

#[test]
fn fixes_of_resources_are_commands_of_plain_words() {
    let command = |scene: &Scene| {
        let faults = resources(scene).into_iter().filter(|one| one.state.is_fault());
        faults.filter_map(|one| fix_resource(&one)).flat_map(|fix| fix.commands).collect::<Vec<_>>()
    };
    assert!(command(&Scene::new()).is_empty());
    let mut scene = Scene::new().whole("logs describe-log-groups");
    assert_eq!(
        command(&scene),
        ["aws logs create-log-group --log-group-name /ecs/orders --region eu-west-1"]
    );
    scene.container().log.as_mut().unwrap().group = Some("/ecs/$(id)".to_owned());
    assert!(command(&scene).is_empty());
    let mut scene = Scene::new();
    scene.secret().deleted_at = Some(INCIDENT.plus(-DAY));
    assert_eq!(
        command(&scene),
        [format!("aws secretsmanager restore-secret --secret-id {SECRET} --region eu-west-1")]
    );
    let mut scene = Scene::new().key(&json!([]));
    scene.documents.keys.get_mut(KEY_ID).unwrap().state = Some("Disabled".to_owned());
    assert_eq!(command(&scene), [format!("aws kms enable-key --key-id {KEY_ID} --region eu-west-1")]);
}
