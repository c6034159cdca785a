//! One side of a conversation, as the rules of the other side match it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use crate::model::ids::{SecurityGroupId, VpcId};
use crate::model::service::Service;

/// The security groups of a side's interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Membership {
    /// Its groups.
    Groups(Vec<SecurityGroupId>),
    /// It is outside this VPC, so that none of this VPC's groups can be its own.
    Outside(VpcId),
    /// Unknown, with the document that would show it.
    Unknown(String),
}

/// A sender or a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Peer {
    /// Its name in sentences: its address, or a description.
    pub(super) name: String,
    /// Whether its address is an IPv6 address.
    pub(super) is_v6: bool,
    /// Blocks that contain its address: the address alone if it is known, the blocks of its subnet if only the subnet is known,
    /// otherwise empty.
    pub(super) blocks: Vec<IpNet>,
    /// Blocks that certainly do not contain its address.
    pub(super) elsewhere: Vec<IpNet>,
    /// Its groups.
    pub(super) membership: Membership,
    /// The service at this address.
    pub(super) service: Service,
    /// Whether it is inside the sender's VPC.
    pub(super) is_inside: Option<bool>,
}

impl Peer {
    /// Its address, where it is known exactly.
    pub(super) fn address(&self) -> Option<IpAddr> {
        match self.blocks.as_slice() {
            [one] if one.prefix_len() == one.max_prefix_len() => Some(one.addr()),
            _ => None,
        }
    }

    /// Whether a block holds its address.
    pub(super) fn lies_in(&self, block: &IpNet) -> Option<bool> {
        if matches!(block, IpNet::V6(_)) != self.is_v6 {
            return Some(false);
        }
        if block.prefix_len() == 0 {
            return Some(true);
        }
        if self.elsewhere.iter().any(|other| other.contains(block)) {
            return Some(false);
        }
        let overlaps = |own: &IpNet| own.contains(block) || block.contains(own);
        match self.blocks.as_slice() {
            [] => None,
            own if own.iter().all(|own| block.contains(own)) => Some(true),
            own if !own.iter().any(overlaps) => Some(false),
            _ => None,
        }
    }

    /// The document that would show its address.
    pub(super) fn address_needed(&self) -> String {
        if self.is_inside == Some(false) && self.address().is_none() {
            return format!("which of {} is used", self.name);
        }
        format!("the exact address of {}", self.name)
    }
}

/// Whether only private networks use an address, or a NAT gateway has to translate it. Inside a VPC, the blocks of the VPC
/// decide instead.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let is_shared = matches!(v4.octets(), [100, 64..=127, ..]);
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || is_shared
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local() || embedded(v6).is_some(),
    }
}

/// The address that a NAT gateway sends to for this destination: the IPv4 address in one of 64:ff9b::/96, else the same.
#[must_use]
pub fn translated(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => embedded(v6).map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Whether an address is one of NAT64: a NAT gateway translates it.
#[must_use]
pub fn is_nat64(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if embedded(address).is_some())
}

/// The IPv4 address in one of DNS64's: services without IPv6 get an address of its prefix that ends in theirs.
pub(super) fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_an_address_or_the_subnet_it_is_in() {
        let check = |blocks: &[&str], block: &str, want| {
            let blocks: Vec<IpNet> = blocks.iter().map(|block| block.parse().unwrap()).collect();
            let peer = Peer {
                name: "x".to_owned(),
                is_v6: blocks.first().is_some_and(|block| matches!(block, IpNet::V6(_))),
                blocks,
                elsewhere: Vec::new(),
                membership: Membership::Groups(Vec::new()),
                service: Service::Unknown,
                is_inside: None,
            };
            assert_eq!(peer.lies_in(&block.parse().unwrap()), want, "{peer:?} {block}");
        };
        check(&["10.0.1.5/32"], "10.0.1.0/24", Some(true));
        check(&["10.0.1.5/32"], "10.0.2.0/24", Some(false));
        check(&["10.0.1.5/32"], "::/0", Some(false));
        check(&["10.0.1.0/24"], "10.0.0.0/16", Some(true));
        check(&["10.0.1.0/24"], "10.0.1.0/25", None);
        check(&["10.0.1.0/24"], "10.0.2.0/25", Some(false));
        check(&["10.0.1.0/24", "10.1.0.0/24"], "10.0.0.0/16", None);
        check(&[], "10.0.0.0/8", None);
        check(&[], "0.0.0.0/0", Some(true));
        check(&["2001:db8::5/128"], "::/0", Some(true));
        check(&["2001:db8::5/128"], "0.0.0.0/0", Some(false));
    }
}
