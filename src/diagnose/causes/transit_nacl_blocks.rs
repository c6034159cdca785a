#![doc = include_str!("transit_nacl_blocks.md")]

use crate::attribution::culprits;
use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Mirror};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::{FailingStep, reject_policy};
use crate::diagnose::missing_data::{needs_complete_records, needs_near};
use crate::diagnose::phrases::{
    acl_culprit, destination, how_often, missing_data, near_request, proof, show_acl,
};
use crate::diagnose::tried_fix::tried_fix_at;
use crate::diagnose::unanswered::Unanswered;
use crate::finding::{CauseId, Control, Hop, MissingData, Side};
use crate::model::ids::SubnetId;
use crate::model::interface::InterfaceRole;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::TransitNaclBlocks,
    title: "The network ACL of a transit gateway's attachment blocks the traffic",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("transit_nacl_blocks.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    rejected_at_attachment(case).unwrap_or_else(|| configured(case))
}

/// A REJECT at the interface of an attachment: it has no security group, so it was the network ACL of its subnet.
fn rejected_at_attachment(case: &Case<'_>) -> Option<Assessment> {
    let failing_step = FailingStep::of_service(case)?;
    let rejected = failing_step
        .attempts_where(|attempt| attachment(attempt).is_some() && reject_policy(case, attempt).is_none());
    let statement = "The interface of the transit gateway's attachment rejected the packets. It has no security group, so \
         it was the network ACL of its subnet.";
    let row = |attempt| {
        let view = &attachment(attempt)?.conversation;
        view.request.rejected.as_ref().or(view.reply.rejected.as_ref())
    };
    let proof_there = proof(statement, &rejected, row)?;
    let interface = &rejected.iter().find_map(|attempt| attachment(attempt))?.interface_id;
    let subnet = case.facts.subnet_of(interface);
    let left = proof("The requests were accepted leaving the task.", &rejected, near_request);
    let denied = denied(&rejected, subnet.as_ref()).or_else(|| denied_there(case, &rejected));
    let reason = denied.map_or_else(String::new, |hop| format!(", because {}", hop.reason));
    let is_seen = left.is_some();
    let is_described = case.facts.inventory.interface(interface).is_some();
    let described = (!is_described).then(|| {
        missing_data(
            format!("describe-network-interfaces of {interface}"),
            "that it belongs to the attachment, whose subnet it is in",
        )
    });
    Some(Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(is_seen && is_described && case.visibility.is_complete()),
        culprits: denied.map_or_else(|| vec![acl_of(case, subnet.as_ref())], culprits::of_hop),
        summary: format!(
            "{} could not reach {}: the network ACL of {} rejected the packets at {interface}, the interface of a transit \
             gateway's attachment{reason} ({}).",
            case.subject.name(),
            destination(&rejected),
            subnet.as_ref().map_or("its subnet".to_owned(), |id| format!("the subnet {id}")),
            how_often(&rejected)
        ),
        proof: proof_there,
        more_proofs: left.into_iter().collect(),
        missing: acl_needed(case, subnet.as_ref())
            .into_iter()
            .chain((!is_seen).then(|| needs_near(case)))
            .chain(needs_complete_records(case))
            .chain(described)
            .collect(),
        fix: tried_fix_at(case, &rejected, denied.as_slice(), WORDS, show_acl(subnet.as_ref())),
    })))
}

const WORDS: &str = "In the network ACL of the attachment's subnet, allow the requests and, in the other direction, \
     their replies to the ephemeral ports 1024-65535 of the task's subnet. Network ACLs keep no state.";

/// The attachment whose interface rejected.
fn attachment(attempt: &Attempt) -> Option<&Mirror> {
    attempt.rejecting_mirror().filter(|mirror| mirror.role == InterfaceRole::TransitGateway)
}

/// The entry that denies, if the saved configuration still has it.
fn denied<'c>(attempts: &[&'c Attempt], subnet: Option<&SubnetId>) -> Option<&'c Hop> {
    let is_there = |hop: &&Hop| {
        hop.side == Side::Transit
            && matches!(&hop.control, Control::NetworkAcl { subnet_id, .. } if subnet_id.as_ref() == subnet)
    };
    attempts.iter().find_map(|attempt| attempt.configured.denials().find(is_there))
}

/// The same from the documents of the interface that rejected, if the configured path does not lead there. Only in the task's
/// own VPC do requests enter the interface of an attachment.
fn denied_there<'c>(case: &Case<'_>, attempts: &[&'c Attempt]) -> Option<&'c Hop> {
    let mirror = attempts.first().and_then(|attempt| attachment(attempt))?;
    let interface = case.facts.inventory.interface(&mirror.interface_id)?;
    let is_near = interface.vpc_id.is_some() && interface.vpc_id == case.subject.vpc_id;
    mirror.controls.iter().find(|hop| is_near && hop.denies())
}

/// The document that would show the rule, if none shows the ACL.
fn acl_needed(case: &Case<'_>, subnet: Option<&SubnetId>) -> Option<MissingData> {
    let subnet = subnet.filter(|subnet| case.facts.inventory.network_acl_of(subnet).is_none())?;
    let what = format!("describe-network-acls of {subnet}");
    Some(missing_data(what, "which of its rules rejected the packets"))
}

/// The network ACL of a subnet, by its id if a document names it.
fn acl_of(case: &Case<'_>, subnet: Option<&SubnetId>) -> crate::finding::Culprit {
    let acl = subnet.and_then(|subnet| case.facts.inventory.network_acl_of(subnet));
    let id = acl.map(|acl| acl.id.to_string());
    crate::finding::Culprit { id, ..acl_culprit(subnet.cloned()) }
}

/// Only the configuration shows it: the attachment's interface is not recorded.
fn configured(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    unanswered.assess_destination(CAUSE.id)
}
