//! The request that a service denied or could not serve, as a text states it: action, principal, resource, type of policy.
//!
//! Input: a stopped reason, the reason of a container, the message of a service, or `errorMessage` of an event of CloudTrail.
//! Output: a [`StatedDenial`] with the fields that the text shows whole, and the beginnings of names that end with the text. A
//! text that is cut at any place gives fewer fields and shorter beginnings, never other values. The texts are not trusted:
//! names are given as written.

mod principal;
mod reading;
mod recorded;
mod references;
mod sentence;
#[cfg(test)]
mod tests;

pub use principal::StatedPrincipal;
pub use reading::StatedName;
pub use references::{ReferenceKind, StatedReference};

use super::{hosts, wording};
use crate::policy::{DenialEffect, PolicyType};
use reading::Reading;
use sentence::Sentence;

/// A request that a service denied or could not serve, as far as a text states it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatedDenial {
    /// The action that the request needs.
    pub action: Option<StatedAction>,
    /// The call that failed, such as `ssm:GetParameters`. The action that was denied may be another one: `kms:Decrypt`.
    pub call: Option<String>,
    /// The principal.
    pub principal: Option<StatedPrincipal>,
    /// The resource: an ARN or `*`.
    pub resource: Option<StatedName>,
    /// The type of the policy that denies, or that does not allow.
    pub policy_type: Option<PolicyType>,
    /// Whether a statement denies, or none allows.
    pub effect: Option<DenialEffect>,
    /// The ARN of the policy that denies; newer texts state it.
    pub policy_arn: Option<StatedName>,
    /// The code of the error, such as `AccessDeniedException`.
    pub error_code: Option<String>,
    /// The id of the request: `requestID` of its event in CloudTrail.
    pub request_id: Option<String>,
    /// The id with which IAM gives the details of a denial for 24 hours.
    pub authorization_id: Option<String>,
    /// Other names in the text, by their kind. [`Answer`](super::Answer) is the failure that they belong to.
    pub references: Vec<StatedReference>,
    /// Whether the text ends before it names the policy, so that the type is left open.
    pub is_open: bool,
}

/// An action of IAM, such as `secretsmanager:GetSecretValue`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedAction {
    /// The name.
    pub name: String,
    /// Whether the text states the action. If not, it names only the call that needs the action.
    pub is_stated: bool,
}

/// The names of services in `operation error NAME: CALL`, and their prefixes in actions.
const OPERATIONS: [(&str, &str); 7] = [
    ("secrets manager", "secretsmanager"),
    ("ssm", "ssm"),
    ("ecr", "ecr"),
    ("s3", "s3"),
    ("cloudwatch logs", "logs"),
    ("kms", "kms"),
    ("sts", "sts"),
];

/// Calls that need an action of another name.
const ACTIONS_OF_CALLS: [(&str, &str); 4] = [
    ("s3:HeadObject", "s3:GetObject"),
    ("s3:HeadBucket", "s3:ListBucket"),
    ("s3:ListObjects", "s3:ListBucket"),
    ("s3:ListObjectsV2", "s3:ListBucket"),
];

/// The call that the log driver describes with "create Cloudwatch log stream".
const CREATE_STREAM: (&str, &str) = ("create cloudwatch log stream", "logs:CreateLogStream");

/// Codes of errors that do not end with `Exception`.
const CODES: [&str; 8] = [
    "AccessDenied",
    "DecryptionFailure",
    "Forbidden",
    "MissingEndpoint",
    "MissingRegion",
    "NoSuchBucket",
    "NoSuchKey",
    "NotFound",
];

/// The digits in the groups of a UUID.
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

impl StatedDenial {
    /// Parses a text about a request that reached its service; `None` if it states nothing of the request.
    ///
    /// Texts about a failure of the network name calls and images too: for them use
    /// [`StoppedReason::denial`](super::StoppedReason::denial), which is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let line: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
        let line = line.trim_end_matches(['.', '…', ' ']);
        let lower = line.to_ascii_lowercase();
        let reading = Reading::new(line, &lower, hosts::is_cut(text));
        let denial = Self::read(reading);
        denial.has_fields().then_some(denial)
    }

    fn read(text: Reading<'_>) -> Self {
        let sentence = Sentence::read(text);
        let error_code = error_code(text.text());
        let call = call(text);
        let stated = sentence.action.map(|name| StatedAction { name, is_stated: true });
        let is_certain = !sentence.is_begun && error_code.as_deref().is_some_and(is_of_call);
        let action = stated.or_else(|| call.as_deref().filter(|_| is_certain).map(implied_action));
        Self {
            action,
            call,
            principal: sentence.principal,
            references: references::read(text, sentence.resource.as_ref()),
            resource: sentence.resource,
            policy_type: sentence.policy_type,
            effect: sentence.effect,
            policy_arn: sentence.policy_arn,
            error_code,
            request_id: request_id(text),
            authorization_id: authorization_id(text),
            is_open: sentence.is_open,
        }
    }

    fn has_fields(&self) -> bool {
        let ids = [&self.error_code, &self.request_id, &self.call, &self.authorization_id];
        self.action.is_some()
            || self.principal.is_some()
            || self.resource.is_some()
            || self.effect.is_some()
            || !self.references.is_empty()
            || ids.into_iter().any(Option::is_some)
    }

    /// The first name of this kind.
    #[must_use]
    pub fn reference(&self, kind: ReferenceKind) -> Option<&StatedName> {
        self.references.iter().find(|reference| reference.kind == kind).map(|reference| &reference.name)
    }
}

/// The call of `operation error Secrets Manager: GetSecretValue, …`, or that of the log driver.
fn call(text: Reading<'_>) -> Option<String> {
    let operation = text.after("operation error ").and_then(|rest| {
        let (service, prefix) = OPERATIONS.iter().find(|(service, _)| rest.begins_with(service))?;
        let (name, _) = rest.strip(service)?.strip(": ")?.text().split_once(',')?;
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
        is_name.then(|| format!("{prefix}:{name}"))
    });
    let (words, create_stream) = CREATE_STREAM;
    let is_stream = text.contains(words) && text.contains(wording::LOG_GROUP);
    operation.or_else(|| is_stream.then(|| create_stream.to_owned()))
}

/// The action that a call needs.
fn implied_action(call: &str) -> StatedAction {
    let other = ACTIONS_OF_CALLS.iter().find(|(own, _)| *own == call);
    StatedAction { name: other.map_or(call, |(_, action)| action).to_owned(), is_stated: false }
}

/// Whether an error with this code is about the call itself: a denial may be about another action, and so may a key.
fn is_of_call(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    !["denied", "authoriz", "decryption", "kms"].iter().any(|part| lower.contains(part))
}

/// The first word before a colon that is the code of an error.
fn error_code(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let code = |at: usize, word: &str| {
        let code = word.strip_suffix(':')?;
        let is_name = !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric());
        let is_named = at >= 2 && words.get(at - 2..at) == Some(&["api", "error"]);
        let is_code = is_named || code.ends_with("Exception") || CODES.contains(&code);
        (is_name && is_code).then(|| code.to_owned())
    };
    words.iter().enumerate().find_map(|(at, word)| code(at, word))
}

/// The first id of a request: one with the form of a UUID, or one that the text does not end with.
fn request_id(text: Reading<'_>) -> Option<String> {
    let ids = wording::REQUEST_IDS.iter().flat_map(|key| text.after_each(key)).filter_map(|rest| {
        let rest = rest.text();
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
        let id = rest.get(..length).filter(|id| !id.is_empty())?;
        Some((id, rest.get(length..)?))
    });
    let (id, rest) = ids.max_by_key(|(id, rest)| id.len() + rest.len())?;
    (rest.starts_with([',', ' ', ')', ']']) || is_uuid(id)).then(|| id.to_owned())
}

fn is_uuid(text: &str) -> bool {
    let is_group = |(group, length): (&str, usize)| {
        group.len() == length && group.bytes().all(|b| b.is_ascii_hexdigit())
    };
    text.split('-').count() == UUID_GROUPS.len() && text.split('-').zip(UUID_GROUPS).all(is_group)
}

/// The id in the link at the end of newer texts.
fn authorization_id(text: Reading<'_>) -> Option<String> {
    let (id, _) = text.after("/authorization-details/")?.whole_word()?;
    id.bytes().all(|b| b.is_ascii_alphanumeric()).then(|| id.to_owned())
}
