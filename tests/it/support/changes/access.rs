//! The role, its policies, the secret and its key, as the AWS CLI prints them.

use serde_json::{Value, json};

use crate::support::changes::network::{Access, Network};
use crate::support::clock::{Ms, iso, s};
use crate::support::metadata::access::{EXECUTION_ACTIONS, EXECUTION_POLICY, execution_policy_arn};
use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::worlds::net::Kind;

/// The id of the secret's key.
pub(crate) const KEY: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

/// The ARN of the role's policy, in an account.
pub(crate) fn policy_arn(account: &str) -> String {
    format!("arn:aws:iam::{account}:policy/orders-start")
}

/// The ARN of the secret, in a Region.
pub(crate) fn secret_arn(region: &str) -> String {
    format!("arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:orders/database-Qx7TfB")
}

/// The policy of S3's endpoint: with the bucket of image layers, or without.
pub(crate) fn endpoint_policy(has_layers: bool) -> String {
    let mut buckets = vec!["arn:aws:s3:::orders-assets/*".to_owned()];
    if has_layers {
        buckets.push(format!("arn:aws:s3:::prod-{REGION}-starport-layer-bucket/*"));
    }
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": buckets }] })
    .to_string()
}

/// A policy that allows everything, as a text.
pub(crate) fn open_policy() -> String {
    json!({ "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" }] })
        .to_string()
}

/// The statements that both versions of the role's policy have.
fn parameters() -> Value {
    json!({ "Effect": "Allow", "Action": "ssm:GetParameters",
        "Resource": format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/orders/*") })
}

/// The first version of the role's policy.
fn first_policy() -> Value {
    let secret = json!({ "Effect": "Allow", "Action": "secretsmanager:GetSecretValue",
        "Resource": secret_arn(REGION) });
    let key = json!({ "Effect": "Allow", "Action": "kms:Decrypt",
        "Resource": format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY}") });
    json!({ "Version": "2012-10-17", "Statement": [parameters(), secret, key] })
}

/// The second version, which has forgotten the secret.
pub(crate) fn second_policy() -> Value {
    let key = json!({ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [parameters(), key] })
}

fn versions(access: &Access) -> Vec<Value> {
    let version = |id: &str, since: Ms, document: Value| {
        json!({ "VersionId": id, "IsDefaultVersion": id == access.version, "CreateDate": iso(since),
            "Document": document })
    };
    let mut versions: Vec<Value> =
        access.second.into_iter().map(|since| version("v2", since, second_policy())).collect();
    versions.push(version("v1", s(-8_640_000), first_policy()));
    versions
}

/// File name and content of each document.
pub(crate) fn documents(network: &Network) -> Vec<(&'static str, Value)> {
    vec![
        ("authorization-details.json", details(network)),
        ("secrets.json", secrets(network)),
        ("key.json", key(network)),
        ("key-policy.json", key_policy()),
    ]
}

fn details(network: &Network) -> Value {
    let managed = execution_policy_arn();
    let mut attached = vec![json!({ "PolicyName": EXECUTION_POLICY, "PolicyArn": managed })];
    if network.access.is_attached {
        attached.push(json!({ "PolicyName": "orders-start", "PolicyArn": policy_arn(ACCOUNT) }));
    }
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Service": "ecs-tasks.amazonaws.com" } }] });
    let role = json!({ "Path": "/", "RoleName": "orders", "RoleId": "AROAEXAMPLE0000000003",
        "Arn": format!("arn:aws:iam::{ACCOUNT}:role/orders"), "CreateDate": "2026-04-14T10:00:00+00:00",
        "AssumeRolePolicyDocument": trust, "InstanceProfileList": [], "RolePolicyList": [],
        "AttachedManagedPolicies": attached, "Tags": [] });
    let of_aws = json!({ "PolicyName": EXECUTION_POLICY, "PolicyId": "ANPAEXAMPLE0000000001",
        "Arn": managed, "Path": "/service-role/", "DefaultVersionId": "v1", "AttachmentCount": 1,
        "IsAttachable": true, "CreateDate": "2017-11-16T18:48:22+00:00", "UpdateDate": "2017-11-16T18:48:22+00:00",
        "PolicyVersionList": [{ "VersionId": "v1", "IsDefaultVersion": true,
            "CreateDate": "2017-11-16T18:48:22+00:00", "Document": { "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": EXECUTION_ACTIONS, "Resource": "*" }] } }] });
    let default = network.access.version;
    // The time at which the youngest version was made.
    let updated = network.access.second.unwrap_or(s(-8_640_000));
    let own = json!({ "PolicyName": "orders-start", "PolicyId": "ANPAEXAMPLE0000000002", "Arn": policy_arn(ACCOUNT),
        "Path": "/", "DefaultVersionId": default, "AttachmentCount": u8::from(network.access.is_attached),
        "IsAttachable": true, "CreateDate": iso(s(-8_640_000)), "UpdateDate": iso(updated),
        "PolicyVersionList": versions(&network.access) });
    json!({ "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": [of_aws, own],
        "IsTruncated": false })
}

fn secrets(network: &Network) -> Value {
    let mut secret = json!({ "ARN": secret_arn(REGION), "Name": "orders/database",
        "KmsKeyId": format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY}"), "CreatedDate": iso(s(-8_640_000)),
        "LastChangedDate": iso(s(-8_640_000)),
        "SecretVersionsToStages": { "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0": ["AWSCURRENT"] } });
    if let Some(at) = network.access.deleted {
        secret["DeletedDate"] = iso(at).into();
    }
    json!({ "SecretList": [secret] })
}

fn key(network: &Network) -> Value {
    let is_enabled = network.access.is_enabled;
    json!({ "KeyMetadata": { "AWSAccountId": ACCOUNT, "KeyId": KEY, "KeyManager": "CUSTOMER", "Origin": "AWS_KMS",
        "Arn": format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY}"), "CreationDate": iso(s(-8_640_000)),
        "Enabled": is_enabled, "KeyState": if is_enabled { "Enabled" } else { "Disabled" },
        "KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": false } })
}

/// `get-key-policy` with the key's id, as `flowcause collect` saves it.
fn key_policy() -> Value {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "kms:*",
        "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }, "Resource": "*" }] });
    json!({ "Policy": policy.to_string(), "PolicyName": "default",
        "KeyId": format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY}") })
}

/// The text with which a refused task stops.
pub(crate) fn refusal(network: &Network, task: &str) -> String {
    let start = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: \
         unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret";
    let arn = secret_arn(REGION);
    let answer = "from secrets manager: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, \
         RequestID: 1f3c9a2e-0a1b-4c2d-8e3f-0123456789ab, api error";
    let access = &network.access;
    let is_allowed = access.is_attached && access.version == "v1";
    let reason = if !is_allowed {
        format!(
            "AccessDeniedException: User: arn:aws:sts::{ACCOUNT}:assumed-role/orders/{task} is not authorized to perform: \
             secretsmanager:GetSecretValue on resource: {arn} because no identity-based policy allows the \
             secretsmanager:GetSecretValue action"
        )
    } else if access.deleted.is_some() {
        "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion."
            .to_owned()
    } else {
        // The text of a disabled key is not collected; this one is the service's for any key that it may not use.
        "AccessDeniedException: Access to KMS is not allowed".to_owned()
    };
    format!("{start} {arn} {answer} {reason}")
}

/// The text with which a task stops whose layer the endpoint's policy refuses.
pub(crate) fn layer_refusal() -> String {
    let bucket = format!("prod-{REGION}-starport-layer-bucket");
    let object = format!("0a1b-{ACCOUNT}-2c3d/4e5f");
    format!(
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to copy: httpReadSeeker: failed \
         open: unexpected status code https://{bucket}.s3.{REGION}.amazonaws.com/{object}: 403 Forbidden: User: \
         arn:aws:sts::812812325446:assumed-role/storage-access-role-prod-{REGION}/0a1b is not authorized to perform: \
         s3:GetObject on resource: \"arn:aws:s3:::{bucket}/{object}\" because no VPC endpoint policy allows the s3:GetObject \
         action"
    )
}

/// Whether an interface is one of a gateway that was deleted.
pub(crate) fn is_closed(network: &Network, kind: &Kind) -> bool {
    matches!(kind, Kind::Nat(nat) if network.closed.contains(nat))
}
