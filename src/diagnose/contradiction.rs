//! Records that contradict a control which, in the saved configuration, blocks unanswered requests.
//!
//! Such a control is never at fault: its own records, the attempt's path or a task that got through show otherwise.

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::{Attempt, Outcome, Reached};
use crate::diagnose::saved_lists;
use crate::diagnose::unanswered::Unanswered;
use crate::finding::{CauseId, Control, Hop, Leg, Side};
use crate::model::field::Field;
use crate::model::ids::InterfaceId;
use crate::model::interface::{InterfaceKind, InterfaceRole};

impl<'c> Unanswered<'c> {
    /// Whether records show that a control did not stop an attempt: the packets that it denies passed, or would have left a
    /// REJECT where everything is recorded.
    pub(super) fn is_contradicted(&self, attempt: &Attempt, hop: &Hop) -> bool {
        self.refutation(hop).is_some()
            || self.passed_itself(hop).is_some()
            || self.is_contradicted_by_own(attempt, hop)
    }

    /// The task that got through what a control denies in the saved configuration.
    fn refutation(&self, hop: &Hop) -> Option<&'c Reached> {
        let refuted = self.case.refuted.iter().find(|(control, _)| *control == hop.control);
        refuted.map(|(_, reached)| reached)
    }

    /// An attempt of the task that completed although this control denies its packets too, as saved.
    fn passed_itself(&self, hop: &Hop) -> Option<&'c Attempt> {
        let completed = self.case.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Completed);
        let is_denied = |attempt: &&Attempt| {
            attempt.configured.denials().any(|own| own.control == hop.control && own.leg == hop.leg)
        };
        completed.into_iter().find(|attempt| is_denied(attempt))
    }

    /// Whether records of the attempt itself show it.
    fn is_contradicted_by_own(&self, attempt: &Attempt, hop: &Hop) -> bool {
        match (&hop.control, hop.side) {
            // The request was recorded as accepted; a rejected reply would have left a REJECT record.
            (Control::SecurityGroups { .. } | Control::NetworkAcl { .. }, Side::Task) => true,
            (Control::SecurityGroups { .. } | Control::NetworkAcl { .. }, Side::Destination) => {
                self.is_far_contradicted(attempt, hop)
            }
            (Control::NetworkAcl { .. }, Side::Transit) => self.is_attachment_contradicted(attempt, hop),
            (Control::SecurityGroups { .. } | Control::NetworkAcl { .. }, Side::Nat) => {
                self.is_gateway_contradicted(attempt, hop)
            }
            // It is not known what the interface records while the check is on, but then the appliance sends nothing on.
            (Control::SourceDestCheck(_), Side::Nat) => {
                self.case.gateway_legs(attempt).iter().any(|leg| leg.request.accepted.is_some())
            }
            // A traffic path out of the VPC was recorded, so there was a route.
            (Control::RouteTable { .. }, Side::Task) => {
                self.traffic_path(attempt).is_some_and(|path| path != "1")
                    || saved_lists::may_be_routed(self.case, attempt, hop)
            }
            (Control::PublicAddress(_), Side::Task) => {
                self.traffic_path(attempt).is_some_and(|path| !matches!(path, "2" | "8"))
            }
            _ => false,
        }
    }

    fn is_far_contradicted(&self, attempt: &Attempt, hop: &Hop) -> bool {
        // A denial leaves a REJECT where everything is recorded, and none was found: otherwise the request would count as
        // rejected.
        passed(attempt, hop.leg)
            || self.destination_interface(attempt).is_some_and(|owner| self.is_recorded_whole(&owner))
    }

    /// A denial at the interface of an attachment leaves a REJECT there. Behind it, packets were recorded as passed.
    fn is_attachment_contradicted(&self, attempt: &Attempt, hop: &Hop) -> bool {
        let Control::NetworkAcl { subnet_id: Some(subnet), .. } = &hop.control else { return false };
        let is_attachment = |id: &InterfaceId| {
            let interface = self.case.facts.inventory.interface(id);
            interface.is_some_and(|one| {
                one.kind == InterfaceKind::TransitGateway && one.subnet_id.as_ref() == Some(subnet)
            })
        };
        let passed_there = attempt.mirrors.iter().filter(|mirror| is_attachment(&mirror.interface_id));
        let by_view = passed_there.into_iter().any(|mirror| match hop.leg {
            Leg::Request => mirror.conversation.request.accepted.is_some(),
            Leg::Reply => mirror.conversation.reply.accepted.is_some(),
        });
        // A request that arrived at its destination passed every attachment.
        by_view || hop.leg == Leg::Request && self.has_arrived(attempt)
    }

    /// Whether the destination's own interface recorded the request.
    fn has_arrived(&self, attempt: &Attempt) -> bool {
        let Some(owner) = self.destination_interface(attempt) else { return false };
        let at_owner = attempt.mirrors.iter().filter(|mirror| mirror.interface_id == owner);
        at_owner.into_iter().any(|mirror| mirror.conversation.request.accepted.is_some())
    }

    /// The own leg of a NAT gateway or an appliance shows what its groups and its subnet's ACL let out. A rejection of what
    /// enters it would be recorded where everything is.
    fn is_gateway_contradicted(&self, attempt: &Attempt, hop: &Hop) -> bool {
        let at_gateway = attempt.mirrors.iter().find(|mirror| {
            matches!(mirror.role, InterfaceRole::NatGateway | InterfaceRole::Appliance)
                && !attempt.is_its_own(mirror)
        });
        let is_group = matches!(hop.control, Control::SecurityGroups { .. });
        let is_recorded = |id: &InterfaceId| self.is_recorded_whole(id);
        if is_group && !hop.is_outbound && self.case.gateways_of(attempt).first().is_some_and(is_recorded) {
            return true;
        }
        match (hop.leg, hop.is_outbound) {
            (Leg::Request, false) => {
                at_gateway.is_some_and(|mirror| mirror.conversation.request.accepted.is_some())
            }
            (Leg::Request, true) => {
                self.case.gateway_legs(attempt).iter().any(|leg| leg.request.accepted.is_some())
            }
            (Leg::Reply, false) => {
                self.case.gateway_legs(attempt).iter().any(|leg| leg.reply.accepted.is_some())
            }
            (Leg::Reply, true) => {
                at_gateway.is_some_and(|mirror| mirror.conversation.reply.accepted.is_some())
            }
        }
    }

    fn traffic_path(&self, attempt: &Attempt) -> Option<&'c str> {
        let near = attempt.near.as_ref()?;
        self.case.facts.described(near, Field::TrafficPath)
    }

    /// Why a control that denies every attempt stopped none of them, where records show it.
    pub(super) fn contradicted(&self, cause: CauseId) -> Assessment {
        let denial = |attempt: &&'c Attempt| {
            let mut hops = attempt.configured.denials();
            hops.find(|hop| self.cause_of(hop) == Some(cause) && self.is_contradicted(attempt, hop))
        };
        let denials: Option<Vec<&Hop>> = self.attempts.iter().map(denial).collect();
        let Some(first) = denials.and_then(|hops| hops.first().copied()) else {
            return Assessment::NotApplicable;
        };
        if let Some(reason) = self.refuted(first) {
            return Assessment::RuledOut { reason };
        }
        if let Some(passed) = self.passed_itself(first) {
            return Assessment::RuledOut {
                reason: format!(
                    "In the saved configuration {}, but the task itself got through to {} at {} UTC.",
                    first.reason,
                    passed.destination,
                    passed.first.clock()
                ),
            };
        }
        let is_of_list = |attempt: &&&Attempt| saved_lists::may_be_routed(self.case, attempt, first);
        if let Some(attempt) = self.attempts.iter().find(is_of_list) {
            let clause = saved_lists::clause(self.case, &[*attempt]).unwrap_or_default();
            return Assessment::RuledOut {
                reason: format!("The route to S3's gateway endpoint is in place, and {clause}."),
            };
        }
        let far = self.destination_interfaces();
        let reason = if self.attempts.iter().all(|attempt| passed(attempt, first.leg)) {
            format!(
                "In the saved configuration {}, but the records of {far} show that the packets passed.",
                first.reason
            )
        } else {
            format!(
                "In the saved configuration {}, but no REJECT is recorded at {far}, where everything is recorded.",
                first.reason
            )
        };
        Assessment::RuledOut { reason }
    }

    /// A sentence on a control that a neighbour refutes.
    pub(super) fn refuted(&self, hop: &Hop) -> Option<String> {
        let by = self.refutation(hop)?;
        Some(format!(
            "In the saved configuration {}, but {} got through to {} at {} UTC, so it was changed since.",
            hop.reason,
            by.task.name_within(),
            by.attempt.destination,
            by.attempt.first.clock()
        ))
    }

    /// The blocking hops that a neighbour refutes.
    pub(super) fn refuted_hops(&self) -> impl Iterator<Item = &'c Hop> {
        let denials = self.attempts.iter().flat_map(|attempt| attempt.configured.denials());
        denials.filter(|hop| self.refutation(hop).is_some())
    }
}

/// Whether another interface recorded that the packets of a leg passed it.
fn passed(attempt: &Attempt, leg: Leg) -> bool {
    attempt.mirrors.iter().any(|mirror| match leg {
        Leg::Request => mirror.conversation.request.accepted.is_some(),
        Leg::Reply => mirror.conversation.reply.accepted.is_some(),
    })
}
