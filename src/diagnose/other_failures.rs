//! What failed besides, and is not why the task stopped: said, so that nobody takes it for the cause or misses it later.

use crate::diagnose::assessment::Proof;
use crate::diagnose::case::{Attempt, Case, Origin, ServiceStep};
use crate::diagnose::phrases::{any_row, attempts, destination, proof};
use crate::model::service::Service;

/// One statement for each step with failed attempts that does not lead.
pub(super) fn other_failures(case: &Case<'_>) -> Vec<Proof> {
    let steps = case.steps.iter().filter(|step| is_other(case, step));
    steps.filter_map(|step| proof(statement(case, step), &failed(case, step), any_row)).collect()
}

/// A sentence on the services of a start that were not reached either, or nothing.
pub(super) fn not_reached(case: &Case<'_>) -> String {
    let is_open = |step: &&ServiceStep| {
        is_other(case, step)
            && !step.finished
            && step.origin != Origin::Container
            && step.service.is_start_step()
    };
    let open = case.steps.iter().find(is_open).map(|step| destination(&failed(case, step)));
    open.map_or_else(String::new, |open| {
        format!(" It did not reach {open} either, which is not why it stopped and may stop the next one.")
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
        _ if step.finished => format!("{number} to reach {where_to} failed, and the start went on."),
        Origin::Container => {
            format!("{number} to reach {where_to} failed: nothing shows that the start made them.")
        }
        Origin::Start | Origin::Either => format!("{number} to reach {where_to} failed too."),
    }
}
