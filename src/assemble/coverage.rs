//! The coverage of the interfaces that matter.

use std::collections::{BTreeMap, BTreeSet};

use super::Diagnosed;
use crate::diagnose::case::{InterfaceVisibility, bounded};
use crate::model::ids::InterfaceId;
use crate::model::interface::InterfaceRole;
use crate::model::time::Window;
use crate::reduce::Reduced;
use crate::report::{Coverage, InterfaceCoverage};

pub(super) fn report(diagnosed: &[Diagnosed], reduced: &Reduced) -> Coverage {
    let types: BTreeSet<&'static str> = diagnosed.iter().map(|one| one.traffic).collect();
    let mut windows: BTreeMap<InterfaceId, (InterfaceRole, Window)> = BTreeMap::new();
    for one in diagnosed {
        let window = bounded(reduced, one.subject.lived);
        for (id, role) in &one.interfaces {
            let new = || (*role, window);
            windows.entry(id.clone()).and_modify(|(_, have)| *have = have.union(window)).or_insert_with(new);
        }
    }
    let interfaces = windows.into_iter().map(|(id, (role, window))| {
        let visibility = InterfaceVisibility::of(reduced, &id, window);
        InterfaceCoverage {
            id,
            role,
            minutes_seen: visibility.minutes_seen,
            minutes_expected: visibility.minutes_expected,
            skipdata_minutes: visibility.skipdata_minutes,
            unreadable_records: visibility
                .unreadable
                .map_or(0, |unreadable| unreadable.records() + unreadable.parts),
        }
    });
    Coverage {
        traffic_type: if types.len() == 1 { types.first().copied().unwrap_or("unknown") } else { "unknown" },
        interfaces: interfaces.collect(),
    }
}
