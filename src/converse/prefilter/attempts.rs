//! A summary of the conversations that one address of an interface initiated.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::converse::suspects::MIN_FAILURES;
use crate::converse::{Conversation, ConversationState};
use crate::model::protocol::DNS_PORT;
use crate::reduce::Reduced;

/// Number of successes that are stored, each at another responder. Only the latest success that is not a probe
/// matters, and few are probes.
const MAX_SUCCESSES: usize = 8;

/// The attempts of one address. Attempts whose state is `ConversationState::Unclear` are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attempts {
    /// Whether the address initiated anything at all.
    pub(super) initiates: bool,
    /// Number of failed attempts, probes included, and the start of the last one, Unix seconds.
    failed: u32,
    last_failure: u32,
    /// The latest completed attempts, at most [`MAX_SUCCESSES`].
    successes: Vec<Success>,
}

/// A completed conversation; the latest sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Success {
    first: Reverse<u32>,
    responder: IpAddr,
    /// Whether the responder is a DNS server. Such a conversation is never a probe.
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
        // Not after each success, because there are many.
        if self.successes.len() >= 2 * MAX_SUCCESSES {
            self.keep_latest();
        }
    }

    /// Removes successes that later ones make redundant.
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

    /// Returns whether the attempts at responders that are no clients may have failed repeatedly without a later
    /// success.
    pub(super) fn may_be_suspect(&self, clients: &BTreeSet<IpAddr>) -> bool {
        let counts = |one: &&Success| one.is_query || !clients.contains(&one.responder);
        let last_success = self.successes.iter().find(counts).map(|one| one.first.0);
        self.failed >= MIN_FAILURES && last_success.is_none_or(|success| self.last_failure > success)
    }
}
