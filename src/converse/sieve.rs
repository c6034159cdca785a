//! Which interfaces may be worth a look, before their conversations are held all at once.
//!
//! Goes in: the conversations of an interface, some at a time. Comes out: a few words on each interface, which join in any
//! order. Every interface that [`suspects`](super::suspects()) would find passes; some pass that it will not.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::suspects::{DNS_PORT, LEAST_FAILURES};
use super::{Conversation, State, by_interface};
use crate::ingest::sink::{Direction, NameId};
use crate::reduce::Reduced;

/// What some conversations of one interface show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Trace {
    /// Its own address by `flow-direction`, and whether that address initiated anything.
    shown: Option<(IpAddr, bool)>,
    /// The addresses that all conversations of their family have in common, and whether each initiated anything.
    common: BTreeMap<IpAddr, bool>,
    /// Conversations of IPv4 and of IPv6.
    counts: [u32; 2],
    /// Whether packets went on to another address: a gateway.
    passes_on: bool,
    /// Attempts of its own, as far as can be told, that failed, and when the last of them began, Unix seconds.
    failed: u32,
    last_failure: u32,
    /// The latest that were completed, at most [`MOST_SUCCESSES`], of each pair of addresses the latest.
    successes: Vec<Success>,
}

/// Successes that are remembered: only the latest that is the interface's own counts, and few are not.
const MOST_SUCCESSES: usize = 16;

/// A conversation that was completed; the latest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Success {
    first: Reverse<u32>,
    initiator: IpAddr,
    responder: IpAddr,
    /// Whether it asked a DNS server: that is never a knock.
    is_query: bool,
}

impl Trace {
    fn of(reduced: &Reduced, conversations: &[Conversation]) -> Self {
        let ends =
            |c: &Conversation| [(reduced.address(c.initiator), true), (reduced.address(c.responder), false)];
        let mut trace = Self::default();
        for conversation in conversations {
            let [(initiator, _), (responder, _)] = ends(conversation);
            let count = &mut trace.counts[usize::from(initiator.is_ipv6())];
            if *count == 0 {
                trace.common.extend([(initiator, true), (responder, false)]);
            }
            *count = count.saturating_add(1);
            let is_other_family = |address: &IpAddr| address.is_ipv6() != initiator.is_ipv6();
            trace.common.retain(|address, _| {
                *address == initiator || *address == responder || is_other_family(address)
            });
            if let Some(initiates) = trace.common.get_mut(&initiator) {
                *initiates = true;
            }
            let shown = conversation.request_direction.map(|direction| match direction {
                Direction::Egress => (initiator, true),
                Direction::Ingress => (responder, false),
            });
            trace.shown = join_shown(trace.shown, shown);
            trace.passes_on |= conversation.far.is_some();
        }
        for conversation in conversations {
            if trace.may_be_own(reduced, conversation) {
                trace.take(reduced, conversation);
            }
        }
        trace.keep_latest();
        trace
    }

    fn may_be_own(&self, reduced: &Reduced, conversation: &Conversation) -> bool {
        let initiator = reduced.address(conversation.initiator);
        conversation.request_direction == Some(Direction::Egress)
            || self.common.contains_key(&initiator)
            || !self.common.keys().any(|address| address.is_ipv6() == initiator.is_ipv6())
            || self.shown.is_some_and(|(own, _)| own == initiator)
    }

    fn take(&mut self, reduced: &Reduced, conversation: &Conversation) {
        match conversation.state() {
            State::Unclear => {}
            State::Completed => self.successes.push(Success {
                first: Reverse(conversation.first()),
                initiator: reduced.address(conversation.initiator),
                responder: reduced.address(conversation.responder),
                is_query: conversation.responder_port == DNS_PORT,
            }),
            _ => {
                self.failed = self.failed.saturating_add(1);
                self.last_failure = self.last_failure.max(conversation.first());
            }
        }
    }

    fn keep_latest(&mut self) {
        self.successes.sort_unstable();
        let mut pairs = BTreeSet::new();
        self.successes.retain(|one| pairs.insert((one.initiator, one.responder, one.is_query)));
        self.successes.truncate(MOST_SUCCESSES);
    }

    /// When it surely succeeded last, if that is known: at its own attempt, to no client.
    fn last_success(&self, clients: &BTreeSet<IpAddr>) -> Option<u32> {
        let (own, _) = self.own()?;
        let counts =
            |one: &&Success| one.initiator == own && (one.is_query || !clients.contains(&one.responder));
        self.successes.iter().find(counts).map(|one| one.first.0)
    }

    /// Whether its own attempts may have failed repeatedly, and not have succeeded afterwards.
    fn may_be_suspect(&self, clients: &BTreeSet<IpAddr>) -> bool {
        self.failed >= LEAST_FAILURES
            && !self.passes_on
            && self.last_success(clients).is_none_or(|success| self.last_failure > success)
    }

    fn join(&mut self, other: Self) {
        self.shown = join_shown(self.shown, other.shown);
        self.passes_on |= other.passes_on;
        self.failed = self.failed.saturating_add(other.failed);
        self.last_failure = self.last_failure.max(other.last_failure);
        self.successes.extend(other.successes);
        self.keep_latest();
        // A family that only one of the two has seen keeps what that one has.
        let (mine, others) = (self.counts, other.counts);
        let seen = |counts: [u32; 2], address: &IpAddr| counts[usize::from(address.is_ipv6())] > 0;
        self.common.retain(|address, initiates| {
            let both = other.common.get(address);
            *initiates |= both.copied().unwrap_or(false);
            both.is_some() || !seen(others, address)
        });
        self.common.extend(other.common.into_iter().filter(|(address, _)| !seen(mine, address)));
        for (count, more) in self.counts.iter_mut().zip(others) {
            *count = count.saturating_add(more);
        }
    }

    /// Its own address, if that is known, and whether it contacted anyone.
    fn own(&self) -> Option<(IpAddr, bool)> {
        // The family of most conversations: an address in all of them is in more than any other.
        let [of_ipv4, of_ipv6] = self.counts;
        let mut common = self.common.iter().filter(|(address, _)| address.is_ipv6() == (of_ipv6 > of_ipv4));
        let only = common.next().filter(|_| common.next().is_none() && of_ipv4 != of_ipv6);
        self.shown.or(only.map(|(address, initiates)| (*address, *initiates)))
    }

    /// The same if it did.
    fn client(&self) -> Option<IpAddr> {
        self.own().filter(|(_, initiates)| *initiates && !self.passes_on).map(|(address, _)| address)
    }
}

/// The smaller address, should records contradict each other.
fn join_shown(a: Option<(IpAddr, bool)>, b: Option<(IpAddr, bool)>) -> Option<(IpAddr, bool)> {
    match (a, b) {
        (Some(a), Some(b)) if a.0 == b.0 => Some((a.0, a.1 || b.1)),
        (a, b) => a.into_iter().chain(b).min(),
    }
}

/// What is known of each interface, by the number its name has in the conversations.
#[derive(Clone, Debug, Default)]
pub struct Sieve {
    traces: BTreeMap<NameId, Trace>,
}

impl Sieve {
    /// What these conversations show; they are sorted by interface.
    #[must_use]
    pub fn of(reduced: &Reduced, conversations: &[Conversation]) -> Self {
        let traces = by_interface(conversations).map(|(name, own)| (name, Trace::of(reduced, own)));
        Self { traces: traces.collect() }
    }

    /// Adds what other conversations show.
    pub fn join(&mut self, other: Self) {
        for (name, trace) in other.traces {
            match self.traces.get_mut(&name) {
                Some(have) => have.join(trace),
                None => {
                    self.traces.insert(name, trace);
                }
            }
        }
    }

    /// The interfaces whose own attempts may have failed repeatedly, and not have succeeded afterwards. `clients` are those
    /// of [`Sieve::clients`].
    pub fn candidates(&self, clients: &BTreeSet<IpAddr>) -> impl Iterator<Item = NameId> {
        self.traces.iter().filter(|(_, trace)| trace.may_be_suspect(clients)).map(|(name, _)| *name)
    }

    /// The addresses of interfaces that contact services themselves.
    #[must_use]
    pub fn clients(&self) -> BTreeSet<IpAddr> {
        self.traces.values().filter_map(Trace::client).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::converse::{Half, Sums, suspects};
    use crate::ingest::sink::{AddressId, DescriptionId};
    use crate::model::protocol::Protocol;
    use crate::model::source::{RowRef, SourceId};

    fn sums(at: u32) -> Sums {
        Sums {
            records: 1,
            packets: 5,
            bytes: 300,
            tcp_flags: None,
            first: at,
            last: at,
            description: DescriptionId(0),
            sample: RowRef { source: SourceId(0), line: 1 },
        }
    }

    prop_compose! {
        /// Queries between a few addresses, answered or not: their state needs no flags.
        fn conversation()(
            interface in 0_u32..4,
            ends in (0_u32..5, 0_u32..5),
            far in prop::option::weighted(0.03, 0_u32..5),
            port in prop_oneof![Just(53_u16), Just(443)],
            direction in prop_oneof![Just(None), Just(Some(Direction::Egress)), Just(Some(Direction::Ingress))],
            at in 0_u32..30,
            is_answered: bool,
        ) -> Conversation {
            Conversation {
                interface: NameId(interface),
                initiator: AddressId(ends.0),
                responder: AddressId(ends.1),
                far: far.map(AddressId),
                initiator_port: 40_000,
                responder_port: port,
                protocol: Protocol::UDP,
                is_ipv6: false,
                request_direction: direction,
                request: Half { accepted: Some(sums(at)), rejected: None },
                reply: Half { accepted: is_answered.then(|| sums(at)), rejected: None },
            }
        }
    }

    /// All conversations of an interface have its own address, the first one, and directions agree with it.
    fn physical(mut conversation: Conversation) -> Conversation {
        let own = AddressId(conversation.interface.0);
        match conversation.request_direction {
            Some(Direction::Ingress) => conversation.responder = own,
            _ => conversation.initiator = own,
        }
        conversation
    }

    proptest! {
        #[test]
        fn every_suspect_passes(all in prop::collection::vec(conversation(), 0..40), cut in 0_usize..40) {
            // The last two are of the other family.
            let address = |last: u8| match last {
                0..3 => IpAddr::from([10, 0, 0, last]),
                _ => IpAddr::from([0xfd00, 0, 0, 0, 0, 0, 0, u16::from(last)]),
            };
            let addresses = (0..5).map(address).collect();
            let reduced = Reduced { addresses, ..Reduced::default() };
            let mut all: Vec<Conversation> = all.into_iter().map(physical).collect();
            let cut = cut.min(all.len());
            let mut sieve = Sieve::default();
            for mut part in [all[..cut].to_vec(), all[cut..].to_vec()] {
                part.sort_by_key(|one| one.interface);
                sieve.join(Sieve::of(&reduced, &part));
            }
            all.sort_by_key(|one| one.interface);
            let clients = sieve.clients();
            let candidates: BTreeSet<NameId> = sieve.candidates(&clients).collect();
            let is_client = |id| clients.contains(&reduced.address(id));
            for suspect in suspects(&all, is_client).expect("a table") {
                prop_assert!(candidates.contains(&suspect), "{suspect:?}");
            }
        }
    }
}
