//! Failures that are not the reason why the task stopped. They are reported so that they are neither mistaken for the cause
//! nor missed later.

use crate::diagnose::assessment::Proof;
use crate::diagnose::case::{Attempt, Case, Origin, ServiceStep};
use crate::diagnose::phrases::{any_row, attempts, destination, proof};
use crate::model::service::Service;

/// Returns one statement for each step with failed attempts other than the failing step.
pub(super) fn other_failures(case: &Case<'_>) -> Vec<Proof> {
    let steps = case.steps.iter().filter(|step| is_other(case, step));
    steps.filter_map(|step| proof(statement(case, step), &failed(case, step), any_row)).collect()
}

/// Returns a sentence about other services of the start that were not reached, or an empty text.
pub(super) fn not_reached(case: &Case<'_>) -> String {
    let is_open = |step: &&ServiceStep| {
        is_other(case, step)
            && !step.finished
            && step.origin != Origin::Container
            && step.service.is_start_step()
    };
    let open = case.steps.iter().find(is_open).map(|step| destination(&failed(case, step)));
    open.map_or_else(String::new, |open| {
        format!(" It did not reach {open} either; that did not stop this task, but it may stop the next one.")
    })
}

fn is_other(case: &Case<'_>, step: &ServiceStep) -> bool {
    step.service != Service::Dns
        && case.failing_step().is_none_or(|failing_step| failing_step.service != step.service)
}

fn failed<'c>(case: &'c Case<'_>, step: &'c ServiceStep) -> Vec<&'c Attempt> {
    case.attempts_of(step).filter(|attempt| attempt.outcome.failed()).collect()
}

fn statement(case: &Case<'_>, step: &ServiceStep) -> String {
    let failed = failed(case, step);
    let (number, where_to) = (attempts(failed.len()), destination(&failed));
    match step.origin {
        _ if step.finished => format!("{number} to reach {where_to} failed, but the start continued."),
        Origin::Container => {
            format!("{number} to reach {where_to} failed; no record shows that the start sent them.")
        }
        Origin::Start | Origin::Either => format!("{number} to reach {where_to} failed too."),
    }
}
