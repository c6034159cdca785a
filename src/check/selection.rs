//! The launch targets that a check is limited to.

use crate::model::ids::{SecurityGroupId, SubnetId};

/// The launch targets to check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaunchTargetSelection {
    /// These subnets; if empty, the subnets in which services and tasks of the documents are started.
    pub subnet_ids: Vec<SubnetId>,
    /// The security groups of a task there; if empty, the default group of the VPC.
    pub group_ids: Vec<SecurityGroupId>,
    /// Whether the task has a public address.
    pub has_public_address: Option<bool>,
}
