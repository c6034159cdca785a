//! Rejections at a device that forwards: a NAT gateway, or an appliance such as a NAT instance.
//!
//! Goes in: the attempts of the failing step. Comes out: the REJECT record of each, and the controls of the rejecting
//! interface, whether or not the configured path leads there. A NAT gateway has no groups.

use std::collections::BTreeSet;

use crate::attribution::culprits;
use crate::converse::{Conversation, ConversationState, Half, Sums};
use crate::diagnose::case::{Attempt, Case, Mirror};
use crate::diagnose::phrases::{acl_culprit, interface_culprit};
use crate::diagnose::rejection_point::distinct;
use crate::finding::{Control, ControlKind, Culprit, Hop, HopDecision};
use crate::model::ids::InterfaceId;
use crate::model::interface::InterfaceRole;

/// One rejection at a device that forwards.
pub(super) struct ForwarderRejection {
    /// The interface that rejected.
    pub(super) interface_id: InterfaceId,
    /// Whether it is the interface of a NAT gateway; otherwise of an appliance.
    pub(super) is_gateway: bool,
    /// The REJECT record.
    pub(super) rejected: Sums,
    /// Whether the same interface let other packets of this kind pass, so that its controls changed in that time.
    pub(super) is_partial: bool,
    /// The groups of the interface and the network ACL of its subnet.
    pub(super) controls: Vec<Hop>,
}

impl ForwarderRejection {
    /// Of the task's packets at the device, or of the device's own leg to the same destination.
    pub(super) fn of(case: &Case<'_>, attempt: &Attempt) -> Option<Self> {
        Self::of_task(case, attempt).or_else(|| Self::of_leg(case, attempt))
    }

    fn of_task(case: &Case<'_>, attempt: &Attempt) -> Option<Self> {
        let mirror = attempt.rejecting_mirror().filter(|mirror| is_forwarder(case, attempt, mirror))?;
        let half = rejecting_half(&mirror.conversation);
        Some(Self {
            interface_id: mirror.interface_id.clone(),
            is_gateway: mirror.role == InterfaceRole::NatGateway,
            rejected: half.rejected?,
            is_partial: half.accepted.is_some(),
            controls: mirror.controls.clone(),
        })
    }

    fn of_leg(case: &Case<'_>, attempt: &Attempt) -> Option<Self> {
        let legs = attempt.outcome.failed().then(|| case.gateway_legs(attempt))?;
        legs.into_iter().find_map(|leg| {
            let is_rejected =
                matches!(leg.state(), ConversationState::RequestRejected | ConversationState::ReplyRejected);
            let half = rejecting_half(leg);
            let rejected = half.rejected.filter(|_| is_rejected)?;
            let interface_id = case.facts.interface_id(leg.interface);
            Some(Self {
                is_gateway: case.facts.inventory.role(&interface_id) == InterfaceRole::NatGateway,
                rejected,
                is_partial: half.accepted.is_some(),
                controls: case.controls_of_leg(attempt, leg),
                interface_id,
            })
        })
    }
}

/// The half of a rejected conversation that was rejected.
fn rejecting_half(conversation: &Conversation) -> Half {
    match conversation.state() {
        ConversationState::RequestRejected => conversation.request,
        _ => conversation.reply,
    }
}

/// Whether an interface that rejected forwards packets, and is not their destination.
fn is_forwarder(case: &Case<'_>, attempt: &Attempt, mirror: &Mirror) -> bool {
    match mirror.role {
        // A regional NAT gateway has no interface, and no network ACL applies to it.
        InterfaceRole::NatGateway => mirror.interface_id.as_str().starts_with("eni-"),
        InterfaceRole::Appliance => !attempt.is_its_own(mirror),
        // An instance that no saved route leads to, with packets for an address that is not its own.
        InterfaceRole::Other => {
            case.facts.inventory.interface(&mirror.interface_id).is_some_and(|interface| {
                let far = mirror.conversation.far.map(|far| case.facts.address(far));
                interface.instance_id.is_some() && far.is_some_and(|far| !interface.addresses.contains(&far))
            })
        }
        _ => false,
    }
}

/// The explanation of these rejections by the saved configuration.
pub(super) enum Judgement<'r> {
    /// Controls that deny all of them.
    Denied(Vec<&'r Hop>),
    /// Every control is known and lets the packets pass.
    Allowed(Vec<&'r Hop>),
    /// Documents are missing. If every other control lets the packets pass, the one that is left.
    Unknown { left: Option<&'r Hop>, needs: BTreeSet<&'r str> },
}

impl<'r> Judgement<'r> {
    pub(super) fn of(rejections: &'r [ForwarderRejection]) -> Self {
        let of_kind = |kind: ControlKind| {
            let hop =
                move |one: &'r ForwarderRejection| one.controls.iter().find(|hop| hop.control.kind() == kind);
            rejections.iter().map(hop)
        };
        let kinds = [ControlKind::SecurityGroup, ControlKind::NetworkAcl];
        let denying = kinds.into_iter().filter(|&kind| of_kind(kind).all(|hop| hop.is_some_and(Hop::denies)));
        let denied = distinct(denying.flat_map(of_kind).flatten());
        if !denied.is_empty() {
            return Self::Denied(denied);
        }
        let hops = || rejections.iter().flat_map(|one| &one.controls);
        let left = distinct(hops().filter(|hop| hop.decision != HopDecision::Allowed));
        if left.is_empty() && rejections.iter().all(|one| !one.controls.is_empty()) {
            return Self::Allowed(distinct(hops()));
        }
        let only = if let [one] = left.as_slice() { Some(*one) } else { None };
        Self::Unknown { left: only, needs: hops().filter_map(Hop::needs).collect() }
    }

    /// The resources at fault: the controls that deny, the one that is left, or the interface.
    pub(super) fn culprits(&self, rejection: &ForwarderRejection) -> Vec<Culprit> {
        let is_named = |hop: &&&Hop| !hop.control.ids().is_empty() || is_acl(hop);
        match self {
            Self::Denied(hops) => culprits::of_hops(hops.iter().copied()),
            Self::Allowed(hops) if rejection.is_gateway => {
                // A rule that allows the packets now is not the rule that rejected them.
                culprits::of_hops(hops.iter().copied())
                    .into_iter()
                    .map(|one| Culprit { rule: None, ..one })
                    .collect()
            }
            Self::Unknown { left: Some(hop), .. } if is_named(&hop) => {
                let is_likely = !rejection.is_gateway;
                culprits::of_hop(hop)
                    .into_iter()
                    .map(|one| Culprit { is_likely, rule: None, ..one })
                    .collect()
            }
            Self::Unknown { .. } if rejection.is_gateway => vec![acl_culprit(None)],
            Self::Allowed(_) | Self::Unknown { .. } => vec![interface_culprit(&rejection.interface_id)],
        }
    }

    /// A clause with the reason, after a comma or a semicolon.
    pub(super) fn clause(&self, rejection: &ForwarderRejection) -> String {
        match self {
            Self::Denied(hops) => {
                let reasons: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
                format!(", because {}", reasons.join("; also, "))
            }
            Self::Allowed(hops) => {
                let reasons: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
                format!(
                    "; the saved configuration allows these packets ({}), so it was changed since",
                    reasons.join("; ")
                )
            }
            Self::Unknown { left: Some(hop), .. } if !rejection.is_gateway => {
                let control =
                    if is_acl(hop) { "the network ACL of its subnet" } else { "its security groups" };
                format!("; most likely {control} rejected them, because {}", hop.reason)
            }
            Self::Unknown { .. } => String::new(),
        }
    }
}

fn is_acl(hop: &Hop) -> bool {
    matches!(hop.control, Control::NetworkAcl { .. })
}
