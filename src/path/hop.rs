//! What an evaluation is asked, and what it says.

use std::net::IpAddr;

use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, NetworkAclId, RouteTableId, SecurityGroupId,
    SubnetId, VpcId,
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

/// Which half of the conversation a hop is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leg {
    /// From the task.
    Request,
    /// Back to it.
    Reply,
}

/// Whose control it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The task's interface and subnet.
    Task,
    /// The NAT gateway's subnet.
    Nat,
    /// The destination's interface and subnet, inside the VPC.
    Destination,
}

/// A control that packets meet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Control {
    /// The security groups of an interface, all of them together.
    SecurityGroups {
        /// Their ids; empty where they are not known.
        ids: Vec<SecurityGroupId>,
        /// The interface they protect.
        interface_id: Option<InterfaceId>,
    },
    /// The network ACL of a subnet.
    NetworkAcl {
        /// Its id; none where no document names it.
        id: Option<NetworkAclId>,
        /// The subnet.
        subnet_id: Option<SubnetId>,
    },
    /// The effective route table of a subnet.
    RouteTable {
        /// Its id; none where no document names it.
        id: Option<RouteTableId>,
        /// The subnet.
        subnet_id: Option<SubnetId>,
    },
    /// An internet gateway.
    InternetGateway(InternetGatewayId),
    /// The public address that an internet gateway needs of an interface.
    PublicAddress(Option<InterfaceId>),
    /// A NAT gateway.
    NatGateway(NatGatewayId),
    /// A gateway endpoint, or an interface endpoint's own state.
    Endpoint(EndpointId),
    /// An interface endpoint's interface whose endpoint no document names.
    Interface(InterfaceId),
    /// A way whose far side no document shows: peering, transit gateway, appliance, virtual private gateway.
    Beyond(RouteTarget),
}

/// What a control says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passage {
    /// It lets the packet through.
    Allowed,
    /// It does not.
    Denied,
    /// A document is missing: which one, as in "describe-network-acls of subnet-1".
    Unknown {
        /// What would tell.
        needs: String,
    },
    /// The packet leaves what documents of this VPC can show; further hops are not known.
    Beyond,
}

/// One control on the way, in the order packets meet them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    /// Which half of the conversation.
    pub leg: Leg,
    /// Whose.
    pub side: Side,
    /// Whether the packet leaves the interface or subnet here; otherwise it enters.
    pub is_outbound: bool,
    /// The control.
    pub control: Control,
    /// What it says.
    pub passage: Passage,
    /// The rule, entry or route that decided, as printed by the model; none where nothing matched.
    pub rule: Option<String>,
    /// One clause, as in "no egress rule of sg-1 allows TCP 443 to 10.40.12.36".
    pub because: String,
}

/// How the request leaves the task's subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
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
    Beyond(RouteTarget),
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
    pub way: Way,
    /// Every control, request first. Evaluation goes on after a denial, so that several controls in the way all show;
    /// it ends where there is no way on.
    pub hops: Vec<Hop>,
}

impl ConfiguredPath {
    /// The hops that deny, in the order packets meet them.
    pub fn denials(&self) -> impl Iterator<Item = &Hop> {
        self.hops.iter().filter(|hop| hop.passage == Passage::Denied)
    }

    /// Whether every control is known and lets the request and its reply through.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.hops.iter().all(|hop| hop.passage == Passage::Allowed)
    }
}
