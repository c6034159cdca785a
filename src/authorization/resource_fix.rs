//! Fixes for resources that do not exist or cannot be used.

use crate::authorization::arguments::plain_argument;
use crate::authorization::existence::{ResourceState, StartResource};
use crate::authorization::requests::RequestSubject;
use crate::finding::Fix;
use crate::model::arn::Arn;

/// The fix for a resource that the start cannot use; none if nothing is wrong with it. A change of the task definition or of a
/// name cannot be tried on documents.
#[must_use]
pub fn fix_resource(resource: &StartResource) -> Option<Fix> {
    let id = &resource.id;
    let region = resource.region.as_deref().and_then(plain_argument);
    let command = |call: &str, argument: &str| {
        let (argument, region) = (plain_argument(argument)?, region?);
        Some(format!("aws {call} {argument} --region {region}"))
    };
    let (text, command) = match (&resource.state, &resource.subject) {
        (ResourceState::Exists | ResourceState::NotKnown, _) => return None,
        (ResourceState::MarkedForDeletion(_), _) => (
            format!("Restore the secret {id}, or name another one in the task definition."),
            command("secretsmanager restore-secret --secret-id", id),
        ),
        (ResourceState::Missing(_) | ResourceState::OtherRegion(_), RequestSubject::LogGroup(name)) => (
            format!(
                "Create the log group {name}, or set `awslogs-create-group` and allow logs:CreateLogGroup."
            ),
            command("logs create-log-group --log-group-name", name),
        ),
        (ResourceState::KeyState(state), RequestSubject::Key { id, .. }) => key_fix(state, id, command),
        (ResourceState::OtherRegion(arn), RequestSubject::Secret { .. }) => replication(id, arn),
        (ResourceState::OtherSuffix(arn) | ResourceState::OtherRegion(arn), _) => {
            (format!("Name {arn} in a new revision of the task definition."), None)
        }
        (ResourceState::CreatedLater(_) | ResourceState::PushedLater(_), _) => {
            (format!("{id} exists now: start the task again."), None)
        }
        (ResourceState::NoVersion(stage), _) => {
            (format!("Give the secret {id} a value with the staging label {stage}."), None)
        }
        (ResourceState::ForeignDefaultKey, _) => (
            format!("Encrypt the secret {id} with a customer managed key that the execution role may use."),
            None,
        ),
        (ResourceState::InvalidName, _) => {
            (format!("Write the name {id} without an empty level in the task definition."), None)
        }
        (ResourceState::Missing(_) | ResourceState::KeyState(_), _) => {
            (format!("Create {id}, or name another one in the task definition."), None)
        }
    };
    Some(Fix { text, commands: command.into_iter().collect(), verified: false })
}

/// The fix for a secret of another Region. A replica has the ARN of its secret, except for the Region, so the task definition
/// stays as it is, unless it names another suffix.
fn replication(wanted: &str, stored: &str) -> (String, Option<String>) {
    let (Some(to), Some(from)) = (Arn::parse(wanted), Arn::parse(stored)) else {
        return (format!("Name {stored} in a new revision of the task definition."), None);
    };
    let (to_region, from_region) = (to.region, from.region);
    let rename =
        if to.resource == from.resource { "" } else { ", and name the replica in the task definition" };
    let text = format!(
        "Replicate the secret {stored} to {to_region}{rename}. Or name it in a new revision of the task definition: the task \
         then needs a path to Secrets Manager in {from_region}."
    );
    let plain = (plain_argument(stored), plain_argument(to_region), plain_argument(from_region));
    let (Some(stored), Some(to_region), Some(from_region)) = plain else { return (text, None) };
    let call = "aws secretsmanager replicate-secret-to-regions";
    let command = format!(
        "{call} --secret-id {stored} --add-replica-regions Region={to_region} --region {from_region}"
    );
    (text, Some(command))
}

fn key_fix(
    state: &str,
    id: &str,
    command: impl Fn(&str, &str) -> Option<String>,
) -> (String, Option<String>) {
    match state {
        "Disabled" => (format!("Enable the key {id}."), command("kms enable-key --key-id", id)),
        "PendingDeletion" => (
            format!("Cancel the deletion of the key {id}, and then enable it."),
            command("kms cancel-key-deletion --key-id", id),
        ),
        _ => (format!("The key {id} is {state}: use another key, and encrypt the value again."), None),
    }
}
