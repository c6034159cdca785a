//! The data behind the report: the inputs, their coverage, and their defects.

use super::text::{Text, text};
use crate::render::words::read;
use crate::report::{Coverage, Inputs, InterfaceCoverage};

/// The last section of the page.
pub(super) struct InputsSection {
    pub(super) traffic_type: &'static str,
    /// Whether the flow log records only ACCEPT or only REJECT.
    pub(super) is_partial: bool,
    pub(super) interfaces: Vec<InterfaceRow>,
    pub(super) n_complete: usize,
    pub(super) read: String,
    pub(super) defects: Vec<DefectRow>,
}

/// One interface's coverage.
pub(super) struct InterfaceRow {
    pub(super) id: Text,
    pub(super) role: Text,
    pub(super) seen: u64,
    pub(super) expected: u64,
    pub(super) lost: u64,
    pub(super) is_complete: bool,
    /// `complete` or `gaps`.
    pub(super) coverage: &'static str,
}

/// One kind of defect.
pub(super) struct DefectRow {
    pub(super) kind: &'static str,
    pub(super) count: u64,
    pub(super) place: Text,
    pub(super) statement: Text,
}

pub(super) fn inputs_section(coverage: &Coverage, inputs: &Inputs) -> InputsSection {
    let interfaces: Vec<InterfaceRow> = coverage.interfaces.iter().map(interface).collect();
    InputsSection {
        traffic_type: if coverage.traffic_type.is_empty() { "unknown" } else { coverage.traffic_type },
        is_partial: matches!(coverage.traffic_type, "ACCEPT" | "REJECT"),
        n_complete: interfaces.iter().filter(|interface| interface.is_complete).count(),
        interfaces,
        read: read(inputs),
        defects: defects(inputs),
    }
}

fn interface(one: &InterfaceCoverage) -> InterfaceRow {
    let is_complete = one.is_complete();
    InterfaceRow {
        id: text(&one.id),
        role: text(one.role.name()),
        seen: one.minutes_seen,
        expected: one.minutes_expected,
        lost: one.skipdata_minutes,
        is_complete,
        coverage: if is_complete { "complete" } else { "gaps" },
    }
}

fn defects(inputs: &Inputs) -> Vec<DefectRow> {
    let defect =
        |(kind, count, first): (crate::model::defect::DefectKind, u64, &crate::model::defect::Place)| {
            let others = inputs
                .defects
                .elsewhere(kind)
                .map(|place| format!("; also in {}: {}", place.location(), place.text));
            let statement = format!("{}{}", first.text, others.collect::<String>());
            DefectRow { kind: kind.name(), count, place: text(first.location()), statement: text(statement) }
        };
    inputs.defects.iter().map(defect).collect()
}
