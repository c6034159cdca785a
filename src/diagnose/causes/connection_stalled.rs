#![doc = include_str!("connection_stalled.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::firewall::PassedFirewall;
use crate::diagnose::phrases::{
    destination, fix, how_often, missing_data, near_request, path_culprit, proof,
};
use crate::diagnose::stopped_reason::CallResult;
use crate::finding::CauseId;
use crate::model::route_table::RouteTarget;
use crate::path::{NextHop, is_private};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::ConnectionStalled,
    title: "The connection opens, but no useful data comes back",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("connection_stalled.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(failing_step) = FailingStep::of_service(case) else { return Assessment::NotApplicable };
    let stalled = failing_step.attempts_where(|attempt| attempt.outcome == Outcome::Stalled);
    let statement = "The far side accepted the connection (SYN+ACK) and sent nothing useful after it.";
    let Some(opened) = proof(statement, &stalled, reply) else {
        if let Some(assessment) = by_stopped_reason(case, &failing_step) {
            return assessment;
        }
        return if failing_step.sees_reply_flags() {
            Assessment::RuledOut { reason: "No connection was opened and left without data.".to_owned() }
        } else {
            Assessment::NotApplicable
        };
    };
    let missing = case.visibility.needed_for_proof(&stalled);
    if !missing.is_empty() {
        return Assessment::Inconclusive {
            summary: format!(
                "{} opened connections to {} and no useful data is recorded ({}), but the logs cannot show that none came.",
                case.subject.name(),
                destination(&stalled),
                how_often(&stalled)
            ),
            proofs: vec![opened],
            missing,
        };
    }
    let firewall = PassedFirewall::of(case, &stalled);
    let by_firewall = firewall.as_ref().map_or_else(String::new, by_firewall);
    let advice = firewall.as_ref().map_or_else(String::new, |firewall| firewall.advice() + " ");
    let late = case.visibility.undelivered_replies(&stalled);
    let unknown = may_pass_firewall(&stalled).then(|| {
        missing_data(
            "the route table of the task's subnet, and describe-vpc-endpoints of the endpoint that its route leads to",
            "whether the packets pass a firewall, which is then the first place to look at",
        )
    });
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(firewall.is_none() && late.is_none() && unknown.is_none()),
        culprits: firewall.as_ref().map_or_else(|| vec![path_culprit(&stalled)], PassedFirewall::culprits),
        summary: format!(
            "{} could not use {}: connections open, the request is sent, and nothing useful comes back ({}).{by_firewall}",
            case.subject.name(),
            destination(&stalled),
            how_often(&stalled)
        ),
        proof: opened,
        more_proofs: proof("The task sent its request.", &stalled, near_request).into_iter().collect(),
        missing: late
            .into_iter()
            .chain(unknown)
            .chain([missing_data(
                "the logs of firewalls on the way, and the path's largest packet size",
                "whether a firewall drops by server name, or large packets are lost: both look like this",
            )])
            .collect(),
        fix: fix(format!("{advice}{ADVICE}"), []),
    }))
}

/// The stopped reason reports that TLS got no answer, and the records show replies that are too small for one. Without flags
/// they do not show more.
fn by_stopped_reason(case: &Case<'_>, failing_step: &FailingStep<'_>) -> Option<Assessment> {
    let is_small = |attempt: &Attempt| attempt.outcome == Outcome::Unclear && reply(attempt).is_some();
    let opened = failing_step.attempts_where(is_small);
    let host = case.reason.host.as_deref().filter(|_| case.reason.result == CallResult::TlsTimeout)?;
    let proof = proof("The far side answered with few bytes, and not with a certificate.", &opened, reply)?;
    let firewall = PassedFirewall::of(case, &opened);
    let advice = firewall.as_ref().map_or_else(String::new, |firewall| firewall.advice() + " ");
    Some(Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::Likely,
        culprits: firewall.as_ref().map_or_else(|| vec![path_culprit(&opened)], PassedFirewall::culprits),
        summary: format!(
            "{} could not use {}: the stopped reason reports that TLS with {host} got no answer ({}).{}",
            case.subject.name(),
            destination(&opened),
            how_often(&opened),
            firewall.as_ref().map_or_else(String::new, by_firewall)
        ),
        proof,
        more_proofs: Vec::new(),
        missing: vec![missing_data(
            "the field tcp-flags in the log format, and the logs of firewalls on the way",
            "whether the connection opened, and what dropped the packets after it",
        )],
        fix: fix(format!("{advice}{ADVICE}"), []),
    })))
}

/// Whether documents that are missing may hide a firewall on the way to a public address.
fn may_pass_firewall(stalled: &[&Attempt]) -> bool {
    let is_unknown =
        |next: &NextHop| matches!(next, NextHop::Unknown | NextHop::External(RouteTarget::Endpoint(_)));
    stalled
        .iter()
        .any(|attempt| !is_private(attempt.destination.ip()) && is_unknown(&attempt.configured.next_hop))
}

/// A sentence on the firewall.
fn by_firewall(firewall: &PassedFirewall<'_>) -> String {
    format!(" The route leads through {}, the first place to look at.", firewall.name())
}

const ADVICE: &str = "Look for an inspecting firewall that drops by server name, and for a link with a smaller packet size \
    (transit gateway 8500, VPN 1500) whose ICMP messages are blocked: allow ICMP type 3 or lower the packet size.";

fn reply(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.views().find_map(|view| view.reply.accepted.as_ref())
}
