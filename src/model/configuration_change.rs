//! Changes of the configuration, as CloudTrail and AWS Config show them.

use std::fmt;

use crate::model::access::PolicyText;
use crate::model::ids::{EndpointId, SubnetId};
use crate::model::network_acl::AclEntry;
use crate::model::route_table::{RouteDestination, RouteTarget};
use crate::model::security_group::SecurityGroupRule;
use crate::model::time::Timestamp;

/// One change of one thing. A call that changes several things is one change for each of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigurationChange {
    /// `eventTime` of CloudTrail; of AWS Config the time at which it captured the later state.
    pub at: Timestamp,
    /// `eventID` of CloudTrail; none if the event has none, and for AWS Config.
    pub event_id: Option<String>,
    /// The thing that changed.
    pub subject: ChangeSubject,
    /// `eventName`; of AWS Config the type of the resource, `AWS::EC2::SecurityGroup`.
    pub event_name: String,
    /// The source.
    pub source: ChangeSource,
    /// Of AWS Config, the time at which it captured the earlier state: the change was made after it. None for CloudTrail.
    pub since: Option<Timestamp>,
    /// `userIdentity.arn`, otherwise `userIdentity.invokedBy`: who made the call. None if the source does not show it.
    pub principal: Option<String>,
    /// `recipientAccountId`, otherwise `userIdentity.accountId`.
    pub account: Option<String>,
    /// `awsRegion`.
    pub region: Option<String>,
    /// The parts that changed; none if the source does not show them, so that every part may have changed.
    pub parts: Option<Vec<PartChange>>,
}

/// Where a change is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeSource {
    /// An event of CloudTrail.
    CloudTrail,
    /// Two configuration items of AWS Config that differ.
    Config,
}

impl ChangeSource {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudTrail => "CloudTrail",
            Self::Config => "AWS Config",
        }
    }
}

macro_rules! subject_kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal)*) => {
        /// The kinds of things that change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SubjectKind {
            $($(#[$doc])* $kind,)*
        }

        impl SubjectKind {
            /// The name in reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

subject_kinds! {
    /// A security group, by id.
    SecurityGroup "security-group"
    /// A network ACL, by id.
    NetworkAcl "network-acl"
    /// A route table, by id.
    RouteTable "route-table"
    /// The association of a subnet with a network ACL or a route table, by the id of the subnet, otherwise of the association.
    Subnet "subnet"
    /// A VPC endpoint, by id.
    Endpoint "vpc-endpoint"
    /// A NAT gateway, by id.
    NatGateway "nat-gateway"
    /// An internet gateway, by id.
    InternetGateway "internet-gateway"
    /// An egress-only internet gateway, by id.
    EgressOnlyGateway "egress-only-internet-gateway"
    /// A VPC peering connection, by id.
    Peering "vpc-peering-connection"
    /// A transit gateway, its route table or attachment, by id.
    TransitGateway "transit-gateway"
    /// A VPC, by id.
    Vpc "vpc"
    /// A network interface, by id.
    Interface "network-interface"
    /// A prefix list, by id.
    PrefixList "prefix-list"
    /// A hosted zone of Route 53, by id.
    HostedZone "hosted-zone"
    /// A rule of the Route 53 Resolver, by id.
    ResolverRule "resolver-rule"
    /// A role, by name.
    Role "role"
    /// A managed policy, by ARN.
    Policy "policy"
    /// A KMS key, by id, ARN or alias.
    Key "key"
    /// A secret, by ARN, otherwise by name.
    Secret "secret"
    /// A parameter, by name.
    Parameter "parameter"
    /// A bucket, by name.
    Bucket "bucket"
    /// A repository of ECR, by name.
    Repository "repository"
    /// The private registry of ECR, by account.
    Registry "registry"
    /// A service of ECS, by ARN, otherwise by name.
    Service "service"
    /// A task definition, by ARN, otherwise by family.
    TaskDefinition "task-definition"
    /// A log group, by name.
    LogGroup "log-group"
}

/// The thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeSubject {
    /// Its kind.
    pub kind: SubjectKind,
    /// Its id, as the source writes it; empty if the source does not show it.
    pub id: String,
}

/// `security-group sg-0a1b`.
impl fmt::Display for ChangeSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.id)
    }
}

/// One part of a thing, before and after a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartChange {
    /// The part.
    pub part: Part,
    /// Its state before the change, if the source shows it.
    pub before: PartState,
    /// Its state after the change, if the source shows it.
    pub after: PartState,
}

impl PartChange {
    /// A part that was not there before.
    #[must_use]
    pub fn added(part: Part, value: PartValue) -> Self {
        Self { part, before: PartState::Absent, after: PartState::Present(value) }
    }

    /// A part that is not there afterwards.
    #[must_use]
    pub fn removed(part: Part, before: PartState) -> Self {
        Self { part, before, after: PartState::Absent }
    }

    /// A part that has a value afterwards. Calls that set a value do not show the earlier one.
    #[must_use]
    pub fn set(part: Part, value: PartValue) -> Self {
        Self { part, before: PartState::Unknown, after: PartState::Present(value) }
    }

    /// A part that changed; the source shows neither state.
    #[must_use]
    pub fn unknown(part: Part) -> Self {
        Self { part, before: PartState::Unknown, after: PartState::Unknown }
    }
}

/// The parts of things that change on their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Whether the thing exists.
    Existence,
    /// A rule of a security group; its id is not given.
    Rule {
        /// Whether it is an egress rule.
        is_egress: bool,
        /// The rule.
        rule: SecurityGroupRule,
    },
    /// All rules of one direction of a security group.
    Rules {
        /// Whether they are egress rules.
        is_egress: bool,
    },
    /// An entry of a network ACL.
    Entry {
        /// Whether it is for traffic that leaves the subnet.
        egress: bool,
        /// `ruleNumber`.
        number: u16,
    },
    /// The network ACL of a subnet.
    SubnetAcl(SubnetId),
    /// The route table that a subnet is associated with; absent if the main table applies.
    SubnetTable(SubnetId),
    /// The network ACLs or route tables of all subnets: the source does not name the subnet.
    AnySubnet {
        /// Whether it is about network ACLs; otherwise about route tables.
        is_acl: bool,
    },
    /// An association of a subnet, by its id.
    Association(String),
    /// A route, by its destination.
    Route(RouteDestination),
    /// The routes to a gateway endpoint.
    EndpointRoutes(EndpointId),
    /// A block of a prefix list, as text.
    Block(String),
    /// An attachment of an internet gateway, by the id of the VPC.
    Attachment(String),
    /// An inline policy of a role, by name.
    InlinePolicy(String),
    /// A managed policy that is attached to a role, by ARN.
    AttachedPolicy(String),
    /// A version of a managed policy, by id.
    Version(String),
    /// Another attribute.
    Attribute(Attribute),
}

macro_rules! attributes {
    ($($(#[$doc:meta])* $attribute:ident $name:literal)*) => {
        /// The attributes that a call sets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Attribute {
            $($(#[$doc])* $attribute,)*
        }

        impl Attribute {
            /// The name in reports, as AWS writes it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$attribute => $name,)*
                }
            }
        }
    };
}

attributes! {
    /// Whether an endpoint has private DNS names.
    PrivateDns "PrivateDnsEnabled"
    /// The security groups of an endpoint or an interface.
    Groups "Groups"
    /// The subnets of an endpoint.
    Subnets "SubnetIds"
    /// The policy of an endpoint, a key, a secret, a bucket, a repository or a registry.
    Policy "Policy"
    /// The DNS options and the IP address type of an endpoint.
    DnsOptions "DnsOptions"
    /// Whether the Amazon resolver answers in a VPC.
    DnsSupport "EnableDnsSupport"
    /// Whether a VPC has DNS host names.
    DnsHostnames "EnableDnsHostnames"
    /// The DHCP options of a VPC.
    DhcpOptions "DhcpOptionsId"
    /// The address blocks of a VPC.
    Blocks "CidrBlockAssociationSet"
    /// The source/destination check of an interface.
    SourceDestCheck "SourceDestCheck"
    /// The state of a gateway, an attachment or a connection.
    State "State"
    /// The default version of a managed policy.
    DefaultVersion "DefaultVersionId"
    /// The trust policy of a role.
    Trust "AssumeRolePolicyDocument"
    /// The permissions boundary of a role.
    Boundary "PermissionsBoundary"
    /// The state of a key: `Enabled`, `Disabled`, `PendingDeletion`.
    KeyState "KeyState"
    /// The grants on a key.
    Grants "Grants"
    /// The images of a repository.
    Images "Images"
    /// Whether a secret is marked for deletion.
    Deletion "DeletedDate"
    /// The key that encrypts a secret or a parameter.
    EncryptionKey "KmsKeyId"
    /// The value of a secret or a parameter, which is never read.
    Value "Value"
    /// The task definition of a service.
    TaskDefinition "taskDefinition"
    /// The network of a service.
    Network "networkConfiguration"
}

/// The state of a part before or after a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartState {
    /// The source does not show it.
    Unknown,
    /// It is not there.
    Absent,
    /// It is there.
    Present(PartValue),
}

/// The value of a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartValue {
    /// It is there, and there is no more to know.
    There,
    /// `true` or `false`.
    Flag(bool),
    /// An id, an ARN or a state, as written.
    Text(String),
    /// Ids, sorted.
    Ids(Vec<String>),
    /// An entry of a network ACL.
    Entry(AclEntry),
    /// The target of a route.
    Target(RouteTarget),
    /// A policy.
    Policy(PolicyText),
}
