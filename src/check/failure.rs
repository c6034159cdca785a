//! The cause and the culprits of a failure at a launch target, as `explain` would name them from flow logs.

use crate::attribution::culprits;
use crate::attribution::endpoints::other_region;
use crate::attribution::obstacle::{Obstacle, end_of_route};
use crate::check::destinations::Destinations;
use crate::check::launch_targets::LaunchTarget;
use crate::finding::{CauseId, Culprit, Hop};
use crate::inventory::Inventory;
use crate::model::deployment::Need;
use crate::path::{ConfiguredPath, NextHop};

/// The failure of a request to a needed service.
pub(super) struct RequestFailure<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) target: &'a LaunchTarget,
    pub(super) need: &'a Need,
    pub(super) destinations: &'a Destinations<'a>,
}

impl RequestFailure<'_> {
    /// The cause, if this hop of this path denies. If the task should reach the service inside the VPC, the missing
    /// endpoint comes first, even if other controls block the public addresses.
    pub(super) fn cause(&self, path: &ConfiguredPath, hop: &Hop) -> CauseId {
        let by_hop = || Some(Obstacle::of(self.inventory, &path.next_hop, hop)?.cause(&self.need.service));
        self.missing_endpoint(path).or_else(by_hop).unwrap_or(CauseId::NoRoute)
    }

    /// The cause, if no route leads to the service, inside the VPC or out of it.
    fn missing_endpoint(&self, path: &ConfiguredPath) -> Option<CauseId> {
        end_of_route(path)?;
        if self.destinations.unused.is_some() {
            return Some(CauseId::PrivateDnsOff);
        }
        let is_elsewhere = self.need.host.is_some()
            || other_region(self.inventory, self.target.sender.vpc_id.as_ref(), self.need).is_some();
        let needed = self.target.needs.iter().map(|need| &need.service);
        let is_missing = path.next_hop == NextHop::NoRoute
            && !is_elsewhere
            && self.target.endpoints(self.inventory).relies_on_endpoints(needed);
        is_missing.then(|| Obstacle::Endpoint.cause(&self.need.service))
    }

    /// The reason to show first.
    pub(super) fn reason(&self, cause: Option<CauseId>, denied: Option<&Hop>) -> String {
        let hop = denied.map(|hop| hop.reason.clone()).unwrap_or_default();
        match (cause, &self.destinations.unused) {
            (Some(CauseId::PrivateDnsOff), Some(unused)) => {
                let (id, setting) = (&unused.endpoint.id, unused.setting.reason());
                format!("the name does not lead to {id}, because {setting}; and {hop}")
            }
            (Some(CauseId::EndpointMissing), _) if !self.destinations.are_interfaces => {
                format!("there is no interface endpoint for {}; and {hop}", self.need.service)
            }
            _ => hop,
        }
    }

    /// The resources at fault. A missing resource comes before the controls that deny.
    pub(super) fn culprits(&self, cause: CauseId, paths: &[ConfiguredPath]) -> Vec<Culprit> {
        let first = match (cause, &self.destinations.unused) {
            (CauseId::PrivateDnsOff, Some(unused)) => culprits::of_unused(unused),
            (CauseId::EndpointMissing, None) if !self.destinations.are_interfaces => {
                let vpc = self.target.sender.vpc_id.as_ref();
                vec![culprits::of_missing_endpoint(vpc, &self.need.service)]
            }
            _ => Vec::new(),
        };
        let next_hops = paths.iter().map(|path| &path.next_hop);
        let denials: Vec<&Hop> = paths.iter().flat_map(ConfiguredPath::denials).collect();
        let endpoints = self.target.endpoints(self.inventory);
        let blocking = culprits::of_cause(cause, endpoints, next_hops, &denials);
        culprits::each_once(first.into_iter().chain(blocking))
    }
}
