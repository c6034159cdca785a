//! The documents that would decide why a request was refused, with the commands that save them.

use crate::diagnose::case::Case;
use crate::diagnose::phrases::missing_data;
use crate::diagnose::refusal::culprits;
use crate::diagnose::stopped_reason::Answer;
use crate::finding::{CauseId, MissingData};

/// The command for the policies of all roles of an account.
const ROLES: &str =
    "`aws iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy`";

/// The data to save, and what it would show.
pub(super) fn to_decide(case: &Case<'_>, cause: CauseId) -> Vec<MissingData> {
    let one = |what: String, would_show: &str| vec![missing_data(what, would_show)];
    match cause {
        CauseId::RoleNotAssumable => one(
            format!("the role with its trust policy: save it with {ROLES}"),
            "whether the role exists, and whether its trust policy names ecs-tasks.amazonaws.com",
        ),
        CauseId::PermissionMissing | CauseId::EnvFileDenied => one(
            format!("the policies of the role: save them with {ROLES}"),
            "which statement is missing, and whether the task role has it instead",
        ),
        CauseId::ExplicitDeny => one(
            format!(
                "the policy that denies: save the policies of the role with {ROLES}, and those of the organization with \
                 `aws organizations describe-policy`"
            ),
            "the statement that denies",
        ),
        CauseId::EndpointPolicyDenies | CauseId::S3EndpointPolicyLacksLayerBucket => one(
            "the policy of the endpoint: PolicyDocument in `aws ec2 describe-vpc-endpoints`".to_owned(),
            "the statements that let requests pass, and what they lack",
        ),
        CauseId::ResourcePolicyDenies => one(
            format!("the policy of the resource: save it with {}", resource_policy_call(case)),
            "the statements that admit other accounts and roles, and what they lack",
        ),
        CauseId::KeyUnusable => one(
            "the key of the secret or parameter: save `aws secretsmanager describe-secret` or `aws ssm \
             describe-parameters`, then `aws kms describe-key`, `aws kms get-key-policy` and `aws kms list-grants`"
                .to_owned(),
            "which key it is, its state, and whether the role may use it",
        ),
        CauseId::SecretNotFound => one(
            "the list of the secrets in the Region of the ARN: save it with `aws secretsmanager list-secrets \
             --include-planned-deletion`"
                .to_owned(),
            "whether the secret exists under another name, suffix or Region, or is marked for deletion",
        ),
        CauseId::ParameterNotFound => one(
            "the list of the parameters of the Region: save it with `aws ssm describe-parameters`".to_owned(),
            "whether the parameter exists under another name",
        ),
        CauseId::LogGroupMissing => one(
            "the list of the log groups of the Region: save it with `aws logs describe-log-groups`".to_owned(),
            "whether the group exists, and since when",
        ),
        CauseId::LogRegionWrong => one(
            "the task definition: save it with `aws ecs describe-task-definition`".to_owned(),
            "the value of awslogs-region",
        ),
        CauseId::ImageNotFound => one(
            "the images of the repository: for Amazon ECR save them with `aws ecr describe-images`".to_owned(),
            "whether the tag exists, and since when",
        ),
        CauseId::RegistryCredentialsInvalid => one(
            "a look at the secret in repositoryCredentials: its value is never saved".to_owned(),
            "whether it is JSON with username and password, and whether the registry accepts them",
        ),
        CauseId::RegistryRateLimited => one(
            "the number of pulls that the registry counted for this address or account".to_owned(),
            "which tasks and builds share the limit",
        ),
        _ => Vec::new(),
    }
}

/// The data that shows that a saved list is whole.
pub(super) fn of_open_list() -> Vec<MissingData> {
    vec![missing_data(
        "`manifest.json` beside the list: save both with the script that `flowcause collect` prints",
        "whether a filter left things out of the list",
    )]
}

/// The data that would confirm that the saved policies stopped the task.
pub(super) fn of_text(case: &Case<'_>) -> Vec<MissingData> {
    if case.subject.stopped_reason.as_deref().is_some_and(|text| text.contains("not authorized to perform")) {
        return Vec::new();
    }
    vec![missing_data(
        "the whole message of the service: the stopped reason of `aws ecs describe-tasks`, or the event of CloudTrail",
        "whether this request was denied when the task started",
    )]
}

/// The environment files of the task definition, where S3 answered without a reason.
pub(in crate::diagnose) fn environment_files(case: &Case<'_>) -> Option<MissingData> {
    let is_open = case.reason.answer == Some(Answer::EnvironmentFile);
    let definition = culprits::definition(case).filter(|_| is_open)?;
    let files: Vec<&str> =
        definition.containers.iter().flat_map(|one| &one.environment_files).map(String::as_str).collect();
    (!files.is_empty()).then(|| {
        missing_data(
            format!("a look at {}: `aws s3api head-object`", files.join(", ")),
            "whether the file exists: S3 answers 403 for a missing file too, unless the role may list the bucket",
        )
    })
}

/// The command for the policy of the resource that the text names.
fn resource_policy_call(case: &Case<'_>) -> &'static str {
    let resource = case.denial().and_then(|denial| denial.resource.as_ref());
    match resource.and_then(|resource| resource.text.split(':').nth(2)) {
        Some("ecr") => "`aws ecr get-repository-policy`",
        Some("s3") => "`aws s3api get-bucket-policy`",
        Some("secretsmanager") => "`aws secretsmanager get-resource-policy`",
        _ => {
            "`aws secretsmanager get-resource-policy`, `aws ecr get-repository-policy` or `aws s3api get-bucket-policy`"
        }
    }
}
