//! Where a task sends from: its interface, subnet and security groups, as far as documents show.

use crate::diagnose::case::{Facts, Subject};
use crate::model::container_instance::StartInterface;
use crate::path::Sender;

/// The source of the security groups of a task that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSource {
    /// The source in a sentence, such as `AWS Config`.
    pub name: String,
    /// Whether the source describes the task itself. Groups of its siblings are assumed.
    pub is_own: bool,
}

/// Returns the source of the subject's security groups, if a report should name it.
pub(super) fn groups_from(facts: Facts<'_>, subject: &Subject) -> Option<GroupSource> {
    let task = subject.task_arn.as_ref().and_then(|arn| facts.inventory.tasks.get(arn))?;
    let learned =
        (!subject.start.is_of_instance()).then(|| facts.inventory.task_network_of(task).group_ids)??;
    let name = match (learned.from, &learned.sibling) {
        (_, Some(sibling)) => format!("the interface of task {sibling} of the same service, and are assumed"),
        ("describe-network-interfaces" | "describe-services", None) => return None,
        ("deployment", None) => "the deployment that started it, which is not the present one".to_owned(),
        ("task set", None) => "the task set that started it".to_owned(),
        (other, None) => other.to_owned(),
    };
    Some(GroupSource { name, is_own: learned.sibling.is_none() })
}

/// Returns the known properties of the subject as a sender. The interface of a stopped task no longer exists, so the service
/// or the call that started the task is read. If the start sends from the interface of an instance, only that counts.
pub(super) fn sender(facts: Facts<'_>, subject: &Subject) -> Sender {
    let inventory = facts.inventory;
    let task = subject.task_arn.as_ref().and_then(|arn| inventory.tasks.get(arn));
    let own = task.filter(|_| !subject.start.is_of_instance());
    let network = own.map(|task| inventory.task_network_of(task)).unwrap_or_default();
    let interface = subject.interface_id.as_ref().and_then(|id| inventory.interface(id));
    let groups = || interface.map(|interface| interface.group_ids.clone()).filter(|ids| !ids.is_empty());
    // CloudTrail shows an interface before it has its public address.
    let shown = interface.filter(|interface| inventory.shows_public_address(&interface.id));
    let public = || shown.map(|interface| interface.public_address.is_some());
    // A task with an interface of its own on an instance never has a public address.
    let is_on_instance = matches!(subject.start, StartInterface::OfUnknownInstance { .. });
    let never = is_on_instance.then_some(false);
    Sender {
        interface_id: subject.interface_id.clone(),
        addresses: subject.addresses.clone(),
        subnet_id: subject.subnet_id.clone(),
        vpc_id: subject.vpc_id.clone(),
        group_ids: network.group_ids.map(|learned| learned.value).or_else(groups),
        has_public_address: never
            .or_else(|| network.has_public_address.map(|learned| learned.value))
            .or_else(public),
    }
}
