//! Who is diagnosed: tasks that failed to start, those asked for, or interfaces that look like theirs.

use std::net::IpAddr;

use crate::converse::own_address;
use crate::diagnose::case::Facts;
use crate::diagnose::case::visibility::coverage_of;
use crate::diagnose::stopped_reason::is_start_failure;
use crate::inventory::Inventory;
use crate::model::field::Field;
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
    /// From its creation to its stop; the whole time of the records where no document tells.
    pub lived: Window,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `stoppedAt`.
    pub stopped_at: Option<Timestamp>,
    /// `stoppedReason`, or a container's, as written.
    pub stopped_reason: Option<String>,
    /// `containers[].image`.
    pub images: Vec<String>,
    /// Which other interface carries the packets of its start, if its own does not.
    pub start_elsewhere: Option<&'static str>,
}

impl Subject {
    /// From a task document.
    #[must_use]
    pub fn of_task(task: &Task, inventory: &Inventory) -> Self {
        let subnet = task.subnet_id.as_ref().and_then(|id| inventory.subnets.get(id));
        let interface = task.interface_id.as_ref().and_then(|id| inventory.interface(id));
        let vpc_id = subnet.and_then(|subnet| subnet.vpc_id.clone());
        let from = task.created_at.unwrap_or(Window::ALWAYS.from);
        let to = task.stopped_at.or(task.stopping_at).map_or(Window::ALWAYS.to, |at| at.plus(1));
        Self {
            task_id: Some(task.id.clone()),
            task_arn: Some(task.arn.clone()),
            interface_id: task.interface_id.clone(),
            addresses: task.addresses.clone(),
            subnet_id: task.subnet_id.clone(),
            vpc_id: vpc_id.or_else(|| interface.and_then(|interface| interface.vpc_id.clone())),
            service_name: task.service_name.clone(),
            lived: Window { from, to },
            created_at: task.created_at,
            stopped_at: task.stopped_at,
            stopped_reason: stated_reason(task),
            images: task.images.clone(),
            start_elsewhere: start_elsewhere(task),
        }
    }

    /// From the document of a task that started: of its life only the start.
    fn of_started(task: &Task, inventory: &Inventory) -> Self {
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

    /// Fills in what only the records tell: the interface's own address, its subnet and VPC, the task it belonged to.
    pub fn complete(&mut self, facts: Facts<'_>) {
        let Some(id) = &self.interface_id else { return };
        let conversations = facts.conversations_at(id);
        // Without a stop the task lived until its interface's last record: whoever has the address later is another.
        let last = coverage_of(facts.reduced, id).iter().map(|row| row.last_end).max();
        if let (Some(last), true) = (last, self.lived.to == Window::ALWAYS.to) {
            self.lived.to = Timestamp(last.into()).plus(1);
        }
        if self.addresses.is_empty() {
            self.addresses.extend(own_address(conversations).map(|own| facts.address(own.address())));
        }
        let described =
            |field| conversations.iter().find_map(|conversation| facts.described(conversation, field));
        // The ECS fields name the sending task: of the rows this interface's own task initiated.
        let of_task = |field| {
            let mut own =
                conversations.iter().filter(|c| self.addresses.contains(&facts.address(c.initiator)));
            own.find_map(|conversation| facts.described(conversation, field))
        };
        self.subnet_id = self.subnet_id.take().or_else(|| described(Field::SubnetId).map(SubnetId::new));
        self.vpc_id = self.vpc_id.take().or_else(|| described(Field::VpcId).map(VpcId::new));
        let (service, arn, task) =
            (of_task(Field::EcsServiceName), of_task(Field::EcsTaskArn), of_task(Field::EcsTaskId));
        self.service_name = self.service_name.take().or_else(|| service.map(str::to_owned));
        self.task_arn = self.task_arn.take().or_else(|| arn.map(str::to_owned));
        self.task_id = self.task_id.take().or_else(|| task.map(TaskId::new));
    }

    /// When records of it may be stamped.
    #[must_use]
    pub fn recorded(&self) -> Window {
        self.lived.widened(MARGIN, LONGEST_INTERVAL + MARGIN)
    }

    /// What a sentence calls it: the task's id, or its interface.
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

/// On EC2 the agent pulls over the instance's interface; Fargate before platform version 1.4 over a hidden one.
fn start_elsewhere(task: &Task) -> Option<&'static str> {
    let is_old =
        |version: &String| ["1.0.", "1.1.", "1.2.", "1.3."].iter().any(|old| version.starts_with(old));
    match task.launch_type.as_deref() {
        Some("EC2") => Some("the container instance's interface, over which the agent starts its tasks"),
        Some("EXTERNAL") => Some("the external instance, over whose network the agent starts its tasks"),
        _ if task.platform_version.as_ref().is_some_and(is_old) => Some(
            "Fargate's own interface, over which platform versions before 1.4 start tasks; no flow log shows it",
        ),
        _ => None,
    }
}

/// The stopped reason, or the containers' where it says less than they do.
fn stated_reason(task: &Task) -> Option<String> {
    let of_containers = || task.container_reasons.iter().find(|reason| !reason.trim().is_empty()).cloned();
    match &task.stopped_reason {
        Some(reason) if is_start_failure(None, Some(reason)) => Some(reason.clone()),
        other => of_containers().or_else(|| other.clone()),
    }
}

/// Who is to be diagnosed, as far as documents tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The tasks and interfaces, by creation, then id.
    pub subjects: Vec<Subject>,
    /// Tasks that started.
    pub healthy: u64,
    /// The latest of them, as they were while they started: what they reached is the contrast.
    pub neighbours: Vec<Subject>,
    /// Interfaces of tasks that started: never suspects.
    pub healthy_interfaces: Vec<InterfaceId>,
    /// Ids asked for that no document names.
    pub unmatched: Vec<String>,
}

/// Selects by the ids asked for, or every task that failed to start.
#[must_use]
pub fn select_subjects(inventory: &Inventory, tasks: &[String], interfaces: &[String]) -> Selection {
    let mut selection = Selection::default();
    let is_explicit = !tasks.is_empty() || !interfaces.is_empty();
    for task in inventory.tasks.values() {
        let failed = is_start_failure(task.stop_code.as_deref(), task.stopped_reason.as_deref());
        let is_requested = tasks.iter().any(|wanted| names(task, wanted))
            || task
                .interface_id
                .as_ref()
                .is_some_and(|id| interfaces.iter().any(|wanted| wanted == id.as_str()));
        if is_requested || (!is_explicit && failed) {
            selection.subjects.push(Subject::of_task(task, inventory));
        } else if !failed && task.started_at.is_some() {
            selection.healthy += 1;
            selection.healthy_interfaces.extend(task.interface_id.clone());
            selection.neighbours.push(Subject::of_started(task, inventory));
        }
    }
    for wanted in interfaces {
        let id = InterfaceId::new(wanted.as_str());
        if !selection.subjects.iter().any(|subject| subject.interface_id.as_ref() == Some(&id)) {
            selection.subjects.push(Subject::of_interface(&id, inventory));
        }
    }
    keep_latest(&mut selection.neighbours);
    let known = |wanted: &&String| inventory.tasks.values().any(|task| names(task, wanted));
    selection.unmatched = tasks.iter().filter(|wanted| !known(wanted)).cloned().collect();
    selection.subjects.sort_by(|a, b| {
        let key =
            |subject: &Subject| (subject.created_at, subject.task_id.clone(), subject.interface_id.clone());
        key(a).cmp(&key(b))
    });
    selection
}

/// Neighbours that are looked at: enough for a contrast, few beside the records of the cases.
const MOST_NEIGHBOURS: usize = 64;

fn keep_latest(neighbours: &mut Vec<Subject>) {
    neighbours.sort_by(|a, b| (b.created_at, &a.task_arn).cmp(&(a.created_at, &b.task_arn)));
    neighbours.truncate(MOST_NEIGHBOURS);
}

fn names(task: &Task, wanted: &str) -> bool {
    task.id.as_str() == wanted || task.arn == wanted
}
