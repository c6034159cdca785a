//! Requests to a service outside the VPC to which the configuration gives no way: unanswered, or rejected already where they
//! left the task.
//!
//! Where groups let out only what goes to endpoints, a name that leads to a public address ends in a rejection. Opening the
//! groups would not help then: the packets still had no way.

use crate::attribution::obstacle::end_of_route;
use crate::diagnose::assessment::{Assessment, Claim};
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::contrast::contrast;
use crate::diagnose::rejection::Rejection;
use crate::diagnose::silence::{Silence, Told};
use crate::diagnose::words::{destination, how_often};
use crate::finding::{CauseId, Hop};
use crate::path::NextHop;

/// Requests of the leading step that have no way to where they went.
pub(super) struct Astray<'c> {
    pub(super) case: &'c Case<'c>,
    pub(super) attempts: Vec<&'c Attempt>,
    /// What ends the way, each control once.
    pub(super) hops: Vec<&'c Hop>,
    seen: Seen<'c>,
}

/// What became of them.
enum Seen<'c> {
    Silent(Box<Silence<'c>>),
    Rejected(Box<Rejection<'c>>),
}

impl<'c> Astray<'c> {
    /// The leading step's requests, if all of them went outside the VPC and none had a way there.
    pub(super) fn of(case: &'c Case<'c>) -> Option<Self> {
        let astray = Self::silent(case).or_else(|| Self::rejected(case))?;
        let vpc = case.subject.vpc_id.as_ref();
        let is_inside = |attempt: &&Attempt| {
            case.facts.inventory.is_inside_vpc(attempt.destination.ip(), vpc) == Some(true)
        };
        (!astray.attempts.iter().any(is_inside)).then_some(astray)
    }

    fn silent(case: &'c Case<'c>) -> Option<Self> {
        let silence = Silence::of(case)?;
        let causes = [CauseId::NoRoute, CauseId::NoPublicIp, CauseId::NatBroken];
        let hops = causes.into_iter().find_map(|cause| silence.stopped_by(cause))?;
        Some(Self { case, attempts: silence.attempts.clone(), hops, seen: Seen::Silent(Box::new(silence)) })
    }

    fn rejected(case: &'c Case<'c>) -> Option<Self> {
        let rejection = Rejection::near(case).ok()?;
        let ends: Option<Vec<&Hop>> =
            rejection.attempts.iter().map(|attempt| end_of_route(&attempt.configured)).collect();
        let mut hops = ends?;
        hops.sort();
        hops.dedup_by(|a, b| a.control == b.control);
        Some(Self {
            case,
            attempts: rejection.attempts.clone(),
            hops,
            seen: Seen::Rejected(Box::new(rejection)),
        })
    }

    /// Whether no route was there for any of them; a blackhole was a way once.
    pub(super) fn has_no_route(&self) -> bool {
        self.attempts.iter().all(|attempt| attempt.configured.next_hop == NextHop::NoRoute)
    }

    /// What is in the way besides, those that end it first.
    pub(super) fn in_the_way(&self) -> Vec<&'c Hop> {
        match &self.seen {
            Seen::Silent(silence) => silence.in_the_way(self.hops.clone()),
            Seen::Rejected(_) => self.hops.clone(),
        }
    }

    /// The claim, or the question.
    pub(super) fn tell(self, told: Told) -> Assessment {
        match self.seen {
            Seen::Silent(silence) => silence.tell(told),
            Seen::Rejected(rejection) => {
                // The surer one is the smaller.
                let certainty = told.certainty.max(rejection.recorded());
                Assessment::Holds(Box::new(Claim {
                    service: told.service,
                    certainty,
                    culprits: told.culprits,
                    summary: format!(
                        "{} could not reach {}: {}; its own interface rejected the packets, and had it let them out they had no way ({}).",
                        self.case.subject.name(),
                        destination(&self.attempts),
                        told.why,
                        how_often(&self.attempts)
                    ),
                    proof: rejection.rejected.clone(),
                    more_proofs: told
                        .more_proofs
                        .into_iter()
                        .chain(contrast(self.case, &self.attempts))
                        .collect(),
                    missing: told.missing.into_iter().chain(rejection.missing()).collect(),
                    fix: told.fix,
                }))
            }
        }
    }

    /// Why the way ends.
    pub(super) fn reason(&self) -> &'c str {
        self.hops.first().map_or("", |hop| hop.reason.as_str())
    }
}
