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

/// An answer, and it is no; `{task}` is the id of the task, which names the session of the role.
pub(crate) const LOG_STREAM_DENIED: &str = "\
    ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: \
    failed to create Cloudwatch log stream: operation error CloudWatch Logs: CreateLogStream, https response \
    error StatusCode: 400, RequestID: 6f1d2c1e-0b7a-4c53-9d0e-52a1f6a3b8c4, api error AccessDeniedException: \
    User: arn:aws:sts::111122223333:assumed-role/orders-execution/{task} is not authorized to perform: \
    logs:CreateLogStream on resource: arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/orders:log-stream:ecs/orders/{task} \
    because no identity-based policy allows the logs:CreateLogStream action : exit status 1";

/// The policy of the S3 endpoint does not let the layers pass; the role is one of AWS.
pub(crate) const LAYER_DENIED: &str = "\
    CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed \
    open: unexpected status code \
    https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com/5e1f-111122223333-7b0c: 403 \
    Forbidden - Server message: AccessDenied: User: \
    arn:aws:sts::812812325446:assumed-role/storage-access-role-prod-eu-west-1/ecr-layers is not authorized to \
    perform: s3:GetObject on resource: \
    \"arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/5e1f-111122223333-7b0c\" because no VPC endpoint \
    policy allows the s3:GetObject action";

/// The key of the secret may not be used; the text names no key.
pub(crate) const KEY_DENIED: &str = "\
    ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
    failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch \
    secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/database-Qx7TfB from secrets manager: \
    operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, RequestID: \
    c2b7e0d4-9a35-4f18-8d66-71f0a4e93b52, api error AccessDeniedException: Access to KMS is not allowed";

/// There is no such secret.
pub(crate) const SECRET_ABSENT: &str = "\
    ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from \
    asm: The task can't retrieve the secret with ARN \
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/database-Qx7TfB' from AWS Secrets Manager. \
    Check whether the secret exists in the specified Region. operation error Secrets Manager: \
    GetSecretValue, https response error StatusCode: 400, RequestID: 0d9c41fa-37b6-4e82-b5a0-c8f2167d4e39, \
    ResourceNotFoundException: Secrets Manager can't find the specified secret.";

/// No policy of the role allows to read the secret; `{task}` is the id of the task.
pub(crate) const SECRET_DENIED: &str = "\
    ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
    failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch \
    secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/database-Qx7TfB from secrets manager: \
    operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, RequestID: \
    91e5d7c3-04ab-4b6f-a2d9-5f8c30e7b164, api error AccessDeniedException: User: \
    arn:aws:sts::111122223333:assumed-role/orders-execution/{task} is not authorized to perform: \
    secretsmanager:GetSecretValue on resource: \
    arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/database-Qx7TfB because no identity-based \
    policy allows the secretsmanager:GetSecretValue action";

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
