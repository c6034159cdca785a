//! The resource at fault of a refused request, as far as the text and the task definition name it.

use std::collections::BTreeSet;

use crate::diagnose::case::Case;
use crate::diagnose::stopped_reason::{ReferenceKind, StatedDenial, StatedName, is_whole_text};
use crate::finding::{CauseId, Culprit, CulpritKind};
use crate::model::access::StartContainer;
use crate::model::deployment::TaskDefinition;
use crate::model::service::Service;
use crate::policy::PolicyType;

/// The resources at fault, the likeliest first.
pub(super) fn of(case: &Case<'_>, cause: CauseId) -> Vec<Culprit> {
    let one = |kind, id: Option<String>| vec![Culprit { id, ..Culprit::of(kind) }];
    let named = |kind, id: Option<String>| if id.is_some() { one(kind, id) } else { Vec::new() };
    match cause {
        CauseId::RoleNotAssumable => one(CulpritKind::Role, role_in_text(case)),
        CauseId::PermissionMissing => one(CulpritKind::Role, role(case)),
        CauseId::ExplicitDeny => vec![denier(case)],
        CauseId::EndpointPolicyDenies => one(CulpritKind::VpcEndpoint, endpoint(case)),
        CauseId::S3EndpointPolicyLacksLayerBucket => one(CulpritKind::VpcEndpoint, s3_endpoint(case)),
        CauseId::ResourcePolicyDenies => resource(case).into_iter().collect(),
        CauseId::KeyUnusable => one(CulpritKind::Key, key(case)),
        CauseId::SecretNotFound => one(CulpritKind::Secret, secret(case)),
        CauseId::ParameterNotFound => parameters(case),
        CauseId::LogGroupMissing => one(CulpritKind::LogGroup, log_group(case)),
        CauseId::ImageNotFound | CauseId::RegistryRateLimited => named(CulpritKind::Image, image(case)),
        CauseId::EnvFileDenied => named(CulpritKind::Bucket, bucket(case)),
        CauseId::RegistryCredentialsInvalid => one(CulpritKind::Secret, registry_secret(case)),
        CauseId::CertificateUntrusted => {
            named(CulpritKind::Path, case.reason.untrusted_host().map(str::to_owned))
        }
        _ => Vec::new(),
    }
}

/// The task definition of the case's task.
pub(super) fn definition<'c>(case: &'c Case<'_>) -> Option<&'c TaskDefinition> {
    let inventory = case.facts.inventory;
    let task = case.subject.task_arn.as_ref().and_then(|arn| inventory.tasks.get(arn))?;
    inventory.task_definition_of(task)
}

/// The ARN of the role that was denied: as the task definition has it, because the ARN of a session lacks the path.
fn role(case: &Case<'_>) -> Option<String> {
    let configured = || definition(case)?.execution_role_arn.clone();
    let Some(principal) = denial(case).and_then(|denial| denial.principal.as_ref()) else {
        return configured();
    };
    configured().filter(|arn| principal.is_role(arn)).or_else(|| principal.role_arn())
}

/// The role in `ECS was unable to assume the role 'ARN'`.
fn role_in_text(case: &Case<'_>) -> Option<String> {
    let text = case.subject.stopped_reason.as_deref()?;
    let is_role = |word: &&str| word.starts_with("arn:") && word.contains(":role/");
    let mut words = text.split(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '(' | ')' | ','));
    words.find(is_role).map(|word| word.trim_end_matches('.').to_owned())
}

/// The denying policy: the one that the text names, else the role whose policy it is.
fn denier(case: &Case<'_>) -> Culprit {
    let denial = denial(case);
    let policy = denial.and_then(|denial| complete(case, denial.policy_arn.as_ref()));
    let is_of_role = denial.is_none_or(|denial| {
        matches!(denial.policy_type, Some(PolicyType::Identity | PolicyType::Session) | None)
    });
    let kind = if policy.is_none() && is_of_role { CulpritKind::Role } else { CulpritKind::Policy };
    let id = if kind == CulpritKind::Role { role(case) } else { policy };
    Culprit { id, ..Culprit::of(kind) }
}

/// The endpoint that the event of CloudTrail names, else the only interface endpoint of the service that was called.
fn endpoint(case: &Case<'_>) -> Option<String> {
    if let Some(id) = case.event().and_then(|event| event.endpoint_id.as_ref()) {
        return Some(id.to_string());
    }
    let service = case.requested_service()?;
    if service == Service::S3 {
        return s3_endpoint(case);
    }
    let endpoints = case.endpoints();
    let mut all = endpoints.of_service(&service);
    let first = all.next()?;
    all.next().is_none().then(|| first.id.to_string())
}

/// The gateway endpoint of S3, else the only interface endpoint of it.
fn s3_endpoint(case: &Case<'_>) -> Option<String> {
    let endpoints = case.endpoints();
    let of_interface = || {
        let mut all = endpoints.of_service(&Service::S3);
        let first = all.next()?;
        all.next().is_none().then(|| first.id.to_string())
    };
    endpoints.s3_gateway().map(|endpoint| endpoint.id.to_string()).or_else(of_interface)
}

/// The secret, repository or bucket whose policy does not allow the request.
fn resource(case: &Case<'_>) -> Option<Culprit> {
    let arn = denial(case).and_then(|denial| complete(case, denial.resource.as_ref()))?;
    let kind = match arn.split(':').nth(2)? {
        "secretsmanager" => CulpritKind::Secret,
        "ecr" => CulpritKind::Repository,
        "s3" => CulpritKind::Bucket,
        _ => return None,
    };
    // A bucket's policy is that of all its objects.
    let id = match kind {
        CulpritKind::Bucket => arn.split('/').next().unwrap_or(&arn).to_owned(),
        _ => arn,
    };
    Some(Culprit { id: Some(id), ..Culprit::of(kind) })
}

fn key(case: &Case<'_>) -> Option<String> {
    let resource = complete(case, denial(case)?.resource.as_ref())?;
    (resource.split(':').nth(2) == Some("kms")).then_some(resource)
}

/// The secret in the text, else the only one of the task definition.
pub(super) fn secret(case: &Case<'_>) -> Option<String> {
    let in_text = reference(case, ReferenceKind::Secret);
    in_text.or_else(|| {
        let references = |container: &StartContainer| {
            let of_container = container.secrets.iter().map(|secret| secret.value_from.clone());
            of_container.filter(|name| name.contains(":secretsmanager:")).collect()
        };
        only(case, references).map(|name| without_extra_fields(&name))
    })
}

/// `arn:…:secret:NAME-AbCdEf` of a reference that also names a JSON key, a stage or a version.
fn without_extra_fields(reference: &str) -> String {
    reference.split(':').take(7).collect::<Vec<_>>().join(":")
}

fn registry_secret(case: &Case<'_>) -> Option<String> {
    only(case, |container| container.registry_credentials.iter().cloned().collect())
}

/// All parameters that the text names.
fn parameters(case: &Case<'_>) -> Vec<Culprit> {
    let all = denial(case).into_iter().flat_map(|denial| &denial.references);
    let of_kind = all.filter(|one| one.kind == ReferenceKind::Parameter);
    let names = of_kind.filter_map(|one| complete(case, Some(&one.name)));
    let culprit = |id: Option<String>| Culprit { id, ..Culprit::of(CulpritKind::Parameter) };
    let culprits: Vec<Culprit> = names.map(|name| culprit(Some(name))).collect();
    if culprits.is_empty() { vec![culprit(None)] } else { culprits }
}

/// The log group in the text, else the only one of the task definition.
pub(super) fn log_group(case: &Case<'_>) -> Option<String> {
    let of_container =
        |container: &StartContainer| container.log.iter().filter_map(|log| log.group.clone()).collect();
    reference(case, ReferenceKind::LogGroup).or_else(|| only(case, of_container))
}

fn image(case: &Case<'_>) -> Option<String> {
    let images: BTreeSet<&String> = case.subject.images.iter().collect();
    let only = || images.first().filter(|_| images.len() == 1).map(|image| (*image).clone());
    reference(case, ReferenceKind::Image).or_else(only)
}

/// The ARN of the bucket of an environment file.
fn bucket(case: &Case<'_>) -> Option<String> {
    let of_reference = |name: String| {
        let bucket = name.split('/').next().filter(|bucket| !bucket.is_empty())?;
        Some(if bucket.starts_with("arn:") { bucket.to_owned() } else { format!("arn:aws:s3:::{bucket}") })
    };
    let in_definition = || only(case, |container| container.environment_files.clone());
    reference(case, ReferenceKind::EnvironmentFile).or_else(in_definition).and_then(of_reference)
}

fn denial<'c>(case: &'c Case<'_>) -> Option<&'c StatedDenial> {
    case.denial()
}

/// The name of this kind in the text, if the text has all of it.
fn reference(case: &Case<'_>, kind: ReferenceKind) -> Option<String> {
    complete(case, denial(case)?.reference(kind))
}

/// A name, if the text has all of it: the text shows its end, or was not cut.
pub(super) fn complete(case: &Case<'_>, name: Option<&StatedName>) -> Option<String> {
    let is_whole = case.subject.stopped_reason.as_deref().is_some_and(is_whole_text);
    name.filter(|name| name.is_complete || is_whole).map(|name| name.text.clone())
}

/// The value that all containers of the task definition have, if there is only one.
fn only(case: &Case<'_>, values: impl Fn(&StartContainer) -> Vec<String>) -> Option<String> {
    let all: BTreeSet<String> = definition(case)?.containers.iter().flat_map(values).collect();
    if all.len() == 1 { all.into_iter().next() } else { None }
}
