#![doc = include_str!("undetermined.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::missing_data::needs_origin;
use crate::diagnose::other_failures::other_failures;
use crate::diagnose::phrases::{any_row, destination, how_often, missing_data, proof};
use crate::diagnose::stopped_reason::CallResult;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::Undetermined,
    title: "The data is inconclusive",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("undetermined.md"),
    assess,
};

/// The assessment if no cause holds and no other cause is inconclusive.
fn assess(case: &Case<'_>) -> Assessment {
    let name = case.subject.name();
    let Some(failing_step) = FailingStep::of(case) else {
        return without_failing_step(case);
    };
    let attempts = failing_step.all();
    let states: std::collections::BTreeSet<&str> =
        attempts.iter().map(|attempt| attempt.outcome.step_state().name()).collect();
    let states = states.into_iter().collect::<Vec<_>>().join(", ");
    let (where_to, often) = (destination(&attempts), how_often(&attempts));
    let summary = if attempts.iter().any(|attempt| attempt.outcome.failed()) {
        format!(
            "{name} did not reach {where_to} ({often}; {states}), and no cause known to this version explains the records."
        )
    } else {
        format!(
            "The records do not show whether {} reached {where_to} ({often}; {states}).",
            case.subject.name_within()
        )
    };
    Assessment::Inconclusive {
        summary,
        proofs: proof(format!("The attempts are {states}."), &attempts, any_row).into_iter().collect(),
        missing: failing_step.needed_data(case),
    }
}

/// No step can have stopped the task: other failures came from a container, or had no effect.
fn without_failing_step(case: &Case<'_>) -> Assessment {
    let answered = match (case.reason.result, &case.reason.service) {
        (CallResult::Answered, Some(service)) => {
            format!(": its stopped reason shows that {service} answered")
        }
        _ => String::new(),
    };
    let needs_records = missing_data(
        "records of the task's interface on the service ports, from its creation to its stop",
        "which packets the task sent, and which replies arrived",
    );
    let is_elsewhere = case.subject.start.is_elsewhere() || case.reason.address.is_some();
    Assessment::Inconclusive {
        summary: format!("The records do not show why {} stopped{answered}.", case.subject.name_within()),
        proofs: other_failures(case),
        missing: vec![if is_elsewhere { needs_origin(case) } else { needs_records }],
    }
}
