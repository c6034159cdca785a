//! The resource at fault.

use crate::model::ids::SubnetId;

/// The kind of thing at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CulpritKind {
    /// A security group, `sg-…`.
    SecurityGroup,
    /// A network ACL, `acl-…`.
    NetworkAcl,
    /// A route table, `rtb-…`.
    RouteTable,
    /// A VPC endpoint, `vpce-…`.
    VpcEndpoint,
    /// A NAT gateway, `nat-…`.
    NatGateway,
    /// An EC2 instance, `i-…`.
    Instance,
    /// A network interface, `eni-…`.
    Interface,
    /// A VPC, `vpc-…`.
    Vpc,
    /// A DNS server, by address.
    DnsServer,
    /// A private hosted zone of Route 53, by its id.
    HostedZone,
    /// A firewall of AWS Network Firewall, by its ARN.
    Firewall,
    /// A role of IAM, by its ARN.
    Role,
    /// A policy of IAM or of the organization, by its ARN.
    Policy,
    /// A KMS key, by its ARN.
    Key,
    /// A secret, by its ARN.
    Secret,
    /// A parameter, by its name.
    Parameter,
    /// A log group, by its name.
    LogGroup,
    /// An image, as the task names it.
    Image,
    /// A repository of ECR, by its ARN.
    Repository,
    /// A bucket, by its ARN.
    Bucket,
    /// The path between two addresses: a part that the data does not show.
    Path,
}

impl CulpritKind {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SecurityGroup => "security-group",
            Self::NetworkAcl => "network-acl",
            Self::RouteTable => "route-table",
            Self::VpcEndpoint => "vpc-endpoint",
            Self::NatGateway => "nat-gateway",
            Self::Instance => "instance",
            Self::Interface => "interface",
            Self::Vpc => "vpc",
            Self::DnsServer => "dns-server",
            Self::HostedZone => "hosted-zone",
            Self::Firewall => "firewall",
            Self::Role => "role",
            Self::Policy => "policy",
            Self::Key => "key",
            Self::Secret => "secret",
            Self::Parameter => "parameter",
            Self::LogGroup => "log-group",
            Self::Image => "image",
            Self::Repository => "repository",
            Self::Bucket => "bucket",
            Self::Path => "path",
        }
    }
}

/// A resource at fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Culprit {
    /// The kind of resource.
    pub kind: CulpritKind,
    /// Its id; none where no document names it, as for the ACL of a subnet that was not exported.
    pub id: Option<String>,
    /// The subnet the resource acts on, where that is what is known of it.
    pub subnet_id: Option<SubnetId>,
    /// The rule or route of it that matters.
    pub rule: Option<String>,
    /// Whether it only follows because every other control is known to let the packets pass. The confidence of the verdict
    /// applies to the other culprits.
    pub is_likely: bool,
}

impl Culprit {
    /// A resource of which nothing but the kind is known.
    #[must_use]
    pub fn of(kind: CulpritKind) -> Self {
        Self { kind, id: None, subnet_id: None, rule: None, is_likely: false }
    }
}
