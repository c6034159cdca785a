#![doc = include_str!("task_nacl_blocks_return.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::contrast::contrast;
use crate::diagnose::controls::{Blame, RejectionPoint, blame};
use crate::attribution::culprits;
use crate::diagnose::lacking::needs_everything;
use crate::diagnose::lead::{Lead, reject_policy, same_subnet_contradiction};
use crate::diagnose::mend::mend;
use crate::diagnose::registry::Cause;
use crate::finding::{CauseId, Hop};
use crate::diagnose::returns::Returns;
use crate::diagnose::words::{destination, how_often, lack, near_request, proof, reply_sources, show_acl};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::TaskNaclBlocksReturn,
    title: "The network ACL of the task's subnet rejects the replies",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("task_nacl_blocks_return.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_service(case) else { return Assessment::NotConcerned };
    let rejected = lead.failing(|attempt| {
        attempt.outcome == Outcome::ReplyRejectedNear && reject_policy(case, attempt).is_none()
    });
    let statement = "The reply to an accepted request was rejected entering the task's interface. Security groups let replies \
                to what they allowed through, so it was the network ACL.";
    let Some(reply) = proof(statement, &rejected, reply_rejected) else { return without_request(case, &lead) };
    if lead.is_in_subnet_of_task(&rejected) {
        return same_subnet_contradiction(reply);
    }
    let subnet = case.subject.subnet_id.clone();
    let range = port_range(&rejected);
    let returns = Returns::of(RejectionPoint::EnteringTask, &rejected, subnet.as_ref());
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(case.watch.hides_nothing()),
        culprits: returns.culprits,
        summary: format!(
            "{} got no reply from {}: the replies came and were rejected by the network ACL of the task's {}{} ({}).{}",
            case.subject.name(),
            destination(&rejected),
            subnet.as_ref().map_or("subnet".to_owned(), |id| format!("subnet {id}")),
            returns.reason,
            how_often(&rejected),
            returns.now
        ),
        proof: reply,
        more_proofs: proof("The requests were accepted leaving the task.", &rejected, near_request)
            .into_iter()
            .chain(contrast(case, &rejected))
            .collect(),
        missing: returns.missing.into_iter().chain(needs_everything(case)).collect(),
        fix: mend(
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

/// A rejected reply whose request is not recorded is a question, as in a log of REJECT records only.
fn without_request(case: &Case<'_>, lead: &Lead<'_>) -> Assessment {
    let lone = lead.failing(|attempt| attempt.near.is_some() && attempt.lone_answer().is_some());
    if let Some(reply) =
        proof("Answers to openings were rejected entering the task's interface.", &lone, reply_rejected)
    {
        if let Blame::Control(_, hops) = blame(RejectionPoint::EnteringTask, &lone) {
            return configured(case, &lone, reply, &hops);
        }
        return Assessment::CannotTell {
            summary: format!(
                "Answers from {} to {} were rejected entering its interface ({}), and the requests are not recorded.",
                destination(&lone),
                case.subject.name_within(),
                how_often(&lone)
            ),
            proofs: vec![reply],
            missing: vec![lack(
                "the accepted records of the task's interface: a flow log with TrafficType ALL",
                "whether the task had asked: only then did the network ACL reject, and not a security group",
            )],
        };
    }
    if lead.sees_replies() && lead.failing(|attempt| attempt.outcome == Outcome::ReplyRejectedNear).is_empty()
    {
        let reason = "No answer to an opening was rejected entering the task's interface.";
        Assessment::RuledOut { reason: reason.to_owned() }
    } else {
        Assessment::NotConcerned
    }
}

/// Only the answers are recorded, and the configuration says that the network ACL rejects them.
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
        missing: vec![lack(
            "the accepted records of the task's interface: a flow log with TrafficType ALL",
            "that the task had asked",
        )],
        fix: mend(case, lone, "Network ACLs keep no state: replies need a rule of their own.", []),
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
