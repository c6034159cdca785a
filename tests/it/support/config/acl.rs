//! Network ACLs: numbered entries at the edge of a subnet. The first entry that matches decides, and there is no state.

use ipnet::Ipv4Net;

use super::{Header, net};

/// A numbered entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// `RuleNumber`.
    pub(crate) number: u16,
    /// Whether it applies to packets that leave the subnet, and not to those that enter it.
    pub(crate) egress: bool,
    /// `allow` or `deny`.
    pub(crate) allow: bool,
    /// IANA number; any where `None`.
    pub(crate) protocol: Option<u8>,
    /// First and last destination port.
    pub(crate) ports: (u16, u16),
    /// The far addresses.
    pub(crate) cidr: Ipv4Net,
}

/// A network ACL. The deny of everything at its end is implied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acl {
    /// `acl-…`.
    pub(crate) id: String,
    /// Whether it is the VPC's default.
    pub(crate) is_default: bool,
    /// Its entries, in no order.
    pub(crate) entries: Vec<Entry>,
}

impl Acl {
    /// Lets everything through.
    pub(crate) fn open(id: String, is_default: bool) -> Self {
        let mut acl = Self { id, is_default, entries: Vec::new() };
        acl.allow_all(true);
        acl.allow_all(false);
        acl
    }

    /// Entry 100: everything in one direction.
    pub(crate) fn allow_all(&mut self, egress: bool) {
        self.add(100, egress, true, None, (0, u16::MAX), "0.0.0.0/0");
    }

    /// Adds an entry.
    pub(crate) fn add(
        &mut self,
        number: u16,
        egress: bool,
        allow: bool,
        protocol: Option<u8>,
        ports: (u16, u16),
        cidr: &str,
    ) {
        let cidr = net(cidr);
        self.entries.push(Entry { number, egress, allow, protocol, ports, cidr });
    }

    /// Removes the entries of one direction.
    pub(crate) fn clear(&mut self, egress: bool) {
        self.entries.retain(|entry| entry.egress != egress);
    }

    /// Whether a packet is allowed.
    pub(crate) fn passes(&self, egress: bool, header: &Header) -> bool {
        let far = if egress { header.dst.0 } else { header.src.0 };
        let matches = |entry: &&Entry| {
            let (first, last) = entry.ports;
            entry.egress == egress
                && entry.protocol.is_none_or(|protocol| {
                    protocol == header.protocol && (first..=last).contains(&header.dst.1)
                })
                && entry.cidr.contains(&far)
        };
        let first = self.entries.iter().filter(matches).min_by_key(|entry| entry.number);
        first.is_some_and(|entry| entry.allow)
    }
}
