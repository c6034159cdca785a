//! What one address of an interface initiated, in a few words.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::converse::suspects::{DNS_PORT, MIN_FAILURES};
use crate::converse::{Conversation, ConversationState};
use crate::reduce::Reduced;

/// Successes that are remembered, each at another responder: only the latest that is no knock counts, and few are.
const MAX_SUCCESSES: usize = 8;

/// The attempts of one address; those that `ConversationState::Unclear` tells nothing of are not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attempts {
    /// Whether it initiated anything at all.
    pub(super) initiates: bool,
    /// How many failed, knocks among them, and when the last of them began, Unix seconds.
    failed: u32,
    last_failure: u32,
    /// The latest that were completed, at most [`MAX_SUCCESSES`].
    successes: Vec<Success>,
}

/// A conversation that was completed; the latest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Success {
    first: Reverse<u32>,
    responder: IpAddr,
    /// Whether it asked a DNS server: that is never a knock.
    is_query: bool,
}

impl Attempts {
    pub(super) fn take(&mut self, reduced: &Reduced, conversation: &Conversation, state: ConversationState) {
        self.initiates = true;
        match state {
            ConversationState::Unclear => {}
            ConversationState::Completed => self.succeed(Success {
                first: Reverse(conversation.first()),
                responder: reduced.address(conversation.responder),
                is_query: conversation.responder_port == DNS_PORT,
            }),
            _ => {
                self.failed = self.failed.saturating_add(1);
                self.last_failure = self.last_failure.max(conversation.first());
            }
        }
    }

    fn succeed(&mut self, success: Success) {
        self.successes.push(success);
        // Not after each: many succeed.
        if self.successes.len() >= 2 * MAX_SUCCESSES {
            self.keep_latest();
        }
    }

    /// Forgets what later successes make needless.
    pub(super) fn keep_latest(&mut self) {
        self.successes.sort_unstable();
        let mut responders = BTreeSet::new();
        self.successes.retain(|one| responders.insert((one.responder, one.is_query)));
        self.successes.truncate(MAX_SUCCESSES);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.initiates |= other.initiates;
        self.failed = self.failed.saturating_add(other.failed);
        self.last_failure = self.last_failure.max(other.last_failure);
        self.successes.extend_from_slice(&other.successes);
        self.keep_latest();
    }

    /// Whether they may have failed repeatedly, and not have succeeded afterwards, at responders that are no clients.
    pub(super) fn may_be_suspect(&self, clients: &BTreeSet<IpAddr>) -> bool {
        let counts = |one: &&Success| one.is_query || !clients.contains(&one.responder);
        let last_success = self.successes.iter().find(counts).map(|one| one.first.0);
        self.failed >= MIN_FAILURES && last_success.is_none_or(|success| self.last_failure > success)
    }
}
