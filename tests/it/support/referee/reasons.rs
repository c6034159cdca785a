//! `stoppedReason` of a case: the agent's text about the step that failed, with the address or without.

use std::net::Ipv4Addr;

use crate::support::messages;
use crate::support::referee::plan::pick;
use crate::support::referee::scene::Scene;
use crate::support::referee::trouble::Trouble;
use crate::support::startup::{DOCKER_HUB, FILE_SYSTEM, port_of};
use crate::support::vpc::REGION;

/// The image's registry.
const REGISTRY: &str = "https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/orders";

/// The text of a pull whose error names neither service nor address.
const MUTE_PULL: &str = "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
    111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:2026.11.3: failed to do request: Head \
    \"https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/orders/manifests/2026.11.3\": net/http: request canceled \
    while waiting for connection (Client.Timeout exceeded while awaiting headers)";

/// The texts of a task whose time is over while layers are still transferred.
const SLOW: [&str; 3] = [
    "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: \
     context canceled",
    "CannotPullContainerError: context deadline exceeded",
    "ContainerRuntimeTimeoutError: Could not transition to created; timed out after waiting 4m0s",
];

impl Scene {
    /// The text for a start that ended at `step`; the task tried nothing if it is `None`.
    pub(super) fn reason(&mut self, step: Option<&'static str>) -> String {
        let rng = &mut self.plan.rng;
        let mute = rng.between(1, 2) == 1;
        match (self.case.trouble, step) {
            (Trouble::Refused, Some(step)) => refusal(step),
            (Trouble::SlowLayers, _) => SLOW[pick(rng, SLOW.len())].to_owned(),
            (Trouble::SendsNothing, _) | (_, None) => messages::KILLED.to_owned(),
            (Trouble::ResolverOff, Some(step)) if !mute => {
                let port = rng.port();
                self.lookup(step, Ipv4Addr::new(10, 40, 0, 2), &port.to_string())
            }
            (
                Trouble::ResolverTaskGroup
                | Trouble::ResolverTaskAcl
                | Trouble::ResolverGroup
                | Trouble::ResolverHangs
                | Trouble::ResolverTcp,
                Some(step),
            ) if !mute => self.lookup(step, Ipv4Addr::new(10, 40, 0, 200), "{port}"),
            (_, Some(step)) => {
                let text = if mute { silence(step) } else { with_address(step, &self.failure(step)) };
                text.replace(REGION, self.stage.sim.vpc.config.names.region(step))
            }
        }
    }

    /// The network error inside the text.
    fn failure(&self, step: &'static str) -> String {
        let vpc = &self.stage.sim.vpc;
        let (near, far) = (vpc.get(self.task).address, vpc.address(self.stage.sim.service(step)));
        let port = port_of(step);
        match self.case.trouble {
            Trouble::PathResets => {
                format!("read tcp {near}:{{port}}->{far}:{port}: read: connection reset by peer")
            }
            Trouble::PathStalls => "net/http: TLS handshake timeout".to_owned(),
            _ => format!("dial tcp {far}:{port}: i/o timeout"),
        }
    }

    /// The text of a failed look-up.
    fn lookup(&self, step: &str, server: Ipv4Addr, port: &str) -> String {
        let near = self.stage.sim.vpc.get(self.task).address;
        let host = host(step);
        let failure = format!(
            "dial tcp: lookup {host} on {server}:53: read udp {near}:{port}->{server}:53: i/o timeout"
        );
        with_address(step, &failure)
    }
}

fn host(step: &str) -> String {
    match step {
        "ecr.api" => "api.ecr.eu-west-1.amazonaws.com".into(),
        "ecr.dkr" | "s3" => "111122223333.dkr.ecr.eu-west-1.amazonaws.com".into(),
        other => format!("{other}.eu-west-1.amazonaws.com"),
    }
}

/// The text that names the phase alone.
fn silence(step: &str) -> String {
    match step {
        "secretsmanager" | "ssm" | "ecr.api" => messages::KILLED.into(),
        "logs" => "ResourceInitializationError: failed to validate logger args: : signal: killed".into(),
        "ecr.dkr" => MUTE_PULL.into(),
        FILE_SYSTEM => file_system("Connection timed out"),
        DOCKER_HUB => outside("net/http: request canceled while waiting for connection (Client.Timeout exceeded while \
             awaiting headers)"),
        _ => "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed \
              open: failed to do request: context deadline exceeded"
            .into(),
    }
}

/// The text that names the phase, the call and the network error.
fn with_address(step: &str, failure: &str) -> String {
    let host = host(step);
    let sent = "exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send \
                failed, Post";
    match step {
        "secretsmanager" => format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: \
             There is a connection issue between the task and AWS Secrets Manager. Check your task network \
             configuration. failed to fetch secret \
             arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/database-Qx7TfB from secrets manager: operation \
             error Secrets Manager: GetSecretValue, {sent} \"https://{host}/\": {failure}"
        ),
        "ssm" => format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: \
             There is a connection issue between the task and AWS Systems Manager. Check your task network \
             configuration. operation error SSM: GetParameters, {sent} \"https://{host}/\": {failure}"
        ),
        "ecr.api" => format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth \
             from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network \
             configuration. operation error ECR: GetAuthorizationToken, {sent} \"https://{host}/\": {failure}"
        ),
        "logs" => format!(
            "ResourceInitializationError: failed to validate logger args: The task cannot find the Amazon CloudWatch log \
             group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. \
             Check your network configuration. : operation error CloudWatch Logs: CreateLogStream, {sent} \
             \"https://{host}/\": {failure} : exit status 1"
        ),
        "ecr.dkr" => format!(
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
             111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:2026.11.3: failed to do request: Head \
             \"{REGISTRY}/manifests/2026.11.3\": {failure}"
        ),
        FILE_SYSTEM => file_system("Connection timed out"),
        DOCKER_HUB => outside(failure),
        _ => format!(
            "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: \
             failed to do request: Get \
             \"{REGISTRY}/blobs/sha256:3f4d90098f5b5a6f6a76e9d217da85aa39b2081e30fa1f7d287138d6e7bf0ad7\": {failure}"
        ),
    }
}

/// The manifest of an image of Docker Hub.
fn outside(failure: &str) -> String {
    format!(
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
         docker.io/example/orders:2026.11.3: failed to do request: Head \
         \"https://{DOCKER_HUB}/v2/example/orders/manifests/2026.11.3\": {failure}"
    )
}

fn file_system(failure: &str) -> String {
    format!(
        "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Mount attempt \
         1/3 failed due to timeout after 15 sec, wait 0 sec before next attempt. b'mount.nfs4: {failure}' : unsuccessful \
         EFS utils command execution; code: 32"
    )
}

/// The text of a request that the service refused.
fn refusal(step: &str) -> String {
    let denied = "https response error StatusCode: 400, RequestID: 6f1d2c1e-0b7a-4c53-9d0e-52a1f6a3b8c4, api error \
                  AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/orders-execution/4f0c2d is not \
                  authorized to perform this action because no identity-based policy allows it";
    match step {
        "secretsmanager" => format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: \
             failed to fetch secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/database-Qx7TfB from \
             secrets manager: operation error Secrets Manager: GetSecretValue, {denied}"
        ),
        "ssm" => format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: \
             operation error SSM: GetParameters, {denied}"
        ),
        "ecr.api" => format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: unable to get registry auth: operation \
             error ECR: GetAuthorizationToken, {denied}"
        ),
        "logs" => messages::LOG_STREAM_DENIED.into(),
        "ecr.dkr" => format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
             111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:2026.11.3: unexpected status from HEAD request to \
             {REGISTRY}/manifests/2026.11.3: 403 Forbidden"
        ),
        _ => "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: \
              unexpected status code \
              https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/orders/blobs/sha256:3f4d90098f5b: 403 Forbidden"
            .into(),
    }
}
