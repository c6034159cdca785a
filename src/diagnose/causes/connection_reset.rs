#![doc = include_str!("connection_reset.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::firewall::PassedFirewall;
use crate::diagnose::missing_data::needs_near;
use crate::diagnose::phrases::{destination, fix, how_often, missing_data, path_culprit, proof};
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
        return if failing_step.sees_reply_flags() {
            Assessment::RuledOut { reason: "No RST came back before useful data.".to_owned() }
        } else {
            Assessment::NotApplicable
        };
    };
    let firewall = PassedFirewall::of(case, &reset);
    let by_firewall = firewall.as_ref().map_or_else(String::new, |firewall| {
        format!(" The route leads through {}, which may have sent the reset.", firewall.name())
    });
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
        fix: fix(
            format!(
                "{advice}Security groups and network ACLs never send RST. Look for a firewall that refuses the server's name \
                 (AWS Network Firewall, an inspecting appliance), a proxy, or a service that is not listening."
            ),
            [],
        ),
    }))
}

fn reply(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.views().find_map(|view| view.reply.accepted.as_ref())
}
