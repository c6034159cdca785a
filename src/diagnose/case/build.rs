//! Conversations and documents to cases.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::attribution::endpoints::Endpoints;
use crate::converse::ConversationState;
use crate::diagnose::case::attempt::{Attempt, Mirror};
use crate::diagnose::case::attempts::{attempts, own};
use crate::diagnose::case::needs::needs;
use crate::diagnose::case::neighbours::{Reached, reached};
use crate::diagnose::case::origin::Clues;
use crate::diagnose::case::refuted::refuted;
use crate::diagnose::case::reported::{denied_calls, reported};
use crate::diagnose::case::sender::{groups_from, sender};
use crate::diagnose::case::start_access::start_access;
use crate::diagnose::case::step::{failing_step, steps};
use crate::diagnose::case::{Case, Facts, Subject, Visibility, service_of};
use crate::diagnose::stopped_reason::{StatedDenial, StoppedReason};
use crate::finding::{Hop, Leg, Side};
use crate::inventory::Inventory;
use crate::model::access::DeniedCall;
use crate::model::interface::InterfaceRole;
use crate::model::service::Service;
use crate::path::{ObservedPacket, Query, Region, Sender, controls_at, evaluate_query, is_private};

/// Builds the cases of a run from the facts that they share.
pub struct CaseBuilder<'a> {
    facts: Facts<'a>,
    /// Places of the conversations that an address of any subject initiated.
    by_initiator: BTreeMap<IpAddr, Vec<usize>>,
    reached: Arc<[Reached]>,
}

impl<'a> CaseBuilder<'a> {
    /// For these subjects.
    #[must_use]
    pub fn new(facts: Facts<'a>, subjects: &[Subject]) -> Self {
        let by_initiator = by_initiator(facts, subjects);
        let nothing = StoppedReason::default();
        let reached = reached(facts, |neighbour| {
            let visibility = Visibility::new(facts, neighbour);
            attempts(facts, neighbour, &nothing, &own(facts, neighbour, &by_initiator), &visibility)
        });
        Self { facts, by_initiator, reached }
    }

    /// The case of one of them; `dated` is the metadata as of its time.
    #[must_use]
    pub fn build<'i>(&self, subject: &Subject, dated: &'i Inventory) -> Case<'i>
    where
        'a: 'i,
    {
        let facts: Facts<'i> = Facts { inventory: dated, ..self.facts };
        let reason = subject.stopped_reason.as_deref().map(StoppedReason::parse).unwrap_or_default();
        let visibility = Visibility::new(facts, subject);
        let sender = sender(facts, subject);
        let mut attempts =
            attempts(facts, subject, &reason, &own(facts, subject, &self.by_initiator), &visibility);
        for attempt in &mut attempts {
            let query = attempt.query();
            attempt.configured = evaluate_query(facts.inventory, &sender, &query);
            for mirror in &mut attempt.mirrors {
                mirror.controls = controls(facts, &sender, &query, mirror);
            }
        }
        // A private address that the agent called is that of an endpoint, also where no document names it.
        let dialled_endpoint = reason.address.is_some_and(|address| {
            is_private(address.ip()) || facts.service_at(address.ip(), subject).is_some()
        });
        let needs = needs(facts, subject, &reason);
        let steps = steps(Clues {
            reason: &reason,
            start: &subject.start,
            needs: &needs,
            dialled_endpoint,
            attempts: &attempts,
        });
        let refuted = refuted(facts, subject, &attempts, &self.reached);
        let denied_calls = denied_calls(facts, subject, &reason);
        let reported = reported(&reason, &denied_calls, &attempts);
        let access = start_access(facts, subject, &attempts, (&reason, reported.as_ref())).map(Arc::new);
        let reached = Arc::clone(&self.reached);
        Case {
            subject: subject.clone(),
            reason,
            attempts,
            steps,
            visibility,
            sender,
            groups_from: groups_from(facts, subject),
            needs,
            reached,
            refuted,
            denied_calls,
            reported,
            access,
            facts,
        }
    }
}

fn by_initiator(facts: Facts<'_>, subjects: &[Subject]) -> BTreeMap<IpAddr, Vec<usize>> {
    let of_interest = subjects.iter().chain(facts.neighbours);
    let mut places: BTreeMap<IpAddr, Vec<usize>> =
        of_interest.flat_map(|subject| &subject.addresses).map(|address| (*address, Vec::new())).collect();
    for (place, conversation) in facts.conversations.iter().enumerate() {
        if let Some(own) = places.get_mut(&facts.address(conversation.initiator)) {
            own.push(place);
        }
    }
    places
}

/// The controls of another interface on the packets that it rejected.
fn controls(facts: Facts<'_>, sender: &Sender, query: &Query, mirror: &Mirror) -> Vec<Hop> {
    let (leg, port) = match mirror.state {
        ConversationState::RequestRejected => (Leg::Request, mirror.conversation.responder_port),
        ConversationState::ReplyRejected => (Leg::Reply, mirror.conversation.initiator_port),
        _ => return Vec::new(),
    };
    let packet = ObservedPacket {
        interface_id: mirror.interface_id.clone(),
        subnet_id: facts.subnet_of(&mirror.interface_id),
        side: match mirror.role {
            InterfaceRole::TransitGateway => Side::Transit,
            role if role.forwards() => Side::Nat,
            _ => Side::Destination,
        },
        leg,
        is_outbound: leg == Leg::Reply,
        port,
    };
    controls_at(facts.inventory, sender, query, &packet)
}

impl Case<'_> {
    /// The same case without the security groups of the task.
    pub(crate) fn without_groups(&self) -> Self {
        let mut case = self.clone();
        (case.sender.group_ids, case.groups_from) = (None, None);
        for attempt in &mut case.attempts {
            attempt.configured = evaluate_query(case.facts.inventory, &case.sender, &attempt.query());
        }
        case
    }

    /// The step that stopped the task, if any did.
    #[must_use]
    pub fn failing_step(&self) -> Option<&super::ServiceStep> {
        let hides_success = self.visibility.traffic.hides_success();
        failing_step(&self.steps, &self.attempts, &self.reason, hides_success).map(|place| &self.steps[place])
    }

    /// The Region of the failed request: that of its host, else that of the task.
    pub(crate) fn region(&self) -> Option<Region> {
        let of_task = || Region::named(self.subject.task_arn.as_deref()?.split(':').nth(3)?);
        self.reason.region().or_else(of_task)
    }

    /// Whether its stopped reason or an event of CloudTrail shows that a server answered, or that the failure is outside the
    /// network.
    #[must_use]
    pub fn shows_an_answer(&self) -> bool {
        self.reason.shows_an_answer() || self.event().is_some()
    }

    /// The event of CloudTrail that records the denied request which stopped it.
    #[must_use]
    pub fn event(&self) -> Option<&DeniedCall> {
        self.reported.as_ref()?.event
    }

    /// The denied request which stopped it.
    #[must_use]
    pub fn denial(&self) -> Option<&StatedDenial> {
        self.reported.as_ref().map(|reported| &reported.denial)
    }

    /// The service that the failed request went to: as the stopped reason names it, else that of the denied action.
    #[must_use]
    pub fn requested_service(&self) -> Option<Service> {
        let of_event = || service_of(self.denial().filter(|_| self.event().is_some())?.denied_action()?);
        self.reason.requested_service().or_else(of_event)
    }

    /// The endpoints of the task's VPC.
    pub(crate) fn endpoints(&self) -> Endpoints<'_> {
        Endpoints::of(self.facts.inventory, self.subject.vpc_id.as_ref())
    }

    /// The attempts of a step.
    pub fn attempts_of<'s>(&'s self, step: &'s super::ServiceStep) -> impl Iterator<Item = &'s Attempt> {
        step.attempts.iter().map(|&place| &self.attempts[place])
    }
}
