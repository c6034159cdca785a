//! Route tables: the next hop of packets that leave a subnet.

use ipnet::Ipv4Net;

use super::{VPC_CIDR, net};
use crate::support::vpc::Eni;

/// The destination of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Addresses.
    Cidr(Ipv4Net),
    /// The addresses of a prefix list.
    PrefixList(String),
}

/// The target of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To the VPC itself.
    Local,
    /// To the attached internet gateway.
    InternetGateway,
    /// To the NAT gateway of this interface.
    Nat(Eni),
    /// To a NAT gateway that no longer exists: `State` is `blackhole`.
    DeletedNat(String),
    /// To the S3 gateway endpoint.
    S3Gateway,
    /// To a transit gateway, and any network behind it.
    TransitGateway(String),
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// Its destination.
    pub(crate) destination: Destination,
    /// Its target.
    pub(crate) target: Target,
}

/// A route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RouteTable {
    /// `rtb-…`.
    pub(crate) id: String,
    /// Its `Name` tag.
    pub(crate) name: &'static str,
    /// Its routes.
    pub(crate) routes: Vec<Route>,
}

impl RouteTable {
    /// A table with the local route alone.
    pub(crate) fn local(id: String, name: &'static str) -> Self {
        let local = Route { destination: Destination::Cidr(net(VPC_CIDR)), target: Target::Local };
        Self { id, name, routes: vec![local] }
    }

    /// Sets the default route; `None` removes it.
    pub(crate) fn default_route(&mut self, target: Option<Target>) {
        let everywhere = Destination::Cidr(net("0.0.0.0/0"));
        self.routes.retain(|route| route.destination != everywhere);
        self.routes.extend(target.map(|target| Route { destination: everywhere, target }));
    }
}
