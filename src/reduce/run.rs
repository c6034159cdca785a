//! Files over threads: each worker takes the next file; all add to one table.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;

use super::Reduced;
use super::collector::Collector;
use super::coverage::CoverageTable;
use super::scope::Scope;
use super::shared::Shared;
use crate::ingest::files::{LogFile, source_id};
use crate::ingest::read_file;
use crate::ingest::totals::Totals;
use crate::model::defect::{DefectKind, Defects};
use crate::progress::Progress;

/// What one file held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileTotals {
    /// Counts over its records.
    pub totals: Totals,
    /// Whether it could not be opened or read to its end.
    pub is_unreadable: bool,
}

/// Reads all files on the pool's threads and reduces them to the aggregate.
#[must_use]
pub fn reduce_files(files: &[LogFile], scope: &Scope, pool: &ThreadPool, progress: &dyn Progress) -> Reduced {
    // Large files first, so that no thread begins one when the others are done.
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(files[index].size));
    let next = AtomicUsize::new(0);
    let shared = Shared::new();
    let shares = pool.broadcast(|_| {
        let mut worker = Collector::new(scope, &shared);
        let mut of_files = Vec::new();
        while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            of_files.push((index, take_file(&files[index], index, &mut worker, progress)));
        }
        worker.flush();
        (worker.coverage, of_files, worker.defects)
    });
    let (mut coverage, mut totals, mut defects) =
        (CoverageTable::default(), Totals::default(), Defects::default());
    let mut held = vec![FileTotals::default(); files.len()];
    for (of_worker, of_files, defects_of_worker) in shares {
        of_worker.into_rows().iter().for_each(|row| coverage.merge(row));
        for (index, of_file) in of_files {
            totals.merge(&of_file.totals);
            held[index] = of_file;
        }
        defects.merge(defects_of_worker);
    }
    Reduced { files: held, ..pool.install(|| shared.finish(coverage, totals, defects)) }
}

fn take_file(
    file: &LogFile,
    index: usize,
    worker: &mut Collector<'_>,
    progress: &dyn Progress,
) -> FileTotals {
    // Collected apart: the first defect of a kind is the first in its file.
    let mut of_file = Defects::default();
    read_file(file, source_id(index), worker, &mut of_file, &|bytes| progress.advance(bytes, 0));
    let totals = std::mem::take(&mut worker.totals);
    let is_unreadable = of_file.count(DefectKind::UnreadableFile) > 0;
    worker.defects.merge(of_file);
    progress.advance(0, totals.records);
    progress.finish_file();
    FileTotals { totals, is_unreadable }
}
