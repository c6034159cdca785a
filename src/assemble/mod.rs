//! From cases and findings to the finished report: quotes records, groups tasks to incidents, and sorts everything.

mod coverage;
mod coverage_gaps;
mod diagnosed;
mod incidents;
mod path;
mod spans;
mod steps;
mod task;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnose::assessment::Proof;
use crate::diagnose::case::bounded;
use crate::ingest::files::LogFile;
use crate::ingest::quote::quote;
use crate::model::source::RowRef;
use crate::model::time::Window;
use crate::reduce::Reduced;
use crate::report::{Inputs, Report};

pub use diagnosed::Diagnosed;

/// The texts of the records that a report shows, by their place.
pub(crate) struct QuotedRecords<'a> {
    files: &'a [LogFile],
    texts: BTreeMap<RowRef, String>,
}

impl<'a> QuotedRecords<'a> {
    fn of(files: &'a [LogFile], diagnosed: &[Diagnosed]) -> Self {
        let wanted: BTreeSet<RowRef> =
            diagnosed.iter().flat_map(|one| one.finding.proofs.iter()).flat_map(Proof::rows).collect();
        Self { files, texts: quote(files, &wanted) }
    }

    fn file(&self, row: RowRef) -> String {
        self.files.get(row.source.0 as usize).map_or_else(String::new, |file| file.name.clone())
    }

    fn record(&self, row: RowRef) -> String {
        self.texts.get(&row).cloned().unwrap_or_default()
    }
}

/// Assembles the report. `healthy_tasks` is the number of tasks that started; `inputs` are the counts of the files
/// that were read.
#[must_use]
pub fn assemble(
    diagnosed: &[Diagnosed],
    reduced: &Reduced,
    files: &[LogFile],
    inputs: Inputs,
    requested: Option<Window>,
    healthy_tasks: u64,
) -> Report {
    let quotes = QuotedRecords::of(files, diagnosed);
    let tasks: Vec<_> = diagnosed.iter().map(|one| task::report(one, &quotes)).collect();
    Report {
        window: requested.or_else(|| window(diagnosed, reduced)),
        inputs,
        coverage: coverage::report(diagnosed, reduced),
        incidents: incidents::group(diagnosed, &tasks),
        tasks,
        healthy_tasks,
        run: None,
    }
}

/// Returns the time from the first creation to the last stop, or the time of the records if no document contains
/// these.
fn window(diagnosed: &[Diagnosed], reduced: &Reduced) -> Option<Window> {
    reduced.totals.span?;
    let windows = diagnosed.iter().map(|one| bounded(reduced, one.subject.lived));
    windows.reduce(|all, one| all.union(one))
}
