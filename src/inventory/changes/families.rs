//! The table of the calls that change the configuration: the service, the things that they change, their reader, their names.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::inventory::changes::call::{Found, RecordedCall};
use crate::inventory::changes::{
    endpoints, gateways, interfaces, keys_and_secrets, network_acls, policies, prefix_lists, routes,
    security_groups, services, vpcs,
};
use crate::model::configuration_change::SubjectKind as Kind;

/// Reads a call.
type Reader = fn(&RecordedCall<'_>) -> Vec<Found>;

/// Calls of one family: the service, the things that they change, their reader, their names.
pub(super) type Family = (&'static str, Kind, Reader, &'static [&'static str]);

/// Every call that is read, by family.
const FAMILIES: &[Family] = &[
    (
        "ec2",
        Kind::SecurityGroup,
        security_groups::rules,
        &[
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "RevokeSecurityGroupEgress",
        ],
    ),
    ("ec2", Kind::SecurityGroup, security_groups::modified, &["ModifySecurityGroupRules"]),
    ("ec2", Kind::SecurityGroup, security_groups::existence, &["CreateSecurityGroup", "DeleteSecurityGroup"]),
    (
        "ec2",
        Kind::NetworkAcl,
        network_acls::entries,
        &["CreateNetworkAclEntry", "ReplaceNetworkAclEntry", "DeleteNetworkAclEntry"],
    ),
    ("ec2", Kind::Subnet, network_acls::association, &["ReplaceNetworkAclAssociation"]),
    ("ec2", Kind::NetworkAcl, network_acls::existence, &["CreateNetworkAcl", "DeleteNetworkAcl"]),
    ("ec2", Kind::RouteTable, routes::routes, &["CreateRoute", "ReplaceRoute", "DeleteRoute"]),
    ("ec2", Kind::Subnet, routes::associated, &["AssociateRouteTable"]),
    ("ec2", Kind::Subnet, routes::association, &["ReplaceRouteTableAssociation", "DisassociateRouteTable"]),
    (
        "ec2",
        Kind::RouteTable,
        routes::table,
        &["CreateRouteTable", "DeleteRouteTable", "EnableVgwRoutePropagation", "DisableVgwRoutePropagation"],
    ),
    ("ec2", Kind::Endpoint, endpoints::created, &["CreateVpcEndpoint"]),
    ("ec2", Kind::Endpoint, endpoints::modified, &["ModifyVpcEndpoint"]),
    ("ec2", Kind::Endpoint, endpoints::deleted, &["DeleteVpcEndpoints"]),
    (
        "ec2",
        Kind::NatGateway,
        gateways::nat_gateways,
        &[
            "CreateNatGateway",
            "DeleteNatGateway",
            "AssociateNatGatewayAddress",
            "DisassociateNatGatewayAddress",
        ],
    ),
    (
        "ec2",
        Kind::InternetGateway,
        gateways::internet_gateways,
        &["AttachInternetGateway", "DetachInternetGateway"],
    ),
    (
        "ec2",
        Kind::EgressOnlyGateway,
        gateways::egress_only,
        &["CreateEgressOnlyInternetGateway", "DeleteEgressOnlyInternetGateway"],
    ),
    (
        "ec2",
        Kind::Peering,
        gateways::peering,
        &[
            "CreateVpcPeeringConnection",
            "AcceptVpcPeeringConnection",
            "RejectVpcPeeringConnection",
            "DeleteVpcPeeringConnection",
            "ModifyVpcPeeringConnectionOptions",
        ],
    ),
    (
        "ec2",
        Kind::TransitGateway,
        gateways::transit,
        &[
            "CreateTransitGatewayRoute",
            "ReplaceTransitGatewayRoute",
            "DeleteTransitGatewayRoute",
            "AssociateTransitGatewayRouteTable",
            "DisassociateTransitGatewayRouteTable",
            "EnableTransitGatewayRouteTablePropagation",
            "DisableTransitGatewayRouteTablePropagation",
            "CreateTransitGatewayVpcAttachment",
            "ModifyTransitGatewayVpcAttachment",
            "DeleteTransitGatewayVpcAttachment",
            "CreateTransitGatewayPrefixListReference",
            "ModifyTransitGatewayPrefixListReference",
            "DeleteTransitGatewayPrefixListReference",
        ],
    ),
    ("ec2", Kind::Vpc, vpcs::attributes, &["ModifyVpcAttribute"]),
    ("ec2", Kind::Vpc, vpcs::dhcp_options, &["AssociateDhcpOptions"]),
    ("ec2", Kind::Vpc, vpcs::blocks, &["AssociateVpcCidrBlock", "DisassociateVpcCidrBlock"]),
    ("ec2", Kind::Interface, interfaces::attributes, &["ModifyNetworkInterfaceAttribute"]),
    ("ec2", Kind::PrefixList, prefix_lists::modified, &["ModifyManagedPrefixList"]),
    (
        "ec2",
        Kind::PrefixList,
        prefix_lists::whole,
        &["CreateManagedPrefixList", "DeleteManagedPrefixList", "RestoreManagedPrefixListVersion"],
    ),
    (
        "route53",
        Kind::HostedZone,
        vpcs::hosted_zones,
        &[
            "CreateHostedZone",
            "DeleteHostedZone",
            "ChangeResourceRecordSets",
            "AssociateVPCWithHostedZone",
            "DisassociateVPCFromHostedZone",
        ],
    ),
    (
        "route53resolver",
        Kind::ResolverRule,
        vpcs::resolver_rules,
        &[
            "CreateResolverRule",
            "UpdateResolverRule",
            "DeleteResolverRule",
            "AssociateResolverRule",
            "DisassociateResolverRule",
        ],
    ),
    ("iam", Kind::Role, policies::inline, &["PutRolePolicy", "DeleteRolePolicy"]),
    ("iam", Kind::Role, policies::attached, &["AttachRolePolicy", "DetachRolePolicy"]),
    ("iam", Kind::Role, policies::trust, &["UpdateAssumeRolePolicy"]),
    ("iam", Kind::Role, policies::boundary, &["PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"]),
    ("iam", Kind::Role, policies::role, &["CreateRole", "DeleteRole"]),
    (
        "iam",
        Kind::Policy,
        policies::versions,
        &["CreatePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion"],
    ),
    ("iam", Kind::Policy, policies::policy, &["CreatePolicy", "DeletePolicy"]),
    (
        "kms",
        Kind::Key,
        keys_and_secrets::keys,
        &[
            "PutKeyPolicy",
            "EnableKey",
            "DisableKey",
            "ScheduleKeyDeletion",
            "CancelKeyDeletion",
            "CreateGrant",
            "RevokeGrant",
            "RetireGrant",
        ],
    ),
    (
        "secretsmanager",
        Kind::Secret,
        keys_and_secrets::secrets,
        &[
            "CreateSecret",
            "UpdateSecret",
            "PutSecretValue",
            "UpdateSecretVersionStage",
            "DeleteSecret",
            "RestoreSecret",
            "PutResourcePolicy",
            "DeleteResourcePolicy",
        ],
    ),
    (
        "ssm",
        Kind::Parameter,
        keys_and_secrets::parameters,
        &["PutParameter", "DeleteParameter", "DeleteParameters"],
    ),
    ("s3", Kind::Bucket, keys_and_secrets::buckets, &["PutBucketPolicy", "DeleteBucketPolicy"]),
    (
        "ecr",
        Kind::Repository,
        keys_and_secrets::repositories,
        &[
            "SetRepositoryPolicy",
            "DeleteRepositoryPolicy",
            "CreateRepository",
            "DeleteRepository",
            "BatchDeleteImage",
        ],
    ),
    ("ecr", Kind::Registry, keys_and_secrets::registry, &["PutRegistryPolicy", "DeleteRegistryPolicy"]),
    ("logs", Kind::LogGroup, keys_and_secrets::log_groups, &["CreateLogGroup", "DeleteLogGroup"]),
    ("ecs", Kind::Service, services::services, &["CreateService", "UpdateService", "DeleteService"]),
    (
        "ecs",
        Kind::TaskDefinition,
        services::definitions,
        &["RegisterTaskDefinition", "DeregisterTaskDefinition"],
    ),
];

/// The families by the name of a call.
pub(super) static BY_NAME: LazyLock<BTreeMap<&'static str, Vec<&'static Family>>> = LazyLock::new(|| {
    let mut all: BTreeMap<&'static str, Vec<&'static Family>> = BTreeMap::new();
    for family in FAMILIES {
        for name in family.3 {
            all.entry(name).or_default().push(family);
        }
    }
    all
});

/// The names of all calls that are read as changes, each with its service, sorted.
#[must_use]
pub fn change_events() -> Vec<(&'static str, &'static str)> {
    let named = |family: &'static Family| family.3.iter().map(|name| (*name, family.0));
    let mut all: Vec<_> = FAMILIES.iter().flat_map(named).collect();
    all.sort_unstable();
    all
}
