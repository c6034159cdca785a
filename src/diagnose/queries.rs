//! Queries to a DNS server that were rejected: where, by which control as far as the configuration tells, and the fix.
//!
//! Two causes tell it: all queries, or only those over TCP.

use std::mem::discriminant;

use crate::attribution::culprits;
use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::controls::{Blame, RejectionPoint, blame};
use crate::diagnose::lacking::needs_everything;
use crate::diagnose::mend::mend;
use crate::diagnose::rejection::{allowed_now, needs_documents};
use crate::diagnose::words::{
    acl_culprit, destination, how_often, interface_culprit, proof, show_acl, show_interface,
};
use crate::finding::{Culprit, MissingData};
use crate::model::protocol::Protocol;

/// Where queries or their answers were rejected.
struct Spot {
    point: RejectionPoint,
    statement: &'static str,
    /// What to blame where no document names the control.
    culprit: Option<Culprit>,
    looks: Vec<String>,
}

/// The claim about rejected queries; all of them were rejected alike.
pub(super) fn rejected(case: &Case<'_>, rejected: &[&Attempt], what: &str) -> Assessment {
    let Some(&first) = rejected.first() else { return Assessment::NotConcerned };
    let mut alike = rejected.to_vec();
    alike.retain(|attempt| discriminant(&attempt.outcome) == discriminant(&first.outcome));
    let spot = spot(case, first);
    let Some(proof) = proof(format!("{}.", capitalised(spot.statement)), &alike, rejected_row) else {
        return Assessment::NotConcerned;
    };
    let blame = blame(spot.point, &alike);
    let told = Told::of(&blame, spot.culprit);
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(first.near.is_some() && case.watch.hides_nothing()),
        summary: format!(
            "{} could not resolve names: {what}{}{} ({}, {}).{}",
            case.subject.name(),
            spot.statement,
            told.reason,
            destination(&alike),
            how_often(&alike),
            told.now
        ),
        proof,
        more_proofs: Vec::new(),
        missing: told.missing.into_iter().chain(needs_everything(case)).collect(),
        fix: mend(
            case,
            &alike,
            "Port 53 must be open for UDP and TCP from the task to the DNS server, and the answers back where a network ACL is \
             in the way.",
            spot.looks,
        ),
        culprits: told.culprits,
    }))
}

/// What the configuration adds.
struct Told {
    culprits: Vec<Culprit>,
    reason: String,
    now: String,
    missing: Vec<MissingData>,
}

impl Told {
    fn of(blame: &Blame<'_>, fallback: Option<Culprit>) -> Self {
        let unknown = Self {
            culprits: fallback.into_iter().collect(),
            reason: String::new(),
            now: String::new(),
            missing: Vec::new(),
        };
        match blame {
            Blame::Control(_, hops) => {
                let reasons: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
                Self {
                    culprits: culprits::of_hops(hops.iter().copied()),
                    reason: format!(", because {}", reasons.join(", and besides ")),
                    ..unknown
                }
            }
            Blame::Open(hops) => Self { now: allowed_now(hops), ..unknown },
            Blame::Unknown(needs) => {
                let whose = "between the task and the DNS server: the";
                Self { missing: needs_documents(needs, whose), ..unknown }
            }
        }
    }
}

fn spot(case: &Case<'_>, attempt: &Attempt) -> Spot {
    let own = case.subject.interface_id.as_ref();
    let own_subnet = case.subject.subnet_id.clone();
    let far = attempt.rejecting_mirror().map(|mirror| &mirror.interface_id);
    let far_subnet = far.and_then(|id| case.facts.subnet_of(id));
    match attempt.outcome {
        Outcome::ReplyRejectedNear => Spot {
            point: RejectionPoint::EnteringTask,
            statement: "the answers were rejected entering the task's interface",
            looks: show_acl(own_subnet.as_ref()).into_iter().collect(),
            culprit: Some(acl_culprit(own_subnet)),
        },
        Outcome::ReplyRejectedFar(_) => Spot {
            point: RejectionPoint::LeavingDestination,
            statement: "the answers were rejected leaving the DNS server",
            looks: show_acl(far_subnet.as_ref()).into_iter().collect(),
            culprit: Some(acl_culprit(far_subnet)),
        },
        Outcome::RequestRejectedFar(_) => Spot {
            point: RejectionPoint::EnteringDestination,
            statement: "the queries were rejected entering the DNS server's interface",
            looks: far.and_then(show_interface).into_iter().collect(),
            culprit: far.map(interface_culprit),
        },
        _ => Spot {
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

/// Whether UDP queries were answered by the servers whose TCP queries failed: then only TCP is in the way.
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

/// What a rejection that is ruled out says.
pub(super) fn none_rejected() -> Assessment {
    Assessment::RuledOut { reason: "No query and no answer was rejected where logs exist.".to_owned() }
}
