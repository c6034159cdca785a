//! The reduction of the library: unfiltered records, and records of known cases.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use flowcause::ingest::files::LogFile;
use flowcause::ingest::options::ReadOptions;
use flowcause::model::ids::InterfaceId;
use flowcause::model::time::Window;
use flowcause::progress::NoProgress;
use flowcause::reduce::{AggregatedFlow, Limits, RecordFilter, RecordSet, reduce_files};

use crate::check::Check;
use crate::options::Options;

const PORTS: [u16; 2] = [53, 443];

/// Reduces ports 443 and 53 to the flows table, for every interface.
pub(crate) fn aggregate(files: &[LogFile], options: &Options) -> Result<String, String> {
    reduce(files, options, &RecordFilter::unfiltered(&PORTS))
}

/// The same for some interfaces in a window, as `explain` reads its cases.
pub(crate) fn scoped(files: &[LogFile], options: &Options) -> Result<String, String> {
    let window = options.window;
    let interfaces: BTreeMap<InterfaceId, Window> =
        options.cases()?.into_iter().map(|id| (id, window)).collect();
    // Without addresses, because records of far interfaces would be one more condition for every peer too.
    let of = RecordSet::Cases { interfaces, addresses: BTreeMap::new(), watched: BTreeSet::new() };
    reduce(files, options, &RecordFilter::new(&PORTS, window, of))
}

/// Calls the library; both reductions use this function.
fn reduce(files: &[LogFile], options: &Options, filter: &RecordFilter) -> Result<String, String> {
    let message = |error: &dyn Display| error.to_string();
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(options.threads).build().map_err(|e| message(&e))?;
    let limits = options.memory.map_or(Limits::NONE, |memory| Limits { memory, ..Limits::NONE });
    let aggregate = reduce_files(files, &ReadOptions::default(), filter, limits, &pool, &NoProgress)
        .map_err(|e| message(&e))?;
    if !aggregate.defects.is_empty() {
        return Err(format!("defects: {:?}", aggregate.defects));
    }
    let (batches, _) = aggregate.for_each_batch(&pool, check).map_err(|e| message(&e))?;
    Ok(batches.into_iter().fold(Check::default(), Check::add).line())
}

fn check(flows: &[AggregatedFlow]) -> Check {
    let of = |flow: &AggregatedFlow| {
        let sums = &flow.sums;
        let flags = sums.tcp_flags.unwrap_or(0).into();
        let (first, last) = (sums.first_start.into(), sums.last_end.into());
        Check::of_group([sums.packets, sums.bytes, sums.records, first, last, flags])
    };
    flows.iter().map(of).fold(Check::default(), Check::add)
}
