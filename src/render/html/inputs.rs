//! What the report rests on: what was read, how well it covers the time, and what was wrong with it.

use super::text::{Text, text};
use crate::render::words::read;
use crate::report::{Coverage, Inputs, InterfaceCoverage};

/// The end of the page.
pub(super) struct Basis {
    pub(super) traffic_type: &'static str,
    /// Whether the flow log leaves traffic out.
    pub(super) is_partial: bool,
    pub(super) interfaces: Vec<Interface>,
    pub(super) n_whole: usize,
    pub(super) read: String,
    pub(super) defects: Vec<Defect>,
}

/// One interface's coverage.
pub(super) struct Interface {
    pub(super) id: Text,
    pub(super) role: Text,
    pub(super) seen: u64,
    pub(super) expected: u64,
    pub(super) lost: u64,
    pub(super) is_whole: bool,
    /// `gaps` or `whole`.
    pub(super) word: &'static str,
}

/// One kind of defect.
pub(super) struct Defect {
    pub(super) kind: &'static str,
    pub(super) count: u64,
    pub(super) place: Text,
    pub(super) statement: Text,
}

pub(super) fn basis(coverage: &Coverage, inputs: &Inputs) -> Basis {
    let interfaces: Vec<Interface> = coverage.interfaces.iter().map(interface).collect();
    Basis {
        traffic_type: if coverage.traffic_type.is_empty() { "unknown" } else { coverage.traffic_type },
        is_partial: matches!(coverage.traffic_type, "ACCEPT" | "REJECT"),
        n_whole: interfaces.iter().filter(|interface| interface.is_whole).count(),
        interfaces,
        read: read(inputs),
        defects: defects(inputs),
    }
}

fn interface(one: &InterfaceCoverage) -> Interface {
    let is_whole = one.minutes_seen >= one.minutes_expected && one.skipdata_minutes == 0;
    Interface {
        id: text(&one.id),
        role: text(one.role.name()),
        seen: one.minutes_seen,
        expected: one.minutes_expected,
        lost: one.skipdata_minutes,
        is_whole,
        word: if is_whole { "whole" } else { "gaps" },
    }
}

fn defects(inputs: &Inputs) -> Vec<Defect> {
    let defect =
        |(kind, count, first): (crate::model::defect::DefectKind, u64, &crate::model::defect::Place)| {
            let place = match first.line {
                Some(line) => text(format!("{}:{line}", first.file)),
                None => text(&first.file),
            };
            Defect { kind: kind.name(), count, place, statement: text(&first.text) }
        };
    inputs.defects.iter().map(defect).collect()
}
