//! A VPC endpoint as `describe-vpc-endpoints` shows it.

use crate::model::access::PolicyText;
use crate::model::ids::{EndpointId, InterfaceId, RouteTableId, SecurityGroupId, SubnetId, VpcId};
use crate::model::service::Service;
use crate::model::time::Timestamp;

/// The way in which an endpoint receives traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndpointKind {
    /// Interfaces in subnets.
    Interface,
    /// A route to a prefix list.
    Gateway,
    /// A route to an inspecting appliance.
    GatewayLoadBalancer,
    /// A kind that is newer than this program.
    Other,
}

/// A VPC endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `VpcEndpointId`.
    pub id: EndpointId,
    /// From `ServiceName`.
    pub service: Service,
    /// `ServiceName`, as written.
    pub service_name: String,
    /// `VpcEndpointType`.
    pub kind: EndpointKind,
    /// `State`, as written: `available`, `pending`, …
    pub state: String,
    /// `PrivateDnsEnabled`; none if no document shows it.
    pub private_dns_enabled: Option<bool>,
    /// `DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint` of an S3 interface endpoint: whether only queries that arrive over
    /// an inbound Resolver endpoint get its addresses. AWS's default is true.
    pub is_inbound_only: bool,
    /// `ServiceRegion`, if it is given: the Region of the service, which may be another one than the endpoint's.
    pub service_region: Option<String>,
    /// `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `NetworkInterfaceIds`.
    pub interface_ids: Vec<InterfaceId>,
    /// `SubnetIds`.
    pub subnet_ids: Vec<SubnetId>,
    /// `Groups[].GroupId`.
    pub group_ids: Vec<SecurityGroupId>,
    /// `RouteTableIds`; gateway endpoints only.
    pub route_table_ids: Vec<RouteTableId>,
    /// `DnsEntries[].DnsName`, in lower case.
    pub dns_names: Vec<String>,
    /// Whether a tag shows that AWS Network Firewall made it: the firewall's ARN or name, possibly empty.
    pub firewall: Option<String>,
    /// `DnsOptions.DnsRecordIpType`, otherwise `IpAddressType`, as written: `ipv4`, `dualstack`, `ipv6`.
    pub address_type: Option<String>,
    /// `PolicyDocument`; none if no document shows it.
    pub policy: Option<PolicyText>,
    /// `CreationTimestamp`.
    pub created_at: Option<Timestamp>,
}
