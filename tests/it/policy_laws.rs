//! Laws of policy evaluation, on generated requests and policies: what may change an answer, and which forms mean the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use flowcause::policy::{
    AccessDecision, AccessDenial, Decider, PolicyLayer, RequestCaller, SavedDocument, evaluate,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

use crate::support::absent::place::{Place, Replacement};
use crate::support::policy_worlds::{ChosenKey, KEYS, ROLE, SESSION, has_principals, statement, world};

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

/// Whether a change is another policy that AWS would save, and no damage: without its condition, a statement is about more, and
/// one text may stand for a list.
fn is_another_policy(statement: &Value, place: &Place, replacement: Replacement) -> bool {
    let is_condition = place.0.starts_with("/Condition");
    let is_list_of_one = statement.pointer(&place.0).is_some_and(Value::is_array);
    match replacement {
        Replacement::Missing => place.0 == "/Condition" || is_condition && statement["Effect"] == "Allow",
        Replacement::WrongType => is_condition && is_list_of_one,
        Replacement::Null | Replacement::Empty => false,
    }
}

/// The denials of a decision: type, effect, and the statement that denies.
fn denials(decision: &AccessDecision) -> BTreeSet<String> {
    let one = |denial: &AccessDenial| {
        let statement = denial.statement.as_ref().map(|one| (&one.document, one.index));
        format!("{} {} {statement:?}", denial.policy_type.name(), denial.effect.name())
    };
    decision.denials().iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A part of a statement that is missing, null, empty or of another type denies and allows nothing that was not.
    #[test]
    fn a_damaged_statement_decides_nothing_more(world in world(), at in any::<Index>(), place in any::<Index>()) {
        let before = world.decide();
        let layers = world.layers.iter().enumerate();
        let documents = layers.flat_map(|(layer, (_, documents))| (0..documents.iter().flatten().count()).map(move |at| (layer, at)));
        let documents: Vec<(usize, usize)> = documents.collect();
        prop_assume!(!documents.is_empty());
        let (layer, document) = *at.get(&documents);
        for replacement in Replacement::ALL {
            let mut damaged = world.clone();
            let Some(statements) = damaged.layers[layer].1.as_mut() else { continue };
            let statements = &mut statements[document];
            let statement = statements[0].clone();
            let place = place.get(&Place::all(&statement)).clone();
            let Some(changed) = place.replaced(&statement, replacement) else { continue };
            if is_another_policy(&statement, &place, replacement) { continue }
            statements[0] = changed;
            let after = damaged.decide();
            prop_assert!(denials(&after).is_subset(&denials(&before)), "{replacement:?} {place} {before:?} {after:?}");
            if after.name() == "allowed" {
                prop_assert_eq!(before.name(), "allowed", "{:?} {}", replacement, place);
            }
        }
    }

    #[test]
    fn another_deny_never_allows(world in world(), deny in statement(false), at in 0..8_usize) {
        let before = world.decide();
        let mut changed = world.clone();
        let at = at % changed.layers.len();
        let (name, documents) = &mut changed.layers[at];
        let mut deny = deny;
        deny["Effect"] = json!("Deny");
        if has_principals(name) {
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
        known.keys = known.keys.map(|key| if key == ChosenKey::Unknown { ChosenKey::Absent } else { key });
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
            if has_principals(name) {
                for one in &mut statements { one["Principal"] = json!({"AWS": [ROLE, SESSION]}); }
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
