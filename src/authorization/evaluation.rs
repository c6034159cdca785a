//! The decision about a request of a start.

use crate::authorization::allowing::allowing;
use crate::authorization::context;
use crate::authorization::layers::{DocumentDate, RequestLayers};
use crate::authorization::requests::{
    RequestPrincipal, RequestSubject, StartRequest, TASKS_SERVICE, requests_of_start,
};
use crate::authorization::secret_id::with_any_suffix;
use crate::authorization::start::StartInputs;
use crate::model::arn::Arn;
use crate::model::time::Timestamp;
use crate::policy::{
    AccessDecision, AccessDenial, AccessRequest, Decider, GrantLayer, PolicyLayer, PolicyLayers, PolicyType,
    RequestCaller, StatementRef, evaluate,
};

/// Whether the deciding documents are older than the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// All of them have dates, and the last one lies before the failure. When a policy was attached has no date.
    Before(Timestamp),
    /// One of them is of a kind without dates: an inline policy, the policy of a thing.
    Undated,
    /// A date that shows which one is older is missing: that of the failure, of a managed policy, or of the role, secret or
    /// key that has the policy.
    Lost,
    /// One of them was created or changed after the failure, so it does not show what held before.
    After(Timestamp),
}

/// A request with its decision.
#[derive(Clone, Debug)]
pub struct EvaluatedRequest {
    /// The request.
    pub request: StartRequest,
    /// The decision. Types of policies that are not saved and could only limit the request, or that exist rarely, do not
    /// make it unknown: "allowed" lists them as not seen.
    pub decision: AccessDecision,
    /// For a denial: the types that could allow the request, are not saved and were taken to allow nothing, because such
    /// policies are rare: the policy of a resource of the own account, and the grants of a key. Empty for a certain denial.
    pub assumed_absent: Vec<PolicyType>,
    /// For a denial: the types of the role's and the endpoint's policies that allow the request by themselves.
    pub allowing: Vec<PolicyType>,
    /// The dates of the documents that decide.
    pub dated: Dated,
    pub(super) layers: RequestLayers,
}

/// Evaluates every request of a start, in the order of the start.
#[must_use]
pub fn evaluate_requests(inputs: &StartInputs<'_>) -> Vec<EvaluatedRequest> {
    let requests = requests_of_start(inputs).requests;
    requests.into_iter().map(|request| evaluate_request(inputs, request)).collect()
}

/// Evaluates one request of a start.
#[must_use]
pub fn evaluate_request(inputs: &StartInputs<'_>, request: StartRequest) -> EvaluatedRequest {
    let layers = RequestLayers::of(inputs, &request);
    let access = access_request(inputs, &request, &layers);
    let (decision, assumed_absent) = decide(&request, access.clone(), &layers);
    let is_denied = matches!(decision, AccessDecision::Denied(_));
    let allowing = if is_denied { allowing(&access, &layers.layers) } else { Vec::new() };
    let dated = dated(inputs.incident, &decision, &layers);
    EvaluatedRequest { request, decision, assumed_absent, allowing, dated, layers }
}

/// The request as the evaluator of policies takes it.
pub(super) fn access_request(
    inputs: &StartInputs<'_>,
    request: &StartRequest,
    layers: &RequestLayers,
) -> AccessRequest {
    let caller = match &request.principal {
        RequestPrincipal::ExecutionRole(arn) => {
            RequestCaller::Principal { arn: arn.clone(), session: session(arn, inputs.task_id) }
        }
        RequestPrincipal::TasksService => RequestCaller::Service(TASKS_SERVICE.to_owned()),
        RequestPrincipal::LayerReader => {
            RequestCaller::Principal { arn: request.principal.name().to_owned(), session: None }
        }
    };
    AccessRequest {
        caller,
        action: request.action.to_owned(),
        resource: request.resource.clone(),
        resource_account: None,
        context: context::of_request(inputs, request, layers),
    }
}

/// The ARN of the role's session, whose name is the id of the task.
fn session(role: &str, task_id: Option<&str>) -> Option<String> {
    let (arn, task_id) = (Arn::parse(role)?, task_id?);
    Some(format!("arn:{}:sts::{}:assumed-role/{}/{task_id}", arn.partition, arn.account, arn.name()))
}

/// The decision, also if the resource is known only in part: then it must be the same for every possible resource.
fn decide(
    request: &StartRequest,
    access: AccessRequest,
    layers: &RequestLayers,
) -> (AccessDecision, Vec<PolicyType>) {
    if request.is_resource_certain {
        return decide_as_saved(&access, &layers.layers);
    }
    let mut decided: Option<(AccessDecision, Vec<PolicyType>)> = None;
    for resource in possible_resources(&request.resource, layers) {
        let one = decide_as_saved(&AccessRequest { resource, ..access.clone() }, &layers.layers);
        match &decided {
            Some((known, _)) if known.name() != one.0.name() => {
                let deciders = vec![Decider::Resource(request.resource.clone())];
                return (AccessDecision::Unknown { deciders, unseen: Vec::new() }, Vec::new());
            }
            Some(_) => {}
            None => decided = Some(one),
        }
    }
    decided.unwrap_or_else(|| decide_as_saved(&access, &layers.layers))
}

/// The ARNs that a partial ARN of a secret may stand for, as far as policies distinguish them: itself, which is tested if the
/// secret does not exist, one with a suffix that no policy names, and those that policies name.
fn possible_resources(partial: &str, layers: &RequestLayers) -> Vec<String> {
    let any = with_any_suffix(partial).replace('?', "0");
    let mut resources = vec![any, partial.to_owned()];
    let named = PolicyType::ALL.into_iter().flat_map(|policy_type| {
        let names = layers.names(policy_type);
        names.into_iter().filter_map(move |name| layers.document(policy_type, name)?.content.as_ref().ok())
    });
    for value in named.flat_map(|content| &content.statements).filter_map(|one| one.resources.as_ref()) {
        for value in &value.values {
            let Some(suffix) = value.strip_prefix(partial).and_then(|rest| rest.strip_prefix('-')) else {
                continue;
            };
            let filled: String = suffix.replace(['?', '*'], "0");
            let filled = format!("{partial}-{filled:0<6}");
            if filled.len() == partial.len() + 7 && !resources.contains(&filled) {
                resources.push(filled);
            }
        }
    }
    resources
}

/// The decision by what is saved.
fn decide_as_saved(access: &AccessRequest, layers: &PolicyLayers) -> (AccessDecision, Vec<PolicyType>) {
    let strict = evaluate(access, layers);
    if matches!(strict, AccessDecision::Denied(_)) {
        return (strict, Vec::new());
    }
    let (reduced, dropped) = without_unsaved(access, layers);
    let mut decision = evaluate(access, &reduced);
    match &mut decision {
        AccessDecision::Denied(_) => {
            let could_allow = |one: &PolicyType| matches!(one, PolicyType::Resource | PolicyType::Key);
            (decision, dropped.into_iter().filter(could_allow).collect())
        }
        AccessDecision::Allowed { unseen, .. } | AccessDecision::Unknown { unseen, .. } => {
            unseen.extend(dropped);
            unseen.sort_unstable();
            unseen.dedup();
            (decision, Vec::new())
        }
    }
}

/// The policies without the types that are not saved and need not exist, and these types.
fn without_unsaved(access: &AccessRequest, layers: &PolicyLayers) -> (PolicyLayers, Vec<PolicyType>) {
    let mut reduced = layers.clone();
    let mut dropped = Vec::new();
    let mut drop_one = |layer: &mut PolicyLayer, policy_type| {
        if matches!(layer, PolicyLayer::NotSaved) {
            *layer = PolicyLayer::NotApplicable;
            dropped.push(policy_type);
        }
    };
    drop_one(&mut reduced.endpoint, PolicyType::Endpoint);
    drop_one(&mut reduced.boundary, PolicyType::Boundary);
    if !access.is_cross_account() {
        drop_one(&mut reduced.resource, PolicyType::Resource);
    }
    if matches!(reduced.grants, GrantLayer::NotSaved) && matches!(reduced.key, PolicyLayer::Saved { .. }) {
        reduced.grants = GrantLayer::NotApplicable;
        dropped.push(PolicyType::Key);
    }
    (reduced, dropped)
}

/// The dates of everything that decides.
fn dated(incident: Option<Timestamp>, decision: &AccessDecision, layers: &RequestLayers) -> Dated {
    let all: Vec<Dated> = match decision {
        AccessDecision::Denied(denials) => {
            denials.iter().map(|denial| dated_denial(incident, denial, layers)).collect()
        }
        AccessDecision::Allowed { by, .. } => {
            by.iter().map(|statement| dated_statement(incident, statement, layers)).collect()
        }
        AccessDecision::Unknown { .. } => Vec::new(),
    };
    joined(all)
}

/// The dates of the documents behind one denial: of the statement's document, or of all documents of the type.
pub(super) fn dated_denial(
    incident: Option<Timestamp>,
    denial: &AccessDenial,
    layers: &RequestLayers,
) -> Dated {
    match &denial.statement {
        Some(statement) => dated_statement(incident, statement, layers),
        None => dated_names(incident, denial.policy_type, &layers.names(denial.policy_type), layers),
    }
}

fn dated_statement(incident: Option<Timestamp>, statement: &StatementRef, layers: &RequestLayers) -> Dated {
    dated_names(incident, statement.policy_type, &[statement.document.as_str()], layers)
}

fn dated_names(
    incident: Option<Timestamp>,
    policy_type: PolicyType,
    names: &[&str],
    layers: &RequestLayers,
) -> Dated {
    let Some(incident) = incident else { return Dated::Lost };
    let of = |date: DocumentDate| match date {
        DocumentDate::Known(date) if date > incident => Dated::After(date),
        DocumentDate::Known(date) => Dated::Before(date),
        DocumentDate::OfNone => Dated::Undated,
        DocumentDate::Lost => Dated::Lost,
    };
    let owner = of(layers.owner_created_at(policy_type));
    let dates = names.iter().map(|name| of(layers.date(policy_type, name)));
    // An owner that is older than the failure shows nothing about its policy.
    joined(dates.chain(Some(owner).filter(|owner| matches!(owner, Dated::After(_) | Dated::Lost))))
}

/// The weakest of several dates: one after the failure, else a lost one, else none, else the last one.
fn joined(all: impl IntoIterator<Item = Dated>) -> Dated {
    all.into_iter()
        .reduce(|one, other| match (one, other) {
            (Dated::After(a), Dated::After(b)) => Dated::After(a.max(b)),
            (Dated::After(a), _) | (_, Dated::After(a)) => Dated::After(a),
            (Dated::Lost, _) | (_, Dated::Lost) => Dated::Lost,
            (Dated::Before(a), Dated::Before(b)) => Dated::Before(a.max(b)),
            _ => Dated::Undated,
        })
        .unwrap_or(Dated::Undated)
}

impl EvaluatedRequest {
    /// Whether the request is certainly made: a conditional one is made only if a resource does not exist.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        !self.request.is_conditional && self.assumed_absent.is_empty()
    }

    /// The key that a request uses, by its id.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        match &self.request.subject {
            RequestSubject::Key { id, .. } => Some(id),
            _ => None,
        }
    }
}
