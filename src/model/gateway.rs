//! Gateways of a VPC: NAT and internet gateways, peering connections, transit gateway attachments.

use std::net::IpAddr;

use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, PeeringId, RouteTableId, SubnetId,
    TransitGatewayAttachmentId, TransitGatewayId, VpcId,
};

/// A NAT gateway as `describe-nat-gateways` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatGateway {
    /// `NatGatewayId`.
    pub id: NatGatewayId,
    /// `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `SubnetId`.
    pub subnet_id: Option<SubnetId>,
    /// `State`, as written: `available`, `pending`, `failed`, `deleting`, `deleted`.
    pub state: String,
    /// `FailureMessage`, else `FailureCode`.
    pub failure: Option<String>,
    /// Whether `AvailabilityMode` is `regional`: such a gateway has no subnet and no interface, and a route table of its own.
    pub is_regional: bool,
    /// `RouteTableId` of a regional gateway.
    pub route_table_id: Option<RouteTableId>,
    /// Whether `ConnectivityType` is `private`: such a gateway has no public address.
    pub is_private: bool,
    /// `NatGatewayAddresses[].NetworkInterfaceId`.
    pub interface_ids: Vec<InterfaceId>,
    /// `NatGatewayAddresses[].PrivateIp`.
    pub private_addresses: Vec<IpAddr>,
    /// `NatGatewayAddresses[].PublicIp`.
    pub public_addresses: Vec<IpAddr>,
}

/// An internet gateway as `describe-internet-gateways` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternetGateway {
    /// `InternetGatewayId`.
    pub id: InternetGatewayId,
    /// `Attachments[].VpcId` of attachments whose `State` is `available` or `attached`; none if they are missing or unreadable.
    pub vpc_ids: Option<Vec<VpcId>>,
}

/// An egress-only internet gateway as `describe-egress-only-internet-gateways` shows it: the way out for IPv6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgressOnlyGateway {
    /// `EgressOnlyInternetGatewayId`, `eigw-…`.
    pub id: String,
    /// `Attachments[].VpcId` of attachments in effect; none if they are missing or unreadable.
    pub vpc_ids: Option<Vec<VpcId>>,
}

impl InternetGateway {
    /// Whether it is attached to a VPC; none if no document shows it.
    #[must_use]
    pub fn is_attached_to(&self, vpc: &VpcId) -> Option<bool> {
        self.vpc_ids.as_ref().map(|attached| attached.contains(vpc))
    }
}

impl EgressOnlyGateway {
    /// Whether it is attached to a VPC; none if no document shows it.
    #[must_use]
    pub fn is_attached_to(&self, vpc: &VpcId) -> Option<bool> {
        self.vpc_ids.as_ref().map(|attached| attached.contains(vpc))
    }
}

/// A firewall of AWS Network Firewall as `describe-firewall` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firewall {
    /// `FirewallArn`.
    pub arn: String,
    /// `FirewallName`.
    pub name: Option<String>,
    /// `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `SyncStates.*.Attachment.EndpointId`: one in each zone.
    pub endpoint_ids: Vec<EndpointId>,
}

/// A VPC peering connection as `describe-vpc-peering-connections` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peering {
    /// `VpcPeeringConnectionId`.
    pub id: PeeringId,
    /// `Status.Code`, as written: `active`, `deleted`, …
    pub status: String,
    /// `RequesterVpcInfo.VpcId` and `AccepterVpcInfo.VpcId`.
    pub vpc_ids: Vec<VpcId>,
}

/// A transit gateway's attachment as `describe-transit-gateway-attachments` or `…-vpc-attachments` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitGatewayAttachment {
    /// `TransitGatewayAttachmentId`.
    pub id: TransitGatewayAttachmentId,
    /// `TransitGatewayId`.
    pub gateway_id: Option<TransitGatewayId>,
    /// `ResourceId` of a VPC attachment, or `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `SubnetIds`, if the document has them: only their Availability Zones reach the gateway.
    pub subnet_ids: Vec<SubnetId>,
    /// `State`, as written.
    pub state: String,
}

impl TransitGatewayAttachment {
    /// Whether it forwards packets; one without a state does.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.state.is_empty()
            || ["available", "modifying"].iter().any(|state| self.state.eq_ignore_ascii_case(state))
    }
}
