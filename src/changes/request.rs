//! The request that failed, and whether a configuration lets it succeed.

use std::collections::BTreeSet;

use crate::changes::failures::failed_attempts;
use crate::check::{CalledService, reach};
use crate::diagnose::case::{Attempt, Case, StartAccess};
use crate::diagnose::finding::Finding;
use crate::finding::{CauseId, Hop, Reachability};
use crate::inventory::Inventory;
use crate::model::protocol::Protocol;
use crate::model::service::Service;
use crate::path::{ConfiguredPath, Query, Sender, evaluate_query};
use crate::policy::AccessDecision;

/// Whether a request can succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Open,
    /// No known control blocks it, and a part of the way is not documented.
    External,
    Blocked,
    Unknown,
}

/// A request, as one configuration decides it.
#[derive(Clone, Debug, Default)]
pub(super) struct RequestState {
    /// Where the name of the service leads; none if the service is not known.
    by_name: Option<State>,
    /// At the addresses that were called; none if no record shows them.
    by_address: Option<State>,
    /// Whether records show these addresses.
    is_recorded: bool,
    /// The denials of the requests of the start; none if the failure is none of permissions.
    faults: Option<BTreeSet<RefusedUse>>,
    /// Requests of the start that the policies do not decide.
    undecided: BTreeSet<(String, String)>,
    /// The controls on the ways.
    pub(super) hops: Vec<Hop>,
}

/// A denial, or a resource that cannot be used: the cause, the action, the resource.
type RefusedUse = (&'static str, String, String);

/// The failing request of a case.
pub(super) struct FailingRequest<'c, 'i> {
    pub(super) case: &'c Case<'i>,
    call: Option<CalledService>,
    /// The packets that failed, one for each destination.
    queries: Vec<Query>,
    /// Whether records show these packets; otherwise only the stopped reason states the address.
    is_recorded: bool,
    /// The cause of the refusal; none if packets failed.
    refusal: Option<CauseId>,
}

impl<'c, 'i> FailingRequest<'c, 'i> {
    /// None if nothing shows which request failed.
    pub(super) fn of(case: &'c Case<'i>, finding: &Finding) -> Option<Self> {
        let cause = finding.cause.id;
        if is_of_access(cause) || case.shows_an_answer() {
            let is_known = case.access.is_some();
            return is_known.then_some(Self {
                case,
                call: None,
                queries: Vec::new(),
                is_recorded: false,
                refusal: Some(cause),
            });
        }
        let of_step = case.failing_step().map(|step| step.service.clone());
        let is_known = |service: &Service| !matches!(service, Service::Unknown | Service::Dns);
        let of_reason = || case.reason.service.clone().filter(is_known);
        let service =
            of_step.filter(is_known).or_else(of_reason).or_else(|| finding.service.clone().filter(is_known));
        let call =
            service.map(|service| CalledService { service, region: case.reason.region(), address: None });
        let mut seen = BTreeSet::new();
        let failed = failed_attempts(case).filter(|attempt| seen.insert(attempt.destination));
        let mut queries: Vec<Query> = failed.map(Attempt::query).collect();
        let is_recorded = !queries.is_empty();
        if let (true, Some(address)) = (queries.is_empty(), case.reason.address) {
            let service = call.as_ref().map_or(Service::Unknown, |call: &CalledService| call.service.clone());
            queries.push(Query::to_address(address.ip(), service, Protocol::TCP, address.port()));
        }
        (call.is_some() || !queries.is_empty()).then_some(Self {
            case,
            call,
            queries,
            is_recorded,
            refusal: None,
        })
    }

    /// Whether it was refused by a service; otherwise packets failed.
    pub(super) fn is_refused(&self) -> bool {
        self.refusal.is_some()
    }

    /// The decision of a configuration.
    pub(super) fn state_in(&self, inventory: &Inventory, sender: &Sender) -> RequestState {
        if let Some(cause) = self.refusal {
            return self
                .case
                .access_in(inventory)
                .map(|access| of_access(&access, cause))
                .unwrap_or_default();
        }
        let task = self.case.subject.task_arn.as_ref().and_then(|arn| inventory.tasks.get(arn));
        let definition = task.and_then(|task| task.definition_arn.as_ref());
        let reached = self.call.as_ref().and_then(|call| reach(inventory, sender, definition, call));
        let paths: Vec<ConfiguredPath> =
            self.queries.iter().map(|query| evaluate_query(inventory, sender, query)).collect();
        let mut hops: Vec<Hop> = paths.iter().flat_map(|path| path.hops.iter().cloned()).collect();
        let by_name = reached.map(|(reachability, of_name)| {
            hops.extend(of_name);
            match reachability {
                Reachability::PartlyBlocked | Reachability::Blocked => State::Blocked,
                Reachability::Reachable => State::Open,
                Reachability::Undetermined => State::Unknown,
                Reachability::External => State::External,
            }
        });
        let is_recorded = self.is_recorded;
        RequestState { by_name, by_address: of_paths(&paths), is_recorded, hops, ..RequestState::default() }
    }
}

fn of_paths(paths: &[ConfiguredPath]) -> Option<State> {
    if paths.is_empty() {
        return None;
    }
    Some(if paths.iter().any(|path| path.denials().next().is_some()) {
        State::Blocked
    } else if paths.iter().all(ConfiguredPath::is_open) {
        State::Open
    } else {
        State::Unknown
    })
}

fn of_access(access: &StartAccess, cause: CauseId) -> RequestState {
    let denials = access.denials.iter();
    let denied = denials
        .map(|one| (one.fault.cause().name(), one.action.to_owned(), one.resource.clone()))
        .collect::<Vec<_>>();
    let resources = access.resources.iter();
    let unusable =
        resources.filter_map(|one| Some((one.fault()?.cause().name(), String::new(), one.id.clone())));
    let mut faults: BTreeSet<RefusedUse> = denied.into_iter().chain(unusable).collect();
    if faults.iter().any(|fault| fault.0 == cause.name()) {
        faults.retain(|fault| fault.0 == cause.name());
    }
    let is_undecided = |decision: &AccessDecision| matches!(decision, AccessDecision::Unknown { .. });
    let undecided = access.evaluated.iter().filter(|one| is_undecided(&one.decision));
    RequestState {
        faults: Some(faults),
        undecided: undecided
            .map(|one| (one.request.action.to_owned(), one.request.resource.clone()))
            .collect(),
        ..RequestState::default()
    }
}

impl RequestState {
    /// Whether the request fails at the addresses that the records show. The name may lead elsewhere.
    pub(super) fn is_blocked_as_recorded(&self) -> bool {
        self.is_recorded && self.by_address == Some(State::Blocked)
    }

    /// The effect of another configuration on a request that fails in this one: it succeeds, it fails alike, or neither is known.
    pub(super) fn compared(&self, other: &Self) -> UndoingResult {
        if let (Some(faults), Some(then)) = (&self.faults, &other.faults) {
            return compared_faults(faults, then, &other.undecided);
        }
        let pairs = [(self.by_address, other.by_address), (self.by_name, other.by_name)];
        let is_contradicted = self.is_recorded && self.by_address == Some(State::Open);
        let opens = |(from, to): &(Option<State>, Option<State>)| {
            *from == Some(State::Blocked) && matches!(to, Some(State::Open | State::External))
        };
        if !is_contradicted && pairs.iter().any(opens) {
            return UndoingResult::Opens;
        }
        let known = pairs.iter().filter(|(from, _)| from.is_some_and(|from| from != State::Unknown));
        let mut is_any_known = false;
        for (from, to) in known {
            is_any_known = true;
            if from != to && !matches!(from, Some(State::Open | State::External)) {
                return UndoingResult::Unknown;
            }
        }
        if is_any_known { UndoingResult::Same } else { UndoingResult::Unknown }
    }
}

/// The result of undoing a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UndoingResult {
    Opens,
    Same,
    Unknown,
}

fn compared_faults(
    faults: &BTreeSet<RefusedUse>,
    then: &BTreeSet<RefusedUse>,
    undecided: &BTreeSet<(String, String)>,
) -> UndoingResult {
    if faults.is_empty() {
        return UndoingResult::Unknown;
    }
    let remaining = faults
        .iter()
        .filter(|(_, action, resource)| then.iter().any(|(_, other, of)| other == action && of == resource));
    let is_open =
        |(_, action, resource): &RefusedUse| !undecided.contains(&(action.clone(), resource.clone()));
    match remaining.count() {
        0 if faults.iter().all(is_open) => UndoingResult::Opens,
        0 => UndoingResult::Unknown,
        _ => UndoingResult::Same,
    }
}

/// Whether a cause is a refusal by the saved policies or resources of the start.
fn is_of_access(cause: CauseId) -> bool {
    matches!(
        cause,
        CauseId::RoleNotAssumable
            | CauseId::ExplicitDeny
            | CauseId::S3EndpointPolicyLacksLayerBucket
            | CauseId::KeyUnusable
            | CauseId::ParameterNotFound
            | CauseId::ImageNotFound
            | CauseId::PermissionMissing
            | CauseId::EndpointPolicyDenies
            | CauseId::ResourcePolicyDenies
            | CauseId::SecretNotFound
            | CauseId::LogGroupMissing
            | CauseId::EnvFileDenied
    )
}
