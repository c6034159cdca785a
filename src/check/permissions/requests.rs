//! The answer about each request of a start, where the way of the request may rest on an assumption.
//!
//! Such a request is evaluated twice: on the assumed way, and on one that is not known. A denial that only the first one gives
//! names the assumption; an answer that only the first one allows stays unknown.

use crate::authorization::{
    EvaluatedRequest, RequestPath, RequestPaths, ResourceState, StartDenial, StartInputs, StartRequest,
    StartResource, denials_of_start, evaluate_request, missing_of,
};
use crate::check::way::RequestWay;
use crate::finding::MissingData;
use crate::model::service::Service;
use crate::policy::{AccessDecision, Decider, PolicyType, StatementRef};
use crate::report::check::{AllowingStatement, CheckedDenial, CheckedRequest, PermissionAnswer};

/// The keys whose values follow from the way of a request.
const KEYS_OF_WAY: [&str; 7] = [
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
];

/// The ways of the requests of a start.
pub(super) struct Ways<'a> {
    pub(super) all: &'a [RequestWay],
    /// The Region of the start.
    pub(super) home: Option<&'a str>,
}

impl Ways<'_> {
    /// The ways, with or without those that rest on an assumption.
    pub(super) fn paths(&self, with_assumed: bool) -> RequestPaths {
        let mut paths = RequestPaths::default();
        for way in self.all.iter().filter(|way| with_assumed || way.assumption.is_none()) {
            paths.set(way.service.clone(), way.region.as_deref(), way.path.clone());
        }
        paths
    }

    /// The way of the requests to a service in a Region.
    fn of(&self, service: &Service, region: Option<&str>) -> Option<&RequestWay> {
        let mut to_service = self.all.iter().filter(|way| way.service == *service);
        let is_home = region.is_none() || region == self.home;
        let is_wanted = |way: &&RequestWay| way.region.as_deref() == region;
        to_service.clone().find(is_wanted).or_else(|| to_service.find(|way| is_home && way.region.is_none()))
    }
}

/// The answers, in the order of the requests. Both inputs differ in the ways alone.
pub(super) fn check(
    assumed: &StartInputs<'_>,
    shown: &StartInputs<'_>,
    ways: &Ways<'_>,
    requests: Vec<StartRequest>,
    resources: &[StartResource],
) -> Vec<CheckedRequest> {
    let check = |request: StartRequest| {
        let way = ways.of(&request.service, request.region.as_deref());
        let is_missing = is_shown_missing(&request, resources);
        let rests_on_assumption = way.is_some_and(|way| way.assumption.is_some());
        let on_shown = rests_on_assumption.then(|| evaluate_request(shown, request.clone()));
        let on_assumed = evaluate_request(assumed, request);
        RequestAnswer { inputs: assumed, on_assumed, on_shown, way, is_missing }.checked()
    };
    requests.into_iter().map(check).collect()
}

/// Whether a document shows that the thing does not exist which a conditional request creates.
fn is_shown_missing(request: &StartRequest, resources: &[StartResource]) -> bool {
    resources.iter().any(|one| {
        one.subject == request.subject
            && matches!(one.state, ResourceState::Missing(_) | ResourceState::OtherRegion(_))
    })
}

/// The two evaluations of a request.
struct RequestAnswer<'a> {
    inputs: &'a StartInputs<'a>,
    on_assumed: EvaluatedRequest,
    on_shown: Option<EvaluatedRequest>,
    way: Option<&'a RequestWay>,
    is_missing: bool,
}

impl RequestAnswer<'_> {
    fn checked(&self) -> CheckedRequest {
        let request = &self.on_assumed.request;
        let empty = CheckedRequest {
            action: request.action,
            resource: request.resource.clone(),
            principal: request.principal.name().to_owned(),
            service: request.service.clone(),
            region: request.region.clone(),
            container: request.container.clone(),
            answer: PermissionAnswer::Unknown,
            denials: Vec::new(),
            allowed_by: Vec::new(),
            not_seen: Vec::new(),
            missing: Vec::new(),
        };
        let shown = self.on_shown.as_ref().map(|one| &one.decision);
        match (&self.on_assumed.decision, shown) {
            (AccessDecision::Denied(_), _) => self.denied(empty),
            (AccessDecision::Allowed { .. }, Some(AccessDecision::Unknown { .. })) => CheckedRequest {
                missing: self.missing(self.on_shown.as_ref().unwrap_or(&self.on_assumed)),
                ..empty
            },
            (AccessDecision::Allowed { by, unseen }, _) => CheckedRequest {
                answer: PermissionAnswer::Allowed,
                allowed_by: by.iter().map(allowing).collect(),
                not_seen: self.not_seen(unseen),
                ..empty
            },
            (AccessDecision::Unknown { .. }, _) => {
                CheckedRequest { missing: self.missing(&self.on_assumed), ..empty }
            }
        }
    }

    fn denied(&self, empty: CheckedRequest) -> CheckedRequest {
        let denials = denials_of_start(self.inputs, std::slice::from_ref(&self.on_assumed));
        let denials: Vec<CheckedDenial> = denials.iter().map(|denial| self.denial(denial)).collect();
        let is_certain = denials.iter().any(|denial| denial.assumptions.is_empty());
        let missing = if is_certain { Vec::new() } else { self.missing(&self.on_assumed) };
        let answer = if is_certain { PermissionAnswer::Denied } else { PermissionAnswer::DeniedIfAssumed };
        CheckedRequest { answer, denials, missing, ..empty }
    }

    fn denial(&self, denial: &StartDenial) -> CheckedDenial {
        let unsaved = denial.assumed_absent.iter().map(|policy_type| match policy_type {
            PolicyType::Key => format!("no grant of {} allows it (not saved)", denial.resource),
            _ => format!("no policy of {} allows it (not saved)", denial.resource),
        });
        let creates = denial.is_conditional && !self.is_missing;
        let condition = creates.then(|| "the log group does not exist yet".to_owned());
        let way = self.way.and_then(|way| way.assumption.clone()).filter(|_| !self.is_shown(denial));
        CheckedDenial {
            cause: denial.fault.cause(),
            denied: denial.denied_request(),
            hints: denial.hints.iter().map(crate::authorization::DenialHint::sentence).collect(),
            assumptions: unsaved.chain(condition).chain(way).collect(),
        }
    }

    /// Whether a denial holds whatever the way of the request is.
    fn is_shown(&self, denial: &StartDenial) -> bool {
        let Some(on_shown) = &self.on_shown else { return true };
        on_shown.decision.denials().iter().any(|one| {
            (one.policy_type, one.effect, &one.statement)
                == (denial.policy_type, denial.effect, &denial.statement)
        })
    }

    /// The types of policies of which not all were seen. To a public address, an endpoint counts as not seen as long as no
    /// document shows that there is none on the way.
    fn not_seen(&self, unseen: &[PolicyType]) -> Vec<&'static str> {
        let is_public = self.way.is_some_and(|way| matches!(way.path, RequestPath::Public { .. }));
        let on_shown = self.on_shown.as_ref().filter(|_| is_public).map(|one| &one.decision);
        let also = match on_shown {
            Some(AccessDecision::Allowed { unseen, .. }) => unseen.as_slice(),
            _ => &[],
        };
        let mut all: Vec<PolicyType> = unseen.iter().chain(also).copied().collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(PolicyType::name).collect()
    }

    /// The data that would decide the request, with the documents that show its way where that decides.
    fn missing(&self, evaluated: &EvaluatedRequest) -> Vec<MissingData> {
        let mut missing = missing_of(evaluated);
        let is_of_way =
            |decider: &Decider| matches!(decider, Decider::Key(key) if KEYS_OF_WAY.contains(&key.as_str()));
        let needs_way = match &evaluated.decision {
            AccessDecision::Unknown { deciders, .. } => deciders.iter().any(is_of_way),
            AccessDecision::Denied(_) => self.on_shown.is_some(),
            AccessDecision::Allowed { .. } => false,
        };
        let request = &evaluated.request;
        for what in self.way.iter().filter(|_| needs_way).flat_map(|way| &way.missing) {
            let would_show = format!("on which way the request {} leaves the VPC", request.action);
            missing.push(MissingData { what: what.clone(), would_show });
        }
        missing
    }
}

fn allowing(statement: &StatementRef) -> AllowingStatement {
    AllowingStatement {
        policy_type: statement.policy_type.name(),
        document: statement.document.clone(),
        statement: statement.label(),
    }
}
