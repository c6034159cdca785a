//! The changes that break a service.

use crate::support::worlds::shapes::Base;

/// The change that broke it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// An egress rule of the task's group was revoked.
    EgressRevoked,
    /// An ingress rule of the endpoint's group was revoked.
    IngressRevoked,
    /// An ingress rule of the endpoint's group was given another block.
    IngressModified,
    /// An ACL entry that denies requests was added.
    RequestDenied,
    /// The ACL entry that allows requests was deleted.
    RequestUnlisted,
    /// An ACL entry that denies replies was added.
    ReplyDenied,
    /// The ACL entry that allows replies was deleted.
    ReplyUnlisted,
    /// A subnet was given another ACL.
    AclReplaced,
    /// The default route was deleted.
    RouteDeleted,
    /// The default route was deleted, and made again after the failure.
    RouteRemade,
    /// A subnet was given another route table.
    TableReplaced,
    /// An endpoint was made whose private DNS captures the VPC and whose group denies.
    EndpointMade,
    /// The policy of S3's gateway endpoint was set.
    EndpointPolicy,
    /// The NAT gateway was deleted.
    NatDeleted,
    /// The private DNS of the endpoint was switched off.
    PrivateDnsOff,
    /// The DNS host names of the VPC were switched off, and private DNS with them.
    HostNamesOff,
    /// The source/destination check of the NAT instance was switched on.
    CheckOn,
    /// The service was updated to another group, or to another subnet.
    ServiceMoved,
    /// Another version of a policy of the execution role became the default.
    VersionSet,
    /// A policy was detached from the execution role.
    RoleDetached,
    /// The secret was scheduled for deletion.
    SecretDeleted,
    /// The key of the secret was disabled.
    KeyDisabled,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 22] = [
        Self::EgressRevoked,
        Self::IngressRevoked,
        Self::IngressModified,
        Self::RequestDenied,
        Self::RequestUnlisted,
        Self::ReplyDenied,
        Self::ReplyUnlisted,
        Self::AclReplaced,
        Self::RouteDeleted,
        Self::RouteRemade,
        Self::TableReplaced,
        Self::EndpointMade,
        Self::EndpointPolicy,
        Self::NatDeleted,
        Self::PrivateDnsOff,
        Self::HostNamesOff,
        Self::CheckOn,
        Self::ServiceMoved,
        Self::VersionSet,
        Self::RoleDetached,
        Self::SecretDeleted,
        Self::KeyDisabled,
    ];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EgressRevoked => "egress-revoked",
            Self::IngressRevoked => "ingress-revoked",
            Self::IngressModified => "ingress-modified",
            Self::RequestDenied => "request-denied",
            Self::RequestUnlisted => "request-unlisted",
            Self::ReplyDenied => "reply-denied",
            Self::ReplyUnlisted => "reply-unlisted",
            Self::AclReplaced => "acl-replaced",
            Self::RouteDeleted => "route-deleted",
            Self::RouteRemade => "route-remade",
            Self::TableReplaced => "table-replaced",
            Self::EndpointMade => "endpoint-made",
            Self::EndpointPolicy => "endpoint-policy",
            Self::NatDeleted => "nat-deleted",
            Self::PrivateDnsOff => "private-dns-off",
            Self::HostNamesOff => "host-names-off",
            Self::CheckOn => "check-on",
            Self::ServiceMoved => "service-moved",
            Self::VersionSet => "version-set",
            Self::RoleDetached => "role-detached",
            Self::SecretDeleted => "secret-deleted",
            Self::KeyDisabled => "key-disabled",
        }
    }

    /// The network it happens in.
    pub(crate) const fn base(self, seed: u64) -> Base {
        match self {
            Self::IngressRevoked
            | Self::IngressModified
            | Self::EndpointPolicy
            | Self::PrivateDnsOff
            | Self::HostNamesOff => Base::Local,
            Self::CheckOn => Base::NatInstance,
            Self::EgressRevoked
            | Self::RequestDenied
            | Self::RequestUnlisted
            | Self::ReplyDenied
            | Self::ReplyUnlisted
            | Self::AclReplaced
                if !seed.is_multiple_of(3) =>
            {
                Base::Local
            }
            _ => Base::NatGateway,
        }
    }

    /// Whether it happens at the endpoint's subnet, and not at the task's.
    pub(crate) const fn is_at_endpoint(self, seed: u64) -> bool {
        seed % 3 == 2
            && matches!(
                self,
                Self::RequestDenied
                    | Self::RequestUnlisted
                    | Self::ReplyDenied
                    | Self::ReplyUnlisted
                    | Self::AclReplaced
            )
    }

    /// Whether the service refuses the request, so that the network is healthy.
    pub(crate) const fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::EndpointPolicy
                | Self::VersionSet
                | Self::RoleDetached
                | Self::SecretDeleted
                | Self::KeyDisabled
        )
    }

    /// Whether the event shows too little to undo it: only an earlier event shows what was there before.
    pub(crate) const fn needs_earlier_event(self) -> bool {
        matches!(
            self,
            Self::IngressModified
                | Self::RequestUnlisted
                | Self::ReplyUnlisted
                | Self::AclReplaced
                | Self::RouteDeleted
                | Self::RouteRemade
                | Self::TableReplaced
                | Self::EndpointPolicy
                | Self::NatDeleted
                | Self::ServiceMoved
        )
    }
}
