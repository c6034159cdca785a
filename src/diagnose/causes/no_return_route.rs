#![doc = include_str!("no_return_route.md")]

use crate::attribution::fix::return_route;
use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::cause::Cause;
use crate::diagnose::phrases::{far_reply, missing_data, plain_id, proof};
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::{CauseId, Control, Hop};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NoReturnRoute,
    title: "The far side has no route back to the task",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("no_return_route.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    let Some(hops) = unanswered.stopped_by(CAUSE.id) else { return Assessment::NotApplicable };
    let culprits = unanswered.culprits(CAUSE.id, &unanswered.blocking(hops.clone()));
    let statement = "The far interface answered, and no reply came back to the task.";
    let replied = proof(statement, &unanswered.attempts, far_reply);
    let is_replied = unanswered.attempts.iter().all(|attempt: &&Attempt| far_reply(attempt).is_some());
    let far = unanswered.destination_interfaces();
    let missing = (!is_replied).then(|| {
        missing_data(
            format!("the complete flow log of {far} in that time"),
            "that the far side answered: so far only the configuration shows where the replies were lost",
        )
    });
    let reason = hops.first().map_or("", |hop| hop.reason.as_str());
    let words = hops.first().map_or_else(String::new, |hop| words(hop));
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::confirmed_if(is_replied),
        culprits,
        why: format!("the packets left the task, but no reply came back; {reason}"),
        more_proofs: replied.into_iter().collect(),
        missing: missing.into_iter().collect(),
        fix: tried_fix(case, &unanswered.attempts, words, hops.iter().filter_map(|hop| show_table(hop))),
    })
}

fn words(hop: &Hop) -> String {
    match &hop.control {
        Control::RouteTable { id, .. } => return_route(id.as_ref()),
        _ => String::new(),
    }
}

fn show_table(hop: &Hop) -> Option<String> {
    let Control::RouteTable { id: Some(id), .. } = &hop.control else { return None };
    Some(format!("aws ec2 describe-route-tables --route-table-ids {}", plain_id(id.as_str())?))
}
