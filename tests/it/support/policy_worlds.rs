//! Generated requests with their policies, for the laws of policy evaluation.

use std::sync::Arc;

use flowcause::policy::{
    AccessDecision, AccessRequest, ContextValue, PolicyLayer, PolicyLayers, RequestCaller, RequestContext,
    SavedDocument, evaluate,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/orders";
pub(crate) const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/orders/0f";
const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-AbC1dE";
/// The condition keys of generated policies, each with the values that requests and policies use.
pub(crate) const KEYS: [(&str, [&str; 2]); 4] = [
    ("aws:SourceVpce", ["vpce-1", "vpce-2"]),
    ("aws:PrincipalOrgID", ["o-1", "o-2"]),
    ("aws:PrincipalTag/team", ["orders", "billing"]),
    ("aws:SourceIp", ["203.0.113.7", "198.51.100.7"]),
];

/// The state of a condition key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChosenKey {
    Unknown,
    Absent,
    Value(usize),
}

/// A generated request with its policies, as JSON, so that laws can change them.
#[derive(Clone, Debug)]
pub(crate) struct PolicyWorld {
    pub(crate) keys: [ChosenKey; 4],
    owner: &'static str,
    /// The documents of each type; none for a type that is not saved.
    pub(crate) layers: Vec<(&'static str, Option<Vec<Vec<Value>>>)>,
}

impl PolicyWorld {
    pub(crate) fn request(&self) -> AccessRequest {
        let mut context = RequestContext::new();
        for ((name, values), state) in KEYS.iter().zip(self.keys) {
            context.set(
                name,
                match state {
                    ChosenKey::Unknown => ContextValue::Unknown,
                    ChosenKey::Absent => ContextValue::Absent,
                    ChosenKey::Value(at) => ContextValue::Known(vec![values[at].to_owned()]),
                },
            );
        }
        AccessRequest {
            caller: RequestCaller::Principal { arn: ROLE.to_owned(), session: Some(SESSION.to_owned()) },
            action: "secretsmanager:GetSecretValue".to_owned(),
            resource: SECRET.replace("111122223333", self.owner),
            resource_account: None,
            context,
        }
    }

    pub(crate) fn policies(&self, form: fn(&Value) -> Value) -> PolicyLayers {
        let mut layers = PolicyLayers::default();
        for (name, documents) in &self.layers {
            let document = |(at, statements): (usize, &Vec<Value>)| {
                let content = json!({"Version": "2012-10-17", "Statement": statements});
                Arc::new(SavedDocument::read(format!("{name}-{at}"), &form(&content)))
            };
            let layer = match documents {
                None => PolicyLayer::NotSaved,
                Some(documents) => PolicyLayer::saved(documents.iter().enumerate().map(document).collect()),
            };
            match *name {
                "identity" => layers.identity = layer,
                "boundary" => layers.boundary = layer,
                "resource" => layers.resource = layer,
                "key" => layers.key = layer,
                "endpoint" => layers.endpoint = layer,
                _ => layers.scp = layer,
            }
        }
        layers
    }

    pub(crate) fn decide(&self) -> AccessDecision {
        evaluate(&self.request(), &self.policies(Value::clone))
    }

    /// This world with one unknown key filled in: absent, or one of its values.
    pub(crate) fn filled(&self) -> Vec<Self> {
        let unknown = (0..KEYS.len()).filter(|&at| self.keys[at] == ChosenKey::Unknown);
        let states = unknown.flat_map(|at| {
            [ChosenKey::Absent, ChosenKey::Value(0), ChosenKey::Value(1)].map(|state| (at, state))
        });
        let fill = |(at, state): (usize, ChosenKey)| {
            let mut world = self.clone();
            world.keys[at] = state;
            world
        };
        states.map(fill).collect()
    }
}

/// One text or a list of texts.
fn scalar_or_list(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let list = subsequence(values, 1..=2.min(values.len())).prop_map(|values| json!(values));
    prop_oneof![select(values).prop_map(|value| json!(value)), list]
}

fn condition() -> impl Strategy<Value = Value> {
    let operators = select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringEqualsIfExists",
        "StringNotLikeIfExists",
        "ForAnyValue:StringEquals",
        "ForAllValues:StringLike",
        "Null",
        "StringSortOf",
    ]);
    (operators, select(&KEYS[..]), 0..4_usize).prop_map(|(operator, (key, values), at)| {
        let value = match (operator, at) {
            ("Null", _) => if at % 2 == 0 { "true" } else { "false" }.to_owned(),
            (_, 0 | 1) => values[at].to_owned(),
            (_, 2) => "${aws:PrincipalTag/team}".to_owned(),
            _ => "*".to_owned(),
        };
        json!({operator: {key: value}})
    })
}

fn principal() -> impl Strategy<Value = Value> {
    select(vec![
        json!("*"),
        json!({"AWS": ROLE}),
        json!({"AWS": [SESSION]}),
        json!({"AWS": "111122223333"}),
        json!({"AWS": "arn:aws:iam::111122223333:role/other"}),
        json!({"Service": "ecs-tasks.amazonaws.com"}),
        json!({"AWS": "AROAEXAMPLEDELETED"}),
    ])
}

pub(crate) fn statement(has_principal: bool) -> impl Strategy<Value = Value> {
    let actions = scalar_or_list(&["*", "secretsmanager:Get*", "ssm:*", "SECRETSMANAGER:getsecretvalue"]);
    let resources =
        scalar_or_list(&["*", SECRET, "arn:aws:secretsmanager:*", "arn:aws:secretsmanager:*:*:secret:x-*"]);
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    let element =
        |name: &'static str| prop_oneof![5 => Just(name.to_owned()), 1 => Just(format!("Not{name}"))];
    let conditions = prop_oneof![2 => Just(None), 1 => condition().prop_map(Some)];
    (effect, element("Action"), actions, element("Resource"), resources, principal(), conditions).prop_map(
        move |(effect, action, actions, resource, resources, principal, condition)| {
            let mut statement = json!({"Effect": effect, action: actions, resource: resources});
            if has_principal {
                statement["Principal"] = principal;
            }
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            statement
        },
    )
}

fn layer(
    name: &'static str,
    is_usual: bool,
) -> impl Strategy<Value = Option<(&'static str, Option<Vec<Vec<Value>>>)>> {
    let has_principal = has_principals(name);
    let saved = vec(vec(statement(has_principal), 1..3), 0..3)
        .prop_map(move |documents| Some((name, Some(documents))));
    let absent = if is_usual { 0 } else { 4 };
    prop_oneof![6 => saved, 1 => Just(Some((name, None))), absent => Just(None)]
}

pub(crate) fn world() -> impl Strategy<Value = PolicyWorld> {
    let key = || prop_oneof![2 => Just(ChosenKey::Unknown), 1 => Just(ChosenKey::Absent), 2 => (0..2_usize).prop_map(ChosenKey::Value)];
    let layers = [
        layer("identity", true).boxed(),
        layer("boundary", false).boxed(),
        layer("resource", false).boxed(),
        layer("key", false).boxed(),
        layer("endpoint", false).boxed(),
        layer("scp", false).boxed(),
    ];
    let owner = prop_oneof![3 => Just("111122223333"), 1 => Just("444455556666")];
    ([key(), key(), key(), key()], owner, layers).prop_map(|(keys, owner, layers)| PolicyWorld {
        keys,
        owner,
        layers: layers.into_iter().flatten().collect(),
    })
}

/// Whether policies of a type name principals.
pub(crate) fn has_principals(layer: &str) -> bool {
    matches!(layer, "resource" | "key" | "endpoint")
}
