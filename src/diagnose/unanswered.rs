//! Requests that left the task and were not answered: the facts from the far side's records, and the configured control that
//! explains the missing replies and that no record contradicts.
//!
//! The causes of unanswered requests share this value, so that exactly one of them holds.

use std::collections::BTreeSet;

use crate::attribution::culprits;
use crate::attribution::obstacle::Obstacle;
use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Absence, Attempt, Case, InterfaceVisibility, Outcome};
use crate::diagnose::elimination::name;
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::healthy_peer::{healthy_peer, younger_endpoint};
use crate::diagnose::intended_service::IntendedService;
use crate::diagnose::phrases::{
    destination, how_often, interface_culprit, listed, missing_data, near_request, proof,
};
use crate::diagnose::proxy::with_proxy;
use crate::diagnose::redirected_host::redirected_host;
use crate::diagnose::tried_fix::tried_fix;
use crate::finding::{CauseId, Control, Culprit, Fix, Hop, HopDecision, MissingData};
use crate::model::ids::InterfaceId;
use crate::model::network::TrafficType;
use crate::model::protocol::Protocol;
use crate::model::service::Service;
use crate::model::time::Window;
use crate::path::NextHop;

/// Unanswered requests of the failing step.
pub(super) struct Unanswered<'c> {
    pub(super) case: &'c Case<'c>,
    pub(super) failing_step: FailingStep<'c>,
    /// Those that were seen leaving the task.
    pub(super) attempts: Vec<&'c Attempt>,
    /// The proof that they left.
    pub(super) left: Proof,
    /// The service that they were for, as far as known.
    service: Service,
    /// The data that is missing to prove that no reply came.
    pub(super) needed_for_proof: Vec<MissingData>,
}

/// The parts of a claim that differ between the causes of unanswered requests.
pub(super) struct ClaimDraft {
    /// The service the packets were for, where it only follows.
    pub(super) service: Option<Service>,
    pub(super) certainty: Certainty,
    pub(super) culprits: Vec<Culprit>,
    /// A clause after "could not reach X:".
    pub(super) why: String,
    pub(super) more_proofs: Vec<Proof>,
    pub(super) missing: Vec<MissingData>,
    pub(super) fix: Fix,
}

impl<'c> Unanswered<'c> {
    /// Those of the failing step, if it is a service's and its requests left the task.
    pub(super) fn of(case: &'c Case<'c>) -> Option<Self> {
        Self::of_step(case, FailingStep::of_service(case)?)
    }

    /// Those to DNS servers, if resolution is the failing step.
    pub(super) fn of_resolution(case: &'c Case<'c>) -> Option<Self> {
        Self::of_step(case, FailingStep::of_resolution(case)?)
    }

    fn of_step(case: &'c Case<'c>, failing_step: FailingStep<'c>) -> Option<Self> {
        let mut attempts = failing_step.attempts_where(|attempt| attempt.outcome == Outcome::Unanswered);
        attempts.retain(|attempt| near_request(attempt).is_some());
        let statement = "The opening packets were accepted leaving the task, and no reply was recorded.";
        let left = proof(statement, &attempts, near_request)?;
        let needed_for_proof = case.visibility.needed_besides_unreadable(&attempts);
        let service = IntendedService::of(case).service.unwrap_or(Service::Unknown);
        Some(Self { case, failing_step, attempts, left, service, needed_for_proof })
    }

    /// Returns the hops that explain why every attempt is unanswered, each control once; none if one attempt stays
    /// unexplained.
    pub(super) fn stopping(&self) -> Option<Vec<&'c Hop>> {
        let mut found: Vec<&Hop> = Vec::new();
        for &attempt in &self.attempts {
            let hop = attempt.configured.denials().find(|hop| !self.is_contradicted(attempt, hop))?;
            if !found.iter().any(|known| known.control == hop.control && known.leg == hop.leg) {
                found.push(hop);
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// Returns the hops that explain the missing replies, if all of them belong to this cause.
    pub(super) fn stopped_by(&self, cause: CauseId) -> Option<Vec<&'c Hop>> {
        self.stopping().filter(|hops| hops.iter().all(|hop| self.cause_of(hop) == Some(cause)))
    }

    /// Returns the reason in the configuration, if one kind of obstacle explains all missing replies.
    pub(super) fn explanation(&self) -> Option<&'c str> {
        let hops = self.stopping()?;
        let first = self.cause_of(hops[0])?;
        hops.iter().all(|hop| self.cause_of(hop) == Some(first)).then_some(hops[0].reason.as_str())
    }

    /// The only control that can have lost the packets or their replies: every other one of the path is known to let them
    /// pass, and its own document is missing.
    pub(super) fn remaining(&self) -> Option<&'c Hop> {
        let mut found: Option<&'c Hop> = None;
        for &attempt in &self.attempts {
            let path = &attempt.configured;
            let mut open = path
                .hops
                .iter()
                .filter(|hop| hop.decision != HopDecision::Allowed && !self.is_contradicted(attempt, hop));
            let (hop, None) = (open.next()?, open.next()) else { return None };
            hop.needs().filter(|_| path.next_hop != NextHop::Unknown)?;
            if found.is_some_and(|known| known.control != hop.control || known.leg != hop.leg) {
                return None;
            }
            found = found.or(Some(hop));
        }
        found.filter(|_| self.service != Service::Dns)
    }

    /// The claim that the only control whose document is missing lost the packets, if that is this cause.
    pub(super) fn assess_remaining(&self, cause: CauseId, words: &str) -> Option<Assessment> {
        let hop = self.remaining().filter(|hop| self.cause_of(hop) == Some(cause))?;
        let name = name(self.case, hop);
        let mut culprits = culprits::of_hop(hop);
        if let (Control::SecurityGroups { interface_id: Some(id), .. }, true) =
            (&hop.control, culprits.is_empty())
        {
            culprits.push(interface_culprit(id));
        }
        Some(self.conclude(ClaimDraft {
            service: None,
            certainty: Certainty::Likely,
            culprits,
            why: format!(
                "the packets left the task, but no reply came back. It was most likely {name}, because every other control \
                 of the path lets them pass as saved"
            ),
            more_proofs: Vec::new(),
            missing: hop
                .needs()
                .map(|need| missing_data(need, "whether this control let the packets pass"))
                .into_iter()
                .collect(),
            fix: tried_fix(self.case, &self.attempts, words, []),
        }))
    }

    /// Returns every blocking control, those that explain the missing replies first.
    pub(super) fn blocking(&self, first: Vec<&'c Hop>) -> Vec<&'c Hop> {
        let mut all = first;
        for &attempt in &self.attempts {
            for hop in attempt.configured.denials().filter(|hop| !self.is_contradicted(attempt, hop)) {
                if !all.iter().any(|known| known.control == hop.control) {
                    all.push(hop);
                }
            }
        }
        all
    }

    /// The cause that a denying hop of one of the attempts is.
    pub(super) fn cause_of(&self, hop: &Hop) -> Option<CauseId> {
        let path =
            self.attempts.iter().map(|attempt| &attempt.configured).find(|path| path.hops.contains(hop))?;
        Some(Obstacle::of(self.case.facts.inventory, &path.next_hop, hop)?.cause(&self.service))
    }

    /// The resources at fault for a cause, the likeliest first.
    pub(super) fn culprits(&self, cause: CauseId, hops: &[&Hop]) -> Vec<Culprit> {
        let next_hops = self.attempts.iter().map(|attempt| &attempt.configured.next_hop);
        culprits::of_cause(cause, self.case.endpoints(), next_hops, hops)
    }

    /// The interface that has the destination's address.
    pub(super) fn destination_interface(&self, attempt: &Attempt) -> Option<InterfaceId> {
        let (address, vpc) = (attempt.destination.ip(), self.case.subject.vpc_id.as_ref());
        self.case.facts.inventory.interface_reached(address, vpc).map(|interface| interface.id.clone())
    }

    /// Returns the visibility of an interface in the time of the attempts.
    pub(super) fn visibility_of(&self, interface: &InterfaceId) -> InterfaceVisibility {
        InterfaceVisibility::of(self.case.facts.reduced, interface, self.window())
    }

    /// Whether everything an interface met in that time is recorded.
    pub(super) fn is_recorded_whole(&self, interface: &InterfaceId) -> bool {
        let visibility = self.visibility_of(interface);
        visibility.absence() == Absence::Proven && self.records_everything(interface)
    }

    /// Whether no document shows that the flow log of an interface omits traffic.
    fn records_everything(&self, interface: &InterfaceId) -> bool {
        let facts = self.case.facts;
        let subnet = facts.subnet_of(interface);
        let logs = facts.inventory.flow_logs_covering(interface, subnet.as_ref(), None);
        let records = |wanted| logs.iter().any(|log| log.traffic_type == Some(wanted));
        logs.is_empty()
            || records(TrafficType::All)
            || (records(TrafficType::Accept) && records(TrafficType::Reject))
    }

    /// From the first to the last attempt.
    pub(super) fn window(&self) -> Window {
        let from = self.attempts.iter().map(|attempt| attempt.first).min();
        let to = self.attempts.iter().map(|attempt| attempt.last).max();
        from.zip(to).map_or(Window::ALWAYS, |(from, to)| Window { from, to: to.plus(1) })
    }

    /// The claim that a control at the destination stopped the packets, which only the configuration shows.
    pub(super) fn assess_destination(&self, cause: CauseId) -> Assessment {
        let Some(hops) = self.stopped_by(cause) else {
            let words = "Save the missing document and run flowcause again: it shows the rule to change.";
            return self.assess_remaining(cause, words).unwrap_or_else(|| self.contradicted(cause));
        };
        let hops = self.blocking(hops);
        let reasons: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
        let far = self.destination_interfaces();
        self.conclude(ClaimDraft {
            service: None,
            certainty: Certainty::Likely,
            culprits: culprits::of_hops(hops.iter().copied()),
            why: format!("the packets left the task, but no reply came back; {}", reasons.join("; also, ")),
            more_proofs: Vec::new(),
            missing: vec![missing_data(
                format!("the complete flow log of {far} in that time"),
                "the rejection itself: so far only the configuration shows where it was",
            )],
            fix: tried_fix(self.case, &self.attempts, "", []),
        })
    }

    pub(super) fn destination_interfaces(&self) -> String {
        let owners: BTreeSet<InterfaceId> =
            self.attempts.iter().filter_map(|attempt| self.destination_interface(attempt)).collect();
        if owners.is_empty() { "the destination's interface".to_owned() } else { listed(owners) }
    }

    /// The data without which missing replies make a cause at most likely: late records, and the flags that show that
    /// nothing but openings was sent.
    fn doubts(&self) -> impl Iterator<Item = MissingData> {
        let has_flags =
            |attempt: &&Attempt| near_request(attempt).is_some_and(|sums| sums.tcp_flags.is_some());
        let is_shown = |attempt: &&Attempt| attempt.protocol() != Protocol::TCP || has_flags(attempt);
        let flags = (!self.attempts.iter().all(is_shown)).then(|| {
            missing_data(
                "the field tcp-flags in the log format",
                "that the packets were openings without an answer",
            )
        });
        self.case.visibility.undelivered_replies(&self.attempts).into_iter().chain(flags)
    }

    /// Returns the claim of a cause, or an inconclusive assessment if missing replies prove nothing.
    pub(super) fn conclude(&self, draft: ClaimDraft) -> Assessment {
        let (name, where_to) = (self.case.subject.name(), destination(&self.attempts));
        let often = how_often(&self.attempts);
        let unreadable = self.case.visibility.unreadable("whether replies are among them");
        // A reply may be among the unreadable records: without an explanation in the configuration nothing else speaks.
        let is_unknown = unreadable.is_some() && self.stopping().is_none();
        if !self.needed_for_proof.is_empty() || is_unknown {
            return Assessment::Inconclusive {
                summary: format!(
                    "{name} tried {where_to} and no reply is recorded ({often}), but the logs cannot show that none \
                     came. If none did: {}.",
                    draft.why
                ),
                proofs: vec![self.left.clone()],
                missing: unreadable.into_iter().chain(self.needed_for_proof.iter().cloned()).collect(),
            };
        }
        let younger = younger_endpoint(self.case, &self.attempts);
        let peer = younger.into_iter().chain(healthy_peer(self.case, &self.attempts));
        let doubts: Vec<MissingData> = self.doubts().collect();
        let certainty = if doubts.is_empty() { draft.certainty } else { Certainty::Likely };
        Assessment::Holds(Box::new(Claim {
            service: draft.service,
            certainty: if unreadable.is_some() { Certainty::Likely } else { certainty },
            culprits: draft.culprits,
            summary: format!("{name} could not reach {where_to}: {} ({often}).", draft.why)
                + &redirected_host(self.case, &self.attempts),
            proof: self.left.clone(),
            more_proofs: draft.more_proofs.into_iter().chain(peer).collect(),
            missing: unreadable.into_iter().chain(draft.missing).chain(doubts).collect(),
            fix: with_proxy(self.case, &self.attempts, draft.fix),
        }))
    }
}
