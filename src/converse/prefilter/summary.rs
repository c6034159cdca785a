//! A summary of some conversations of one interface.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::attempts::Attempts;
use crate::converse::suspects::MIN_FAILURES;
use crate::converse::{Conversation, ConversationState};
use crate::ingest::record::Direction;
use crate::reduce::Reduced;

/// Failed attempts matter only if the interface's own address initiated them. Some of its conversations may not show
/// which address is its own, while all of them together do. Therefore the attempts of each possible address are
/// stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct InterfaceSummary {
    /// Its own IPv4 and IPv6 address according to `flow-direction`, and whether each initiated anything.
    shown: [Option<(IpAddr, bool)>; 2],
    /// The addresses that occur in all conversations of their family, with the attempts that each initiated.
    common: BTreeMap<IpAddr, Attempts>,
    /// Number of IPv4 and of IPv6 conversations.
    counts: [u32; 2],
    /// Number of failed attempts of any initiator.
    failed: u32,
    /// Whether packets were forwarded to another address, as by a gateway.
    forwards: bool,
    /// Whether its records contradict each other. Then its own address cannot be concluded from them.
    is_contradictory: bool,
}

fn family(address: IpAddr) -> usize {
    usize::from(address.is_ipv6())
}

impl InterfaceSummary {
    pub(super) fn of(reduced: &Reduced, conversations: &[Conversation]) -> Self {
        let mut summary = Self::default();
        for conversation in conversations {
            summary.take(reduced, conversation);
        }
        summary.common.values_mut().for_each(Attempts::keep_latest);
        summary
    }

    fn take(&mut self, reduced: &Reduced, conversation: &Conversation) {
        let initiator = reduced.address(conversation.initiator);
        let responder = reduced.address(conversation.responder);
        self.is_contradictory |= family(initiator) != family(responder) || initiator == responder;
        self.forwards |= conversation.far.is_some();
        if let Some(direction) = conversation.request_direction {
            self.show(match direction {
                Direction::Egress => (initiator, true),
                Direction::Ingress => (responder, false),
            });
        }
        self.keep_common(initiator, responder);
        let state = conversation.state();
        self.failed = self.failed.saturating_add(u32::from(is_failure(state)));
        if let Some(attempts) = self.common.get_mut(&initiator) {
            attempts.take(reduced, conversation, state);
        }
    }

    fn keep_common(&mut self, initiator: IpAddr, responder: IpAddr) {
        let count = &mut self.counts[family(initiator)];
        if *count == 0 {
            self.common.entry(initiator).or_default();
            self.common.entry(responder).or_default();
        }
        *count = count.saturating_add(1);
        self.common.retain(|address, _| {
            *address == initiator || *address == responder || family(*address) != family(initiator)
        });
    }

    /// Stores an own address. If records contradict each other, the smaller address is stored.
    fn show(&mut self, (address, initiates): (IpAddr, bool)) {
        let have = &mut self.shown[family(address)];
        *have = Some(match *have {
            Some((same, already)) if same == address => (same, already || initiates),
            Some(other) => {
                self.is_contradictory = true;
                other.min((address, initiates))
            }
            None => (address, initiates),
        });
    }

    pub(super) fn merge(&mut self, other: &Self) {
        other.shown.into_iter().flatten().for_each(|shown| self.show(shown));
        self.is_contradictory |= other.is_contradictory;
        self.forwards |= other.forwards;
        self.failed = self.failed.saturating_add(other.failed);
        // If only one of the two summaries has conversations of a family, its addresses of that family stay.
        let seen = |counts: [u32; 2], address: &IpAddr| counts[family(*address)] > 0;
        self.common.retain(|address, attempts| match other.common.get(address) {
            Some(others) => {
                attempts.merge(others);
                true
            }
            None => !seen(other.counts, address),
        });
        for (address, attempts) in other.common.iter().filter(|(address, _)| !seen(self.counts, address)) {
            self.common.entry(*address).or_insert_with(|| attempts.clone());
        }
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(more);
        }
    }

    /// Returns its own address, if known, and whether this address contacted anyone.
    fn own(&self) -> Option<(IpAddr, bool)> {
        let [of_ipv4, of_ipv6] = self.shown;
        of_ipv4.or(of_ipv6).or_else(|| self.only_common())
    }

    fn only_common(&self) -> Option<(IpAddr, bool)> {
        // The family with the most conversations: an address in all of them is in more than any other address.
        let [of_ipv4, of_ipv6] = self.counts;
        let mut common = self.common.iter().filter(|(address, _)| address.is_ipv6() == (of_ipv6 > of_ipv4));
        let only = common.next().filter(|_| common.next().is_none() && of_ipv4 != of_ipv6);
        only.map(|(address, attempts)| (*address, attempts.initiates))
    }

    /// Returns its own address if that contacted anyone.
    pub(super) fn client(&self) -> Option<IpAddr> {
        self.own().filter(|(_, initiates)| *initiates && !self.forwards).map(|(address, _)| address)
    }

    /// Returns whether its own attempts may have failed repeatedly without a later success.
    pub(super) fn may_be_suspect(&self, clients: &BTreeSet<IpAddr>) -> bool {
        if self.forwards {
            return false;
        }
        match self.own_attempts() {
            Some(own) => own.may_be_suspect(clients),
            // The attempts of all addresses include its own. It is unknown whose success would clear the interface,
            // so successes are not used.
            None => self.failed >= MIN_FAILURES,
        }
    }

    /// Returns all attempts of its own address; none if the records contradict each other or the address is unknown.
    fn own_attempts(&self) -> Option<&Attempts> {
        let (own, _) = self.own().filter(|_| !self.is_contradictory)?;
        self.common.get(&own)
    }
}

fn is_failure(state: ConversationState) -> bool {
    !matches!(state, ConversationState::Completed | ConversationState::Unclear)
}
