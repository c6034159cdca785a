//! Findings about things that the start uses: secrets, parameters, log groups, images, keys, environment files.

use crate::authorization::{RequestSubject, ResourceState, StartResource};
use crate::finding::CauseId;

use super::claim::{ClaimKind, RunbookClaim};
use super::evidence::{Assessed, TaskEvidence, is_same};

/// Whether a thing exists, as the stopped reason and the saved descriptions and lists show it.
pub(super) fn existence(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    let cause = cause(claim.kind);
    let names = named(claim);
    if evidence.is_verdict(&[cause]) {
        let ids: Vec<&str> = names.iter().map(String::as_str).collect();
        let is_other = evidence.culprit(&[cause], &ids).is_none()
            && !ids.is_empty()
            && !evidence.finding.culprits.is_empty();
        if !is_other {
            return Assessed::borne_out(format!("the verdict is {}", evidence.verdict()));
        }
    }
    let Some(access) = &evidence.case.access else {
        return Assessed::open(
            "the task definition was not saved",
            "describe-task-definition, and the description of the thing",
        );
    };
    let is_meant = |one: &&StartResource| is_kind(claim.kind, &one.subject) && is_named(&names, one);
    let meant: Vec<&StartResource> = access.resources.iter().filter(is_meant).collect();
    if let Some(one) = meant.iter().find(|one| one.state.is_fault()) {
        return Assessed::borne_out(format!("as saved, {}: {}", one.id, one.clause().unwrap_or_default()));
    }
    let exists = |one: &&&StartResource| one.state == ResourceState::Exists;
    match meant.first() {
        Some(first) if meant.iter().all(|one| exists(&one)) => Assessed::refuted(format!(
            "as saved, {} exists, and its saved state does not hinder the start",
            first.id
        )),
        Some(first) => Assessed::open(format!("no document shows {}", first.id), call(claim.kind)),
        None => {
            Assessed::open("no such thing of this start is known from its task definition", call(claim.kind))
        }
    }
}

fn cause(kind: ClaimKind) -> CauseId {
    match kind {
        ClaimKind::SecretMissing => CauseId::SecretNotFound,
        ClaimKind::ParameterMissing => CauseId::ParameterNotFound,
        ClaimKind::LogGroupMissing => CauseId::LogGroupMissing,
        ClaimKind::ImageMissing => CauseId::ImageNotFound,
        ClaimKind::KeyState => CauseId::KeyUnusable,
        _ => CauseId::EnvFileDenied,
    }
}

fn is_kind(kind: ClaimKind, subject: &RequestSubject) -> bool {
    matches!(
        (kind, subject),
        (ClaimKind::SecretMissing, RequestSubject::Secret { .. })
            | (ClaimKind::ParameterMissing, RequestSubject::Parameter { .. })
            | (ClaimKind::LogGroupMissing, RequestSubject::LogGroup(_))
            | (ClaimKind::ImageMissing, RequestSubject::Image { .. })
            | (ClaimKind::KeyState, RequestSubject::Key { .. })
            | (ClaimKind::EnvironmentFile, RequestSubject::EnvironmentFile(_))
    )
}

/// The names of things in a finding, without roles.
fn named(claim: &RunbookClaim) -> Vec<String> {
    let arns = claim.names.arns.iter().filter(|arn| arn.split(':').nth(2) != Some("iam"));
    arns.chain(&claim.names.others).cloned().collect()
}

fn is_named(names: &[String], one: &StartResource) -> bool {
    let is_one = |name: &String| {
        let of_subject = match &one.subject {
            RequestSubject::Key { id, .. } => is_same(name, id),
            RequestSubject::Image { repository, tag } => is_same(name, repository) || name == tag,
            RequestSubject::Secret { id, .. } => is_secret(name, id),
            _ => false,
        };
        of_subject || is_same(name, &one.id) || is_secret(name, &one.id)
    };
    names.is_empty() || names.iter().any(is_one)
}

/// Whether two names of a secret are about one secret: one of them may lack the suffix.
fn is_secret(one: &str, other: &str) -> bool {
    let is_arn = one.starts_with("arn:") && other.starts_with("arn:");
    is_arn && (one.starts_with(other) || other.starts_with(one))
}

fn call(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::SecretMissing => "aws secretsmanager list-secrets --include-planned-deletion",
        ClaimKind::ParameterMissing => "aws ssm describe-parameters",
        ClaimKind::LogGroupMissing => "aws logs describe-log-groups",
        ClaimKind::ImageMissing => "aws ecr describe-repositories and describe-images",
        ClaimKind::KeyState => "aws kms describe-key",
        _ => "the list of objects of the bucket",
    }
}
