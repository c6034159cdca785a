//! The common part of rules of security groups and network ACLs: a protocol and its ports.

use std::fmt;

use crate::model::protocol::Protocol;

/// Ports from first to last, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// `FromPort`, `PortRange.From`.
    pub first: u16,
    /// `ToPort`, `PortRange.To`.
    pub last: u16,
}

impl PortRange {
    /// Every port.
    pub const ALL: Self = Self { first: 0, last: u16::MAX };
    /// The ports from which clients send; it includes the range of Linux.
    pub const EPHEMERAL: Self = Self { first: 1024, last: u16::MAX };

    /// A range of one port.
    #[must_use]
    pub fn one(port: u16) -> Self {
        Self { first: port, last: port }
    }

    /// Whether the range contains a port.
    #[must_use]
    pub fn contains(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

/// `443`, `1024-65535`.
impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// The protocol and ports of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrafficSelector {
    /// `IpProtocol`, `Protocol`; none means all protocols (`-1`), and then all ports.
    pub protocol: Option<Protocol>,
    /// Destination ports; [`PortRange::ALL`] if the protocol or the rule has none.
    pub ports: PortRange,
}

impl TrafficSelector {
    /// All traffic.
    pub const ALL: Self = Self { protocol: None, ports: PortRange::ALL };

    /// Whether the rule applies to packets of a protocol to a port.
    #[must_use]
    pub fn matches(self, protocol: Protocol, destination_port: u16) -> bool {
        self.protocol.is_none_or(|own| own == protocol && self.ports.contains(destination_port))
    }
}

/// `TCP 443`, `all traffic`.
impl fmt::Display for TrafficSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.protocol {
            None => f.write_str("all traffic"),
            Some(protocol) if self.ports == PortRange::ALL => protocol.fmt(f),
            Some(protocol) => write!(f, "{protocol} {}", self.ports),
        }
    }
}
