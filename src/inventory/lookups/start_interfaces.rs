//! The interface from which the start of a task sends.
//!
//! On Fargate that is the task's own interface. On EC2 the agent and the container runtime use the network of the instance in
//! every network mode, so it is the primary interface of the container instance. Sources: Amazon ECS Developer Guide,
//! "Fargate task networking"; the agent's own container has the network mode `host` (`aws/amazon-ecs-agent`).

use crate::inventory::Inventory;
use crate::model::container_instance::{ContainerInstance, StartInterface};
use crate::model::ids::InstanceId;
use crate::model::interface::NetworkInterface;
use crate::model::task::Task;

/// The launch type of ECS Managed Instances: AWS does not state which interface pulls the image.
const MANAGED: &str = "MANAGED_INSTANCES";

impl Inventory {
    /// The interface from which the start of a task sends, by its launch type and its container instance.
    #[must_use]
    pub fn start_interface_of(&self, task: &Task) -> StartInterface {
        match task.launch_type.as_deref() {
            Some("EXTERNAL") => StartInterface::External,
            Some("FARGATE") => self.start_on_fargate(task),
            None if task.container_instance_arn.is_none() => self.start_on_fargate(task),
            launch_type => self.start_on_instance(task, launch_type != Some(MANAGED)),
        }
    }

    /// The primary interface of an instance: that of device index 0, or its only one; none if no document shows it.
    #[must_use]
    pub fn primary_interface_of(&self, instance: &InstanceId) -> Option<&NetworkInterface> {
        let mut primary = self.interfaces_of_instance(instance).filter(|own| own.device_index == Some(0));
        primary.next().or_else(|| {
            let unnumbered = self.interfaces_of_instance(instance).filter(|own| own.device_index.is_none());
            super::only(unnumbered).filter(|_| super::only(self.interfaces_of_instance(instance)).is_some())
        })
    }

    fn start_on_instance(&self, task: &Task, is_stated: bool) -> StartInterface {
        let arn = task.container_instance_arn.as_ref();
        let described = arn.and_then(|arn| self.container_instances.get(arn));
        let Some(instance_id) = described.and_then(|one| one.instance_id.clone()) else {
            return StartInterface::OfUnknownInstance {
                instance_id: None,
                is_described: described.is_some(),
            };
        };
        if described.is_some_and(ContainerInstance::is_external) {
            return StartInterface::External;
        }
        match self.primary_interface_of(&instance_id) {
            Some(_) => StartInterface::OfInstance { instance_id, is_stated },
            None => StartInterface::OfUnknownInstance { instance_id: Some(instance_id), is_described: true },
        }
    }

    /// Platform versions of Linux before 1.4 start tasks over an interface of Fargate. Windows numbers its versions by itself,
    /// and each of them starts tasks over the task's interface.
    fn start_on_fargate(&self, task: &Task) -> StartInterface {
        let is_old =
            |version: &String| ["1.0.", "1.1.", "1.2.", "1.3."].iter().any(|old| version.starts_with(old));
        if task.platform_version.as_ref().is_some_and(is_old) && !self.is_windows(task) {
            StartInterface::OfFargate
        } else {
            StartInterface::Own
        }
    }

    /// Whether a task runs on Windows, by its own document or by its task definition.
    fn is_windows(&self, task: &Task) -> bool {
        let of_definition = || self.task_definition_of(task)?.operating_system.as_ref();
        let family = task.platform_family.as_ref().or_else(of_definition);
        family.is_some_and(|family| family.to_ascii_uppercase().starts_with("WINDOWS"))
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    const INSTANCE: &str = r#"{"containerInstances": [{"containerInstanceArn": "ci/1", "ec2InstanceId": "i-1"},
        {"containerInstanceArn": "ci/2", "ec2InstanceId": "mi-2"}, {"containerInstanceArn": "ci/3"}]}"#;

    fn check(task: Value, documents: &[Value], want: &StartInterface) {
        let mut whole = json!({"taskArn": "t/1"});
        whole.as_object_mut().unwrap().extend(task.as_object().unwrap().clone());
        let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let tasks = json!({ "tasks": [whole] }).to_string();
        let all = texts.iter().map(String::as_str).chain([INSTANCE, tasks.as_str()]);
        let (inventory, ..) = parse(all.map(|text| ("f", text.as_bytes())));
        assert_eq!(inventory.start_interface_of(&inventory.tasks["t/1"]), *want, "{task}");
    }

    #[test]
    fn fargate_starts_over_the_tasks_interface() {
        let check = |fields: Value, want: StartInterface| check(fields, &[], &want);
        check(json!({}), StartInterface::Own);
        check(json!({"launchType": "FARGATE", "platformVersion": "1.4.0"}), StartInterface::Own);
        check(json!({"launchType": "FARGATE", "platformVersion": "1.3.0"}), StartInterface::OfFargate);
        let windows = json!({"platformVersion": "1.0.0", "platformFamily": "WINDOWS_SERVER_2022_CORE"});
        check(windows, StartInterface::Own);
        check(json!({"platformVersion": "1.0.0", "platformFamily": "Linux"}), StartInterface::OfFargate);
    }

    #[test]
    fn windows_is_known_from_the_task_definition_too() {
        let definition = json!({"taskDefinition": {"taskDefinitionArn": "shop:7", "containerDefinitions": [],
            "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2019_FULL"}}});
        let task = json!({"platformVersion": "1.0.0", "taskDefinitionArn": "shop:7"});
        check(task, &[definition], &StartInterface::Own);
    }

    #[test]
    fn other_tasks_start_over_the_primary_interface_of_their_instance() {
        let interface = |id: &str, index: Value| json!({"NetworkInterfaceId": id, "Groups": [], "Attachment": {"InstanceId": "i-1", "DeviceIndex": index}});
        let interfaces = |items: &[Value]| json!({ "NetworkInterfaces": items });
        let of_instance =
            |is_stated| StartInterface::OfInstance { instance_id: InstanceId::new("i-1"), is_stated };
        let unknown = |id: Option<&str>, is_described| StartInterface::OfUnknownInstance {
            instance_id: id.map(InstanceId::new),
            is_described,
        };
        let both = interfaces(&[interface("eni-1", json!(1)), interface("eni-2", json!(0))]);
        let task =
            |launch_type: &str, arn: &str| json!({"launchType": launch_type, "containerInstanceArn": arn});
        check(task("EC2", "ci/1"), from_ref(&both), &of_instance(true));
        check(json!({"containerInstanceArn": "ci/1"}), from_ref(&both), &of_instance(true));
        check(task("MANAGED_INSTANCES", "ci/1"), from_ref(&both), &of_instance(false));
        check(task("EC2", "ci/1"), &[interfaces(&[interface("eni-1", Value::Null)])], &of_instance(true));
        check(
            task("EC2", "ci/1"),
            &[interfaces(&[interface("eni-1", json!(1))])],
            &unknown(Some("i-1"), true),
        );
        check(task("EC2", "ci/1"), &[], &unknown(Some("i-1"), true));
        check(task("EC2", "ci/2"), from_ref(&both), &StartInterface::External);
        check(task("EC2", "ci/3"), from_ref(&both), &unknown(None, true));
        check(task("EC2", "ci/9"), from_ref(&both), &unknown(None, false));
        check(json!({"launchType": "EC2"}), &[both], &unknown(None, false));
        check(json!({"launchType": "EXTERNAL"}), &[], &StartInterface::External);
    }
}
