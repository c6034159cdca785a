#![doc = include_str!("endpoint_nacl_blocks_return.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::lead::{Lead, needs_everything, needs_near, reject_policy, same_subnet_contradiction};
use crate::diagnose::registry::Cause;
use crate::diagnose::words::{acl_culprit, destination, fix, how_often, near_request, proof, show_acl};

pub(super) static CAUSE: Cause = Cause {
    id: "endpoint-nacl-blocks-return",
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
    let says = "The far interface accepted the requests, and its replies were rejected leaving it. Security groups let \
                replies to what they allowed through, so it was the network ACL.";
    let far = rejected.first().and_then(|attempt| attempt.rejecting_mirror());
    let (Some(reply), Some(far)) = (proof(says, &rejected, reply_rejected), far) else {
        return lead.no_far_rejection(Outcome::is_far_reply, |far| far.reply.accepted.is_some());
    };
    if lead.is_in_subnet_of_task(&rejected) {
        return same_subnet_contradiction(reply);
    }
    let subnet = case.facts.subnet_of(&far.interface_id);
    let seen_leaving = proof("The requests were accepted leaving the task.", &rejected, near_request);
    Assessment::Holds(Box::new(Claim {
        certainty: Certainty::confirmed_if(seen_leaving.is_some() && case.watch.hides_nothing()),
        culprits: vec![acl_culprit(subnet.clone())],
        summary: format!(
            "{} got no reply from {}: {} answered and the network ACL of its {} rejected the replies ({}).",
            case.subject.name(),
            destination(&rejected),
            far.interface_id,
            subnet.as_ref().map_or("subnet".to_owned(), |id| format!("subnet {id}")),
            how_often(&rejected)
        ),
        proof: reply,
        missing: seen_leaving
            .is_none()
            .then(|| needs_near(case))
            .into_iter()
            .chain(needs_everything(case))
            .collect(),
        more_proofs: seen_leaving.into_iter().collect(),
        fix: fix(
            "In the network ACL of the endpoint's subnet, allow outbound TCP to the ephemeral ports 1024-65535 of the task's \
             subnet. Network ACLs keep no state: replies need a rule of their own.",
            show_acl(subnet.as_ref()),
        ),
    }))
}

fn reply_rejected(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.rejecting_mirror()?.conversation.reply.rejected.as_ref()
}
