#![doc = include_str!("dns_unanswered.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::phrases::{
    arrived, destination, far_reply, fix, how_often, missing_data, near_request, path_culprit, proof,
};
use crate::diagnose::queries::is_tcp_only;
use crate::diagnose::unanswered::Unanswered;
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
    let Some(failing_step) = FailingStep::of_resolution(case) else {
        return FailingStep::no_resolution_failure(case);
    };
    let mut failed = failing_step.attempts_where(|attempt| attempt.outcome == Outcome::Unanswered);
    if failed.is_empty() {
        return if failing_step.all().iter().all(|attempt| attempt.outcome != Outcome::Unclear) {
            Assessment::RuledOut { reason: "No query that passed was left without an answer.".to_owned() }
        } else {
            Assessment::NotApplicable
        };
    }
    if is_tcp_only(case, &failed) {
        return Assessment::NotApplicable;
    }
    if let Some(reason) = Unanswered::of_resolution(case).and_then(|unanswered| unanswered.explanation()) {
        return Assessment::RuledOut {
            reason: format!("The configuration explains the missing replies: {reason}."),
        };
    }
    let far_only = failed.clone();
    failed.retain(|attempt| near_request(attempt).is_some());
    let statement = "The queries were accepted leaving the task, and no answer was recorded.";
    let Some(sent) = proof(statement, &failed, near_request) else {
        return failing_step.not_seen_leaving(&far_only);
    };
    let missing = case.visibility.needed_for_proof(&failed);
    if !missing.is_empty() {
        return Assessment::Inconclusive {
            summary: format!(
                "{} queried {} and no answer is recorded ({}), but the logs cannot show that none came.",
                case.subject.name(),
                destination(&failed),
                how_often(&failed)
            ),
            proofs: vec![sent],
            missing,
        };
    }
    let (certainty, culprit, what, far) = far_side(&failed);
    let late = case.visibility.undelivered_replies(&failed);
    // Silence of the server counts only if everything at its interface was recorded and delivered.
    let is_whole = Unanswered::of_resolution(case).is_some_and(|unanswered| {
        failed.iter().all(|attempt| {
            attempt.mirrors.iter().all(|mirror| unanswered.is_recorded_whole(&mirror.interface_id))
        })
    });
    let certainty = if late.is_some() || !is_whole { Certainty::Likely } else { certainty };
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty,
        summary: format!(
            "{} could not resolve names: {} {what} ({}).",
            case.subject.name(),
            destination(&failed),
            how_often(&failed)
        ),
        missing: far
            .is_none()
            .then(|| {
                missing_data(
                    "the flow log of the DNS server's interface",
                    "whether the queries arrived there",
                )
            })
            .into_iter()
            .chain(late)
            .collect(),
        proof: sent,
        more_proofs: far.into_iter().collect(),
        fix: if culprit.kind == CulpritKind::Path {
            fix("Check the path from the DNS server to the task: return routes, firewalls, appliances.", [])
        } else {
            fix(
                "Check the DNS server: whether its service is running, whether it serves clients of the task's subnet, \
                 and whether it can reach its forwarders. The DHCP options of the VPC name its DNS servers.",
                ["aws ec2 describe-dhcp-options".to_owned()],
            )
        },
        culprits: vec![culprit],
    }))
}

/// The facts from the DNS server's own interface: an answer that was lost later, no answer, or no records.
fn far_side(failed: &[&Attempt]) -> (Certainty, Culprit, &'static str, Option<Proof>) {
    let server = failed.first().map(|attempt| attempt.destination.ip().to_string());
    let culprit =
        Culprit { kind: CulpritKind::DnsServer, id: server, subnet_id: None, rule: None, is_likely: false };
    if let Some(answered) = proof("An answer left the DNS server's interface.", failed, far_reply) {
        let what = "answered, but the answers were lost on their way back";
        return (Certainty::Likely, path_culprit(failed), what, Some(answered));
    }
    let statement = "The queries arrived at the DNS server's interface, and no answer left it.";
    match proof(statement, failed, arrived) {
        Some(arrived) => {
            (Certainty::Confirmed, culprit, "received the queries but did not reply", Some(arrived))
        }
        None => (Certainty::Likely, culprit, "did not answer the queries", None),
    }
}
