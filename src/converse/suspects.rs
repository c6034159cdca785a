//! Finds interfaces that look like tasks that could not start, if no document names the tasks.
//!
//! Input: conversations. Output: interfaces and their own addresses. The owners of the interfaces are unknown here.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Conversation, ConversationState};
use crate::frame::{FrameError, Outcomes, failing_interfaces};
use crate::ingest::record::{AddressId, Direction, NameId};
use crate::model::protocol::DNS_PORT;

/// Number of failed attempts from which an interface is a suspect.
pub(super) const MIN_FAILURES: u32 = 2;

/// An interface's own address, as far as its records show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnAddress {
    /// `flow-direction` shows the address, or it is in more conversations than any other.
    Shown(AddressId),
    /// Two addresses are in equally many conversations, and this one initiates.
    Initiating(AddressId),
}

impl OwnAddress {
    /// Returns the address in both cases.
    #[must_use]
    pub fn address(self) -> AddressId {
        let (Self::Shown(address) | Self::Initiating(address)) = self;
        address
    }
}

/// Finds the interface's own address in its conversations; none without conversations.
#[must_use]
pub fn own_address(conversations: &[Conversation]) -> Option<OwnAddress> {
    let shown = conversations.iter().find_map(|conversation| match conversation.request_direction? {
        Direction::Egress => Some(conversation.initiator),
        Direction::Ingress => Some(conversation.responder),
    });
    if let Some(address) = shown {
        return Some(OwnAddress::Shown(address));
    }
    let mut counts: BTreeMap<AddressId, (usize, usize)> = BTreeMap::new();
    for conversation in conversations {
        let initiator = counts.entry(conversation.initiator).or_default();
        *initiator = (initiator.0 + 1, initiator.1 + 1);
        counts.entry(conversation.responder).or_default().0 += 1;
    }
    let mut ranked: Vec<_> = counts.into_iter().map(|(address, count)| (Reverse(count), address)).collect();
    ranked.sort_unstable();
    let (Reverse((most, _)), address) = *ranked.first()?;
    let is_shown = ranked.get(1).is_none_or(|(Reverse((next, _)), _)| most > *next);
    Some(if is_shown { OwnAddress::Shown(address) } else { OwnAddress::Initiating(address) })
}

/// Returns the conversations of each interface. The input is sorted by interface.
pub fn by_interface(conversations: &[Conversation]) -> impl Iterator<Item = (NameId, &[Conversation])> {
    conversations.chunk_by(|a, b| a.interface == b.interface).map(|own| (own[0].interface, own))
}

/// Returns the interfaces whose own attempts failed at least twice without a later success; sorted.
///
/// Only interfaces whose own address the records show are examined. A client is an interface that contacts services
/// itself. An attempt to reach a client's address is not an attempt to reach a service: it is a probe of a scanner or
/// a call between applications.
pub fn suspects(
    conversations: &[Conversation],
    is_client: impl Fn(AddressId) -> bool,
) -> Result<Vec<NameId>, FrameError> {
    // A gateway forwards packets to another address.
    let forwards = |own: &[Conversation]| own.iter().any(|conversation| conversation.far.is_some());
    let own: BTreeMap<NameId, AddressId> = by_interface(conversations)
        .filter(|(_, own)| !forwards(own))
        .filter_map(|(interface, own)| match own_address(own)? {
            OwnAddress::Shown(address) => Some((interface, address)),
            OwnAddress::Initiating(_) => None,
        })
        .collect();
    let is_own =
        |conversation: &&Conversation| own.get(&conversation.interface) == Some(&conversation.initiator);
    let mut outcomes = Outcomes::default();
    for conversation in conversations.iter().filter(is_own) {
        let state = conversation.state();
        let is_probe = conversation.responder_port != DNS_PORT && is_client(conversation.responder);
        if state != ConversationState::Unclear && !is_probe {
            outcomes.interface.push(conversation.interface.0);
            outcomes.first.push(conversation.first());
            outcomes.failed.push(u32::from(state != ConversationState::Completed));
        }
    }
    Ok(failing_interfaces(outcomes, MIN_FAILURES)?.into_iter().map(NameId).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::converse::Half;
    use crate::model::protocol::Protocol;

    fn conversation(initiator: u32, responder: u32, request_direction: Option<Direction>) -> Conversation {
        Conversation {
            interface: NameId(0),
            initiator: AddressId(initiator),
            responder: AddressId(responder),
            far: None,
            initiator_port: 40_000,
            responder_port: 443,
            protocol: Protocol::TCP,
            is_ipv6: false,
            request_direction,
            request: Half::default(),
            reply: Half::default(),
        }
    }

    #[test]
    fn one_peer_does_not_show_the_own_address() {
        let check = |conversations: &[Conversation], own| assert_eq!(own_address(conversations), own);
        check(&[], None);
        check(&[conversation(1, 2, None)], Some(OwnAddress::Initiating(AddressId(1))));
        check(&[conversation(1, 2, Some(Direction::Ingress))], Some(OwnAddress::Shown(AddressId(2))));
        check(&[conversation(1, 2, None), conversation(1, 3, None)], Some(OwnAddress::Shown(AddressId(1))));
        check(&[conversation(1, 9, None), conversation(2, 9, None)], Some(OwnAddress::Shown(AddressId(9))));
    }
}
