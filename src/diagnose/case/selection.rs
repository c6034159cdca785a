//! The selection of subjects: tasks that failed to start, or the requested tasks and interfaces.

use crate::diagnose::case::Subject;
use crate::diagnose::stopped_reason::is_start_failure;
use crate::inventory::Inventory;
use crate::model::ids::InterfaceId;
use crate::model::task::Task;

/// The subjects of a run, as far as documents name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The tasks and interfaces, by creation, then id.
    pub subjects: Vec<Subject>,
    /// Tasks that started.
    pub healthy: u64,
    /// The latest of them, limited to the time of their start: failed tasks are compared with them.
    pub neighbours: Vec<Subject>,
    /// Interfaces of tasks that started: never suspects.
    pub healthy_interfaces: Vec<InterfaceId>,
    /// Requested ids that no document names.
    pub unmatched: Vec<String>,
}

/// Selects the requested ids; without any, every task that failed to start.
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

/// Neighbours that are compared: enough for a comparison, and few in relation to the records of the cases.
const MOST_NEIGHBOURS: usize = 64;

fn keep_latest(neighbours: &mut Vec<Subject>) {
    neighbours.sort_by(|a, b| (b.created_at, &a.task_arn).cmp(&(a.created_at, &b.task_arn)));
    neighbours.truncate(MOST_NEIGHBOURS);
}

fn names(task: &Task, wanted: &str) -> bool {
    task.id.as_str() == wanted || task.arn == wanted
}
