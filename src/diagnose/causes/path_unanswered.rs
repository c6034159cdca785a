#![doc = include_str!("path_unanswered.md")]

use std::collections::BTreeSet;

use crate::attribution::culprits;
use crate::diagnose::assessment::{Assessment, Certainty, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::firewall::PassedFirewall;
use crate::diagnose::phrases::{
    arrived, far_reply, fix, listed, missing_data, near_request, path_culprit, plain_id, proof, show_routes,
};
use crate::diagnose::saved_lists;
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::{CauseId, Control, ControlKind, Hop, HopDecision, MissingData, Side};
use crate::model::interface::InterfaceRole;
use crate::model::route_table::RouteTarget;
use crate::model::service::Service;
use crate::path::{ConfiguredPath, NextHop};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::PathUnanswered,
    title: "Requests leave the task and no reply comes back",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("path_unanswered.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return without_unanswered(case) };
    if let Some(reason) = unanswered.explanation() {
        return Assessment::RuledOut {
            reason: format!("The configuration explains the missing replies: {reason}."),
        };
    }
    let denials = unanswered.blocking(Vec::new());
    let (far, where_lost) = far_side(&unanswered);
    let suspect = suspected_firewall(&unanswered);
    let hint = suspect.as_ref().map_or_else(String::new, firewall_clause);
    unanswered.conclude(ClaimDraft {
        service: None,
        // The device that lost them is unknown, so the claim is never confirmed.
        certainty: Certainty::Likely,
        culprits: if unanswered.stopping().is_some() {
            culprits::of_hops(denials.iter().copied())
        } else {
            let at_firewall = suspect.as_ref().map(PassedFirewall::culprits);
            at_firewall.unwrap_or_else(|| vec![path_culprit(&unanswered.attempts)])
        },
        why: format!(
            "the packets left the task, but no reply came back. {where_lost}{}{hint}",
            configured(&unanswered, &denials)
        ),
        more_proofs: far.proof.into_iter().collect(),
        missing: far.missing.into_iter().chain(needs(&unanswered)).collect(),
        fix: if denials.is_empty() {
            fix(checks(&unanswered), commands(case, &unanswered))
        } else {
            tried_fix(case, &unanswered.attempts, checks(&unanswered), commands(case, &unanswered))
        },
    })
}

/// The checks that the documents and the records leave open, in the order of the path.
fn checks(unanswered: &Unanswered<'_>) -> String {
    if let Some(firewall) = suspected_firewall(unanswered) {
        let route = firewall.other_way.map_or_else(String::new, |hop| {
            format!(" Give both directions the same endpoint: {}.", hop.reason)
        });
        return firewall.advice() + &route;
    }
    let hops = || unanswered.attempts.iter().flat_map(|attempt| &attempt.configured.hops);
    let is_evaluated = hops().next().is_some();
    let is_open = |kind: ControlKind, side: Option<Side>| {
        let mut own =
            hops().filter(|hop| hop.control.kind() == kind && side.is_none_or(|side| hop.side == side));
        !is_evaluated || own.any(|hop| hop.decision != HopDecision::Allowed)
    };
    let far = unanswered.destination_interfaces();
    let mut open: Vec<String> = Vec::new();
    if is_open(ControlKind::RouteTable, Some(Side::Task)) {
        open.push(
            "the route table of the task's subnet (a route to the destination, not a blackhole; the main table if the \
             subnet has none of its own)"
                .to_owned(),
        );
    }
    if is_open(ControlKind::PublicAddress, None) {
        open.push("a public address on the task if the route is an internet gateway".to_owned());
    }
    if is_open(ControlKind::NatGateway, None) || is_open(ControlKind::RouteTable, Some(Side::Nat)) {
        open.push("the NAT gateway's state and its own subnet's route".to_owned());
    }
    let may_be_s3 = matches!(unanswered.failing_step.step.service, Service::S3 | Service::Unknown);
    if may_be_s3 && is_open(ControlKind::RouteTable, Some(Side::Task)) {
        open.push("the S3 gateway endpoint on that route table".to_owned());
    }
    let has_groups = is_open(ControlKind::SecurityGroup, Some(Side::Destination));
    if has_groups || is_open(ControlKind::NetworkAcl, Some(Side::Destination)) {
        open.push(format!("the security groups and the network ACL of {far}"));
    }
    if let (true, Some(RouteTarget::TransitGateway(id))) = (open.is_empty(), beyond(unanswered)) {
        return format!(
            "Look at the routes of {id}, which no saved document shows: the route table of the attachment of the task's VPC \
             must lead to the destination, and that of the attachment behind it back to the task's VPC. Then look at what \
             is behind it: the route tables, firewalls and network ACLs of that VPC."
        );
    }
    if open.is_empty() {
        return "Every control that the saved documents show lets the packets and their replies pass. Look at what they do \
                not show: the records of the next interface on the path, firewalls and appliances on it, the service itself, \
                and changes of the configuration since then (AWS Config, CloudTrail)."
            .to_owned();
    }
    format!("Check in this order: {}.", open.join("; "))
}

/// Nothing left unanswered was seen leaving the task.
fn without_unanswered(case: &Case<'_>) -> Assessment {
    let Some(failing_step) = FailingStep::of_service(case) else { return Assessment::NotApplicable };
    let failed = failing_step.attempts_where(|attempt| attempt.outcome == Outcome::Unanswered);
    if failed.iter().any(|attempt| near_request(attempt).is_none()) {
        return failing_step.not_seen_leaving(&failed);
    }
    if failing_step.all().iter().all(|attempt| attempt.outcome != Outcome::Unclear) {
        let reason = "The packets were rejected or answered.";
        return Assessment::RuledOut { reason: reason.to_owned() };
    }
    Assessment::NotApplicable
}

/// The firewall on the way, unless records show that the packets passed it and replies come back through the same endpoint.
fn suspected_firewall<'c>(unanswered: &Unanswered<'c>) -> Option<PassedFirewall<'c>> {
    let firewall = PassedFirewall::of(unanswered.case, &unanswered.attempts)?;
    let is_behind = |attempt: &&Attempt| {
        attempt.mirrors.iter().any(|mirror| mirror.role != InterfaceRole::GatewayLoadBalancerEndpoint)
    };
    let has_passed = unanswered.attempts.iter().any(is_behind);
    (firewall.other_way.is_some() || !has_passed).then_some(firewall)
}

/// A sentence on the firewall, without its period.
fn firewall_clause(firewall: &PassedFirewall<'_>) -> String {
    match firewall.other_way {
        Some(hop) => format!(". Most likely replies take another way: {}", hop.reason),
        None => format!(". The first hop of which nothing is known is {}", firewall.name()),
    }
}

struct FarSide {
    proof: Option<Proof>,
    missing: Vec<MissingData>,
}

/// The facts from the far interface's logs: the packets arrived and were not answered, never arrived, or were not logged.
fn far_side(unanswered: &Unanswered<'_>) -> (FarSide, String) {
    let attempts = &unanswered.attempts;
    let shown = |proof| FarSide { proof: Some(proof), missing: Vec::new() };
    if let Some(proof) = proof("Another interface recorded a reply leaving it.", attempts, far_reply) {
        return (shown(proof), "They arrived, and the reply was lost on its way back".to_owned());
    }
    let statement = "The packets arrived at another interface, and no reply left it.";
    if let Some(proof) = proof(statement, attempts, arrived) {
        let mirrors = attempts.iter().flat_map(|attempt| &attempt.mirrors);
        let silent = mirrors.filter(|mirror| mirror.conversation.reply.accepted.is_none());
        let at: BTreeSet<_> = silent.map(|mirror| &mirror.interface_id).collect();
        return (
            shown(proof),
            format!("They arrived at the next interface, {}, which did not reply", listed(at)),
        );
    }
    let owner = attempts.first().and_then(|attempt| unanswered.destination_interface(attempt));
    let Some(owner) = owner else {
        let far = FarSide { proof: None, missing: vec![needs_next(unanswered)] };
        return (far, "The logs do not show where they were lost".to_owned());
    };
    if unanswered.is_recorded_whole(&owner) {
        let statement = format!(
            "The destination's interface {owner} was recorded in that time, and none of them arrived."
        );
        let proof = Proof::new(statement, unanswered.visibility_of(&owner).rows);
        let far = FarSide { proof, missing: Vec::new() };
        return (far, "They never arrived at the destination's interface".to_owned());
    }
    let missing = vec![missing_data(
        format!("the complete flow log of {owner} in that time"),
        "whether the packets arrived there",
    )];
    let unknown = "Whether they arrived at the destination's interface is not recorded";
    (FarSide { proof: None, missing }, unknown.to_owned())
}

/// The flow log of the next interface if the destination is outside this VPC, for example of a NAT gateway.
fn needs_next(unanswered: &Unanswered<'_>) -> MissingData {
    let gateways: BTreeSet<_> =
        unanswered.attempts.iter().flat_map(|attempt| unanswered.case.gateways_of(attempt)).collect();
    let appliance = unanswered.attempts.iter().find_map(|attempt| match &attempt.configured.next_hop {
        NextHop::Appliance(id) | NextHop::External(RouteTarget::Interface(id)) => Some(id),
        _ => None,
    });
    if let Some(id) = appliance.filter(|id| !unanswered.is_recorded_whole(id)) {
        let what = format!("the complete flow log of {id}, to which the route leads");
        return missing_data(what, "whether the packets arrived there and were forwarded");
    }
    if gateways.is_empty() && appliance.is_some() {
        return missing_data(
            "the records of the devices behind the interface to which the route leads",
            "where the packets were lost",
        );
    }
    if gateways.is_empty() {
        let what = "the interface that owns the destination: no saved document names it";
        return missing_data(what, "whether the packets arrived");
    }
    missing_data(
        format!("the complete flow log of the NAT gateway's interface {}", listed(gateways)),
        "whether the packets arrived there and were forwarded",
    )
}

/// A sentence from the configuration: the controls that block some of the packets, or that all known controls allow them, or
/// that the path continues outside the documents.
fn configured(unanswered: &Unanswered<'_>, denials: &[&Hop]) -> String {
    if !denials.is_empty() {
        let whole = if unanswered.stopping().is_some() { "all" } else { "some" };
        let reasons: Vec<&str> = denials.iter().map(|hop| hop.reason.as_str()).collect();
        return format!(". The saved configuration stops {whole} of them: {}", reasons.join(", and "));
    }
    if let Some(refuted) = unanswered.refuted_hops().find_map(|hop| unanswered.refuted(hop)) {
        return format!(". {}", refuted.trim_end_matches('.'));
    }
    let paths = || unanswered.attempts.iter().map(|attempt| &attempt.configured);
    if paths().all(ConfiguredPath::is_open) {
        return ". The saved configuration allows them and their replies".to_owned();
    }
    if let Some(target) = beyond(unanswered) {
        return format!(". Their route leads to {target}, and no document describes the path behind it");
    }
    if let Some(clause) = saved_lists::clause(unanswered.case, &unanswered.attempts) {
        return format!(". The route to S3's gateway endpoint is in place, but {clause}");
    }
    let denied = paths().find_map(|path| path.denials().next());
    denied.map_or_else(String::new, |hop| {
        format!(
            ". The saved configuration would stop them, because {}, but the records show that it did not",
            hop.reason
        )
    })
}

/// The target of the route behind which no document describes the path.
fn beyond<'c>(unanswered: &Unanswered<'c>) -> Option<&'c RouteTarget> {
    let hops = unanswered.attempts.iter().flat_map(|attempt| &attempt.configured.hops);
    hops.filter(|hop| hop.decision == HopDecision::External).find_map(|hop| match &hop.control {
        Control::External(target) => Some(target),
        _ => None,
    })
}

/// The documents that would show which control it was, or else the logs of other devices.
fn needs(unanswered: &Unanswered<'_>) -> Vec<MissingData> {
    let hops = unanswered.attempts.iter().flat_map(|attempt| &attempt.configured.hops);
    let needs: BTreeSet<&str> = hops
        .filter_map(|hop| match &hop.decision {
            HopDecision::Unknown { needs } => Some(needs.as_str()),
            _ => None,
        })
        .collect();
    if needs.is_empty() && unanswered.stopping().is_some() {
        return Vec::new();
    }
    if needs.is_empty() {
        return vec![missing_data(
            "the logs of the devices behind the last interface: a firewall, an appliance, a transit gateway",
            "where the packets were lost",
        )];
    }
    let would_show = "which configured control explains the loss, if one does";
    needs.into_iter().map(|need| missing_data(need, would_show)).collect()
}

fn commands(case: &Case<'_>, unanswered: &Unanswered<'_>) -> Vec<String> {
    if let Some(RouteTarget::TransitGateway(id)) = beyond(unanswered)
        && let Some(id) = plain_id(id.as_str())
    {
        let shown = ["attachments", "route-tables"].map(|what| {
            format!("aws ec2 describe-transit-gateway-{what} --filters Name=transit-gateway-id,Values={id}")
        });
        return shown.into();
    }
    let vpc = case.subject.vpc_id.as_ref().and_then(|id| plain_id(id.as_str()));
    let endpoints = |id| format!("aws ec2 describe-vpc-endpoints --filters Name=vpc-id,Values={id}");
    show_routes(case).into_iter().chain(vpc.map(endpoints)).collect()
}
