//! Files over threads: each worker takes the next file; all add to one aggregate.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;

use super::aggregate::Aggregate;
use super::collector::Collector;
use super::file_totals::FileTotals;
use super::scope::Scope;
use super::share::{Share, shares};
use super::shared::Shared;
use crate::ingest::files::LogFile;
use crate::ingest::key::Told;
use crate::ingest::options::ReadOptions;
use crate::ingest::totals::Totals;
use crate::model::defect::{DefectKind, Defects};
use crate::progress::Progress;
use crate::spill::Limits;

/// Reads all files on the pool's threads and keeps of them what the scope asks for.
pub fn reduce_files(
    files: &[LogFile],
    options: &ReadOptions,
    scope: &Scope,
    limits: Limits,
    pool: &ThreadPool,
    progress: &dyn Progress,
) -> io::Result<Aggregate> {
    let left_out: Vec<Option<Told>> = files.iter().map(|file| scope.leaves_out(&file.name)).collect();
    let to_read = (0..files.len()).filter(|&index| left_out[index].is_none());
    let shares = pool.install(|| shares(files, to_read, pool.current_num_threads()));
    let next = AtomicUsize::new(0);
    let shared = Shared::new(&Arc::new(limits.budget()));
    let wanted = scope.wanted();
    let done = pool.broadcast(|_| {
        let mut worker = Collector::new(scope, wanted.as_ref(), &shared);
        let mut of_files = Vec::new();
        while let Some(share) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
            of_files.push((share.index, take(share, files, options, &mut worker, progress)));
        }
        worker.finish().map(|defects| (of_files, defects))
    });
    let (mut totals, mut defects) = (Totals::default(), Defects::default());
    let mut held: Vec<FileTotals> = left_out.iter().map(|told| FileTotals::unread(*told)).collect();
    for file in &held {
        totals.merge(&file.totals);
    }
    for of_worker in done {
        let (of_files, defects_of_worker) = of_worker?;
        for (index, of_share) in of_files {
            totals.merge(&of_share.totals);
            held[index].add(&of_share);
        }
        defects.merge(defects_of_worker);
    }
    Ok(Aggregate::new(shared, limits.at_once(pool.current_num_threads()), totals, held, defects))
}

fn take(
    share: &Share,
    files: &[LogFile],
    options: &ReadOptions,
    worker: &mut Collector<'_>,
    progress: &dyn Progress,
) -> FileTotals {
    // Collected apart: the first defect of a kind is the first in its share.
    let mut of_share = Defects::default();
    share.read(files, options, worker, &mut of_share, &|bytes| progress.advance(bytes, 0));
    let totals = std::mem::take(&mut worker.totals);
    let is_unreadable = of_share.count(DefectKind::UnreadableFile) > 0;
    worker.defects.merge(of_share);
    progress.advance(0, totals.records);
    if share.is_last {
        progress.finish_file();
    }
    FileTotals { totals, is_unreadable }
}
