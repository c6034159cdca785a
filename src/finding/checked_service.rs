//! A service that a task needs, and whether the configuration lets the task reach it.
//!
//! `check` reports it. `explain` concludes from it where the records decide nothing.

use std::cmp::Ordering;

use crate::finding::{CauseId, Culprit, Fix, Hop};
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
