//! Reads the files on several threads: each worker takes the next work unit, and all workers add to one aggregate.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;

use super::aggregate::Aggregate;
use super::collector::Collector;
use super::discards::Discards;
use super::file_totals::FileTotals;
use super::filter::RecordFilter;
use super::shared::Shared;
use super::work_unit::{WorkUnit, work_units};
use crate::ingest::files::{LogFile, source_id};
use crate::ingest::object_key::ObjectTime;
use crate::ingest::options::ReadOptions;
use crate::ingest::report_change;
use crate::ingest::totals::Totals;
use crate::model::defect::{DefectKind, Defects};
use crate::progress::Progress;
use crate::spill::Limits;

/// Reads all files on the threads of the pool and retains the records that match the filter.
pub fn reduce_files(
    files: &[LogFile],
    options: &ReadOptions,
    filter: &RecordFilter,
    limits: Limits,
    pool: &ThreadPool,
    progress: &dyn Progress,
) -> io::Result<Aggregate> {
    let skipped: Vec<Option<ObjectTime>> = files.iter().map(|file| filter.skipped_file(&file.name)).collect();
    let to_read = (0..files.len()).filter(|&index| skipped[index].is_none());
    let work_units = pool.install(|| work_units(files, to_read, pool.current_num_threads()));
    let next = AtomicUsize::new(0);
    let shared = Shared::new(&Arc::new(limits.budget()));
    let bounds = filter.bounds();
    let done = pool.broadcast(|_| {
        let mut worker = Collector::new(filter, bounds.as_ref(), &shared);
        let mut of_files = Vec::new();
        while let Some(unit) = work_units.get(next.fetch_add(1, Ordering::Relaxed)) {
            of_files.push((unit.index, take(unit, files, options, &mut worker, progress)));
        }
        worker.finish().map(|(defects, discards)| (of_files, defects, discards))
    });
    let (mut totals, mut defects, mut discards) =
        (Totals::default(), Defects::default(), Discards::default());
    let mut file_totals: Vec<FileTotals> = skipped.iter().map(|known| FileTotals::unread(*known)).collect();
    for file in &file_totals {
        totals.merge(&file.totals);
    }
    for of_worker in done {
        let (of_files, defects_of_worker, discards_of_worker) = of_worker?;
        discards.merge(&discards_of_worker);
        for (index, of_unit) in of_files {
            totals.merge(&of_unit.totals);
            file_totals[index].add(&of_unit);
        }
        defects.merge(defects_of_worker);
    }
    // After all parts of all files: a file whose parts were read at different times is compared once.
    let mut last = Collector::new(filter, bounds.as_ref(), &shared);
    let read = files.iter().enumerate().filter(|(index, _)| skipped[*index].is_none());
    for (index, file) in read {
        let mut of_file = Defects::default();
        file_totals[index].is_unreadable |= report_change(file, source_id(index), &mut last, &mut of_file);
        defects.merge(of_file);
    }
    let (_, of_changed) = last.finish()?;
    discards.merge(&of_changed);
    let batch_bytes = limits.batch_bytes(pool.current_num_threads());
    Ok(Aggregate { shared, batch_bytes, totals, files: file_totals, defects, discards })
}

fn take(
    unit: &WorkUnit,
    files: &[LogFile],
    options: &ReadOptions,
    worker: &mut Collector<'_>,
    progress: &dyn Progress,
) -> FileTotals {
    // Collected separately, so that the first defect of a kind is the first one in its work unit.
    let mut of_unit = Defects::default();
    unit.read(files, options, worker, &mut of_unit, &|bytes| progress.advance(bytes, 0));
    let totals = std::mem::take(&mut worker.totals);
    let is_unreadable = of_unit.count(DefectKind::UnreadableFile) > 0;
    worker.defects.merge(of_unit);
    progress.advance(0, totals.records);
    if unit.is_last {
        progress.finish_file();
    }
    FileTotals { totals, is_unreadable }
}
