//! The faults of a scenario: the packets that an interface stops, and how it records them.

use crate::support::clock::Ms;
use crate::support::packets::{Conversation, Direction, Hop, Packet};
use crate::support::vpc::{Eni, Party};

/// The effect of a fault on a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A security group or network ACL drops it: the record has REJECT, and a `reject-reason` if one is given.
    Reject(Option<&'static str>),
    /// It passes the interface (ACCEPT) and is lost afterwards.
    Lose,
    /// As `Lose`, but only packets of at least this many bytes: an MTU hole.
    LoseLarger(u64),
    /// A device on the path answers data with RST.
    Reset,
}

/// One fault.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    eni: Eni,
    direction: Direction,
    effect: Effect,
    initiators: Vec<Party>,
    ports: Vec<u16>,
    since: Ms,
}

impl Fault {
    /// Breaks every packet that crosses `eni` in `direction`; the methods below narrow it.
    pub(crate) fn at(eni: Eni, direction: Direction, effect: Effect) -> Self {
        Self { eni, direction, effect, initiators: Vec::new(), ports: Vec::new(), since: Ms::MIN }
    }

    /// Only conversations that one of `parties` started.
    pub(crate) fn begun_by(mut self, parties: &[Eni]) -> Self {
        self.initiators = parties.iter().copied().map(Party::Eni).collect();
        self
    }

    /// Only conversations to one of these ports.
    pub(crate) fn on_ports(mut self, ports: &[u16]) -> Self {
        self.ports = ports.to_vec();
        self
    }

    /// Only from this time on.
    pub(crate) fn since(mut self, at: Ms) -> Self {
        self.since = at;
        self
    }

    /// The effect of this fault on `packet` at `hop`, if it applies.
    pub(crate) fn effect_on(&self, talk: &Conversation, hop: &Hop, packet: &Packet) -> Option<Effect> {
        let concerned = self.eni == hop.eni
            && self.direction == hop.direction
            && self.since <= packet.at
            && (self.initiators.is_empty() || self.initiators.contains(&talk.initiator))
            && (self.ports.is_empty() || self.ports.contains(&talk.port));
        let hit = match self.effect {
            Effect::Reject(_) | Effect::Lose => true,
            Effect::LoseLarger(bytes) => packet.bytes / packet.count >= bytes,
            Effect::Reset => packet.bytes / packet.count > 100,
        };
        (concerned && hit).then_some(self.effect)
    }
}
