//! What an evaluation is asked, and what it says.

use std::net::IpAddr;

use crate::finding::{Hop, HopDecision};
use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, SecurityGroupId, SubnetId, VpcId,
};
use crate::model::protocol::Protocol;
use crate::model::route_table::RouteTarget;
use crate::model::service::Service;

/// Who sends the request: a task, as far as documents and records tell. Nothing is assumed where a field is `None`.
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

/// What it sends: one packet's addresses and ports; the reply has them swapped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Where it goes.
    pub destination: IpAddr,
    /// What answers there, as far as known: tells that an address is S3's where no prefix list's blocks are saved.
    pub service: Service,
    /// TCP, UDP or another.
    pub protocol: Protocol,
    /// The sender's port: replies go there.
    pub source_port: u16,
    /// The service's port.
    pub destination_port: u16,
}

/// How the request leaves the task's subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum NextHop {
    /// Inside the VPC.
    Local {
        /// The interface that has the destination's address, where a document names it.
        interface_id: Option<InterfaceId>,
        /// Whether it is in the task's own subnet, where no network ACL acts; none if not known.
        is_same_subnet: Option<bool>,
    },
    /// Through a gateway endpoint.
    GatewayEndpoint(EndpointId),
    /// Through an internet gateway.
    InternetGateway(InternetGatewayId),
    /// Through a NAT gateway.
    Nat(NatGatewayId),
    /// Out of sight.
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
    /// How the request leaves.
    pub way: NextHop,
    /// Every control, request first. Evaluation goes on after a denial, so that several controls in the way all show;
    /// it ends where there is no way on.
    pub hops: Vec<Hop>,
}

impl ConfiguredPath {
    /// The hops that deny, in the order packets meet them.
    pub fn denials(&self) -> impl Iterator<Item = &Hop> {
        self.hops.iter().filter(|hop| hop.decision == HopDecision::Denied)
    }

    /// Whether every control is known and lets the request and its reply through.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.hops.iter().all(|hop| hop.decision == HopDecision::Allowed)
    }
}
