//! The meaning of a finding: the kind of fault, and the things that it names.
//!
//! The first wordings are recorded in outputs that users published. AWS publishes no list of the others, so they are recognised
//! by the thing that they are about and by a word that states a fault; a text without both is not known.

use super::names::NamedThings;
use crate::finding::CauseId;

/// The kind of fault that a finding states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClaimKind {
    /// A connection to a host failed.
    ConnectionFailed,
    /// A name was not resolved.
    NameNotResolved,
    /// The groups of the task do not let its packets out.
    GroupEgress,
    /// The groups of an endpoint do not let the task's packets in.
    GroupIngress,
    /// A group blocks; the text does not show where.
    Group,
    /// A network ACL blocks.
    NetworkAcl,
    /// The route table has no way out.
    RouteMissing,
    /// An endpoint is missing.
    EndpointMissing,
    /// A NAT gateway does not work.
    NatGateway,
    /// The task has no public address.
    PublicAddress,
    /// DNS settings of the VPC or of an endpoint.
    DnsSettings,
    /// A role lacks a permission.
    PermissionMissing,
    /// The policy of a repository does not allow the pull.
    RepositoryPolicy,
    /// The policy of an endpoint.
    EndpointPolicy,
    /// ECS cannot become a role.
    RoleNotAssumable,
    /// A secret is missing.
    SecretMissing,
    /// A parameter is missing.
    ParameterMissing,
    /// A log group is missing.
    LogGroupMissing,
    /// An image or a repository is missing.
    ImageMissing,
    /// A key cannot be used.
    KeyState,
    /// A registry limits its pulls.
    RateLimit,
    /// A file system.
    FileSystem,
    /// An environment file.
    EnvironmentFile,
    /// A text that this version does not know.
    Unknown,
}

impl ClaimKind {
    /// The name in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ConnectionFailed => "connection-failed",
            Self::NameNotResolved => "name-not-resolved",
            Self::GroupEgress => "security-group-egress",
            Self::GroupIngress => "security-group-ingress",
            Self::Group => "security-group",
            Self::NetworkAcl => "network-acl",
            Self::RouteMissing => "route-missing",
            Self::EndpointMissing => CauseId::EndpointMissing.name(),
            Self::NatGateway => "nat-gateway",
            Self::PublicAddress => "public-address",
            Self::DnsSettings => "dns-settings",
            Self::PermissionMissing => CauseId::PermissionMissing.name(),
            Self::RepositoryPolicy => "repository-policy",
            Self::EndpointPolicy => "endpoint-policy",
            Self::RoleNotAssumable => CauseId::RoleNotAssumable.name(),
            Self::SecretMissing => "secret-missing",
            Self::ParameterMissing => "parameter-missing",
            Self::LogGroupMissing => CauseId::LogGroupMissing.name(),
            Self::ImageMissing => "image-missing",
            Self::KeyState => "key-state",
            Self::RateLimit => "rate-limit",
            Self::FileSystem => "file-system",
            Self::EnvironmentFile => "environment-file",
            Self::Unknown => "unknown",
        }
    }
}

/// A finding with its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RunbookClaim {
    pub(super) kind: ClaimKind,
    pub(super) names: NamedThings,
}

/// Wordings of published outputs: a text belongs to the first one of which it has all parts. Their order and the letters are
/// AWS's; they are compared in lower case.
const RECORDED: &[(&[&str], ClaimKind)] = &[
    (&["encountered socket connection failure"], ClaimKind::ConnectionFailed),
    (&["is not allowed in the egress of security group"], ClaimKind::GroupEgress),
    (&["missing endpoint/s"], ClaimKind::EndpointMissing),
    (&["does not have network access either via internet gateway or nat gateway"], ClaimKind::RouteMissing),
    (&["vpc endpoint (", "is not allowing the inbound traffic"], ClaimKind::GroupIngress),
    (&["security group rules for", "are not allowing the egress traffic"], ClaimKind::GroupEgress),
    (
        &["resource based policy for the ecr repository", "may be missing permissions"],
        ClaimKind::RepositoryPolicy,
    ),
];

/// Words that state a fault.
const FAULTS: &[&str] = &[
    "not allow",
    "not permit",
    "missing",
    "does not",
    "doesn't",
    "do not",
    "don't",
    "is not",
    "isn't",
    "are not",
    "not found",
    "cannot",
    "can't",
    "could not",
    "unable",
    "denied",
    "denies",
    "deny",
    "failed",
    "failure",
    "disabled",
    "blocked",
    "blocks",
    "lacks",
    "without",
    "no longer",
    "pending deletion",
    "deleted",
    "limit",
];

/// Things that findings are about, the more particular ones first: a text has all words of one of the lists.
const ABOUT: &[(&[&[&str]], ClaimKind)] = &[
    (&[&["rate limit"], &["toomanyrequests"], &["pull limit"]], ClaimKind::RateLimit),
    (&[&["endpoint policy"], &["vpc endpoint", "policy"]], ClaimKind::EndpointPolicy),
    (&[&["repository", "policy"]], ClaimKind::RepositoryPolicy),
    (&[&["trust"], &["assume", "role"]], ClaimKind::RoleNotAssumable),
    (&[&["efs"], &["elasticfilesystem"], &["file system"], &["mount target"]], ClaimKind::FileSystem),
    (&[&["network acl"], &["acl-"], &["nacl"]], ClaimKind::NetworkAcl),
    (&[&["security group"], &["sg-"]], ClaimKind::Group),
    (
        &[
            &["enablednssupport"],
            &["enablednshostnames"],
            &["dns support"],
            &["dns hostname"],
            &["private dns"],
            &["dhcp"],
        ],
        ClaimKind::DnsSettings,
    ),
    (&[&["dns", "resol"], &["domain", "resol"]], ClaimKind::NameNotResolved),
    (&[&["public ip"]], ClaimKind::PublicAddress),
    (&[&["route table"], &["rtb-"]], ClaimKind::RouteMissing),
    (&[&["nat gateway"], &["nat-"]], ClaimKind::NatGateway),
    (&[&["environment file"], &["env file"], &["envfile"]], ClaimKind::EnvironmentFile),
    (&[&["log group"]], ClaimKind::LogGroupMissing),
    (&[&["kms", "key"], &[":kms:"]], ClaimKind::KeyState),
    (
        &[&["parameter", "exist"], &["parameter", "found"], &["parameter", "missing"]],
        ClaimKind::ParameterMissing,
    ),
    (
        &[&["secret", "exist"], &["secret", "found"], &["secret", "deleted"], &["secret", "deletion"]],
        ClaimKind::SecretMissing,
    ),
    (
        &[
            &["image", "exist"],
            &["image", "found"],
            &["tag", "exist"],
            &["tag", "found"],
            &["repository", "exist"],
        ],
        ClaimKind::ImageMissing,
    ),
    (&[&["endpoint"]], ClaimKind::EndpointMissing),
    (&[&["permission"], &["not authorized"]], ClaimKind::PermissionMissing),
    (&[&["connect"], &["time out"], &["timed out"], &["timeout"]], ClaimKind::ConnectionFailed),
];

impl RunbookClaim {
    /// The meaning of a text.
    pub(super) fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        let recorded = RECORDED.iter().find(|(parts, _)| parts.iter().all(|part| lower.contains(part)));
        match recorded {
            Some((_, ClaimKind::EndpointMissing)) => {
                // The services before it are those that have an endpoint.
                let missing = text.split("issing endpoint/s").nth(1).unwrap_or_default();
                Self { kind: ClaimKind::EndpointMissing, names: NamedThings::of(missing) }
            }
            Some((_, kind)) => Self { kind: *kind, names: NamedThings::of(text) },
            None => Self::by_subject(text, &lower),
        }
    }

    fn by_subject(text: &str, lower: &str) -> Self {
        let names = NamedThings::of(text);
        let states_fault = FAULTS.iter().any(|fault| lower.contains(fault));
        let is_about =
            |lists: &&[&[&str]]| lists.iter().any(|words| words.iter().all(|word| lower.contains(word)));
        let by_words = ABOUT.iter().find(|(lists, _)| is_about(lists)).map(|(_, kind)| *kind);
        let kind = match by_words {
            _ if !states_fault => ClaimKind::Unknown,
            Some(
                kind
                @ (ClaimKind::EndpointPolicy | ClaimKind::RepositoryPolicy | ClaimKind::RoleNotAssumable),
            ) => kind,
            _ if !names.actions.is_empty() => ClaimKind::PermissionMissing,
            Some(ClaimKind::Group) => group(lower),
            found => found.unwrap_or(ClaimKind::Unknown),
        };
        Self { kind, names }
    }
}

/// The direction of a group that a text names.
fn group(lower: &str) -> ClaimKind {
    let has = |words: [&str; 2]| words.iter().any(|word| lower.contains(word));
    match (has(["egress", "outbound"]), has(["ingress", "inbound"])) {
        (true, false) => ClaimKind::GroupEgress,
        (false, true) => ClaimKind::GroupIngress,
        _ => ClaimKind::Group,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::service::Service;

    #[test]
    fn recorded_wordings_have_their_meaning() {
        let check = |text: &str, kind: ClaimKind, subjects: &[&str]| {
            let claim = RunbookClaim::of(text);
            assert_eq!(
                (claim.kind, claim.names.subjects()),
                (kind, subjects.iter().map(|&one| one.to_owned()).collect()),
                "{text}"
            );
        };
        check(
            "The registry domain [1.dkr.ecr.eu-west-1.amazonaws.com] encountered socket connection failure for DNS Resolved IP(s) ['10.0.66.95'] with same network settings used by ECS / Fargate Agent.",
            ClaimKind::ConnectionFailed,
            &["1.dkr.ecr.eu-west-1.amazonaws.com"],
        );
        check(
            "You have enabled ECR related private endpoints ['ecr.dkr', 'ecr.api'], However missing endpoint/s {'s3'}",
            ClaimKind::EndpointMissing,
            &["s3"],
        );
        check(
            "VPC Endpoint (ecr.api) Security Group (sg-1) is not allowing the Inbound traffic.",
            ClaimKind::GroupIngress,
            &["sg-1", "ecr.api"],
        );
        check(
            "[logs VPC Endpoint]: Security Group rules for ['sg-1'] are not allowing the egress traffic.",
            ClaimKind::GroupEgress,
            &["sg-1", "logs"],
        );
        check(
            "The resource based policy for the ECR repository [orders/api] may be missing permissions to pull the image. Make sure that it has all the recommended permissions.",
            ClaimKind::RepositoryPolicy,
            &["orders/api"],
        );
        check(
            "The route table rtb-1 associated with Task Subnet subnet-1 does not have network access either via Internet Gateway or Nat Gateway.",
            ClaimKind::RouteMissing,
            &["rtb-1", "subnet-1"],
        );
    }

    #[test]
    fn other_wordings_are_known_by_their_subject_and_a_fault() {
        let check = |text: &str, kind: ClaimKind| assert_eq!(RunbookClaim::of(text).kind, kind, "{text}");
        check(
            "The task execution role [orders] is missing ['secretsmanager:GetSecretValue']",
            ClaimKind::PermissionMissing,
        );
        check(
            "The secret [arn:aws:secretsmanager:eu-west-1:1:secret:x] does not exist",
            ClaimKind::SecretMissing,
        );
        check("The parameter [/orders/db] was not found", ClaimKind::ParameterMissing);
        check("The CloudWatch log group [/ecs/orders] does not exist", ClaimKind::LogGroupMissing);
        check("The KMS key [k-1] is disabled", ClaimKind::KeyState);
        check("The network ACL acl-1 blocks outbound traffic", ClaimKind::NetworkAcl);
        check("enableDnsSupport is disabled in vpc-1", ClaimKind::DnsSettings);
        check("Docker Hub rate limit was exceeded: toomanyrequests", ClaimKind::RateLimit);
        check("The image tag [1.4] does not exist in the repository [orders/api]", ClaimKind::ImageMissing);
        check("The NAT gateway nat-1 is not available", ClaimKind::NatGateway);
        check("The task has no public IP and does not reach the internet", ClaimKind::PublicAddress);
        check("The security group sg-1 allows the egress traffic", ClaimKind::Unknown);
        check("An unrelated remark that something failed", ClaimKind::Unknown);
        check("", ClaimKind::Unknown);
    }

    #[test]
    fn a_recorded_text_that_is_cut_is_never_another_fault_of_the_network() {
        let text = "VPC Endpoint (ecr.api) Security Group (sg-0123) is not allowing the Inbound traffic.";
        for end in 0..text.len() {
            let claim = RunbookClaim::of(&text[..end]);
            let is_right =
                matches!(claim.kind, ClaimKind::GroupIngress | ClaimKind::Group | ClaimKind::Unknown);
            assert!(is_right, "{} {claim:?}", &text[..end]);
            assert!(claim.names.services.iter().all(|service| *service == Service::EcrApi), "{claim:?}");
        }
    }
}
