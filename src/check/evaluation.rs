//! The evaluated paths to the destinations of a service, and the answer that they give together.

use crate::check::destinations::{Destination, Destinations};
use crate::check::launch_targets::LaunchTarget;
use crate::finding::{Hop, HopDecision};
use crate::inventory::Inventory;
use crate::path::{ConfiguredPath, NextHop, evaluate_query};
use crate::report::check::{CheckedPath, Reachability};

/// The destinations of a service with the path to each of them.
pub(super) struct Evaluation<'a> {
    destinations: &'a Destinations<'a>,
    /// A path for each destination, in their order.
    pub(super) paths: Vec<ConfiguredPath>,
}

impl<'a> Evaluation<'a> {
    /// Evaluates the path to each destination.
    pub(super) fn of(
        inventory: &Inventory,
        target: &LaunchTarget,
        destinations: &'a Destinations<'a>,
    ) -> Self {
        let path = |destination: &Destination| evaluate_query(inventory, &target.sender, &destination.query);
        Self { destinations, paths: destinations.list.iter().map(path).collect() }
    }

    /// Each destination with its path.
    pub(super) fn each(&self) -> impl Iterator<Item = (&Destination, &ConfiguredPath)> {
        self.destinations.list.iter().zip(&self.paths)
    }

    /// The paths as a report shows them.
    pub(super) fn checked_paths(&self) -> Vec<CheckedPath> {
        let checked = |(destination, path): (&Destination, &ConfiguredPath)| CheckedPath {
            destination: destination.label.clone(),
            reachability: reachability_at(destination, path),
            hops: path.hops.clone(),
        };
        self.each().map(checked).collect()
    }

    /// The first denial of all paths, with its path.
    pub(super) fn first_denial(&self) -> Option<(&ConfiguredPath, &Hop)> {
        self.paths.iter().find_map(|path| Some((path, path.denials().next()?)))
    }

    fn reachabilities(&self) -> impl Iterator<Item = Reachability> {
        self.each().map(|(destination, path)| reachability_at(destination, path))
    }

    fn n_blocked(&self) -> usize {
        self.reachabilities().filter(|one| *one == Reachability::Blocked).count()
    }

    /// The reachability of all destinations together: the name of the service may lead to any of them.
    pub(super) fn reachability(&self) -> Reachability {
        let is_complete = self.destinations.missing.is_empty();
        let n_all = self.paths.len();
        // The path to a private address may be another one than that to public addresses.
        if self.destinations.may_be_private && self.n_blocked() > 0 {
            return Reachability::Undetermined;
        }
        if self.n_blocked() == 0 && self.reachabilities().any(Reachability::is_blocked) {
            return Reachability::PartlyBlocked;
        }
        // Without a record of the zone, the name leads nowhere: what is blocked stays blocked.
        if self.destinations.zone_records.is_some() && self.n_blocked() == 0 {
            return Reachability::Undetermined;
        }
        // If further destinations are unknown, the blocked ones are not all, or not the ones that are used.
        match (self.n_blocked(), is_complete) {
            (0, true) => self.reachabilities().max().unwrap_or(Reachability::Undetermined),
            (0, false) => Reachability::Undetermined,
            (n_blocked, true) if n_blocked == n_all => Reachability::Blocked,
            (n_blocked, false) if n_blocked == n_all && !self.destinations.are_interfaces => {
                Reachability::Undetermined
            }
            _ => Reachability::PartlyBlocked,
        }
    }

    /// The answer as a sentence without its period; `reason` is that of the denial to show.
    pub(super) fn summary(&self, reason: &str) -> String {
        match self.reachability() {
            Reachability::Blocked => reason.to_owned(),
            Reachability::PartlyBlocked if self.n_blocked() == 0 => {
                format!("connections from some ports fail: {reason}")
            }
            Reachability::PartlyBlocked => {
                format!(
                    "{} of {} destinations cannot be reached: {reason}",
                    self.n_blocked(),
                    self.paths.len()
                )
            }
            Reachability::Undetermined => UNDETERMINED.to_owned(),
            Reachability::External | Reachability::Reachable => {
                let mut routes: Vec<String> = (self.each())
                    .map(|(destination, path)| route_taken(&path.next_hop, &destination.name))
                    .collect();
                routes.dedup();
                routes.join(", ")
            }
        }
    }

    /// The documents that would show the unknown decisions and the unknown destinations, each once.
    pub(super) fn missing(&self) -> Vec<String> {
        let mut missing = self.destinations.missing.clone();
        missing.extend(self.destinations.zone_records.iter().filter(|_| self.n_blocked() == 0).cloned());
        let hops = self.paths.iter().flat_map(|path| &path.hops);
        missing.extend(hops.filter_map(Hop::needs).map(ToOwned::to_owned));
        if self.destinations.may_be_private && self.n_blocked() > 0 {
            missing
                .push("the addresses of the registry, and the route to them if they are private".to_owned());
        }
        missing.sort();
        missing.dedup();
        missing
    }
}

/// The summary of a service whose reachability depends on a missing document.
pub(super) const UNDETERMINED: &str = "no document shows it";

/// The reachability of one destination over its path.
fn reachability_at(destination: &Destination, path: &ConfiguredPath) -> Reachability {
    match reachability_of(path) {
        Reachability::Blocked if destination.from_all_ports.is_some() => Reachability::PartlyBlocked,
        reachability => reachability,
    }
}

/// The reachability of one path.
fn reachability_of(path: &ConfiguredPath) -> Reachability {
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

/// `through nat-1`, `at 10.40.12.36 (eni-1 of vpce-1)`.
fn route_taken(next_hop: &NextHop, destination: &str) -> String {
    match next_hop {
        NextHop::Local { .. } => format!("at {destination}"),
        NextHop::GatewayEndpoint(id) => format!("through the gateway endpoint {id}"),
        NextHop::InternetGateway(id) => format!("through the internet gateway {id}"),
        NextHop::Nat(id) => format!("through the NAT gateway {id}"),
        NextHop::Appliance(id) => {
            format!("through {id}, and no document shows whether its instance forwards the packets")
        }
        NextHop::External(target) => format!("through {target}, and no document shows what follows"),
        NextHop::Blackhole(_) | NextHop::NoRoute | NextHop::Unknown => "by an unknown route".to_owned(),
    }
}
