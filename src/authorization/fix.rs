//! The changes that let every request of a start succeed, tried on a copy of the documents.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::authorization::change::DocumentChange;
use crate::authorization::denials::{StartDenial, denials_of_start};
use crate::authorization::documents::AccessDocuments;
use crate::authorization::evaluation::{EvaluatedRequest, evaluate_requests};
use crate::authorization::policy_target::PolicyTarget;
use crate::authorization::requests::{StartStep, TASKS_SERVICE};
use crate::authorization::secret_id::{with_any_suffix, without_suffix};
use crate::authorization::start::StartInputs;
use crate::finding::Fix;
use crate::model::arn::Arn;
use crate::model::endpoint::EndpointKind;
use crate::model::ids::EndpointId;
use crate::policy::{AccessDecision, DenialEffect, PolicyType};

/// The name of the inline policy that a fix adds.
const POLICY_NAME: &str = "ecs-task-start";
/// The number of rounds: a change can uncover another denial of the same request, one for each type of policy.
const ROUNDS: usize = 9;

/// A fix of the denials of a start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessFix {
    /// The changes, in the order of the start.
    pub changes: Vec<DocumentChange>,
    /// The changes as text and commands. `verified`: with them, no request is denied, and each request that was denied is
    /// allowed by what is saved.
    pub fix: Fix,
    /// The denials that no change here removes, such as those of a boundary.
    pub remaining: Vec<StartDenial>,
    /// The requests that the saved documents do not decide, before and after: action and resource.
    pub undecided: Vec<(String, String)>,
}

/// The smallest changes that let every denied request of a start succeed; none if no request is denied.
#[must_use]
pub fn fix_start(inputs: &StartInputs<'_>) -> Option<AccessFix> {
    let first = evaluate_requests(inputs);
    let denied: Vec<(String, String)> = first.iter().filter(|one| is_denied(one)).map(place).collect();
    if denied.is_empty() {
        return None;
    }
    let mut documents = inputs.documents.clone();
    let mut changes: Vec<DocumentChange> = Vec::new();
    let mut evaluated = first;
    for _ in 0..ROUNDS {
        let here = inputs.with_documents(&documents);
        let proposed = propose(&here, &denials_of_start(&here, &evaluated));
        let applied: Vec<_> = proposed.into_iter().filter(|change| change.apply(&mut documents)).collect();
        if applied.is_empty() {
            break;
        }
        changes.extend(applied);
        evaluated = evaluate_requests(&inputs.with_documents(&documents));
        if !evaluated.iter().any(is_denied) {
            break;
        }
    }
    let here = inputs.with_documents(&documents);
    let remaining = denials_of_start(&here, &evaluated);
    let is_allowed = |one: &EvaluatedRequest| matches!(one.decision, AccessDecision::Allowed { .. });
    let wanted = |one: &&EvaluatedRequest| denied.contains(&place(one));
    let verified = remaining.is_empty() && evaluated.iter().filter(wanted).all(is_allowed);
    let undecided = evaluated.iter().filter(|one| !is_allowed(one) && !is_denied(one)).map(place).collect();
    let fix =
        Fix { text: text(&changes, &remaining), commands: commands(inputs.documents, &changes), verified };
    Some(AccessFix { changes, fix, remaining, undecided })
}

fn is_denied(evaluated: &EvaluatedRequest) -> bool {
    !evaluated.decision.denials().is_empty()
}

fn place(evaluated: &EvaluatedRequest) -> (String, String) {
    (evaluated.request.action.to_owned(), evaluated.request.resource.clone())
}

fn text(changes: &[DocumentChange], remaining: &[StartDenial]) -> String {
    let changes = changes.iter().map(DocumentChange::text);
    let mut advice: Vec<String> = remaining.iter().map(advice).collect();
    advice.dedup();
    changes.chain(advice).collect::<Vec<_>>().join(" ")
}

/// The advice for a denial that no change here removes.
fn advice(denial: &StartDenial) -> String {
    format!(
        "Allow {} on {} in the {} policy {}.",
        denial.action,
        denial.resource,
        denial.policy_type.name(),
        denial.documents.first().map_or("that applies", String::as_str)
    )
}

/// The commands that show the state, then those that change it. Several statements for one policy are one command.
fn commands(documents: &AccessDocuments, changes: &[DocumentChange]) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut add = |command: Option<String>| {
        if let Some(command) = command.filter(|command| !commands.contains(command)) {
            commands.push(command);
        }
    };
    for change in changes {
        add(change.show_command());
    }
    // A later command for the same policy replaces the whole policy, so each contains the changes before it.
    let mut documents = documents.clone();
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    let mut made: Vec<Option<String>> = Vec::new();
    for change in changes {
        let command = change.command(&documents);
        change.apply(&mut documents);
        if let DocumentChange::AddStatement { target, .. } = change
            && let Some(before) = last.insert(format!("{target:?}"), made.len())
        {
            made[before] = None;
        }
        made.push(command);
    }
    for command in made {
        add(command);
    }
    commands
}

/// A change for each denial that a change removes: one new policy for all statements of a role.
fn propose(inputs: &StartInputs<'_>, denials: &[StartDenial]) -> Vec<DocumentChange> {
    let of_roles = role_policies(inputs, denials);
    let mut changes: Vec<DocumentChange> = of_roles;
    for denial in denials {
        let change = match denial.effect {
            DenialEffect::Explicit => denial.statement.clone().map(|statement| {
                let owner = denial.owner.clone();
                DocumentChange::RemoveStatement { owner, statement }
            }),
            DenialEffect::Implicit => target(denial).map(|target| {
                let statement = statement_with_principal(inputs, denial, &target);
                DocumentChange::AddStatement { target, statement }
            }),
        };
        changes.extend(change.filter(|change| !changes.contains(change)));
    }
    in_order(changes)
}

/// Of the removals from one document, the last statement first, so that positions stay true.
fn in_order(mut changes: Vec<DocumentChange>) -> Vec<DocumentChange> {
    let position = |change: &DocumentChange| match change {
        DocumentChange::RemoveStatement { statement, .. } => statement.index,
        _ => 0,
    };
    changes.sort_by_key(|change| std::cmp::Reverse(position(change)));
    changes
}

/// The inline policies for the roles that lack a permission.
fn role_policies(inputs: &StartInputs<'_>, denials: &[StartDenial]) -> Vec<DocumentChange> {
    let lacks = |denial: &&StartDenial| {
        let is_own = denial.policy_type == PolicyType::Identity && denial.effect == DenialEffect::Implicit;
        // In its own account, a key policy that names the role is enough.
        is_own
            && !denials
                .iter()
                .any(|other| other.policy_type == PolicyType::Key && is_same_request(other, denial))
    };
    let mut by_role: BTreeMap<&str, Vec<(String, Vec<&'static str>)>> = BTreeMap::new();
    for denial in denials.iter().filter(lacks) {
        let Some(role) = denial.owner.as_deref() else { continue };
        let resource = statement_resource(inputs, denial);
        let listed = by_role.entry(role).or_default();
        match listed.iter_mut().find(|(known, _)| *known == resource) {
            Some((_, actions)) if actions.contains(&denial.action) => {}
            Some((_, actions)) => actions.push(denial.action),
            None => listed.push((resource, vec![denial.action])),
        }
    }
    let change = |(role, listed): (&str, Vec<(String, Vec<&'static str>)>)| DocumentChange::AddInlinePolicy {
        role: role.to_owned(),
        name: new_policy_name(inputs.documents, role),
        statements: listed.into_iter().map(|(resource, actions)| allow(&actions, &resource)).collect(),
    };
    by_role.into_iter().map(change).collect()
}

fn is_same_request(one: &StartDenial, other: &StartDenial) -> bool {
    (one.action, &one.resource) == (other.action, &other.resource)
}

fn allow(actions: &[&str], resource: &str) -> Value {
    let action = if let [action] = actions { json!(action) } else { json!(actions) };
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

/// A name that the role does not use yet: a command with a used name would replace that policy.
fn new_policy_name(documents: &AccessDocuments, role: &str) -> String {
    let role = documents.roles.get(role);
    let is_used = |name: &String| {
        role.is_some_and(|role| {
            role.inline.iter().any(|policy| policy.name == *name)
                || role.inline_names.as_ref().is_some_and(|names| names.contains(name))
        })
    };
    let names = (1usize..).map(|number| match number {
        1 => POLICY_NAME.to_owned(),
        _ => format!("{POLICY_NAME}-{number}"),
    });
    names.take(1_000).find(|name| !is_used(name)).unwrap_or_else(|| POLICY_NAME.to_owned())
}

/// The resource that a statement needs: an unknown suffix as wildcards, and a log group with all its streams, because the name
/// of a stream contains the id of a task.
fn statement_resource(inputs: &StartInputs<'_>, denial: &StartDenial) -> String {
    let resource = denial.resource.as_str();
    if denial.step == StartStep::CreateLogStream
        && let Some((group, _)) = resource.split_once(":log-stream:")
    {
        return format!("{group}:*");
    }
    let is_secret = denial.action == "secretsmanager:GetSecretValue";
    let is_stored = || inputs.documents.secrets.contains_key(resource) || without_suffix(resource).is_some();
    if is_secret && !is_stored() { with_any_suffix(resource) } else { resource.to_owned() }
}

/// The policy that lacks a statement; none for types without principals.
fn target(denial: &StartDenial) -> Option<PolicyTarget> {
    let owner = denial.owner.as_ref()?;
    Some(match denial.policy_type {
        PolicyType::Trust => PolicyTarget::Trust(owner.clone()),
        PolicyType::Endpoint => PolicyTarget::Endpoint(EndpointId::new(owner.as_str())),
        PolicyType::Key => PolicyTarget::Key(Arn::parse(owner)?.name().to_owned()),
        PolicyType::Resource => match Arn::parse(owner)?.service {
            "secretsmanager" => PolicyTarget::Secret(owner.clone()),
            "ecr" => PolicyTarget::Repository(owner.clone()),
            "s3" => PolicyTarget::Bucket(Arn::parse(owner)?.resource.split('/').next()?.to_owned()),
            _ => return None,
        },
        _ => return None,
    })
}

/// A statement for a policy with principals: for the role alone where the type of policy takes one.
fn statement_with_principal(inputs: &StartInputs<'_>, denial: &StartDenial, target: &PolicyTarget) -> Value {
    let mut statement = json!({"Effect": "Allow"});
    let role = json!({"AWS": denial.principal});
    let is_gateway = |id: &EndpointId| {
        inputs.documents.endpoints.get(id).is_none_or(|endpoint| endpoint.kind != EndpointKind::Interface)
    };
    let resource = statement_resource(inputs, denial);
    let (principal, resource) = match target {
        PolicyTarget::Trust(_) => (json!({"Service": TASKS_SERVICE}), None),
        // The layers are read by a role of AWS, and the policy of a gateway endpoint takes every principal only.
        PolicyTarget::Endpoint(id) if is_gateway(id) || denial.step == StartStep::ReadLayers => {
            (json!("*"), Some(resource))
        }
        PolicyTarget::Endpoint(_) | PolicyTarget::Bucket(_) => (role, Some(resource)),
        PolicyTarget::Secret(_) | PolicyTarget::Key(_) => (role, Some("*".to_owned())),
        PolicyTarget::Repository(_) => (role, None),
    };
    statement["Principal"] = principal;
    statement["Action"] = json!(denial.action);
    if let Some(resource) = resource {
        statement["Resource"] = json!(resource);
    }
    statement
}
