//! Findings about permissions and policies, compared with the denied requests and with the evaluated policies of the start.
//!
//! A permission is refuted only if the saved policies, seen whole, allow the request and the records show that the service
//! answered a start whose stopped reason reports something else: a service control policy is nearly never saved, and a
//! denial by it would be the stopped reason.

use crate::authorization::{Dated, EvaluatedRequest, RequestSubject, StartStep, missing_of};
use crate::diagnose::case::StartAccess;
use crate::diagnose::stopped_reason::Phase;
use crate::finding::{CauseId, DeniedRequest};
use crate::model::service::Service;
use crate::policy::{AccessDecision, PolicyType};

use super::claim::{ClaimKind, RunbookClaim};
use super::evidence::{Assessed, Reach, TaskEvidence, is_same};
use super::names::NamedThings;

const POLICIES: &str = "describe-task-definition, and aws iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy";

/// Actions that ECR has to allow before it gives the address of a layer.
const BEFORE_LAYERS: [&str; 3] =
    ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// A permission that a role lacks, or a policy of a repository or endpoint that does not allow a request.
pub(super) fn permission(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    let is_meant = |action: &str, resource: Option<&str>, policy: Option<&str>| {
        has_action(claim, action) && has_resource(claim, resource) && has_policy(claim, policy)
    };
    let denied = evidence.finding.denied.iter().find(|denied: &&DeniedRequest| {
        is_meant(&denied.action, denied.resource.as_deref(), denied.policy_type)
    });
    if let Some(denied) = denied {
        return Assessed::borne_out(denied.sentence());
    }
    if claim.kind == ClaimKind::RepositoryPolicy && evidence.is_verdict(&[CauseId::ResourcePolicyDenies]) {
        return Assessed::open(
            "the verdict is about the policy of a resource, which it does not name",
            POLICIES,
        );
    }
    if is_past_the_registry(evidence) && is_before_layers(claim) {
        return Assessed::refuted(
            "the stopped reason shows that the task was fetching the layers of its image, whose addresses ECR gives only \
             after it allowed the pull",
        );
    }
    let Some(access) = &evidence.case.access else {
        return Assessed::open("the task definition or its policies were not saved", POLICIES);
    };
    let requests: Vec<&EvaluatedRequest> = access
        .evaluated
        .iter()
        .filter(|one| is_meant(one.request.action, Some(&one.request.resource), None))
        .filter(|one| claim.kind != ClaimKind::EndpointPolicy || has_service(claim, &one.request.service))
        .collect();
    if requests.is_empty() {
        return Assessed::open(
            "no request of this start, as its task definition shows it, is known to need this",
            "a denied event of CloudTrail for this action",
        );
    }
    evaluated(evidence, claim, access, &requests)
}

fn evaluated(
    evidence: &TaskEvidence<'_>,
    claim: &RunbookClaim,
    access: &StartAccess,
    requests: &[&EvaluatedRequest],
) -> Assessed {
    for one in requests {
        match open_part(claim, access, one) {
            None => {}
            Some(data) => {
                return Assessed::open(
                    format!(
                        "the saved policies leave {} on {} open",
                        one.request.action, one.request.resource
                    ),
                    data,
                );
            }
        }
    }
    let services: Vec<&Service> = requests.iter().map(|one| &one.request.service).collect();
    let has_answered = |service: &&Service| {
        let names = NamedThings { services: vec![(*service).clone()], ..NamedThings::default() };
        matches!(evidence.reach(&names), Reach::Reached(_))
    };
    let first = &requests[0].request;
    let allows = format!("as saved, the policies allow {} on {}", first.action, first.resource);
    if services.iter().all(has_answered) && states_another_failure(evidence, &services) {
        let names: Vec<&str> = services.iter().map(|service| service.name()).collect();
        return Assessed::refuted(format!(
            "{allows}; the records show that {} answered the task, and its stopped reason reports another failure",
            names.first().copied().unwrap_or_default()
        ));
    }
    let is_organization_seen = |one: &&EvaluatedRequest| match &one.decision {
        AccessDecision::Allowed { unseen, .. } => unseen.is_empty(),
        _ => false,
    };
    if requests.iter().all(is_organization_seen) {
        return Assessed::refuted(format!("{allows}, and every type of policy was saved"));
    }
    Assessed::open(
        format!(
            "{allows}, but service control policies were not saved, and no record shows that the service answered"
        ),
        "the policies of the organization, or flow logs of a start that gets as far as this request",
    )
}

/// The data without which the saved policies do not allow a request certainly; none if they do.
fn open_part(claim: &RunbookClaim, access: &StartAccess, one: &EvaluatedRequest) -> Option<String> {
    let by = match &one.decision {
        AccessDecision::Allowed { unseen, .. }
            if access.knows_role || claim.kind != ClaimKind::PermissionMissing =>
        {
            unseen
        }
        AccessDecision::Allowed { .. } => return Some(POLICIES.to_owned()),
        _ => {
            let missing = missing_of(one).into_iter().next();
            return Some(missing.map_or_else(|| POLICIES.to_owned(), |data| data.what));
        }
    };
    if let Dated::After(date) = one.dated {
        return Some(format!("the policies as they were before {date}, when one of them was changed"));
    }
    let needed: &[PolicyType] = match claim.kind {
        ClaimKind::RepositoryPolicy => &[PolicyType::Resource],
        ClaimKind::EndpointPolicy => &[PolicyType::Endpoint],
        ClaimKind::RoleNotAssumable => &[PolicyType::Trust],
        _ => &[PolicyType::Identity, PolicyType::Boundary, PolicyType::Key],
    };
    let lacks = by.iter().find(|unseen| needed.contains(unseen))?;
    Some(format!("the saved policies of the type {}", lacks.name()))
}

/// Whether the stopped reason reports a failure at another service, or one of the network.
fn states_another_failure(evidence: &TaskEvidence<'_>, services: &[&Service]) -> bool {
    let reason = &evidence.case.reason;
    let service = reason.requested_service();
    let is_other = service.is_some_and(|stated| !services.contains(&&stated));
    is_other
        || reason.denial.is_none()
            && reason.answer.is_none()
            && reason.names_failure()
            && !reason.shows_an_answer()
}

/// Whether the stopped reason shows that the layers of the image were being fetched.
fn is_past_the_registry(evidence: &TaskEvidence<'_>) -> bool {
    let reason = &evidence.case.reason;
    let text = evidence.case.subject.stopped_reason.as_deref().unwrap_or_default();
    reason.phase == Some(Phase::Layers)
        && (reason.requested_service() == Some(Service::S3)
            || text.contains("starport-layer-bucket")
            || text.contains("httpReadSeeker"))
}

fn is_before_layers(claim: &RunbookClaim) -> bool {
    match claim.kind {
        ClaimKind::RepositoryPolicy => true,
        ClaimKind::PermissionMissing => {
            let actions = &claim.names.actions;
            !actions.is_empty() && actions.iter().all(|action| BEFORE_LAYERS.contains(&action.as_str()))
        }
        _ => false,
    }
}

fn has_action(claim: &RunbookClaim, action: &str) -> bool {
    let is_named = || {
        let named = claim.names.actions.iter();
        claim.names.actions.is_empty() || named.clone().any(|one| one.eq_ignore_ascii_case(action))
    };
    match claim.kind {
        ClaimKind::RepositoryPolicy => {
            action.starts_with("ecr:") && action != "ecr:GetAuthorizationToken" && is_named()
        }
        ClaimKind::RoleNotAssumable => action == "sts:AssumeRole",
        ClaimKind::EnvironmentFile => action.starts_with("s3:") && is_named(),
        _ => is_named(),
    }
}

/// Whether a request is about a resource that the finding names; also if it names none. Roles are callers, not resources.
fn has_resource(claim: &RunbookClaim, resource: Option<&str>) -> bool {
    let is_role = claim.kind == ClaimKind::RoleNotAssumable;
    let arns = claim.names.arns.iter().filter(|arn| is_role || arn.split(':').nth(2) != Some("iam"));
    let of_repository = claim.names.others.iter().filter(|_| claim.kind == ClaimKind::RepositoryPolicy);
    let mut named = arns.chain(of_repository).peekable();
    let is_any = |resource: &str| resource == "*";
    named.peek().is_none()
        || resource.is_some_and(|resource| is_any(resource) || named.any(|one| is_resource(one, resource)))
}

/// Whether two ARNs or names are about one thing, also if one of them is shorter, as a secret without its suffix.
fn is_resource(one: &str, other: &str) -> bool {
    is_same(one, other)
        || one.starts_with("arn:")
            && other.starts_with("arn:")
            && (one.starts_with(other) || other.starts_with(one))
}

fn has_policy(claim: &RunbookClaim, policy: Option<&str>) -> bool {
    match (claim.kind, policy) {
        (ClaimKind::RepositoryPolicy, Some(policy)) => policy == PolicyType::Resource.name(),
        (ClaimKind::EndpointPolicy, Some(policy)) => policy == PolicyType::Endpoint.name(),
        (ClaimKind::PermissionMissing, Some(policy)) => {
            policy != PolicyType::Endpoint.name() && policy != PolicyType::Trust.name()
        }
        _ => true,
    }
}

fn has_service(claim: &RunbookClaim, service: &Service) -> bool {
    claim.names.services.is_empty() || claim.names.services.contains(service)
}

/// A role that ECS cannot become: a start that sent packets had its role.
pub(super) fn role(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    if evidence.is_verdict(&[CauseId::RoleNotAssumable]) {
        return Assessed::borne_out(format!("the verdict is {}", evidence.verdict()));
    }
    let is_execution_role = |one: &&EvaluatedRequest| match &one.request.subject {
        RequestSubject::Role(arn) => {
            one.request.step == StartStep::AssumeRole
                && claim.names.arns_of("iam").iter().any(|named| named == arn)
        }
        _ => false,
    };
    let denied =
        evidence.finding.denied.iter().find(|denied| {
            denied.action == "sts:AssumeRole" && has_resource(claim, denied.resource.as_deref())
        });
    if let Some(denied) = denied {
        return Assessed::borne_out(denied.sentence());
    }
    let evaluated = evidence.case.access.iter().flat_map(|access| &access.evaluated);
    let allowed = evaluated.clone().find(is_execution_role).filter(|one| {
        matches!(one.decision, AccessDecision::Allowed { .. }) && !matches!(one.dated, Dated::After(_))
    });
    match allowed {
        Some(one) if !evidence.case.attempts.is_empty() => Assessed::refuted(format!(
            "as saved, ECS may become {}, and the task sent packets, which it does only after that",
            one.request.resource
        )),
        _ => Assessed::open(
            "the trust policy of the role is not among the documents, or the finding does not name the role",
            POLICIES,
        ),
    }
}
