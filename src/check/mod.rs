//! The services that a task could reach, from the configuration alone.
//!
//! Input: an [`Inventory`], and the subnets and groups to check. Output: a [`CheckedPlace`] for each place where
//! tasks are started. The paths are those that the causes judge by, see [`path`](crate::path); no flow log is read.
//! A service is reached at the interfaces of its endpoint if its name leads there, otherwise at its public addresses. No
//! document lists them, so an answer must hold for all public addresses.

mod destinations;
mod judge;
mod launch_targets;
mod mend;
mod needs;
mod resolution;

#[cfg(test)]
mod tests;

use crate::check::judge::Judged;
use crate::check::launch_targets::LaunchTarget;
use crate::check::mend::Plan;
use crate::inventory::Inventory;
use crate::model::deployment::Need;
use crate::model::ids::{SecurityGroupId, SubnetId};
use crate::report::check::{CheckedLaunchTarget, CheckedService};

/// The launch targets to check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// These subnets; empty means wherever services and tasks of the documents are started.
    pub subnet_ids: Vec<SubnetId>,
    /// The groups a task has there; empty means the VPC's default group.
    pub group_ids: Vec<SecurityGroupId>,
    /// Whether it has a public address.
    pub has_public_address: Option<bool>,
}

/// The services that each place can reach; empty if no document names a place.
#[must_use]
pub fn check(inventory: &Inventory, asked: &Asked) -> Vec<CheckedLaunchTarget> {
    launch_targets::launch_targets(inventory, asked)
        .iter()
        .map(|place| check_place(inventory, place))
        .collect()
}

fn check_place(inventory: &Inventory, place: &LaunchTarget) -> CheckedLaunchTarget {
    let resolution = resolution::check(inventory, place);
    let reached = place.needs.iter().map(|need| check_need(inventory, place, need));
    let (services, plans): (Vec<CheckedService>, Vec<Plan>) =
        std::iter::once(resolution).chain(reached).unzip();
    let fix = mend::fix_all(inventory, place, &services, plans);
    CheckedLaunchTarget {
        service_name: place.service_name.clone(),
        cluster_arn: place.cluster_arn.clone(),
        definition_arn: place.definition_arn.clone(),
        subnet_id: place.subnet_id.clone(),
        vpc_id: place.sender.vpc_id.clone(),
        group_ids: place.sender.group_ids.clone().unwrap_or_default(),
        has_public_address: place.sender.has_public_address,
        needs_from_task_definition: place.needs_from_task_definition,
        services,
        fix,
    }
}

fn check_need(inventory: &Inventory, place: &LaunchTarget, need: &Need) -> (CheckedService, Plan) {
    let destinations = destinations::of(inventory, place, need);
    let Judged { paths, reachability, cause, culprits, summary, missing } =
        judge::judge(inventory, place, need, &destinations);
    let mut plan = mend::plan(inventory, place, &destinations, reachability);
    let fix = mend::fix(inventory, place, need, &mut plan);
    let mut notes = destinations.notes;
    if let Some(unused) = destinations.unused.filter(|_| !reachability.is_blocked()) {
        notes.push(format!("{} is not used: {}", unused.endpoint.id, unused.setting.reason()));
    }
    let checked = CheckedService {
        service: need.service.clone(),
        host: need.host.clone(),
        reason: need.reason.clone(),
        reachability,
        cause,
        culprits,
        summary,
        paths,
        notes,
        missing,
        fix,
    };
    (checked, plan)
}
