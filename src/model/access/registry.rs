//! Repositories of ECR and their images.

use super::SavedPolicy;
use crate::model::time::Timestamp;

/// A repository: `ecr describe-repositories`, `ecr get-repository-policy`, `ecr describe-images`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repository {
    /// `repositoryArn`, or the ARN that follows from the registry, the Region and the name.
    pub arn: String,
    /// `encryptionConfiguration.kmsKey`.
    pub key: Option<String>,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `policyText`.
    pub policy: SavedPolicy,
    /// All images; none if no whole list was saved.
    pub images: Option<Vec<Image>>,
    /// Whether a manifest shows that `images` were saved without a filter.
    pub are_images_unfiltered: bool,
}

/// An image of a repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Image {
    /// `imageDigest`, such as `sha256:…`.
    pub digest: String,
    /// `imageTags`.
    pub tags: Vec<String>,
    /// `imagePushedAt`.
    pub pushed_at: Option<Timestamp>,
}

/// The policy of a private registry: `ecr get-registry-policy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryPolicy {
    /// `registryId`: the account.
    pub registry_id: String,
    /// The Region; none if neither a manifest nor the task definitions show it.
    pub region: Option<String>,
    /// `policyText`.
    pub policy: SavedPolicy,
}

/// A rule of `ecr describe-pull-through-cache-rules`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PullThroughRule {
    /// `registryId`: the account.
    pub registry_id: String,
    /// `ecrRepositoryPrefix`, such as `docker-hub`; `ROOT` is every repository without another rule.
    pub prefix: String,
    /// `upstreamRegistryUrl`.
    pub upstream: Option<String>,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
}
