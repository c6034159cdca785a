//! The obstacle that follows from a hop that denies, and the cause that follows from the obstacle.

use crate::finding::{CauseId, Control, Hop, Leg, Side};
use crate::inventory::Inventory;
use crate::model::route_table::RouteTarget;
use crate::model::service::Service;
use crate::path::{ConfiguredPath, NextHop};

/// The kind of obstacle that stops a request or its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The security groups of the task.
    TaskGroups,
    /// The network ACL of the task's subnet, for packets that leave it.
    TaskAclOut,
    /// The network ACL of the task's subnet, for replies that enter it.
    TaskAclIn,
    /// The task's subnet has no usable route.
    Route,
    /// The route leads to an internet gateway and the task has no public address.
    PublicAddress,
    /// The NAT gateway, the network ACL of its subnet or the route table of its subnet.
    Nat,
    /// The endpoint is not available, or not on the route table.
    Endpoint,
    /// The security groups of the destination.
    FarGroups,
    /// The network ACL of the destination's subnet, for requests that enter it.
    FarAclIn,
    /// The network ACL of the destination's subnet, for packets that leave it.
    FarAclOut,
    /// The network ACL of the subnet of a transit gateway's attachment.
    TransitAcl,
    /// The table of the far side has no route back to the task.
    ReturnRoute,
}

impl Obstacle {
    /// The obstacle that a hop is if it denies, on a path whose request leaves through `next_hop`.
    pub(crate) fn of(inventory: &Inventory, next_hop: &NextHop, hop: &Hop) -> Option<Self> {
        if let Some(at_interface) = Self::at_interface(hop) {
            return Some(at_interface);
        }
        match (&hop.control, hop.side) {
            (Control::RouteTable { .. }, _) if hop.leg == Leg::Reply => Some(Self::ReturnRoute),
            (Control::NetworkAcl { .. }, Side::Transit) => Some(Self::TransitAcl),
            (_, Side::Nat) | (Control::NatGateway(_), _) => Some(Self::Nat),
            (Control::RouteTable { .. }, _) if leads_to_known_gateway(inventory, next_hop) => Some(Self::Nat),
            (Control::RouteTable { .. } | Control::InternetGateway(_), _) => Some(Self::Route),
            (Control::PublicAddress(_), _) => Some(Self::PublicAddress),
            (Control::Endpoint(_), _) => Some(Self::Endpoint),
            _ => None,
        }
    }

    /// The obstacle that a security group or a network ACL at the task's or the destination's interface is.
    pub(crate) fn at_interface(hop: &Hop) -> Option<Self> {
        match (&hop.control, hop.side, hop.leg) {
            (Control::SecurityGroups { .. }, Side::Task, _) => Some(Self::TaskGroups),
            (Control::SecurityGroups { .. }, Side::Destination, _) => Some(Self::FarGroups),
            (Control::NetworkAcl { .. }, Side::Task, Leg::Request) => Some(Self::TaskAclOut),
            (Control::NetworkAcl { .. }, Side::Task, Leg::Reply) => Some(Self::TaskAclIn),
            (Control::NetworkAcl { .. }, Side::Destination, Leg::Request) => Some(Self::FarAclIn),
            (Control::NetworkAcl { .. }, Side::Destination, Leg::Reply) => Some(Self::FarAclOut),
            _ => None,
        }
    }

    /// The cause of a failure that this obstacle alone explains.
    pub(crate) fn cause(self, service: &Service) -> CauseId {
        match self {
            filter if *service == Service::Dns && filter.is_filter() => CauseId::DnsBlocked,
            Self::TaskGroups => CauseId::TaskSgBlocksEgress,
            Self::TaskAclOut => CauseId::TaskNaclBlocksEgress,
            Self::TaskAclIn => CauseId::TaskNaclBlocksReturn,
            Self::Route => CauseId::NoRoute,
            Self::PublicAddress => CauseId::NoPublicIp,
            Self::Nat => CauseId::NatBroken,
            Self::Endpoint if *service == Service::S3 => CauseId::S3GatewayMissing,
            Self::Endpoint => CauseId::EndpointMissing,
            Self::FarGroups => CauseId::EndpointSgBlocksIngress,
            Self::FarAclIn => CauseId::EndpointNaclBlocksIngress,
            Self::FarAclOut => CauseId::EndpointNaclBlocksReturn,
            Self::TransitAcl => CauseId::TransitNaclBlocks,
            Self::ReturnRoute => CauseId::NoReturnRoute,
        }
    }

    /// The cause of failed queries to a DNS server. If queries over UDP pass, only answers that are too long for UDP fail.
    pub(crate) fn cause_of_queries(self, is_tcp_only: bool) -> CauseId {
        match self.cause(&Service::Dns) {
            CauseId::DnsBlocked if is_tcp_only => CauseId::DnsTcpBlocked,
            cause => cause,
        }
    }

    /// Whether it is a security group or a network ACL, which filter by port.
    fn is_filter(self) -> bool {
        !matches!(self, Self::Route | Self::PublicAddress | Self::Nat | Self::Endpoint | Self::ReturnRoute)
    }
}

/// Whether a blackhole led to a NAT gateway that a document still describes. Otherwise the blackhole is the fault of the
/// route.
fn leads_to_known_gateway(inventory: &Inventory, next_hop: &NextHop) -> bool {
    match next_hop {
        NextHop::Blackhole(RouteTarget::NatGateway(id)) => inventory.nat_gateways.contains_key(id),
        _ => false,
    }
}

/// The denial that ends the route of a request, behind the groups and the network ACL of the task: without it, opening those
/// does not help.
pub(crate) fn end_of_route(path: &ConfiguredPath) -> Option<&Hop> {
    path.denials().find(|hop| match &hop.control {
        Control::RouteTable { .. } | Control::PublicAddress(_) => hop.side == Side::Task,
        Control::NatGateway(_) | Control::InternetGateway(_) => true,
        _ => hop.side == Side::Nat,
    })
}
