//! The services that a task could reach and the requests that its start may make, from the configuration alone.
//!
//! Input: an [`Inventory`], and the subnets and groups to check. Output: a [`CheckedLaunchTarget`] for each
//! subnet and set of groups in which tasks are started. The paths are evaluated as for `explain`, see
//! [`path`](crate::path); no flow log is read.
//! A service is reached at the interfaces of its endpoint if its name leads there, otherwise at its public addresses. No
//! document lists them, so an answer must hold for all public addresses. The requests of a start are evaluated by the saved
//! policies, see [`authorization`](crate::authorization), each on the way that the configured path shows.

mod destinations;
mod evaluation;
mod failure;
mod fixes;
mod launch_targets;
mod needs;
mod permissions;
mod resolution;
mod selection;
mod unplaced;
mod way;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use crate::attribution::fix::route_of_v6;
use crate::check::destinations::Destinations;
use crate::check::evaluation::Evaluation;
use crate::check::failure::RequestFailure;
use crate::check::fixes::Plan;
use crate::check::launch_targets::LaunchTarget;
use crate::check::permissions::PermissionChecker;
use crate::check::way::RequestWay;
use crate::finding::{CauseId, Fix, Hop};
use crate::inventory::Inventory;
use crate::model::deployment::Need;
use crate::model::service::Service;
use crate::path::{Region, Sender, region_of};
use crate::report::check::{CheckedLaunchTarget, CheckedService, Reachability};

pub use selection::LaunchTargetSelection;
pub use unplaced::unplaced;

/// The services that each launch target can reach, and the requests that a start there may make; empty if no document names a
/// launch target.
#[must_use]
pub fn check(inventory: &Inventory, selection: &LaunchTargetSelection) -> Vec<CheckedLaunchTarget> {
    let mut checker = PermissionChecker::new(inventory);
    launch_targets::launch_targets(inventory, selection)
        .iter()
        .map(|target| check_target(inventory, target, &mut checker))
        .collect()
}

/// The services that one start could reach from where it sends, in the order of a start; empty if its subnet is unknown.
#[must_use]
pub fn check_start(
    inventory: &Inventory,
    sender: &Sender,
    definition_arn: Option<&String>,
) -> Vec<CheckedService> {
    let target = launch_targets::of_start(inventory, sender, definition_arn);
    let checked = target.map(|target| check_services(inventory, &target));
    checked.into_iter().flatten().map(|one| one.service).collect()
}

fn check_target<'a>(
    inventory: &'a Inventory,
    target: &LaunchTarget,
    checker: &mut PermissionChecker<'a>,
) -> CheckedLaunchTarget {
    let mut services = Vec::new();
    let mut plans = Vec::new();
    let mut ways = Vec::new();
    for one in check_services(inventory, target) {
        services.push(one.service);
        plans.push(one.plan);
        ways.extend(one.way);
    }
    let fix = fixes::fix_all(inventory, target, &services, plans);
    CheckedLaunchTarget {
        service_name: target.service_name.clone(),
        cluster_arn: target.cluster_arn.clone(),
        definition_arn: target.definition_arn.clone(),
        subnet_id: target.subnet_id.clone(),
        vpc_id: target.sender.vpc_id.clone(),
        group_ids: target.sender.group_ids.clone().unwrap_or_default(),
        has_public_address: target.sender.has_public_address,
        needs_from_task_definition: target.needs_from_task_definition,
        services,
        fix,
        permissions: checker.check(target, &ways),
    }
}

/// A checked service with what follows from it for the whole launch target.
struct CheckedNeed {
    service: CheckedService,
    plan: Plan,
    /// The way of the requests to it; none if it is no service of AWS.
    way: Option<RequestWay>,
}

/// The resolution of names, and then each service that a start needs.
fn check_services(inventory: &Inventory, target: &LaunchTarget) -> Vec<CheckedNeed> {
    let (service, plan) = resolution::check(inventory, target);
    let resolution = CheckedNeed { service, plan, way: None };
    let reached = target.needs.iter().map(|need| check_need(inventory, target, need));
    std::iter::once(resolution).chain(reached).collect()
}

/// The call that failed, as the stopped reason of a start states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalledService {
    /// The service.
    pub service: Service,
    /// The Region in the name of the host.
    pub region: Option<Region>,
    /// The address.
    pub address: Option<SocketAddr>,
}

/// The path to what a start called: to the address, if it is known, else to all addresses of the service.
///
/// None if the subnet of the start is unknown, or if the name of the service leads to other addresses now. Without an address,
/// none also if the start's needs contain the service, so that [`check_start`] has its path.
#[must_use]
pub fn check_called(
    inventory: &Inventory,
    sender: &Sender,
    definition_arn: Option<&String>,
    call: &CalledService,
) -> Option<CheckedService> {
    let target = launch_targets::of_start(inventory, sender, definition_arn)?;
    let known = target.needs.iter().find(|need| call.is_of(need, inventory, sender)).cloned();
    let Some(address) = call.address else {
        let is_new = known.is_none() && call.service != Service::Unknown;
        return is_new.then(|| check_need(inventory, &target, &call.need()).service);
    };
    let need = known.unwrap_or_else(|| call.need());
    let destinations = destinations::of(inventory, &target, &need).at(address, &call.service)?;
    let mut checked = check_destinations(inventory, &target, &need, destinations).service;
    if let Some(advice) = route_of_v6(address.ip()).filter(|_| checked.cause == Some(CauseId::NoRoute)) {
        checked.fix = Fix { text: advice.to_owned(), commands: Vec::new(), verified: false };
    }
    Some(checked)
}

/// Whether a service can be reached where its name leads, with the controls on the way; none if the subnet of the start is unknown.
#[must_use]
pub fn reach(
    inventory: &Inventory,
    sender: &Sender,
    definition_arn: Option<&String>,
    call: &CalledService,
) -> Option<(Reachability, Vec<Hop>)> {
    let target = launch_targets::of_start(inventory, sender, definition_arn)?;
    let known = target.needs.iter().find(|need| call.is_of(need, inventory, sender)).cloned();
    let need = known.unwrap_or_else(|| call.need());
    let destinations = destinations::of(inventory, &target, &need).with_blocked_ports(inventory, sender);
    let evaluation = Evaluation::of(inventory, &target, &destinations);
    let hops = evaluation.paths.iter().flat_map(|path| path.hops.iter().cloned()).collect();
    Some((evaluation.reachability(), hops))
}

impl CalledService {
    /// Whether it is a call of this need: the service, in the same Region. A need without a Region is one of the VPC's Region.
    fn is_of(&self, need: &Need, inventory: &Inventory, sender: &Sender) -> bool {
        let own = || region_of(inventory, sender.vpc_id.as_ref()?);
        let needed = need.region.as_deref().and_then(Region::named).or_else(own);
        let is_same = match (&self.region, &needed) {
            (Some(called), Some(needed)) => called == needed,
            _ => true,
        };
        need.service == self.service && is_same
    }

    fn need(&self) -> Need {
        Need {
            service: self.service.clone(),
            region: self.region.as_ref().map(|region| region.as_str().to_owned()),
            reason: "the stopped reason".to_owned(),
            host: match &self.service {
                Service::Other(host) => Some(host.clone()),
                _ => None,
            },
        }
    }
}

fn check_need(inventory: &Inventory, target: &LaunchTarget, need: &Need) -> CheckedNeed {
    let destinations = destinations::of(inventory, target, need);
    check_destinations(inventory, target, need, destinations)
}

fn check_destinations(
    inventory: &Inventory,
    target: &LaunchTarget,
    need: &Need,
    destinations: Destinations<'_>,
) -> CheckedNeed {
    let destinations = destinations.with_blocked_ports(inventory, &target.sender);
    let evaluation = Evaluation::of(inventory, target, &destinations);
    let reachability = evaluation.reachability();
    let failure = RequestFailure { inventory, target, need, destinations: &destinations };
    let denial = evaluation.first_denial();
    let cause = denial.filter(|_| reachability.is_blocked()).map(|(path, hop)| failure.cause(path, hop));
    let culprits = cause.map(|cause| failure.culprits(cause, &evaluation.paths)).unwrap_or_default();
    let summary = evaluation.summary(&failure.reason(cause, denial.map(|(_, hop)| hop)));
    let mut plan = fixes::plan(inventory, target, &destinations, reachability);
    let fix = fixes::fix(inventory, target, need, &mut plan);
    let service = CheckedService {
        service: need.service.clone(),
        host: need.host.clone(),
        reason: need.reason.clone(),
        reachability,
        cause,
        culprits,
        summary,
        paths: evaluation.checked_paths(),
        notes: notes(&destinations, reachability),
        missing: evaluation.missing(),
        fix,
    };
    CheckedNeed { service, plan, way: way::of(inventory, target, need, &destinations, &evaluation) }
}

/// Further facts about the destinations, one sentence each.
fn notes(destinations: &Destinations<'_>, reachability: Reachability) -> Vec<String> {
    let unused = destinations.unused.as_ref().filter(|_| !reachability.is_blocked());
    let note =
        unused.map(|unused| format!("{} is not used: {}", unused.endpoint.id, unused.setting.reason()));
    destinations.notes.iter().cloned().chain(note).collect()
}
