#![doc = include_str!("nat_broken.md")]

use crate::attribution::culprits;
use crate::converse::ConversationState;
use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::cause::Cause;
use crate::diagnose::endpoint_use::has_unused_endpoint;
use crate::diagnose::failing_step::{FailingStep, reject_policy};
use crate::diagnose::missing_data::needs_complete_records;
use crate::diagnose::phrases::{
    acl_culprit, arrived, destination, how_often, missing_data, near_request, proof, show_acl,
};
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::{CauseId, Control, Culprit, CulpritKind, Hop, MissingData, Side};
use crate::model::ids::InterfaceId;
use crate::model::interface::Role;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NatBroken,
    title: "The NAT gateway does not forward the task's traffic",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("nat_broken.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    rejected_at_gateway(case).unwrap_or_else(|| configured(case))
}

/// A REJECT at a NAT gateway: it has no security group, so it was the network ACL of its subnet.
fn rejected_at_gateway(case: &Case<'_>) -> Option<Assessment> {
    let failing_step = FailingStep::of_service(case)?;
    let rejected = failing_step.attempts_where(|attempt| {
        rejected_row(case, attempt).is_some() && reject_policy(case, attempt).is_none()
    });
    let rows = rejected.iter().filter_map(|attempt| rejected_row(case, attempt)).map(|(_, sums)| sums.sample);
    let statement = "The NAT gateway's interface rejected the packets. It has no security group, so it was the network \
         ACL of its subnet.";
    let proof_at_gateway = Proof::new(statement, rows)?;
    let gateway = rejected.iter().find_map(|attempt| Some(rejected_row(case, attempt)?.0))?;
    let subnet = case.facts.subnet_of(&gateway);
    let denied = acl_hop(&rejected);
    let reason = denied.map_or_else(String::new, |hop| format!(", because {}", hop.reason));
    let left = proof("The requests were accepted leaving the task.", &rejected, near_request);
    Some(Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(left.is_some() && case.visibility.is_complete()),
        culprits: denied.map_or_else(|| vec![acl_culprit(subnet.clone())], culprits::of_hop),
        summary: format!(
            "{} could not reach {}: the network ACL of the NAT gateway's {} rejected the packets at its interface \
             {gateway}{reason} ({}).",
            case.subject.name(),
            destination(&rejected),
            subnet.as_ref().map_or("subnet".to_owned(), |id| format!("subnet {id}")),
            how_often(&rejected)
        ),
        proof: proof_at_gateway,
        more_proofs: left.into_iter().collect(),
        missing: needs_complete_records(case),
        fix: tried_fix(
            case,
            &rejected,
            "In the network ACL of the NAT gateway's subnet, allow four directions: inbound from the task's subnet, \
             outbound to the service, inbound from the service to the ephemeral ports 1024-65535, and outbound to those \
             of the task's subnet.",
            show_acl(subnet.as_ref()),
        ),
    })))
}

/// The record of a rejection at a NAT gateway: of the task's packets there, or of its own leg to the same destination.
fn rejected_row(case: &Case<'_>, attempt: &Attempt) -> Option<(InterfaceId, crate::converse::Sums)> {
    let of_task =
        attempt.rejecting_mirror().filter(|mirror| mirror.role == Role::NatGateway).and_then(|mirror| {
            let view = mirror.conversation;
            Some((mirror.interface_id.clone(), view.request.rejected.or(view.reply.rejected)?))
        });
    of_task.or_else(|| {
        let legs = attempt.outcome.failed().then(|| case.gateway_legs(attempt))?;
        legs.into_iter().find_map(|leg| {
            let sums = match leg.state() {
                ConversationState::RequestRejected => leg.request.rejected,
                ConversationState::ReplyRejected => leg.reply.rejected,
                _ => None,
            };
            Some((case.facts.interface_id(leg.interface), sums?))
        })
    })
}

/// The entry that denies, if the saved configuration still has it.
fn acl_hop<'c>(attempts: &[&'c Attempt]) -> Option<&'c Hop> {
    let is_acl = |hop: &&Hop| hop.side == Side::Nat && matches!(hop.control, Control::NetworkAcl { .. });
    attempts.iter().find_map(|attempt| attempt.configured.denials().find(is_acl))
}

/// The configuration shows that the gateway, its route or its subnet's ACL blocks the packets, and no record contradicts it.
fn configured(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    let Some(hops) = unanswered.stopped_by(CAUSE.id) else { return Assessment::NotApplicable };
    if has_unused_endpoint(case) {
        return Assessment::NotApplicable;
    }
    let is_acl = hops.iter().all(|hop| matches!(hop.control, Control::NetworkAcl { .. }));
    let reasons: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
    let why = via(&unanswered, &hops).unwrap_or_default() + &reasons.join("; also, ");
    let culprits = unanswered.culprits(CAUSE.id, &unanswered.blocking(hops.clone()));
    let statement = "The packets arrived at the NAT gateway, and no reply left it.";
    // No AWS document shows the records of an interface that checks addresses, so its saved setting is at most likely.
    let is_check = hops.iter().any(|hop| matches!(hop.control, Control::SourceDestCheck(_)));
    let gateway_unseen = !is_check && unanswered.attempts.iter().all(|attempt| arrived(attempt).is_none());
    let unlisted = unlisted(case, &hops);
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::confirmed_if(!is_acl && !is_check && unlisted.is_none()),
        culprits,
        why,
        more_proofs: proof(statement, &unanswered.attempts, arrived).into_iter().collect(),
        missing: gateway_unseen
            .then(|| {
                missing_data(
                    "the flow log of the NAT gateway's interface",
                    "whether the gateway forwarded the packets",
                )
            })
            .into_iter()
            .chain(unlisted)
            .collect(),
        fix: tried_fix(
            case,
            &unanswered.attempts,
            "Alternatively, create VPC endpoints; they need no NAT gateway.",
            [],
        ),
    })
}

/// How the packets came to the route that ends there, where that is the gateway's and not the task's.
fn via(unanswered: &Unanswered<'_>, hops: &[&Hop]) -> Option<String> {
    let hop = hops.first().filter(|hop| hop.side == Side::Nat)?;
    let Control::RouteTable { subnet_id: Some(subnet), .. } = &hop.control else { return None };
    let is_gateway = |culprit: &Culprit| culprit.kind == CulpritKind::NatGateway;
    let gateway = unanswered.culprits(CAUSE.id, hops).into_iter().find(is_gateway)?;
    let id = gateway.id.filter(|id| !hop.reason.starts_with(id))?;
    Some(format!("the packets go to {id} in {subnet}, where "))
}

/// The data that would show whether a gateway without a document was deleted. AWS marks a route to a deleted gateway as a
/// blackhole, and this route is active.
fn unlisted(case: &Case<'_>, hops: &[&Hop]) -> Option<MissingData> {
    hops.iter().find_map(|hop| match &hop.control {
        Control::NatGateway(id) if !case.facts.inventory.nat_gateways.contains_key(id) => Some(missing_data(
            format!("describe-nat-gateways of {id}: the route to it is active in the saved table"),
            "whether it was deleted, or is only missing from the saved list",
        )),
        _ => None,
    })
}
