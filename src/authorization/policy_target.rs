//! A policy with principals, by the thing that it belongs to: its text, and the calls that show and replace it.

use serde_json::{Value, json};

use crate::authorization::arguments::plain_argument;
use crate::authorization::documents::AccessDocuments;
use crate::model::access::{PolicyText, SavedPolicy};
use crate::model::arn::Arn;
use crate::model::ids::{EndpointId, plain_id};

/// A policy that has principals, by the thing that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyTarget {
    /// The trust policy of a role, by ARN.
    Trust(String),
    /// The policy of a VPC endpoint.
    Endpoint(EndpointId),
    /// The policy of a secret, by ARN.
    Secret(String),
    /// The policy of a repository, by ARN.
    Repository(String),
    /// The policy of a bucket, by name.
    Bucket(String),
    /// The key policy, by the id of the key.
    Key(String),
}

impl PolicyTarget {
    /// The policy with a further statement; none if it is not known what the policy contains.
    pub(super) fn with_statement(&self, documents: &AccessDocuments, statement: &Value) -> Option<Value> {
        let saved = |policy: Option<&SavedPolicy>| match policy? {
            SavedPolicy::Saved(text) => serde_json::from_str(&text.0).ok(),
            SavedPolicy::Absent => Some(document(Vec::new())),
            SavedPolicy::NotSaved => None,
        };
        let text = |text: Option<&PolicyText>| serde_json::from_str(&text?.0).ok();
        let mut policy: Value = match self {
            Self::Trust(role) => text(documents.roles.get(role)?.trust.as_ref()),
            Self::Endpoint(id) => text(documents.endpoints.get(id)?.policy.as_ref()),
            Self::Secret(arn) => saved(documents.secrets.get(arn).map(|secret| &secret.policy)),
            Self::Repository(arn) => saved(documents.repositories.get(arn).map(|one| &one.policy)),
            Self::Bucket(name) => saved(documents.buckets.get(name).map(|bucket| &bucket.policy)),
            Self::Key(id) => saved(documents.keys.get(id).map(|key| &key.policy)),
        }?;
        statements_of(&mut policy)?.push(statement.clone());
        Some(policy)
    }

    /// Puts a policy in the place of the saved one.
    #[expect(clippy::needless_pass_by_value, reason = "the policy is given away")]
    pub(super) fn replace(&self, documents: &mut AccessDocuments, policy: Value) -> Option<()> {
        let text = PolicyText(policy.to_string());
        let saved = SavedPolicy::Saved(text.clone());
        match self {
            Self::Trust(role) => documents.roles.get_mut(role)?.trust = Some(text),
            Self::Endpoint(id) => documents.endpoints.get_mut(id)?.policy = Some(text),
            Self::Secret(arn) => documents.secrets.get_mut(arn)?.policy = saved,
            Self::Repository(arn) => documents.repositories.get_mut(arn)?.policy = saved,
            Self::Bucket(name) => documents.buckets.get_mut(name)?.policy = saved,
            Self::Key(id) => documents.keys.get_mut(id)?.policy = saved,
        }
        Some(())
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Trust(role) => format!("the trust policy of the role {role}"),
            Self::Endpoint(id) => format!("the policy of the endpoint {id}"),
            Self::Secret(arn) => format!("the policy of the secret {arn}"),
            Self::Repository(arn) => format!("the policy of the repository {arn}"),
            Self::Bucket(name) => format!("the policy of the bucket {name}"),
            Self::Key(id) => format!("the key policy of {id}"),
        }
    }

    pub(super) fn show_command(&self) -> Option<String> {
        Some(match self {
            Self::Trust(role) => {
                format!("aws iam get-role --role-name {}", plain_argument(Arn::parse(role)?.name())?)
            }
            Self::Endpoint(id) => {
                format!("aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {}", plain_id(id.as_str())?)
            }
            Self::Secret(arn) => {
                format!("aws secretsmanager get-resource-policy --secret-id {}", plain_argument(arn)?)
            }
            Self::Repository(arn) => format!("aws ecr get-repository-policy {}", repository_options(arn)?),
            Self::Bucket(name) => format!("aws s3api get-bucket-policy --bucket {}", plain_argument(name)?),
            Self::Key(id) => format!("aws kms get-key-policy --key-id {}", plain_argument(id)?),
        })
    }

    pub(super) fn command(&self, policy: &str) -> Option<String> {
        Some(match self {
            Self::Trust(role) => {
                let role = plain_argument(Arn::parse(role)?.name())?;
                format!("aws iam update-assume-role-policy --role-name {role} --policy-document {policy}")
            }
            Self::Endpoint(id) => {
                let id = plain_id(id.as_str())?;
                format!("aws ec2 modify-vpc-endpoint --vpc-endpoint-id {id} --policy-document {policy}")
            }
            Self::Secret(arn) => {
                let arn = plain_argument(arn)?;
                format!("aws secretsmanager put-resource-policy --secret-id {arn} --resource-policy {policy}")
            }
            Self::Repository(arn) => {
                format!("aws ecr set-repository-policy {} --policy-text {policy}", repository_options(arn)?)
            }
            Self::Bucket(name) => {
                format!("aws s3api put-bucket-policy --bucket {} --policy {policy}", plain_argument(name)?)
            }
            Self::Key(_) => return None,
        })
    }
}

fn repository_options(arn: &str) -> Option<String> {
    let arn = Arn::parse(arn)?;
    let name = plain_argument(arn.resource.strip_prefix("repository/")?)?;
    let (account, region) = (plain_argument(arn.account)?, plain_argument(arn.region)?);
    Some(format!("--registry-id {account} --repository-name {name} --region {region}"))
}

/// A policy document with these statements.
pub(super) fn document(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// The statements of a document as a list; one statement alone becomes a list.
pub(super) fn statements_of(policy: &mut Value) -> Option<&mut Vec<Value>> {
    let statement = policy.get_mut("Statement")?;
    if statement.is_object() {
        *statement = Value::Array(vec![statement.take()]);
    }
    statement.as_array_mut()
}
