//! One change of a saved policy: applied to a copy of the documents, and as commands of the AWS CLI.

use serde_json::Value;

use crate::authorization::arguments::{plain_argument, quoted};
use crate::authorization::documents::AccessDocuments;
use crate::authorization::policy_target::{PolicyTarget, document, statements_of};
use crate::model::access::{InlinePolicy, PolicyText, SavedPolicy};
use crate::model::arn::Arn;
use crate::policy::{PolicyType, StatementRef};

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
        None => format!("statement {}", statement.position()),
    }
}

fn listed(statements: &[Value]) -> String {
    statements.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
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
