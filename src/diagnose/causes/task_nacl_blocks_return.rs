#![doc = include_str!("task_nacl_blocks_return.md")]

use crate::attribution::culprits;
use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::{FailingStep, reject_policy, same_subnet_contradiction};
use crate::diagnose::healthy_peer::healthy_peer;
use crate::diagnose::missing_data::needs_complete_records;
use crate::diagnose::phrases::{
    destination, how_often, missing_data, near_request, proof, reply_sources, show_acl,
};
use crate::diagnose::rejection_point::{Explanation, RejectionPoint, explain};
use crate::diagnose::return_traffic::{are_answers, needs_flags, rejected_replies};
use crate::diagnose::tried_fix::tried_fix;
use crate::finding::{CauseId, Hop};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::TaskNaclBlocksReturn,
    title: "The network ACL of the task's subnet rejects the replies",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("task_nacl_blocks_return.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(failing_step) = FailingStep::of_service(case) else { return Assessment::NotApplicable };
    let rejected = failing_step.attempts_where(|attempt| {
        attempt.outcome == Outcome::ReplyRejectedNear && reject_policy(case, attempt).is_none()
    });
    let statement = "The reply to an accepted request was rejected entering the task's interface. Security groups let \
                replies to what they allowed through, so it was the network ACL.";
    let Some(reply) = proof(statement, &rejected, reply_rejected) else {
        return without_request(case, &failing_step);
    };
    if failing_step.is_in_subnet_of_task(&rejected) {
        return same_subnet_contradiction(reply);
    }
    let subnet = case.subject.subnet_id.clone();
    let range = port_range(&rejected);
    let replies = rejected_replies(RejectionPoint::EnteringTask, &rejected, subnet.as_ref());
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(
            case.visibility.is_complete() && are_answers(&rejected, reply_rejected),
        ),
        culprits: replies.culprits,
        summary: format!(
            "{} got no reply from {}: the replies arrived but were rejected by the network ACL of the task's {}{} ({}).{}",
            case.subject.name(),
            destination(&rejected),
            subnet.as_ref().map_or("subnet".to_owned(), |id| format!("subnet {id}")),
            replies.reason,
            how_often(&rejected),
            replies.now
        ),
        proof: reply,
        more_proofs: proof("The requests were accepted leaving the task.", &rejected, near_request)
            .into_iter()
            .chain(healthy_peer(case, &rejected))
            .collect(),
        missing: replies
            .missing
            .into_iter()
            .chain(needs_complete_records(case))
            .chain(needs_flags(&rejected, reply_rejected))
            .collect(),
        fix: tried_fix(
            case,
            &rejected,
            format!(
                "In the network ACL of the task's subnet, allow inbound TCP to the ephemeral ports 1024-65535 (the rejected \
                 replies went to {range}) from {}, or better from the blocks of the subnets it is in. Network ACLs keep \
                 no state: replies need a rule of their own.",
                reply_sources(&rejected),
            ),
            show_acl(subnet.as_ref()),
        ),
    }))
}

/// A rejected reply without a recorded request is inconclusive, for example in a log of REJECT records only.
fn without_request(case: &Case<'_>, failing_step: &FailingStep<'_>) -> Assessment {
    let lone =
        failing_step.attempts_where(|attempt| attempt.near.is_some() && attempt.lone_answer().is_some());
    if let Some(reply) =
        proof("Answers to openings were rejected entering the task's interface.", &lone, reply_rejected)
    {
        if let Explanation::Denied(_, hops) = explain(RejectionPoint::EnteringTask, &lone) {
            return configured(case, &lone, reply, &hops);
        }
        return Assessment::Inconclusive {
            summary: format!(
                "Answers from {} to {} were rejected entering its interface ({}), and the requests are not recorded.",
                destination(&lone),
                case.subject.name_within(),
                how_often(&lone)
            ),
            proofs: vec![reply],
            missing: vec![missing_data(
                "the accepted records of the task's interface: a flow log with TrafficType ALL",
                "whether the task had sent the request: only then did the network ACL reject the answer, and not a \
                 security group",
            )],
        };
    }
    if failing_step.sees_replies()
        && failing_step.attempts_where(|attempt| attempt.outcome == Outcome::ReplyRejectedNear).is_empty()
    {
        let reason = "No answer to an opening was rejected entering the task's interface.";
        Assessment::RuledOut { reason: reason.to_owned() }
    } else {
        Assessment::NotApplicable
    }
}

/// Only the answers are recorded, and the configuration shows that the network ACL rejects them.
fn configured(case: &Case<'_>, lone: &[&Attempt], reply: Proof, hops: &[&Hop]) -> Assessment {
    let reason = hops.first().map_or("", |hop| hop.reason.as_str());
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::Likely,
        culprits: culprits::of_hops(hops.iter().copied()),
        summary: format!(
            "{} got no reply from {}: answers were rejected entering its interface, because {reason} ({}).",
            case.subject.name(),
            destination(lone),
            how_often(lone)
        ),
        proof: reply,
        more_proofs: Vec::new(),
        missing: vec![missing_data(
            "the accepted records of the task's interface: a flow log with TrafficType ALL",
            "that the task had sent the request",
        )],
        fix: tried_fix(case, lone, "Network ACLs keep no state: replies need a rule of their own.", []),
    }))
}

fn reply_rejected(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.near.as_ref()?.reply.rejected.as_ref()
}

fn port_range(attempts: &[&Attempt]) -> String {
    let ports = || attempts.iter().filter_map(|attempt| attempt.near.map(|near| near.initiator_port));
    match (ports().min(), ports().max()) {
        (Some(first), Some(last)) if first < last => format!("ports {first} to {last}"),
        (Some(port), _) => format!("port {port}"),
        _ => "ephemeral ports".to_owned(),
    }
}
