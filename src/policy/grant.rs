//! Grants of a KMS key: permissions for one principal, beside the key policy.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::policy::context::{KeyState, RequestContext};
use crate::policy::request::{AccessRequest, RequestCaller};
use crate::policy::truth::{Decider, Truth};

/// The prefix of the condition keys for pairs of the encryption context.
const PAIR: &str = "kms:EncryptionContext:";
/// The condition key with the names of all pairs of the encryption context.
const PAIR_NAMES: &str = "kms:EncryptionContextKeys";

/// A grant as `list-grants` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyGrant {
    /// `GrantId`, or an empty text.
    pub id: String,
    /// `GranteePrincipal`: an ARN, or the name of a service.
    pub grantee: String,
    /// `Operations`, such as `Decrypt`.
    pub operations: Vec<String>,
    /// `Constraints.EncryptionContextSubset`: the request has at least these pairs.
    pub context_subset: Option<BTreeMap<String, String>>,
    /// `Constraints.EncryptionContextEquals`: the request has exactly these pairs.
    pub context_equals: Option<BTreeMap<String, String>>,
    /// Constraints without a known meaning, by name.
    pub unclear: Vec<String>,
}

impl KeyGrant {
    /// Reads a grant of `list-grants`; none without a grantee and operations.
    #[must_use]
    pub fn read(grant: &Value) -> Option<Self> {
        let text = |name: &str| grant.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let operations = grant.get("Operations")?.as_array()?;
        let operations =
            operations.iter().map(|one| one.as_str().map(ToOwned::to_owned)).collect::<Option<_>>()?;
        let mut unclear = Vec::new();
        let constraints = grant.get("Constraints").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut pairs_of = |name| pairs(&constraints, name, &mut unclear);
        let (context_subset, context_equals) =
            (pairs_of("EncryptionContextSubset"), pairs_of("EncryptionContextEquals"));
        let is_known = |name: &str| matches!(name, "EncryptionContextSubset" | "EncryptionContextEquals");
        unclear.extend(constraints.keys().filter(|name| !is_known(name)).cloned());
        let id = text("GrantId").unwrap_or_default();
        Some(Self {
            id,
            grantee: text("GranteePrincipal")?,
            operations,
            context_subset,
            context_equals,
            unclear,
        })
    }

    /// Whether the grant allows a request.
    pub(super) fn allows(&self, request: &AccessRequest) -> Truth {
        let operation = request.action.split(':').nth(1).unwrap_or_default();
        let has_operation = self.operations.iter().any(|one| one.eq_ignore_ascii_case(operation));
        if !has_operation || !self.is_for(&request.caller) {
            return Truth::No;
        }
        let subset =
            self.context_subset.as_ref().map_or(Truth::Yes, |pairs| has_pairs(pairs, &request.context));
        let equals = self.context_equals.as_ref().map_or(Truth::Yes, |pairs| {
            has_pairs(pairs, &request.context).and(has_no_others(pairs, &request.context))
        });
        let unclear = self.unclear.iter().map(|name| Truth::unknown(Decider::Element(name.clone())));
        Truth::all(unclear).and(subset).and(equals)
    }

    fn is_for(&self, caller: &RequestCaller) -> bool {
        match caller {
            RequestCaller::Principal { arn, session } => {
                self.grantee == *arn || session.as_ref() == Some(&self.grantee)
            }
            RequestCaller::Service(name) => self.grantee == *name,
        }
    }
}

/// The pairs of a constraint.
fn pairs(
    constraints: &Map<String, Value>,
    name: &str,
    unclear: &mut Vec<String>,
) -> Option<BTreeMap<String, String>> {
    let object = constraints.get(name)?;
    let read = || {
        let pairs = object.as_object()?.iter();
        pairs.map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    };
    let pairs: Option<BTreeMap<String, String>> = read();
    if pairs.is_none() {
        unclear.push(name.to_owned());
    }
    pairs
}

fn has_pairs(pairs: &BTreeMap<String, String>, context: &RequestContext) -> Truth {
    Truth::all(pairs.iter().map(|(name, expected)| match context.get(&format!("{PAIR}{name}")) {
        KeyState::Known([value]) => Truth::from(value == expected),
        KeyState::Known(_) | KeyState::Absent => Truth::No,
        KeyState::Unknown(decider) => Truth::unknown(decider),
    }))
}

fn has_no_others(pairs: &BTreeMap<String, String>, context: &RequestContext) -> Truth {
    match context.get(PAIR_NAMES) {
        KeyState::Known(names) => Truth::from(names.iter().all(|name| pairs.contains_key(name))),
        KeyState::Absent => Truth::Yes,
        KeyState::Unknown(decider) => Truth::unknown(decider),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ROLE: &str = "arn:aws:iam::111122223333:role/orders";

    fn request(context: RequestContext) -> AccessRequest {
        AccessRequest {
            caller: RequestCaller::from_arn(ROLE),
            action: "kms:Decrypt".to_owned(),
            resource: "arn:aws:kms:eu-west-1:111122223333:key/1".to_owned(),
            resource_account: None,
            context,
        }
    }

    fn allows(constraints: &Value, context: RequestContext) -> Truth {
        let grant = json!({"GranteePrincipal": ROLE, "Operations": ["Decrypt"], "Constraints": constraints});
        KeyGrant::read(&grant).map_or(Truth::No, |grant| grant.allows(&request(context)))
    }

    #[test]
    fn constraints_bind_a_grant_to_an_encryption_context() {
        let context = || RequestContext::new().with("kms:EncryptionContext:a", "1");
        assert_eq!(allows(&json!({}), context()), Truth::Yes);
        assert_eq!(allows(&json!({"EncryptionContextSubset": {"a": "1"}}), context()), Truth::Yes);
        assert_eq!(allows(&json!({"EncryptionContextSubset": {"a": "2"}}), context()), Truth::No);
        let equals = json!({"EncryptionContextEquals": {"a": "1"}});
        assert_eq!(allows(&equals, context()), Truth::unknown(Decider::Key(PAIR_NAMES.to_owned())));
        assert_eq!(allows(&equals, context().with(PAIR_NAMES, "a")), Truth::Yes);
        assert_eq!(allows(&equals, context().with(PAIR_NAMES, "b")), Truth::No);
    }

    #[test]
    fn constraints_without_a_known_meaning_are_named() {
        let unknown = |name: &str| Truth::unknown(Decider::Element(name.to_owned()));
        assert_eq!(allows(&json!({"SourceArn": "x"}), RequestContext::new()), unknown("SourceArn"));
        let odd = json!({"EncryptionContextEquals": [1]});
        assert_eq!(allows(&odd, RequestContext::new()), unknown("EncryptionContextEquals"));
        assert_eq!(KeyGrant::read(&json!({"Operations": ["Decrypt"]})), None);
        assert_eq!(KeyGrant::read(&json!("x")), None);
    }
}
