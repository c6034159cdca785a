#![doc = include_str!("endpoint_ingress_rejected.md")]

use std::collections::BTreeSet;

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::lead::{Lead, needs_everything, needs_near, reject_policy};
use crate::diagnose::registry::Cause;
use crate::diagnose::words::{
    destination, fix, how_often, interface_culprits, interface_name, lack, listed, near_request, proof,
    show_acl, show_groups, show_interface,
};

pub(super) static CAUSE: Cause = Cause {
    id: "endpoint-ingress-rejected",
    title: "The endpoint's interface rejects the task's traffic",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("endpoint_ingress_rejected.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_service(case) else { return Assessment::NotConcerned };
    let rejected = lead.failing(|attempt| {
        matches!(attempt.outcome, Outcome::RequestRejectedFar(_))
            && reject_policy(case, attempt).is_none()
            && attempt.ends_at_rejecting_mirror()
    });
    let says =
        "The far interface rejected the opening packets: its security groups or its subnet's network ACL.";
    let far = rejected.first().and_then(|attempt| attempt.rejecting_mirror());
    let (Some(proof_far), Some(far)) = (proof(says, &rejected, far_rejected), far) else {
        return lead.no_far_rejection(Outcome::is_far_request, |far| far.request.accepted.is_some());
    };
    let seen_leaving = proof("The same packets were accepted leaving the task.", &rejected, near_request);
    let subnet = case.facts.subnet_of(&far.interface_id);
    let rejecting = || rejected.iter().filter_map(|attempt| Some(&attempt.rejecting_mirror()?.interface_id));
    let interfaces = listed(rejecting().map(|id| interface_name(case, id)).collect::<BTreeSet<_>>());
    let same_subnet = lead.is_in_subnet_of_task(&rejected);
    let which = if same_subnet {
        "Task and endpoint share a subnet, where no network ACL acts: look at the security groups first."
    } else {
        "A flow log does not say which of the two it was."
    };
    let from = case.subject.addresses.first().map_or("the task".to_owned(), ToString::to_string);
    Assessment::Holds(Box::new(Claim {
        certainty: Certainty::confirmed_if(seen_leaving.is_some() && case.watch.hides_nothing()),
        culprits: interface_culprits(rejecting()),
        summary: format!(
            "{} could not reach {}: the packets {}were rejected entering {interfaces} ({}).",
            case.subject.name(),
            destination(&rejected),
            if seen_leaving.is_some() { "left the task and " } else { "" },
            how_often(&rejected)
        ),
        missing: std::iter::once(lack(
            format!(
                "the security groups of {interfaces} and the subnet's network ACL, which this version does not read"
            ),
            "which of the two rejected the packets, and by which rule",
        ))
        .chain(seen_leaving.is_none().then(|| needs_near(case)))
        .chain(needs_everything(case))
        .collect(),
        proof: proof_far,
        more_proofs: seen_leaving.into_iter().collect(),
        fix: fix(
            format!(
                "Allow inbound TCP {} from {from} (better: from the task's security group) in the security groups of \
                 {interfaces}, and in the network ACL of the subnet. {which}",
                rejected.first().map_or(443, |attempt| attempt.destination.port()),
            ),
            show_interface(&far.interface_id)
                .into_iter()
                .chain(show_groups(case, &far.interface_id))
                .chain(show_acl(subnet.as_ref())),
        ),
    }))
}

fn far_rejected(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.rejecting_mirror()?.conversation.request.rejected.as_ref()
}
