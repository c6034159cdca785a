//! What some conversations of one interface show.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::attempts::Attempts;
use crate::converse::suspects::MIN_FAILURES;
use crate::converse::{Conversation, ConversationState};
use crate::ingest::record::Direction;
use crate::reduce::Reduced;

/// Whose attempts failed matters only for the interface's own address, which a few of its conversations may leave open and
/// all of them show: so each address that may be its own keeps its attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct InterfaceSummary {
    /// Its own addresses by `flow-direction`, of IPv4 and of IPv6, and whether they initiated anything.
    shown: [Option<(IpAddr, bool)>; 2],
    /// The addresses that all conversations of their family have in common, and all they initiated.
    common: BTreeMap<IpAddr, Attempts>,
    /// Conversations of IPv4 and of IPv6.
    counts: [u32; 2],
    /// Attempts that failed, whoever's.
    failed: u32,
    /// Whether packets went on to another address: a gateway.
    forwards: bool,
    /// Whether its records contradict each other: nothing is concluded from what they have in common.
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

    /// Keeps the smaller address, should records contradict each other.
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
        // A family that only one of the two has seen keeps what that one has.
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

    /// Its own address, if that is known, and whether it contacted anyone.
    fn own(&self) -> Option<(IpAddr, bool)> {
        let [of_ipv4, of_ipv6] = self.shown;
        of_ipv4.or(of_ipv6).or_else(|| self.only_common())
    }

    fn only_common(&self) -> Option<(IpAddr, bool)> {
        // The family of most conversations: an address in all of them is in more than any other.
        let [of_ipv4, of_ipv6] = self.counts;
        let mut common = self.common.iter().filter(|(address, _)| address.is_ipv6() == (of_ipv6 > of_ipv4));
        let only = common.next().filter(|_| common.next().is_none() && of_ipv4 != of_ipv6);
        only.map(|(address, attempts)| (*address, attempts.initiates))
    }

    /// Its own address if it contacted anyone.
    pub(super) fn client(&self) -> Option<IpAddr> {
        self.own().filter(|(_, initiates)| *initiates && !self.forwards).map(|(address, _)| address)
    }

    /// Whether its own attempts may have failed repeatedly, and not have succeeded afterwards.
    pub(super) fn may_be_suspect(&self, clients: &BTreeSet<IpAddr>) -> bool {
        if self.forwards {
            return false;
        }
        match self.own_attempts() {
            Some(own) => own.may_be_suspect(clients),
            // Everyone's attempts are more than its own, and whose success would clear it is not known.
            None => self.failed >= MIN_FAILURES,
        }
    }

    /// All attempts of its own address, if nothing speaks against that being its own.
    fn own_attempts(&self) -> Option<&Attempts> {
        let (own, _) = self.own().filter(|_| !self.is_contradictory)?;
        self.common.get(&own)
    }
}

fn is_failure(state: ConversationState) -> bool {
    !matches!(state, ConversationState::Completed | ConversationState::Unclear)
}
