//! Packets that a NAT gateway or an appliance took and did not send on.
//!
//! Legs are matched by address and time, never by port. A connection that was answered, or that was open before, is that of
//! another client, because the task got no reply.

use crate::converse::{Conversation, ConversationState};
use crate::diagnose::assessment::Proof;
use crate::diagnose::case::{Attempt, Case, Mirror};
use crate::diagnose::unanswered::Unanswered;
use crate::finding::{Culprit, CulpritKind};
use crate::model::interface::{InterfaceKind, InterfaceRole, NO_INTERFACE};
use crate::model::tcp_flags::TcpFlags;
use crate::model::time::Timestamp;
use crate::path::NextHop;

/// Requests of the failing step that a device took and did not send on.
pub(super) struct Unforwarded<'c> {
    /// The device's interface, as it recorded the first of them.
    pub(super) device: &'c Mirror,
    /// The proof that all of them arrived there.
    pub(super) taken: Proof,
    /// Other connections of the device that were answered in that time.
    pub(super) others: Option<Proof>,
    /// The device or its interface in a sentence.
    pub(super) place: String,
    /// The device itself.
    pub(super) culprit: Culprit,
}

impl<'c> Unforwarded<'c> {
    /// Those of unanswered requests, if all of them arrived at a device where everything is recorded and none was sent on.
    pub(super) fn of(unanswered: &Unanswered<'c>) -> Option<Self> {
        let device = device_of(unanswered.attempts[0])?;
        let is_taken = |attempt: &&Attempt| {
            device_of(attempt).is_some_and(|mirror| {
                let view = &mirror.conversation;
                view.request.accepted.is_some()
                    && view.reply.accepted.is_none()
                    && unanswered.is_recorded_whole(&mirror.interface_id)
            }) && !is_sent_on(unanswered.case, attempt)
        };
        if !unanswered.attempts.iter().all(is_taken) {
            return None;
        }
        let rows = unanswered
            .attempts
            .iter()
            .filter_map(|attempt| Some(device_of(attempt)?.conversation.request.accepted?.sample));
        let name = if is_gateway(device) { "NAT gateway" } else { "appliance" };
        let culprit = culprit(unanswered, device);
        let place = match (&device.interface_id, &culprit.id) {
            // A regional gateway.
            (interface, Some(id)) if interface.as_str() == NO_INTERFACE => format!("the {name} {id}"),
            (interface, _) => format!("the {name}'s interface {interface}"),
        };
        let statement = format!("The packets arrived at {place}, and nothing left it for their destination.");
        Some(Self {
            device,
            taken: Proof::new(statement, rows)?,
            others: others(unanswered, name),
            place,
            culprit,
        })
    }

    /// Whether the device is a NAT gateway; otherwise it is an appliance.
    pub(super) fn is_gateway(&self) -> bool {
        is_gateway(self.device)
    }
}

fn is_gateway(device: &Mirror) -> bool {
    device.role == InterfaceRole::NatGateway
}

fn device_of(attempt: &Attempt) -> Option<&Mirror> {
    attempt.forwarders().next()
}

/// Whether the device opened a connection to the destination that was not answered, or may have done so from an address that
/// is not known.
fn is_sent_on(case: &Case<'_>, attempt: &Attempt) -> bool {
    let may_be_its = |leg: &&Conversation| {
        let sums = leg.request.accepted.or(leg.request.rejected);
        let opens = sums.is_none_or(|sums| sums.tcp_flags.is_none_or(TcpFlags::opens));
        leg.state() != ConversationState::Completed && opens
    };
    !case.knows_gateways(attempt) || case.gateway_legs(attempt).iter().any(may_be_its)
}

/// Other connections that the device sent on and that were answered, in the same time.
fn others(unanswered: &Unanswered<'_>, name: &str) -> Option<Proof> {
    let window = unanswered.window().widened(60, 60);
    let legs = unanswered.case.own_legs(unanswered.attempts[0]).filter(|leg| {
        leg.state() == ConversationState::Completed
            && window.touches(Timestamp(leg.first().into()), Timestamp(leg.last().into()))
    });
    let statement = if name == "appliance" {
        "The appliance itself reached other hosts in that time."
    } else {
        "The same NAT gateway forwarded other connections in that time, and they were answered."
    };
    Proof::new(statement, legs.filter_map(|leg| Some(leg.reply.accepted?.sample)))
}

/// The NAT gateway, or the instance of the appliance, by its id.
fn culprit(unanswered: &Unanswered<'_>, device: &Mirror) -> Culprit {
    let interface = unanswered.case.facts.inventory.interface(&device.interface_id);
    if is_gateway(device) {
        let of_route = match &unanswered.attempts[0].configured.next_hop {
            NextHop::Nat(id) => Some(id.to_string()),
            _ => None,
        };
        let of_interface = || match &interface?.kind {
            InterfaceKind::NatGateway(id) => id.clone(),
            _ => None,
        };
        let of_vpc = || {
            let inventory = unanswered.case.facts.inventory;
            let mut all = inventory.regional_gateways(unanswered.case.subject.vpc_id.as_ref());
            let only = all.next().filter(|_| all.next().is_none())?;
            (device.interface_id.as_str() == NO_INTERFACE).then(|| only.id.to_string())
        };
        return Culprit {
            id: of_route.or_else(of_interface).or_else(of_vpc),
            ..Culprit::of(CulpritKind::NatGateway)
        };
    }
    match interface.and_then(|interface| interface.instance_id.as_ref()) {
        Some(instance) => Culprit { id: Some(instance.to_string()), ..Culprit::of(CulpritKind::Instance) },
        None => Culprit { id: Some(device.interface_id.to_string()), ..Culprit::of(CulpritKind::Interface) },
    }
}
