#![doc = include_str!("path_unanswered.md")]

use std::collections::BTreeSet;

use crate::diagnose::assessment::{Assessment, Certainty, Proof};
use crate::diagnose::case::{Case, Outcome};
use crate::attribution::culprits;
use crate::diagnose::lead::Lead;
use crate::diagnose::mend::mend;
use crate::diagnose::registry::Cause;
use crate::diagnose::silence::{Silence, Told};
use crate::diagnose::words::{
    arrived, far_reply, fix, lack, listed, near_request, path_culprit, plain_id, proof, show_routes,
};
use crate::model::route_table::RouteTarget;
use crate::model::service::Service;
use crate::finding::{CauseId, Control, Hop, HopDecision, MissingData};
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
    let Some(silence) = Silence::of(case) else { return without_silence(case) };
    if let Some(reason) = silence.explanation() {
        return Assessment::RuledOut {
            reason: format!("The configuration explains the silence: {reason}."),
        };
    }
    let denials = silence.in_the_way(Vec::new());
    let (far, where_lost) = far_side(&silence);
    silence.tell(Told {
        service: None,
        // What lost them is not known, so that nothing is ever certain of it.
        certainty: Certainty::Likely,
        culprits: if silence.stopping().is_some() {
            culprits::of_hops(denials.iter().copied())
        } else {
            vec![path_culprit(&silence.attempts)]
        },
        why: format!(
            "the packets left the task and nothing came back. {where_lost}{}",
            configured(&silence, &denials)
        ),
        more_proofs: far.proof.into_iter().collect(),
        missing: far.missing.into_iter().chain(needs(&silence)).collect(),
        fix: if denials.is_empty() {
            fix(checks(&silence), commands(case))
        } else {
            mend(case, &silence.attempts, checks(&silence), commands(case))
        },
    })
}

/// Where to look, in the order in which packets meet things.
fn checks(silence: &Silence<'_>) -> String {
    format!(
        "Check in this order: the route table of the task's subnet (a route to the destination, not a blackhole; the \
                 main table if the subnet has none of its own), a public address on the task if the route is an internet \
                 gateway, the NAT gateway's state and its own subnet's route, {}and the security group and network ACL of \
                 the far interface.",
        if matches!(silence.lead.step.service, Service::S3 | Service::Unknown) {
            "the S3 gateway endpoint on that route table, "
        } else {
            ""
        }
    )
}

/// Nothing left unanswered was seen leaving the task.
fn without_silence(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_service(case) else { return Assessment::NotConcerned };
    let unanswered = lead.failing(|attempt| attempt.outcome == Outcome::Unanswered);
    if unanswered.iter().any(|attempt| near_request(attempt).is_none()) {
        return lead.not_seen_leaving(&unanswered);
    }
    if lead.all().iter().all(|attempt| attempt.outcome != Outcome::Unclear) {
        let reason = "The packets did not vanish: they were rejected or answered.";
        return Assessment::RuledOut { reason: reason.to_owned() };
    }
    Assessment::NotConcerned
}

struct FarSide {
    proof: Option<Proof>,
    missing: Vec<MissingData>,
}

/// What the far interface's logs add: arrived and left unanswered there, never arrived, or not logged at all.
fn far_side(silence: &Silence<'_>) -> (FarSide, &'static str) {
    let unanswered = &silence.attempts;
    let shown = |proof| FarSide { proof: Some(proof), missing: Vec::new() };
    if let Some(proof) = proof("Another interface recorded a reply leaving it.", unanswered, far_reply) {
        return (shown(proof), "They arrived, and the reply was lost on its way back");
    }
    let statement = "The packets arrived at another interface, and no reply left it.";
    if let Some(proof) = proof(statement, unanswered, arrived) {
        return (shown(proof), "They arrived at the next interface, which did not reply");
    }
    let owner = unanswered.first().and_then(|attempt| silence.destination_interface(attempt));
    let Some(owner) = owner else {
        let far = FarSide { proof: None, missing: vec![needs_next(silence)] };
        return (far, "Where they were lost is outside what the logs show");
    };
    if silence.is_recorded_whole(&owner) {
        let statement =
            format!("The destination's interface {owner} was recorded in that time and saw none of them.");
        let proof = Proof::new(statement, silence.watch_of(&owner).rows);
        let far = FarSide { proof, missing: Vec::new() };
        return (far, "They never arrived at the destination's interface");
    }
    let missing = vec![lack(
        format!("the whole flow log of {owner} in that time"),
        "whether the packets arrived there",
    )];
    (FarSide { proof: None, missing }, "Whether they arrived at the destination's interface is not recorded")
}

/// What the next interface would show, where the destination is none of this VPC's: that of a NAT gateway on the way.
fn needs_next(silence: &Silence<'_>) -> MissingData {
    let gateways: BTreeSet<_> =
        silence.attempts.iter().flat_map(|attempt| silence.case.gateways_of(attempt)).collect();
    let appliance = silence.attempts.iter().find_map(|attempt| match &attempt.configured.next_hop {
        NextHop::External(RouteTarget::Interface(id)) => Some(id),
        _ => None,
    });
    if let Some(id) = appliance {
        let what = format!("the whole flow log of {id}, to which the route leads");
        return lack(what, "whether the packets arrived there and went on");
    }
    if gateways.is_empty() {
        let what = "the interface that owns the destination: no saved document names it";
        return lack(what, "whether the packets arrived");
    }
    lack(
        format!("the whole flow log of the NAT gateway's interface {}", listed(gateways)),
        "whether the packets arrived there and went on",
    )
}

/// What the configuration adds: what is in the way without explaining everything alike, open as far as it goes, or out of
/// sight.
fn configured(silence: &Silence<'_>, denials: &[&Hop]) -> String {
    if !denials.is_empty() {
        let whole = if silence.stopping().is_some() { "all" } else { "some" };
        let reasons: Vec<&str> = denials.iter().map(|hop| hop.reason.as_str()).collect();
        return format!(". The saved configuration stops {whole} of them: {}", reasons.join(", and "));
    }
    if let Some(refuted) = silence.refuted_hops().find_map(|hop| silence.refuted(hop)) {
        return format!(". {}", refuted.trim_end_matches('.'));
    }
    let paths = || silence.attempts.iter().map(|attempt| &attempt.configured);
    if paths().all(ConfiguredPath::is_open) {
        return ". The saved configuration lets them through and back".to_owned();
    }
    let beyond = paths().flat_map(|path| &path.hops).find_map(|hop| match &hop.control {
        Control::External(target) if hop.decision == HopDecision::External => Some(target.to_string()),
        _ => None,
    });
    if let Some(target) = beyond {
        return format!(". Their route leads to {target}, behind which no document shows anything");
    }
    let denied = paths().find_map(|path| path.denials().next());
    denied.map_or_else(String::new, |hop| {
        format!(
            ". The saved configuration would stop them, because {}, but the records show that it did not",
            hop.reason
        )
    })
}

/// The documents that would tell which control it was, and the logs of what they cannot show.
fn needs(silence: &Silence<'_>) -> Vec<MissingData> {
    let hops = silence.attempts.iter().flat_map(|attempt| &attempt.configured.hops);
    let needs: BTreeSet<&str> = hops
        .filter_map(|hop| match &hop.decision {
            HopDecision::Unknown { needs } => Some(needs.as_str()),
            _ => None,
        })
        .collect();
    if needs.is_empty() && silence.stopping().is_some() {
        return Vec::new();
    }
    if needs.is_empty() {
        return vec![lack(
            "the logs of what is behind the last interface on the way: a firewall, an appliance, a transit gateway",
            "where the packets were lost",
        )];
    }
    let would_show = "which configured control explains the loss, if one does";
    needs.into_iter().map(|need| lack(need, would_show)).collect()
}

fn commands(case: &Case<'_>) -> Vec<String> {
    let vpc = case.subject.vpc_id.as_ref().and_then(|id| plain_id(id.as_str()));
    let endpoints = |id| format!("aws ec2 describe-vpc-endpoints --filters Name=vpc-id,Values={id}");
    show_routes(case).into_iter().chain(vpc.map(endpoints)).collect()
}
