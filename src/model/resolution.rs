//! Name resolution of a VPC: its DHCP options, and the queries of the Resolver.

use std::net::IpAddr;

use crate::model::ids::{DhcpOptionsId, VpcId};
use crate::model::time::Timestamp;

/// DHCP options as `describe-dhcp-options` shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DhcpOptions {
    /// `DhcpOptionsId`.
    pub id: DhcpOptionsId,
    /// `domain-name-servers`, in their order: empty if the option is not set, none if a part of the options is missing or
    /// unreadable.
    pub name_servers: Option<Vec<NameServer>>,
}

/// A DNS server in the DHCP options of a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameServer {
    /// `AmazonProvidedDNS`: flow logs do not record queries to it.
    Amazon,
    /// A custom server.
    Address(IpAddr),
}

/// One line of a Route 53 Resolver query log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResolverQuery {
    /// `query_timestamp`.
    pub at: Timestamp,
    /// `vpc_id`.
    pub vpc_id: Option<VpcId>,
    /// `srcaddr`.
    pub source: Option<IpAddr>,
    /// `query_name`, without the final period.
    pub name: String,
    /// `query_type`: `A`, `AAAA`, …
    pub kind: String,
    /// `rcode`: `NOERROR`, `NXDOMAIN`, `SERVFAIL`, …
    pub response_code: String,
    /// `answers[].Rdata` that are addresses.
    pub addresses: Vec<IpAddr>,
    /// The file of the record.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
}
