//! The other faults that the saved policies and lists show beside the verdict.

use crate::authorization::{StartDenial, StartStep};
use crate::diagnose::case::{Case, StartAccess};
use crate::diagnose::refusal::{documents, saved_alone};
use crate::finding::CauseId;

/// A sentence on the first fault of a cause; none if what is saved shows none, or if the records show that the start got past it.
pub(super) fn sentence(case: &Case<'_>, cause: CauseId) -> Option<String> {
    let access = case.access.as_ref().filter(|_| !saved_alone::has_started(case))?;
    let is_open = |step: StartStep| step != StartStep::AssumeRole && !saved_alone::is_passed(case, step);
    let is_fault = |denial: &&StartDenial| {
        denial.fault.cause() == cause
            && !denial.is_conditional
            && !documents::is_possibly_later(denial)
            && is_open(denial.step)
    };
    let denial = access.denials.iter().find(is_fault);
    let of_denial = denial.map(|denial| format!("As saved, {}.", documents::as_denied(denial)));
    of_denial.or_else(|| of_resource(case, access, cause, is_open))
}

fn of_resource(
    case: &Case<'_>,
    access: &StartAccess,
    cause: CauseId,
    is_open: impl Fn(StartStep) -> bool,
) -> Option<String> {
    let mut faults =
        access.resources.iter().filter(|one| saved_alone::is_fault(access, one) && is_open(one.step));
    faults.find_map(|one| {
        let refusal = saved_alone::of_resource(case, one).filter(|refusal| refusal.cause == cause)?;
        Some(format!("The start is also hindered: {}.", refusal.clause))
    })
}
