//! A control on the configured path of a packet, and its decision.

use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, NetworkAclId, RouteTableId, SecurityGroupId,
    SubnetId, TransitGatewayId,
};
use crate::model::route_table::RouteTarget;

/// The half of a conversation that a hop is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leg {
    /// From the task.
    Request,
    /// Back to the task.
    Reply,
}

impl Leg {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Reply => "reply",
        }
    }
}

/// The part of the network that a control protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The task's interface and subnet.
    Task,
    /// The subnet of the NAT gateway or of the appliance, and the appliance's own interface.
    Nat,
    /// The subnet of a transit gateway's attachment.
    Transit,
    /// The destination's interface and subnet, in this VPC or in another one.
    Destination,
}

impl Side {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Nat => "nat",
            Self::Transit => "transit",
            Self::Destination => "destination",
        }
    }
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
    /// `SourceDestCheck` of an appliance's interface.
    SourceDestCheck(InterfaceId),
    /// An instance that forwards packets, by its interface: its software.
    Appliance(InterfaceId),
    /// The routes of a transit gateway between two VPCs that documents show.
    TransitGateway(TransitGatewayId),
    /// The firewall behind an endpoint that a route leads to.
    Firewall(EndpointId),
    /// A next hop whose far side no document shows: peering, transit gateway, appliance, virtual private gateway.
    External(RouteTarget),
}

/// The kind of a control, without its ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlKind {
    /// The security groups of an interface.
    SecurityGroup,
    /// The network ACL of a subnet.
    NetworkAcl,
    /// A route table.
    RouteTable,
    /// An internet gateway.
    InternetGateway,
    /// The public address of an interface.
    PublicAddress,
    /// A NAT gateway.
    NatGateway,
    /// A VPC endpoint.
    Endpoint,
    /// An interface.
    Interface,
    /// The source/destination check of an interface.
    SourceDestCheck,
    /// An instance that forwards packets.
    Appliance,
    /// The routes of a transit gateway.
    TransitGateway,
    /// A firewall.
    Firewall,
    /// A next hop beyond the documents of this VPC.
    External,
}

impl ControlKind {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecurityGroup => "security-group",
            Self::NetworkAcl => "network-acl",
            Self::RouteTable => "route-table",
            Self::InternetGateway => "internet-gateway",
            Self::PublicAddress => "public-address",
            Self::NatGateway => "nat-gateway",
            Self::Endpoint => "vpc-endpoint",
            Self::Interface => "interface",
            Self::SourceDestCheck => "source-dest-check",
            Self::Appliance => "appliance",
            Self::TransitGateway => "transit-gateway",
            Self::Firewall => "firewall",
            Self::External => "external",
        }
    }

    /// Whether such a control has rules of its own for each direction.
    #[must_use]
    pub fn has_direction(self) -> bool {
        matches!(self, Self::SecurityGroup | Self::NetworkAcl)
    }
}

impl Control {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> ControlKind {
        match self {
            Self::SecurityGroups { .. } => ControlKind::SecurityGroup,
            Self::NetworkAcl { .. } => ControlKind::NetworkAcl,
            Self::RouteTable { .. } => ControlKind::RouteTable,
            Self::InternetGateway(_) => ControlKind::InternetGateway,
            Self::PublicAddress(_) => ControlKind::PublicAddress,
            Self::NatGateway(_) => ControlKind::NatGateway,
            Self::Endpoint(_) => ControlKind::Endpoint,
            Self::Interface(_) => ControlKind::Interface,
            Self::SourceDestCheck(_) => ControlKind::SourceDestCheck,
            Self::Appliance(_) => ControlKind::Appliance,
            Self::TransitGateway(_) => ControlKind::TransitGateway,
            Self::Firewall(_) => ControlKind::Firewall,
            Self::External(_) => ControlKind::External,
        }
    }

    /// Its ids: several where an interface has several groups, none where no document names it.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        let optional = |id: Option<String>| id.into_iter().collect();
        match self {
            Self::SecurityGroups { ids, .. } => ids.iter().map(ToString::to_string).collect(),
            Self::NetworkAcl { id, .. } => optional(id.as_ref().map(ToString::to_string)),
            Self::RouteTable { id, .. } => optional(id.as_ref().map(ToString::to_string)),
            Self::PublicAddress(id) => optional(id.as_ref().map(ToString::to_string)),
            Self::InternetGateway(id) => vec![id.to_string()],
            Self::NatGateway(id) => vec![id.to_string()],
            Self::Endpoint(id) | Self::Firewall(id) => vec![id.to_string()],
            Self::Interface(id) | Self::SourceDestCheck(id) | Self::Appliance(id) => vec![id.to_string()],
            Self::TransitGateway(id) => vec![id.to_string()],
            Self::External(target) => vec![target.to_string()],
        }
    }
}

/// The decision of a control on a packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HopDecision {
    /// The control lets the packet through.
    Allowed,
    /// The control drops the packet.
    Denied,
    /// A document is missing: which one, as in "describe-network-acls of subnet-1".
    Unknown {
        /// The document that decides it.
        needs: String,
    },
    /// The packet leaves what documents of this VPC can show; further hops are not known.
    External,
}

/// One control on the configured path of a request or of its reply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    /// The half of the conversation.
    pub leg: Leg,
    /// The part of the network it protects.
    pub side: Side,
    /// Whether the packet leaves the interface or subnet here; otherwise it enters.
    pub is_outbound: bool,
    /// The control.
    pub control: Control,
    /// Its decision.
    pub decision: HopDecision,
    /// The rule, entry or route that decided, as printed by the model; none if no rule matched.
    pub rule: Option<String>,
    /// One clause, as in "no egress rule of sg-1 allows TCP 443 to 10.40.12.36".
    pub reason: String,
}

/// The missing fact if a control lets only a part of the possible ports through.
pub(crate) const PORT_NEEDED: &str = "the port that is used";

impl Hop {
    /// Whether the control lets only a part of the possible ports through.
    #[must_use]
    pub fn is_partly_open(&self) -> bool {
        self.needs() == Some(PORT_NEEDED)
    }

    /// `outbound` or `inbound`, seen from the interface or subnet that the control protects.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        if self.is_outbound { "outbound" } else { "inbound" }
    }

    /// Whether the control drops the packet.
    #[must_use]
    pub fn denies(&self) -> bool {
        self.decision == HopDecision::Denied
    }

    /// Whether the packet passes. It passes the software of an appliance or a firewall and the routes of a transit gateway as far as
    /// documents show: they do not describe them.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        let is_undescribed =
            matches!(self.control, Control::Appliance(_) | Control::TransitGateway(_) | Control::Firewall(_));
        self.decision == HopDecision::Allowed || is_undescribed && self.decision == HopDecision::External
    }

    /// The document without which its decision is not known.
    #[must_use]
    pub fn needs(&self) -> Option<&str> {
        match &self.decision {
            HopDecision::Unknown { needs } => Some(needs),
            _ => None,
        }
    }

    /// The reason, with the missing document if there is one.
    #[must_use]
    pub fn statement(&self) -> String {
        match self.needs() {
            Some(needs) => format!("{} (missing: {needs})", self.reason),
            None => self.reason.clone(),
        }
    }
}

impl HopDecision {
    /// The name in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Unknown { .. } => "unknown",
            Self::External => "external",
        }
    }
}
