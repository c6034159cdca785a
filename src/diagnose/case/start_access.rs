//! The requests of a start, as the saved policies and resources decide them.

use crate::authorization::{
    AccessDocuments, EvaluatedRequest, StartDenial, StartInputs, StartResource, denials_of_start,
    evaluate_requests, fix_start, resources_of_start,
};
use crate::diagnose::case::request_paths::request_paths;
use crate::diagnose::case::{Attempt, Case, Facts, ReportedDenial, Subject};
use crate::diagnose::stopped_reason::{StatedPrincipal, StoppedReason};
use crate::finding::Fix;
use crate::inventory::Inventory;
use crate::model::container_instance::StartInterface;
use crate::model::task::Task;
use crate::model::time::Timestamp;
use crate::policy::AccessDecision;

/// The requests of a start with their decisions. The time of the failure is the stop of the task.
#[derive(Clone, Debug)]
pub struct StartAccess {
    /// Every request, in the order of the start.
    pub evaluated: Vec<EvaluatedRequest>,
    /// Every denial of them.
    pub denials: Vec<StartDenial>,
    /// The resources that the start uses.
    pub resources: Vec<StartResource>,
    /// The changes that let every request succeed; none if no request is denied.
    pub fix: Option<Fix>,
    /// The roles that were created shortly before the failure, with their dates.
    pub fresh_roles: Vec<(String, Timestamp)>,
    /// Whether the execution role was saved.
    pub knows_role: bool,
}

impl StartAccess {
    /// Whether every request is allowed by the saved policies, and the role is among them.
    #[must_use]
    pub fn allows_all(&self) -> bool {
        let is_allowed = |one: &EvaluatedRequest| matches!(one.decision, AccessDecision::Allowed { .. });
        self.knows_role && !self.evaluated.is_empty() && self.evaluated.iter().all(is_allowed)
    }

    /// The principal of a report, if it is a role that was created shortly before the failure.
    #[must_use]
    pub fn fresh_role(&self, principal: Option<&StatedPrincipal>) -> Option<(&str, Timestamp)> {
        let of_report = |arn: &str| principal.is_some_and(|principal| principal.is_role(arn));
        self.fresh_roles.iter().find(|(arn, _)| of_report(arn)).map(|(arn, date)| (arn.as_str(), *date))
    }
}

/// Evaluates the start of a task whose definition was saved.
pub(super) fn start_access(
    facts: Facts<'_>,
    subject: &Subject,
    attempts: &[Attempt],
    (reason, reported): (&StoppedReason, Option<&ReportedDenial<'_>>),
) -> Option<StartAccess> {
    let task = facts.inventory.tasks.get(subject.task_arn.as_ref()?)?;
    let definition = facts.inventory.task_definition_of(task)?;
    let documents = AccessDocuments::of_start(facts.inventory, definition);
    let paths = request_paths(facts, subject, attempts, (reason, reported));
    let inputs = StartInputs {
        definition,
        documents: &documents,
        paths: &paths,
        task_id: subject.task_id.as_ref().map(crate::model::ids::TaskId::as_str),
        incident: subject.stopped_at,
        not_before: None,
        is_fargate: is_on_fargate(task, subject),
    };
    let evaluated = evaluate_requests(&inputs);
    let denials = denials_of_start(&inputs, &evaluated);
    let role = definition.execution_role_arn.as_ref();
    Some(StartAccess {
        fix: if denials.is_empty() { None } else { fix_start(&inputs).map(|fixed| fixed.fix) },
        denials,
        resources: resources_of_start(&inputs),
        fresh_roles: inputs.fresh_roles().into_iter().map(|(arn, date)| (arn.to_owned(), date)).collect(),
        knows_role: role.is_some_and(|arn| documents.roles.contains_key(arn)),
        evaluated,
    })
}

/// Whether the task is known to run on Fargate: on an instance, the role of the instance may make some requests of the start.
fn is_on_fargate(task: &Task, subject: &Subject) -> bool {
    let is_own = matches!(subject.start, StartInterface::Own | StartInterface::OfFargate);
    is_own && task.launch_type.as_deref() == Some("FARGATE")
}

impl Case<'_> {
    /// The requests of its start, as the documents of another inventory decide them.
    #[must_use]
    pub fn access_in(&self, inventory: &Inventory) -> Option<StartAccess> {
        let facts = Facts { inventory, ..self.facts };
        start_access(facts, &self.subject, &self.attempts, (&self.reason, self.reported.as_ref()))
    }
}
