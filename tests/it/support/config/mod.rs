//! The configuration of a network: groups, ACLs, routes, gateways, names.
//!
//! Everything is allowed unless a script restricts it, so that a scenario states only its special settings. Ids come from
//! their own random numbers, so that a configuration changes nothing else in a scenario.

mod acl;
mod group;
mod names;
mod routes;
mod script;
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::support::rng::Rng;
use crate::support::vpc::REGION;

pub(crate) use acl::{Acl, Entry};
pub(crate) use group::{Group, Peer, Rule};
pub(crate) use names::Names;
pub(crate) use routes::{Destination, Route, RouteTable, Target};

/// The addresses of the VPC.
pub(crate) const VPC_CIDR: &str = "10.40.0.0/16";
/// The addresses of S3 in this Region.
pub(crate) const S3_CIDR: &str = "52.218.0.0/17";

/// The values that a filter checks: the real addresses and ports of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// IANA number.
    pub(crate) protocol: u8,
    /// Source.
    pub(crate) src: (Ipv4Addr, u16),
    /// Destination.
    pub(crate) dst: (Ipv4Addr, u16),
}

/// A managed prefix list of AWS.
#[derive(Clone, Debug)]
pub(crate) struct PrefixList {
    /// `pl-…`.
    pub(crate) id: String,
    /// `com.amazonaws.eu-west-1.s3`.
    pub(crate) name: String,
    /// Its entries.
    pub(crate) cidrs: Vec<Ipv4Net>,
}

/// A NAT gateway's `State`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum NatState {
    /// It works.
    #[default]
    Available,
    /// It was never created; its interface does not exist.
    Failed,
    /// It is being deleted and forwards nothing.
    Deleting,
    /// It was deleted so long ago that no document has it.
    Gone,
}

/// An interface endpoint of another VPC, which serves no task of this one.
#[derive(Clone, Debug)]
pub(crate) struct ForeignEndpoint {
    /// `vpce-…`.
    pub(crate) id: String,
    /// The service.
    pub(crate) service: &'static str,
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// `subnet-…`.
    pub(crate) subnet: String,
    /// `eni-…`.
    pub(crate) interface: String,
}

/// The configuration of a VPC.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    rng: Rng,
    /// Security groups by id.
    pub(crate) groups: BTreeMap<String, Group>,
    /// Network ACLs, the default one first.
    pub(crate) acls: Vec<Acl>,
    /// Route tables, the main one first.
    pub(crate) tables: Vec<RouteTable>,
    /// The attached internet gateway.
    pub(crate) internet_gateway: Option<String>,
    /// The S3 gateway endpoint, whether or not a route leads to it.
    pub(crate) s3_gateway: Option<String>,
    /// AWS's prefix lists, S3's first.
    pub(crate) prefix_lists: Vec<PrefixList>,
    /// NAT gateways that are not available.
    pub(crate) nat_states: BTreeMap<String, NatState>,
    /// Interface endpoints that have been deleted.
    pub(crate) deleted_endpoints: BTreeSet<String>,
    /// Interface endpoints of another VPC of the account.
    pub(crate) foreign_endpoints: Vec<ForeignEndpoint>,
    /// Name resolution.
    pub(crate) names: Names,
}

impl Configuration {
    /// An open one: the default ACL, the main table with its local route, no gateway.
    pub(crate) fn open(vpc: &str) -> Self {
        let digits = &vpc[vpc.len() - 16..];
        let mut rng = Rng::new(u64::from_str_radix(digits, 16).expect("an id has 16 digits") ^ 0xC0F6);
        let list = |id: &str, service: &str, cidrs: &[&str]| PrefixList {
            id: id.into(),
            name: format!("com.amazonaws.{REGION}.{service}"),
            cidrs: cidrs.iter().map(|cidr| net(cidr)).collect(),
        };
        Self {
            groups: BTreeMap::new(),
            acls: vec![Acl::open(rng.id("acl"), true)],
            tables: vec![RouteTable::local(rng.id("rtb"), "main")],
            internet_gateway: None,
            s3_gateway: None,
            prefix_lists: vec![
                list("pl-6da54004", "s3", &["3.5.64.0/21", "52.92.0.0/17", S3_CIDR]),
                list("pl-6fa54006", "dynamodb", &["52.94.24.0/23", "52.119.240.0/21"]),
            ],
            nat_states: BTreeMap::new(),
            deleted_endpoints: BTreeSet::new(),
            foreign_endpoints: Vec::new(),
            names: Names::working(),
            rng,
        }
    }

    /// A new id.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        self.rng.id(prefix)
    }

    /// The id of S3's prefix list.
    pub(crate) fn s3_list(&self) -> &str {
        &self.prefix_lists[0].id
    }

    /// The networks of a prefix list.
    pub(crate) fn listed(&self, id: &str) -> &[Ipv4Net] {
        self.prefix_lists.iter().find(|list| list.id == id).map_or(&[], |list| &list.cidrs)
    }

    /// A NAT gateway's state.
    pub(crate) fn nat_state(&self, gateway: &str) -> NatState {
        self.nat_states.get(gateway).copied().unwrap_or_default()
    }

    /// Where a packet to `address` goes by a table.
    pub(crate) fn route(&self, table: usize, address: Ipv4Addr) -> Option<&Route> {
        let matched = |route: &Route| self.prefix(&route.destination, address);
        let routes = self.tables[table].routes.iter();
        routes.filter(|route| matched(route).is_some()).max_by_key(|route| matched(route))
    }

    /// The length of the longest network of a destination that holds `address`.
    fn prefix(&self, destination: &Destination, address: Ipv4Addr) -> Option<u8> {
        let longest = |nets: &[Ipv4Net]| {
            nets.iter().filter(|net| net.contains(&address)).map(Ipv4Net::prefix_len).max()
        };
        match destination {
            Destination::Cidr(net) => longest(&[*net]),
            Destination::PrefixList(id) => longest(self.listed(id)),
        }
    }
}

/// Parses a network in the notation of scripts.
pub(crate) fn net(cidr: &str) -> Ipv4Net {
    cidr.parse().expect("a network of a script")
}
