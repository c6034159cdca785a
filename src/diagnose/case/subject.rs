//! The subject of a diagnosis: a task, or an interface that looks like a task's.

use std::net::IpAddr;

use crate::diagnose::stopped_reason::{StoppedReason, is_start_failure};
use crate::inventory::Inventory;
use crate::model::container_instance::StartInterface;
use crate::model::ids::{InterfaceId, SubnetId, TaskId, VpcId};
use crate::model::task::Task;
use crate::model::time::{Timestamp, Window};

/// Seconds before its creation and after its stop in which records of a task may lie: they are stamped late, not early,
/// but clocks of different services differ.
const MARGIN: i64 = 60;
/// Seconds a record may wait for its window to close.
const LONGEST_INTERVAL: i64 = 600;

/// A task, or the interface that stands for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// Task id, where known.
    pub task_id: Option<TaskId>,
    /// Task ARN, where known.
    pub task_arn: Option<String>,
    /// Its interface, where known.
    pub interface_id: Option<InterfaceId>,
    /// Its addresses, the primary first. Another task may have them before and after.
    pub addresses: Vec<IpAddr>,
    /// Its subnet.
    pub subnet_id: Option<SubnetId>,
    /// Its VPC.
    pub vpc_id: Option<VpcId>,
    /// Its service's name.
    pub service_name: Option<String>,
    /// From its creation to its stop; the time of all records if no document states it.
    pub lived: Window,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `stoppedAt`.
    pub stopped_at: Option<Timestamp>,
    /// `stoppedReason`, or a container's, as written.
    pub stopped_reason: Option<String>,
    /// `containers[].image`.
    pub images: Vec<String>,
    /// The interface from which its start sends. If that is the interface of an instance, the interface, the addresses, the
    /// subnet and the VPC are those of the instance.
    pub start: StartInterface,
}

impl Subject {
    /// From a task document.
    #[must_use]
    pub fn of_task(task: &Task, inventory: &Inventory) -> Self {
        let from = task.created_at.unwrap_or(Window::ALWAYS.from);
        let to = task.stopped_at.or(task.stopping_at).map_or(Window::ALWAYS.to, |at| at.plus(1));
        Self {
            task_id: Some(task.id.clone()),
            task_arn: Some(task.arn.clone()),
            service_name: task.service_name.clone(),
            lived: Window { from, to },
            created_at: task.created_at,
            stopped_at: task.stopped_at,
            stopped_reason: stated_reason(task),
            images: task.images.clone(),
            ..Self::at_start(task, inventory)
        }
    }

    /// The place from which the start of a task sends.
    fn at_start(task: &Task, inventory: &Inventory) -> Self {
        let start = inventory.start_interface_of(task);
        if let StartInterface::OfInstance { instance_id, .. } = &start
            && let Some(primary) = inventory.primary_interface_of(instance_id)
        {
            return Self { start, ..Self::of_interface(&primary.id, inventory) };
        }
        let subnet = task.subnet_id.as_ref().and_then(|id| inventory.subnets.get(id));
        let interface = task.interface_id.as_ref().and_then(|id| inventory.interface(id));
        let vpc_id = subnet.and_then(|subnet| subnet.vpc_id.clone());
        Self {
            interface_id: task.interface_id.clone(),
            addresses: task.addresses.clone(),
            subnet_id: task.subnet_id.clone(),
            vpc_id: vpc_id.or_else(|| interface.and_then(|interface| interface.vpc_id.clone())),
            start,
            ..Self::default()
        }
    }

    /// From the document of a task that started: of its life only the start.
    pub(super) fn of_started(task: &Task, inventory: &Inventory) -> Self {
        let mut subject = Self::of_task(task, inventory);
        subject.lived.to = task.started_at.map_or(subject.lived.to, |started| started.plus(MARGIN));
        subject
    }

    /// From an interface alone, as `--interface` names it.
    #[must_use]
    pub fn of_interface(id: &InterfaceId, inventory: &Inventory) -> Self {
        let interface = inventory.interface(id);
        Self {
            interface_id: Some(id.clone()),
            addresses: interface.map(|interface| interface.addresses.clone()).unwrap_or_default(),
            subnet_id: interface.and_then(|interface| interface.subnet_id.clone()),
            vpc_id: interface.and_then(|interface| interface.vpc_id.clone()),
            ..Self::default()
        }
    }

    /// When records of it may be stamped.
    #[must_use]
    pub fn recorded(&self) -> Window {
        self.lived.widened(MARGIN, LONGEST_INTERVAL + MARGIN)
    }

    /// Its name in a sentence: the task's id, or its interface.
    #[must_use]
    pub fn name(&self) -> String {
        match (&self.task_id, &self.interface_id) {
            (Some(id), _) => format!("Task {id}"),
            (None, Some(id)) => format!("The task at {id}"),
            (None, None) => "The task".to_owned(),
        }
    }

    /// The same within a sentence.
    #[must_use]
    pub fn name_within(&self) -> String {
        let name = self.name();
        name.strip_prefix('T').map_or_else(|| name.clone(), |rest| format!("t{rest}"))
    }

    /// Whether a conversation of its address that began at this time can be its own: other tasks have the address
    /// before and after.
    #[must_use]
    pub fn can_begin(&self, first: Timestamp) -> bool {
        self.lived.widened(MARGIN, MARGIN).contains(first)
    }
}

/// The stopped reason, or a container's reason if that is more specific: "Task failed to start" names no failure, which on
/// EC2 only the containers' reasons do. Of several containers, the reason that names a failure counts.
fn stated_reason(task: &Task) -> Option<String> {
    let names_failure = |reason: &&String| StoppedReason::parse(reason).names_failure();
    let of_containers = || {
        let mut own = task.container_reasons.iter().filter(|reason| !reason.trim().is_empty());
        own.clone().find(names_failure).or_else(|| own.next()).cloned()
    };
    match &task.stopped_reason {
        Some(reason) if is_start_failure(None, Some(reason)) && names_failure(&reason) => {
            Some(reason.clone())
        }
        other => of_containers().or_else(|| other.clone()),
    }
}
