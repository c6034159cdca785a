//! IANA protocol numbers and service ports that matter for the start of a task.

use std::fmt;

/// The port of DNS servers, over UDP and TCP.
pub const DNS_PORT: u16 = 53;
/// The port of AWS's service endpoints and of registries.
pub const HTTPS_PORT: u16 = 443;
/// The port of EFS mount targets.
pub const NFS_PORT: u16 = 2049;

/// An IANA protocol number; source: flow log field `protocol` (version 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// ICMP.
    pub const ICMP: Self = Self(1);
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// ICMP for IPv6.
    pub const ICMPV6: Self = Self(58);
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ICMP => f.pad("ICMP"),
            Self::TCP => f.pad("TCP"),
            Self::UDP => f.pad("UDP"),
            Self::ICMPV6 => f.pad("ICMPv6"),
            Self(number) => write!(f, "protocol {number}"),
        }
    }
}
