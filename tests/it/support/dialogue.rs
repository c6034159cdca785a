//! Exchanges of two peers: TCP calls with and without TLS, DNS queries, probes.
//!
//! Sizes include the headers. An unanswered SYN is repeated after 1, 3, 7 and 15 seconds from the same port, as Linux
//! does; a new attempt has a new port.

use crate::support::clock::Ms;
use crate::support::packets::{Conversation, Fate, Leg, Packet, Sim};

/// SYN.
pub(crate) const SYN: u16 = 2;
/// SYN and ACK.
pub(crate) const SYN_ACK: u16 = 18;
/// FIN, beside the ACK that is not counted.
pub(crate) const FIN: u16 = 1;
/// RST.
pub(crate) const RST: u16 = 4;
/// ACK alone, or data: counted as no flag at all.
pub(crate) const DATA: u16 = 0;

/// When Linux sends a SYN, after the first attempt.
const SYN_TIMES: [Ms; 5] = [0, 1000, 3000, 7000, 15_000];
/// A full-sized packet.
const FULL: u64 = 1500;

/// The data of a call after it is connected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchange {
    /// TLS first.
    pub(crate) tls: bool,
    /// Bytes of the request.
    pub(crate) request: u64,
    /// Bytes of the reply.
    pub(crate) reply: u64,
    /// How long the reply takes.
    pub(crate) lasts: Ms,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Never connected.
    Unanswered,
    /// Connected, and broken off by RST.
    Reset,
    /// Connected, and nothing useful came.
    Stalled,
    /// Done and closed.
    Completed,
}

/// One packet.
pub(crate) fn packet(at: Ms, flags: u16, bytes: u64) -> Packet {
    Packet { at, flags, count: 1, bytes }
}

/// So many payload bytes in full-sized packets.
fn bulk(at: Ms, bytes: u64) -> Packet {
    let count = bytes.div_ceil(FULL - 52).max(1);
    Packet { at, flags: DATA, count, bytes: bytes + 52 * count }
}

impl Sim {
    /// Tries to connect for `patience`; the moment it succeeded.
    pub(crate) fn dial(&mut self, talk: &Conversation, at: Ms, patience: Ms) -> Option<Ms> {
        let mut heard = None;
        for delay in SYN_TIMES.into_iter().filter(|&delay| delay < patience) {
            let sent = at + delay;
            if self.send(talk, Leg::Request, packet(sent, SYN, 60)) != Fate::Delivered {
                continue;
            }
            heard = Some(sent);
            if self.send(talk, Leg::Reply, packet(sent + 2, SYN_ACK, 60)) == Fate::Delivered {
                self.send(talk, Leg::Request, packet(sent + 4, DATA, 52));
                return Some(sent + 4);
            }
        }
        // The responder holds a half-open connection and repeats its answer for a while.
        if let Some(sent) = heard {
            for delay in [4000, 12_000] {
                self.send(talk, Leg::Reply, packet(sent + 2 + delay, SYN_ACK, 60));
            }
        }
        None
    }

    /// Connects within 5 seconds, exchanges, closes; the outcome and when it was known.
    pub(crate) fn call(&mut self, talk: &Conversation, at: Ms, exchange: &Exchange) -> (Outcome, Ms) {
        let mut now = match self.request(talk, at, exchange) {
            (Outcome::Completed, later) => later,
            ended => return ended,
        };
        now = self.transfer(talk, now, exchange.reply.saturating_sub(1200), exchange.lasts);
        self.close(talk, now);
        (Outcome::Completed, now + 4)
    }

    /// The same, but the reply stops and no side closes.
    pub(crate) fn call_cut_off(&mut self, talk: &Conversation, at: Ms, exchange: &Exchange) -> (Outcome, Ms) {
        match self.request(talk, at, exchange) {
            (Outcome::Completed, later) => {
                (Outcome::Completed, self.transfer(talk, later, exchange.reply, exchange.lasts))
            }
            ended => ended,
        }
    }

    /// Connects, TLS where wanted, the request and the start of its reply.
    fn request(&mut self, talk: &Conversation, at: Ms, exchange: &Exchange) -> (Outcome, Ms) {
        let Some(mut now) = self.dial(talk, at, 5000) else {
            return (Outcome::Unanswered, at + 5000);
        };
        if exchange.tls {
            let hello = 52 + self.rng.between(250, 517);
            let flight = self.rng.between(3900, 4600);
            match self.turn(talk, now + 1, hello - 52, flight) {
                (Outcome::Completed, later) => now = later,
                ended => return ended,
            }
        }
        self.turn(talk, now + 1, exchange.request, exchange.reply.min(1200))
    }

    /// One query over UDP; when the answer came.
    pub(crate) fn query(&mut self, talk: &Conversation, at: Ms) -> Option<Ms> {
        let (asks, answers) = (self.rng.between(68, 76), self.rng.between(122, 198));
        let heard = self.send(talk, Leg::Request, packet(at, DATA, asks)) == Fate::Delivered;
        let answered = heard && self.send(talk, Leg::Reply, packet(at + 3, DATA, answers)) == Fate::Delivered;
        answered.then_some(at + 4)
    }

    /// Sends data and its acknowledgement.
    fn turn(&mut self, talk: &Conversation, at: Ms, statement: u64, answers: u64) -> (Outcome, Ms) {
        match self.send(talk, Leg::Request, bulk(at, statement)) {
            Fate::Delivered => {}
            Fate::Reset => return self.broken_off(talk, at),
            Fate::Gone => return self.stalled(talk, at, Leg::Request, statement),
        }
        self.send(talk, Leg::Reply, packet(at + 1, DATA, 52));
        match self.send(talk, Leg::Reply, bulk(at + 6, answers)) {
            Fate::Delivered => {}
            Fate::Reset => return self.broken_off(talk, at + 6),
            Fate::Gone => return self.stalled(talk, at + 6, Leg::Reply, answers),
        }
        self.send(talk, Leg::Request, packet(at + 8, DATA, 52));
        (Outcome::Completed, at + 9)
    }

    /// The rest of a long reply: a second's worth at a time, acknowledged.
    fn transfer(&mut self, talk: &Conversation, at: Ms, bytes: u64, lasts: Ms) -> Ms {
        let seconds = u64::try_from(lasts / 1000).expect("a duration") + 1;
        let mut now = at;
        for _ in 0..seconds {
            if bytes > 0 {
                let part = bulk(now, bytes / seconds);
                self.send(talk, Leg::Reply, part);
                let acks = part.count.div_ceil(2);
                let acks = Packet { at: now + 1, flags: DATA, count: acks, bytes: 52 * acks };
                self.send(talk, Leg::Request, acks);
            }
            now += 1000;
        }
        at + lasts
    }

    /// The initiator closes, the responder too.
    fn close(&mut self, talk: &Conversation, at: Ms) {
        self.send(talk, Leg::Request, packet(at, DATA, 83));
        self.send(talk, Leg::Request, packet(at, FIN, 52));
        self.send(talk, Leg::Reply, packet(at + 2, FIN, 52));
        self.send(talk, Leg::Request, packet(at + 4, DATA, 52));
    }

    /// Lost data is sent again until the initiator gives up after ten seconds.
    fn stalled(&mut self, talk: &Conversation, at: Ms, leg: Leg, bytes: u64) -> (Outcome, Ms) {
        for delay in [200, 600, 1400, 3000, 6200] {
            let again = bulk(at + delay, bytes.min(FULL - 52));
            self.send(talk, leg, again);
        }
        self.send(talk, Leg::Request, packet(at + 10_000, FIN, 52));
        (Outcome::Stalled, at + 10_000)
    }

    /// RST from the path, to the initiator.
    fn broken_off(&mut self, talk: &Conversation, at: Ms) -> (Outcome, Ms) {
        self.send(talk, Leg::Reply, packet(at + 1, RST, 40));
        (Outcome::Reset, at + 2)
    }
}
