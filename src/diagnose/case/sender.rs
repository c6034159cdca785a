//! Where a task sends from: its interface, subnet and security groups, as far as documents tell.

use crate::diagnose::case::{Facts, Subject};
use crate::path::Sender;

/// What is known of the subject as a sender. The interface of a stopped task is gone; what remains is what started it.
pub(super) fn sender(facts: Facts<'_>, subject: &Subject) -> Sender {
    let inventory = facts.inventory;
    let task = subject.task_arn.as_ref().and_then(|arn| inventory.tasks.get(arn));
    let setting = task.and_then(|task| inventory.task_setting_of(task));
    let interface = subject.interface_id.as_ref().and_then(|id| inventory.interface(id));
    let groups = || interface.map(|interface| interface.group_ids.clone()).filter(|ids| !ids.is_empty());
    let public = || interface.map(|interface| interface.public_address.is_some());
    Sender {
        interface_id: subject.interface_id.clone(),
        addresses: subject.addresses.clone(),
        subnet_id: subject.subnet_id.clone(),
        vpc_id: subject.vpc_id.clone(),
        group_ids: groups().or_else(|| setting.as_ref()?.group_ids.clone()),
        has_public_address: public().or_else(|| setting.as_ref()?.has_public_address),
    }
}
