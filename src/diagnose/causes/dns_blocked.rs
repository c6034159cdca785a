#![doc = include_str!("dns_blocked.md")]

use std::mem::discriminant;

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::lead::{Lead, needs_everything, reject_policy};
use crate::diagnose::registry::Cause;
use crate::diagnose::words::{
    acl_culprit, destination, fix, how_often, interface_culprit, lack, proof, show_acl, show_interface,
};
use crate::report::Culprit;

pub(super) static CAUSE: Cause = Cause {
    id: "dns-blocked",
    title: "Queries to the DNS server are rejected",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("dns_blocked.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_resolution(case) else { return Lead::no_resolution_failure(case) };
    let mut rejected =
        lead.failing(|attempt| attempt.outcome.is_rejection() && reject_policy(case, attempt).is_none());
    let Some(&first) = rejected.first() else {
        return if lead.all().iter().any(|attempt| attempt.outcome.is_rejection()) {
            Assessment::NotConcerned
        } else {
            Assessment::RuledOut {
                because: "No query and no answer was rejected where logs exist.".to_owned(),
            }
        };
    };
    rejected.retain(|attempt| discriminant(&attempt.outcome) == discriminant(&first.outcome));
    let (place, culprit, commands) = blame(case, first);
    let Some(proof) = proof(capitalised(&place), &rejected, rejected_row) else {
        return Assessment::NotConcerned;
    };
    Assessment::Holds(Box::new(Claim {
        certainty: Certainty::confirmed_if(first.near.is_some() && case.watch.hides_nothing()),
        summary: format!(
            "{} could not resolve names: {place} ({}, {}).",
            case.subject.name(),
            destination(&rejected),
            how_often(&rejected)
        ),
        proof,
        more_proofs: Vec::new(),
        missing: std::iter::once(lack(
            "the security groups and network ACLs between the task and the DNS server",
            "which rule rejected the packets",
        ))
        .chain(needs_everything(case))
        .collect(),
        fix: fix(
            "Allow port 53, UDP and TCP, from the task to the DNS server, and the answers back where a network ACL is in \
             the way.",
            commands,
        ),
        culprits: culprit.into_iter().collect(),
    }))
}

/// Where it was rejected, who is to blame, and what to look at.
fn blame(case: &Case<'_>, attempt: &Attempt) -> (String, Option<Culprit>, Vec<String>) {
    let own = case.subject.interface_id.as_ref();
    let own_subnet = case.subject.subnet_id.clone();
    let far = attempt.rejecting_mirror().map(|mirror| &mirror.interface_id);
    let far_subnet = far.and_then(|id| case.facts.subnet_of(id));
    let acl = |subnet: Option<_>| {
        (Some(acl_culprit(subnet.clone())), show_acl(subnet.as_ref()).into_iter().collect())
    };
    let (place, (culprit, commands)) = match attempt.outcome {
        Outcome::ReplyRejectedNear => {
            ("the answers were rejected entering the task's interface".to_owned(), acl(own_subnet))
        }
        Outcome::ReplyRejectedFar(_) => {
            ("the answers were rejected leaving the DNS server".to_owned(), acl(far_subnet))
        }
        Outcome::RequestRejectedFar(_) => (
            "the queries were rejected entering the DNS server's interface".to_owned(),
            (far.map(interface_culprit), far.and_then(show_interface).into_iter().collect()),
        ),
        _ => (
            "the queries were rejected leaving the task's interface".to_owned(),
            (
                own.map(interface_culprit),
                own.and_then(show_interface).into_iter().chain(show_acl(own_subnet.as_ref())).collect(),
            ),
        ),
    };
    (place, culprit, commands)
}

/// A clause as a sentence.
fn capitalised(clause: &str) -> String {
    clause.strip_prefix('t').map_or_else(|| format!("{clause}."), |rest| format!("T{rest}."))
}

fn rejected_row(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.views().find_map(|view| view.request.rejected.as_ref().or(view.reply.rejected.as_ref()))
}
