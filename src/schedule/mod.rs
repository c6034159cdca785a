//! A run that continues from earlier ones: it reads what is new, and of the rest what the new tasks need.
//!
//! Goes in: [`Options`] and the [`State`] that the last run left. Comes out: a report of what this run diagnosed, with
//! what became of earlier incidents, and the state for the next run. Neither clock nor file system is asked about what
//! is new: names and sizes of files, and times of records, tell. The same verdicts come out as of one run over
//! everything; docs/decisions/0007-state.md says why, and where that ends.
//!
//! [`state`] is what is remembered, `given` names the files, `work` chooses, `remember` and `incidents` make the next
//! state.

mod given;
mod incidents;
mod remember;
pub mod state;
mod work;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::diagnose::case::Selection;
use crate::error::Error;
use crate::model::time::{Timestamp, Window};
use crate::pipeline::{Earlier, Job, LogInput, Options, Prepared, diagnose_all, prepare};
use crate::progress::Progress;
use crate::reduce::{FileTotals, Totals};
use crate::report::{Report, Run};
use crate::schedule::given::Given;
use crate::schedule::state::State;
use crate::schedule::work::{Work, choose};

/// Explains what is new since the run that left `before`; the state to keep comes with the report.
pub fn explain_new(
    options: &Options,
    before: &State,
    progress: &dyn Progress,
) -> Result<(Report, State), Error> {
    let mut prepared = prepare(options)?;
    let given = Given::of(std::mem::take(&mut prepared.files), &roots(options));
    let choose =
        |fresh: Option<&[Window]>| choose(before, &given, &prepared.selection, prepared.may_suspect, fresh);
    let mut work = choose(None);
    let (mut report, mut held) = read(options, &prepared, &given, &work, before, progress)?;
    // Only now it is known when the new records are: if they reach back to tasks of earlier runs, these are due too.
    let all = choose(Some(&fresh(&given, &work, &held, before)));
    if !work.holds(&all) {
        work = all;
        (report, held) = read(options, &prepared, &given, &work, before, progress)?;
    }
    progress.finish();
    let mut after = next_state(before, &prepared, &given, (&work, &held), &report);
    let (resolved, not_seen) = incidents::tell(&mut report, before, &after);
    let n_new = work.files.iter().filter(|&&place| !given.is_known(place, before)).count() as u64;
    report.run = Some(Run {
        new_files: n_new,
        files_read_again: work.files.len() as u64 - n_new,
        files_gone: work.gone.len() as u64,
        files_repeated: given.repeated,
        tasks_known: (prepared.selection.subjects.len() - work.subjects.len()) as u64,
        resolved,
        not_seen,
    });
    remember::forget(&mut after, &given, &prepared.inventory);
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
    given: &Given,
    work: &Work,
    before: &State,
    progress: &dyn Progress,
) -> Result<(Report, Vec<FileTotals>), Error> {
    let subjects = work.subjects.iter().map(|&place| prepared.selection.subjects[place].clone()).collect();
    let job = Job {
        files: work.files.iter().map(|&place| given.files[place].file.clone()).collect(),
        selection: Selection { subjects, ..prepared.selection.clone() },
        may_suspect: prepared.may_suspect,
        earlier: Some(earlier(before, given, work)),
    };
    diagnose_all(options, prepared, job, progress)
}

/// When the records of each new file are.
fn fresh(given: &Given, work: &Work, held: &[FileTotals], before: &State) -> Vec<Window> {
    let new = work.files.iter().zip(held).filter(|(place, _)| !given.is_known(**place, before));
    let window = |(first, last): (u32, u32)| Window {
        from: Timestamp(first.into()),
        to: Timestamp(last.into()).plus(1),
    };
    new.filter_map(|(_, held)| held.totals.span.map(window)).collect()
}

/// What earlier runs know of the files that this one does not read.
fn earlier(before: &State, given: &Given, work: &Work) -> Earlier {
    let read: BTreeSet<&str> = work.files.iter().map(|&place| given.files[place].key.as_str()).collect();
    let mut earlier = Earlier::default();
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
    before: &State,
    prepared: &Prepared,
    given: &Given,
    (work, held): (&Work, &[FileTotals]),
    report: &Report,
) -> State {
    let mut after = before.clone();
    remember::files(&mut after, given, work, held);
    remember::tasks(&mut after, report);
    if prepared.may_suspect {
        remember::drop_cleared(&mut after, given, work, report);
    }
    incidents::update(&mut after, before, report, &prepared.inventory);
    after
}
