//! Security groups: the traffic that an interface lets in and out. The filter lets replies back.

use ipnet::Ipv4Net;

use super::{Configuration, Header, net};
use crate::support::packets::{TCP, UDP};

/// The peers of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Addresses.
    Cidr(Ipv4Net),
    /// Interfaces that have this group.
    Group(String),
    /// The addresses of a prefix list.
    PrefixList(String),
}

impl Peer {
    /// Addresses as a script writes them.
    pub(crate) fn net(cidr: &str) -> Self {
        Self::Cidr(net(cidr))
    }

    /// 0.0.0.0/0.
    pub(crate) fn anyone() -> Self {
        Self::net("0.0.0.0/0")
    }

    /// The interfaces that have a group.
    pub(crate) fn group(id: &str) -> Self {
        Self::Group(id.to_owned())
    }

    /// The addresses of a prefix list.
    pub(crate) fn list(id: &str) -> Self {
        Self::PrefixList(id.to_owned())
    }
}

/// A rule of one direction; rules only allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// IANA number; any where `None`.
    pub(crate) protocol: Option<u8>,
    /// First and last destination port; of no meaning where any protocol is allowed.
    pub(crate) ports: (u16, u16),
    /// The peers that it allows.
    pub(crate) peer: Peer,
}

impl Rule {
    /// TCP to one port.
    pub(crate) fn tcp(port: u16, peer: Peer) -> Self {
        Self { protocol: Some(TCP), ports: (port, port), peer }
    }

    /// UDP to one port.
    pub(crate) fn udp(port: u16, peer: Peer) -> Self {
        Self { protocol: Some(UDP), ports: (port, port), peer }
    }

    /// Everything.
    pub(crate) fn all(peer: Peer) -> Self {
        Self { protocol: None, ports: (0, u16::MAX), peer }
    }
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// `GroupName`; where empty, the documents call it after its first user.
    pub(crate) name: String,
    /// Rules for what arrives.
    pub(crate) ingress: Vec<Rule>,
    /// Rules for what leaves.
    pub(crate) egress: Vec<Rule>,
}

impl Group {
    /// Lets everything through.
    pub(crate) fn open() -> Self {
        let all = || vec![Rule::all(Peer::anyone())];
        Self { name: String::new(), ingress: all(), egress: all() }
    }
}

impl Configuration {
    /// Whether any of `groups` lets a packet out (`egress`) or in; the peer has the groups `peers`.
    pub(crate) fn groups_admit(
        &self,
        groups: &[String],
        egress: bool,
        header: &Header,
        peers: &[String],
    ) -> bool {
        groups.iter().filter_map(|id| self.groups.get(id)).any(|group| {
            let rules = if egress { &group.egress } else { &group.ingress };
            rules.iter().any(|rule| self.admits(rule, egress, header, peers))
        })
    }

    fn admits(&self, rule: &Rule, egress: bool, header: &Header, peers: &[String]) -> bool {
        let far = if egress { header.dst.0 } else { header.src.0 };
        let (first, last) = rule.ports;
        let named = rule
            .protocol
            .is_none_or(|protocol| protocol == header.protocol && (first..=last).contains(&header.dst.1));
        named
            && match &rule.peer {
                Peer::Cidr(net) => net.contains(&far),
                Peer::Group(id) => peers.contains(id),
                Peer::PrefixList(id) => self.listed(id).iter().any(|net| net.contains(&far)),
            }
    }
}
