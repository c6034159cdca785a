//! The state of a conversation at one interface; docs/conversations.md holds the same conditions in prose.

use super::pair::{Conversation, Half, Sums};
use crate::model::protocol::Protocol;
use crate::model::tcp_flags::TcpFlags;

/// How far a conversation came, as one interface saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConversationState {
    /// Useful data came back.
    Completed,
    /// The opening was rejected here.
    RequestRejected,
    /// The opening passed, the answer to it was rejected here.
    ReplyRejected,
    /// The opening passed, and nothing came back.
    Unanswered,
    /// The responder broke off before useful data, or refused the opening.
    Reset,
    /// Opened and asked, and nothing useful came back.
    Stalled,
    /// The records do not tell.
    Unclear,
}

/// Payload bytes below which nothing useful was said: a TLS alert, a refusal. A server's first flight has thousands.
const MIN_USEFUL_BYTES: u64 = 200;
/// Bytes an opening has at most on average: 60 with every usual option, some slack for others.
const MAX_OPENING_BYTES: u64 = 64;
/// Bytes an opening has at least on average where no flags tell: above a bare FIN (52) or RST (40).
const MIN_OPENING_BYTES: u64 = 56;
/// More openings than this in one window are no retransmissions of one connection.
const MAX_OPENINGS: u64 = 8;
/// What IPv6 adds to every packet's header.
const IPV6_EXTRA: u64 = 20;

impl Conversation {
    /// The state; a pure function of the sums.
    #[must_use]
    pub fn state(&self) -> ConversationState {
        if self.protocol == Protocol::TCP { self.tcp_state() } else { self.datagram_state() }
    }

    fn datagram_state(&self) -> ConversationState {
        match (self.request, self.reply) {
            (_, Half { accepted: Some(_), .. }) => ConversationState::Completed,
            (Half { accepted: Some(_), .. }, Half { rejected: Some(_), .. }) => {
                ConversationState::ReplyRejected
            }
            (Half { rejected: Some(_), .. }, _) => ConversationState::RequestRejected,
            (Half { accepted: Some(_), .. }, _) => ConversationState::Unanswered,
            _ => ConversationState::Unclear,
        }
    }

    fn tcp_state(&self) -> ConversationState {
        if let Some(reply) = &self.reply.accepted {
            return self.answered_state(reply);
        }
        if self.request.rejected.is_some_and(|sums| self.is_opening(&sums)) {
            return ConversationState::RequestRejected;
        }
        let Some(request) = &self.request.accepted else { return ConversationState::Unclear };
        match &self.reply.rejected {
            Some(reply) if self.is_answer(reply) => ConversationState::ReplyRejected,
            None if self.is_opening_only(request) => ConversationState::Unanswered,
            _ => ConversationState::Unclear,
        }
    }

    /// A reply passed. What was rejected besides came late, after a close.
    fn answered_state(&self, reply: &Sums) -> ConversationState {
        if self.payload(reply) >= MIN_USEFUL_BYTES {
            return ConversationState::Completed;
        }
        let Some(flags) = reply.tcp_flags else { return ConversationState::Unclear };
        let asked = self.request.accepted.is_some_and(|sums| self.payload(&sums) >= MIN_USEFUL_BYTES);
        match (flags.accepts(), flags.resets()) {
            (true, true) if asked => ConversationState::Reset,
            (false, true) if self.opened_here() => ConversationState::Reset,
            // A responder that closes has not stalled: it refused in its own words.
            (true, false) if asked && !flags.closes() => ConversationState::Stalled,
            _ => ConversationState::Unclear,
        }
    }

    /// Whether the opening itself was recorded and passed.
    fn opened_here(&self) -> bool {
        self.request.accepted.is_some_and(|sums| sums.tcp_flags.is_some_and(TcpFlags::opens))
    }

    /// The least payload these sums can hold: every packet's header counted at its longest.
    fn payload(&self, sums: &Sums) -> u64 {
        sums.bytes.saturating_sub(sums.packets.saturating_mul(60 + self.header_extra()))
    }

    fn header_extra(&self) -> u64 {
        if self.is_ipv6 { IPV6_EXTRA } else { 0 }
    }

    fn mean_size(&self, sums: &Sums) -> u64 {
        (sums.bytes / sums.packets.max(1)).saturating_sub(self.header_extra())
    }

    /// Whether rejected packets were an opening, and not what came late after a close.
    fn is_opening(&self, sums: &Sums) -> bool {
        match sums.tcp_flags {
            Some(flags) => flags.opens(),
            None => (MIN_OPENING_BYTES..=MAX_OPENING_BYTES).contains(&self.mean_size(sums)),
        }
    }

    /// Whether rejected packets were the answer to an opening: SYN-ACK, or the refusal RST.
    fn is_answer(&self, sums: &Sums) -> bool {
        match sums.tcp_flags {
            Some(flags) => flags.accepts() || (flags.resets() && self.opened_here()),
            None => (MIN_OPENING_BYTES..=MAX_OPENING_BYTES).contains(&self.mean_size(sums)),
        }
    }

    /// Whether accepted packets were openings and nothing more.
    fn is_opening_only(&self, sums: &Sums) -> bool {
        match sums.tcp_flags {
            Some(flags) => flags.opens() && self.payload(sums) == 0,
            None => sums.packets <= MAX_OPENINGS && self.mean_size(sums) <= MAX_OPENING_BYTES,
        }
    }
}
