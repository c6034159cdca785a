//! The kinds of documents, and the keys that tell them.
//!
//! A document that this version starts to use moves from [`NOT_USED`] to a variant with its name, a row of [`PAGES`]
//! where it comes in pages, and a row of [`ITEMS`]; `gather` says which module reads it.

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

/// The keys of pages, and the kind of their items.
pub(super) const PAGES: &[(&str, DocumentKind)] = &[
    ("NetworkInterfaces", DocumentKind::NetworkInterfaces),
    ("VpcEndpoints", DocumentKind::VpcEndpoints),
    ("Subnets", DocumentKind::Subnets),
    ("Vpcs", DocumentKind::Vpcs),
    ("FlowLogs", DocumentKind::FlowLogs),
    ("tasks", DocumentKind::Tasks),
    ("SecurityGroups", DocumentKind::SecurityGroups),
    ("SecurityGroupRules", DocumentKind::SecurityGroupRules),
    ("NetworkAcls", DocumentKind::NetworkAcls),
    ("RouteTables", DocumentKind::RouteTables),
    ("NatGateways", DocumentKind::NatGateways),
    ("InternetGateways", DocumentKind::InternetGateways),
    ("DhcpOptions", DocumentKind::DhcpOptions),
    ("PrefixLists", DocumentKind::PrefixLists),
    ("VpcPeeringConnections", DocumentKind::PeeringConnections),
    ("TransitGatewayAttachments", DocumentKind::TransitGatewayAttachments),
    ("TransitGatewayVpcAttachments", DocumentKind::TransitGatewayAttachments),
    ("services", DocumentKind::Services),
    ("taskDefinition", DocumentKind::TaskDefinition),
    ("configurationItems", DocumentKind::ConfigurationItems),
    ("baseConfigurationItems", DocumentKind::ConfigurationItems),
    ("Records", DocumentKind::CloudTrailEvents),
    ("Events", DocumentKind::CloudTrailEvents),
];

/// The keys that tell a single item, all of them; the first row that holds decides.
const ITEMS: &[(&[&str], DocumentKind)] = &[
    (&["taskArn"], DocumentKind::Tasks),
    (&["VpcEndpointId"], DocumentKind::VpcEndpoints),
    (&["FlowLogId"], DocumentKind::FlowLogs),
    (&["SecurityGroupRuleId"], DocumentKind::SecurityGroupRules),
    (&["GroupId", "IpPermissions"], DocumentKind::SecurityGroups),
    (&["GroupId", "IpPermissionsEgress"], DocumentKind::SecurityGroups),
    (&["NetworkAclId", "Entries"], DocumentKind::NetworkAcls),
    (&["RouteTableId", "Routes"], DocumentKind::RouteTables),
    (&["NatGatewayId", "VpcId"], DocumentKind::NatGateways),
    (&["InternetGatewayId", "Attachments"], DocumentKind::InternetGateways),
    (&["DhcpOptionsId", "DhcpConfigurations"], DocumentKind::DhcpOptions),
    (&["VpcId", "EnableDnsSupport"], DocumentKind::VpcAttributes),
    (&["VpcId", "EnableDnsHostnames"], DocumentKind::VpcAttributes),
    (&["VpcPeeringConnectionId", "RequesterVpcInfo"], DocumentKind::PeeringConnections),
    (&["TransitGatewayAttachmentId", "TransitGatewayId"], DocumentKind::TransitGatewayAttachments),
    (&["PrefixListId", "PrefixListName"], DocumentKind::PrefixLists),
    (&["Entries"], DocumentKind::PrefixListEntries),
    (&["serviceArn", "serviceName"], DocumentKind::Services),
    (&["taskDefinitionArn", "containerDefinitions"], DocumentKind::TaskDefinition),
    (&["prefixes", "createDate"], DocumentKind::AddressRanges),
    (&["prefixes", "syncToken"], DocumentKind::AddressRanges),
    (&["query_timestamp", "query_name"], DocumentKind::ResolverQueries),
    (&["resourceType", "configurationItemStatus"], DocumentKind::ConfigurationItems),
    (&["resourceType", "configurationItemCaptureTime"], DocumentKind::ConfigurationItems),
    (&["eventSource", "eventName"], DocumentKind::CloudTrailEvents),
    (&["CloudTrailEvent"], DocumentKind::CloudTrailEvents),
    (&["NetworkInterfaceId"], DocumentKind::NetworkInterfaces),
    (&["SubnetId", "CidrBlock"], DocumentKind::Subnets),
    (&["SubnetId", "Ipv6CidrBlockAssociationSet"], DocumentKind::Subnets),
    (&["VpcId", "CidrBlock"], DocumentKind::Vpcs),
    (&["VpcId", "CidrBlockAssociationSet"], DocumentKind::Vpcs),
    (&["VpcId", "Ipv6CidrBlockAssociationSet"], DocumentKind::Vpcs),
];

/// Keys of things that name an item of ours without being one: a container, an instance, an address, a route, …
const PARTS: &[&str] = &[
    "containerArn",
    "InstanceId",
    "AllocationId",
    "ServiceId",
    "DestinationCidrBlock",
    "VpcEndpointState",
    "LoadBalancerArn",
    "LoadBalancerName",
];

/// Documents that exist and are not used yet: the key of their pages, and one that only their items have.
pub(super) const NOT_USED: &[(&str, &str)] = &[
    ("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"),
    ("VpcEndpointConnections", "VpcEndpointState"),
    ("ServiceDetails", "ServiceType"),
    ("TransitGateways", "TransitGatewayArn"),
    ("Addresses", "AllocationId"),
    ("Reservations", "InstanceId"),
    ("LoadBalancers", "LoadBalancerArn"),
    ("TargetGroups", "TargetGroupArn"),
    ("clusters", "clusterName"),
    ("containerInstances", "containerInstanceArn"),
    ("taskArns", "taskArns"),
];

/// Whether this is a thing that only names items of ours, under the keys of their pages too.
pub(super) fn is_part(fields: &Map<String, Value>) -> bool {
    PARTS.iter().any(|key| fields.contains_key(*key))
}

/// The kind of a single item, by the keys that only items of it have.
pub(super) fn kind_of_item(fields: &Map<String, Value>) -> Option<DocumentKind> {
    let has = |key: &&str| fields.contains_key(*key);
    if is_part(fields) {
        return None;
    }
    ITEMS.iter().find(|(keys, _)| keys.iter().all(has)).map(|(_, kind)| *kind)
}

/// Whether a document of this kind is one item: it has no pages.
pub(super) fn is_one_item(kind: DocumentKind) -> bool {
    PAGES.iter().all(|(_, paged)| *paged != kind) || kind == DocumentKind::TaskDefinition
}
