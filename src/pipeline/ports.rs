//! The ports of a run: those that a start contacts according to the documents, and those of the options.

use std::collections::BTreeSet;

use crate::diagnose::stopped_reason::{Phase, StoppedReason};
use crate::inventory::Inventory;
use crate::model::deployment::{Need, port_of_host, registry_of_image};
use crate::model::protocol::{DNS_PORT, HTTPS_PORT, NFS_PORT};
use crate::model::task::Task;

/// Returns the ports whose records are retained, sorted: 443 and 53, those of the options, those that a task definition
/// or an image needs, and the port in a stopped reason.
pub(super) fn start_ports(of_options: &[u16], inventory: &Inventory) -> Vec<u16> {
    let mut ports: BTreeSet<u16> =
        [DNS_PORT, HTTPS_PORT].into_iter().chain(of_options.iter().copied()).collect();
    let needs = inventory.task_definitions.values().flat_map(|definition| &definition.needs);
    ports.extend(needs.map(Need::port));
    ports.extend(inventory.tasks.values().flat_map(ports_of_task));
    ports.into_iter().collect()
}

/// The ports that the document of one task shows.
fn ports_of_task(task: &Task) -> BTreeSet<u16> {
    let mut ports: BTreeSet<u16> =
        task.images.iter().filter_map(|image| port_of_host(registry_of_image(image))).collect();
    let texts = task.stopped_reason.iter().chain(&task.container_reasons);
    for reason in texts.map(|text| StoppedReason::parse(text)) {
        ports.extend(reason.address.map(|dialled| dialled.port()).filter(|port| *port > 0));
        if reason.phase == Some(Phase::FileSystem) {
            ports.insert(NFS_PORT);
        }
    }
    ports
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    fn check(of_options: &[u16], document: &Value, want: &[u16]) {
        let text = document.to_string();
        let (inventory, ..) = parse([("f", text.as_bytes())]);
        assert_eq!(start_ports(of_options, &inventory), want, "{document}");
    }

    #[test]
    fn ports_come_from_options_and_documents() {
        check(&[], &json!({}), &[53, 443]);
        check(&[8443, 443], &json!({}), &[53, 443, 8443]);
        let volume = json!([{"efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]);
        let definition = |image: &str, volumes: &Value| {
            json!({"taskDefinition": {"taskDefinitionArn": "shop:7", "containerDefinitions": [{"image": image}],
                                      "volumes": volumes}})
        };
        check(&[], &definition("nginx", &volume), &[53, 443, 2049]);
        check(&[], &definition("registry.example:5000/a", &json!([])), &[53, 443, 5000]);
    }

    #[test]
    fn ports_of_a_task_without_its_definition() {
        let task = |fields: Value| {
            let mut task = json!({"taskArn": "t/1"});
            task.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            json!({ "tasks": [task] })
        };
        check(&[], &task(json!({"containers": [{"image": "registry.example:5000/a:1"}]})), &[53, 443, 5000]);
        check(&[], &task(json!({"stoppedReason": "failed to invoke EFS utils commands"})), &[53, 443, 2049]);
        let dialled = json!({"containers": [{"reason": "CannotPullContainerError: dial tcp 10.0.0.9:8443: i/o timeout"}]});
        check(&[], &task(dialled), &[53, 443, 8443]);
    }
}
