//! Claims about rejected requests: the control that the configuration names, and the certainty.

use crate::attribution::culprits;
use crate::attribution::obstacle::{Obstacle, end_of_route};
use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::Attempt;
use crate::diagnose::elimination::Remaining;
use crate::diagnose::endpoint_use::{lacks_endpoint, may_hide_endpoint};
use crate::diagnose::phrases::{fix, missing_data};
use crate::diagnose::rejection::Rejection;
use crate::diagnose::rejection_point::{Explanation, hop_of};
use crate::diagnose::saved_lists;
use crate::diagnose::tried_fix::tried_fix_at;
use crate::finding::{CauseId, Hop, HopDecision};
use crate::path::{NextHop, is_private};

impl<'c> Rejection<'c> {
    /// Returns the certainty that the rejecting interface's own controls stopped the task. If the packets had no route
    /// behind the interface, it is only likely, because the task needs an endpoint.
    pub(super) fn certainty(&self) -> Certainty {
        if self.is_near() && lacks_endpoint(self.case) { Certainty::Likely } else { self.recorded() }
    }

    /// Returns the claim that a control of this kind rejected, if the configuration shows it; else the reason why not.
    pub(super) fn assess(self, cause: CauseId, looks: impl IntoIterator<Item = String>) -> Assessment {
        match &self.explanation {
            Explanation::Denied(obstacle, hops) if self.is_cause(*obstacle, cause) => self.claim(hops, looks),
            Explanation::Denied(..) => match self.hop_that_allows(cause) {
                Some(hop) => {
                    Assessment::RuledOut { reason: format!("The configuration allows it: {}.", hop.reason) }
                }
                None => Assessment::NotApplicable,
            },
            // One of the controls rejected, although it allows the packets as saved.
            Explanation::Allowed(_) => Assessment::NotApplicable,
            Explanation::Unknown(_) => match self.remaining().filter(|remaining| remaining.is_certain) {
                Some(remaining) => self.eliminated(&remaining, cause, looks),
                None => Assessment::NotApplicable,
            },
        }
    }

    /// The claim about the only control that can have rejected, or why the control of this cause did not.
    fn eliminated(
        &self,
        remaining: &Remaining<'c>,
        cause: CauseId,
        looks: impl IntoIterator<Item = String>,
    ) -> Assessment {
        let is_remaining =
            Obstacle::at_interface(remaining.hop).is_some_and(|obstacle| self.is_cause(obstacle, cause));
        if !is_remaining {
            return Assessment::RuledOut { reason: format!("It was open then: {}.", remaining.reason()) };
        }
        let words = format!(
            "Save the documents of {} and run flowcause again: they show the rule to change.",
            remaining.name(self.case)
        );
        Assessment::Holds(Box::new(Claim {
            service: None,
            certainty: if self.may_lack_way() { Certainty::Likely } else { self.certainty() },
            culprits: remaining.culprits_before(self.rejecting_interfaces()),
            summary: self.summary(&format!(
                ": it was {}, because {}",
                remaining.name(self.case),
                remaining.reason()
            )),
            proof: self.rejected.clone(),
            more_proofs: remaining.passed.iter().cloned().chain(self.more_proofs()).collect(),
            missing: remaining
                .hop
                .needs()
                .map(|need| missing_data(need, "the rule that rejected the packets"))
                .into_iter()
                .chain(self.missing())
                .collect(),
            fix: fix(words, looks),
        }))
    }

    fn claim(&self, hops: &[&'c Hop], looks: impl IntoIterator<Item = String>) -> Assessment {
        let reasons: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
        let outside = saved_lists::rule_clause(self.case, &self.attempts, hops);
        // A newer list may contain the address: the rule as saved is then not what rejected it.
        let is_uncertain = outside.is_some() || self.may_lack_way();
        let certainty = if is_uncertain { Certainty::Likely } else { self.certainty() };
        let way_behind = self.may_lack_way().then(|| {
            missing_data(
                "the route table of the task's subnet, and describe-vpc-endpoints, complete",
                "whether the packets have a way behind the task: if not, the rule is right and an endpoint is missing",
            )
        });
        let outside = outside.map_or_else(String::new, |clause| format!("; {clause}"));
        Assessment::Holds(Box::new(Claim {
            service: None,
            certainty,
            culprits: culprits::of_hops(hops.iter().copied()),
            summary: self.summary(&format!(", because {}{outside}", reasons.join("; also, "))),
            proof: self.rejected.clone(),
            more_proofs: self.more_proofs(),
            missing: self.missing().chain(way_behind).collect(),
            fix: tried_fix_at(self.case, &self.attempts, hops, "", looks),
        }))
    }

    /// Whether the task's groups may rightly reject packets to a public address: nothing shows that a way out follows behind
    /// them, so the task may need an endpoint instead.
    fn may_lack_way(&self) -> bool {
        let is_open_question = |attempt: &&Attempt| {
            let path = &attempt.configured;
            let is_open = match path.next_hop {
                NextHop::Unknown | NextHop::NoRoute => true,
                _ => end_of_route(path).is_some() && may_hide_endpoint(self.case),
            };
            is_open && !is_private(attempt.destination.ip())
        };
        self.is_near() && self.attempts.iter().any(is_open_question)
    }

    fn is_cause(&self, obstacle: Obstacle, cause: CauseId) -> bool {
        obstacle.cause(&self.failing_step.step.service) == cause
    }

    /// The hop whose denial this cause would be, if it is known for every attempt and lets all of them through.
    fn hop_that_allows(&self, cause: CauseId) -> Option<&'c Hop> {
        let obstacles = self.point.obstacles().iter().copied();
        let wanted = obstacles.into_iter().find(|&obstacle| self.is_cause(obstacle, cause))?;
        let hops: Vec<Option<&Hop>> = self.attempts.iter().map(|attempt| hop_of(attempt, wanted)).collect();
        let allows = |hop: Option<&Hop>| hop.is_some_and(|hop| hop.decision == HopDecision::Allowed);
        hops.first().copied().flatten().filter(|_| hops.iter().copied().all(allows))
    }
}
