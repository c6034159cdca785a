//! Tests of documents: what is kept, and what is named as unclear.

use serde_json::json;

use super::*;

fn parse(document: &Value) -> Result<PolicyDocument, DocumentError> {
    document.as_object().ok_or(DocumentError::NotObject).and_then(super::document)
}

/// The names of the unclear parts of the first statement.
fn unclear(document: &Value) -> Vec<String> {
    parse(document).map(|document| document.statements[0].unclear.clone()).unwrap_or_default()
}

fn principals(principal: &Value) -> Vec<NamedPrincipal> {
    let document = json!({"Statement": {"Effect": "Allow", "Principal": principal}});
    let document = parse(&document).expect("a document");
    document.statements[0].principals.clone().map(|listed| listed.principals).unwrap_or_default()
}

#[test]
fn a_statement_is_an_object_or_a_list() {
    let one = json!({"Effect": "Deny", "Action": "s3:*", "Resource": ["*"]});
    let object = parse(&json!({"Statement": one})).expect("a document");
    assert_eq!(parse(&json!({"Statement": [one]})), Ok(object.clone()));
    assert_eq!(object.statements[0].effect, PolicyEffect::Deny);
    assert!(!object.has_variables);
    for wrong in [json!({}), json!({"Statement": "x"}), json!({"Statement": [1]}), json!({"Statement": null})]
    {
        assert_eq!(parse(&wrong), Err(DocumentError::NoStatement), "{wrong}");
    }
}

#[test]
fn unknown_elements_and_values_are_named() {
    let check = |document: Value, expect: &[&str]| assert_eq!(unclear(&document), expect, "{document}");
    check(json!({"Statement": {"Effect": "Allow", "Conditions": {}}}), &["Conditions"]);
    check(json!({"Statement": {"Effect": "allow"}}), &["Effect"]);
    check(json!({"Version": "2020-01-01", "X": 1, "Statement": {"Effect": "Allow"}}), &["X", "Version"]);
    check(json!({"Statement": {"Effect": "Allow", "Action": 1, "NotAction": "*"}}), &["NotAction"]);
    check(json!({"Statement": {"Effect": "Allow", "Resource": ["*", 1]}}), &["Resource"]);
    check(json!({"Statement": {"Effect": "Allow", "Condition": []}}), &["Condition"]);
    check(json!({"Statement": {"Effect": "Allow", "Condition": {"Bool": true}}}), &["Bool"]);
    check(json!({"Statement": {"Effect": "Allow", "Condition": {"Bool": {"aws:x": null}}}}), &["aws:x"]);
    check(json!({"Statement": {"Effect": "Allow", "Action": "*".repeat(40_000)}}), &["Action"]);
}

#[test]
fn an_empty_list_has_no_known_meaning() {
    let check = |document: Value, expect: &[&str]| assert_eq!(unclear(&document), expect, "{document}");
    check(json!({"Statement": {"Effect": "Allow", "Action": []}}), &["Action"]);
    check(json!({"Statement": {"Effect": "Deny", "NotAction": []}}), &["NotAction"]);
    check(json!({"Statement": {"Effect": "Deny", "Condition": {"Bool": {"aws:x": []}}}}), &["aws:x"]);
    check(json!({"Statement": {"Effect": "Deny", "Condition": {"Bool": {}}}}), &["Bool"]);
    check(json!({"Statement": {"Effect": "Deny", "Condition": {}}}), &["Condition"]);
    // The console of AWS writes it into trust policies.
    check(json!({"Statement": {"Effect": "Allow", "Condition": {}}}), &[]);
    let unclear = |name: &str| vec![NamedPrincipal::Unclear(name.to_owned())];
    assert_eq!(principals(&json!({"AWS": []})), unclear("AWS"));
    assert_eq!(principals(&json!({})), unclear("Principal"));
    assert_eq!(parse(&json!({"Statement": []})), Err(DocumentError::NoStatement));
}

#[test]
fn values_that_cannot_be_read_match_neither_everything_nor_nothing() {
    let document =
        json!({"Statement": {"Effect": "Allow", "Action": ["s3:GetObject", 7], "NotResource": null}});
    let document = parse(&document).expect("a document");
    assert_eq!((&document.statements[0].actions, &document.statements[0].resources), (&None, &None));
}

#[test]
fn principals_are_distinguished() {
    let arn = "arn:aws:iam::111122223333:role/x";
    let account = || NamedPrincipal::Account("111122223333".to_owned());
    let check = |principal: Value, expect: Vec<NamedPrincipal>| assert_eq!(principals(&principal), expect);
    check(json!("*"), vec![NamedPrincipal::Anyone]);
    check(json!({"AWS": ["*", arn]}), vec![NamedPrincipal::Anyone, NamedPrincipal::Arn(arn.to_owned())]);
    check(json!({"AWS": "111122223333"}), vec![account()]);
    check(json!({"AWS": "arn:aws:iam::111122223333:root"}), vec![account()]);
    check(
        json!({"AWS": "AROAEXAMPLEDELETED"}),
        vec![NamedPrincipal::UniqueId("AROAEXAMPLEDELETED".to_owned())],
    );
    check(
        json!({"Service": "ecs-tasks.amazonaws.com"}),
        vec![NamedPrincipal::Service("ecs-tasks.amazonaws.com".to_owned())],
    );
    for unclear in ["arn:aws:iam::111122223333:role/*", "role/x", ""] {
        check(json!({"AWS": unclear}), vec![NamedPrincipal::Unclear(unclear.to_owned())]);
    }
    check(json!({"CanonicalUser": "79a5"}), vec![NamedPrincipal::Unclear("79a5".to_owned())]);
    check(json!(arn), vec![NamedPrincipal::Unclear(arn.to_owned())]);
    check(json!(7), vec![NamedPrincipal::Unclear("Principal".to_owned())]);
}
