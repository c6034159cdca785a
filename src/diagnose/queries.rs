//! Queries to a DNS server that were rejected: where, by which control as far as the configuration shows, and the fix.
//!
//! Two causes use it: one for all queries, one for queries over TCP only.

use std::mem::discriminant;

use crate::attribution::culprits;
use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::missing_data::needs_complete_records;
use crate::diagnose::phrases::{
    acl_culprit, destination, how_often, interface_culprit, proof, show_acl, show_interface,
};
use crate::diagnose::rejection::{allowed_now, needs_documents};
use crate::diagnose::rejection_point::{Explanation, RejectionDetails, RejectionPoint, explain};
use crate::diagnose::tried_fix::tried_fix;
use crate::finding::Culprit;
use crate::model::protocol::Protocol;

/// Where queries or their answers were rejected.
struct QueryRejection {
    point: RejectionPoint,
    statement: &'static str,
    /// The culprit if no document names the control.
    culprit: Option<Culprit>,
    looks: Vec<String>,
}

/// The claim about rejected queries; all of them were rejected alike.
pub(super) fn rejected(case: &Case<'_>, rejected: &[&Attempt], what: &str) -> Assessment {
    let Some(&first) = rejected.first() else { return Assessment::NotApplicable };
    let mut alike = rejected.to_vec();
    alike.retain(|attempt| discriminant(&attempt.outcome) == discriminant(&first.outcome));
    let place = query_rejection(case, first);
    let Some(proof) = proof(format!("{}.", capitalised(place.statement)), &alike, rejected_row) else {
        return Assessment::NotApplicable;
    };
    let explanation = explain(place.point, &alike);
    let details = details(&explanation, place.culprit);
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(first.near.is_some() && case.visibility.is_complete()),
        summary: format!(
            "{} could not resolve names: {what}{}{} ({}, {}).{}",
            case.subject.name(),
            place.statement,
            details.reason,
            destination(&alike),
            how_often(&alike),
            details.now
        ),
        proof,
        more_proofs: Vec::new(),
        missing: details.missing.into_iter().chain(needs_complete_records(case)).collect(),
        fix: tried_fix(
            case,
            &alike,
            "Allow port 53 for UDP and TCP from the task to the DNS server. In network ACLs, allow the answers as well.",
            place.looks,
        ),
        culprits: details.culprits,
    }))
}

/// Returns what the configuration adds; `fallback` is the culprit if it names none.
fn details(explanation: &Explanation<'_>, fallback: Option<Culprit>) -> RejectionDetails {
    let unknown =
        RejectionDetails { culprits: fallback.into_iter().collect(), ..RejectionDetails::default() };
    match explanation {
        Explanation::Denied(_, hops) => {
            let reasons: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
            RejectionDetails {
                culprits: culprits::of_hops(hops.iter().copied()),
                reason: format!(", because {}", reasons.join("; also, ")),
                ..unknown
            }
        }
        Explanation::Allowed(hops) => RejectionDetails { now: allowed_now(hops), ..unknown },
        Explanation::Unknown(needs) => {
            let whose = "between the task and the DNS server: the";
            RejectionDetails { missing: needs_documents(needs, whose), ..unknown }
        }
    }
}

fn query_rejection(case: &Case<'_>, attempt: &Attempt) -> QueryRejection {
    let own = case.subject.interface_id.as_ref();
    let own_subnet = case.subject.subnet_id.clone();
    let far = attempt.rejecting_mirror().map(|mirror| &mirror.interface_id);
    let far_subnet = far.and_then(|id| case.facts.subnet_of(id));
    match attempt.outcome {
        Outcome::ReplyRejectedNear => QueryRejection {
            point: RejectionPoint::EnteringTask,
            statement: "the answers were rejected entering the task's interface",
            looks: show_acl(own_subnet.as_ref()).into_iter().collect(),
            culprit: Some(acl_culprit(own_subnet)),
        },
        Outcome::ReplyRejectedFar(_) => QueryRejection {
            point: RejectionPoint::LeavingDestination,
            statement: "the answers were rejected leaving the DNS server",
            looks: show_acl(far_subnet.as_ref()).into_iter().collect(),
            culprit: Some(acl_culprit(far_subnet)),
        },
        Outcome::RequestRejectedFar(_) => QueryRejection {
            point: RejectionPoint::EnteringDestination,
            statement: "the queries were rejected entering the DNS server's interface",
            looks: far.and_then(show_interface).into_iter().collect(),
            culprit: far.map(interface_culprit),
        },
        _ => QueryRejection {
            point: RejectionPoint::LeavingTask,
            statement: "the queries were rejected leaving the task's interface",
            looks: own.and_then(show_interface).into_iter().chain(show_acl(own_subnet.as_ref())).collect(),
            culprit: own.map(interface_culprit),
        },
    }
}

/// A clause as the start of a sentence.
fn capitalised(clause: &str) -> String {
    clause.strip_prefix('t').map_or_else(|| clause.to_owned(), |rest| format!("T{rest}"))
}

fn rejected_row(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.views().find_map(|view| view.request.rejected.as_ref().or(view.reply.rejected.as_ref()))
}

/// Whether UDP queries were answered by the servers whose TCP queries failed: then only TCP is blocked.
pub(super) fn is_tcp_only(case: &Case<'_>, failing: &[&Attempt]) -> bool {
    let answered = |attempt: &&Attempt| {
        case.attempts.iter().any(|other| {
            other.destination == attempt.destination
                && other.protocol() == Protocol::UDP
                && other.outcome == Outcome::Completed
        })
    };
    !failing.is_empty()
        && failing.iter().all(|attempt| attempt.protocol() == Protocol::TCP)
        && failing.iter().all(answered)
}

/// Returns the assessment of a rejection that is ruled out.
pub(super) fn none_rejected() -> Assessment {
    Assessment::RuledOut { reason: "No query and no answer was rejected where logs exist.".to_owned() }
}
