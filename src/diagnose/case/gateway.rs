//! The other leg of a NAT gateway or a NAT instance: the packets that it forwarded under its own address.
//!
//! It may change the port. Therefore only destination and time link its leg to the task's packets.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use crate::converse::{Conversation, ConversationState};
use crate::diagnose::case::{Attempt, Case};
use crate::finding::{Hop, Leg, Side};
use crate::ingest::record::AddressId;
use crate::model::ids::InterfaceId;
use crate::model::interface::NO_INTERFACE;
use crate::model::time::{Timestamp, Window};
use crate::path::{NextHop, ObservedPacket, controls_at, translated};

/// Seconds by which the records of the two legs may differ.
const SLACK: i64 = 60;

impl<'a> Case<'a> {
    /// The interfaces of the NAT gateway or appliance that an attempt goes through: as records show it, else as configured.
    #[must_use]
    pub fn gateways_of(&self, attempt: &Attempt) -> Vec<InterfaceId> {
        let inventory = self.facts.inventory;
        let seen: Vec<&InterfaceId> = attempt.forwarders().map(|mirror| &mirror.interface_id).collect();
        if !seen.is_empty() {
            return seen.into_iter().flat_map(|id| inventory.with_others_of_instance(id)).collect();
        }
        match &attempt.configured.next_hop {
            NextHop::Nat(id) => inventory.interfaces_of_gateway(id),
            NextHop::Appliance(id) => inventory.with_others_of_instance(id),
            _ => Vec::new(),
        }
    }

    /// The controls that a leg of a gateway met when it was rejected.
    pub(crate) fn controls_of_leg(&self, attempt: &Attempt, leg: &Conversation) -> Vec<Hop> {
        let half = match leg.state() {
            ConversationState::RequestRejected => Leg::Request,
            _ => Leg::Reply,
        };
        let interface_id = self.facts.interface_id(leg.interface);
        let packet = ObservedPacket {
            subnet_id: self.facts.subnet_of(&interface_id),
            interface_id,
            side: Side::Nat,
            leg: half,
            is_outbound: half == Leg::Request,
            port: if half == Leg::Request { leg.responder_port } else { leg.initiator_port },
        };
        controls_at(self.facts.inventory, &self.sender, &attempt.query(), &packet)
    }

    /// Returns the conversations of these gateways with the attempt's destination in its time, for any sender.
    #[must_use]
    pub fn gateway_legs(&self, attempt: &Attempt) -> Vec<&'a Conversation> {
        let time = Window { from: attempt.first, to: attempt.last.plus(1) }.widened(SLACK, SLACK);
        let facts = self.facts;
        let ip = translated(attempt.destination.ip());
        let destination = SocketAddr::new(ip, attempt.destination.port());
        let far = facts.reduced.address_id(ip);
        let legs = self.own_legs_of(attempt).flat_map(move |legs| within(legs, far, |leg| leg.responder));
        legs.filter(|leg| facts.destination(leg) == destination && touches(time, leg)).collect()
    }

    /// Returns the conversations of these gateways with any destination, at any time.
    pub fn own_legs(&self, attempt: &Attempt) -> impl Iterator<Item = &'a Conversation> + use<'a, '_> {
        self.own_legs_of(attempt).flatten()
    }

    /// The addresses of a gateway's interface, from documents, or else as it recorded the packets that it takes.
    fn addresses_of_gateway(&self, attempt: &Attempt, id: &InterfaceId) -> Vec<IpAddr> {
        let known = self.facts.inventory.addresses_of(id);
        if !known.is_empty() {
            return known.to_vec();
        }
        let taking = attempt.forwarders().filter(|mirror| mirror.interface_id == *id);
        let own = taking.filter(|mirror| mirror.conversation.far.is_some());
        own.map(|mirror| self.facts.address(mirror.conversation.responder)).collect()
    }

    /// Whether an address of each of these gateways is known, so that the packets that it forwards can be found.
    #[must_use]
    pub fn knows_gateways(&self, attempt: &Attempt) -> bool {
        self.gateways_of(attempt)
            .iter()
            .all(|id| id.as_str() == NO_INTERFACE || !self.addresses_of_gateway(attempt, id).is_empty())
    }

    /// The same for each address of a gateway: sorted by the other side.
    fn own_legs_of(&self, attempt: &Attempt) -> impl Iterator<Item = &'a [Conversation]> + use<'a> {
        let facts = self.facts;
        // A regional gateway's records show its public addresses.
        let regional = facts.inventory.regional_gateways(self.subject.vpc_id.as_ref());
        let public: Vec<IpAddr> = regional.flat_map(|gateway| gateway.public_addresses.clone()).collect();
        let gateways: Vec<(InterfaceId, Vec<IpAddr>)> = self
            .gateways_of(attempt)
            .into_iter()
            .map(|id| {
                let own = if id.as_str() == NO_INTERFACE {
                    public.clone()
                } else {
                    self.addresses_of_gateway(attempt, &id)
                };
                (id, own)
            })
            .collect();
        gateways.into_iter().flat_map(move |(id, own)| {
            let own: BTreeSet<Option<AddressId>> =
                own.iter().map(|address| facts.reduced.address_id(*address)).collect();
            let all = facts.conversations_at(&id);
            own.into_iter().map(move |own| within(all, own, |leg| leg.initiator))
        })
    }
}

/// Those with one value of what they are sorted by.
fn within(
    conversations: &[Conversation],
    wanted: Option<AddressId>,
    by: fn(&Conversation) -> AddressId,
) -> &[Conversation] {
    let Some(wanted) = wanted else { return &[] };
    let rest = &conversations[conversations.partition_point(|one| by(one) < wanted)..];
    &rest[..rest.partition_point(|one| by(one) == wanted)]
}

fn touches(window: Window, conversation: &Conversation) -> bool {
    window.touches(Timestamp(conversation.first().into()), Timestamp(conversation.last().into()))
}
