//! The documents of IAM, Secrets Manager, KMS, ECR and CloudWatch Logs, as `flowcause collect` saves them.

use serde_json::{Value, json};

use super::collected::Saved;
use crate::support::access::{Access, AccessKey, AccessRole, SECRET};
use crate::support::incident::Incident;
use crate::support::vpc::{ACCOUNT, REGION};

/// The managed policy of AWS for execution roles.
pub(crate) const EXECUTION_POLICY: &str = "AmazonECSTaskExecutionRolePolicy";

/// The actions that this policy allows.
pub(crate) const EXECUTION_ACTIONS: [&str; 6] = [
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
];

/// Every document about permissions and names, in the order of the script.
pub(super) fn documents(incident: &Incident, access: &Access) -> Vec<Saved> {
    let mut saved: Vec<Saved> = access.roles.iter().flat_map(role).collect();
    saved.extend(execution_policy());
    saved.push(Saved::refused(
        "organizations-policies",
        "organizations list-policies",
        "AccessDeniedException",
        &["SERVICE_CONTROL_POLICY"],
    ));
    saved.extend(secrets(access));
    saved.extend(access.key.iter().flat_map(key));
    saved.push(Saved::of("list-aliases", "kms list-aliases", &aliases(access)));
    saved.push(Saved::of("parameters", "ssm describe-parameters", &json!({ "Parameters": [] })));
    saved.extend(registry(incident));
    let groups: Vec<Value> = ["billing", "orders"].into_iter().map(log_group).collect();
    saved.push(Saved::of("log-groups", "logs describe-log-groups", &json!({ "logGroups": groups })));
    saved
}

fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

fn policy(statements: &Value) -> Value {
    json!({ "Statement": statements, "Version": "2012-10-17" })
}

fn role(role: &AccessRole) -> Vec<Saved> {
    let (name, arn) = (role.name, role_arn(role.name));
    let trust = json!([{
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
        "Principal": { "Service": "ecs-tasks.amazonaws.com" },
    }]);
    // An id is AROA and 17 letters or digits.
    let letters: String = name.to_uppercase().replace('-', "").chars().cycle().take(17).collect();
    let document = json!({ "Role": {
        "Arn": arn,
        "AssumeRolePolicyDocument": policy(&trust),
        "CreateDate": "2026-04-14T10:20:07+00:00",
        "MaxSessionDuration": 3600,
        "Path": "/",
        "RoleId": format!("AROA{letters}"),
        "RoleLastUsed": {},
        "RoleName": name,
    } });
    let attached: Vec<Value> = (role.is_execution)
        .then(|| json!({ "PolicyArn": execution_policy_arn(), "PolicyName": EXECUTION_POLICY }))
        .into_iter()
        .collect();
    let names: Vec<&str> = role.inline.iter().map(|(name, _)| *name).collect();
    let mut saved = vec![
        Saved::of(&format!("role-{name}"), "iam get-role", &document),
        Saved::of(
            &format!("attached-role-policies-{name}"),
            "iam list-attached-role-policies",
            &json!({ "AttachedPolicies": attached }),
        ),
        Saved::of(
            &format!("role-policies-{name}"),
            "iam list-role-policies",
            &json!({ "PolicyNames": names }),
        ),
    ];
    saved.extend(role.inline.iter().map(|(inline, statements)| {
        let document =
            json!({ "PolicyDocument": policy(statements), "PolicyName": inline, "RoleName": name });
        Saved::of(&format!("role-policy-{name}-{inline}"), "iam get-role-policy", &document)
    }));
    saved.into_iter().map(|one| one.about(&arn)).collect()
}

/// The ARN of this policy.
pub(crate) fn execution_policy_arn() -> String {
    format!("arn:aws:iam::aws:policy/service-role/{EXECUTION_POLICY}")
}

fn execution_policy() -> [Saved; 2] {
    let made = "2017-11-16T18:48:22+00:00";
    let description = json!({ "Policy": {
        "Arn": execution_policy_arn(),
        "AttachmentCount": 2,
        "CreateDate": made,
        "DefaultVersionId": "v1",
        "IsAttachable": true,
        "Path": "/service-role/",
        "PermissionsBoundaryUsageCount": 0,
        "PolicyName": EXECUTION_POLICY,
        "Tags": [],
        "UpdateDate": made,
    } });
    let statements = json!([{
        "Action": EXECUTION_ACTIONS,
        "Effect": "Allow",
        "Resource": "*",
    }]);
    let version = json!({ "PolicyVersion": {
        "CreateDate": made,
        "Document": policy(&statements),
        "IsDefaultVersion": true,
        "VersionId": "v1",
    } });
    [
        Saved::of(&format!("policy-{EXECUTION_POLICY}"), "iam get-policy", &description),
        Saved::of(&format!("policy-version-{EXECUTION_POLICY}-v1"), "iam get-policy-version", &version),
    ]
    .map(|one| one.about(&execution_policy_arn()))
}

/// `secretsmanager list-secrets` of the Region of the task, and of another Region if a secret is there.
fn secrets(access: &Access) -> Vec<Saved> {
    let orders = secret(SECRET, access.secret_region, access.key.as_ref());
    let billing = secret("billing/database-Qx7TfB", REGION, None);
    let list = |secrets: &[&Value]| json!({ "SecretList": secrets });
    let is_here = access.secret_region == REGION;
    let here = if is_here { list(&[&billing, &orders]) } else { list(&[&billing]) };
    let mut saved = vec![Saved::of("secrets", "secretsmanager list-secrets", &here)];
    if is_here {
        let arn = secret_arn(SECRET, REGION);
        let policy = json!({ "ARN": arn, "Name": "orders/database" });
        let call = "secretsmanager get-resource-policy";
        saved.push(Saved::of("secret-policy-orders-database-Qx7TfB", call, &policy).about(&arn));
    } else {
        let name = format!("secrets-{}", access.secret_region);
        saved.push(Saved::by_hand(&name, &list(&[&orders])));
    }
    saved
}

fn secret_arn(name: &str, region: &str) -> String {
    format!("arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{name}")
}

fn secret(name: &str, region: &str, key: Option<&AccessKey>) -> Value {
    let mut document = json!({
        "ARN": secret_arn(name, region),
        "CreatedDate": "2026-04-14T10:31:40.216000+00:00",
        "LastChangedDate": "2026-11-20T15:47:02.533000+00:00",
        "Name": name.rsplit_once('-').expect("a suffix").0,
        "SecretVersionsToStages": { "6f0a3c1e-52d7-4b8e-9a61-0c7e2d4f8b95": ["AWSCURRENT"] },
        "Tags": [],
    });
    if let Some(key) = key {
        document["KmsKeyId"] = key_arn(key).into();
    }
    document
}

fn key_arn(key: &AccessKey) -> String {
    format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{}", key.id)
}

/// The description of a key, its policy, which delegates to the account, and its grants, of which there are none.
fn key(key: &AccessKey) -> [Saved; 3] {
    let (id, arn) = (key.id, key_arn(key));
    let description = json!({ "KeyMetadata": {
        "AWSAccountId": ACCOUNT,
        "Arn": arn,
        "CreationDate": "2026-11-20T15:40:11.902000+00:00",
        "Description": "database passwords of orders",
        "Enabled": true,
        "KeyId": id,
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyState": "Enabled",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": false,
        "Origin": "AWS_KMS",
    } });
    let delegation = policy(&json!([{
        "Action": "kms:*",
        "Effect": "Allow",
        "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
        "Resource": "*",
        "Sid": "Enable IAM policies",
    }]));
    let policy = json!({ "Policy": delegation.to_string(), "PolicyName": "default" });
    [
        Saved::of(&format!("key-{id}"), "kms describe-key", &description),
        Saved::of(&format!("key-policy-{id}"), "kms get-key-policy", &policy),
        Saved::of(&format!("grants-{id}"), "kms list-grants", &json!({ "Grants": [] })),
    ]
    .map(|one| one.about(&arn))
}

fn aliases(access: &Access) -> Value {
    let alias = |name: &str, key: &str| {
        json!({
            "AliasArn": format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/{name}"),
            "AliasName": format!("alias/{name}"),
            "TargetKeyId": key,
        })
    };
    let mut aliases = vec![alias("aws/secretsmanager", "0a4d7c92-6e1b-4f35-8c20-93b5e7d1f684")];
    aliases.extend(access.key.iter().map(|key| alias(key.alias, key.id)));
    json!({ "Aliases": aliases })
}

/// The repositories, of which none has a policy, and their images.
fn registry(incident: &Incident) -> Vec<Saved> {
    let names = ["billing", "orders"];
    let arn = |name: &str| format!("arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{name}");
    let repository = |name: &str| {
        json!({
            "createdAt": "2026-04-14T10:25:18.408000+00:00",
            "encryptionConfiguration": { "encryptionType": "AES256" },
            "imageTagMutability": "IMMUTABLE",
            "registryId": ACCOUNT,
            "repositoryArn": arn(name),
            "repositoryName": name,
            "repositoryUri": format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}"),
        })
    };
    let list = json!({ "repositories": names.map(repository) });
    let mut saved = vec![Saved::of("repositories", "ecr describe-repositories", &list)];
    for (name, digit) in names.into_iter().zip(["8", "3"]) {
        let call = "ecr get-repository-policy";
        let none = "RepositoryPolicyNotFoundException";
        saved.push(Saved::refused(&format!("repository-policy-{name}"), call, none, &[]).about(&arn(name)));
        let image = incident.image(name);
        let tag = image.rsplit_once(':').expect("a tag").1;
        let image = json!({
            "imageDigest": format!("sha256:{}", digit.repeat(64)),
            "imagePushedAt": "2026-11-20T15:58:36+00:00",
            "imageSizeInBytes": 76_114_208,
            "imageTags": [tag],
            "registryId": ACCOUNT,
            "repositoryName": name,
        });
        let images = json!({ "imageDetails": [image] });
        saved.push(Saved::of(&format!("images-{name}"), "ecr describe-images", &images).about(&arn(name)));
    }
    saved
}

fn log_group(service: &str) -> Value {
    let arn = format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ecs/{service}");
    json!({
        "arn": format!("{arn}:*"),
        "creationTime": 1_776_162_345_000_i64,
        "logGroupArn": arn,
        "logGroupClass": "STANDARD",
        "logGroupName": format!("/ecs/{service}"),
        "metricFilterCount": 0,
        "storedBytes": 0,
    })
}
