#![doc = include_str!("no_return_route.md")]

use crate::attribution::fix::return_route;
use crate::converse::Sums;
use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::{Attempt, Case, Mirror};
use crate::diagnose::cause::Cause;
use crate::diagnose::phrases::{far_reply, missing_data, plain_id, proof};
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::{CauseId, Control, Hop, MissingData};

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
    let own = proof(statement, &unanswered.attempts, |attempt| own_reply(case, attempt));
    let statement = "A device on the way recorded the reply, and none came back to the task.";
    let on_the_way = || proof(statement, &unanswered.attempts, far_reply);
    let is_replied = unanswered.attempts.iter().all(|attempt: &&Attempt| own_reply(case, attempt).is_some());
    let missing = (!is_replied).then(|| needed(&unanswered, own.is_some()));
    let replied = own.or_else(on_the_way);
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

/// A reply that the destination's own interface sent. A reply that only a device on the way recorded may have been lost at any place
/// behind it.
fn own_reply<'c>(case: &Case<'_>, attempt: &'c Attempt) -> Option<&'c Sums> {
    let is_known = |mirror: &&Mirror| {
        !mirror.role.forwards() && case.facts.inventory.interface(&mirror.interface_id).is_some()
    };
    attempt.mirrors.iter().filter(is_known).find_map(|mirror| mirror.conversation.reply.accepted.as_ref())
}

/// The data that would confirm it. Behind a device that forwards, no record of the destination exists.
fn needed(unanswered: &Unanswered<'_>, is_in_part: bool) -> MissingData {
    let is_forwarded = unanswered.attempts.iter().any(|attempt| attempt.forwarders().next().is_some());
    if is_forwarded && !is_in_part {
        return missing_data(
            "the route table of that time (AWS Config, CloudTrail): AWS does not document what the record of a NAT gateway \
             shows of a reply without a route",
            "that the replies had no route back",
        );
    }
    missing_data(
        format!("the complete flow log of {} in that time", unanswered.destination_interfaces()),
        "that the far side answered: so far only the configuration shows where the replies were lost",
    )
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
