//! A run that resumes from earlier runs: it reads the new files, and of the other files those that the new tasks
//! need.
//!
//! Input: [`Options`] and the [`SavedState`] of the previous run. Output: a report of the tasks that this run
//! diagnosed, with the changes of earlier incidents, and the state for the next run. Names and sizes of files and
//! times of records determine which files and tasks are new; clock and file times are not used. The verdicts are the
//! same as those of one run over all files; docs/decisions/0007-state.md explains why, and lists the limits.
//!
//! [`state`] is the stored state, `inputs` names the files, `plan` selects files and tasks, `update` and `incidents`
//! build the next state.

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

/// Explains everything that is new since the run that wrote `before`. Returns the report and the state to save.
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
    // The times of the new records are known only now. If they reach back to tasks of earlier runs, these tasks must
    // be diagnosed again.
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
        files_reread: plan.files.len() as u64 - n_new,
        files_missing: plan.missing.len() as u64,
        files_duplicated: inputs.duplicated,
        tasks_already_diagnosed: (prepared.selection.subjects.len() - plan.subjects.len()) as u64,
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

/// Returns the time of the records of each new file.
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

/// Returns the data of earlier runs about the files that this run does not read.
fn earlier(before: &SavedState, inputs: &InputFiles, plan: &RunPlan) -> EarlierRuns {
    let read: BTreeSet<&str> = plan.files.iter().map(|&place| inputs.files[place].key.as_str()).collect();
    let mut earlier = EarlierRuns::default();
    let pruned = &before.pruned_files;
    earlier.totals.merge(&totals(pruned.records, pruned.accepted, pruned.rejected, pruned.last));
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
