//! One change of a saved policy: applied to a copy of the documents, and as commands of the AWS CLI.

use serde_json::{Value, json};

use crate::authorization::documents::AccessDocuments;
use crate::model::access::{InlinePolicy, PolicyText, SavedPolicy};
use crate::model::arn::Arn;
use crate::model::ids::{EndpointId, plain_id};
use crate::policy::{PolicyType, StatementRef};

/// The longest policy that a command contains. The text of the change has longer ones as a statement to add.
const LONGEST_IN_COMMAND: usize = 4_000;

/// A change of one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentChange {
    /// A new inline policy of a role.
    AddInlinePolicy {
        /// The ARN of the role.
        role: String,
        /// The name of the policy, which the role does not have yet.
        name: String,
        /// Its statements.
        statements: Vec<Value>,
    },
    /// A further statement in a policy that exists or is created with it.
    AddStatement {
        /// The policy.
        target: PolicyTarget,
        /// The statement.
        statement: Value,
    },
    /// A statement that no longer denies the request. There is no command for it, because its owner wanted it.
    RemoveStatement {
        /// The thing whose policy it is, as [`crate::authorization::StartDenial`] names it.
        owner: Option<String>,
        /// The statement.
        statement: StatementRef,
    },
}

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

impl DocumentChange {
    /// Applies the change; returns whether the documents contain what it changes.
    pub fn apply(&self, documents: &mut AccessDocuments) -> bool {
        self.try_apply(documents).is_some()
    }

    fn try_apply(&self, documents: &mut AccessDocuments) -> Option<()> {
        match self {
            Self::AddInlinePolicy { role, name, statements } => {
                let role = documents.roles.get_mut(role)?;
                let document = PolicyText(document(statements.clone()).to_string());
                role.inline.push(InlinePolicy { name: name.clone(), document });
                if let Some(names) = &mut role.inline_names {
                    names.push(name.clone());
                }
                Some(())
            }
            Self::AddStatement { target, statement } => {
                let changed = target.with_statement(documents, statement)?;
                target.replace(documents, changed)
            }
            Self::RemoveStatement { owner, statement } => {
                let text = text_of(documents, owner.as_deref(), statement)?;
                let mut policy: Value = serde_json::from_str(&text.0).ok()?;
                let list = statements_of(&mut policy)?;
                (statement.index < list.len()).then(|| list.remove(statement.index))?;
                *text = PolicyText(policy.to_string());
                Some(())
            }
        }
    }

    /// The command that shows the state before the change; none if a name is not plain.
    #[must_use]
    pub fn show_command(&self) -> Option<String> {
        match self {
            Self::AddInlinePolicy { role, .. } => Some(format!(
                "aws iam list-role-policies --role-name {}",
                plain_argument(Arn::parse(role)?.name())?
            )),
            Self::AddStatement { target, .. } => target.show_command(),
            Self::RemoveStatement { .. } => None,
        }
    }

    /// The command that makes the change; none if a name or a policy is not plain, or for keys and removals, which an
    /// administrator should examine.
    #[must_use]
    pub fn command(&self, documents: &AccessDocuments) -> Option<String> {
        match self {
            Self::AddInlinePolicy { role, name, statements } => Some(format!(
                "aws iam put-role-policy --role-name {} --policy-name {} --policy-document {}",
                plain_argument(Arn::parse(role)?.name())?,
                plain_argument(name)?,
                quoted(&document(statements.clone()))?
            )),
            Self::AddStatement { target, statement } => {
                let changed = target.with_statement(documents, statement)?;
                target.command(&quoted(&changed)?)
            }
            Self::RemoveStatement { .. } => None,
        }
    }

    /// One sentence, with the statement as JSON where one is added.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::AddInlinePolicy { role, statements, .. } => {
                format!("Give the execution role {role} an inline policy with {}.", listed(statements))
            }
            Self::AddStatement { target, statement } => format!("Add {statement} to {}.", target.text()),
            Self::RemoveStatement { statement, .. } => format!(
                "Remove {} from the {} policy {}, or except this request from it.",
                sid(statement),
                statement.policy_type.name(),
                statement.document
            ),
        }
    }
}

/// The statement by its `Sid` or its position.
fn sid(statement: &StatementRef) -> String {
    match &statement.sid {
        Some(sid) => format!("the statement {sid}"),
        None => format!("statement {}", statement.index.saturating_add(1)),
    }
}

fn listed(statements: &[Value]) -> String {
    statements.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

/// A policy document with these statements.
fn document(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// The statements of a document as a list; one statement alone becomes a list.
fn statements_of(policy: &mut Value) -> Option<&mut Vec<Value>> {
    let statement = policy.get_mut("Statement")?;
    if statement.is_object() {
        *statement = Value::Array(vec![statement.take()]);
    }
    statement.as_array_mut()
}

/// The saved text of the policy that contains a statement.
fn text_of<'d>(
    documents: &'d mut AccessDocuments,
    owner: Option<&str>,
    statement: &StatementRef,
) -> Option<&'d mut PolicyText> {
    let name = statement.document.as_str();
    match statement.policy_type {
        PolicyType::Identity | PolicyType::Boundary | PolicyType::Session => {
            if documents.managed_policies.contains_key(name) {
                let policy = documents.managed_policies.get_mut(name)?;
                let default = policy.default_version()?.id.clone();
                let version = policy.versions.iter_mut().find(|version| version.id == default)?;
                return Some(&mut version.document);
            }
            let role = documents.roles.get_mut(owner?)?;
            role.inline.iter_mut().find(|policy| policy.name == name).map(|policy| &mut policy.document)
        }
        PolicyType::Trust => documents.roles.get_mut(name)?.trust.as_mut(),
        PolicyType::Endpoint => documents.endpoints.get_mut(name)?.policy.as_mut(),
        PolicyType::Key => saved_text(&mut documents.keys.get_mut(name)?.policy),
        PolicyType::Resource => {
            let policy = if let Some(secret) = documents.secrets.get_mut(name) {
                &mut secret.policy
            } else if let Some(repository) = documents.repositories.get_mut(name) {
                &mut repository.policy
            } else {
                &mut documents.buckets.get_mut(name)?.policy
            };
            saved_text(policy)
        }
        PolicyType::Scp | PolicyType::Rcp => {
            let mut policies = documents.organization_policies.values_mut();
            let policy = policies.find(|policy| policy.arn.as_deref() == Some(name) || policy.id == name)?;
            Some(&mut policy.content)
        }
    }
}

fn saved_text(policy: &mut SavedPolicy) -> Option<&mut PolicyText> {
    match policy {
        SavedPolicy::Saved(text) => Some(text),
        SavedPolicy::Absent | SavedPolicy::NotSaved => None,
    }
}

impl PolicyTarget {
    /// The policy with a further statement; none if it is not known what the policy contains.
    fn with_statement(&self, documents: &AccessDocuments, statement: &Value) -> Option<Value> {
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
    fn replace(&self, documents: &mut AccessDocuments, policy: Value) -> Option<()> {
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

    fn text(&self) -> String {
        match self {
            Self::Trust(role) => format!("the trust policy of the role {role}"),
            Self::Endpoint(id) => format!("the policy of the endpoint {id}"),
            Self::Secret(arn) => format!("the policy of the secret {arn}"),
            Self::Repository(arn) => format!("the policy of the repository {arn}"),
            Self::Bucket(name) => format!("the policy of the bucket {name}"),
            Self::Key(id) => format!("the key policy of {id}"),
        }
    }

    fn show_command(&self) -> Option<String> {
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

    fn command(&self, policy: &str) -> Option<String> {
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

/// A name or an ARN that neither a shell nor the AWS CLI misreads; none for any other text.
pub(super) fn plain_argument(text: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:+=@,".contains(&byte);
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
    (begins && text.bytes().all(is_plain) && !text.contains("://")).then_some(text)
}

/// A policy in single quotes; none if it is long, or contains a character that could end the quotes or hide.
fn quoted(policy: &Value) -> Option<String> {
    let text = policy.to_string();
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'\'');
    (is_plain && text.len() <= LONGEST_IN_COMMAND).then(|| format!("'{text}'"))
}
