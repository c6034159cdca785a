//! The finished report of `flowcause check`: the services that tasks of each launch target can reach, and what they may do there.
//!
//! It consists of plain, sorted values without open decisions. The JSON shape is separate, in [`json_v1`].

pub mod json_v1;
mod permissions;
mod permissions_v1;

use crate::finding::Fix;
use crate::model::defect::Defects;
use crate::model::ids::{SecurityGroupId, SubnetId, VpcId};

pub use crate::finding::{CheckedPath, CheckedService, Reachability};
pub use permissions::{
    AllowingStatement, CheckedDenial, CheckedRequest, CheckedResource, PermissionAnswer, StartPermissions,
};

/// A subnet in which tasks are started, with the settings of its ECS service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedLaunchTarget {
    /// The ECS service that starts them.
    pub service_name: Option<String>,
    /// Its cluster's ARN.
    pub cluster_arn: Option<String>,
    /// The task definition they are started from.
    pub definition_arn: Option<String>,
    /// The subnet.
    pub subnet_id: SubnetId,
    /// Its VPC.
    pub vpc_id: Option<VpcId>,
    /// The security groups; empty if no document names them.
    pub group_ids: Vec<SecurityGroupId>,
    /// Whether tasks get a public address.
    pub has_public_address: Option<bool>,
    /// Whether the services come from a task definition; otherwise they are the services that most tasks need.
    pub needs_from_task_definition: bool,
    /// The services, in the order of a task's start.
    pub services: Vec<CheckedService>,
    /// The fix for everything that is blocked; empty if nothing is blocked.
    pub fix: Fix,
    /// The permissions of a start there.
    pub permissions: StartPermissions,
}

impl CheckedLaunchTarget {
    /// Returns the services that are blocked at least in part.
    pub fn blocked(&self) -> impl Iterator<Item = &CheckedService> {
        self.services.iter().filter(|service| service.reachability.is_blocked())
    }

    /// Returns the worst reachability of its services.
    #[must_use]
    pub fn reachability(&self) -> Reachability {
        self.services.iter().map(|service| service.reachability).max().unwrap_or(Reachability::Undetermined)
    }
}

/// An ECS service of which no document shows where its tasks start, so that nothing can be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnplacedService {
    /// Its name.
    pub service_name: String,
    /// Its cluster's ARN.
    pub cluster_arn: Option<String>,
    /// Why it is not known, a sentence without its period.
    pub summary: String,
    /// The documents that would show it, each with the reason.
    pub missing: Vec<String>,
    /// The commands that save them, in their order.
    pub commands: Vec<String>,
}

/// The report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Files that were read.
    pub files: u64,
    /// Their bytes on disk.
    pub bytes_read: u64,
    /// Their defects.
    pub defects: Defects,
    /// The launch targets by service, then subnet.
    pub launch_targets: Vec<CheckedLaunchTarget>,
    /// The services that have no launch target, by cluster and name.
    pub unplaced: Vec<UnplacedService>,
}

impl CheckReport {
    /// Returns whether any service of any launch target is blocked.
    #[must_use]
    pub fn has_blocked(&self) -> bool {
        self.launch_targets.iter().any(|target| target.blocked().next().is_some())
    }

    /// Returns whether a start at any launch target is certainly denied a request, or a resource of it cannot be used.
    #[must_use]
    pub fn has_denied(&self) -> bool {
        self.launch_targets.iter().any(|target| target.permissions.answer() == PermissionAnswer::Denied)
    }
}
