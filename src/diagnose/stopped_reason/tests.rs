//! Texts in the shape of those AWS writes, with the facts in them.

use proptest::prelude::*;

use super::*;

#[expect(clippy::unnecessary_wraps, reason = "what is expected is an `Option` everywhere")]
fn socket(text: &str) -> Option<SocketAddr> {
    Some(text.parse().unwrap())
}

/// The expected facts of a text; all others are absent.
fn facts(
    phase: Option<Phase>,
    service: Option<Service>,
    host: Option<&str>,
    result: CallResult,
) -> StoppedReason {
    StoppedReason { phase, service, host: host.map(str::to_owned), result, ..StoppedReason::default() }
}

fn check(text: &str, want: StoppedReason) {
    assert_eq!(parse(text), want, "{text}");
}

/// The facts of a text, without the failure outside the network, which has tests of its own.
fn parse(text: &str) -> StoppedReason {
    StoppedReason { answer: None, quote: None, denial: None, ..StoppedReason::parse(text) }
}

const SM: &str = "secretsmanager.eu-west-1.amazonaws.com";
const ECR: &str = "api.ecr.eu-west-1.amazonaws.com";
const DKR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

#[test]
fn secrets_and_registry_tokens() {
    use CallResult::{Answered, Killed, NameNotResolved, NotNetwork, TimedOut};
    let both = Some(Phase::SecretsOrRegistryAuth);
    let head = "ResourceInitializationError: unable to pull secrets or registry auth: ";
    check(&format!("{head}pull command failed: : signal: killed"), facts(both, None, None, Killed));
    let retrieval = format!("{head}execution resource retrieval failed: ");
    check(&retrieval, facts(both, None, None, CallResult::Unknown));
    check(
        &format!(
            "{retrieval}unable to retrieve secret from asm: service call has been retried 5 time(s): RequestCanceled: \
            request context canceled caused by: context deadline exceeded"
        ),
        facts(Some(Phase::Secrets), Some(Service::SecretsManager), None, TimedOut),
    );
    check(
        &format!(
            "{retrieval}unable to retrieve secrets from ssm: service call has been retried 1 time(s): RequestCanceled"
        ),
        facts(Some(Phase::Secrets), Some(Service::Ssm), None, TimedOut),
    );
    check(
        &format!(
            "{retrieval}unable to get registry auth from asm: service call has been retried 3 time(s): canceled, \
            context deadline exceeded"
        ),
        facts(Some(Phase::RegistryAuth), Some(Service::SecretsManager), None, TimedOut),
    );
    let ecr_tail = format!(
        "unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed \
         caused by: Post \"https://{ECR}/\": dial tcp 10.40.12.36:443: i/o timeout. Please check your task network \
         configuration."
    );
    check(
        &format!("{retrieval}{ecr_tail}"),
        StoppedReason {
            address: socket("10.40.12.36:443"),
            ..facts(Some(Phase::RegistryAuth), Some(Service::EcrApi), Some(ECR), TimedOut)
        },
    );
    check(
        &format!(
            "{head}unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets \
            Manager. Check your task network configuration. failed to fetch secret arn:aws:secretsmanager:eu-west-1:1:secret:a \
            from secrets manager: operation error Secrets Manager: GetSecretValue, exceeded maximum number of attempts, 3, \
            https response error StatusCode: 0, RequestID: , request send failed, Post \"https://{SM}/\": \
            dial tcp [2001:db8::5]:443: i/o timeout"
        ),
        StoppedReason {
            address: socket("[2001:db8::5]:443"),
            ..facts(Some(Phase::Secrets), Some(Service::SecretsManager), Some(SM), TimedOut)
        },
    );
    check(
        &format!(
            "{head}unable to retrieve secret from asm: operation error Secrets Manager: GetSecretValue, https response \
            error StatusCode: 400, RequestID: 0f1e2d3c-aaaa, api error AccessDeniedException: User is not authorized"
        ),
        facts(Some(Phase::Secrets), Some(Service::SecretsManager), None, Answered),
    );
    check(
        &format!(
            "{retrieval}unable to retrieve ecr registry auth: AccessDeniedException: User is not authorized to \
            perform: ecr:GetAuthorizationToken status code: 400, request id: 0f1e2d3c"
        ),
        facts(Some(Phase::RegistryAuth), Some(Service::EcrApi), None, Answered),
    );
    check(
        &format!("{head}unable to retrieve secrets from ssm: invalid parameters: /a/b"),
        facts(Some(Phase::Secrets), Some(Service::Ssm), None, NotNetwork),
    );
    check(
        &format!(
            "{head}The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task \
            and Amazon ECR. Check your task network configuration."
        ),
        facts(Some(Phase::RegistryAuth), Some(Service::EcrApi), None, TimedOut),
    );
    check(
        &format!(
            "{retrieval}unable to retrieve ecr registry auth: Post \"https://{ECR}/\": dial tcp: lookup {ECR} on \
            10.40.0.53:53: read udp 10.40.1.31:40112->10.40.0.53:53: i/o timeout"
        ),
        StoppedReason {
            resolver: socket("10.40.0.53:53"),
            ..facts(Some(Phase::RegistryAuth), Some(Service::EcrApi), Some(ECR), TimedOut)
        },
    );
    check(
        &format!(
            "{retrieval}unable to retrieve ecr registry auth: dial tcp: lookup {ECR} on 10.40.0.2:53: no such host"
        ),
        StoppedReason {
            resolver: socket("10.40.0.2:53"),
            ..facts(Some(Phase::RegistryAuth), Some(Service::EcrApi), Some(ECR), NameNotResolved)
        },
    );
    check(
        &format!("{retrieval}unable to retrieve ecr registry auth: dial tcp: lookup {ECR}: i/o timeout"),
        facts(Some(Phase::RegistryAuth), Some(Service::EcrApi), Some(ECR), NameNotResolved),
    );
}

#[test]
fn what_breaks_a_connection() {
    let text = |tail: &str| {
        format!("CannotPullContainerError: Error response from daemon: Get https://{DKR}/v2/: {tail}")
    };
    let want = |result| facts(Some(Phase::Manifest), Some(Service::EcrDkr), Some(DKR), result);
    let at = |address, result| StoppedReason { address: socket(address), ..want(result) };
    let far = "16.15.180.104:443";
    check(&text("dial tcp 16.15.180.104:443: connect: connection refused"), at(far, CallResult::Refused));
    check(&text("dial tcp 16.15.180.104:443: connect: no route to host"), at(far, CallResult::Refused));
    check(
        &text("read tcp 10.0.0.4:41000->16.15.180.104:443: read: connection reset by peer"),
        at(far, CallResult::Reset),
    );
    check(&text("dial tcp 10.0.0.4:41000->16.15.180.104:443: i/o timeout"), at(far, CallResult::TimedOut));
    check(&text("dial tcp4 16.15.180.104:443: i/o timeout"), at(far, CallResult::TimedOut));
    check(&text("net/http: TLS handshake timeout"), want(CallResult::TlsTimeout));
    check(&text("x509: certificate signed by unknown authority"), want(CallResult::CertificateUnknown));
    check(
        &text(
            "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        ),
        want(CallResult::TimedOut),
    );
    check(&text("unexpected EOF"), want(CallResult::Reset));
}

#[test]
fn log_streams_and_environment_files() {
    let head = "ResourceInitializationError: failed to validate logger args: ";
    let logging = |result| facts(Some(Phase::Logging), Some(Service::Logs), None, result);
    check(
        &format!(
            "{head}The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a \
            connection issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed"
        ),
        logging(CallResult::Killed),
    );
    check(&format!("{head}: signal: killed"), logging(CallResult::Killed));
    let retried =
        format!("{head}create stream has been retried 1 times: failed to create Cloudwatch log stream: ");
    check(&format!("{retried}AccessDeniedException: User is not allowed"), logging(CallResult::NotNetwork));
    check(
        &format!(
            "{retried}ResourceNotFoundException: The specified log group does not exist. : exit status 1"
        ),
        logging(CallResult::NotNetwork),
    );
    check(
        &format!("{retried}MissingEndpoint: 'Endpoint' configuration is required"),
        logging(CallResult::NotNetwork),
    );
    check(
        &format!(
            "{retried}RequestError: send request failed caused by: Post \"https://logs.eu-west-1.amazonaws.com/\": \
            dial tcp 10.40.12.40:443: i/o timeout"
        ),
        StoppedReason {
            address: socket("10.40.12.40:443"),
            ..facts(
                Some(Phase::Logging),
                Some(Service::Logs),
                Some("logs.eu-west-1.amazonaws.com"),
                CallResult::TimedOut,
            )
        },
    );
    let head = "ResourceInitializationError: failed to download env files: file download command: non empty error stream: ";
    let files = |result| facts(Some(Phase::EnvironmentFiles), Some(Service::S3), None, result);
    check(&format!("{head}operation error S3: HeadObject, 403 Forbidden"), files(CallResult::Answered));
    check(
        &format!("{head}RequestCanceled: request context canceled: context deadline exceeded"),
        files(CallResult::TimedOut),
    );
}

#[test]
fn images() {
    let manifest = |result| facts(Some(Phase::Manifest), Some(Service::EcrDkr), Some(DKR), result);
    check(
        &format!(
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
            {DKR}/shop:1: failed to do request: Head \"https://{DKR}/v2/shop/manifests/1\": dial tcp 10.40.12.50:443: i/o timeout"
        ),
        StoppedReason { address: socket("10.40.12.50:443"), ..manifest(CallResult::TimedOut) },
    );
    check(
        &format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {DKR}/shop:1: not found"
        ),
        manifest(CallResult::NotNetwork),
    );
    // The host is the registry's, the address is S3's: both are kept.
    let layers = |result| facts(Some(Phase::Layers), Some(Service::EcrDkr), Some(DKR), result);
    check(
        &format!(
            "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: \
            failed to do request: Get \"https://{DKR}/v2/shop/blobs/sha256:0a\": dial tcp 16.15.180.104:443: i/o timeout"
        ),
        StoppedReason { address: socket("16.15.180.104:443"), ..layers(CallResult::TimedOut) },
    );
    check(
        &format!(
            "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReaderSeeker: failed open: \
            unexpected status code https://{DKR}/v2/shop/blobs/sha256:0a: 403 Forbidden"
        ),
        layers(CallResult::Answered),
    );
    let bucket = "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com";
    check(
        &format!(
            "CannotPullContainerError: Get \"https://{bucket}/a\": dial tcp 52.219.41.3:443: i/o timeout"
        ),
        StoppedReason {
            address: socket("52.219.41.3:443"),
            ..facts(Some(Phase::Layers), Some(Service::S3), Some(bucket), CallResult::TimedOut)
        },
    );
    let docker = |phase, result| {
        facts(
            Some(phase),
            Some(Service::Other("registry-1.docker.io".into())),
            Some("registry-1.docker.io"),
            result,
        )
    };
    check(
        "CannotPullContainerError: inspect image has been retried 1 time(s): httpReadSeeker: failed open: unexpected status \
         code https://registry-1.docker.io/v2/library/x/manifests/1: 429 Too Many Requests - Server message: toomanyrequests: \
         see https://www.docker.com/increase-rate-limit",
        docker(Phase::Manifest, CallResult::Answered),
    );
    let pull = |result| facts(Some(Phase::Pull), None, None, result);
    check(
        "CannotPullContainerError: toomanyrequests: You have reached your pull rate limit.",
        pull(CallResult::NotNetwork),
    );
    check(
        "CannotPullContainerError: write /var/lib/x: no space left on device",
        pull(CallResult::NotNetwork),
    );
    check("CannotPullContainerError: no processor for media-type: unknown", pull(CallResult::NotNetwork));
    check(
        "CannotPullContainerError: manifest for a/b:c not found: manifest unknown",
        facts(Some(Phase::Manifest), None, None, CallResult::NotNetwork),
    );
    check(
        "CannotPullContainerError: failed to extract layer sha256:0a: context canceled",
        facts(Some(Phase::Layers), None, None, CallResult::Killed),
    );
}

#[test]
fn file_systems_and_starts() {
    let efs = |host, result| facts(Some(Phase::FileSystem), Some(Service::Efs), host, result);
    let head =
        "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: ";
    check(
        &format!("{head}Mount attempt 1/3 failed due to timeout after 15 sec"),
        efs(None, CallResult::TimedOut),
    );
    check(
        &format!("{head}Failed to resolve \"fs-1.efs.eu-west-1.amazonaws.com\""),
        efs(Some("fs-1.efs.eu-west-1.amazonaws.com"), CallResult::NameNotResolved),
    );
    check(&format!("{head}mount.nfs4: access denied by server"), efs(None, CallResult::NotNetwork));
    check(&format!("{head}mount: b'No such file or directory'"), efs(None, CallResult::NotNetwork));
    check(
        "DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s",
        facts(Some(Phase::Start), None, None, CallResult::Killed),
    );
    check(
        "service orders was unable to place a task. Reason: ResourceInitializationError: unable to pull secrets or registry \
         auth: pull command failed: : signal: killed.",
        facts(Some(Phase::SecretsOrRegistryAuth), None, None, CallResult::Killed),
    );
    check("Essential container in task exited", facts(None, None, None, CallResult::Unknown));
    check("", facts(None, None, None, CallResult::Unknown));
}

#[test]
fn cut_texts_do_not_invent_places() {
    const CUT: usize = 400;
    let cut = |tail: &str| {
        let head = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
                    failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: \
                    send request failed caused by: ";
        let padding = "x".repeat(CUT.saturating_sub(head.len() + tail.len() + 1));
        parse(&format!("{head}{padding} {tail}"))
    };
    let ecr = |result| facts(Some(Phase::RegistryAuth), Some(Service::EcrApi), None, result);
    assert_eq!(cut("Post https://api.ecr...."), ecr(CallResult::TimedOut));
    assert_eq!(cut("Post https://api.ecr.eu-we"), ecr(CallResult::TimedOut));
    assert_eq!(cut("context deadli..."), ecr(CallResult::TimedOut));
    assert_eq!(cut("dial tcp 10.0.0.1:44"), ecr(CallResult::TimedOut));
    assert_eq!(cut("dial tcp 10.0.0"), ecr(CallResult::TimedOut));
    assert_eq!(cut("StatusCode: 0, RequestID: ,"), ecr(CallResult::TimedOut));
    assert_eq!(cut("StatusCode: 0, RequestID:"), ecr(CallResult::TimedOut));
    assert_eq!(cut("StatusCode: 403, Requ"), ecr(CallResult::Answered));
    assert_eq!(cut("dial tcp: lookup api.ecr.eu-west-1.amazonaws.com on 10.0.0.2:5").resolver, None);
    assert_eq!(
        StoppedReason::parse("dial tcp 10.0.0.1:443").address,
        socket("10.0.0.1:443"),
        "a short text is whole"
    );
}

#[test]
fn hostile_names_do_not_hide_the_network() {
    let text = format!(
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
         {DKR}/toomanyrequests/accessdenied:no-space-left: failed to do request: Head \
         \"https://{DKR}/v2/toomanyrequests/manifests/1\": dial tcp 10.40.12.50:443: i/o timeout"
    );
    assert_eq!(StoppedReason::parse(&text).result, CallResult::TimedOut);
    check("\u{1b}[31m<script>\u{202e}dial tcp : lookup  on :", facts(None, None, None, CallResult::Unknown));
}

#[test]
fn start_failures_are_told_by_code_or_text() {
    let check = |code, reason, want| assert_eq!(is_start_failure(code, reason), want, "{code:?} {reason:?}");
    check(Some("TaskFailedToStart"), None, true);
    check(Some("TaskFailedToStart"), Some("anything"), true);
    check(Some("EssentialContainerExited"), Some("CannotPullContainerError: x"), true);
    check(None, Some("ResourceInitializationError: x"), true);
    check(None, Some("Task failed to start"), true);
    check(None, Some("DockerTimeoutError: x"), true);
    check(Some("EssentialContainerExited"), Some("Essential container in task exited"), false);
    check(Some("UserInitiated"), None, false);
    check(None, None, false);
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,80}") {
        let _ = StoppedReason::parse(&text);
    }

    #[test]
    fn any_mixture_and_cut_of_fragments_is_read_without_panic(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "dial tcp ", "lookup ", " on ", "10.0.0.1:443", ":", "->", "https://", "api.ecr.", "StatusCode: ", "403",
            "RequestID: ", "é", "\u{202e}", "...", " ", "[::1]:53", "read udp ", ".dkr.ecr.", "\"", "İ", "K",
        ]), 0..20),
        cut in 0usize..200,
    ) {
        let text: String = parts.concat().chars().take(cut).collect();
        let _ = StoppedReason::parse(&text);
    }
}
