//! Updates the state from the report of a run: adds files and tasks, and prunes old ones.

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

/// Seconds of logs after which missing files, and tasks that no document names any more, are pruned.
const RETENTION_SECONDS: i64 = 2 * 24 * 3600;

/// Adds the new files. A file that could not be read stays new.
pub(super) fn files(state: &mut SavedState, inputs: &InputFiles, plan: &RunPlan, file_totals: &[FileTotals]) {
    for (&place, file_totals) in plan.files.iter().zip(file_totals) {
        let named = &inputs.files[place];
        if !file_totals.is_unreadable {
            state.files.insert(named.key.clone(), KnownFile::of(named.file.size, &file_totals.totals));
        }
    }
}

/// Adds the tasks of the report and removes the entries that they replace.
pub(super) fn tasks(state: &mut SavedState, report: &Report) {
    for task in &report.tasks {
        let (Some(id), Some(lived)) = (identity(task), lived(task, report.window)) else { continue };
        if let Some(interface) = task.interface_id.as_ref().filter(|_| task.task_arn.is_some()) {
            // Before a document named the task, it was stored under its interface.
            state.tasks.remove(interface.as_str());
        }
        let known = KnownTask {
            incident: key_of(task),
            confidence: task.verdict.confidence.name().to_owned(),
            interface_id: task.interface_id.clone(),
            service_name: task.service_name.clone(),
            subnet_id: task.subnet_id.clone(),
            from: lived.from,
            to: lived.to,
        };
        state.tasks.insert(id.to_owned(), known);
    }
}

/// Removes interfaces that looked like failed tasks, but do not any more now that more of their records are known.
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

/// Prunes entries that are too old to be needed again. Everything that is still in the inputs stays, because it would
/// seem new otherwise.
pub(super) fn prune(state: &mut SavedState, inputs: &InputFiles, inventory: &Inventory) {
    let Some(end) = state.end() else { return };
    let is_old = |last: Timestamp| last.plus(RETENTION_SECONDS) < end;
    let pruned = &mut state.pruned_files;
    state.files.retain(|key, file| {
        let is_retained = inputs.contains(key) || !file.last.is_some_and(is_old);
        if !is_retained {
            pruned.files += 1;
            pruned.records += file.records;
            pruned.accepted += file.accepted;
            pruned.rejected += file.rejected;
            pruned.last = pruned.last.max(file.last);
        }
        is_retained
    });
    let incidents = &mut state.incidents;
    state.tasks.retain(|id, task| {
        let is_retained = inventory.tasks.contains_key(id) || !is_old(task.to);
        if !is_retained && let Some(incident) = incidents.get_mut(&task.incident) {
            incident.pruned_tasks += 1;
        }
        is_retained
    });
}

/// Returns the name under which the state stores a task.
pub(super) fn identity(task: &TaskReport) -> Option<&str> {
    task.task_arn.as_deref().or_else(|| task.interface_id.as_ref().map(InterfaceId::as_str))
}

/// Returns the lifetime of a task from its documents, otherwise from its packets, otherwise the window of the report.
fn lived(task: &TaskReport, window: Option<Window>) -> Option<Window> {
    let by_packets = || {
        let first = task.steps.iter().map(|step| step.first).min()?;
        let last = task.steps.iter().map(|step| step.last).max()?;
        Some(Window { from: first, to: last.plus(1) })
    };
    life(task.created_at, task.stopped_at).or_else(by_packets).or(window)
}
