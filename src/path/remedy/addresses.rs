//! A public address behind an internet gateway: for tasks the service's setting, which a running task cannot change, and for
//! instances an Elastic IP address.

use crate::model::deployment::EcsService;
use crate::model::ids::InterfaceId;
use crate::path::change::{Change, ServiceUpdate};
use crate::path::scene::Scene;

/// `assignPublicIp=ENABLED`, at the service that starts the task, if documents show which. IPv6 has no such setting.
pub(super) fn proposal(scene: &Scene<'_>) -> Option<Change> {
    if scene.destination.is_v6 {
        return None;
    }
    if let Some(interface_id) = instance_interface(scene) {
        return Some(Change::AssociateAddress { interface_id });
    }
    let service = service_of(scene);
    let service_arn = service.map(|service| service.arn.clone());
    Some(Change::AssignPublicAddress { service_arn, update: service.and_then(update) })
}

/// The sender's interface, if an instance has it and no task.
fn instance_interface(scene: &Scene<'_>) -> Option<InterfaceId> {
    let interface = scene.inventory.interface(scene.sender.interface_id.as_ref()?)?;
    let is_of_instance = interface.instance_id.is_some() && !interface.kind.is_task();
    is_of_instance.then(|| interface.id.clone())
}

/// The service of the sender's task, otherwise the only one whose tasks start in this subnet with these groups.
fn service_of<'a>(scene: &Scene<'a>) -> Option<&'a EcsService> {
    let interface = scene.sender.interface_id.as_ref();
    let services = || scene.inventory.services.values();
    if let Some(task) = interface.and_then(|id| scene.inventory.task_of_interface(id)) {
        let name = task.service_name.as_ref()?;
        let cluster = task.cluster_arn.as_ref();
        return services().find(|service| &service.name == name && service.cluster_arn.as_ref() == cluster);
    }
    let subnet = scene.sender.subnet_id.as_ref()?;
    let groups = scene.sender.group_ids.as_ref()?;
    let is_its = |service: &&EcsService| {
        let network = service.network.as_ref();
        network.is_some_and(|network| network.subnet_ids.contains(subnet) && &network.group_ids == groups)
    };
    let mut found = services().filter(is_its);
    let first = found.next();
    if found.next().is_none() { first } else { None }
}

fn update(service: &EcsService) -> Option<ServiceUpdate> {
    let network = service.network.as_ref()?;
    Some(ServiceUpdate {
        cluster_arn: service.cluster_arn.clone(),
        name: service.name.clone(),
        subnet_ids: network.subnet_ids.iter().map(ToString::to_string).collect(),
        group_ids: network.group_ids.iter().map(ToString::to_string).collect(),
    })
}
