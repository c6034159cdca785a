//! Laws of policy evaluation, on generated requests and policies: what may change an answer, and which forms mean the same.

use std::sync::Arc;

use flowcause::policy::{
    AccessDecision, AccessRequest, ContextValue, Decider, PolicyLayer, PolicyLayers, RequestCaller,
    RequestContext, SavedDocument, evaluate,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

const ROLE: &str = "arn:aws:iam::111122223333:role/orders";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/orders/0f";
const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-AbC1dE";
/// The condition keys of generated policies, each with the values that requests and policies use.
const KEYS: [(&str, [&str; 2]); 4] = [
    ("aws:SourceVpce", ["vpce-1", "vpce-2"]),
    ("aws:PrincipalOrgID", ["o-1", "o-2"]),
    ("aws:PrincipalTag/team", ["orders", "billing"]),
    ("aws:SourceIp", ["203.0.113.7", "198.51.100.7"]),
];

/// A generated request with its policies, as JSON, so that laws can change them.
#[derive(Clone, Debug)]
struct World {
    keys: [Option<Option<usize>>; 4],
    owner: &'static str,
    /// The documents of each type; none for a type that is not saved.
    layers: Vec<(&'static str, Option<Vec<Vec<Value>>>)>,
}

impl World {
    fn request(&self) -> AccessRequest {
        let mut context = RequestContext::new();
        for ((name, values), state) in KEYS.iter().zip(self.keys) {
            context.set(
                name,
                match state {
                    None => ContextValue::Unknown,
                    Some(None) => ContextValue::Absent,
                    Some(Some(at)) => ContextValue::Known(vec![values[at].to_owned()]),
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

    fn policies(&self, form: fn(&Value) -> Value) -> PolicyLayers {
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

    fn decide(&self) -> AccessDecision {
        evaluate(&self.request(), &self.policies(Value::clone))
    }

    /// This world with one unknown key filled in: absent, or one of its values.
    fn filled(&self) -> Vec<Self> {
        let unknown = (0..KEYS.len()).filter(|&at| self.keys[at].is_none());
        let states = unknown.flat_map(|at| [None, Some(0), Some(1)].map(|state| (at, state)));
        let fill = |(at, state): (usize, Option<usize>)| {
            let mut world = self.clone();
            world.keys[at] = Some(state);
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

fn statement(has_principal: bool) -> impl Strategy<Value = Value> {
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
    let has_principal = matches!(name, "resource" | "key" | "endpoint");
    let saved = vec(vec(statement(has_principal), 1..3), 0..3)
        .prop_map(move |documents| Some((name, Some(documents))));
    let absent = if is_usual { 0 } else { 4 };
    prop_oneof![6 => saved, 1 => Just(Some((name, None))), absent => Just(None)]
}

fn world() -> impl Strategy<Value = World> {
    let key = || prop_oneof![2 => Just(None), 1 => Just(Some(None)), 2 => (0..2_usize).prop_map(|at| Some(Some(at)))];
    let layers = [
        layer("identity", true).boxed(),
        layer("boundary", false).boxed(),
        layer("resource", false).boxed(),
        layer("key", false).boxed(),
        layer("endpoint", false).boxed(),
        layer("scp", false).boxed(),
    ];
    let owner = prop_oneof![3 => Just("111122223333"), 1 => Just("444455556666")];
    ([key(), key(), key(), key()], owner, layers).prop_map(|(keys, owner, layers)| World {
        keys,
        owner,
        layers: layers.into_iter().flatten().collect(),
    })
}

/// Every list with one value as that value, and every other value of `Action`, `Resource` and conditions as a list.
fn other_form(value: &Value) -> Value {
    match value {
        Value::Array(list) if list.len() == 1 => other_form(&list[0]),
        Value::Array(list) => list.iter().map(other_form).collect(),
        Value::Object(object) => {
            let turn = |(name, value): (&String, &Value)| {
                let turned = match (name.as_str(), value) {
                    ("Version" | "Effect" | "Principal", _) => value.clone(),
                    (_, Value::String(_)) => json!([value]),
                    _ => other_form(value),
                };
                (name.clone(), turned)
            };
            Value::Object(object.iter().map(turn).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

fn as_text(value: &Value) -> Value {
    Value::String(value.to_string())
}

fn url_encoded(value: &Value) -> Value {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    Value::String(value.to_string().bytes().map(encode).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn another_deny_never_allows(world in world(), deny in statement(false), at in 0..8_usize) {
        let before = world.decide();
        let mut changed = world.clone();
        let at = at % changed.layers.len();
        let (name, documents) = &mut changed.layers[at];
        let mut deny = deny;
        deny["Effect"] = json!("Deny");
        if matches!(*name, "resource" | "key" | "endpoint") {
            deny["Principal"] = json!("*");
        }
        if let Some(first) = documents.as_mut().and_then(|documents| documents.first_mut()) {
            first.push(deny);
        }
        let after = changed.decide();
        match before {
            AccessDecision::Denied(_) => prop_assert_eq!(after.name(), "denied"),
            AccessDecision::Unknown { .. } => prop_assert_ne!(after.name(), "allowed"),
            AccessDecision::Allowed { .. } => {}
        }
    }

    #[test]
    fn a_key_that_becomes_known_reverses_no_certain_answer(world in world()) {
        let before = world.decide();
        for filled in world.filled() {
            let after = filled.decide();
            match &before {
                AccessDecision::Unknown { deciders, .. } => {
                    // A key that is not listed as decider changes nothing.
                    let at = (0..KEYS.len()).find(|&at| filled.keys[at] != world.keys[at]).expect("a filled key");
                    if !deciders.contains(&Decider::Key(KEYS[at].0.to_owned())) {
                        prop_assert_eq!(&before, &after);
                    }
                }
                certain => prop_assert_eq!(certain.name(), after.name()),
            }
        }
    }

    #[test]
    fn known_keys_and_documents_leave_only_unclear_elements(world in world()) {
        let mut known = world.clone();
        known.keys = known.keys.map(|key| Some(key.unwrap_or(None)));
        known.layers.iter_mut().for_each(|(_, documents)| { documents.get_or_insert_default(); });
        if let AccessDecision::Unknown { deciders, .. } = known.decide() {
            let is_unclear = |one: &Decider| matches!(one, Decider::Element(_) | Decider::Principal(_));
            prop_assert!(deciders.iter().all(is_unclear), "{deciders:?}");
        }
    }

    #[test]
    fn forms_of_documents_mean_the_same(world in world()) {
        let expect = world.decide();
        for form in [other_form, as_text, url_encoded] {
            prop_assert_eq!(&evaluate(&world.request(), &world.policies(form)), &expect);
        }
    }

    #[test]
    fn a_saved_document_reverses_no_denial(world in world(), statements in vec(statement(false), 1..3)) {
        let before = world.decide();
        for at in (0..world.layers.len()).filter(|&at| world.layers[at].1.is_none()) {
            let mut changed = world.clone();
            let (name, documents) = &mut changed.layers[at];
            let mut statements = statements.clone();
            if matches!(*name, "resource" | "key" | "endpoint") {
                statements.iter_mut().for_each(|one| one["Principal"] = json!({"AWS": [ROLE, SESSION]}));
            }
            *documents = Some(vec![statements]);
            let after = changed.decide();
            match &before {
                AccessDecision::Denied(_) => prop_assert_eq!(after.name(), "denied"),
                AccessDecision::Allowed { unseen, .. } => {
                    prop_assert!(after.name() == "allowed" || unseen.iter().any(|one| one.name() == world.layers[at].0));
                }
                AccessDecision::Unknown { .. } => {}
            }
        }
    }

    #[test]
    fn no_text_stops_an_evaluation(texts in vec(any::<String>(), 6), world in world()) {
        let content = json!({
            "Version": "2012-10-17",
            &texts[0]: 1,
            "Statement": {"Effect": "Allow", "Action": &texts[1], "Resource": &texts[2], "Condition": {
                &texts[3]: {&texts[4]: &texts[5]}, "StringLike": {&texts[4]: &texts[3]},
            }, "Principal": {&texts[0]: &texts[1], "AWS": &texts[2]}},
        });
        let mut layers = world.policies(Value::clone);
        let document = || Arc::new(SavedDocument::read(texts[0].clone(), &content));
        let text = Arc::new(SavedDocument::read(texts[0].clone(), &json!(texts[1])));
        layers.identity = PolicyLayer::saved(vec![document(), text]);
        layers.resource = PolicyLayer::incomplete(vec![document()]);
        let mut request = world.request();
        let _ = evaluate(&request, &layers);
        request.action.clone_from(&texts[1]);
        request.resource.clone_from(&texts[2]);
        request.caller = RequestCaller::from_arn(&texts[3]);
        let _ = evaluate(&request, &layers);
    }
}
