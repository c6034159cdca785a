//! Requests to a service outside the VPC to which the configuration has no route: unanswered, or rejected when they left the
//! task.
//!
//! If security groups allow only traffic to endpoints, requests to a public address are rejected. Opening the groups would
//! not help then, because the packets still have no route.

use crate::attribution::obstacle::end_of_route;
use crate::diagnose::assessment::{Assessment, Claim};
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::healthy_peer::healthy_peer;
use crate::diagnose::phrases::{destination, how_often};
use crate::diagnose::rejection::Rejection;
use crate::diagnose::rejection_point::distinct;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::{CauseId, Hop};
use crate::path::NextHop;

/// Requests of the failing step that have no route to their destination.
pub(super) struct Unroutable<'c> {
    pub(super) case: &'c Case<'c>,
    pub(super) attempts: Vec<&'c Attempt>,
    /// The hops where the path ends, each control once.
    pub(super) hops: Vec<&'c Hop>,
    outcome: RequestOutcome<'c>,
}

/// The records of the requests.
enum RequestOutcome<'c> {
    Unanswered(Box<Unanswered<'c>>),
    Rejected(Box<Rejection<'c>>),
}

impl<'c> Unroutable<'c> {
    /// Those of the failing step, if all destinations are outside the VPC and none has a route.
    pub(super) fn of(case: &'c Case<'c>) -> Option<Self> {
        let unroutable = Self::of_unanswered(case).or_else(|| Self::of_rejected(case))?;
        let vpc = case.subject.vpc_id.as_ref();
        let is_inside = |attempt: &&Attempt| {
            case.facts.inventory.is_inside_vpc(attempt.destination.ip(), vpc) == Some(true)
        };
        (!unroutable.attempts.iter().any(is_inside)).then_some(unroutable)
    }

    fn of_unanswered(case: &'c Case<'c>) -> Option<Self> {
        let unanswered = Unanswered::of(case)?;
        let causes = [CauseId::NoRoute, CauseId::NoPublicIp, CauseId::NatBroken];
        let hops = causes.into_iter().find_map(|cause| unanswered.stopped_by(cause))?;
        Some(Self {
            case,
            attempts: unanswered.attempts.clone(),
            hops,
            outcome: RequestOutcome::Unanswered(Box::new(unanswered)),
        })
    }

    fn of_rejected(case: &'c Case<'c>) -> Option<Self> {
        let rejection = Rejection::near(case).ok()?;
        let ends: Option<Vec<&Hop>> =
            rejection.attempts.iter().map(|attempt| end_of_route(&attempt.configured)).collect();
        let hops = distinct(ends?.into_iter());
        Some(Self {
            case,
            attempts: rejection.attempts.clone(),
            hops,
            outcome: RequestOutcome::Rejected(Box::new(rejection)),
        })
    }

    /// Whether none of them had a route; a blackhole counts as a route that existed before.
    pub(super) fn has_no_route(&self) -> bool {
        self.attempts.iter().all(|attempt| attempt.configured.next_hop == NextHop::NoRoute)
    }

    /// Returns the blocking hops, those where the path ends first.
    pub(super) fn blocking(&self) -> Vec<&'c Hop> {
        match &self.outcome {
            RequestOutcome::Unanswered(unanswered) => unanswered.blocking(self.hops.clone()),
            RequestOutcome::Rejected(_) => self.hops.clone(),
        }
    }

    /// Returns the claim, or an inconclusive assessment.
    pub(super) fn conclude(self, draft: ClaimDraft) -> Assessment {
        match self.outcome {
            RequestOutcome::Unanswered(unanswered) => unanswered.conclude(draft),
            RequestOutcome::Rejected(rejection) => {
                // The smaller value is the more certain one.
                let certainty = draft.certainty.max(rejection.recorded());
                Assessment::Holds(Box::new(Claim {
                    service: draft.service,
                    certainty,
                    culprits: draft.culprits,
                    summary: format!(
                        "{} could not reach {}: {}; in addition, the task's own interface rejected the packets ({}).",
                        self.case.subject.name(),
                        destination(&self.attempts),
                        draft.why,
                        how_often(&self.attempts)
                    ),
                    proof: rejection.rejected.clone(),
                    more_proofs: draft
                        .more_proofs
                        .into_iter()
                        .chain(healthy_peer(self.case, &self.attempts))
                        .collect(),
                    missing: draft.missing.into_iter().chain(rejection.missing()).collect(),
                    fix: draft.fix,
                }))
            }
        }
    }

    /// The reason why the path ends.
    pub(super) fn reason(&self) -> &'c str {
        self.hops.first().map_or("", |hop| hop.reason.as_str())
    }
}
