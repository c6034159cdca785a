//! The verdict on one case.

use crate::diagnose::assessment::Proof;
use crate::diagnose::cause::Cause;
use crate::finding::{CaseChanges, Confidence, Considered, Culprit, DeniedRequest, Fix, MissingData};
use crate::model::service::Service;

/// The verdict on a case, its proofs still pointing at records.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The cause.
    pub cause: &'static Cause,
    /// How sure.
    pub confidence: Confidence,
    /// The service the packets were for, if the failing step does not name it.
    pub service: Option<Service>,
    /// The resources at fault.
    pub culprits: Vec<Culprit>,
    /// One sentence for a ticket.
    pub summary: String,
    /// At least one for a confirmed or likely verdict.
    pub proofs: Vec<Proof>,
    /// The other causes that were considered, in the registry's order.
    pub also_considered: Vec<Considered>,
    /// Every request of the start that AWS or the saved policies deny.
    pub denied: Vec<DeniedRequest>,
    /// The changes before it failed; none if no change was saved.
    pub changes: Option<CaseChanges>,
    /// The data that would decide or strengthen it.
    pub missing: Vec<MissingData>,
    /// The fix.
    pub fix: Fix,
}
