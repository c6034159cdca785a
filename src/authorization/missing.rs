//! The data that would decide a request, with the call that saves it.

use crate::authorization::arguments::plain_argument;
use crate::authorization::evaluation::EvaluatedRequest;
use crate::authorization::requests::{RequestSubject, StartRequest, StartStep};
use crate::finding::{MissingData, policy_words};
use crate::model::arn::Arn;
use crate::policy::{AccessDecision, Decider, PolicyType};

/// The call that saves every role with its policies.
const ROLES: &str =
    "aws iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy";

/// The data that would decide an unknown request, and for a denial under an assumption the data that would make it certain.
/// Empty for a request that is allowed or certainly denied.
#[must_use]
pub fn missing_of(evaluated: &EvaluatedRequest) -> Vec<MissingData> {
    let request = &evaluated.request;
    let would_show = would_show(request);
    let whats: Vec<String> = match &evaluated.decision {
        AccessDecision::Unknown { deciders, .. } => {
            deciders.iter().map(|one| of_decider(request, one)).collect()
        }
        AccessDecision::Denied(_) => {
            let assumed = evaluated.assumed_absent.iter();
            assumed
                .map(|&one| if one == PolicyType::Key { grants(request) } else { policies(request, one) })
                .collect()
        }
        AccessDecision::Allowed { .. } => Vec::new(),
    };
    let mut missing: Vec<MissingData> = Vec::new();
    for what in whats {
        let one = MissingData { what, would_show: would_show.clone() };
        if !missing.contains(&one) {
            missing.push(one);
        }
    }
    missing
}

/// The policies of a request that is allowed by what is saved which were not saved and may deny it: the boundary of the role, and
/// the policies of the resource, the key and the endpoint.
#[must_use]
pub fn unseen_of(evaluated: &EvaluatedRequest) -> Vec<MissingData> {
    let AccessDecision::Allowed { unseen, .. } = &evaluated.decision else { return Vec::new() };
    let request = &evaluated.request;
    let is_saved_by_a_call = |one: &&PolicyType| {
        matches!(one, PolicyType::Boundary | PolicyType::Resource | PolicyType::Key | PolicyType::Endpoint)
    };
    let missing = |one: &PolicyType| MissingData {
        what: format!("the {}, which is not saved: {}", policy_words(one.name()), policies(request, *one)),
        would_show: would_show(request),
    };
    unseen.iter().filter(is_saved_by_a_call).map(missing).collect()
}

fn would_show(request: &StartRequest) -> String {
    format!(
        "whether {} may make the request {} on {}",
        request.principal.name(),
        request.action,
        request.resource
    )
}

fn of_decider(request: &StartRequest, decider: &Decider) -> String {
    match decider {
        Decider::Key(name) => format!("the value of the condition key {name} in the request"),
        Decider::ForeignKey(name) => format!("{name}, a condition key that AWS does not have"),
        Decider::Policies(policy_type) => policies(request, *policy_type),
        Decider::Grants => grants(request),
        Decider::Document { name, .. } => format!("a copy of the policy {name} that can be read"),
        Decider::Element(name) => format!("the meaning of {name} in a policy"),
        Decider::Principal(name) => format!("the principal {name}"),
        Decider::Resource(partial) => call("aws secretsmanager describe-secret --secret-id", partial),
    }
}

/// The call that saves the policies of a type.
fn policies(request: &StartRequest, policy_type: PolicyType) -> String {
    match policy_type {
        PolicyType::Identity | PolicyType::Boundary | PolicyType::Trust => ROLES.to_owned(),
        PolicyType::Endpoint => "aws ec2 describe-vpc-endpoints".to_owned(),
        PolicyType::Key => call("aws kms get-key-policy --key-id", &request.resource),
        PolicyType::Scp | PolicyType::Rcp => "aws organizations describe-policy".to_owned(),
        PolicyType::Session => "the policy of the session".to_owned(),
        PolicyType::Resource => resource_policy(request),
    }
}

fn resource_policy(request: &StartRequest) -> String {
    match &request.subject {
        RequestSubject::Secret { .. } => {
            call("aws secretsmanager get-resource-policy --secret-id", &request.resource)
        }
        RequestSubject::Image { repository, .. } if request.step == StartStep::PullImage => {
            let name = Arn::parse(repository).and_then(|arn| arn.resource.strip_prefix("repository/"));
            call("aws ecr get-repository-policy --repository-name", name.unwrap_or(repository))
        }
        RequestSubject::Image { .. } => "aws ecr get-registry-policy".to_owned(),
        RequestSubject::EnvironmentFile(file) => {
            let bucket = Arn::parse(file).and_then(|arn| arn.resource.split('/').next());
            call("aws s3api get-bucket-policy --bucket", bucket.unwrap_or(file))
        }
        _ => format!("the policy of {}", request.resource),
    }
}

fn grants(request: &StartRequest) -> String {
    call("aws kms list-grants --key-id", &request.resource)
}

/// A call with an argument; only the call where the argument is not plain.
fn call(call: &str, argument: &str) -> String {
    match plain_argument(argument) {
        Some(argument) => format!("{call} {argument}"),
        None => call.to_owned(),
    }
}
