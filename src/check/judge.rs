//! From configured paths to an answer: reachable or not, the cause that a failure would have, and the blocking controls.

use crate::attribution::culprits;
use crate::attribution::endpoints::other_region;
use crate::attribution::obstacle::{Obstacle, end_of_route};
use crate::check::destinations::Destinations;
use crate::check::launch_targets::LaunchTarget;
use crate::finding::{CauseId, Culprit, Hop, HopDecision};
use crate::inventory::Inventory;
use crate::model::deployment::Need;
use crate::path::{ConfiguredPath, NextHop, evaluate_query};
use crate::report::check::{CheckedPath, Reachability};

/// The answer for one service.
pub(super) struct Judged {
    pub(super) paths: Vec<CheckedPath>,
    pub(super) reachability: Reachability,
    pub(super) cause: Option<CauseId>,
    pub(super) culprits: Vec<Culprit>,
    pub(super) summary: String,
    pub(super) missing: Vec<String>,
}

/// Evaluates one needed service.
pub(super) fn judge(
    inventory: &Inventory,
    place: &LaunchTarget,
    need: &Need,
    destinations: &Destinations<'_>,
) -> Judged {
    let evaluated: Vec<ConfiguredPath> = (destinations.list.iter())
        .map(|destination| evaluate_query(inventory, &place.sender, &destination.query))
        .collect();
    let paths: Vec<CheckedPath> = (destinations.list.iter().zip(&evaluated))
        .map(|(destination, path)| CheckedPath {
            destination: destination.label.clone(),
            reachability: reach_of(path),
            hops: path.hops.clone(),
        })
        .collect();
    let reachability = together(&paths, destinations);
    let blame = Blame { inventory, place, need, destinations };
    let denied = evaluated.iter().find_map(|path| Some((path, path.denials().next()?)));
    let cause = denied.filter(|_| reachability.is_blocked()).map(|(path, hop)| blame.cause(path, hop));
    let reason = blame.reason(cause, denied.map(|(_, hop)| hop));
    let mut missing = destinations.missing.clone();
    missing.extend(evaluated.iter().flat_map(|path| &path.hops).filter_map(|hop| match &hop.decision {
        HopDecision::Unknown { needs } => Some(needs.clone()),
        _ => None,
    }));
    missing.sort();
    missing.dedup();
    Judged {
        summary: summary(reachability, &evaluated, &paths, &reason),
        culprits: cause.map(|cause| blame.culprits(cause, &evaluated)).unwrap_or_default(),
        paths,
        reachability,
        cause,
        missing,
    }
}

/// The reachability of one path.
pub(super) fn reach_of(path: &ConfiguredPath) -> Reachability {
    let has = |decision: fn(&HopDecision) -> bool| path.hops.iter().any(|hop| decision(&hop.decision));
    if has(|decision| *decision == HopDecision::Denied) {
        Reachability::Blocked
    } else if has(|decision| matches!(decision, HopDecision::Unknown { .. })) {
        Reachability::Undetermined
    } else if has(|decision| *decision == HopDecision::External) {
        Reachability::External
    } else {
        Reachability::Reachable
    }
}

/// The reachability of all destinations of a service: its name may lead to any of them.
fn together(paths: &[CheckedPath], destinations: &Destinations<'_>) -> Reachability {
    let is_whole = destinations.missing.is_empty();
    let blocked = paths.iter().filter(|path| path.reachability == Reachability::Blocked).count();
    // Where it is not known what else there is, those that are blocked are not all, or not the ones.
    match (blocked, is_whole) {
        (0, true) => paths.iter().map(|path| path.reachability).max().unwrap_or(Reachability::Undetermined),
        (0, false) => Reachability::Undetermined,
        (blocked, true) if blocked == paths.len() => Reachability::Blocked,
        (blocked, false) if blocked == paths.len() && !destinations.are_interfaces => {
            Reachability::Undetermined
        }
        _ => Reachability::PartlyBlocked,
    }
}

fn summary(
    reachability: Reachability,
    evaluated: &[ConfiguredPath],
    paths: &[CheckedPath],
    reason: &str,
) -> String {
    match reachability {
        Reachability::Blocked => reason.to_owned(),
        Reachability::PartlyBlocked => {
            let blocked = paths.iter().filter(|path| path.reachability == Reachability::Blocked).count();
            format!("{blocked} of {} destinations cannot be reached: {reason}", paths.len())
        }
        Reachability::Undetermined => "no document shows it".to_owned(),
        Reachability::External | Reachability::Reachable => {
            let mut routes: Vec<String> = (evaluated.iter().zip(paths))
                .map(|(path, checked)| route_taken(&path.next_hop, &checked.destination))
                .collect();
            routes.dedup();
            routes.join(", ")
        }
    }
}

/// `through nat-1`, `at 10.40.12.36 (eni-1 of vpce-1)`.
fn route_taken(next_hop: &NextHop, destination: &str) -> String {
    match next_hop {
        NextHop::Local { .. } => format!("at {destination}"),
        NextHop::GatewayEndpoint(id) => format!("through the gateway endpoint {id}"),
        NextHop::InternetGateway(id) => format!("through the internet gateway {id}"),
        NextHop::Nat(id) => format!("through the NAT gateway {id}"),
        NextHop::External(target) => format!("through {target}, and no document shows what follows"),
        NextHop::Blackhole(_) | NextHop::NoRoute | NextHop::Unknown => "by an unknown way".to_owned(),
    }
}

/// Names the cause and the culprits of a failure as `explain` would from flow logs.
struct Blame<'a> {
    inventory: &'a Inventory,
    place: &'a LaunchTarget,
    need: &'a Need,
    destinations: &'a Destinations<'a>,
}

impl Blame<'_> {
    /// The cause of a task's failure here. A service that the task should reach inside the VPC lacks its endpoint first, even
    /// if other controls block its public addresses.
    fn cause(&self, path: &ConfiguredPath, hop: &Hop) -> CauseId {
        let by_hop = || Some(Obstacle::of(self.inventory, &path.next_hop, hop)?.cause(&self.need.service));
        self.endpoint_lacks(path).or_else(by_hop).unwrap_or(CauseId::NoRoute)
    }

    /// The cause, if no route leads to the service, inside the VPC or out of it.
    fn endpoint_lacks(&self, path: &ConfiguredPath) -> Option<CauseId> {
        end_of_route(path)?;
        if self.destinations.unused.is_some() {
            return Some(CauseId::PrivateDnsOff);
        }
        let is_elsewhere = self.need.host.is_some()
            || other_region(self.inventory, self.place.sender.vpc_id.as_ref(), self.need).is_some();
        let needed = self.place.needs.iter().map(|need| &need.service);
        let is_lacking = path.next_hop == NextHop::NoRoute
            && !is_elsewhere
            && self.place.endpoints(self.inventory).relies_on_endpoints(needed);
        is_lacking.then(|| Obstacle::Endpoint.cause(&self.need.service))
    }

    /// The reason to show first.
    fn reason(&self, cause: Option<CauseId>, denied: Option<&Hop>) -> String {
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

    /// The missing resource comes before the controls that deny.
    fn culprits(&self, cause: CauseId, evaluated: &[ConfiguredPath]) -> Vec<Culprit> {
        let first = match (cause, &self.destinations.unused) {
            (CauseId::PrivateDnsOff, Some(unused)) => culprits::of_unused(unused),
            (CauseId::EndpointMissing, None) if !self.destinations.are_interfaces => {
                let vpc = self.place.sender.vpc_id.as_ref();
                vec![culprits::of_missing_endpoint(vpc, &self.need.service)]
            }
            _ => Vec::new(),
        };
        let next_hops = evaluated.iter().map(|path| &path.next_hop);
        let denials: Vec<&Hop> = evaluated.iter().flat_map(ConfiguredPath::denials).collect();
        let endpoints = self.place.endpoints(self.inventory);
        let blocking = culprits::of_cause(cause, endpoints, next_hops, &denials);
        culprits::each_once(first.into_iter().chain(blocking))
    }
}
