#![doc = include_str!("task_egress_rejected.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::lead::{Lead, needs_everything, reject_policy};
use crate::diagnose::registry::Cause;
use crate::diagnose::words::{
    destination, fix, how_often, interface_culprit, lack, proof, show_acl, show_interface,
};
use crate::model::service::Service;

pub(super) static CAUSE: Cause = Cause {
    id: "task-egress-rejected",
    title: "The task's own interface rejects what it sends",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("task_egress_rejected.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_service(case) else { return Assessment::NotConcerned };
    let rejected = lead.failing(|attempt| {
        attempt.outcome == Outcome::RequestRejectedNear && reject_policy(case, attempt).is_none()
    });
    let says =
        "The task's interface rejected the opening packets: its security groups or its subnet's network ACL.";
    let Some(proof) = proof(says, &rejected, near_rejected) else { return lead.not_near_request() };
    let Some(interface) = &case.subject.interface_id else { return Assessment::NotConcerned };
    let subnet = case.subject.subnet_id.as_ref();
    let same_subnet = lead.is_in_subnet_of_task(&rejected);
    let which = if same_subnet {
        "Source and destination share a subnet, where no network ACL acts: look at the security groups first."
    } else {
        "A flow log does not say which of the two it was."
    };
    Assessment::Holds(Box::new(Claim {
        certainty: Certainty::confirmed_if(case.watch.hides_nothing()),
        culprits: vec![interface_culprit(interface)],
        summary: format!(
            "{} could not reach {}: its own interface {interface} rejected the packets on the way out ({}).",
            case.subject.name(),
            destination(&rejected),
            how_often(&rejected)
        ),
        proof,
        more_proofs: Vec::new(),
        missing: std::iter::once(lack(
            "the task's security groups and its subnet's network ACL, which this version does not read",
            "which of the two rejected the packets, and by which rule",
        ))
        .chain(needs_everything(case))
        .collect(),
        fix: fix(
            format!(
                "Allow TCP {} from the task to {}: in the egress rules of its security groups, and in the outbound rules of \
                 its subnet's network ACL. {which}{}",
                rejected.first().map_or(443, |attempt| attempt.destination.port()),
                destination(&rejected),
                if lead.step.service == Service::S3 { S3_ADDRESSES } else { "" },
            ),
            show_interface(interface).into_iter().chain(show_acl(subnet)),
        ),
    }))
}

/// What egress rules to S3 take: its addresses are public and change.
const S3_ADDRESSES: &str =
    " For S3 allow its managed prefix list: a rule for the VPC's own blocks does not hold its addresses.";

fn near_rejected(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.near.as_ref()?.request.rejected.as_ref()
}
