//! Packets, and what an interface shows of them.

use std::net::IpAddr;

use crate::support::clock::Ms;

/// Source and destination, each an address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ends {
    /// The sender.
    pub(crate) src: (IpAddr, u16),
    /// The receiver.
    pub(crate) dst: (IpAddr, u16),
}

impl Ends {
    /// The ends of the answer.
    pub(crate) fn reversed(self) -> Self {
        Self { src: self.dst, dst: self.src }
    }
}

/// Packets of one kind at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet {
    /// The sender and the receiver.
    pub(crate) ends: Ends,
    /// When.
    pub(crate) at: Ms,
    /// As flow logs count them: ACK alone is 0.
    pub(crate) flags: u16,
    /// How many.
    pub(crate) count: u64,
    /// All their bytes.
    pub(crate) bytes: u64,
}

/// Where a packet is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// An interface.
    Eni(usize),
    /// A regional NAT gateway.
    Regional(usize),
}

/// A packet at an interface.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sighting {
    /// Where.
    pub(crate) place: Place,
    /// Leaving it.
    pub(crate) egress: bool,
    /// `srcaddr` and `dstaddr` with their ports.
    pub(crate) shown: Ends,
    /// The packet.
    pub(crate) packet: Packet,
    /// Rejected here.
    pub(crate) rejected: bool,
}

/// The fate of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is with the interface it was for.
    AtInterface(usize),
    /// It left for the internet, from the VPC at this place.
    AtInternet(usize),
    /// It is lost.
    Lost,
    /// A firewall answers with a reset.
    Reset,
}
