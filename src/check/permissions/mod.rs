//! The permissions of the start of a task, by the saved policies and resources, on the ways that the configured paths show.
//!
//! A start that is still to come has no time of failure. So documents are not dated against it, and a condition on the time is
//! decided only if all its times are over at the saving of the documents.

mod requests;
mod resources;

#[cfg(test)]
mod tests;

use crate::authorization::{
    AccessDocuments, SavedNames, StartInputs, fix_start, requests_of_start, resources_of_start,
};
use crate::check::launch_targets::LaunchTarget;
use crate::check::way::RequestWay;
use crate::finding::MissingData;
use crate::inventory::Inventory;
use crate::model::access::SavedCall;
use crate::model::arn::Arn;
use crate::model::deployment::TaskDefinition;
use crate::model::time::Timestamp;
use crate::report::check::{CheckedResource, PermissionAnswer, StartPermissions};

use requests::Ways;

/// Evaluates the starts of launch targets, each task definition once for the same ways.
pub(super) struct PermissionChecker<'a> {
    inventory: &'a Inventory,
    names: SavedNames<'a>,
    saved_at: Option<Timestamp>,
    is_saved: bool,
    /// The documents of the last start: launch targets of one service follow each other.
    last: Option<DefinedStart<'a>>,
}

/// A task definition with its documents, and the answers for the ways and launch types that were met.
struct DefinedStart<'a> {
    definition: &'a TaskDefinition,
    documents: AccessDocuments,
    answers: Vec<(bool, Vec<RequestWay>, StartPermissions)>,
}

impl<'a> PermissionChecker<'a> {
    pub(super) fn new(inventory: &'a Inventory) -> Self {
        let saved = inventory.manifest.calls.iter().filter(|call| SavedCall::has_succeeded(call));
        Self {
            inventory,
            names: SavedNames::of(inventory),
            saved_at: saved.filter_map(|call| call.saved_at).max(),
            is_saved: is_saved(inventory),
            last: None,
        }
    }

    /// The permissions of the starts of a launch target, on these ways.
    pub(super) fn check(&mut self, target: &LaunchTarget, ways: &[RequestWay]) -> StartPermissions {
        let definitions = &self.inventory.task_definitions;
        let Some(definition) = target.definition_arn.as_ref().and_then(|arn| definitions.get(arn)) else {
            return not_checked(
                !self.is_saved,
                "no task definition is saved that names the requests of a start there",
            );
        };
        let mut known = match self.last.take() {
            Some(known) if known.definition.arn == definition.arn => known,
            _ => DefinedStart {
                definition,
                documents: AccessDocuments::of_named_start(&self.names, definition),
                answers: Vec::new(),
            },
        };
        let answer = self.answer(&mut known, ways, !target.is_on_instance());
        self.last = Some(known);
        answer
    }

    fn answer(
        &self,
        known: &mut DefinedStart<'a>,
        ways: &[RequestWay],
        is_fargate: bool,
    ) -> StartPermissions {
        let mut answers = known.answers.iter();
        let found = answers.find(|(fargate, others, _)| *fargate == is_fargate && others == ways);
        if let Some((.., answer)) = found {
            return answer.clone();
        }
        let answer = evaluate(known, ways, is_fargate, self.saved_at);
        let is_decided = answer.answer() == PermissionAnswer::Denied;
        let answer = if self.is_saved || is_decided {
            answer
        } else {
            not_checked(true, "nothing about them is saved")
        };
        known.answers.push((is_fargate, ways.to_vec(), answer.clone()));
        answer
    }
}

fn not_checked(is_nothing_saved: bool, reason: &str) -> StartPermissions {
    StartPermissions { not_checked: Some(reason.to_owned()), is_nothing_saved, ..StartPermissions::default() }
}

/// Whether a document about roles, policies or the resources of starts is saved.
fn is_saved(inventory: &Inventory) -> bool {
    !inventory.roles.is_empty()
        || !inventory.managed_policies.is_empty()
        || !inventory.organization_policies.is_empty()
        || !inventory.secrets.is_empty()
        || !inventory.parameters.is_empty()
        || !inventory.keys.is_empty()
        || !inventory.repositories.is_empty()
        || !inventory.registry_policies.is_empty()
        || !inventory.log_groups.is_empty()
        || !inventory.buckets.is_empty()
}

/// The answer for one task definition.
fn evaluate(
    start: &DefinedStart<'_>,
    ways: &[RequestWay],
    is_fargate: bool,
    saved_at: Option<Timestamp>,
) -> StartPermissions {
    let home = Arn::parse(&start.definition.arn).and_then(|arn| arn.region());
    let ways = Ways { all: ways, home };
    let (assumed, shown) = (ways.paths(true), ways.paths(false));
    let inputs = |paths| StartInputs {
        definition: start.definition,
        documents: &start.documents,
        paths,
        task_id: None,
        incident: None,
        not_before: saved_at,
        is_fargate,
    };
    let (assumed, shown) = (inputs(&assumed), inputs(&shown));
    let found = requests_of_start(&assumed);
    let states = resources_of_start(&assumed);
    let requests = requests::check(&assumed, &shown, &ways, found.requests, &states);
    let resources = resources::check(&states, &requests);
    let is_missing = |one: &MissingData| {
        let of_fault = |fault: &CheckedResource| {
            fault.cause.is_some() && (one.what.contains(&fault.id) || one.would_show.contains(&fault.id))
        };
        resources.iter().any(of_fault)
    };
    // A resource that is known to be missing needs no description.
    let missing = found.missing.into_iter().filter(|one| !is_missing(one)).collect();
    let is_denied = requests.iter().any(|one| !one.denials.is_empty());
    let fixed = if is_denied { fix_start(&assumed) } else { None };
    StartPermissions {
        not_checked: None,
        is_nothing_saved: false,
        saved_at,
        requests,
        resources,
        missing,
        notes: notes(start.definition, is_fargate),
        fix: fixed.map(|fixed| fixed.fix).unwrap_or_default(),
    }
}

/// Remarks on requests that the answers leave out.
fn notes(definition: &TaskDefinition, is_fargate: bool) -> Vec<String> {
    let has_role = definition.execution_role_arn.as_ref().is_some_and(|arn| !arn.is_empty());
    let role = (!has_role).then(|| {
        "The task definition names no execution role, so no request of that role is evaluated".to_owned()
    });
    let instance = (!is_fargate).then(|| {
        "The role of the instance may pull images and write logs, so these requests are not evaluated"
            .to_owned()
    });
    role.into_iter().chain(instance).collect()
}
