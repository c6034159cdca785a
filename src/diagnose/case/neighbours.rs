//! Neighbours: tasks that started, and the services that they reached.

use std::sync::Arc;

use crate::diagnose::case::{Attempt, Case, Facts, Outcome, Subject};
use crate::model::service::Service;

/// A task that started, and one service that it reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The task.
    pub task: Arc<Subject>,
    /// Its last success with that service.
    pub attempt: Attempt,
}

/// Returns all services that the neighbours reached: for each neighbour and destination the last success.
pub(super) fn reached(facts: Facts<'_>, attempts: impl Fn(&Subject) -> Vec<Attempt>) -> Arc<[Reached]> {
    let mut all: Vec<Reached> = Vec::new();
    for neighbour in facts.neighbours {
        let task = Arc::new(neighbour.clone());
        let mut own: Vec<Attempt> = attempts(neighbour);
        own.retain(|attempt| attempt.outcome == Outcome::Completed);
        own.sort_by_key(|attempt| (attempt.destination, std::cmp::Reverse(attempt.first)));
        own.dedup_by_key(|attempt| attempt.destination);
        all.extend(own.into_iter().map(|attempt| Reached { task: Arc::clone(&task), attempt }));
    }
    all.into()
}

impl Case<'_> {
    /// Neighbours of the same VPC that reached one of these destinations, or the same service at another address. Those of
    /// the same subnet or ECS service come first, then the latest.
    #[must_use]
    pub fn neighbours_at(&self, failing: &[&Attempt]) -> Vec<&Reached> {
        let own = &self.subject;
        let is_near = |reached: &&Reached| {
            reached.task.vpc_id == own.vpc_id && reached.task.interface_id != own.interface_id
        };
        let is_same_way = |reached: &&Reached| {
            failing.iter().any(|attempt| {
                attempt.destination == reached.attempt.destination
                    || (attempt.service == reached.attempt.service && attempt.service != Service::Unknown)
            })
        };
        let mut found: Vec<&Reached> = self.reached.iter().filter(is_near).filter(is_same_way).collect();
        found.sort_by_key(|reached| {
            let task = &reached.task;
            let is_alike = |same: bool| !same;
            (
                is_alike(task.subnet_id.is_some() && task.subnet_id == own.subnet_id),
                is_alike(task.service_name.is_some() && task.service_name == own.service_name),
                std::cmp::Reverse(reached.attempt.first),
                task.task_arn.clone(),
            )
        });
        found
    }
}
