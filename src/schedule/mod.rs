//! A run that continues from earlier ones: it reads what is new, and of the rest what the new tasks need.
//!
//! Goes in: [`Options`] and the [`SavedState`] that the last run left. Comes out: a report of what this run diagnosed, with
//! what became of earlier incidents, and the state for the next run. Neither clock nor file system is asked about what
//! is new: names and sizes of files, and times of records, tell. The same verdicts come out as of one run over
//! everything; docs/decisions/0007-state.md says why, and where that ends.
//!
//! [`state`] is what is remembered, `inputs` names the files, `plan` chooses, `update` and `incidents` make the next
//! state.

mod incidents;
mod inputs;
mod plan;
pub mod state;
mod update;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::diagnose::case::Selection;
use crate::error::Error;
use crate::model::time::{Timestamp, Window};
use crate::pipeline::{EarlierRuns, Job, LogInput, Options, Prepared, diagnose_all, prepare};
use crate::progress::Progress;
use crate::reduce::{FileTotals, Totals};
use crate::report::{Report, Run};
use crate::schedule::inputs::InputFiles;
use crate::schedule::plan::{RunPlan, plan_run};
use crate::schedule::state::SavedState;

/// Explains what is new since the run that left `before`; the state to keep comes with the report.
pub fn explain_new(
    options: &Options,
    before: &SavedState,
    progress: &dyn Progress,
) -> Result<(Report, SavedState), Error> {
    let mut prepared = prepare(options)?;
    let inputs = InputFiles::of(std::mem::take(&mut prepared.files), &roots(options));
    let plan_run = |new_windows: Option<&[Window]>| {
        plan_run(before, &inputs, &prepared.selection, prepared.may_suspect, new_windows)
    };
    let mut plan = plan_run(None);
    let (mut report, mut file_totals) = read(options, &prepared, &inputs, &plan, before, progress)?;
    // Only now it is known when the new records are: if they reach back to tasks of earlier runs, these are due too.
    let all = plan_run(Some(&new_windows(&inputs, &plan, &file_totals, before)));
    if !plan.covers(&all) {
        plan = all;
        (report, file_totals) = read(options, &prepared, &inputs, &plan, before, progress)?;
    }
    progress.finish();
    let mut after = next_state(before, &prepared, &inputs, (&plan, &file_totals), &report);
    let (resolved, not_seen) = incidents::report_changes(&mut report, before, &after);
    let n_new = plan.files.iter().filter(|&&place| !inputs.is_known(place, before)).count() as u64;
    report.run = Some(Run {
        new_files: n_new,
        files_read_again: plan.files.len() as u64 - n_new,
        files_gone: plan.missing.len() as u64,
        files_repeated: inputs.duplicated,
        tasks_known: (prepared.selection.subjects.len() - plan.subjects.len()) as u64,
        resolved,
        not_seen,
    });
    update::prune(&mut after, &inputs, &prepared.inventory);
    Ok((report, after))
}

fn roots(options: &Options) -> Vec<PathBuf> {
    let paths = options.logs.iter().filter_map(|input| match input {
        LogInput::Path(path) => Some(path.clone()),
        LogInput::Stdin => None,
    });
    paths.collect()
}

fn read(
    options: &Options,
    prepared: &Prepared,
    inputs: &InputFiles,
    plan: &RunPlan,
    before: &SavedState,
    progress: &dyn Progress,
) -> Result<(Report, Vec<FileTotals>), Error> {
    let subjects = plan.subjects.iter().map(|&place| prepared.selection.subjects[place].clone()).collect();
    let job = Job {
        files: plan.files.iter().map(|&place| inputs.files[place].file.clone()).collect(),
        selection: Selection { subjects, ..prepared.selection.clone() },
        may_suspect: prepared.may_suspect,
        earlier: Some(earlier(before, inputs, plan)),
    };
    diagnose_all(options, prepared, job, progress)
}

/// When the records of each new file are.
fn new_windows(
    inputs: &InputFiles,
    plan: &RunPlan,
    file_totals: &[FileTotals],
    before: &SavedState,
) -> Vec<Window> {
    let new = plan.files.iter().zip(file_totals).filter(|(place, _)| !inputs.is_known(**place, before));
    let window = |(first, last): (u32, u32)| Window {
        from: Timestamp(first.into()),
        to: Timestamp(last.into()).plus(1),
    };
    new.filter_map(|(_, file_totals)| file_totals.totals.span.map(window)).collect()
}

/// What earlier runs know of the files that this one does not read.
fn earlier(before: &SavedState, inputs: &InputFiles, plan: &RunPlan) -> EarlierRuns {
    let read: BTreeSet<&str> = plan.files.iter().map(|&place| inputs.files[place].key.as_str()).collect();
    let mut earlier = EarlierRuns::default();
    let forgotten = &before.forgotten_files;
    earlier.totals.merge(&totals(forgotten.records, forgotten.accepted, forgotten.rejected, forgotten.last));
    for (key, file) in before.files.iter().filter(|(key, _)| !read.contains(key.as_str())) {
        earlier.totals.merge(&totals(file.records, file.accepted, file.rejected, file.last));
        earlier.names.push(key.clone());
    }
    earlier
}

fn totals(records: u64, accepted: u64, rejected: u64, last: Option<Timestamp>) -> Totals {
    let last = last.and_then(|last| u32::try_from(last.0).ok());
    Totals { records, accepted, rejected, span: last.map(|last| (last, last)), ..Totals::default() }
}

fn next_state(
    before: &SavedState,
    prepared: &Prepared,
    inputs: &InputFiles,
    (plan, file_totals): (&RunPlan, &[FileTotals]),
    report: &Report,
) -> SavedState {
    let mut after = before.clone();
    update::files(&mut after, inputs, plan, file_totals);
    update::tasks(&mut after, report);
    if prepared.may_suspect {
        update::drop_cleared(&mut after, inputs, plan, report);
    }
    incidents::update(&mut after, before, report, &prepared.inventory);
    after
}
