//! The packets of the task and its peers: attempts to open a connection, and a whole exchange where one opens.

use std::net::IpAddr;

use crate::support::clock::{Ms, s};
use crate::support::worlds::net::World;
use crate::support::worlds::packet::{Ends, Fate, Packet, Place};

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// No answer to the first packet.
    Unanswered,
    /// An open connection and no answer to the request.
    Stalled,
    /// An open connection, and a reset.
    Reset,
    /// An answer.
    Complete,
}

/// Moments of the first packets of an attempt, milliseconds.
const OPENINGS: [Ms; 4] = [0, 1_030, 3_070, 7_150];

impl World {
    /// The address that an interface uses for a peer.
    pub(crate) fn address_for(&self, eni: usize, peer: IpAddr) -> IpAddr {
        match (peer, self.enis[eni].v6) {
            (IpAddr::V6(_), Some(own)) => IpAddr::V6(own),
            _ => IpAddr::V4(self.enis[eni].v4),
        }
    }

    /// One attempt of an interface, from a fresh port.
    pub(crate) fn attempt(&mut self, eni: usize, peer: IpAddr, at: Ms) -> Outcome {
        let ends = Ends { src: (self.address_for(eni, peer), self.rng.port()), dst: (peer, 443) };
        let size = if peer.is_ipv6() { 80 } else { 60 };
        for after in OPENINGS {
            let opening = Packet { ends, at: at + after, flags: 2, count: 1, bytes: size };
            let (fate, far) = self.send(eni, opening);
            if !self.is_answered || !matches!(fate, Fate::AtInterface(_) | Fate::AtInternet(_)) {
                continue;
            }
            let answer =
                Packet { ends: far.ends.reversed(), at: at + after + 2, flags: 18, count: 1, bytes: size };
            if self.answer(fate, answer) == Fate::AtInterface(eni) {
                return self.exchange(eni, fate, (ends, far.ends), at + after + 5);
            }
        }
        Outcome::Unanswered
    }

    /// Sends a packet of the far end.
    fn answer(&mut self, from: Fate, packet: Packet) -> Fate {
        match from {
            Fate::AtInterface(eni) => self.send(eni, packet).0,
            Fate::AtInternet(vpc) => self.enter(vpc, packet).0,
            Fate::Lost | Fate::Reset => Fate::Lost,
        }
    }

    /// Request and answer of an open connection.
    fn exchange(&mut self, eni: usize, far: Fate, (near, there): (Ends, Ends), at: Ms) -> Outcome {
        let request = Packet { ends: near, at, flags: 0, count: 3, bytes: 757 };
        match self.send(eni, request).0 {
            Fate::Lost => {
                for again in 1..5 {
                    self.send(eni, Packet { at: at + s(again * 2), count: 1, bytes: 569, ..request });
                }
                return Outcome::Stalled;
            }
            Fate::Reset => {
                let reset = Packet { ends: near.reversed(), at: at + 3, flags: 4, count: 1, bytes: 40 };
                self.see(Place::Eni(eni), false, reset.ends, reset, false);
                return Outcome::Reset;
            }
            Fate::AtInterface(_) | Fate::AtInternet(_) => {}
        }
        let back = Packet { ends: there.reversed(), at: at + 12, flags: 0, count: 5, bytes: 5_320 };
        self.answer(far, back);
        self.send(eni, Packet { at: at + 20, flags: 1, count: 2, bytes: 104, ..request });
        self.answer(far, Packet { at: at + 21, flags: 1, count: 1, bytes: 52, ..back });
        Outcome::Complete
    }
}
