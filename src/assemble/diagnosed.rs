//! The part of a case that the report needs. The case itself is large and a run has thousands of them, so a case is
//! dropped after its diagnosis.

use std::collections::BTreeMap;

use super::steps::steps;
use super::{coverage_gaps, path};
use crate::diagnose::case::{Case, Subject};
use crate::diagnose::finding::Finding;
use crate::finding::{Hop, RunbookReview};
use crate::model::ids::InterfaceId;
use crate::model::interface::InterfaceRole;
use crate::model::service::Service;
use crate::report::{CoverageGap, Observed, Step};

/// A task and its diagnosis.
pub struct Diagnosed {
    pub(super) subject: Subject,
    pub(super) finding: Finding,
    /// The service of the failing step.
    pub(super) failing_step: Option<Service>,
    pub(super) steps: Vec<Step>,
    pub(super) path: Vec<Hop>,
    pub(super) observed: Option<Observed>,
    pub(super) coverage_gaps: Vec<CoverageGap>,
    pub(super) runbook: Option<RunbookReview>,
    /// The traffic type that the flow log of its interface records.
    pub(super) traffic: &'static str,
    /// The interfaces whose records matter to the task, with their roles.
    pub(super) interfaces: BTreeMap<InterfaceId, InterfaceRole>,
}

impl Diagnosed {
    /// Takes from a case the values that the report needs.
    #[must_use]
    pub fn of(case: &Case<'_>, finding: Finding, runbook: Option<RunbookReview>) -> Self {
        let shown = path::shown_attempt(case);
        Self {
            subject: case.subject.clone(),
            finding,
            failing_step: case.failing_step().map(|step| step.service.clone()),
            steps: steps(case),
            path: shown.map(path::configured).unwrap_or_default(),
            observed: shown.map(|attempt| path::observed(case, attempt)),
            coverage_gaps: coverage_gaps::gaps_of(case),
            runbook,
            traffic: case.visibility.traffic.name(),
            interfaces: interfaces(case),
        }
    }
}

/// Returns the task's own interface, the interfaces that mirror its attempts, and those that own its destinations.
fn interfaces(case: &Case<'_>) -> BTreeMap<InterfaceId, InterfaceRole> {
    let own = case.subject.interface_id.iter().map(|id| (id.clone(), InterfaceRole::Task));
    let mirrors = case
        .attempts
        .iter()
        .flat_map(|attempt| &attempt.mirrors)
        .map(|mirror| (mirror.interface_id.clone(), mirror.role));
    let owners = case.attempts.iter().filter_map(|attempt| {
        let owner = case.facts.inventory.interface_by_address(attempt.destination.ip())?;
        Some((owner.id.clone(), case.facts.inventory.role(&owner.id)))
    });
    // The task's own entry comes last, because it replaces an earlier one.
    mirrors.chain(owners).chain(own).collect()
}
