//! Selects the interfaces that may be suspects, before all their conversations are in memory at once.
//!
//! Input: the conversations of an interface, some at a time. Output: a small summary of each interface; summaries
//! merge in any order. Every interface that [`suspects`](super::suspects()) would find is a candidate; some
//! candidates are no suspects.

mod attempts;
mod summary;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use self::summary::InterfaceSummary;
use super::{Conversation, by_interface, pair_in_runs};
use crate::frame::FrameError;
use crate::ingest::record::NameId;
use crate::reduce::Reduced;

/// A summary of each interface, by the number that its name has in the flows.
#[derive(Clone, Debug, Default)]
pub struct SuspectPrefilter {
    summaries: BTreeMap<NameId, InterfaceSummary>,
    flows: BTreeMap<NameId, u64>,
}

/// An interface that may be a suspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuspectCandidate {
    /// The number of its name.
    pub interface: NameId,
    /// Number of its flows. It determines the memory that a full examination takes.
    pub flows: u64,
}

impl SuspectPrefilter {
    /// Creates the summaries of these flows.
    pub fn of(reduced: &Reduced, ports: &[u16]) -> Result<Self, FrameError> {
        let mut prefilter = Self::default();
        for own in reduced.flows.chunk_by(|a, b| a.key.interface == b.key.interface) {
            *prefilter.flows.entry(own[0].key.interface).or_default() += own.len() as u64;
        }
        pair_in_runs(reduced, ports, |conversations| prefilter.take(reduced, conversations))?;
        Ok(prefilter)
    }

    /// Adds conversations that are sorted by interface.
    fn take(&mut self, reduced: &Reduced, conversations: &[Conversation]) {
        for (name, own) in by_interface(conversations) {
            self.merge_summary(name, InterfaceSummary::of(reduced, own));
        }
    }

    fn merge_summary(&mut self, name: NameId, summary: InterfaceSummary) {
        match self.summaries.get_mut(&name) {
            Some(have) => have.merge(&summary),
            None => {
                self.summaries.insert(name, summary);
            }
        }
    }

    /// Adds the summaries of other flows.
    pub fn merge(&mut self, other: Self) {
        for (name, summary) in other.summaries {
            self.merge_summary(name, summary);
        }
        for (name, flows) in other.flows {
            *self.flows.entry(name).or_default() += flows;
        }
    }

    /// Returns the interfaces whose own attempts may have failed repeatedly without a later success. `clients` is the
    /// result of [`SuspectPrefilter::clients`].
    pub fn candidates(&self, clients: &BTreeSet<IpAddr>) -> impl Iterator<Item = SuspectCandidate> {
        let may_be = self.summaries.iter().filter(|(_, summary)| summary.may_be_suspect(clients));
        may_be.map(|(&interface, _)| SuspectCandidate {
            interface,
            flows: self.flows.get(&interface).copied().unwrap_or_default(),
        })
    }

    /// Returns the addresses of interfaces that contact services themselves.
    #[must_use]
    pub fn clients(&self) -> BTreeSet<IpAddr> {
        self.summaries.values().filter_map(InterfaceSummary::client).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::converse::{Half, Sums, suspects};
    use crate::ingest::record::{AddressId, DescriptionId, Direction};
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
        /// Queries between a few addresses, answered or not. Their state needs no flags.
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

    /// The addresses that the records of an interface have.
    #[derive(Clone, Copy, Debug)]
    enum AddressPattern {
        /// All records have its own address, and the directions agree with it.
        OneAddress,
        /// All records have one of its two addresses, as when pods share an interface.
        TwoAddresses,
        /// Any addresses.
        Contradicting,
    }

    fn pattern() -> impl Strategy<Value = AddressPattern> {
        prop_oneof![2 => Just(AddressPattern::OneAddress), 1 => Just(AddressPattern::TwoAddresses), 1 => Just(AddressPattern::Contradicting)]
    }

    fn with_pattern(mut conversation: Conversation, pattern: AddressPattern) -> Conversation {
        let is_second = conversation.first() % 2 == 1;
        let own = match pattern {
            AddressPattern::OneAddress => conversation.interface,
            AddressPattern::TwoAddresses => NameId((conversation.interface.0 + u32::from(is_second)) % 5),
            AddressPattern::Contradicting => return conversation,
        };
        let own = AddressId(own.0);
        match conversation.request_direction {
            Some(Direction::Ingress) => conversation.responder = own,
            _ => conversation.initiator = own,
        }
        conversation
    }

    /// A server records the attempts of others, and one of them alone does not show which address is the server's.
    #[test]
    fn attempts_of_others_make_no_candidate() {
        let addresses: Vec<IpAddr> = (0..9).map(|last| IpAddr::from([10, 0, 0, last])).collect();
        let reduced = Reduced { addresses, ..Reduced::default() };
        let of = |initiator, responder, port, at, is_answered: bool| Conversation {
            interface: NameId(0),
            initiator: AddressId(initiator),
            responder: AddressId(responder),
            far: None,
            initiator_port: 40_000,
            responder_port: port,
            protocol: Protocol::UDP,
            is_ipv6: false,
            request_direction: None,
            request: Half { accepted: Some(sums(at)), rejected: None },
            reply: Half { accepted: is_answered.then(|| sums(at)), rejected: None },
        };
        let mut prefilter = SuspectPrefilter::default();
        for others in 1..8 {
            prefilter.take(&reduced, &[of(others, 0, 443, others, others < 6)]);
        }
        prefilter.take(&reduced, &[of(0, 8, 53, 1, true)]);
        assert_eq!(prefilter.candidates(&prefilter.clients()).count(), 0);
        for at in 2..4 {
            prefilter.take(&reduced, &[of(0, 8, 53, at, false)]);
        }
        assert_eq!(prefilter.candidates(&prefilter.clients()).count(), 1);
    }

    proptest! {
        #[test]
        fn every_suspect_is_a_candidate(
            all in prop::collection::vec(conversation(), 0..40),
            cut in 0_usize..40,
            pattern in pattern(),
        ) {
            // The last two addresses are IPv6.
            let address = |last: u8| match last {
                0..3 => IpAddr::from([10, 0, 0, last]),
                _ => IpAddr::from([0xfd00, 0, 0, 0, 0, 0, 0, u16::from(last)]),
            };
            let addresses = (0..5).map(address).collect();
            let reduced = Reduced { addresses, ..Reduced::default() };
            let mut all: Vec<Conversation> = all.into_iter().map(|one| with_pattern(one, pattern)).collect();
            let cut = cut.min(all.len());
            let mut prefilter = SuspectPrefilter::default();
            for mut part in [all[..cut].to_vec(), all[cut..].to_vec()] {
                part.sort_by_key(|one| one.interface);
                prefilter.take(&reduced, &part);
            }
            all.sort_by_key(|one| (one.interface, one.initiator, one.responder));
            let clients = prefilter.clients();
            let candidates: BTreeSet<NameId> =
                prefilter.candidates(&clients).map(|one| one.interface).collect();
            let is_client = |id| clients.contains(&reduced.address(id));
            for suspect in suspects(&all, is_client).expect("a table") {
                prop_assert!(candidates.contains(&suspect), "{suspect:?}");
            }
        }
    }
}
