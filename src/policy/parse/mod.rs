//! From the JSON of a policy to its statements. Unknown elements and values are kept by name, never dropped.

use serde_json::{Map, Value};

use crate::policy::condition::ConditionTest;
use crate::policy::document::{
    DocumentError, ListedPrincipals, ListedValues, NamedPrincipal, PolicyDocument, PolicyEffect,
    PolicyStatement,
};
use crate::policy::request::ArnParts;

type PolicyObject = Map<String, Value>;

/// The statements of a document.
pub(super) fn document(object: &PolicyObject) -> Result<PolicyDocument, DocumentError> {
    let statements: Vec<&PolicyObject> = match object.get("Statement") {
        Some(Value::Object(one)) => vec![one],
        // AWS does not describe a policy without statements: the list may have lost them.
        Some(Value::Array(list)) if !list.is_empty() => {
            list.iter().map(Value::as_object).collect::<Option<_>>().ok_or(DocumentError::NoStatement)?
        }
        _ => return Err(DocumentError::NoStatement),
    };
    let unclear = unclear_of_document(object);
    let statements = statements.into_iter().map(|one| statement(one, &unclear)).collect();
    Ok(PolicyDocument { has_variables: version(object) == Some("2012-10-17"), statements })
}

fn version(object: &PolicyObject) -> Option<&str> {
    object.get("Version").and_then(Value::as_str)
}

/// Elements of the document without a known meaning. They concern every statement.
fn unclear_of_document(object: &PolicyObject) -> Vec<String> {
    let mut unclear = unknown_elements(object, &["Version", "Id", "Statement"]);
    let is_known = match object.get("Version") {
        None => true,
        Some(version) => matches!(version.as_str(), Some("2012-10-17" | "2008-10-17")),
    };
    if !is_known {
        unclear.push("Version".to_owned());
    }
    unclear
}

fn unknown_elements(object: &PolicyObject, known: &[&str]) -> Vec<String> {
    object.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect()
}

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];

fn statement(object: &PolicyObject, unclear_of_document: &[String]) -> PolicyStatement {
    let mut unclear = unclear_of_document.to_vec();
    unclear.extend(unknown_elements(object, &ELEMENTS));
    let effect = match object.get("Effect").and_then(Value::as_str) {
        Some("Allow") => PolicyEffect::Allow,
        Some("Deny") => PolicyEffect::Deny,
        _ => PolicyEffect::Unclear,
    };
    if effect == PolicyEffect::Unclear {
        unclear.push("Effect".to_owned());
    }
    PolicyStatement {
        sid: object.get("Sid").and_then(Value::as_str).map(ToOwned::to_owned),
        effect,
        actions: listed(object, "Action", "NotAction", &mut unclear),
        resources: listed(object, "Resource", "NotResource", &mut unclear),
        principals: principals(object, &mut unclear),
        conditions: conditions(object, effect, &mut unclear),
        unclear,
    }
}

/// The one of two opposite elements that the object has. Both together have no known meaning.
fn one_of<'a>(
    object: &'a PolicyObject,
    name: &str,
    negated: &str,
    unclear: &mut Vec<String>,
) -> Option<(bool, &'a Value)> {
    match (object.get(name), object.get(negated)) {
        (Some(_), Some(value)) => {
            unclear.push(negated.to_owned());
            Some((true, value))
        }
        (Some(value), None) => Some((false, value)),
        (None, Some(value)) => Some((true, value)),
        (None, None) => None,
    }
}

/// The values of an element; none, and the element is unclear, if they cannot be read or there are none.
fn listed(
    object: &PolicyObject,
    name: &str,
    negated: &str,
    unclear: &mut Vec<String>,
) -> Option<ListedValues> {
    let (is_negated, value) = one_of(object, name, negated, unclear)?;
    let values = texts(value);
    if values.is_none() {
        unclear.push(if is_negated { negated } else { name }.to_owned());
    }
    Some(ListedValues { is_negated, values: values? })
}

/// The longest value in bytes. The longest policy of AWS, that of a key, has 32 KiB in total.
const LONGEST_VALUE: usize = 32 << 10;

/// A text, or a list of texts. An empty list has no known meaning: AWS wants at least one value.
fn texts(value: &Value) -> Option<Vec<String>> {
    let text =
        |value: &Value| value.as_str().filter(|text| text.len() <= LONGEST_VALUE).map(ToOwned::to_owned);
    match value {
        Value::Array(list) if list.is_empty() => None,
        Value::Array(list) => list.iter().map(text).collect(),
        one => text(one).map(|text| vec![text]),
    }
}

/// A value of a condition, or a list of values: texts, numbers and truth values. An empty list has no known meaning.
pub(super) fn scalars(value: &Value) -> Option<Vec<String>> {
    let scalar = |value: &Value| match value {
        Value::String(text) if text.len() <= LONGEST_VALUE => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    match value {
        Value::Array(list) if list.is_empty() => None,
        Value::Array(list) => list.iter().map(scalar).collect(),
        one => scalar(one).map(|text| vec![text]),
    }
}

/// The tests of a statement. An empty block is as good as none where the statement allows; the console of AWS writes it. A
/// denial without its condition denies more, so that an empty block in it is unclear.
fn conditions(object: &PolicyObject, effect: PolicyEffect, unclear: &mut Vec<String>) -> Vec<ConditionTest> {
    let operators = match object.get("Condition") {
        None => return Vec::new(),
        Some(Value::Object(operators)) if !operators.is_empty() || effect == PolicyEffect::Allow => operators,
        Some(_) => {
            unclear.push("Condition".to_owned());
            return Vec::new();
        }
    };
    let mut tests = Vec::new();
    for (operator, keys) in operators {
        let Some(keys) = keys.as_object().filter(|keys| !keys.is_empty()) else {
            unclear.push(operator.clone());
            continue;
        };
        for (key, values) in keys {
            match scalars(values) {
                Some(values) => tests.push(ConditionTest::new(operator, key, values)),
                None => unclear.push(key.clone()),
            }
        }
    }
    tests
}

fn principals(object: &PolicyObject, unclear: &mut Vec<String>) -> Option<ListedPrincipals> {
    let (is_negated, value) = one_of(object, "Principal", "NotPrincipal", unclear)?;
    let mut principals = Vec::new();
    match value {
        Value::String(text) if text == "*" => principals.push(NamedPrincipal::Anyone),
        Value::Object(types) if !types.is_empty() => {
            for (name, values) in types {
                match texts(values) {
                    Some(values) => principals.extend(values.iter().map(|value| principal(name, value))),
                    None => principals.push(NamedPrincipal::Unclear(name.clone())),
                }
            }
        }
        other => principals.push(NamedPrincipal::Unclear(other.as_str().unwrap_or("Principal").to_owned())),
    }
    Some(ListedPrincipals { is_negated, principals })
}

fn principal(principal_type: &str, value: &str) -> NamedPrincipal {
    match principal_type {
        "AWS" => aws_principal(value),
        "Service" => NamedPrincipal::Service(value.to_owned()),
        "Federated" => NamedPrincipal::Federated(value.to_owned()),
        _ => NamedPrincipal::Unclear(value.to_owned()),
    }
}

fn aws_principal(value: &str) -> NamedPrincipal {
    let is_account = value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_unique_id =
        value.len() >= 16 && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    match ArnParts::of(value) {
        _ if value == "*" => NamedPrincipal::Anyone,
        _ if is_account => NamedPrincipal::Account(value.to_owned()),
        _ if is_unique_id => NamedPrincipal::UniqueId(value.to_owned()),
        // A part of a principal's ARN cannot be a wildcard, so AWS would refuse the policy.
        Some(_) if value.contains(['*', '?']) => NamedPrincipal::Unclear(value.to_owned()),
        Some(parts) if parts.service == "iam" && parts.resource == "root" => {
            NamedPrincipal::Account(parts.account.to_owned())
        }
        Some(_) => NamedPrincipal::Arn(value.to_owned()),
        None => NamedPrincipal::Unclear(value.to_owned()),
    }
}

#[cfg(test)]
mod tests;
