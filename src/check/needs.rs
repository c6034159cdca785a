//! The services that a task contacts while it starts: those of its definition, otherwise those that most tasks contact.

use crate::inventory::Inventory;
use crate::model::deployment::Need;
use crate::model::service::Service;

/// The services that a start contacts, in order, each once, and whether a task definition names them.
pub(super) fn needs(inventory: &Inventory, definition_arn: Option<&String>) -> (Vec<Need>, bool) {
    match definition_arn.and_then(|arn| inventory.task_definitions.get(arn)) {
        Some(definition) => (once_each(&definition.needs), true),
        None => (usual(), false),
    }
}

/// The service that ECS Exec contacts after the start, from the network of the task.
pub(super) fn exec_need() -> Need {
    Need {
        service: Service::SsmMessages,
        region: None,
        reason: "enableExecuteCommand, for ECS Exec after the start".to_owned(),
        host: None,
    }
}

fn once_each(needs: &[Need]) -> Vec<Need> {
    let mut once: Vec<Need> = Vec::new();
    for need in needs {
        let is_same = |known: &Need| {
            (&known.service, &known.host, &known.region) == (&need.service, &need.host, &need.region)
        };
        if !once.iter().any(is_same) {
            once.push(need.clone());
        }
    }
    once
}

/// The services that a task with an image of ECR, secrets and the awslogs driver contacts.
fn usual() -> Vec<Need> {
    let reason = [
        (Service::SecretsManager, "secrets, if the task has any"),
        (Service::Ssm, "parameters, if the task has any"),
        (Service::EcrApi, "the token of ECR, if the image is there"),
        (Service::Logs, "the log stream, if the driver is awslogs"),
        (Service::EcrDkr, "the manifest, if the image is in ECR"),
        (Service::S3, "the layers, if the image is in ECR"),
    ];
    let need = |(service, reason): (Service, &str)| Need {
        service,
        region: None,
        reason: reason.to_owned(),
        host: None,
    };
    reason.map(need).into()
}
