//! An elastic network interface and its owner.

use std::fmt;
use std::net::IpAddr;

use crate::model::ids::{EndpointId, InstanceId, InterfaceId, SecurityGroupId, SubnetId, VpcId};

/// The owner of an interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterfaceKind {
    /// An ECS task in `awsvpc` mode, with the id of its attachment if the description contains it.
    Task {
        /// The last part of `arn:aws:ecs:…:attachment/<id>`.
        attachment: Option<String>,
    },
    /// An interface endpoint, with its id if the description contains it.
    Endpoint(Option<EndpointId>),
    /// A NAT gateway, with its id if the description contains it.
    NatGateway(Option<String>),
    /// A network or application load balancer.
    LoadBalancer,
    /// A transit gateway attachment.
    TransitGateway,
    /// A Gateway Load Balancer endpoint.
    GatewayLoadBalancerEndpoint,
    /// A Lambda function.
    Lambda,
    /// An EFS mount target.
    EfsMountTarget,
    /// A Route 53 Resolver endpoint.
    ResolverEndpoint,
    /// Anything else, for example an instance or an appliance.
    Other,
}

impl InterfaceKind {
    /// Whether it can be the interface of a task.
    #[must_use]
    pub fn is_task(&self) -> bool {
        matches!(self, Self::Task { .. })
    }

    /// Whether it is the interface of an interface endpoint.
    #[must_use]
    pub fn is_endpoint(&self) -> bool {
        matches!(self, Self::Endpoint(_))
    }

    /// Whether it is the interface of a NAT gateway.
    #[must_use]
    pub fn is_nat_gateway(&self) -> bool {
        matches!(self, Self::NatGateway(_))
    }

    /// The role of such an interface.
    #[must_use]
    pub fn role(&self) -> InterfaceRole {
        match self {
            Self::Task { .. } => InterfaceRole::Task,
            Self::Endpoint(_) => InterfaceRole::Endpoint,
            Self::NatGateway(_) => InterfaceRole::NatGateway,
            Self::LoadBalancer => InterfaceRole::LoadBalancer,
            Self::TransitGateway => InterfaceRole::TransitGateway,
            Self::GatewayLoadBalancerEndpoint => InterfaceRole::GatewayLoadBalancerEndpoint,
            Self::Lambda => InterfaceRole::Lambda,
            Self::EfsMountTarget => InterfaceRole::EfsMountTarget,
            Self::ResolverEndpoint => InterfaceRole::ResolverEndpoint,
            Self::Other => InterfaceRole::Other,
        }
    }
}

/// The role of an interface in the network, as reports name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InterfaceRole {
    /// The interface of an ECS task.
    Task,
    /// The interface of an interface endpoint.
    Endpoint,
    /// The interface of a NAT gateway.
    NatGateway,
    /// The interface of a network or application load balancer.
    LoadBalancer,
    /// The interface of a transit gateway attachment.
    TransitGateway,
    /// The interface of a Gateway Load Balancer endpoint.
    GatewayLoadBalancerEndpoint,
    /// The interface of a Lambda function.
    Lambda,
    /// An EFS mount target.
    EfsMountTarget,
    /// The interface of a Route 53 Resolver endpoint.
    ResolverEndpoint,
    /// The interface of an instance that routes lead to: a NAT instance, a firewall.
    Appliance,
    /// Another interface that a document describes, for example of an instance.
    Other,
    /// No document names the interface.
    #[default]
    Unknown,
}

impl InterfaceRole {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Endpoint => "endpoint",
            Self::NatGateway => "nat-gateway",
            Self::LoadBalancer => "load-balancer",
            Self::TransitGateway => "transit-gateway",
            Self::GatewayLoadBalancerEndpoint => "gateway-load-balancer-endpoint",
            Self::Lambda => "lambda",
            Self::EfsMountTarget => "efs-mount-target",
            Self::ResolverEndpoint => "resolver-endpoint",
            Self::Appliance => "appliance",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// Whether such an interface forwards packets, so that no destination of a task is its own.
    #[must_use]
    pub fn forwards(self) -> bool {
        matches!(
            self,
            Self::NatGateway | Self::TransitGateway | Self::GatewayLoadBalancerEndpoint | Self::Appliance
        )
    }
}

impl fmt::Display for InterfaceRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The value of a missing interface-id in records: a regional NAT gateway has no interface.
pub const NO_INTERFACE: &str = "-";

/// An interface as `describe-network-interfaces` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkInterface {
    /// `NetworkInterfaceId`.
    pub id: InterfaceId,
    /// From `InterfaceType`, `Description` and `RequesterManaged`.
    pub kind: InterfaceKind,
    /// Private addresses: the primary address first, then secondary and IPv6 addresses.
    pub addresses: Vec<IpAddr>,
    /// `Association.PublicIp` of the primary address.
    pub public_address: Option<IpAddr>,
    /// Whether there is an `Association` whose address cannot be read. Without an association there is no public address.
    pub hides_public_address: bool,
    /// `SubnetId`.
    pub subnet_id: Option<SubnetId>,
    /// `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `Groups[].GroupId`.
    pub group_ids: Vec<SecurityGroupId>,
    /// `Description`, as written.
    pub description: String,
    /// `SourceDestCheck`: whether the interface drops packets that are neither from nor to its own addresses.
    pub source_dest_check: Option<bool>,
    /// `Attachment.InstanceId`: the instance that has the interface.
    pub instance_id: Option<InstanceId>,
    /// `Attachment.DeviceIndex`: 0 is the primary interface of the instance.
    pub device_index: Option<u32>,
}

impl NetworkInterface {
    /// Whether it may forward the packets of others: the interface of an instance whose source/destination check is off.
    #[must_use]
    pub fn may_forward(&self) -> bool {
        self.kind == InterfaceKind::Other
            && self.instance_id.is_some()
            && self.source_dest_check == Some(false)
    }
}
