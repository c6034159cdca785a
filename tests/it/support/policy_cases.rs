//! Cases of policy evaluation: their format, described in `tests/fixtures/policy/README.md`, and the comparison of answers.

use std::collections::BTreeSet;
use std::sync::Arc;

use flowcause::model::endpoint::EndpointKind;
use flowcause::policy::{
    AccessDecision, AccessDenial, AccessRequest, ContextValue, GrantLayer, KeyGrant, PolicyLayer,
    PolicyLayers, RequestCaller, RequestContext, SavedDocument, evaluate,
};
use serde_json::{Map, Value, json};

/// One case.
pub(crate) struct PolicyCase {
    pub(crate) name: String,
    pub(crate) request: AccessRequest,
    pub(crate) layers: PolicyLayers,
    expect: Value,
}

impl PolicyCase {
    /// Reads a case.
    pub(crate) fn read(case: &Value) -> Self {
        Self {
            name: case["name"].as_str().expect("every case has a name").to_owned(),
            request: request(&case["request"]),
            layers: layers(&case["policies"]),
            expect: case["expect"].clone(),
        }
    }

    /// The answer.
    pub(crate) fn decide(&self) -> AccessDecision {
        evaluate(&self.request, &self.layers)
    }

    /// How the answer differs from the expected one; empty if it does not.
    pub(crate) fn differences(&self) -> Vec<String> {
        let decision = self.decide();
        let expect = |key: &str| self.expect.get(key).filter(|value| !value.is_null());
        let mut differences = Vec::new();
        let mut compare = |what: &str, expected: Option<String>, found: String| {
            if let Some(expected) = expected.filter(|expected| *expected != found) {
                differences.push(format!("{what}: expected {expected}, found {found}"));
            }
        };
        let text = |key: &str| expect(key).and_then(Value::as_str).map(ToOwned::to_owned);
        compare("decision", text("decision"), decision.name().to_owned());
        match &decision {
            AccessDecision::Allowed { unseen, .. } => {
                let names: BTreeSet<&str> = unseen.iter().map(|one| one.name()).collect();
                compare("unseen", expect("unseen").map(set), format!("{names:?}"));
            }
            AccessDecision::Unknown { deciders, .. } => {
                let names: BTreeSet<String> = deciders.iter().map(ToString::to_string).collect();
                compare("decided_by", expect("decided_by").map(set), format!("{names:?}"));
            }
            AccessDecision::Denied(denials) => {
                let first = denials.first().map(|denial| denial.effect.name()).unwrap_or_default();
                compare("effect", text("effect"), first.to_owned());
                if !denials.iter().any(|denial| self.is_expected(denial)) {
                    differences.push(format!("expected {}, found {denials:?}", self.expect));
                }
            }
        }
        differences
    }

    /// Whether a denial has the expected effect, layer and statement.
    fn is_expected(&self, denial: &AccessDenial) -> bool {
        let is = |key: &str, found: &str| match self.expect.get(key) {
            None | Some(Value::Null) => true,
            Some(Value::Array(several)) => several.iter().any(|one| one == found),
            Some(one) => one == found,
        };
        let sid =
            denial.statement.as_ref().and_then(|statement| statement.sid.as_deref()).unwrap_or_default();
        is("effect", denial.effect.name()) && is("layer", denial.policy_type.name()) && is("statement", sid)
    }

    /// The answer as one line of JSON.
    pub(crate) fn line(&self) -> String {
        let decision = self.decide();
        let mut line = json!({"name": self.name, "decision": decision.name()});
        match &decision {
            AccessDecision::Allowed { by, unseen } => {
                let first = by.first();
                line["layer"] = json!(first.map(|statement| statement.policy_type.name()));
                line["statement"] = json!(first.and_then(|statement| statement.sid.clone()));
                line["unseen"] = unseen.iter().map(|one| one.name()).collect();
            }
            AccessDecision::Unknown { deciders, .. } => {
                line["decided_by"] = deciders.iter().map(ToString::to_string).collect();
            }
            AccessDecision::Denied(denials) => {
                let listed: Vec<Value> = denials.iter().map(denial_line).collect();
                if let Some(Value::Object(first)) = listed.first() {
                    line.as_object_mut().expect("an object").extend(first.clone());
                }
                line["denials"] = Value::Array(listed);
            }
        }
        line.to_string()
    }
}

fn denial_line(denial: &AccessDenial) -> Value {
    let statement = denial.statement.as_ref();
    json!({
        "effect": denial.effect.name(),
        "layer": denial.policy_type.name(),
        "statement": statement.and_then(|statement| statement.sid.clone()),
        "document": statement.map(|statement| statement.document.clone()),
    })
}

fn set(value: &Value) -> String {
    let names: BTreeSet<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    format!("{names:?}")
}

fn request(value: &Value) -> AccessRequest {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let caller = match &value["principal"] {
        Value::Object(service) => {
            RequestCaller::Service(service["service"].as_str().expect("the name of a service").to_owned())
        }
        arn => match RequestCaller::from_arn(arn.as_str().expect("a principal")) {
            RequestCaller::Principal { arn, session } => {
                RequestCaller::Principal { arn, session: session.or_else(|| text("session")) }
            }
            service @ RequestCaller::Service(_) => service,
        },
    };
    AccessRequest {
        caller,
        action: text("action").expect("an action"),
        resource: text("resource").expect("a resource"),
        resource_account: text("resource_account"),
        context: context(value),
    }
}

fn context(request: &Value) -> RequestContext {
    let mut context = RequestContext::new();
    for (name, value) in request.get("context").and_then(Value::as_object).into_iter().flatten() {
        context.set(name, context_value(value));
    }
    if request.get("other_keys").is_some_and(|keys| keys == "absent") {
        context.with_others_absent()
    } else {
        context
    }
}

fn context_value(value: &Value) -> ContextValue {
    let scalar = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    match value {
        Value::Null => ContextValue::Absent,
        Value::Object(_) => ContextValue::Unknown,
        Value::Array(values) => ContextValue::Known(values.iter().map(scalar).collect()),
        one => ContextValue::Known(vec![scalar(one)]),
    }
}

fn layers(policies: &Value) -> PolicyLayers {
    let policies = policies.as_object().expect("policies");
    let layer = |key: &str| policy_layer(policies, key);
    let is_gateway = policies.get("endpoint_type").is_some_and(|kind| kind == "gateway");
    PolicyLayers {
        identity: layer("identity"),
        boundary: layer("boundary"),
        session: layer("session"),
        resource: layer("resource"),
        key: layer("key"),
        grants: grants(policies),
        trust: layer("trust"),
        endpoint: layer("endpoint"),
        endpoint_kind: if is_gateway { EndpointKind::Gateway } else { EndpointKind::Interface },
        scp: layer("scp"),
        rcp: layer("rcp"),
    }
}

fn policy_layer(policies: &Map<String, Value>, key: &str) -> PolicyLayer {
    let Some(value) = policies.get(key) else {
        return PolicyLayer::NotApplicable;
    };
    let Value::Array(list) = value else {
        return PolicyLayer::NotSaved;
    };
    let has_levels = list.iter().any(Value::is_array);
    let levels = if has_levels { list.iter().map(documents).collect() } else { vec![documents(value)] };
    let is_complete = policies.get(&format!("{key}_complete")).is_none_or(|complete| complete != false);
    PolicyLayer::Saved { levels, is_complete }
}

fn documents(list: &Value) -> Vec<Arc<SavedDocument>> {
    let read = |one: &Value| {
        Arc::new(SavedDocument::read(one["name"].as_str().unwrap_or_default(), &one["document"]))
    };
    list.as_array().expect("a list of documents").iter().map(read).collect()
}

fn grants(policies: &Map<String, Value>) -> GrantLayer {
    match policies.get("grants") {
        None => GrantLayer::NotApplicable,
        Some(Value::Array(list)) => {
            let grants = list.iter().map(|one| KeyGrant::read(one).expect("a grant")).collect();
            GrantLayer::Saved { grants, is_complete: true }
        }
        Some(_) => GrantLayer::NotSaved,
    }
}
