//! Cases and findings to the finished report: records quoted, tasks grouped into incidents, everything sorted.

mod coverage;
mod incidents;
mod path;
mod task;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnose::case::{Case, bounded};
use crate::diagnose::verdict::Finding;
use crate::ingest::files::LogFile;
use crate::ingest::quote::quote;
use crate::model::source::RowRef;
use crate::model::time::Window;
use crate::report::{Inputs, Report};

/// A case and what was found.
pub struct Diagnosed<'a> {
    /// What was known.
    pub case: Case<'a>,
    /// What it means.
    pub finding: Finding,
}

/// The records that a report shows, by where they stand.
pub(crate) struct Quotes<'a> {
    files: &'a [LogFile],
    texts: BTreeMap<RowRef, String>,
}

impl<'a> Quotes<'a> {
    fn of(files: &'a [LogFile], diagnosed: &[Diagnosed<'_>]) -> Self {
        let wanted: BTreeSet<RowRef> = diagnosed
            .iter()
            .flat_map(|one| one.finding.proofs.iter())
            .flat_map(crate::diagnose::assessment::Proof::rows)
            .collect();
        Self { files, texts: quote(files, &wanted) }
    }

    fn file(&self, row: RowRef) -> String {
        self.files.get(row.source.0 as usize).map_or_else(String::new, |file| file.name.clone())
    }

    fn record(&self, row: RowRef) -> String {
        self.texts.get(&row).cloned().unwrap_or_default()
    }
}

/// Puts the report together. `healthy_tasks` started; `inputs` are what was read.
#[must_use]
pub fn assemble(
    diagnosed: &[Diagnosed<'_>],
    files: &[LogFile],
    inputs: Inputs,
    asked: Option<Window>,
    healthy_tasks: u64,
) -> Report {
    let quotes = Quotes::of(files, diagnosed);
    let tasks: Vec<_> = diagnosed.iter().map(|one| task::report(one, &quotes)).collect();
    Report {
        window: asked.or_else(|| window(diagnosed)),
        inputs,
        coverage: coverage::report(diagnosed),
        incidents: incidents::group(diagnosed, &tasks),
        tasks,
        healthy_tasks,
        run: None,
    }
}

/// The time from the first creation to the last stop; of the records where no document tells.
fn window(diagnosed: &[Diagnosed<'_>]) -> Option<Window> {
    let windows = diagnosed.iter().filter(|one| one.case.facts.reduced.totals.span.is_some());
    windows
        .map(|one| bounded(one.case.facts.reduced, one.case.subject.lived))
        .reduce(|all, one| all.union(one))
}
