//! How much of the interfaces that matter the logs show.

use std::collections::{BTreeMap, BTreeSet};

use super::Diagnosed;
use crate::diagnose::case::{Case, InterfaceWatch, bounded};
use crate::model::ids::InterfaceId;
use crate::model::time::Window;
use crate::report::{Coverage, InterfaceCoverage};

pub(super) fn report(diagnosed: &[Diagnosed<'_>]) -> Coverage {
    let Some(first) = diagnosed.first() else {
        return Coverage { traffic_type: "unknown", interfaces: Vec::new() };
    };
    let types: BTreeSet<&'static str> = diagnosed.iter().map(|one| one.case.watch.traffic.name()).collect();
    let mut windows: BTreeMap<InterfaceId, (String, Window)> = BTreeMap::new();
    for one in diagnosed {
        for (id, role) in interfaces(&one.case) {
            let window = bounded(one.case.facts.reduced, one.case.subject.lived);
            windows.entry(id).and_modify(|(_, have)| *have = have.union(window)).or_insert((role, window));
        }
    }
    let interfaces = windows.into_iter().map(|(id, (role, window))| {
        let watch = InterfaceWatch::of(first.case.facts.reduced, &id, window);
        InterfaceCoverage {
            id,
            role,
            minutes_seen: watch.minutes_seen,
            minutes_expected: watch.minutes_expected,
            skipdata_minutes: watch.skipdata_minutes,
        }
    });
    Coverage {
        traffic_type: if types.len() == 1 { types.first().copied().unwrap_or("unknown") } else { "unknown" },
        interfaces: interfaces.collect(),
    }
}

/// The task's own interface, those that mirror its attempts, and those that own its destinations.
fn interfaces(case: &Case<'_>) -> BTreeMap<InterfaceId, String> {
    let own = case.subject.interface_id.iter().map(|id| (id.clone(), "task".to_owned()));
    let mirrors = case
        .attempts
        .iter()
        .flat_map(|attempt| &attempt.mirrors)
        .map(|mirror| (mirror.interface_id.clone(), mirror.role.clone()));
    let owners = case.attempts.iter().filter_map(|attempt| {
        let owner = case.facts.inventory.interface_by_address(attempt.destination.ip())?;
        Some((owner.id.clone(), case.facts.inventory.role(&owner.id)))
    });
    // The task's own entry comes last, so that it stays.
    mirrors.chain(owners).chain(own).collect()
}
