//! `stoppedReason` as the Fargate agent writes it; the shapes are those of public reports, the names are made up.

/// The agent's helper ran out of time: neither service nor address.
pub(crate) const KILLED: &str = "\
    ResourceInitializationError: unable to pull secrets or registry auth: pull command failed: : signal: \
    killed";

/// No answer from the registry's API; the newer text, with the address.
pub(crate) const TOKEN_UNANSWERED: &str = "\
    ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth \
    from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network \
    configuration. operation error ECR: GetAuthorizationToken, exceeded maximum number of attempts, 3, https \
    response error StatusCode: 0, RequestID: , request send failed, Post \
    \"https://api.ecr.eu-west-1.amazonaws.com/\": dial tcp 10.40.12.52:443: i/o timeout";

/// No answer from Secrets Manager; the older text, without an address.
pub(crate) const SECRET_DEADLINE: &str = "\
    ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
    failed: unable to retrieve secret from asm: service call has been retried 5 time(s): failed to fetch \
    secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/database-Qx7TfB from secrets manager: \
    RequestCanceled: request context canceled caused by: context deadline exceeded";

/// No answer from the registry.
pub(crate) const MANIFEST_UNANSWERED: &str = "\
    CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
    111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:2026.11.3: failed to do request: Head \
    \"https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/orders/manifests/2026.11.3\": dial tcp \
    10.40.13.71:443: i/o timeout";

/// No answer from the name server; `{port}` is the port of the last query.
pub(crate) const LOOKUP_UNANSWERED: &str = "\
    ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
    failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch \
    secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/database-Qx7TfB from secrets manager: \
    RequestError: send request failed caused by: Post \"https://secretsmanager.eu-west-1.amazonaws.com/\": \
    dial tcp: lookup secretsmanager.eu-west-1.amazonaws.com on 10.40.0.200:53: read udp \
    10.40.1.31:{port}->10.40.0.200:53: i/o timeout";

/// An answer, and it is no.
pub(crate) const LOG_STREAM_DENIED: &str = "\
    ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: \
    failed to create Cloudwatch log stream: operation error CloudWatch Logs: CreateLogStream, https response \
    error StatusCode: 400, RequestID: 6f1d2c1e-0b7a-4c53-9d0e-52a1f6a3b8c4, api error AccessDeniedException: \
    User: arn:aws:sts::111122223333:assumed-role/orders-execution/4f0c2d is not authorized to perform: \
    logs:CreateLogStream on resource: arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/orders:log-stream:* \
    because no identity-based policy allows the logs:CreateLogStream action : exit status 1";

/// No answer from Secrets Manager; the newer text, with the address.
pub(crate) const SECRET_UNANSWERED: &str = "\
    ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from \
    asm: There is a connection issue between the task and AWS Secrets Manager. Check your task network \
    configuration. failed to fetch secret \
    arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/database-Qx7TfB from secrets manager: \
    operation error Secrets Manager: GetSecretValue, exceeded maximum number of attempts, 3, https response \
    error StatusCode: 0, RequestID: , request send failed, Post \
    \"https://secretsmanager.eu-west-1.amazonaws.com/\": dial tcp 54.239.35.118:443: i/o timeout";

/// No answer from the registry's API, asked at its public address.
pub(crate) const TOKEN_UNANSWERED_OUTSIDE: &str = "\
    ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth \
    from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network \
    configuration. operation error ECR: GetAuthorizationToken, exceeded maximum number of attempts, 3, https \
    response error StatusCode: 0, RequestID: , request send failed, Post \
    \"https://api.ecr.eu-west-1.amazonaws.com/\": dial tcp 34.248.173.22:443: i/o timeout";

/// No answer where the layers are: the host is the registry's, the address is S3's.
pub(crate) const LAYER_UNANSWERED: &str = "\
    CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed \
    open: failed to do request: Get \
    \"https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/orders/blobs/\
    sha256:3f4d90098f5b5a6f6a76e9d217da85aa39b2081e30fa1f7d287138d6e7bf0ad7\": dial tcp 52.218.36.74:443: \
    i/o timeout";
