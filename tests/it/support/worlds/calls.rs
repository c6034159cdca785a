//! The calls of a start, one after another, and the stopped reason of the one that failed.

use std::net::IpAddr;

use crate::support::worlds::dialogue::Outcome;
use crate::support::worlds::launch::Launch;

/// The part of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A secret.
    Secret,
    /// The token of ECR.
    Token,
    /// The manifest of the image.
    Manifest,
    /// A layer of the image.
    Layer,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The part of the start.
    pub(crate) step: Step,
    /// The host.
    pub(crate) host: String,
    /// The address that its name leads to.
    pub(crate) to: IpAddr,
}

/// The texts of a task that stopped.
#[derive(Clone, Debug)]
pub(crate) struct Reason {
    /// `stoppedReason`.
    pub(crate) task: String,
    /// The container's `reason`.
    pub(crate) container: Option<String>,
}

/// The reason after the last call ended so; `is_short` leaves out host and address.
pub(crate) fn reason(
    launch: Launch,
    image: &str,
    call: &Call,
    (outcome, is_short): (Outcome, bool),
) -> Reason {
    let text = if launch == Launch::Fargate {
        on_fargate(image, call, outcome, is_short)
    } else {
        let container = on_ec2(image, call, outcome, is_short);
        return Reason { task: "Task failed to start".to_owned(), container: Some(container) };
    };
    Reason { task: text, container: None }
}

/// The end of a message of Go's network package.
fn network(call: &Call, outcome: Outcome) -> String {
    match (outcome, call.to) {
        (Outcome::Stalled, _) => "net/http: TLS handshake timeout".to_owned(),
        (Outcome::Reset, _) => "read tcp: connection reset by peer".to_owned(),
        (_, IpAddr::V6(one)) => format!("dial tcp [{one}]:443: i/o timeout"),
        (_, IpAddr::V4(one)) => format!("dial tcp {one}:443: i/o timeout"),
    }
}

fn on_ec2(image: &str, call: &Call, outcome: Outcome, is_short: bool) -> String {
    let start = "CannotPullContainerError: Error response from daemon: ";
    let host = &call.host;
    let waited = "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)";
    match outcome {
        Outcome::Complete => {
            format!("{start}manifest for {image} not found: manifest unknown: Requested image not found")
        }
        _ if is_short => format!("{start}Get \"https://{host}/v2/\": {waited}"),
        _ => format!("{start}Get \"https://{host}/v2/\": {}", network(call, outcome)),
    }
}

fn on_fargate(image: &str, call: &Call, outcome: Outcome, is_short: bool) -> String {
    let start = "ResourceInitializationError: unable to pull secrets or registry auth: ";
    let retried = "service call has been retried 3 time(s): ";
    let pull = "CannotPullContainerError: ";
    let (host, is_refused) = (&call.host, outcome == Outcome::Complete);
    let sent = format!("RequestError: send request failed caused by: Post \"https://{host}/\": ");
    let denied = |action: &str| {
        format!(
            "AccessDeniedException: User is not authorized to perform {action}: status code: 400, request id: \
             1f3c9a2e-0b77-4c1d-9d0e-5a3f2b6c7d81"
        )
    };
    let failed = network(call, outcome);
    let secret = "execution resource retrieval failed: unable to retrieve secret from asm: ";
    let token = "execution resource retrieval failed: unable to retrieve ecr registry auth: ";
    match call.step {
        Step::Secret if is_refused => {
            format!("{start}{secret}{retried}{}", denied("secretsmanager:GetSecretValue"))
        }
        Step::Token if is_refused => {
            format!("{start}{token}{retried}{}", denied("ecr:GetAuthorizationToken"))
        }
        Step::Secret | Step::Token if is_short => {
            format!("{start}pull command failed: : signal: killed")
        }
        Step::Secret => format!("{start}{secret}{retried}{sent}{failed}"),
        Step::Token => format!("{start}{token}{retried}{sent}{failed}"),
        Step::Manifest if is_refused => {
            format!(
                "{pull}pull image manifest has been retried 1 time(s): failed to resolve ref {image}: {image}: not found"
            )
        }
        Step::Manifest => format!(
            "{pull}pull image manifest has been retried 5 time(s): failed to resolve ref {image}: failed to do \
             request: Head \"https://{host}/v2/orders/manifests/7\": {failed}"
        ),
        Step::Layer if is_refused => format!(
            "{pull}ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: unexpected status \
             code https://{host}/blobs/sha256/ab/data: 403 Forbidden"
        ),
        Step::Layer => format!(
            "{pull}ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: failed to do \
             request: Get \"https://{host}/blobs/sha256/ab/data\": {failed}"
        ),
    }
}
