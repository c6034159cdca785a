//! The input and the result of an evaluation.

use std::net::IpAddr;

use crate::finding::{Hop, HopDecision};
use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, SecurityGroupId, SubnetId, VpcId,
};
use crate::model::protocol::Protocol;
use crate::model::route_table::RouteTarget;
use crate::model::service::Service;

/// The sender of the request: a task, as far as documents and records describe it. A field that is `None` is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// Its interface.
    pub interface_id: Option<InterfaceId>,
    /// Its private addresses, the primary first; the one of the request's family is the source.
    pub addresses: Vec<IpAddr>,
    /// Its subnet.
    pub subnet_id: Option<SubnetId>,
    /// Its VPC.
    pub vpc_id: Option<VpcId>,
    /// Its security groups.
    pub group_ids: Option<Vec<SecurityGroupId>>,
    /// Whether its interface has a public IPv4 address.
    pub has_public_address: Option<bool>,
}

/// The request: addresses and ports of one packet. The reply has them swapped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Its destination.
    pub destination: IpAddr,
    /// The service at the destination, if known. It identifies an address of S3 if no blocks of a prefix list are saved.
    pub service: Service,
    /// TCP, UDP or another.
    pub protocol: Protocol,
    /// The sender's port: replies go there.
    pub source_port: u16,
    /// The service's port.
    pub destination_port: u16,
}

/// The next hop of a request that leaves the task's subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum NextHop {
    /// Inside the VPC.
    Local {
        /// The interface with the destination's address, if a document names it.
        interface_id: Option<InterfaceId>,
        /// Whether it is in the task's own subnet, where no network ACL applies; none if unknown.
        is_same_subnet: Option<bool>,
    },
    /// Through a gateway endpoint.
    GatewayEndpoint(EndpointId),
    /// Through an internet gateway.
    InternetGateway(InternetGatewayId),
    /// Through a NAT gateway.
    Nat(NatGatewayId),
    /// Through an instance with this interface: a NAT instance, a firewall.
    Appliance(InterfaceId),
    /// To a network that no document shows.
    External(RouteTarget),
    /// To a target that is gone.
    Blackhole(RouteTarget),
    /// No route matches.
    NoRoute,
    /// The route table is not known.
    #[default]
    Unknown,
}

/// The configured path of a request and its reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfiguredPath {
    /// The next hop of the request.
    pub next_hop: NextHop,
    /// Every control, request first. Evaluation continues after a denial, so that all blocking controls are found; it ends
    /// where packets cannot continue.
    pub hops: Vec<Hop>,
}

impl ConfiguredPath {
    /// The hops that deny, in the order packets meet them.
    pub fn denials(&self) -> impl Iterator<Item = &Hop> {
        self.hops.iter().filter(|hop| hop.decision == HopDecision::Denied)
    }

    /// Whether every control is known and lets the request and its reply through. The software of an appliance is not one of
    /// them, because no document describes it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.hops.iter().all(Hop::is_passed)
    }
}
