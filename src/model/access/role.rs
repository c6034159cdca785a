//! Roles and the managed policies that are attached to them.

use super::PolicyText;
use crate::model::time::Timestamp;

/// A role: `iam get-account-authorization-details`, `iam get-role` and the calls for its policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// `Arn`.
    pub arn: String,
    /// `RoleId`, which begins with `AROA`.
    pub role_id: Option<String>,
    /// `CreateDate`.
    pub created_at: Option<Timestamp>,
    /// `AssumeRolePolicyDocument`.
    pub trust: Option<PolicyText>,
    /// The inline policies that were saved, by name.
    pub inline: Vec<InlinePolicy>,
    /// The names of all its inline policies; none if no whole list was saved.
    pub inline_names: Option<Vec<String>>,
    /// The ARNs of all attached managed policies; none if no whole list was saved.
    pub attached: Option<Vec<String>>,
    /// The ARNs of attached managed policies in lists that were not saved whole; empty if `attached` is known.
    pub partly_attached: Vec<String>,
    /// `PermissionsBoundary`.
    pub boundary: Boundary,
    /// `Tags`, by key; none if no document shows them.
    pub tags: Option<Vec<(String, String)>>,
}

/// The permissions boundary of a role, as far as the documents show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Boundary {
    /// No document shows whether there is one.
    #[default]
    NotSaved,
    /// A document of the role shows none.
    Absent,
    /// `PermissionsBoundaryArn`: the ARN of a managed policy.
    Policy(String),
}

/// A policy that belongs to one role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InlinePolicy {
    /// `PolicyName`.
    pub name: String,
    /// `PolicyDocument`.
    pub document: PolicyText,
}

/// A managed policy: `iam get-account-authorization-details`, `iam get-policy`, `iam get-policy-version`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// `Arn`.
    pub arn: String,
    /// `DefaultVersionId`: the version that counts.
    pub default_version_id: Option<String>,
    /// `UpdateDate`.
    pub updated_at: Option<Timestamp>,
    /// The versions that were saved, by id.
    pub versions: Vec<PolicyVersion>,
}

/// One version of a managed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// `VersionId`.
    pub id: String,
    /// `IsDefaultVersion`.
    pub is_default: bool,
    /// `CreateDate`.
    pub created_at: Option<Timestamp>,
    /// `Document`.
    pub document: PolicyText,
}

impl ManagedPolicy {
    /// The version that counts; none if it was not saved.
    #[must_use]
    pub fn default_version(&self) -> Option<&PolicyVersion> {
        let named = self.default_version_id.as_ref();
        self.versions.iter().find(|version| named.map_or(version.is_default, |named| *named == version.id))
    }
}
