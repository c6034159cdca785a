//! Files over threads: each worker takes the next file; all add to one aggregate.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;

use super::Aggregate;
use super::collector::Collector;
use super::scope::Scope;
use super::shared::Shared;
use crate::ingest::files::{LogFile, source_id};
use crate::ingest::options::ReadOptions;
use crate::ingest::read_file;
use crate::ingest::totals::Totals;
use crate::model::defect::{DefectKind, Defects};
use crate::progress::Progress;
use crate::spill::Budget;

/// What one file held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileTotals {
    /// Counts over its records.
    pub totals: Totals,
    /// Whether it could not be opened or read to its end.
    pub is_unreadable: bool,
}

/// What a run may take of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory; what the records kept need beyond them lies in temporary files.
    pub memory: usize,
}

impl Limits {
    /// As much memory as the records need.
    pub const NONE: Self = Self { memory: usize::MAX };

    /// Three eighths are for records that wait to be folded: folding them, the dictionaries and the readers need the rest.
    fn waiting(self) -> usize {
        self.memory / 8 * 3
    }

    /// What one thread folds at once.
    fn folded(self, threads: usize) -> usize {
        (self.memory / 8 / threads.max(1)).max(LEAST_FOLDED)
    }
}

/// Less than this is not worth a file's opening.
const LEAST_FOLDED: usize = 1 << 20;

/// Reads all files on the pool's threads and keeps of them what the scope asks for.
pub fn reduce_files(
    files: &[LogFile],
    options: &ReadOptions,
    scope: &Scope,
    limits: Limits,
    pool: &ThreadPool,
    progress: &dyn Progress,
) -> io::Result<Aggregate> {
    // Large files first, so that no thread begins one when the others are done.
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(files[index].size));
    let next = AtomicUsize::new(0);
    let shared = Shared::new(&Arc::new(Budget::new(limits.waiting())));
    let wanted = scope.wanted();
    let shares = pool.broadcast(|_| {
        let mut worker = Collector::new(scope, wanted.as_ref(), &shared);
        let mut of_files = Vec::new();
        while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            of_files.push((index, take_file(&files[index], index, options, &mut worker, progress)));
        }
        worker.finish().map(|defects| (of_files, defects))
    });
    let (mut totals, mut defects) = (Totals::default(), Defects::default());
    let mut held = vec![FileTotals::default(); files.len()];
    for share in shares {
        let (of_files, defects_of_worker) = share?;
        for (index, of_file) in of_files {
            totals.merge(&of_file.totals);
            held[index] = of_file;
        }
        defects.merge(defects_of_worker);
    }
    Ok(Aggregate::new(shared, limits.folded(pool.current_num_threads()), totals, held, defects))
}

fn take_file(
    file: &LogFile,
    index: usize,
    options: &ReadOptions,
    worker: &mut Collector<'_>,
    progress: &dyn Progress,
) -> FileTotals {
    // Collected apart: the first defect of a kind is the first in its file.
    let mut of_file = Defects::default();
    read_file(file, source_id(index), options, worker, &mut of_file, &|bytes| progress.advance(bytes, 0));
    let totals = std::mem::take(&mut worker.totals);
    let is_unreadable = of_file.count(DefectKind::UnreadableFile) > 0;
    worker.defects.merge(of_file);
    progress.advance(0, totals.records);
    progress.finish_file();
    FileTotals { totals, is_unreadable }
}
