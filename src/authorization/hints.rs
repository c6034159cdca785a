//! Statements that look as if they allowed a denied request, and the mistake behind each of them.

use crate::authorization::documents::AccessDocuments;
use crate::authorization::evaluation::{EvaluatedRequest, access_request};
use crate::authorization::layers::RequestLayers;
use crate::authorization::requests::{RequestPrincipal, RequestSubject};
use crate::authorization::secret_id::without_suffix;
use crate::authorization::start::StartInputs;
use crate::policy::{
    AccessDecision, AccessDenial, AccessRequest, DenialEffect, NearMiss, PolicyType, RequestCaller,
    StatementPart, StatementRef, evaluate, is_aws_key,
};

/// A mistake that explains an implicit denial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DenialHint {
    /// The task role is allowed what the execution role needs: its ARN and the statement.
    GrantedToTaskRole {
        /// The task role.
        role: String,
        /// The statement that allows it.
        statement: StatementRef,
    },
    /// A statement names the ARN of the secret without its suffix, which matches no secret.
    ArnWithoutSuffix {
        /// The statement.
        statement: StatementRef,
        /// The ARN as the statement has it.
        value: String,
    },
    /// A statement names the ARN of the parameter with two slashes.
    DoubleSlash {
        /// The statement.
        statement: StatementRef,
        /// The ARN as the statement has it.
        value: String,
    },
    /// A statement allows `ecr:GetAuthorizationToken` on a repository; the action has no resources and needs `*`.
    NeedsAnyResource {
        /// The statement.
        statement: StatementRef,
    },
    /// A condition on the own account or organization, in the policy of an S3 endpoint: the layers belong to AWS.
    OwnAccountOnly {
        /// The statement.
        statement: StatementRef,
        /// The condition key.
        key: String,
    },
    /// A condition on a key that AWS does not have.
    ForeignKey {
        /// The statement.
        statement: StatementRef,
        /// The key as written.
        key: String,
    },
    /// A condition does not hold.
    Condition {
        /// The statement.
        statement: StatementRef,
        /// The operator.
        operator: String,
        /// The condition key.
        key: String,
    },
    /// A statement allows the action for other resources: these.
    OtherResource {
        /// The statement.
        statement: StatementRef,
        /// The resources as written.
        values: Vec<String>,
    },
    /// A statement allows the action for other principals.
    OtherPrincipal {
        /// The statement.
        statement: StatementRef,
    },
}

impl DenialHint {
    /// The mistake as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::GrantedToTaskRole { role, statement } => format!(
                "The task role {role} may make this request (policy {}), but the execution role makes it.",
                statement.document
            ),
            Self::ArnWithoutSuffix { statement, value } => format!(
                "The policy {} names {value} without the suffix of the secret, which matches no secret.",
                statement.document
            ),
            Self::DoubleSlash { statement, value } => format!(
                "The policy {} names {value} with two slashes; the ARN of a parameter has one.",
                statement.document
            ),
            Self::NeedsAnyResource { statement } => format!(
                "The policy {} allows the action on a resource, but the action has none and needs `*`.",
                statement.document
            ),
            Self::OwnAccountOnly { statement, key } => format!(
                "The policy {} has a condition on {key}, but the layers are read by a role of AWS from a bucket of AWS.",
                statement.document
            ),
            Self::ForeignKey { statement, key } => {
                format!("The policy {} has a condition on {key}, which is no key of AWS.", statement.document)
            }
            Self::Condition { statement, operator, key } => format!(
                "The policy {} allows it under the condition {operator} on {key}, which does not hold.",
                statement.document
            ),
            Self::OtherResource { statement, values } => {
                format!("The policy {} allows the action on {}.", statement.document, listed(values))
            }
            Self::OtherPrincipal { statement } => {
                format!("The policy {} allows the action to other principals.", statement.document)
            }
        }
    }
}

/// The first resources of a statement, and the number of the others.
fn listed(values: &[String]) -> String {
    let first = values.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    match values.len().saturating_sub(3) {
        0 => format!("{first} only"),
        more => format!("{first} and {more} others only"),
    }
}

/// The mistakes behind a denial, the task role first.
pub(super) fn of_denial(
    inputs: &StartInputs<'_>,
    evaluated: &EvaluatedRequest,
    denial: &AccessDenial,
) -> Vec<DenialHint> {
    if denial.effect == DenialEffect::Explicit {
        return Vec::new();
    }
    let task_role =
        granted_to_task_role(inputs, evaluated).filter(|_| denial.policy_type == PolicyType::Identity);
    let near = denial.near_misses.iter().flat_map(|miss| of_near_miss(evaluated, miss));
    task_role.into_iter().chain(near).collect()
}

/// Whether the identity policies of the task role allow the request.
fn granted_to_task_role(inputs: &StartInputs<'_>, evaluated: &EvaluatedRequest) -> Option<DenialHint> {
    let (task_role, RequestPrincipal::ExecutionRole(role)) =
        (inputs.task_role()?, &evaluated.request.principal)
    else {
        return None;
    };
    if task_role == role {
        return None;
    }
    let statement = identity_allows(inputs, inputs.documents, evaluated, task_role)?;
    Some(DenialHint::GrantedToTaskRole { role: task_role.to_owned(), statement })
}

fn identity_allows(
    inputs: &StartInputs<'_>,
    documents: &AccessDocuments,
    evaluated: &EvaluatedRequest,
    role: &str,
) -> Option<StatementRef> {
    let layers = RequestLayers::identity_of(documents, role);
    let request = access_request(inputs, &evaluated.request, &evaluated.layers);
    let caller = RequestCaller::Principal { arn: role.to_owned(), session: None };
    match evaluate(&AccessRequest { caller, ..request }, &layers) {
        AccessDecision::Allowed { by, .. } => {
            by.into_iter().find(|one| one.policy_type == PolicyType::Identity)
        }
        AccessDecision::Denied(_) | AccessDecision::Unknown { .. } => None,
    }
}

fn of_near_miss(evaluated: &EvaluatedRequest, miss: &NearMiss) -> Vec<DenialHint> {
    let of_part = |part: &StatementPart| match part {
        StatementPart::Principal => Some(DenialHint::OtherPrincipal { statement: miss.statement.clone() }),
        StatementPart::Resource => of_resource(evaluated, &miss.statement),
        StatementPart::Condition { operator, key } => {
            Some(of_condition(evaluated, &miss.statement, operator, key))
        }
    };
    miss.mismatches.iter().filter_map(of_part).collect()
}

fn of_resource(evaluated: &EvaluatedRequest, statement: &StatementRef) -> Option<DenialHint> {
    let document = evaluated.layers.document(statement.policy_type, &statement.document)?;
    let content = document.content.as_ref().ok()?;
    let values = &content.statements.get(statement.index)?.resources.as_ref()?.values;
    let statement = statement.clone();
    let resource = evaluated.request.resource.as_str();
    if resource == "*" {
        return Some(DenialHint::NeedsAnyResource { statement });
    }
    if let RequestSubject::Secret { .. } = evaluated.request.subject {
        let base = without_suffix(resource);
        if let Some(value) = values.iter().find(|value| base == Some(value.as_str())) {
            return Some(DenialHint::ArnWithoutSuffix { statement, value: value.clone() });
        }
    }
    if let RequestSubject::Parameter { .. } = evaluated.request.subject {
        let is_double = |value: &&String| {
            value.contains(":parameter//") && value.replace(":parameter//", ":parameter/") == resource
        };
        if let Some(value) = values.iter().find(is_double) {
            return Some(DenialHint::DoubleSlash { statement, value: value.clone() });
        }
    }
    Some(DenialHint::OtherResource { statement, values: values.clone() })
}

fn of_condition(
    evaluated: &EvaluatedRequest,
    statement: &StatementRef,
    operator: &str,
    key: &str,
) -> DenialHint {
    let (statement, operator, key) = (statement.clone(), operator.to_owned(), key.to_owned());
    if !is_aws_key(&key) {
        return DenialHint::ForeignKey { statement, key };
    }
    let owner_keys = [
        "aws:PrincipalAccount",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalArn",
        "aws:ResourceAccount",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
    ];
    let is_of_layers = evaluated.request.subject == RequestSubject::LayerBucket;
    if is_of_layers && owner_keys.iter().any(|one| one.eq_ignore_ascii_case(&key)) {
        return DenialHint::OwnAccountOnly { statement, key };
    }
    DenialHint::Condition { statement, operator, key }
}
