#![doc = include_str!("endpoint_nacl_blocks_return.md")]

use crate::attribution::culprits;
use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::{FailingStep, reject_policy, same_subnet_contradiction};
use crate::diagnose::healthy_peer::healthy_peer;
use crate::diagnose::missing_data::{needs_complete_records, needs_near};
use crate::diagnose::phrases::{destination, how_often, missing_data, near_request, proof, show_acl};
use crate::diagnose::rejection_point::{Explanation, RejectionPoint, explain};
use crate::diagnose::return_traffic::{are_answers, needs_flags, rejected_replies};
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::Unanswered;
use crate::finding::CauseId;
use crate::model::interface::InterfaceRole;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::EndpointNaclBlocksReturn,
    title: "The network ACL of the endpoint's subnet rejects the replies",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("endpoint_nacl_blocks_return.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(failing_step) = FailingStep::of_service(case) else { return Assessment::NotApplicable };
    let rejected = failing_step.attempts_where(|attempt| {
        matches!(attempt.outcome, Outcome::ReplyRejectedFar(_))
            && reject_policy(case, attempt).is_none()
            && attempt.ends_at_rejecting_mirror()
    });
    let statement = "The far interface accepted the requests, and its replies were rejected leaving it. Security groups let \
                replies to what they allowed through, so it was the network ACL.";
    let far = rejected.first().and_then(|attempt| attempt.rejecting_mirror());
    let (Some(reply), Some(far)) = (proof(statement, &rejected, reply_rejected), far) else {
        return match failing_step.no_far_rejection(Outcome::is_far_reply, |far| far.reply.accepted.is_some())
        {
            Assessment::NotApplicable => {
                lone_replies(case, &failing_step).unwrap_or_else(|| from_configuration(case))
            }
            ruled_out => ruled_out,
        };
    };
    if failing_step.is_in_subnet_of_task(&rejected) {
        return same_subnet_contradiction(reply);
    }
    let subnet = case.facts.subnet_of(&far.interface_id);
    let replies = rejected_replies(RejectionPoint::LeavingDestination, &rejected, subnet.as_ref());
    let seen_leaving = proof("The requests were accepted leaving the task.", &rejected, near_request);
    // It may be a hop on the way, or in the task's own subnet, where no network ACL acts.
    let is_unknown =
        far.role == InterfaceRole::Unknown || subnet.is_none() || case.subject.subnet_id.is_none();
    let unknown = is_unknown.then(|| {
        missing_data(
            format!("describe-network-interfaces of {}, and the subnet of the task", far.interface_id),
            "whether it is the destination's interface, and in another subnet than the task's",
        )
    });
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(
            seen_leaving.is_some()
                && case.visibility.is_complete()
                && are_answers(&rejected, reply_rejected)
                && unknown.is_none(),
        ),
        culprits: replies.culprits,
        summary: format!(
            "{} got no reply from {}: {} answered and the network ACL of its {} rejected the replies{} ({}).{}",
            case.subject.name(),
            destination(&rejected),
            far.interface_id,
            subnet.as_ref().map_or("subnet".to_owned(), |id| format!("subnet {id}")),
            replies.reason,
            how_often(&rejected),
            replies.now
        ),
        proof: reply,
        missing: seen_leaving
            .is_none()
            .then(|| needs_near(case))
            .into_iter()
            .chain(unknown)
            .chain(replies.missing)
            .chain(needs_complete_records(case))
            .chain(needs_flags(&rejected, reply_rejected))
            .collect(),
        more_proofs: seen_leaving.into_iter().chain(healthy_peer(case, &rejected)).collect(),
        fix: tried_fix(
            case,
            &rejected,
            "In the network ACL of the endpoint's subnet, allow outbound TCP to the ephemeral ports 1024-65535 of the \
             task's subnet. Network ACLs keep no state: replies need a rule of their own.",
            show_acl(subnet.as_ref()),
        ),
    }))
}

/// Only the rejected replies are recorded, as in a log of REJECT records: the configuration must show that it was the ACL.
fn lone_replies(case: &Case<'_>, failing_step: &FailingStep<'_>) -> Option<Assessment> {
    let lone = failing_step.attempts_where(|attempt| lone_answer(attempt).is_some());
    let statement = "Answers to openings were rejected leaving the far interface.";
    let reply = proof(statement, &lone, lone_answer)?;
    let Explanation::Denied(_, hops) = explain(RejectionPoint::LeavingDestination, &lone) else {
        return None;
    };
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
        missing: vec![missing_data(
            "the accepted records of both interfaces: a flow log with TrafficType ALL",
            "that the task had sent the request, and that it arrived",
        )],
        fix: tried_fix(case, &lone, "Network ACLs keep no state: replies need a rule of their own.", []),
    })))
}

fn lone_answer(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.lone_answer().filter(|_| attempt.near.is_none())
}

/// The far side's records are missing: the configuration shows that the replies end there.
fn from_configuration(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    unanswered.assess_destination(CAUSE.id)
}

fn reply_rejected(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.rejecting_mirror()?.conversation.reply.rejected.as_ref()
}
