//! The text of a stopped task: `stoppedReason`, or a container's `reason`.
//!
//! Goes in: a text AWS composed, often of the errors of several programs, often cut at 255 characters, never to be trusted:
//! names of images and secrets are part of it. Comes out: the phase of the start, the service, the addresses, and the result
//! of the call. The flow logs are not considered here.
//!
//! Texts are recognised by fragments, because everything around them changed over the years.

use std::net::SocketAddr;

use crate::model::service::Service;

mod advice;
mod answer;
mod call_result;
mod denial;
mod hosts;
mod request;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod texts;
mod wording;

pub use answer::Answer;
pub use denial::{ReferenceKind, StatedAction, StatedDenial, StatedName, StatedPrincipal, StatedReference};

/// The facts that a text states about the end of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoppedReason {
    /// The phase of the start that failed.
    pub phase: Option<Phase>,
    /// The service that was called, by the host in the text, or by the phase.
    ///
    /// The host of a layer download is the registry's although the registry redirects it to S3: where `address` belongs
    /// to another service than this one, the address is right.
    pub service: Option<Service>,
    /// The host that was called or looked up, as written; none if the text is cut within it.
    pub host: Option<String>,
    /// The address that was dialled; none if the text is cut within it.
    pub address: Option<SocketAddr>,
    /// The DNS server that was queried, if the query failed.
    pub resolver: Option<SocketAddr>,
    /// The result of the call.
    pub result: CallResult,
    /// Whether the text shows that nothing was sent: the sender had no route for the kind of address that it called.
    pub sent_nothing: bool,
    /// The service of AWS whose certificate the server presented, if it is not that of the service that was called.
    pub presented: Option<Service>,
    /// The failure outside the network that the text reports.
    pub answer: Option<Answer>,
    /// The part of the text that names it.
    pub quote: Option<String>,
    /// The request that the service denied or could not serve; none if the text is about the network.
    pub denial: Option<StatedDenial>,
}

/// A phase of a task's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Secrets and parameters.
    Secrets,
    /// The registry's token, or a private registry's credentials.
    RegistryAuth,
    /// One of the two; the text does not show which.
    SecretsOrRegistryAuth,
    /// The log stream.
    Logging,
    /// `environmentFiles`.
    EnvironmentFiles,
    /// The image's manifest.
    Manifest,
    /// The image's layers.
    Layers,
    /// The image; the text does not show which part.
    Pull,
    /// An EFS file system.
    FileSystem,
    /// The container itself.
    Start,
}

/// The result of the call that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallResult {
    /// An HTTP status, a request id or an API error: the network is exonerated for that service.
    Answered,
    /// Nothing in time; from the DNS server if `resolver` is given, else from the service.
    TimedOut,
    /// The connection was turned away.
    Refused,
    /// The connection was broken off.
    Reset,
    /// The connection was made, and TLS got no answer.
    TlsTimeout,
    /// Something answered with a certificate that is not trusted: an inspecting middlebox.
    CertificateUnknown,
    /// The name has no address, or no reason is given why it was not found.
    NameNotResolved,
    /// The agent's own deadline passed, or the agent gave up; the text does not show which call was pending.
    Killed,
    /// A limit, a permission, a name or a disk: no failure of the network.
    NotNetwork,
    /// The text does not show it.
    #[default]
    Unknown,
}

/// Fragments of texts, in lower case, and the phase that they belong to; the first that occurs counts.
const PHASES: &[(&str, Phase)] = &[
    ("failed to validate logger args", Phase::Logging),
    ("create stream has been retried", Phase::Logging),
    ("failed to create cloudwatch log stream", Phase::Logging),
    ("failed to initialize logging driver", Phase::Logging),
    ("cloudwatch log group", Phase::Logging),
    ("download env file", Phase::EnvironmentFiles),
    ("environment file", Phase::EnvironmentFiles),
    ("environment variable files", Phase::EnvironmentFiles),
    ("registry auth from asm", Phase::RegistryAuth),
    ("retrieve ecr registry auth", Phase::RegistryAuth),
    ("cannot pull registry auth", Phase::RegistryAuth),
    ("unable to get registry auth", Phase::RegistryAuth),
    ("getauthorizationtoken", Phase::RegistryAuth),
    ("from asm", Phase::Secrets),
    ("from ssm", Phase::Secrets),
    ("secrets manager", Phase::Secrets),
    ("systems manager", Phase::Secrets),
    ("getsecretvalue", Phase::Secrets),
    ("getparameters", Phase::Secrets),
    ("fetching secret data", Phase::Secrets),
    ("efs utils", Phase::FileSystem),
    ("mount attempt", Phase::FileSystem),
    ("failed to resolve \"fs-", Phase::FileSystem),
    ("starport-layer-bucket", Phase::Layers),
    ("pull image manifest", Phase::Manifest),
    ("failed to resolve ref", Phase::Manifest),
    ("/manifests/", Phase::Manifest),
    ("manifest unknown", Phase::Manifest),
    ("/v2/: ", Phase::Manifest),
    ("/v2/\": ", Phase::Manifest),
    ("failed to copy", Phase::Layers),
    ("httpreadseeker", Phase::Layers),
    ("httpreaderseeker", Phase::Layers),
    ("extract layer", Phase::Layers),
    ("register layer", Phase::Layers),
    ("/blobs/", Phase::Layers),
    ("mismatched image rootfs", Phase::Layers),
    ("descriptor matching platform", Phase::Manifest),
    ("find a descriptor for platform", Phase::Manifest),
    ("cannotpull", Phase::Pull),
    ("t pull the image", Phase::Pull),
    ("ref pull has been retried", Phase::Pull),
    ("pull command failed", Phase::SecretsOrRegistryAuth),
    ("secrets or registry auth", Phase::SecretsOrRegistryAuth),
    ("execution resource retrieval failed", Phase::SecretsOrRegistryAuth),
    ("dockertimeouterror", Phase::Start),
    ("containerruntimetimeouterror", Phase::Start),
    ("cannotstartcontainer", Phase::Start),
    ("cannotcreatecontainer", Phase::Start),
];

/// Fragments that name a service where no host does.
const SERVICES: &[(&str, Service)] = &[
    ("from asm", Service::SecretsManager),
    ("secrets manager", Service::SecretsManager),
    ("getsecretvalue", Service::SecretsManager),
    ("from ssm", Service::Ssm),
    ("systems manager", Service::Ssm),
    ("getparameters", Service::Ssm),
    ("ecr registry auth", Service::EcrApi),
    ("registry auth from amazon ecr", Service::EcrApi),
    ("getauthorizationtoken", Service::EcrApi),
    ("task and amazon ecr", Service::EcrApi),
];

/// Fragments of texts of tasks that did not start.
const START_FAILURES: &[&str] = &[
    "resourceinitializationerror",
    "cannotpull",
    "cannotstartcontainer",
    "cannotcreatecontainer",
    "dockertimeouterror",
    "containerruntimetimeouterror",
    "task failed to start",
    "secrets or registry auth",
    "failed to validate logger args",
    "failed to download env files",
];

/// The sender itself has no route for the address, so that no packet left it: `ENETUNREACH`.
const NO_ROUTE_AT_SENDER: &str = "connect: network is unreachable";

/// `stopCode` of a task that did not start.
const FAILED_TO_START: &str = "TaskFailedToStart";

impl StoppedReason {
    /// Parses a text; a text without known fragments gives no facts, and [`CallResult::Unknown`].
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let phase = first_of(PHASES, &lower).copied();
        let host = hosts::host(text, &lower);
        let resolver = hosts::resolver(text, &lower);
        let mut reason = Self {
            phase,
            service: service(host, phase, &lower),
            host: host.filter(|host| host.is_whole).map(|host| host.text.to_owned()),
            address: hosts::address(text, &lower),
            resolver,
            result: call_result::of(&lower, host, resolver.is_some()),
            sent_nothing: lower.contains(NO_ROUTE_AT_SENDER),
            ..Self::default()
        };
        reason.presented =
            hosts::presented(text, &lower).filter(|other| reason.service.as_ref() != Some(other));
        reason.denial = StatedDenial::parse(text).filter(|_| reason.shows_an_answer());
        reason.answer = Answer::of(&lower, &reason, host.is_some_and(hosts::Host::has_no_region));
        reason.quote = answer::quoted(text, &lower).filter(|_| reason.shows_an_answer());
        reason
    }
}

/// Whether a text is not cut at its end.
#[must_use]
pub fn is_whole_text(text: &str) -> bool {
    !hosts::is_cut(text)
}

/// Whether a task with this `stopCode` and this text did not start.
#[must_use]
pub fn is_start_failure(stop_code: Option<&str>, reason: Option<&str>) -> bool {
    let is_named_in = |reason: &str| {
        let lower = reason.to_ascii_lowercase();
        START_FAILURES.iter().any(|fragment| lower.contains(fragment))
    };
    stop_code == Some(FAILED_TO_START) || reason.is_some_and(is_named_in)
}

/// The value of the first fragment that occurs.
fn first_of<'a, T>(table: &'a [(&str, T)], lower: &str) -> Option<&'a T> {
    table.iter().find(|(fragment, _)| lower.contains(fragment)).map(|(_, value)| value)
}

fn service(host: Option<hosts::Host<'_>>, phase: Option<Phase>, lower: &str) -> Option<Service> {
    let by_host = host.and_then(hosts::Host::service);
    by_host.or_else(|| first_of(SERVICES, lower).cloned()).or_else(|| match phase? {
        Phase::Logging => Some(Service::Logs),
        Phase::EnvironmentFiles => Some(Service::S3),
        Phase::FileSystem => Some(Service::Efs),
        _ => None,
    })
}
