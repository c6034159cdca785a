#![doc = include_str!("dns_unanswered.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::lead::Lead;
use crate::diagnose::queries::is_tcp_only;
use crate::diagnose::registry::Cause;
use crate::diagnose::silence::Silence;
use crate::diagnose::words::{
    arrived, destination, far_reply, fix, how_often, lack, near_request, path_culprit, proof,
};
use crate::finding::{CauseId, Culprit, CulpritKind};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::DnsUnanswered,
    title: "The DNS server does not answer",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("dns_unanswered.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_resolution(case) else { return Lead::no_resolution_failure(case) };
    let mut unanswered = lead.failing(|attempt| attempt.outcome == Outcome::Unanswered);
    if unanswered.is_empty() {
        return if lead.all().iter().all(|attempt| attempt.outcome != Outcome::Unclear) {
            Assessment::RuledOut { reason: "No query that passed was left without an answer.".to_owned() }
        } else {
            Assessment::NotConcerned
        };
    }
    if is_tcp_only(case, &unanswered) {
        return Assessment::NotConcerned;
    }
    if let Some(reason) = Silence::of_resolution(case).and_then(|silence| silence.explanation()) {
        return Assessment::RuledOut {
            reason: format!("The configuration explains the silence: {reason}."),
        };
    }
    let far_only = unanswered.clone();
    unanswered.retain(|attempt| near_request(attempt).is_some());
    let statement = "The queries were accepted leaving the task, and no answer was recorded.";
    let Some(asked) = proof(statement, &unanswered, near_request) else { return lead.not_seen_leaving(&far_only) };
    let missing = case.watch.against_absence(&unanswered);
    if !missing.is_empty() {
        return Assessment::CannotTell {
            summary: format!(
                "{} asked {} and no answer is recorded ({}), but the logs cannot show that none came.",
                case.subject.name(),
                destination(&unanswered),
                how_often(&unanswered)
            ),
            proofs: vec![asked],
            missing,
        };
    }
    let (certainty, culprit, what, far) = far_side(&unanswered);
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty,
        summary: format!(
            "{} could not resolve names: {} {what} ({}).",
            case.subject.name(),
            destination(&unanswered),
            how_often(&unanswered)
        ),
        missing: far
            .is_none()
            .then(|| lack("the flow log of the DNS server's interface", "whether the queries arrived there"))
            .into_iter()
            .collect(),
        proof: asked,
        more_proofs: far.into_iter().collect(),
        fix: if culprit.kind == CulpritKind::Path {
            fix(
                "Look at what is between the DNS server and the task: routes back, firewalls, appliances.",
                [],
            )
        } else {
            fix(
                "Look at the DNS server: is its service running, does it serve clients of the task's subnet, can it reach its \
                 own forwarders. Which servers the VPC hands out is in its DHCP options.",
                ["aws ec2 describe-dhcp-options".to_owned()],
            )
        },
        culprits: vec![culprit],
    }))
}

/// What the DNS server's own interface adds: an answer that was lost on its way, none at all, or nothing.
fn far_side(unanswered: &[&Attempt]) -> (Certainty, Culprit, &'static str, Option<Proof>) {
    let server = unanswered.first().map(|attempt| attempt.destination.ip().to_string());
    let culprit = Culprit { kind: CulpritKind::DnsServer, id: server, subnet_id: None, rule: None };
    if let Some(answered) = proof("An answer left the DNS server's interface.", unanswered, far_reply) {
        let what = "answered, and the answers were lost on their way back";
        return (Certainty::Likely, path_culprit(unanswered), what, Some(answered));
    }
    let statement = "The queries arrived at the DNS server's interface, and no answer left it.";
    match proof(statement, unanswered, arrived) {
        Some(arrived) => (Certainty::Confirmed, culprit, "got its queries and did not answer", Some(arrived)),
        None => (Certainty::Likely, culprit, "was asked and did not answer", None),
    }
}
