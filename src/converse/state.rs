//! The state of a conversation at one interface. docs/conversations.md describes the same conditions in prose.

use super::pair::{Conversation, Half, Sums};
use crate::model::protocol::Protocol;
use crate::model::tcp_flags::TcpFlags;

/// How far a conversation came, as recorded by one interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConversationState {
    /// Useful data came back.
    Completed,
    /// The opening was rejected at this interface.
    RequestRejected,
    /// The opening passed, and the answer to it was rejected at this interface.
    ReplyRejected,
    /// The opening passed, and nothing came back.
    Unanswered,
    /// The responder closed the connection before useful data, or refused the opening.
    Reset,
    /// The connection was opened and a request was sent, but no useful data came back.
    Stalled,
    /// The records are inconclusive.
    Unclear,
}

/// Payload bytes below which a reply contains no useful data, for example a TLS alert or a refusal. The first flight
/// of a TLS server has thousands.
const MIN_USEFUL_BYTES: u64 = 200;
/// Largest average size of an opening packet, bytes: 60 with all usual options, and some margin.
const MAX_OPENING_BYTES: u64 = 64;
/// Smallest average size of an opening packet if there are no flags, bytes. It is above a bare FIN (52) and a bare
/// RST (40).
const MIN_OPENING_BYTES: u64 = 56;
/// More opening packets than this in one window are not retransmissions of one connection.
const MAX_OPENINGS: u64 = 8;
/// Bytes by which an IPv6 header is longer.
const IPV6_EXTRA: u64 = 20;

impl Conversation {
    /// Returns the state, a pure function of the sums.
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

    /// Returns the state if a reply passed. Rejected packets came late, after a close, and do not matter.
    fn answered_state(&self, reply: &Sums) -> ConversationState {
        if self.payload(reply) >= MIN_USEFUL_BYTES {
            return ConversationState::Completed;
        }
        let Some(flags) = reply.tcp_flags else { return ConversationState::Unclear };
        // A reply of unknown size may be useful data, so what came after the opening is not known either.
        let is_small = reply.sizes().is_some();
        let has_request =
            is_small && self.request.accepted.is_some_and(|sums| self.payload(&sums) >= MIN_USEFUL_BYTES);
        match (flags.accepts(), flags.resets()) {
            (true, true) if has_request => ConversationState::Reset,
            (false, true) if self.opened_here() => ConversationState::Reset,
            // A responder that closes has not stalled: it refused at the application level.
            (true, false) if has_request && !flags.closes() => ConversationState::Stalled,
            _ => ConversationState::Unclear,
        }
    }

    /// Returns whether a TCP reply with useful data passed.
    pub(super) fn has_useful_reply(&self) -> bool {
        let reply = self.reply.accepted.filter(|_| self.protocol == Protocol::TCP);
        reply.is_some_and(|sums| self.payload(&sums) >= MIN_USEFUL_BYTES)
    }

    /// Returns whether the opening itself was recorded and passed.
    fn opened_here(&self) -> bool {
        self.request.accepted.is_some_and(|sums| sums.tcp_flags.is_some_and(TcpFlags::opens))
    }

    /// Returns the smallest payload that these sums allow: every header is counted at its largest size. Without sizes
    /// it is 0.
    fn payload(&self, sums: &Sums) -> u64 {
        let smallest = |(packets, bytes): (u64, u64)| {
            bytes.saturating_sub(packets.saturating_mul(60 + self.header_extra()))
        };
        sums.sizes().map_or(0, smallest)
    }

    fn header_extra(&self) -> u64 {
        if self.is_ipv6 { IPV6_EXTRA } else { 0 }
    }

    fn mean_size(&self, sums: &Sums) -> Option<u64> {
        let (packets, bytes) = sums.sizes()?;
        Some((bytes / packets.max(1)).saturating_sub(self.header_extra()))
    }

    fn has_size_of_opening(&self, sums: &Sums) -> Option<bool> {
        Some((MIN_OPENING_BYTES..=MAX_OPENING_BYTES).contains(&self.mean_size(sums)?))
    }

    /// Returns whether rejected packets were an opening, and not late packets after a close. Without flags and sizes they
    /// were one if nothing else of the connection passed.
    fn is_opening(&self, sums: &Sums) -> bool {
        let nothing_passed = || self.request.accepted.is_none() && self.reply.accepted.is_none();
        match sums.tcp_flags {
            Some(flags) => flags.opens(),
            None => self.has_size_of_opening(sums).unwrap_or_else(nothing_passed),
        }
    }

    /// Returns whether rejected packets were the answer to an opening: a SYN-ACK, because an RST may come late, after a
    /// close. Without flags and sizes they were one if no reply passed.
    fn is_answer(&self, sums: &Sums) -> bool {
        match sums.tcp_flags {
            Some(flags) => flags.accepts(),
            None => self.has_size_of_opening(sums).unwrap_or(self.reply.accepted.is_none()),
        }
    }

    /// Returns whether accepted packets were openings only.
    fn is_opening_only(&self, sums: &Sums) -> bool {
        match sums.tcp_flags {
            Some(flags) => flags.opens() && self.payload(sums) == 0,
            None => {
                sums.packets <= MAX_OPENINGS
                    && self.mean_size(sums).is_some_and(|size| size <= MAX_OPENING_BYTES)
            }
        }
    }
}
