//! The finished report of `flowcause check`: the services that tasks of each launch target can reach.
//!
//! It consists of plain, sorted values without open decisions. The JSON shape is separate, in [`json_v1`].

pub mod json_v1;

use std::cmp::Ordering;

use crate::finding::{CauseId, Culprit, Fix, Hop};
use crate::model::defect::Defects;
use crate::model::ids::{SecurityGroupId, SubnetId, VpcId};
use crate::model::service::Service;

/// Whether something can be reached, according to the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reachability {
    /// Every control is known and allows requests and replies.
    Reachable,
    /// The path continues outside the documented configuration, and no control before that blocks it.
    External,
    /// A document is missing, and no known control blocks the path.
    Undetermined,
    /// Some of its addresses cannot be reached.
    PartlyBlocked,
    /// A control blocks the path.
    Blocked,
}

impl Reachability {
    /// Returns the name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reachable => "reachable",
            Self::External => "external",
            Self::Undetermined => "undetermined",
            Self::PartlyBlocked => "partly-blocked",
            Self::Blocked => "blocked",
        }
    }

    fn severity(self) -> u8 {
        match self {
            Self::Reachable => 0,
            Self::External => 1,
            Self::Undetermined => 2,
            Self::PartlyBlocked => 3,
            Self::Blocked => 4,
        }
    }

    /// Returns whether a control blocks some requests.
    #[must_use]
    pub fn is_blocked(self) -> bool {
        matches!(self, Self::PartlyBlocked | Self::Blocked)
    }
}

/// The worse one is the larger.
impl Ord for Reachability {
    fn cmp(&self, other: &Self) -> Ordering {
        self.severity().cmp(&other.severity())
    }
}

impl PartialOrd for Reachability {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The path to one destination of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedPath {
    /// An interface and its address, or the service's public addresses.
    pub destination: String,
    /// Whether it can be reached.
    pub reachability: Reachability,
    /// All controls, those of the request first; empty if no control acts.
    pub hops: Vec<Hop>,
}

/// One service that a task of the launch target needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedService {
    /// The service.
    pub service: Service,
    /// The host, if it is not a host of AWS.
    pub host: Option<String>,
    /// Why a task needs it.
    pub reason: String,
    /// Whether it can be reached.
    pub reachability: Reachability,
    /// The cause that a failure of a task would have.
    pub cause: Option<CauseId>,
    /// The blocking resources, in the order in which packets pass them.
    pub culprits: Vec<Culprit>,
    /// A sentence without its period.
    pub summary: String,
    /// The paths to its destinations.
    pub paths: Vec<CheckedPath>,
    /// Further remarks, each a sentence without its period.
    pub notes: Vec<String>,
    /// The documents that would show the unknown parts of the configuration.
    pub missing: Vec<String>,
    /// The fix; empty if nothing is blocked.
    pub fix: Fix,
}

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
}

impl CheckReport {
    /// Returns whether any service of any launch target is blocked.
    #[must_use]
    pub fn has_blocked(&self) -> bool {
        self.launch_targets.iter().any(|target| target.blocked().next().is_some())
    }
}
