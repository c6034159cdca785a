//! The kinds of documents, and the keys that tell them.
//!
//! A document that this version starts to use moves from one table here to the other, and gets a module that reads it.

use serde_json::{Map, Value};

use crate::inventory::task_events::DETAIL_TYPE;

/// A kind of document this version uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// `ec2 describe-network-interfaces`.
    NetworkInterfaces,
    /// `ec2 describe-vpc-endpoints`.
    VpcEndpoints,
    /// `ec2 describe-subnets`.
    Subnets,
    /// `ec2 describe-vpcs`.
    Vpcs,
    /// `ec2 describe-flow-logs`.
    FlowLogs,
    /// `ecs describe-tasks`.
    Tasks,
    /// EventBridge "ECS Task State Change".
    TaskEvents,
    /// `ec2 describe-security-groups`.
    SecurityGroups,
    /// `ec2 describe-security-group-rules`.
    SecurityGroupRules,
    /// `ec2 describe-network-acls`.
    NetworkAcls,
    /// `ec2 describe-route-tables`.
    RouteTables,
    /// `ec2 describe-nat-gateways`.
    NatGateways,
    /// `ec2 describe-internet-gateways`.
    InternetGateways,
    /// `ec2 describe-dhcp-options`.
    DhcpOptions,
    /// `ec2 describe-vpc-attribute`: one attribute a document.
    VpcAttributes,
    /// `ec2 describe-prefix-lists` and `ec2 describe-managed-prefix-lists`.
    PrefixLists,
    /// `ec2 get-managed-prefix-list-entries`.
    PrefixListEntries,
    /// `ec2 describe-vpc-peering-connections`.
    PeeringConnections,
    /// `ec2 describe-transit-gateway-attachments` and `ec2 describe-transit-gateway-vpc-attachments`.
    TransitGatewayAttachments,
    /// `ecs describe-services`.
    Services,
    /// `ecs describe-task-definition`.
    TaskDefinition,
    /// `ip-ranges.json`.
    AddressRanges,
    /// Configuration items of AWS Config.
    ConfigurationItems,
    /// CloudTrail events.
    CloudTrailEvents,
    /// Route 53 Resolver query logs.
    ResolverQueries,
}

impl DocumentKind {
    /// The key of the kind's pages; events have none and are called as EventBridge calls them.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NetworkInterfaces => "NetworkInterfaces",
            Self::VpcEndpoints => "VpcEndpoints",
            Self::Subnets => "Subnets",
            Self::Vpcs => "Vpcs",
            Self::FlowLogs => "FlowLogs",
            Self::Tasks => "tasks",
            Self::TaskEvents => DETAIL_TYPE,
            Self::SecurityGroups => "SecurityGroups",
            Self::SecurityGroupRules => "SecurityGroupRules",
            Self::NetworkAcls => "NetworkAcls",
            Self::RouteTables => "RouteTables",
            Self::NatGateways => "NatGateways",
            Self::InternetGateways => "InternetGateways",
            Self::DhcpOptions => "DhcpOptions",
            Self::VpcAttributes => "VpcAttribute",
            Self::PrefixLists => "PrefixLists",
            Self::PrefixListEntries => "Entries",
            Self::PeeringConnections => "VpcPeeringConnections",
            Self::TransitGatewayAttachments => "TransitGatewayAttachments",
            Self::Services => "services",
            Self::TaskDefinition => "taskDefinition",
            Self::AddressRanges => "prefixes",
            Self::ConfigurationItems => "configurationItems",
            Self::CloudTrailEvents => "Records",
            Self::ResolverQueries => "Resolver query log",
        }
    }
}

/// The kinds that come in pages.
pub(super) const PAGES: [DocumentKind; 6] = [
    DocumentKind::NetworkInterfaces,
    DocumentKind::VpcEndpoints,
    DocumentKind::Subnets,
    DocumentKind::Vpcs,
    DocumentKind::FlowLogs,
    DocumentKind::Tasks,
];

/// Documents that exist and are not used yet: the key of their pages, and one that only their items have.
pub(super) const NOT_USED: &[(&str, &str)] = &[
    ("SecurityGroupRules", "SecurityGroupRuleId"),
    ("SecurityGroups", "IpPermissions"),
    ("NetworkAcls", "NetworkAclId"),
    ("RouteTables", "RouteTableId"),
    ("NatGateways", "NatGatewayId"),
    ("InternetGateways", "InternetGatewayId"),
    ("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"),
    ("PrefixLists", "PrefixListId"),
    ("Entries", "Cidr"),
    ("DhcpOptions", "DhcpConfigurations"),
    ("EnableDnsSupport", "EnableDnsSupport"),
    ("EnableDnsHostnames", "EnableDnsHostnames"),
    ("VpcEndpointConnections", "VpcEndpointState"),
    ("ServiceDetails", "ServiceType"),
    ("VpcPeeringConnections", "VpcPeeringConnectionId"),
    ("TransitGateways", "TransitGatewayArn"),
    ("TransitGatewayAttachments", "TransitGatewayAttachmentId"),
    ("Addresses", "AllocationId"),
    ("Reservations", "InstanceId"),
    ("LoadBalancers", "LoadBalancerArn"),
    ("TargetGroups", "TargetGroupArn"),
    ("taskDefinition", "containerDefinitions"),
    ("services", "serviceArn"),
    ("clusters", "clusterName"),
    ("containerInstances", "containerInstanceArn"),
    ("taskArns", "taskArns"),
    ("configurationItems", "configurationItemStatus"),
    ("Events", "CloudTrailEvent"),
    ("Records", "eventSource"),
    ("prefixes", "ip_prefix"),
];

/// The kind of a single item, by the key that identifies it and by the keys that only others have.
pub(super) fn kind_of_item(fields: &Map<String, Value>) -> Option<DocumentKind> {
    let has = |key: &str| fields.contains_key(key);
    let others = [
        "containerArn",
        "NatGatewayId",
        "InstanceId",
        "AllocationId",
        "RouteTableId",
        "NetworkAclId",
        "ServiceId",
    ];
    if others.into_iter().any(has) {
        return None;
    }
    let identified = [
        ("taskArn", DocumentKind::Tasks),
        ("VpcEndpointId", DocumentKind::VpcEndpoints),
        ("FlowLogId", DocumentKind::FlowLogs),
        ("NetworkInterfaceId", DocumentKind::NetworkInterfaces),
    ];
    let by_id = identified.into_iter().find(|(key, _)| has(key)).map(|(_, kind)| kind);
    by_id.or_else(|| {
        let has_block =
            has("CidrBlock") || has("Ipv6CidrBlockAssociationSet") || has("CidrBlockAssociationSet");
        match (has("SubnetId"), has("VpcId")) {
            (true, _) if has_block => Some(DocumentKind::Subnets),
            (false, true) if has_block => Some(DocumentKind::Vpcs),
            _ => None,
        }
    })
}
