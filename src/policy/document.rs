//! Policy documents as values. Every text of a document stays a value: nothing of it is interpreted beyond the policy language.

use std::fmt;

use crate::policy::condition::ConditionTest;

/// The reason why a document cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentError {
    /// The text is longer than a policy can be.
    TooLarge,
    /// The text is no JSON, or nested too deeply.
    NotJson,
    /// The JSON is no object.
    NotObject,
    /// The object has no `Statement` that is an object or a list of objects.
    NoStatement,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "longer than a policy can be",
            Self::NotJson => "no JSON",
            Self::NotObject => "no JSON object",
            Self::NoStatement => "no Statement",
        })
    }
}

/// The content of a policy document.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyDocument {
    /// Whether `${…}` is a variable: only in Version 2012-10-17.
    pub has_variables: bool,
    /// The statements, in the order of the document.
    pub statements: Vec<PolicyStatement>,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyStatement {
    /// `Sid`.
    pub sid: Option<String>,
    /// `Effect`.
    pub effect: PolicyEffect,
    /// `Action` or `NotAction`; none if the statement has neither.
    pub actions: Option<ListedValues>,
    /// `Resource` or `NotResource`; none if the statement has neither.
    pub resources: Option<ListedValues>,
    /// `Principal` or `NotPrincipal`; none if the statement has neither.
    pub principals: Option<ListedPrincipals>,
    /// `Condition`, one test for each operator and key.
    pub conditions: Vec<ConditionTest>,
    /// Elements and values without a known meaning, as written, also those of the whole document. Each makes the statement
    /// unknown where its other parts match.
    pub unclear: Vec<String>,
}

/// `Effect` of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyEffect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
    /// Missing, or another text: the statement may allow or deny.
    Unclear,
}

/// The values of an element, or of its opposite with `Not`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedValues {
    /// Whether the element is the one with `Not`.
    pub is_negated: bool,
    /// The values, as written.
    pub values: Vec<String>,
}

/// The principals of `Principal`, or of `NotPrincipal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPrincipals {
    /// Whether the element is `NotPrincipal`.
    pub is_negated: bool,
    /// The principals.
    pub principals: Vec<NamedPrincipal>,
}

/// A principal as a policy names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedPrincipal {
    /// `*`.
    Anyone,
    /// An account, by its number or the ARN of its root user.
    Account(String),
    /// A role, a user or a session, by its ARN.
    Arn(String),
    /// The unique id of a role or user, which AWS writes after the role or user is deleted.
    UniqueId(String),
    /// An AWS service, or `*` for every service.
    Service(String),
    /// An identity provider, which no request of a role or service has.
    Federated(String),
    /// A principal that cannot be compared with a caller, as written.
    Unclear(String),
}
