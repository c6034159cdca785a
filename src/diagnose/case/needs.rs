//! The services that a task's start contacts, in the order of a start: from its task definition, else from its image and
//! stopped reason.

use crate::attribution::endpoints::other_region;
use crate::diagnose::case::{Facts, Subject};
use crate::diagnose::stopped_reason::{Phase, StoppedReason};
use crate::model::deployment::Need;
use crate::model::service::Service;
use crate::path::region_of;

/// The services a start contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// In the order of a start, each once.
    pub services: Vec<Service>,
    /// Hosts outside AWS, such as another registry: no endpoint serves them.
    pub hosts: Vec<String>,
    /// Services that are needed in another Region only.
    pub elsewhere: Vec<Service>,
    /// Whether the task definition states them; otherwise they are the services that such a start usually contacts.
    pub is_stated: bool,
}

/// Reads them from the task definition, or assumes the usual ones.
pub(super) fn needs(facts: Facts<'_>, subject: &Subject, reason: &StoppedReason) -> Needs {
    let host = match reason.requested_service() {
        Some(Service::Other(name)) if is_foreign(reason) => Some(name),
        _ => None,
    };
    let task = subject.task_arn.as_ref().and_then(|arn| facts.inventory.tasks.get(arn));
    let definition = task.and_then(|task| facts.inventory.task_definition_of(task));
    if let Some(definition) = definition {
        let mut services: Vec<Service> = Vec::new();
        for need in &definition.needs {
            if !services.contains(&need.service) {
                services.push(need.service.clone());
            }
        }
        let hosts = definition.needs.iter().filter_map(|need| need.host.clone()).chain(host).collect();
        let is_elsewhere =
            |need: &&Need| other_region(facts.inventory, subject.vpc_id.as_ref(), need).is_some();
        let is_own = |service: &Service| {
            definition.needs.iter().any(|need| need.service == *service && !is_elsewhere(&need))
        };
        let elsewhere = services.iter().filter(|service| !is_own(service)).cloned().collect();
        return Needs { services, hosts, elsewhere, is_stated: true };
    }
    let services = usual(subject, reason);
    let own = subject.vpc_id.as_ref().and_then(|vpc| region_of(facts.inventory, vpc));
    let is_elsewhere = reason.region().zip(own).is_some_and(|(named, own)| named != own);
    let elsewhere = reason.requested_service().into_iter().filter(|_| is_elsewhere).collect();
    Needs { services, hosts: host.into_iter().collect(), elsewhere, is_stated: false }
}

/// Whether the host in the stopped reason is none of an endpoint's: not AWS's, or a bucket of another registry.
fn is_foreign(reason: &StoppedReason) -> bool {
    let host = reason.host.as_deref();
    host.is_some_and(|host| matches!(Service::from_host(host), None | Some(Service::S3)))
}

/// An image from ECR takes the token, the manifest and the layers; secrets and logs are there if the reason names them.
fn usual(subject: &Subject, reason: &StoppedReason) -> Vec<Service> {
    let images = &subject.images;
    let is_ecr = images.is_empty() || images.iter().any(|image| image.contains(".dkr.ecr."));
    let mut services: Vec<Service> = reason.service.iter().cloned().collect();
    if is_ecr {
        services.extend([Service::EcrApi, Service::EcrDkr, Service::S3]);
    }
    if reason.phase == Some(Phase::Logging) {
        services.push(Service::Logs);
    }
    services.sort();
    services.dedup();
    services
}
