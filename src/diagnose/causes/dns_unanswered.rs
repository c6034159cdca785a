#![doc = include_str!("dns_unanswered.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Case, Outcome};
use crate::diagnose::lead::Lead;
use crate::diagnose::registry::Cause;
use crate::diagnose::words::{destination, fix, how_often, lack, near_request, proof};
use crate::report::{Culprit, CulpritKind};

pub(super) static CAUSE: Cause = Cause {
    id: "dns-unanswered",
    title: "The DNS server does not answer",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("dns_unanswered.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_resolution(case) else { return Lead::no_resolution_failure(case) };
    let unanswered = lead.failing(|attempt| attempt.outcome == Outcome::Unanswered);
    if unanswered.is_empty() {
        return Assessment::RuledOut { because: "The queries were rejected, not left unanswered.".to_owned() };
    }
    let says = "The queries were accepted leaving the task, and no answer was recorded.";
    let Some(asked) = proof(says, &unanswered, near_request) else { return lead.not_seen_leaving(&unanswered) };
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
    let arrived = proof("The queries arrived at the DNS server's interface, and no answer left it.", &unanswered, |attempt| {
        attempt.mirrors.iter().find_map(|mirror| mirror.conversation.request.accepted.as_ref())
    });
    let server = unanswered.first().map(|attempt| attempt.destination.ip().to_string());
    Assessment::Holds(Box::new(Claim {
        certainty: Certainty::confirmed_if(arrived.is_some()),
        culprits: vec![Culprit { kind: CulpritKind::DnsServer, id: server, subnet_id: None, rule: None }],
        summary: format!(
            "{} could not resolve names: {} got its queries and did not answer ({}).",
            case.subject.name(),
            destination(&unanswered),
            how_often(&unanswered)
        )
        .replace(" got its queries", if arrived.is_some() { " got its queries" } else { " was asked" }),
        missing: arrived
            .is_none()
            .then(|| lack("the flow log of the DNS server's interface", "whether the queries arrived there"))
            .into_iter()
            .collect(),
        proof: asked,
        more_proofs: arrived.into_iter().collect(),
        fix: fix(
            "Look at the DNS server: is its service running, does it serve clients of the task's subnet, can it reach its own \
             forwarders. Which servers the VPC hands out is in its DHCP options.",
            ["aws ec2 describe-dhcp-options".to_owned()],
        ),
    }))
}
