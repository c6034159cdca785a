//! The library's own reduction: everyone's records, and those of known cases.

use std::collections::{BTreeMap, BTreeSet};

use flowcause::ingest::files::LogFile;
use flowcause::model::ids::InterfaceId;
use flowcause::model::time::Window;
use flowcause::progress::NoProgress;
use flowcause::reduce::{Flow, Scope, ScopeOf, reduce_files};

use crate::check::{GroupSums, check_line};

const PORTS: [u16; 2] = [53, 443];

/// Ports 443 and 53 to the flows table, for everyone.
pub(crate) fn aggregate(files: &[LogFile], threads: usize) -> Result<String, String> {
    reduce(files, threads, &Scope::everyone(&PORTS))
}

/// The same for some interfaces in a window, as `explain` asks for its cases.
pub(crate) fn scoped(
    files: &[LogFile],
    threads: usize,
    cases: &[InterfaceId],
    window: Window,
) -> Result<String, String> {
    let interfaces: BTreeMap<InterfaceId, Window> = cases.iter().map(|id| (id.clone(), window)).collect();
    // No addresses: what far interfaces recorded of the cases would be one condition more, for every peer too.
    let of = ScopeOf::Cases { interfaces, addresses: BTreeMap::new(), watched: BTreeSet::new() };
    reduce(files, threads, &Scope { ports: PORTS.to_vec(), window, of })
}

/// The one place that knows how the library reduces.
fn reduce(files: &[LogFile], threads: usize, scope: &Scope) -> Result<String, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| error.to_string())?;
    let reduced = reduce_files(files, scope, &pool, &NoProgress);
    if !reduced.defects.is_empty() {
        return Err(format!("defects: {:?}", reduced.defects));
    }
    Ok(check_line(reduced.flows.iter().map(sums)))
}

fn sums(flow: &Flow) -> GroupSums {
    GroupSums {
        packets: flow.sums.packets,
        bytes: flow.sums.bytes,
        records: flow.sums.records,
        first_start: flow.sums.first_start.into(),
        last_end: flow.sums.last_end.into(),
        tcp_flags: flow.sums.tcp_flags.unwrap_or(0).into(),
    }
}
