//! An elastic network interface and what it belongs to.

use std::fmt;
use std::net::IpAddr;

use crate::model::ids::{EndpointId, InterfaceId, SecurityGroupId, SubnetId, VpcId};

/// What an interface belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterfaceKind {
    /// An ECS task in `awsvpc` mode; the id of its attachment where the description names it.
    Task {
        /// The last part of `arn:aws:ecs:…:attachment/<id>`.
        attachment: Option<String>,
    },
    /// An interface endpoint, and its id where the description names it.
    Endpoint(Option<EndpointId>),
    /// A NAT gateway, and its id where the description names it.
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
    /// Anything else: an instance, an appliance.
    Other,
}

impl InterfaceKind {
    /// Whether it can be the interface of a task.
    #[must_use]
    pub fn is_task(&self) -> bool {
        matches!(self, Self::Task { .. })
    }

    /// Whether it is an interface endpoint's.
    #[must_use]
    pub fn is_endpoint(&self) -> bool {
        matches!(self, Self::Endpoint(_))
    }

    /// Whether it is a NAT gateway's.
    #[must_use]
    pub fn is_nat_gateway(&self) -> bool {
        matches!(self, Self::NatGateway(_))
    }
}

impl fmt::Display for InterfaceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Task { .. } => "task",
            Self::Endpoint(_) => "endpoint",
            Self::NatGateway(_) => "nat-gateway",
            Self::LoadBalancer => "load-balancer",
            Self::TransitGateway => "transit-gateway",
            Self::GatewayLoadBalancerEndpoint => "gateway-load-balancer-endpoint",
            Self::Lambda => "lambda",
            Self::EfsMountTarget => "efs-mount-target",
            Self::ResolverEndpoint => "resolver-endpoint",
            Self::Other => "other",
        })
    }
}

/// An interface as `describe-network-interfaces` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkInterface {
    /// `NetworkInterfaceId`.
    pub id: InterfaceId,
    /// From `InterfaceType`, `Description` and `RequesterManaged`.
    pub kind: InterfaceKind,
    /// Private addresses, the primary first, then secondary and IPv6 ones.
    pub addresses: Vec<IpAddr>,
    /// `Association.PublicIp` of the primary address.
    pub public_address: Option<IpAddr>,
    /// `SubnetId`.
    pub subnet_id: Option<SubnetId>,
    /// `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `Groups[].GroupId`.
    pub group_ids: Vec<SecurityGroupId>,
    /// `Description`, as written.
    pub description: String,
}
