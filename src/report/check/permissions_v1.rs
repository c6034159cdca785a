//! The permissions of a start, as JSON: `launch_targets[].permissions` of schema `check`, version 1.

use serde::Serialize;

use crate::report::check::{
    AllowingStatement, CheckedDenial, CheckedRequest, CheckedResource, StartPermissions,
};
use crate::report::json_v1::{DeniedRequestV1, FixV1, MissingV1, all};

#[derive(Debug, Serialize)]
pub(super) struct PermissionsV1<'a> {
    answer: &'static str,
    not_checked: Option<&'a str>,
    documents_saved_at: Option<String>,
    requests: Vec<RequestV1<'a>>,
    resources: Vec<ResourceV1<'a>>,
    missing: Vec<MissingV1<'a>>,
    notes: &'a [String],
    fix: FixV1<'a>,
}

#[derive(Debug, Serialize)]
struct RequestV1<'a> {
    action: &'a str,
    resource: &'a str,
    principal: &'a str,
    service: &'a str,
    region: Option<&'a str>,
    container: Option<&'a str>,
    answer: &'static str,
    findings: Vec<FindingV1<'a>>,
    allowed_by: Vec<AllowedByV1<'a>>,
    not_seen: &'a [&'static str],
    missing: Vec<MissingV1<'a>>,
}

/// The entry of `verdict.findings` of a report, with the cause and what the denial depends on.
#[derive(Debug, Serialize)]
struct FindingV1<'a> {
    #[serde(flatten)]
    denied: DeniedRequestV1<'a>,
    cause: &'static str,
    hints: &'a [String],
    assumptions: &'a [String],
}

#[derive(Debug, Serialize)]
struct AllowedByV1<'a> {
    policy_type: &'static str,
    document: &'a str,
    statement: &'a str,
}

#[derive(Debug, Serialize)]
struct ResourceV1<'a> {
    kind: &'static str,
    id: &'a str,
    region: Option<&'a str>,
    container: Option<&'a str>,
    state: &'static str,
    cause: Option<&'static str>,
    summary: &'a str,
    fix: FixV1<'a>,
}

impl<'a> From<&'a StartPermissions> for PermissionsV1<'a> {
    fn from(start: &'a StartPermissions) -> Self {
        Self {
            answer: start.answer().name(),
            not_checked: start.not_checked.as_deref(),
            documents_saved_at: start.saved_at.map(|time| time.to_string()),
            requests: all(&start.requests),
            resources: all(&start.resources),
            missing: all(&start.missing),
            notes: &start.notes,
            fix: (&start.fix).into(),
        }
    }
}

impl<'a> From<&'a CheckedRequest> for RequestV1<'a> {
    fn from(request: &'a CheckedRequest) -> Self {
        Self {
            action: request.action,
            resource: &request.resource,
            principal: &request.principal,
            service: request.service.name(),
            region: request.region.as_deref(),
            container: request.container.as_deref(),
            answer: request.answer.name(),
            findings: all(&request.denials),
            allowed_by: all(&request.allowed_by),
            not_seen: &request.not_seen,
            missing: all(&request.missing),
        }
    }
}

impl<'a> From<&'a CheckedDenial> for FindingV1<'a> {
    fn from(denial: &'a CheckedDenial) -> Self {
        Self {
            denied: (&denial.denied).into(),
            cause: denial.cause.name(),
            hints: &denial.hints,
            assumptions: &denial.assumptions,
        }
    }
}

impl<'a> From<&'a AllowingStatement> for AllowedByV1<'a> {
    fn from(statement: &'a AllowingStatement) -> Self {
        Self {
            policy_type: statement.policy_type,
            document: &statement.document,
            statement: &statement.statement,
        }
    }
}

impl<'a> From<&'a CheckedResource> for ResourceV1<'a> {
    fn from(resource: &'a CheckedResource) -> Self {
        Self {
            kind: resource.kind,
            id: &resource.id,
            region: resource.region.as_deref(),
            container: resource.container.as_deref(),
            state: resource.state,
            cause: resource.cause.map(crate::finding::CauseId::name),
            summary: &resource.summary,
            fix: (&resource.fix).into(),
        }
    }
}
