//! The failure outside the network that a text reports.

use super::{Phase, StatedDenial, StoppedReason, wording};
use crate::policy::DenialEffect;

/// A failure outside the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The registry limits the number of pulls.
    RateLimit,
    /// The policy of a VPC endpoint does not allow the request.
    EndpointPolicy,
    /// S3 refused a layer: the registry signs the request, so the policy of an S3 endpoint is the place, and no role.
    LayerRefused,
    /// A policy of the organization denies the request.
    OrganizationPolicy,
    /// The policy of the resource, which may be in another account, does not allow the request.
    ResourcePolicy,
    /// The key of a secret, a parameter or an image cannot be used.
    Key,
    /// The secret is in another account and is encrypted with that account's default key.
    DefaultKey,
    /// ECS could not assume a role.
    Role,
    /// The role lacks a permission.
    Permission,
    /// A statement of a policy denies the request.
    ExplicitDeny,
    /// The request was denied, and the text does not name the type of the policy.
    Denied,
    /// `awslogs-region`, or the Region of another client, has no endpoint.
    Region,
    /// The agent built a URL that cannot be called.
    AgentUrl,
    /// The server's certificate is not trusted.
    Certificate,
    /// The name leads to a server of another service.
    OtherService,
    /// The image has no variant for the platform of the task.
    Platform,
    /// The layers of the image do not fit its manifest.
    BrokenImage,
    /// The image, its tag or its repository does not exist, or may not be seen.
    Image,
    /// The log group does not exist.
    LogGroup,
    /// The secret or its value does not exist.
    Secret,
    /// The secret has no value with the staging label.
    EmptySecret,
    /// The secret is marked for deletion.
    DeletedSecret,
    /// The value of the secret cannot be used.
    SecretValue,
    /// The parameter does not exist, or its name is not valid.
    Parameter,
    /// The environment file does not exist, or may not be read.
    EnvironmentFile,
    /// The file system has no such directory or access point, or refuses the client.
    FileSystem,
    /// A disk or the memory of the task is full.
    Space,
    /// The interface of the task could not be created in time.
    Interface,
    /// The container does not run.
    Container,
}

/// Fragments of texts, in lower case; the first that occurs counts.
const ANSWERS: &[(&str, Answer)] = &[
    (wording::ENDPOINT_POLICY, Answer::EndpointPolicy),
    (wording::SERVICE_CONTROL_POLICY, Answer::OrganizationPolicy),
    (wording::RESOURCE_CONTROL_POLICY, Answer::OrganizationPolicy),
    ("access to kms is not allowed", Answer::Key),
    ("kms:", Answer::Key),
    ("customer master key", Answer::Key),
    ("decryptionfailure", Answer::Key),
    ("kmsinvalidstate", Answer::Key),
    ("default kms service key", Answer::DefaultKey),
    (wording::ASSUME_ROLE, Answer::Role),
    ("cannot be assumed", Answer::Role),
    ("toomanyrequests", Answer::RateLimit),
    ("too many requests", Answer::RateLimit),
    ("rate limit", Answer::RateLimit),
    ("rate exceeded", Answer::RateLimit),
    ("throttl", Answer::RateLimit),
    ("missingendpoint", Answer::Region),
    ("missingregion", Answer::Region),
    ("unsupported protocol scheme", Answer::AgentUrl),
    ("signed by unknown authority", Answer::Certificate),
    ("x509:", Answer::Certificate),
    ("certificate", Answer::Certificate),
    ("descriptor matching platform", Answer::Platform),
    ("descriptor for platform", Answer::Platform),
    ("no match for platform", Answer::Platform),
    ("no matching manifest for", Answer::Platform),
    ("exec format error", Answer::Platform),
    ("mismatched image rootfs", Answer::BrokenImage),
    ("no processor for media-type", Answer::BrokenImage),
    (wording::LOG_GROUP, Answer::LogGroup),
    (wording::JSON_KEY, Answer::SecretValue),
    ("invalid character", Answer::SecretValue),
    ("authorizationdata is malformed", Answer::SecretValue),
    ("unmarshal", Answer::SecretValue),
    (wording::SSM_PARAMETERS, Answer::Parameter),
    (wording::PARAMETERS, Answer::Parameter),
    ("specified secret value", Answer::EmptySecret),
    ("specified secret", Answer::Secret),
    ("whether the secret exists", Answer::Secret),
    ("marked for deletion", Answer::DeletedSecret),
    ("no space left", Answer::Space),
    ("killed due to memory", Answer::Space),
    ("insufficientfreeaddresses", Answer::Interface),
    ("network interface provisioning", Answer::Interface),
    (wording::RESOURCE_POLICY, Answer::ResourcePolicy),
    ("not authorized", Answer::Permission),
    ("accessdenied", Answer::Permission),
    (wording::PULL_PERMISSIONS, Answer::Permission),
    ("oci runtime", Answer::Container),
];

impl Answer {
    /// The failure that a text in lower case reports; none if it names no such failure.
    ///
    /// `has_no_region` is true if the host in it has something else in the place of its Region.
    pub(super) fn of(lower: &str, reason: &StoppedReason, has_no_region: bool) -> Option<Self> {
        if !reason.shows_an_answer() {
            return None;
        }
        let named = super::first_of(ANSWERS, lower).copied();
        let is_refused =
            ["forbidden", "accessdenied", "not authorized"].iter().any(|word| lower.contains(word));
        if reason.presented.is_some() {
            return Some(Self::OtherService);
        }
        match (reason.phase, named) {
            (Some(Phase::Layers), None | Some(Self::Permission | Self::EndpointPolicy)) if is_refused => {
                Some(Self::LayerRefused)
            }
            (Some(Phase::EnvironmentFiles), None) => Some(Self::EnvironmentFile),
            (Some(Phase::FileSystem), None) => Some(Self::FileSystem),
            (Some(Phase::Manifest | Phase::Pull), None) => Some(Self::Image),
            (_, None) if has_no_region => Some(Self::Region),
            (_, Some(Self::Permission)) => Some(Self::of_denial(reason.denial.as_ref(), lower)),
            (_, named) => named,
        }
    }

    /// The failure of a request that was denied. Without the type of the policy the role need not be at fault.
    fn of_denial(denial: Option<&StatedDenial>, lower: &str) -> Self {
        let effect = denial.and_then(|denial| denial.effect);
        let names_role = lower.contains(wording::PULL_PERMISSIONS);
        match effect {
            Some(DenialEffect::Explicit) => Self::ExplicitDeny,
            Some(DenialEffect::Implicit) => Self::Permission,
            None if names_role => Self::Permission,
            None => Self::Denied,
        }
    }

    /// The failure as a clause.
    #[must_use]
    pub fn statement(self) -> &'static str {
        match self {
            Self::RateLimit => "the service limits the number of requests",
            Self::EndpointPolicy => "the policy of a VPC endpoint does not allow the request",
            Self::LayerRefused => "S3 refused to give out a layer of the image",
            Self::OrganizationPolicy => "a policy of the organization denies the request",
            Self::ResourcePolicy => "the policy of the resource does not allow the request",
            Self::Key => "a KMS key cannot be used",
            Self::DefaultKey => {
                "the secret of another account is encrypted with the default key of that account"
            }
            Self::Role => "ECS could not assume a role of the task",
            Self::Permission => "the role lacks a permission",
            Self::ExplicitDeny => "a statement of a policy denies the request",
            Self::Denied => "the request was denied by a policy that the text does not name",
            Self::Region => "the Region of the log driver or of a client is not valid",
            Self::AgentUrl => "the agent built a URL without a scheme and sent no packet to it",
            Self::Certificate => "the certificate of the server is not trusted",
            Self::OtherService => "the server presented the certificate of another service of AWS",
            Self::Platform => "the image has no variant for the platform of the task",
            Self::BrokenImage => "the image cannot be unpacked",
            Self::Image => "the image was not found, or the role may not pull it",
            Self::LogGroup => "the log group does not exist",
            Self::Secret => "the secret does not exist or has no value",
            Self::EmptySecret => "the secret has no value with the staging label",
            Self::DeletedSecret => "the secret is marked for deletion",
            Self::SecretValue => "the value of the secret does not have the expected form",
            Self::Parameter => "a parameter does not exist or has a name that is not valid",
            Self::EnvironmentFile => "the environment file does not exist, or the role may not read it",
            Self::FileSystem => "the file system refused the mount",
            Self::Space => "a disk or the memory is full",
            Self::Interface => "the interface of the task could not be created",
            Self::Container => "the container could not be run",
        }
    }
}

/// The most characters of a text that are quoted.
const MOST_QUOTED: usize = 120;

/// The part of a text that names the failure; none if nothing names one, or if the part is long.
pub(super) fn quoted(text: &str, lower: &str) -> Option<String> {
    const ENDS: [&str; 4] = [": ", ". ", ", ", "\n"];
    let statuses = ["403 forbidden", "404 not found", "not found"];
    let mut known = ANSWERS.iter().map(|(fragment, _)| *fragment).chain(statuses);
    let at = known.find_map(|fragment| lower.find(fragment))?;
    let start =
        ENDS.iter().filter_map(|end| Some(text.get(..at)?.rfind(end)? + end.len())).max().unwrap_or(0);
    let rest = text.get(at..)?;
    let end = ENDS.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
    let part = text.get(start..at + end)?.trim().trim_end_matches(['.', ':', ' ']);
    (!part.is_empty() && part.chars().count() <= MOST_QUOTED).then(|| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_their_failure() {
        let check = |text: &str, want| assert_eq!(StoppedReason::parse(text).answer, want, "{text}");
        check(
            "CannotPullContainerError: toomanyrequests: You have reached your pull rate limit.",
            Some(Answer::RateLimit),
        );
        check("AccessDeniedException: Access to KMS is not allowed", Some(Answer::Key));
        check(
            "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: \
             unexpected status code https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com/1: 403 Forbidden",
            Some(Answer::LayerRefused),
        );
        check(
            "failed to validate logger args: create stream has been retried 1 times: Post \"https://logs.undefined.amazonaws.com/\": \
             dial tcp: lookup logs.undefined.amazonaws.com on 10.0.0.2:53: no such host",
            Some(Answer::Region),
        );
        check(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref a.dkr.ecr.eu-west-1.amazonaws.com/b:1: not found",
            Some(Answer::Image),
        );
        let quote = |text: &str| StoppedReason::parse(text).quote;
        let limited = "CannotPullContainerError: toomanyrequests: You have reached your pull rate limit. You may increase \
                       the limit: https://www.docker.com/increase-rate-limits";
        assert_eq!(quote(limited).as_deref(), Some("toomanyrequests"));
        let agent = "Post \"/ecr-fips.us-gov-west-1.amazonaws.com\": unsupported protocol scheme \"\"";
        assert_eq!(quote(agent).as_deref(), Some("unsupported protocol scheme \"\""));
        check("CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout (certificate)", None);
    }
}
