#![doc = include_str!("nat_port_exhaustion.md")]

use crate::converse::ConversationState;
use crate::diagnose::assessment::{Assessment, Certainty, Proof};
use crate::diagnose::case::{Attempt, Case, Mirror};
use crate::diagnose::cause::Cause;
use crate::diagnose::phrases::{fix, missing_data};
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::{CauseId, Culprit, CulpritKind};
use crate::model::interface::{InterfaceKind, Role};
use crate::model::time::Timestamp;
use crate::path::NextHop;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NatPortExhaustion,
    title: "The NAT gateway drops the task's packets while it forwards others",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("nat_port_exhaustion.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    if unanswered.stopping().is_some() {
        return Assessment::NotApplicable;
    }
    let Some(swallowed) = swallowed(&unanswered) else { return Assessment::NotApplicable };
    let Some(gateway) = at_gateway(unanswered.attempts[0]) else { return Assessment::NotApplicable };
    let Some(others) = others(&unanswered) else { return Assessment::NotApplicable };
    let interface = &gateway.interface_id;
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::Likely,
        culprits: vec![Culprit {
            kind: CulpritKind::NatGateway,
            id: gateway_id(&unanswered, gateway),
            subnet_id: None,
            rule: None,
            is_likely: false,
        }],
        why: format!(
            "the packets arrived at the NAT gateway's interface {interface} and none left it, while other connections passed"
        ),
        more_proofs: vec![swallowed, others],
        missing: vec![missing_data(
            "the NAT gateway's CloudWatch metrics ErrorPortAllocation and ActiveConnectionCount in that time",
            "whether it had no port left: 55,000 connections to one destination for each of its addresses",
        )],
        fix: fix(
            "Give the NAT gateway more addresses, spread the subnets over more gateways, or reduce its traffic: a \
             gateway endpoint for S3 and interface endpoints for the other services use no ports.",
            [],
        ),
    })
}

/// The proof that every attempt arrived at the gateway and was not forwarded, if everything there is recorded.
fn swallowed(unanswered: &Unanswered<'_>) -> Option<Proof> {
    let is_swallowed = |attempt: &&Attempt| {
        at_gateway(attempt).is_some_and(|mirror| {
            let view = &mirror.conversation;
            view.request.accepted.is_some()
                && view.reply.accepted.is_none()
                && unanswered.is_recorded_whole(&mirror.interface_id)
        }) && unanswered.case.gateway_legs(attempt).is_empty()
    };
    if !unanswered.attempts.iter().all(is_swallowed) {
        return None;
    }
    let rows = unanswered
        .attempts
        .iter()
        .filter_map(|attempt| Some(at_gateway(attempt)?.conversation.request.accepted?.sample));
    Proof::new("The packets arrived at the NAT gateway, and nothing left it for their destination.", rows)
}

fn at_gateway(attempt: &Attempt) -> Option<&Mirror> {
    attempt.mirrors.iter().find(|mirror| mirror.role == Role::NatGateway)
}

/// Other connections that the gateway forwarded and that were answered, in the same time.
fn others(unanswered: &Unanswered<'_>) -> Option<Proof> {
    let window = unanswered.window().widened(60, 60);
    let legs = unanswered.case.own_legs(unanswered.attempts[0]).filter(|leg| {
        leg.state() == ConversationState::Completed
            && window.touches(Timestamp(leg.first().into()), Timestamp(leg.last().into()))
    });
    let statement = "The same NAT gateway forwarded other connections in that time, and they were answered.";
    Proof::new(statement, legs.filter_map(|leg| Some(leg.reply.accepted?.sample)))
}

fn gateway_id(unanswered: &Unanswered<'_>, gateway: &Mirror) -> Option<String> {
    if let NextHop::Nat(id) = &unanswered.attempts[0].configured.next_hop {
        return Some(id.to_string());
    }
    match &unanswered.case.facts.inventory.interface(&gateway.interface_id)?.kind {
        InterfaceKind::NatGateway(id) => id.clone(),
        _ => None,
    }
}
