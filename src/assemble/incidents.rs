//! Tasks of one cause, one service and the same culprits are one incident.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Diagnosed;
use crate::report::{Culprit, Fix, Incident, NETWORK_HEALTHY, Standing, TaskReport};

/// The key under which tasks are one incident.
type Key = (&'static str, Option<crate::model::service::Service>, Vec<Culprit>);

/// Groups the tasks; what is wrong before what is not, the surest first, of these the largest, of these the earliest.
pub(super) fn group(diagnosed: &[Diagnosed], tasks: &[TaskReport]) -> Vec<Incident> {
    let mut groups: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (place, task) in tasks.iter().enumerate() {
        let verdict = &task.verdict;
        let key = (verdict.cause, verdict.service.clone(), verdict.culprits.clone());
        groups.entry(key).or_default().push(place);
    }
    let mut incidents: Vec<Incident> = groups
        .into_iter()
        .map(|((_, _, culprits), places)| incident(diagnosed, tasks, culprits, &places))
        .collect();
    let is_answer = |incident: &Incident| incident.standing != Standing::Undetermined;
    incidents.sort_by_key(|incident| {
        let is_fine = incident.cause == NETWORK_HEALTHY;
        let size = Reverse(incident.tasks.len());
        (!is_answer(incident), is_fine, incident.standing, size, incident.first)
    });
    incidents
}

/// `places` is not empty.
fn incident(
    diagnosed: &[Diagnosed],
    tasks: &[TaskReport],
    culprits: Vec<Culprit>,
    places: &[usize],
) -> Incident {
    let members = || places.iter().map(|&place| &tasks[place]);
    let finding = &diagnosed[places[0]].finding;
    let steps = || members().flat_map(|task| &task.steps);
    Incident {
        cause: finding.cause.id,
        standing: members().map(|task| task.verdict.standing).max().unwrap_or(Standing::Undetermined),
        culprits,
        services: members().next().and_then(|task| task.verdict.service.clone()).into_iter().collect(),
        tasks: members().map(name).collect(),
        first: members().filter_map(|task| task.created_at).chain(steps().map(|step| step.first)).min(),
        last: members().filter_map(|task| task.stopped_at).chain(steps().map(|step| step.last)).max(),
        title: finding.cause.title,
        summary: finding.summary.clone(),
        fix: Fix {
            verified: places.iter().all(|&place| diagnosed[place].finding.fix.verified),
            ..finding.fix.clone()
        },
    }
}

/// The task's id, or its interface where no id is known.
fn name(task: &TaskReport) -> String {
    let id = task.task_id.as_ref().map(ToString::to_string);
    id.or_else(|| task.interface_id.as_ref().map(ToString::to_string)).unwrap_or_else(|| "unknown".to_owned())
}
