//! The other leg of a NAT gateway: the packets that it forwarded under its own address.
//!
//! A gateway changes the port. Therefore only destination and time link its leg to the task's packets.

use std::collections::BTreeSet;

use crate::converse::Conversation;
use crate::diagnose::case::{Attempt, Case};
use crate::ingest::record::AddressId;
use crate::model::ids::InterfaceId;
use crate::model::interface::Role;
use crate::model::time::{Timestamp, Window};
use crate::path::NextHop;

/// Seconds by which the records of the two legs may differ.
const SLACK: i64 = 60;

impl<'a> Case<'a> {
    /// The interfaces of the NAT gateway that an attempt goes through: as records show it, else as configured.
    #[must_use]
    pub fn gateways_of(&self, attempt: &Attempt) -> Vec<InterfaceId> {
        let seen = attempt.mirrors.iter().filter(|mirror| mirror.role == Role::NatGateway);
        let seen: Vec<InterfaceId> = seen.map(|mirror| mirror.interface_id.clone()).collect();
        if !seen.is_empty() {
            return seen;
        }
        match &attempt.configured.next_hop {
            NextHop::Nat(id) => {
                let gateway = self.facts.inventory.nat_gateways.get(id);
                gateway.map(|gateway| gateway.interface_ids.clone()).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the conversations of these gateways with the attempt's destination in its time, for any sender.
    #[must_use]
    pub fn gateway_legs(&self, attempt: &Attempt) -> Vec<&'a Conversation> {
        let time = Window { from: attempt.first, to: attempt.last.plus(1) }.widened(SLACK, SLACK);
        let facts = self.facts;
        let far = facts.reduced.address_id(attempt.destination.ip());
        let legs = self.own_legs_of(attempt).flat_map(move |legs| within(legs, far, |leg| leg.responder));
        legs.filter(|leg| facts.destination(leg) == attempt.destination && touches(time, leg)).collect()
    }

    /// Returns the conversations of these gateways with any destination, at any time.
    pub fn own_legs(&self, attempt: &Attempt) -> impl Iterator<Item = &'a Conversation> + use<'a, '_> {
        self.own_legs_of(attempt).flatten()
    }

    /// The same for each address of a gateway: sorted by the other side.
    fn own_legs_of(&self, attempt: &Attempt) -> impl Iterator<Item = &'a [Conversation]> + use<'a> {
        let facts = self.facts;
        self.gateways_of(attempt).into_iter().flat_map(move |id| {
            let own = facts.inventory.addresses_of(&id);
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
