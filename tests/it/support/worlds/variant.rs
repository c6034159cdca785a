//! The records and documents of a world.

use crate::support::rng::Rng;
use crate::support::worlds::log::{SPAN, Setup};

/// A variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Variant {
    /// Every interface, all fields, every document.
    Full,
    /// The default format.
    DefaultV2,
    /// Rejected records only.
    RejectOnly,
    /// The task's subnet alone is recorded.
    TaskSide,
    /// No `describe-services`, no task definition.
    NoServices,
    /// No groups.
    NoGroups,
    /// No ACLs.
    NoAcls,
    /// No endpoints.
    NoEndpoints,
    /// No route tables.
    NoRoutes,
    /// No interfaces.
    NoInterfaces,
    /// The documents show the network after its repair.
    Repaired,
}

impl Variant {
    /// Every variant.
    pub(crate) const ALL: [Self; 11] = [
        Self::Full,
        Self::DefaultV2,
        Self::RejectOnly,
        Self::TaskSide,
        Self::NoServices,
        Self::NoGroups,
        Self::NoAcls,
        Self::NoEndpoints,
        Self::NoRoutes,
        Self::NoInterfaces,
        Self::Repaired,
    ];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::DefaultV2 => "default-v2",
            Self::RejectOnly => "reject-only",
            Self::TaskSide => "task-side",
            Self::NoServices => "no-services",
            Self::NoGroups => "no-groups",
            Self::NoAcls => "no-acls",
            Self::NoEndpoints => "no-endpoints",
            Self::NoRoutes => "no-routes",
            Self::NoInterfaces => "no-interfaces",
            Self::Repaired => "repaired",
        }
    }

    /// The flow logs.
    pub(crate) fn setup(self, rng: &mut Rng) -> Setup {
        let ecs = (rng.between(0, 1) == 0).then(|| rng.between(0, 1) == 0);
        Setup {
            is_default: self == Self::DefaultV2,
            rejects_only: self == Self::RejectOnly,
            task_only: self == Self::TaskSide,
            ecs,
            span: SPAN,
        }
    }

    /// Whether a file of documents is saved.
    pub(crate) fn saves(self, file: &str) -> bool {
        match self {
            Self::NoServices => !matches!(file, "services.json" | "task-definition.json"),
            Self::NoGroups => file != "security-groups.json",
            Self::NoAcls => file != "network-acls.json",
            Self::NoEndpoints => file != "vpc-endpoints.json",
            Self::NoRoutes => file != "route-tables.json",
            Self::NoInterfaces => file != "network-interfaces.json",
            _ => true,
        }
    }
}
