//! `aws ecs describe-tasks`: reads one item of `tasks` as the description of a [`Task`] at one moment of its life.
//!
//! The `detail` of a Task State Change event has the same fields, except that events call the attachment `eni`. The stage of
//! the task shows which of several descriptions is the latest.

use std::net::IpAddr;

use crate::inventory::item::DocumentItem;
use crate::inventory::item::distinct;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::ids::{InterfaceId, SubnetId, TaskId};
use crate::model::task::Task;
use crate::model::time::Timestamp;

/// `lastStatus` in the order of a task's life.
const STATUSES: [&str; 8] = [
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "DEPROVISIONING",
    "STOPPED",
];

/// The description of a task in one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TaskDescription {
    pub(super) task: Task,
    /// `version`: counts the changes of the task; 0 if it is missing.
    pub(super) version: i64,
    /// Time of the description: `time` of an event, or `updatedAt`.
    pub(super) described_at: Option<Timestamp>,
}

/// Reads one task; none if it has no `taskArn`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<TaskDescription> {
    let arn = item.identifier("taskArn")?;
    let id = arn.rsplit('/').next().filter(|id| !id.is_empty()).unwrap_or(&arn);
    let attachment = Attachment::of(item);
    let task = Task {
        id: TaskId::new(id),
        cluster_arn: item.text("clusterArn"),
        definition_arn: item.text("taskDefinitionArn"),
        service_name: service_name(item),
        started_by: item.text("startedBy"),
        launch_type: launch_type(item),
        platform_version: item.text("platformVersion"),
        platform_family: item.text("platformFamily"),
        container_instance_arn: item.text("containerInstanceArn"),
        interface_id: attachment.text("networkInterfaceId").map(InterfaceId::new),
        addresses: addresses(item, &attachment),
        subnet_id: attachment.text("subnetId").map(SubnetId::new),
        created_at: item.time("createdAt"),
        pull_started_at: item.time("pullStartedAt"),
        pull_stopped_at: item.time("pullStoppedAt"),
        started_at: item.time("startedAt"),
        stopping_at: item.time("stoppingAt"),
        stopped_at: item.time("stoppedAt"),
        last_status: item.text("lastStatus"),
        stop_code: item.text("stopCode"),
        stopped_reason: item.text("stoppedReason"),
        container_reasons: of_containers(item, "reason"),
        images: of_containers(item, "image"),
        arn,
    };
    Some(TaskDescription {
        task,
        version: item.number("version").unwrap_or(0),
        described_at: item.time("updatedAt"),
    })
}

fn service_name(item: DocumentItem<'_>) -> Option<String> {
    let group = item.text("group")?;
    group.strip_prefix("service:").filter(|name| !name.is_empty()).map(str::to_owned)
}

fn launch_type(item: DocumentItem<'_>) -> Option<String> {
    let provider = || item.text("capacityProviderName").filter(|name| name.starts_with("FARGATE"));
    item.text("launchType").or_else(|| provider().map(|_| "FARGATE".to_owned()))
}

fn of_containers(item: DocumentItem<'_>, key: &str) -> Vec<String> {
    item.items("containers").into_iter().filter_map(|container| container.text(key)).collect()
}

/// The addresses of the attachment; without them, for example after a `--query`, those of the containers.
fn addresses(item: DocumentItem<'_>, attachment: &Attachment<'_>) -> Vec<IpAddr> {
    let attached = ["privateIPv4Address", "ipv6Address"];
    let found = distinct(attached.into_iter().filter_map(|name| attachment.address(name)));
    if found.is_empty() { container_addresses(item) } else { found }
}

fn container_addresses(item: DocumentItem<'_>) -> Vec<IpAddr> {
    let interfaces =
        || item.items("containers").into_iter().flat_map(|container| container.items("networkInterfaces"));
    let of = |key| interfaces().filter_map(move |interface| interface.address(key));
    distinct(of("privateIpv4Address").chain(of("ipv6Address")))
}

/// The details of a task's interface: name and value pairs.
struct Attachment<'a> {
    details: Vec<DocumentItem<'a>>,
}

impl<'a> Attachment<'a> {
    fn of(item: DocumentItem<'a>) -> Self {
        let is_interface = |attachment: &DocumentItem<'_>| {
            attachment.text("type").is_some_and(|kind| {
                kind.eq_ignore_ascii_case("ElasticNetworkInterface") || kind.eq_ignore_ascii_case("eni")
            })
        };
        let attachment = item.items("attachments").into_iter().find(is_interface);
        Self { details: attachment.map(|attachment| attachment.items("details")).unwrap_or_default() }
    }

    fn detail(&self, name: &str) -> Option<DocumentItem<'a>> {
        self.details.iter().copied().find(|detail| detail.text("name").as_deref() == Some(name))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.detail(name)?.text("value")
    }

    fn address(&self, name: &str) -> Option<IpAddr> {
        self.detail(name)?.address("value")
    }
}

impl TaskDescription {
    /// The stage of the task, by its status or by its times: the later of both.
    fn stage(&self) -> usize {
        let task = &self.task;
        let known = [
            (task.stopped_at.is_some(), "STOPPED"),
            (task.stopping_at.is_some(), "STOPPING"),
            (task.started_at.is_some(), "RUNNING"),
            (task.pull_started_at.is_some(), "PENDING"),
        ];
        let by_time = known.iter().find(|(known, _)| *known).map(|(_, status)| *status);
        task.last_status.as_deref().map_or(0, place).max(by_time.map_or(0, place))
    }
}

fn place(status: &str) -> usize {
    STATUSES.iter().position(|known| *known == status).map_or(0, |place| place + 1)
}

impl From<TaskDescription> for Task {
    fn from(description: TaskDescription) -> Self {
        description.task
    }
}

impl Describe for TaskDescription {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.task.arn.clone()
    }

    fn rank(&self) -> (usize, i64, Option<Timestamp>) {
        (self.stage(), self.version, self.described_at)
    }

    fn may_change() -> bool {
        true
    }

    fn complete(&mut self, other: &Self) {
        let (task, other) = (&mut self.task, &other.task);
        complete_option(&mut task.cluster_arn, other.cluster_arn.as_ref());
        complete_option(&mut task.definition_arn, other.definition_arn.as_ref());
        complete_option(&mut task.service_name, other.service_name.as_ref());
        complete_option(&mut task.started_by, other.started_by.as_ref());
        complete_option(&mut task.launch_type, other.launch_type.as_ref());
        complete_option(&mut task.platform_version, other.platform_version.as_ref());
        complete_option(&mut task.platform_family, other.platform_family.as_ref());
        complete_option(&mut task.container_instance_arn, other.container_instance_arn.as_ref());
        complete_option(&mut task.interface_id, other.interface_id.as_ref());
        complete_list(&mut task.addresses, &other.addresses);
        complete_option(&mut task.subnet_id, other.subnet_id.as_ref());
        complete_option(&mut task.created_at, other.created_at.as_ref());
        complete_option(&mut task.pull_started_at, other.pull_started_at.as_ref());
        complete_option(&mut task.pull_stopped_at, other.pull_stopped_at.as_ref());
        complete_option(&mut task.started_at, other.started_at.as_ref());
        complete_option(&mut task.stopping_at, other.stopping_at.as_ref());
        complete_option(&mut task.stopped_at, other.stopped_at.as_ref());
        complete_option(&mut task.last_status, other.last_status.as_ref());
        complete_option(&mut task.stop_code, other.stop_code.as_ref());
        complete_option(&mut task.stopped_reason, other.stopped_reason.as_ref());
        complete_list(&mut task.container_reasons, &other.container_reasons);
        complete_list(&mut task.images, &other.images);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    const ARN: &str = "arn:aws:ecs:eu-west-1:123456789012:task/shop/82f6";

    fn read_value(value: &Value) -> (Option<TaskDescription>, Vec<String>) {
        let notes = Notes::default();
        let task = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (task, notes.into_inner())
    }

    fn stopped() -> Value {
        json!({
            "taskArn": ARN, "clusterArn": "arn:aws:ecs:eu-west-1:123456789012:cluster/shop", "group": "service:orders",
            "capacityProviderName": "FARGATE_SPOT", "lastStatus": "STOPPED", "stopCode": "TaskFailedToStart",
            "createdAt": 1_795_403_520.5, "stoppedAt": "2026-11-23T04:15:00.123000+01:00",
            "stoppedReason": "ResourceInitializationError: …", "version": 4,
            "attachments": [
                {"type": "Service Connect", "details": [{"name": "ContainerName", "value": "x"}]},
                {"type": "ElasticNetworkInterface", "details": [
                    {"name": "subnetId", "value": "subnet-1"}, {"name": "networkInterfaceId", "value": "eni-1"},
                    {"name": "privateIPv4Address", "value": "10.40.1.31"}, {"name": "ipv6Address", "value": "2001:db8::1"}]}],
            "containers": [{"image": "a/b:1", "reason": "CannotPull"}, {"image": "c/d:2"}]
        })
    }

    #[test]
    fn the_output_of_the_command_is_read() {
        let (found, notes) = read_value(&stopped());
        let found = found.unwrap();
        let task = &found.task;
        assert!(notes.is_empty(), "{notes:?}");
        assert_eq!((task.id.as_str(), task.arn.as_str(), found.version), ("82f6", ARN, 4));
        assert_eq!(task.service_name.as_deref(), Some("orders"));
        assert_eq!(task.launch_type.as_deref(), Some("FARGATE"));
        assert_eq!(task.interface_id, Some(InterfaceId::new("eni-1")));
        assert_eq!(task.subnet_id, Some(SubnetId::new("subnet-1")));
        assert_eq!(task.addresses.len(), 2);
        assert_eq!(task.created_at, Some(Timestamp(1_795_403_520)));
        assert_eq!(task.stopped_at, Some(Timestamp(1_795_403_700)));
        assert_eq!(task.container_reasons, ["CannotPull"]);
        assert_eq!(task.images, ["a/b:1", "c/d:2"]);
    }

    #[test]
    fn an_event_calls_its_attachment_eni() {
        let mut value = stopped();
        value["attachments"][1]["type"] = json!("eni");
        assert_eq!(read_value(&value).0.unwrap().task.interface_id, Some(InterfaceId::new("eni-1")));
    }

    #[test]
    fn the_address_comes_from_containers_if_the_attachment_has_none() {
        let interface = json!([{"privateIpv4Address": "10.0.0.9", "attachmentId": "1"}]);
        let value =
            json!({"taskArn": ARN, "group": "family:x", "containers": [{"networkInterfaces": interface}]});
        let task = read_value(&value).0.unwrap().task;
        assert_eq!(task.addresses, ["10.0.0.9".parse::<IpAddr>().unwrap()]);
        assert_eq!(task.service_name, None);
    }

    #[test]
    fn a_later_stage_outranks_any_version() {
        let rank = |value: Value| {
            let mut full = json!({ "taskArn": ARN });
            full.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
            read_value(&full).0.unwrap().rank()
        };
        let ordered = [
            json!({}),
            json!({"lastStatus": "PENDING", "version": 2}),
            json!({"startedAt": 1_795_403_520, "version": 9}),
            json!({"lastStatus": "STOPPING"}),
            json!({"lastStatus": "STOPPED", "version": 1}),
            json!({"stoppedAt": 1_795_403_520, "version": 5}),
        ]
        .map(rank);
        assert!(ordered.is_sorted(), "{ordered:?}");
    }

    #[test]
    fn a_task_requires_its_arn() {
        assert_eq!(read_value(&json!({"group": "x"})).1, ["expected `taskArn`, found none"]);
        assert_eq!(read_value(&json!({"taskArn": "82f6"})).0.unwrap().task.id, TaskId::new("82f6"));
    }
}
