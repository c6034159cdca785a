#![doc = include_str!("endpoint_nacl_blocks_return.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::contrast::contrast;
use crate::diagnose::controls::{Blame, RejectionPoint, blame};
use crate::attribution::culprits;
use crate::diagnose::lacking::{needs_everything, needs_near};
use crate::diagnose::lead::{Lead, reject_policy, same_subnet_contradiction};
use crate::diagnose::mend::mend;
use crate::diagnose::registry::Cause;
use crate::finding::CauseId;
use crate::diagnose::returns::Returns;
use crate::diagnose::silence::Silence;
use crate::diagnose::words::{destination, how_often, lack, near_request, proof, show_acl};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::EndpointNaclBlocksReturn,
    title: "The network ACL of the endpoint's subnet rejects the replies",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("endpoint_nacl_blocks_return.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_service(case) else { return Assessment::NotConcerned };
    let rejected = lead.failing(|attempt| {
        matches!(attempt.outcome, Outcome::ReplyRejectedFar(_))
            && reject_policy(case, attempt).is_none()
            && attempt.ends_at_rejecting_mirror()
    });
    let statement = "The far interface accepted the requests, and its replies were rejected leaving it. Security groups let \
                replies to what they allowed through, so it was the network ACL.";
    let far = rejected.first().and_then(|attempt| attempt.rejecting_mirror());
    let (Some(reply), Some(far)) = (proof(statement, &rejected, reply_rejected), far) else {
        return match lead.no_far_rejection(Outcome::is_far_reply, |far| far.reply.accepted.is_some()) {
            Assessment::NotConcerned => lone_replies(case, &lead).unwrap_or_else(|| silent(case)),
            ruled_out => ruled_out,
        };
    };
    if lead.is_in_subnet_of_task(&rejected) {
        return same_subnet_contradiction(reply);
    }
    let subnet = case.facts.subnet_of(&far.interface_id);
    let returns = Returns::of(RejectionPoint::LeavingDestination, &rejected, subnet.as_ref());
    let seen_leaving = proof("The requests were accepted leaving the task.", &rejected, near_request);
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(seen_leaving.is_some() && case.watch.hides_nothing()),
        culprits: returns.culprits,
        summary: format!(
            "{} got no reply from {}: {} answered and the network ACL of its {} rejected the replies{} ({}).{}",
            case.subject.name(),
            destination(&rejected),
            far.interface_id,
            subnet.as_ref().map_or("subnet".to_owned(), |id| format!("subnet {id}")),
            returns.reason,
            how_often(&rejected),
            returns.now
        ),
        proof: reply,
        missing: seen_leaving
            .is_none()
            .then(|| needs_near(case))
            .into_iter()
            .chain(returns.missing)
            .chain(needs_everything(case))
            .collect(),
        more_proofs: seen_leaving.into_iter().chain(contrast(case, &rejected)).collect(),
        fix: mend(
            case,
            &rejected,
            "In the network ACL of the endpoint's subnet, allow outbound TCP to the ephemeral ports 1024-65535 of the task's \
             subnet. Network ACLs keep no state: replies need a rule of their own.",
            show_acl(subnet.as_ref()),
        ),
    }))
}

/// Only the rejected replies are recorded, as in a log of REJECT records: the configuration must say that it was the ACL.
fn lone_replies(case: &Case<'_>, lead: &Lead<'_>) -> Option<Assessment> {
    let lone = lead.failing(|attempt| lone_answer(attempt).is_some());
    let statement = "Answers to openings were rejected leaving the far interface.";
    let reply = proof(statement, &lone, lone_answer)?;
    let Blame::Control(_, hops) = blame(RejectionPoint::LeavingDestination, &lone) else { return None };
    let reason = hops.first().map_or("", |hop| hop.reason.as_str());
    Some(Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::Likely,
        culprits: culprits::of_hops(hops.iter().copied()),
        summary: format!(
            "{} got no reply from {}: answers were rejected leaving the far interface, because {reason} ({}).",
            case.subject.name(),
            destination(&lone),
            how_often(&lone)
        ),
        proof: reply,
        more_proofs: Vec::new(),
        missing: vec![lack(
            "the accepted records of both interfaces: a flow log with TrafficType ALL",
            "that the task had asked, and that the request arrived",
        )],
        fix: mend(case, &lone, "Network ACLs keep no state: replies need a rule of their own.", []),
    })))
}

fn lone_answer(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.lone_answer().filter(|_| attempt.near.is_none())
}

/// The far side's records are missing: the configuration says that the replies end there.
fn silent(case: &Case<'_>) -> Assessment {
    let Some(silence) = Silence::of(case) else { return Assessment::NotConcerned };
    silence.at_destination(CAUSE.id)
}

fn reply_rejected(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.rejecting_mirror()?.conversation.reply.rejected.as_ref()
}
