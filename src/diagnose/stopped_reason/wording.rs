//! Fragments of texts, in lower case, that more than one module looks for.

/// The policy of a VPC endpoint.
pub(super) const ENDPOINT_POLICY: &str = "vpc endpoint policy";
/// A policy of the organization for principals.
pub(super) const SERVICE_CONTROL_POLICY: &str = "service control policy";
/// A policy of the organization for resources.
pub(super) const RESOURCE_CONTROL_POLICY: &str = "resource control policy";
/// The policy of a secret, repository, bucket, key or role.
pub(super) const RESOURCE_POLICY: &str = "resource-based policy";
/// The words before a role that ECS could not assume.
pub(super) const ASSUME_ROLE: &str = "assume the role";
/// A log group that does not exist.
pub(super) const LOG_GROUP: &str = "specified log group";
/// The words before a key that a secret does not have.
pub(super) const JSON_KEY: &str = "json key";
/// The words before parameters that do not exist, from Fargate.
pub(super) const SSM_PARAMETERS: &str = "invalid ssm parameters";
/// The words before parameters that do not exist, from the agent.
pub(super) const PARAMETERS: &str = "invalid parameters";
/// The words before the ids of requests.
pub(super) const REQUEST_IDS: [&str; 2] = ["requestid: ", "request id: "];
/// Advice of ECS about the permissions of a role.
pub(super) const PULL_PERMISSIONS: &str = "has the permissions to pull";
