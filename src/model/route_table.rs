//! A route table as `describe-route-tables` shows it.

use std::fmt;

use ipnet::IpNet;

use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, PeeringId, PrefixListId, RouteTableId,
    SubnetId, TransitGatewayId, VpcId,
};

/// A route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// `RouteTableId`.
    pub id: RouteTableId,
    /// `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `Associations[].Main`: whether it applies to subnets without an associated table.
    pub is_main: bool,
    /// `Associations[].SubnetId`.
    pub subnet_ids: Vec<SubnetId>,
    /// `Associations[].RouteTableAssociationId`, each with its subnet: CloudTrail names associations by these ids.
    pub association_ids: Vec<(String, SubnetId)>,
    /// `Routes`.
    pub routes: Vec<Route>,
    /// Whether one document shows all of its routes. Only complete routes determine where packets go.
    pub is_whole: bool,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The destination of packets.
    pub destination: RouteDestination,
    /// The target that receives them.
    pub target: RouteTarget,
    /// Whether `State` is `blackhole`: the target no longer exists.
    pub is_blackhole: bool,
}

/// `DestinationCidrBlock`, `DestinationIpv6CidrBlock` or `DestinationPrefixListId`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteDestination {
    /// An address block.
    Block(IpNet),
    /// A prefix list.
    PrefixList(PrefixListId),
}

/// The target of a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteTarget {
    /// `GatewayId: local`: the VPC itself.
    Local,
    /// `GatewayId: igw-…`.
    InternetGateway(InternetGatewayId),
    /// `GatewayId: vpce-…`: a gateway endpoint, or a Gateway Load Balancer endpoint.
    Endpoint(EndpointId),
    /// `NatGatewayId`.
    NatGateway(NatGatewayId),
    /// `TransitGatewayId`.
    TransitGateway(TransitGatewayId),
    /// `VpcPeeringConnectionId`.
    Peering(PeeringId),
    /// `NetworkInterfaceId`, with or without `InstanceId`: an appliance, a NAT instance.
    Interface(InterfaceId),
    /// Another target, as AWS writes it: a virtual private gateway, an egress-only internet gateway, a local gateway, …
    Other(String),
}

impl fmt::Display for RouteDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block(block) => block.fmt(f),
            Self::PrefixList(id) => id.fmt(f),
        }
    }
}

impl fmt::Display for RouteTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::InternetGateway(id) => id.fmt(f),
            Self::Endpoint(id) => id.fmt(f),
            Self::NatGateway(id) => id.fmt(f),
            Self::TransitGateway(id) => id.fmt(f),
            Self::Peering(id) => id.fmt(f),
            Self::Interface(id) => id.fmt(f),
            Self::Other(id) => f.write_str(id),
        }
    }
}

/// `0.0.0.0/0 -> nat-0a1b`, with ` (blackhole)` if the target no longer exists.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.destination, self.target)?;
        if self.is_blackhole { f.write_str(" (blackhole)") } else { Ok(()) }
    }
}
