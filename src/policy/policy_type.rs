//! The types of policies that decide about a request.

/// A type of policy, in the order in which denials are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    /// A resource control policy of the organization, for resources.
    Rcp,
    /// A service control policy of the organization, for principals.
    Scp,
    /// The policy of a VPC endpoint.
    Endpoint,
    /// The policy of a secret, repository, bucket or another resource.
    Resource,
    /// The policy of a KMS key, with its grants.
    Key,
    /// The trust policy of a role.
    Trust,
    /// An inline or attached policy of the role or user.
    Identity,
    /// The permissions boundary of the role or user.
    Boundary,
    /// A policy that was passed when the session was created.
    Session,
}

impl PolicyType {
    /// Every type, in the order of the enum.
    pub const ALL: [Self; 9] = [
        Self::Rcp,
        Self::Scp,
        Self::Endpoint,
        Self::Resource,
        Self::Key,
        Self::Trust,
        Self::Identity,
        Self::Boundary,
        Self::Session,
    ];

    /// The name in lower case, such as `identity`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rcp => "rcp",
            Self::Scp => "scp",
            Self::Endpoint => "endpoint",
            Self::Resource => "resource",
            Self::Key => "key",
            Self::Trust => "trust",
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
        }
    }

    /// Whether policies of this type name principals.
    #[must_use]
    pub fn has_principals(self) -> bool {
        matches!(self, Self::Rcp | Self::Endpoint | Self::Resource | Self::Key | Self::Trust)
    }

    /// Whether AWS completes short ARNs, such as `arn:aws:sqs`, in policies of this type.
    #[must_use]
    pub(super) fn completes_short_arns(self) -> bool {
        matches!(self, Self::Identity | Self::Boundary | Self::Session | Self::Scp)
    }
}
