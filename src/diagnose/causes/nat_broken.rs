#![doc = include_str!("nat_broken.md")]

use crate::attribution::culprits;
use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::cause::Cause;
use crate::diagnose::endpoint_use::has_unused_endpoint;
use crate::diagnose::failing_step::{FailingStep, reject_policy};
use crate::diagnose::forwarder::{ForwarderRejection, Judgement};
use crate::diagnose::missing_data::needs_complete_records;
use crate::diagnose::phrases::{
    acl_culprit, arrived, destination, fix, how_often, listed, missing_data, near_request, proof, show_acl,
    show_groups, show_interface,
};
use crate::diagnose::rejection::needs_documents;
use crate::diagnose::rejection_point::distinct;
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::diagnose::unforwarded::Unforwarded;
use crate::finding::{CauseId, Control, Culprit, CulpritKind, Hop, MissingData, Side};
use crate::model::ids::{InterfaceId, SubnetId};
use crate::path::NextHop;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NatBroken,
    title: "The NAT gateway or NAT instance does not forward the task's traffic",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("nat_broken.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    if let Some(assessment) = rejected_on_the_way(case) {
        return assessment;
    }
    let not_applicable = |assessment: &Assessment| *assessment == Assessment::NotApplicable;
    let assessments = [configured, unforwarded, partly_closed].map(|assess| assess(case));
    let found = assessments.into_iter().find(|assessment| !not_applicable(assessment));
    found.unwrap_or(Assessment::NotApplicable)
}

/// A REJECT at a NAT gateway or an appliance.
fn rejected_on_the_way(case: &Case<'_>) -> Option<Assessment> {
    let failing_step = FailingStep::of_service(case)?;
    let is_rejected = |attempt: &Attempt| {
        ForwarderRejection::of(case, attempt).is_some() && reject_policy(case, attempt).is_none()
    };
    let attempts = failing_step.attempts_where(is_rejected);
    let rejections: Vec<ForwarderRejection> =
        attempts.iter().filter_map(|attempt| ForwarderRejection::of(case, attempt)).collect();
    let first = rejections.first()?;
    let (interface, judgement) = (&first.interface_id, Judgement::of(&rejections));
    let rows = rejections.iter().map(|rejection| rejection.rejected.sample);
    let proof_at_device = Proof::new(statement(first), rows)?;
    let subnet = case.facts.subnet_of(interface);
    let left = proof("The requests were accepted leaving the task.", &attempts, near_request);
    let is_whole = case.visibility.is_complete() && rejections.iter().all(|rejection| !rejection.is_partial);
    let unnamed = attempts.iter().all(|attempt| attempt.device_in_front().is_some());
    let (where_to, unknown_service) = if unnamed {
        let note = " The records have no packet addresses, so they do not show which service was requested.";
        (format!("a service behind {interface}"), note)
    } else {
        (destination(&attempts), "")
    };
    let is_group = |hop: &Hop| matches!(hop.control, Control::SecurityGroups { .. });
    let has_groups = rejections.iter().any(|rejection| rejection.controls.iter().any(is_group));
    let looks = show_interface(interface)
        .into_iter()
        .filter(|_| !first.is_gateway)
        .chain(show_groups(case, interface).filter(|_| has_groups))
        .chain(show_acl(subnet.as_ref()));
    let fix = match &judgement {
        Judgement::Allowed(_) => fix(
            "Start the task again: the saved configuration allows its packets, so there is nothing to change. If they \
             are rejected again, save the documents again and rerun flowcause.",
            looks,
        ),
        _ => tried_fix(case, &attempts, open_words(first), looks),
    };
    let needs = match &judgement {
        Judgement::Unknown { needs, .. } if first.is_gateway => {
            needs.iter().map(|need| missing_data(*need, "which of its rules rejected the packets")).collect()
        }
        Judgement::Unknown { needs, .. } => needs_documents(needs, &format!("{interface}'s")),
        Judgement::Denied(_) | Judgement::Allowed(_) => Vec::new(),
    };
    Some(Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(left.is_some() && is_whole),
        culprits: of_subnet(judgement.culprits(first), subnet),
        summary: format!(
            "{} could not reach {where_to}: {}{} ({}).{unknown_service}",
            case.subject.name(),
            rejection_clause(case, first),
            judgement.clause(first),
            how_often(&attempts)
        ),
        proof: proof_at_device,
        more_proofs: left.into_iter().collect(),
        missing: needs.into_iter().chain(needs_complete_records(case)).collect(),
        fix,
    })))
}

/// The culprits, with the subnet of an ACL of which nothing else is known.
fn of_subnet(culprits: Vec<Culprit>, subnet: Option<SubnetId>) -> Vec<Culprit> {
    let is_unknown =
        |one: &Culprit| one.kind == CulpritKind::NetworkAcl && one.id.is_none() && one.subnet_id.is_none();
    let named = |one: Culprit| if is_unknown(&one) { acl_culprit(subnet.clone()) } else { one };
    culprits.into_iter().map(named).collect()
}

fn statement(rejection: &ForwarderRejection) -> String {
    let interface = &rejection.interface_id;
    if rejection.is_gateway {
        format!(
            "The NAT gateway's interface {interface} rejected the packets. It has no security group, so it was the \
             network ACL of its subnet, which must admit replies to the gateway's own ports 1024-65535."
        )
    } else {
        format!(
            "The interface {interface}, which forwards packets, rejected them: its security groups or its subnet's \
             network ACL."
        )
    }
}

/// `the interface eni-1 of the instance i-1, to which the route leads, rejected the packets`.
fn rejection_clause(case: &Case<'_>, rejection: &ForwarderRejection) -> String {
    let id = &rejection.interface_id;
    if rejection.is_gateway {
        let subnet = case.facts.subnet_of(id).map_or("subnet".to_owned(), |id| format!("subnet {id}"));
        return format!(
            "the network ACL of the NAT gateway's {subnet} rejected the packets at its interface {id}"
        );
    }
    let inventory = case.facts.inventory;
    let instance = inventory.interface(id).and_then(|interface| interface.instance_id.as_ref());
    let instance = instance.map_or_else(String::new, |instance| format!(" of the instance {instance}"));
    let route = if inventory.is_route_target(id) { ", to which the route leads," } else { "" };
    format!("the interface {id}{instance}{route} rejected the packets")
}

fn open_words(rejection: &ForwarderRejection) -> &'static str {
    if rejection.is_gateway {
        "In the network ACL of the NAT gateway's subnet, allow four directions: inbound from the task's subnet, \
         outbound to the service, inbound from the service to the ephemeral ports 1024-65535, and outbound to those \
         of the task's subnet."
    } else {
        "The security groups of the interface must admit the packets of the subnets that it serves and let its own \
         packets out; the network ACL of its subnet must also let replies pass in both directions."
    }
}

/// The packets arrived at a NAT gateway or an appliance, and nothing left it for their destination.
fn unforwarded(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    if unanswered.stopping().is_some() {
        return Assessment::NotApplicable;
    }
    let Some(unforwarded) = Unforwarded::of(&unanswered) else { return Assessment::NotApplicable };
    let (is_gateway, interface) = (unforwarded.is_gateway(), &unforwarded.device.interface_id);
    if is_gateway && unforwarded.others.is_some() {
        return Assessment::NotApplicable;
    }
    let (why, missing, text) = if is_gateway {
        (
            format!("the packets arrived at {}, and it sent nothing on in that time", unforwarded.place),
            missing_data(
                "the NAT gateway's CloudWatch metrics PacketsDropCount, ErrorPortAllocation and PacketsOutToDestination in \
                 that time",
                "why the gateway sent nothing on",
            ),
            "Send the subnet's traffic to another NAT gateway, or create a new one and change the route.",
        )
    } else {
        let name = unforwarded.culprit.id.clone().unwrap_or_default();
        (
            format!(
                "the packets arrived at {interface}, and {name} sent nothing on to their destination. Its groups, its \
                 network ACL and its route let the packets pass as far as documents show, so its software does not forward"
            ),
            missing_data(
                format!(
                    "the state of {name} itself: IP forwarding, iptables or nftables, and the service that sets them up"
                ),
                "why it does not forward",
            ),
            "On the instance, check that IP forwarding is on, that iptables or nftables has the rule that translates \
             addresses, and that the service that sets them up has started.",
        )
    };
    let shows = show_interface(interface).filter(|_| !is_gateway);
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::Likely,
        culprits: vec![unforwarded.culprit.clone()],
        why,
        more_proofs: std::iter::once(unforwarded.taken).chain(unforwarded.others).collect(),
        missing: vec![missing],
        fix: fix(text, shows),
    })
}

/// The configuration shows that the gateway, its route or its subnet's ACL blocks the packets, and no record contradicts it.
fn configured(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    let Some(hops) = unanswered.stopped_by(CAUSE.id) else { return Assessment::NotApplicable };
    if has_unused_endpoint(case) {
        return Assessment::NotApplicable;
    }
    let reasons: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
    let why = via(&unanswered, &hops).unwrap_or_default() + &reasons.join("; also, ");
    let culprits = unanswered.culprits(CAUSE.id, &unanswered.blocking(hops.clone()));
    let device = device(case, &unanswered);
    let statement = format!("The packets arrived at {device}, and no reply left it.");
    let is_unseen = unanswered.attempts.iter().all(|attempt| arrived(attempt).is_none());
    let unlisted = unlisted(case, &hops);
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::confirmed_if(
            hops.iter().all(|hop| is_certain(case, hop)) && unlisted.is_none(),
        ),
        culprits,
        why,
        more_proofs: proof(statement, &unanswered.attempts, arrived).into_iter().collect(),
        missing: is_unseen
            .then(|| device_log(case, &unanswered, "whether it forwarded the packets"))
            .flatten()
            .into_iter()
            .chain(undated_check(case, &hops))
            .chain(unlisted)
            .collect(),
        fix: tried_fix(case, &unanswered.attempts, words(&unanswered), []),
    })
}

/// Every control is open as saved, except a network ACL that admits only a part of the ports that the device uses, and the
/// device is not recorded.
fn partly_closed(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    let is_part = |hop: &&Hop| hop.side == Side::Nat && hop.is_partly_open();
    let is_left = |attempt: &&Attempt| {
        let hops = &attempt.configured.hops;
        hops.iter().any(|hop| is_part(&hop)) && hops.iter().all(|hop| hop.is_passed() || is_part(&hop))
    };
    let is_recorded = unanswered.attempts.iter().any(|attempt| {
        arrived(attempt).is_some()
            || case.gateways_of(attempt).iter().any(|id| unanswered.is_recorded_whole(id))
    });
    if is_recorded || !unanswered.attempts.iter().all(is_left) {
        return Assessment::NotApplicable;
    }
    let hops = distinct(
        unanswered.attempts.iter().flat_map(|attempt| attempt.configured.hops.iter().filter(is_part)),
    );
    let reasons: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::Likely,
        culprits: culprits::of_hops(hops.iter().copied()),
        why: format!("{}, and every other control lets the packets pass", reasons.join("; also, ")),
        more_proofs: Vec::new(),
        missing: device_log(case, &unanswered, "whether replies to the other ports were rejected there")
            .into_iter()
            .collect(),
        fix: tried_fix(case, &unanswered.attempts, "", []),
    })
}

/// Whether a denial alone confirms the cause. A REJECT would show a group or a network ACL; the other fields of an interface
/// change, so only a document of that time shows them.
fn is_certain(case: &Case<'_>, hop: &Hop) -> bool {
    match &hop.control {
        Control::SourceDestCheck(id) => case.facts.inventory.history.dates_source_dest_check(id),
        Control::RouteTable { .. } | Control::NatGateway(_) | Control::InternetGateway(_) => true,
        _ => false,
    }
}

/// The flow log of the device; none if all that it met in that time is recorded.
fn device_log(case: &Case<'_>, unanswered: &Unanswered<'_>, would_show: &str) -> Option<MissingData> {
    let ids: Vec<InterfaceId> = match &unanswered.attempts[0].configured.next_hop {
        NextHop::Appliance(id) => vec![id.clone()],
        _ => case.gateways_of(unanswered.attempts[0]).into_iter().collect(),
    };
    if !ids.is_empty() && ids.iter().all(|id| unanswered.is_recorded_whole(id)) {
        return None;
    }
    let is_covered = ids.iter().any(|id| unanswered.visibility_of(id).is_covered());
    let log = if is_covered { "complete flow log" } else { "flow log" };
    Some(missing_data(format!("the {log} of {}", device(case, unanswered)), would_show))
}

/// A date for a source/destination check that only a document without one shows.
fn undated_check(case: &Case<'_>, hops: &[&Hop]) -> Option<MissingData> {
    let id = hops.iter().find_map(|hop| match &hop.control {
        Control::SourceDestCheck(id) if !is_certain(case, hop) => Some(id),
        _ => None,
    })?;
    Some(missing_data(
        format!("the state of {id} in AWS Config before that time"),
        "whether its source/destination check was on then: the saved document has no date",
    ))
}

/// The interface of the appliance that the route leads to, or the NAT gateway's.
fn device(case: &Case<'_>, unanswered: &Unanswered<'_>) -> String {
    let gateways = || listed(case.gateways_of(unanswered.attempts[0]));
    match &unanswered.attempts[0].configured.next_hop {
        NextHop::Appliance(id) => id.to_string(),
        _ if gateways().is_empty() => "the NAT gateway's interface".to_owned(),
        _ => format!("the NAT gateway's interface {}", gateways()),
    }
}

fn words(unanswered: &Unanswered<'_>) -> &'static str {
    match &unanswered.attempts[0].configured.next_hop {
        NextHop::Appliance(_) => "Alternatively, create VPC endpoints; they need no NAT instance.",
        _ => "Alternatively, create VPC endpoints; they need no NAT gateway.",
    }
}

/// How the packets came to the route that ends there, where that is the gateway's and not the task's.
fn via(unanswered: &Unanswered<'_>, hops: &[&Hop]) -> Option<String> {
    let hop = hops.first().filter(|hop| hop.side == Side::Nat)?;
    let Control::RouteTable { subnet_id: Some(subnet), .. } = &hop.control else { return None };
    let is_gateway = |culprit: &Culprit| culprit.kind == CulpritKind::NatGateway;
    let gateway = || unanswered.culprits(CAUSE.id, hops).into_iter().find(is_gateway)?.id;
    let id = match &unanswered.attempts[0].configured.next_hop {
        NextHop::Appliance(id) => Some(id.to_string()),
        _ => gateway(),
    };
    let id = id.filter(|id| !hop.reason.starts_with(id.as_str()))?;
    Some(format!("the packets go to {id} in {subnet}, where "))
}

/// The data that would show whether a gateway without a document was deleted. AWS marks a route to a deleted gateway as a
/// blackhole, and this route is active.
fn unlisted(case: &Case<'_>, hops: &[&Hop]) -> Option<MissingData> {
    hops.iter().find_map(|hop| match &hop.control {
        Control::Appliance(id) => Some(missing_data(
            format!("describe-network-interfaces of {id}: the route to it is active in the saved table"),
            "whether it was deleted, or is only missing from the saved list",
        )),
        Control::NatGateway(id) if !case.facts.inventory.nat_gateways.contains_key(id) => Some(missing_data(
            format!("describe-nat-gateways of {id}: the route to it is active in the saved table"),
            "whether it was deleted, or is only missing from the saved list",
        )),
        _ => None,
    })
}
