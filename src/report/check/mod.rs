//! The finished answer of `flowcause check`: for each place where tasks are started, what can be reached from there.
//!
//! Plain values, sorted, nothing left to decide. The JSON shape is separate, in [`json_v1`].

pub mod json_v1;

use std::cmp::Ordering;

use crate::finding::{CauseId, Culprit, Fix, Hop};
use crate::model::defect::Defects;
use crate::model::ids::{SecurityGroupId, SubnetId, VpcId};
use crate::model::service::Service;

/// Whether something can be reached, as far as documents tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Every control is known and lets requests and replies through.
    Reachable,
    /// The path leaves what documents show, and nothing before that is in the way.
    External,
    /// A document is missing, and nothing known is in the way.
    Undetermined,
    /// Some of its addresses cannot be reached.
    PartlyBlocked,
    /// A control is in the way.
    Blocked,
}

impl Reach {
    /// The name in reports.
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

    /// Whether a control blocks some requests.
    #[must_use]
    pub fn is_blocked(self) -> bool {
        matches!(self, Self::PartlyBlocked | Self::Blocked)
    }
}

/// The worse one is the larger.
impl Ord for Reach {
    fn cmp(&self, other: &Self) -> Ordering {
        self.severity().cmp(&other.severity())
    }
}

impl PartialOrd for Reach {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The path to one destination of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedPath {
    /// An interface and its address, or the service's public addresses.
    pub destination: String,
    /// What comes of it.
    pub reach: Reach,
    /// Every control, the request's first; none where no control acts.
    pub hops: Vec<Hop>,
}

/// One service that a task there contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedService {
    /// The service.
    pub service: Service,
    /// The host, where it is none of AWS's.
    pub host: Option<String>,
    /// What says that a task contacts it.
    pub reason: String,
    /// What comes of it.
    pub reach: Reach,
    /// The cause that a task's failure would have.
    pub cause: Option<CauseId>,
    /// The resources in the way, those that packets meet first before others.
    pub culprits: Vec<Culprit>,
    /// A sentence without its period.
    pub summary: String,
    /// The paths to its destinations.
    pub paths: Vec<CheckedPath>,
    /// What else matters, a sentence each.
    pub notes: Vec<String>,
    /// The documents that would tell what is not known.
    pub missing: Vec<String>,
    /// What would open it; empty if nothing is in the way.
    pub fix: Fix,
}

/// A place where tasks are started.
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
    /// Whether the task definition says what is contacted; else it is what most tasks contact.
    pub is_stated: bool,
    /// The services, in the order of a task's start.
    pub services: Vec<CheckedService>,
    /// What would open everything that is blocked; empty if nothing is.
    pub fix: Fix,
}

impl CheckedLaunchTarget {
    /// The services that cannot be reached, or not all of them.
    pub fn blocked(&self) -> impl Iterator<Item = &CheckedService> {
        self.services.iter().filter(|service| service.reach.is_blocked())
    }

    /// The worst of its services.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.services.iter().map(|service| service.reach).max().unwrap_or(Reach::Undetermined)
    }
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Files that were read.
    pub files: u64,
    /// Their bytes on disk.
    pub bytes_read: u64,
    /// What was wrong with them.
    pub defects: Defects,
    /// The places, by service, then subnet.
    pub launch_targets: Vec<CheckedLaunchTarget>,
}

impl CheckReport {
    /// Whether something is blocked anywhere.
    #[must_use]
    pub fn has_blocked(&self) -> bool {
        self.launch_targets.iter().any(|place| place.blocked().next().is_some())
    }
}
