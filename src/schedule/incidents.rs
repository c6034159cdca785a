//! The incidents of all runs: which are new, ongoing, or resolved.
//!
//! An incident is resolved if a task started at each location where its tasks failed: the same service in the same
//! subnet, after the last failure. The absence of new failures does not resolve an incident, because there may have
//! been no attempt.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnose::stopped_reason::is_start_failure;
use crate::inventory::Inventory;
use crate::model::ids::SubnetId;
use crate::model::service::Service;
use crate::model::time::Timestamp;
use crate::report::identity::key_of;
use crate::report::{
    Incident, IncidentHistory, PastCulprit, PastIncident, Report, Start, Status, TaskReport,
};
use crate::schedule::state::{
    KnownCulprit, KnownIncident, KnownLocation, KnownStart, KnownStatus, KnownTask, SavedState,
};
use crate::schedule::update::identity;

/// The name of a service and a subnet.
type ServiceSubnet = (Option<String>, Option<SubnetId>);

/// Derives the incidents of the state from its tasks, which must already be up to date. `before` is the state at the
/// start of the run.
pub(super) fn update(state: &mut SavedState, before: &SavedState, report: &Report, inventory: &Inventory) {
    let mut members: BTreeMap<&str, Vec<&KnownTask>> = BTreeMap::new();
    for task in state.tasks.values() {
        members.entry(&task.incident).or_default().push(task);
    }
    let reported: BTreeMap<String, &Incident> = keys(report).into_iter().rev().collect();
    let pruned = before.incidents.iter().filter(|(_, incident)| incident.pruned_tasks > 0);
    let all: BTreeSet<&str> = members.keys().copied().chain(pruned.map(|(key, _)| key.as_str())).collect();
    let starts = starts(inventory);
    let mut incidents = BTreeMap::new();
    for key in all {
        let old = before.incidents.get(key);
        let Some(mut incident) =
            reported.get(key).map(|reported| described(reported)).or_else(|| old.cloned())
        else {
            continue;
        };
        let of_key = members.get(key).map_or(&[][..], Vec::as_slice);
        count(&mut incident, old, of_key);
        let resolved = old.filter(|old| old.status == KnownStatus::Resolved && !has_new(key, before, report));
        incident.resolved_by = match resolved {
            Some(old) => old.resolved_by.clone(),
            None => resolution(&incident, &starts),
        };
        incident.status =
            if incident.resolved_by.is_some() { KnownStatus::Resolved } else { KnownStatus::Open };
        incidents.insert(key.to_owned(), incident);
    }
    state.incidents = incidents;
}

/// Writes the history of each incident into the report. Returns the incidents that this run resolved, and the open
/// ones that it did not see.
pub(super) fn report_changes(
    report: &mut Report,
    before: &SavedState,
    after: &SavedState,
) -> (Vec<PastIncident>, Vec<PastIncident>) {
    let keys: Vec<String> = keys(report).into_iter().map(|(key, _)| key).collect();
    let histories: Vec<Option<IncidentHistory>> = keys
        .iter()
        .map(|key| {
            let known = after.incidents.get(key)?;
            let status = match before.incidents.get(key).map(|old| old.status) {
                None => Status::New,
                Some(KnownStatus::Open) => Status::Ongoing,
                Some(KnownStatus::Resolved) if has_new(key, before, report) => Status::Returned,
                Some(KnownStatus::Resolved) => Status::Resolved,
            };
            Some(IncidentHistory { status, since: known.first, tasks: known.tasks })
        })
        .collect();
    for (incident, history) in report.incidents.iter_mut().zip(histories) {
        incident.history = history;
    }
    let was_resolved = |key: &String| {
        let old = before.incidents.get(key);
        old.is_some_and(|old| old.status == KnownStatus::Resolved) && !has_new(key, before, report)
    };
    let of = |status| after.incidents.iter().filter(move |(_, incident)| incident.status == status);
    let resolved = of(KnownStatus::Resolved).filter(|(key, _)| !was_resolved(key));
    let not_seen = of(KnownStatus::Open).filter(|(key, _)| !keys.contains(key));
    (
        resolved.map(|(_, incident)| past(incident)).collect(),
        not_seen.map(|(_, incident)| past(incident)).collect(),
    )
}

/// Returns the report's incidents with their keys, in the order of the report.
fn keys(report: &Report) -> Vec<(String, &Incident)> {
    let key = |incident: &Incident| {
        let is_of = |task: &&TaskReport| {
            let verdict = &task.verdict;
            verdict.cause == incident.cause
                && verdict.culprits == incident.culprits
                && verdict.service.as_ref() == incident.services.first()
        };
        report.tasks.iter().find(is_of).map(key_of).unwrap_or_default()
    };
    report.incidents.iter().map(|incident| (key(incident), incident)).collect()
}

/// Returns whether the report has a task of the incident that no earlier run assigned to it.
fn has_new(key: &str, before: &SavedState, report: &Report) -> bool {
    report.tasks.iter().filter(|task| key_of(task) == key).any(|task| {
        let known = identity(task).and_then(|id| before.tasks.get(id));
        known.is_none_or(|known| known.incident != key)
    })
}

fn described(incident: &Incident) -> KnownIncident {
    let culprits = incident.culprits.iter().map(|culprit| KnownCulprit {
        kind: culprit.kind.name().to_owned(),
        id: culprit.id.clone(),
        subnet_id: culprit.subnet_id.clone(),
    });
    KnownIncident {
        cause: incident.cause.to_string(),
        title: incident.title.to_owned(),
        services: incident.services.iter().map(|service| Service::name(service).to_owned()).collect(),
        culprits: culprits.collect(),
        ..KnownIncident::default()
    }
}

/// Counts the tasks of the incident. Pruned tasks are only in the old sums.
fn count(incident: &mut KnownIncident, old: Option<&KnownIncident>, tasks: &[&KnownTask]) {
    let old = old.filter(|old| old.pruned_tasks > 0);
    let (first, last) = old.map_or((None, None), |old| (old.first, old.last));
    let old_locations = old.map_or(&[][..], |old| &old.locations);
    let mut locations: BTreeMap<ServiceSubnet, Timestamp> = BTreeMap::new();
    let of_old = old_locations.iter().map(|place| ((&place.service_name, &place.subnet_id), place.last));
    let of_tasks = tasks.iter().map(|task| ((&task.service_name, &task.subnet_id), task.to.plus(-1)));
    for ((service, subnet), last) in of_old.chain(of_tasks) {
        let have = locations.entry((service.clone(), subnet.clone())).or_insert(last);
        *have = last.max(*have);
    }
    incident.pruned_tasks = old.map_or(0, |old| old.pruned_tasks);
    incident.tasks = incident.pruned_tasks + tasks.len() as u64;
    incident.first = tasks.iter().map(|task| task.from).chain(first).min();
    incident.last = tasks.iter().map(|task| task.to.plus(-1)).chain(last).max();
    incident.locations = locations
        .into_iter()
        .map(|((service_name, subnet_id), last)| KnownLocation { service_name, subnet_id, last })
        .collect();
}

/// Returns the times at which tasks started, by service and subnet.
fn starts(inventory: &Inventory) -> BTreeMap<ServiceSubnet, BTreeSet<(Timestamp, &str)>> {
    let mut starts: BTreeMap<ServiceSubnet, BTreeSet<(Timestamp, &str)>> = BTreeMap::new();
    for task in inventory.tasks.values() {
        let Some(at) = task.started_at else { continue };
        if !is_start_failure(task.stop_code.as_deref(), task.stopped_reason.as_deref()) {
            let place = (task.service_name.clone(), task.subnet_id.clone());
            starts.entry(place).or_default().insert((at, &task.arn));
        }
    }
    starts
}

/// Returns the start that resolves the incident: the latest of the first starts after each location's last failure;
/// none if a location has no start.
fn resolution(
    incident: &KnownIncident,
    starts: &BTreeMap<ServiceSubnet, BTreeSet<(Timestamp, &str)>>,
) -> Option<KnownStart> {
    let after = |place: &KnownLocation| {
        place.service_name.as_ref().zip(place.subnet_id.as_ref())?;
        let there = starts.get(&(place.service_name.clone(), place.subnet_id.clone()))?;
        there.iter().find(|(at, _)| *at > place.last).copied()
    };
    let found: Option<Vec<(Timestamp, &str)>> = incident.locations.iter().map(after).collect();
    let (at, task) = found?.into_iter().max()?;
    Some(KnownStart { task_arn: task.to_owned(), started_at: at })
}

fn past(incident: &KnownIncident) -> PastIncident {
    let culprits = incident.culprits.iter().map(|culprit| PastCulprit {
        kind: culprit.kind.clone(),
        id: culprit.id.clone(),
        subnet_id: culprit.subnet_id.clone(),
    });
    PastIncident {
        cause: incident.cause.clone(),
        title: incident.title.clone(),
        services: incident.services.clone(),
        culprits: culprits.collect(),
        tasks: incident.tasks,
        first: incident.first,
        last: incident.last,
        resolved_by: incident
            .resolved_by
            .as_ref()
            .map(|start| Start { task_arn: start.task_arn.clone(), started_at: start.started_at }),
    }
}
