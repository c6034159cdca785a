#![doc = include_str!("connection_reset.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::firewall::PassedFirewall;
use crate::diagnose::missing_data::needs_near;
use crate::diagnose::phrases::{destination, fix, how_often, missing_data, path_culprit, proof};
use crate::diagnose::stopped_reason::CallResult;
use crate::finding::CauseId;
use crate::model::tcp_flags::TcpFlags;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::ConnectionReset,
    title: "The connection is reset before useful data arrives",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("connection_reset.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(failing_step) = FailingStep::of_service(case) else { return Assessment::NotApplicable };
    let reset = failing_step.attempts_where(|attempt| attempt.outcome == Outcome::Reset);
    let opened = reset.iter().filter_map(|attempt| reply(attempt)?.tcp_flags).any(TcpFlags::accepts);
    let statement = if opened {
        "The far side accepted the connection (SYN+ACK) and reset it (RST) before useful data."
    } else {
        "The far side answered the opening with RST: the connection was refused."
    };
    let Some(proof) = proof(statement, &reset, reply) else {
        if let Some(assessment) = by_stopped_reason(case, &failing_step) {
            return assessment;
        }
        return if failing_step.sees_reply_flags() {
            Assessment::RuledOut { reason: "No RST came back before useful data.".to_owned() }
        } else {
            Assessment::NotApplicable
        };
    };
    let firewall = PassedFirewall::of(case, &reset);
    let by_firewall = firewall.as_ref().map_or_else(String::new, by_firewall);
    let advice = firewall.as_ref().map_or_else(String::new, |firewall| firewall.advice() + " ");
    let seen_near = reset.iter().any(|attempt| attempt.near.is_some());
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(!case.visibility.near.lost_records() && seen_near),
        culprits: vec![path_culprit(&reset)],
        summary: format!(
            "{} could not use {}: the connection was {} ({}).{by_firewall}",
            case.subject.name(),
            destination(&reset),
            if opened { "opened and then reset" } else { "refused" },
            how_often(&reset)
        ),
        proof,
        more_proofs: Vec::new(),
        missing: std::iter::once(missing_data(
            "the logs of firewalls and proxies on the way",
            "which device sent the RST: a firewall can send it with the server's address",
        ))
        .chain((!seen_near).then(|| needs_near(case)))
        .collect(),
        fix: fix(format!("{advice}{ADVICE}"), []),
    }))
}

const ADVICE: &str = "Security groups and network ACLs never send RST. Look for a firewall that refuses the server's name (AWS \
    Network Firewall, an inspecting appliance), a proxy, or a service that is not listening.";

/// The stopped reason reports a reset, and the records show replies that are too small for useful data. Without flags they do
/// not show more.
fn by_stopped_reason(case: &Case<'_>, failing_step: &FailingStep<'_>) -> Option<Assessment> {
    let is_small = |attempt: &Attempt| attempt.outcome == Outcome::Unclear && reply(attempt).is_some();
    let small = failing_step.attempts_where(is_small);
    if case.reason.result != CallResult::Reset || failing_step.sees_reply_flags() {
        return None;
    }
    let proof = proof("The far side answered with few bytes.", &small, reply)?;
    let firewall = PassedFirewall::of(case, &small);
    let advice = firewall.as_ref().map_or_else(String::new, |firewall| firewall.advice() + " ");
    Some(Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::Likely,
        culprits: vec![path_culprit(&small)],
        summary: format!(
            "{} could not use {}: the stopped reason reports that the connection was reset, and few bytes came back ({}).{}",
            case.subject.name(),
            destination(&small),
            how_often(&small),
            firewall.as_ref().map_or_else(String::new, by_firewall)
        ),
        proof,
        more_proofs: Vec::new(),
        missing: vec![missing_data(
            "the field tcp-flags in the log format, and the logs of firewalls and proxies on the way",
            "that an RST came back, and which device sent it",
        )],
        fix: fix(format!("{advice}{ADVICE}"), []),
    })))
}

/// A sentence on the firewall.
fn by_firewall(firewall: &PassedFirewall<'_>) -> String {
    format!(" The route leads through {}, which may have sent the reset.", firewall.name())
}

fn reply(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.views().find_map(|view| view.reply.accepted.as_ref())
}
