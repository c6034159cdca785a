//! Policies of AWS Organizations.

use super::PolicyText;

/// A policy: `organizations describe-policy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationPolicy {
    /// `PolicySummary.Id`, such as `p-0a1b2c3d`.
    pub id: String,
    /// `PolicySummary.Arn`.
    pub arn: Option<String>,
    /// `PolicySummary.Type`.
    pub kind: OrganizationPolicyKind,
    /// `Content`.
    pub content: PolicyText,
    /// `TargetId` of `organizations list-targets-for-policy`: roots, organizational units and accounts; none if not saved.
    pub targets: Option<Vec<String>>,
}

/// The kinds of policies that limit requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrganizationPolicyKind {
    /// `SERVICE_CONTROL_POLICY`: limits the principals of accounts.
    ServiceControl,
    /// `RESOURCE_CONTROL_POLICY`: limits access to the resources of accounts.
    ResourceControl,
}
