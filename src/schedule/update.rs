//! From one run's report to the next state: what was read, who was diagnosed, what may be forgotten.

use std::collections::BTreeSet;

use crate::inventory::Inventory;
use crate::model::ids::InterfaceId;
use crate::model::time::{Timestamp, Window};
use crate::reduce::FileTotals;
use crate::report::identity::key_of;
use crate::report::{Report, TaskReport};
use crate::schedule::inputs::InputFiles;
use crate::schedule::plan::{RunPlan, life};
use crate::schedule::state::{KnownFile, KnownTask, SavedState};

/// Seconds of logs after which files that are missing, and tasks that no document names any more, are forgotten.
const RETENTION_SECONDS: i64 = 2 * 24 * 3600;

/// Adds the new files; one that could not be read stays new.
pub(super) fn files(state: &mut SavedState, inputs: &InputFiles, plan: &RunPlan, file_totals: &[FileTotals]) {
    for (&place, file_totals) in plan.files.iter().zip(file_totals) {
        let named = &inputs.files[place];
        if !file_totals.is_unreadable {
            state.files.insert(named.key.clone(), KnownFile::of(named.file.size, &file_totals.totals));
        }
    }
}

/// Adds the report's tasks and takes out what they replace.
pub(super) fn tasks(state: &mut SavedState, report: &Report) {
    for task in &report.tasks {
        let (Some(id), Some(lived)) = (identity(task), lived(task, report.window)) else { continue };
        if let Some(interface) = task.interface_id.as_ref().filter(|_| task.task_arn.is_some()) {
            // Before a document named the task, its interface stood for it.
            state.tasks.remove(interface.as_str());
        }
        let known = KnownTask {
            incident: key_of(task),
            standing: task.verdict.standing.name().to_owned(),
            interface_id: task.interface_id.clone(),
            service_name: task.service_name.clone(),
            subnet_id: task.subnet_id.clone(),
            from: lived.from,
            to: lived.to,
        };
        state.tasks.insert(id.to_owned(), known);
    }
}

/// Interfaces that looked like failed tasks, and no longer do now that more of their records are known.
pub(super) fn drop_cleared(state: &mut SavedState, inputs: &InputFiles, plan: &RunPlan, report: &Report) {
    let reported: BTreeSet<&str> = report.tasks.iter().filter_map(identity).collect();
    let read: BTreeSet<&str> = plan.files.iter().map(|&place| inputs.files[place].key.as_str()).collect();
    let files = &state.files;
    let is_read_whole = |window: Window| {
        let mut touching = files.iter().filter(|(_, file)| file.touches(window)).peekable();
        touching.peek().is_some() && touching.all(|(key, _)| read.contains(key.as_str()))
    };
    state.tasks.retain(|id, task| {
        let is_interface = task.interface_id.as_ref().is_some_and(|interface| interface.as_str() == id);
        !is_interface || reported.contains(id.as_str()) || !is_read_whole(task.lived())
    });
}

/// Forgets what is too old to be wanted again. Whatever the inputs still hold is kept: it would seem new.
pub(super) fn prune(state: &mut SavedState, inputs: &InputFiles, inventory: &Inventory) {
    let Some(end) = state.end() else { return };
    let is_old = |last: Timestamp| last.plus(RETENTION_SECONDS) < end;
    let forgotten = &mut state.forgotten_files;
    state.files.retain(|key, file| {
        let is_retained = inputs.contains(key) || !file.last.is_some_and(is_old);
        if !is_retained {
            forgotten.files += 1;
            forgotten.records += file.records;
            forgotten.accepted += file.accepted;
            forgotten.rejected += file.rejected;
            forgotten.last = forgotten.last.max(file.last);
        }
        is_retained
    });
    let incidents = &mut state.incidents;
    state.tasks.retain(|id, task| {
        let is_retained = inventory.tasks.contains_key(id) || !is_old(task.to);
        if !is_retained && let Some(incident) = incidents.get_mut(&task.incident) {
            incident.forgotten_tasks += 1;
        }
        is_retained
    });
}

/// The name a task is remembered by.
pub(super) fn identity(task: &TaskReport) -> Option<&str> {
    task.task_arn.as_deref().or_else(|| task.interface_id.as_ref().map(InterfaceId::as_str))
}

/// By its documents, else by its packets, else by the time the report is about.
fn lived(task: &TaskReport, window: Option<Window>) -> Option<Window> {
    let by_packets = || {
        let first = task.steps.iter().map(|step| step.first).min()?;
        let last = task.steps.iter().map(|step| step.last).max()?;
        Some(Window { from: first, to: last.plus(1) })
    };
    life(task.created_at, task.stopped_at).or_else(by_packets).or(window)
}
