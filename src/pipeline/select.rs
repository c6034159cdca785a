//! From the candidates of the prefilter to suspects, in batches that fit in memory.
//!
//! An interface is a suspect because of its own flows and the addresses of clients. Therefore the division into
//! batches does not change the result.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::context::RunContext;
use super::filter::all_records_of;
use crate::converse::{SuspectCandidate, pair_in_runs, suspects};
use crate::error::Error;
use crate::frame::FrameError;
use crate::ingest::record::NameId;
use crate::model::ids::InterfaceId;
use crate::reduce::Aggregate;

/// Returns the suspects among the candidates. The candidates of the last batch are returned unexamined, because the
/// next step examines them anyway.
pub(super) fn select_suspects(
    context: &RunContext<'_>,
    aggregate: &Aggregate,
    candidates: impl Iterator<Item = SuspectCandidate>,
    clients: &BTreeSet<IpAddr>,
) -> Result<BTreeSet<InterfaceId>, Error> {
    let names = aggregate.names();
    let id = |name: NameId| InterfaceId::new(names[name.0 as usize].as_str());
    let mut batches = batches(candidates, context.limits.max_flows());
    let last = batches.pop().unwrap_or_default();
    let mut selected: BTreeSet<InterfaceId> = last.into_iter().map(id).collect();
    for batch in batches {
        selected.extend(suspects_of(context, aggregate, batch.into_iter().map(id).collect(), clients)?);
    }
    Ok(selected)
}

/// Divides the interfaces into batches of at most `max_flows` flows; an interface with more flows is a batch by itself.
fn batches(candidates: impl Iterator<Item = SuspectCandidate>, max_flows: u64) -> Vec<Vec<NameId>> {
    let mut batches: Vec<Vec<NameId>> = Vec::new();
    let mut room = 0;
    for SuspectCandidate { interface, flows } in candidates {
        match batches.last_mut() {
            Some(open) if flows <= room => open.push(interface),
            _ => {
                batches.push(vec![interface]);
                room = max_flows;
            }
        }
        room = room.saturating_sub(flows);
    }
    batches
}

fn suspects_of(
    context: &RunContext<'_>,
    aggregate: &Aggregate,
    batch: BTreeSet<InterfaceId>,
    clients: &BTreeSet<IpAddr>,
) -> Result<Vec<InterfaceId>, Error> {
    let reduced = aggregate.select(context.pool, &all_records_of(batch))?;
    let mut found: Vec<Result<Vec<NameId>, FrameError>> = Vec::new();
    context.pool.install(|| {
        pair_in_runs(&reduced, context.ports, |conversations| {
            found.push(suspects(conversations, |id| clients.contains(&reduced.address(id))));
        })
    })?;
    let found: Vec<Vec<NameId>> = found.into_iter().collect::<Result<_, _>>()?;
    Ok(found.into_iter().flatten().map(|name| InterfaceId::new(reduced.name(name))).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_batch_fits_in_memory(flows in prop::collection::vec(1_u64..20, 0..40), max_flows in 0_u64..40) {
            let candidates: Vec<SuspectCandidate> = (0..)
                .zip(&flows)
                .map(|(name, &flows)| SuspectCandidate { interface: NameId(name), flows })
                .collect();
            let batches = batches(candidates.iter().copied(), max_flows);
            for batch in &batches {
                let total: u64 = batch.iter().map(|name| flows[name.0 as usize]).sum();
                prop_assert!(batch.len() == 1 || total <= max_flows, "{total} of at most {max_flows}");
            }
            let all: Vec<NameId> = batches.into_iter().flatten().collect();
            prop_assert_eq!(all, candidates.iter().map(|one| one.interface).collect::<Vec<_>>());
        }
    }
}
