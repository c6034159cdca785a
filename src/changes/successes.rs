//! The last success before a failure: a neighbour's records, or a task that started.

use std::collections::BTreeMap;

use crate::diagnose::case::{Attempt, Case, Origin, Reached};
use crate::inventory::Inventory;
use crate::model::ids::InterfaceId;
use crate::model::service::Service;
use crate::model::task::Task;
use crate::model::time::Timestamp;
use crate::path::Sender;

/// The start of a task: when, and its interface.
type TaskStart = (Timestamp, Option<InterfaceId>);

/// When tasks started, by service and by subnet.
#[derive(Default)]
pub(super) struct Successes {
    by_service: BTreeMap<(Option<String>, String), Vec<TaskStart>>,
    by_subnet: BTreeMap<String, Vec<TaskStart>>,
}

/// The last success before a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LastSuccess {
    /// As records show it: the opening of the last connection that succeeded.
    pub(super) recorded: Option<Timestamp>,
    /// As documents show it: `startedAt`.
    started: Option<Timestamp>,
    /// The interface of the task that succeeded, if it is of the same service.
    interface_id: Option<InterfaceId>,
}

impl LastSuccess {
    pub(super) fn at(&self) -> Option<Timestamp> {
        self.recorded.max(self.started)
    }

    /// The sender of that success, in the place of the case's.
    pub(super) fn sender(&self, case: &Case<'_>, inventory: &Inventory) -> Option<Sender> {
        let interface = inventory.interface(self.interface_id.as_ref()?)?;
        let groups = interface.group_ids.clone();
        Some(Sender {
            interface_id: Some(interface.id.clone()),
            addresses: interface.addresses.clone(),
            subnet_id: interface.subnet_id.clone(),
            vpc_id: interface.vpc_id.clone(),
            group_ids: (!groups.is_empty()).then_some(groups),
            has_public_address: case.sender.has_public_address,
        })
    }
}

impl Successes {
    pub(super) fn of(inventory: &Inventory) -> Self {
        let mut all = Self::default();
        for task in inventory.tasks.values() {
            let Some(at) = task.started_at else { continue };
            let start = || (at, task.interface_id.clone());
            if let Some(service) = service_of(task) {
                all.by_service.entry(service).or_default().push(start());
            }
            if let Some(subnet) = &task.subnet_id {
                all.by_subnet.entry(subnet.to_string()).or_default().push(start());
            }
        }
        all.by_service.values_mut().chain(all.by_subnet.values_mut()).for_each(|starts| starts.sort());
        all
    }

    /// The last success before a time.
    pub(super) fn before(&self, case: &Case<'_>, failure: Timestamp) -> LastSuccess {
        let recorded = |is_own: &dyn Fn(&Reached) -> bool| {
            let own = reached(case).filter(|one| one.attempt.first < failure && is_own(one));
            own.max_by_key(|one| one.attempt.first)
        };
        let subject = &case.subject;
        let of_service =
            |one: &Reached| subject.service_name.is_some() && one.task.service_name == subject.service_name;
        let of_subnet =
            |one: &Reached| subject.subnet_id.is_some() && one.task.subnet_id == subject.subnet_id;
        let last = |starts: Option<&Vec<TaskStart>>| {
            let starts = starts.map(Vec::as_slice).unwrap_or_default();
            starts[..starts.partition_point(|(at, _)| *at < failure)].last().cloned()
        };
        // A task that started does not show what its containers reached.
        let is_start = case.failing_step().is_none_or(|step| step.origin == Origin::Start);
        let task = subject.task_arn.as_ref().and_then(|arn| case.facts.latest.tasks.get(arn));
        let own = task.and_then(service_of).and_then(|service| self.by_service.get(&service));
        let started = last(own).filter(|_| is_start);
        let found = recorded(&of_service);
        if found.is_some() || started.is_some() {
            let of_task = started.as_ref().and_then(|(_, id)| id.clone());
            return LastSuccess {
                recorded: found.map(|one| one.attempt.first),
                started: started.map(|(at, _)| at),
                interface_id: of_task.or_else(|| found.and_then(|one| one.task.interface_id.clone())),
            };
        }
        let in_subnet = subject.subnet_id.as_ref().and_then(|subnet| self.by_subnet.get(subnet.as_str()));
        LastSuccess {
            recorded: recorded(&of_subnet).map(|one| one.attempt.first),
            started: last(in_subnet).filter(|_| is_start).map(|(at, _)| at),
            interface_id: None,
        }
    }
}

fn service_of(task: &Task) -> Option<(Option<String>, String)> {
    Some((task.cluster_arn.clone(), task.service_name.clone()?))
}

/// The neighbours in the same VPC that reached the service or the address that the case failed to reach.
fn reached<'c>(case: &'c Case<'_>) -> impl Iterator<Item = &'c Reached> {
    let own = &case.subject;
    let failing: Vec<&Attempt> =
        case.failing_step().map(|step| case.attempts_of(step).collect()).unwrap_or_default();
    let named =
        case.reason.service.clone().filter(|service| failing.is_empty() && *service != Service::Unknown);
    case.reached.iter().filter(move |one| {
        let is_same = |attempt: &&Attempt| {
            attempt.destination == one.attempt.destination
                || (attempt.service == one.attempt.service && attempt.service != Service::Unknown)
        };
        one.task.vpc_id == own.vpc_id
            && one.task.interface_id != own.interface_id
            && (failing.iter().any(is_same) || named.as_ref() == Some(&one.attempt.service))
    })
}
