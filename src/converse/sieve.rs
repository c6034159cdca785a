//! Which interfaces may be worth a look, before their conversations are held all at once.
//!
//! Goes in: the conversations of an interface, some at a time. Comes out: a few words on each interface, which join in any
//! order. Every interface that [`suspects`](super::suspects) would find passes; some pass that it will not.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::suspects::LEAST_FAILURES;
use super::{Conversation, State, by_interface};
use crate::ingest::sink::{Direction, NameId};
use crate::reduce::Reduced;

/// What some conversations of one interface show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Trace {
    /// Its own address by `flow-direction`, and whether that address initiated anything.
    shown: Option<(IpAddr, bool)>,
    /// The addresses that all conversations have in common, and whether each initiated anything.
    common: BTreeMap<IpAddr, bool>,
    /// Whether packets went on to another address: a gateway.
    passes_on: bool,
    /// Attempts of its own, as far as can be told, that failed.
    failed: u32,
}

impl Trace {
    fn of(reduced: &Reduced, conversations: &[Conversation]) -> Self {
        let ends =
            |c: &Conversation| [(reduced.address(c.initiator), true), (reduced.address(c.responder), false)];
        let mut trace = Self::default();
        if let Some(first) = conversations.first() {
            trace.common.extend(ends(first));
        }
        for conversation in conversations {
            let [(initiator, _), (responder, _)] = ends(conversation);
            trace.common.retain(|address, _| *address == initiator || *address == responder);
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
        let failed = conversations.iter().filter(|conversation| trace.is_own_failure(reduced, conversation));
        trace.failed = u32::try_from(failed.count()).unwrap_or(u32::MAX);
        trace
    }

    fn is_own_failure(&self, reduced: &Reduced, conversation: &Conversation) -> bool {
        let may_be_own = match conversation.request_direction {
            Some(direction) => direction == Direction::Egress,
            None => {
                self.common.is_empty() || self.common.contains_key(&reduced.address(conversation.initiator))
            }
        };
        may_be_own && !matches!(conversation.state(), State::Unclear | State::Completed)
    }

    fn join(&mut self, other: Self) {
        self.shown = join_shown(self.shown, other.shown);
        self.passes_on |= other.passes_on;
        self.failed = self.failed.saturating_add(other.failed);
        self.common.retain(|address, initiates| {
            let both = other.common.get(address);
            *initiates |= both.copied().unwrap_or(false);
            both.is_some()
        });
    }

    /// Its own address, if that is known and contacted anyone.
    fn client(&self) -> Option<IpAddr> {
        let only = self.common.first_key_value().filter(|_| self.common.len() == 1);
        let own = self.shown.or(only.map(|(address, initiates)| (*address, *initiates)));
        own.filter(|(_, initiates)| *initiates && !self.passes_on).map(|(address, _)| address)
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

    /// The interfaces whose own attempts may have failed repeatedly.
    pub fn candidates(&self) -> impl Iterator<Item = NameId> + '_ {
        let may_be = |trace: &Trace| trace.failed >= LEAST_FAILURES && !trace.passes_on;
        self.traces.iter().filter(move |(_, trace)| may_be(trace)).map(|(name, _)| *name)
    }

    /// The addresses of interfaces that contact services themselves.
    #[must_use]
    pub fn clients(&self) -> BTreeSet<IpAddr> {
        self.traces.values().filter_map(Trace::client).collect()
    }
}
