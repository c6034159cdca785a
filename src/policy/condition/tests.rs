//! Tests of single conditions.

use super::*;
use crate::policy::context::ContextValue;

fn context() -> RequestContext {
    let mut context = RequestContext::new()
        .with("aws:SourceIp", "203.0.113.7")
        .with("aws:CurrentTime", "2026-11-23T03:00:00Z")
        .with("aws:EpochTime", "1795402800")
        .with("s3:max-keys", "10")
        .with("aws:SecureTransport", "true")
        .with("aws:PrincipalTag/team", "orders")
        .with("x:bytes", "QUI=");
    context.set("aws:TagKeys", ContextValue::Known(vec!["a".to_owned(), "b".to_owned()]));
    context.set("aws:SourceVpce", ContextValue::Absent);
    context.set("aws:PrincipalOrgID", ContextValue::Unknown);
    context
}

fn evaluate(operator: &str, key: &str, values: &[&str]) -> String {
    let values = values.iter().map(|&value| value.to_owned()).collect();
    match ConditionTest::new(operator, key, values).evaluate(&context(), true) {
        Truth::Yes => "yes".to_owned(),
        Truth::No => "no".to_owned(),
        Truth::Unknown(deciders) => deciders.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    }
}

#[track_caller]
fn check(operator: &str, key: &str, values: &[&str], expect: &str) {
    assert_eq!(evaluate(operator, key, values), expect, "{operator} {key} {values:?}");
}

#[test]
fn numbers_and_times_are_ordered() {
    check("NumericLessThan", "s3:max-keys", &["10.5"], "yes");
    check("NumericLessThan", "s3:max-keys", &["9"], "no");
    check("NumericEquals", "s3:max-keys", &["10.0"], "yes");
    check("NumericEquals", "s3:max-keys", &["ten"], "ten");
    check("NumericEquals", "aws:SourceIp", &["10"], "no");
    check("DateGreaterThan", "aws:CurrentTime", &["2026-11-23"], "yes");
    check("DateLessThan", "aws:CurrentTime", &["2026"], "no");
    check("DateLessThanEquals", "aws:CurrentTime", &["2026-11-23T04:00:00+01:00"], "yes");
    check("DateEquals", "aws:EpochTime", &["2026-11-23T03:00:00Z"], "yes");
    check("DateEquals", "aws:CurrentTime", &["soon"], "soon");
}

#[test]
fn blocks_contain_addresses_of_their_family() {
    check("IpAddress", "aws:SourceIp", &["10.0.0.0/8", "203.0.113.0/24"], "yes");
    check("NotIpAddress", "aws:SourceIp", &["10.0.0.0/8", "203.0.113.0/24"], "no");
    check("IpAddress", "aws:SourceIp", &["::/0"], "no");
    check("IpAddress", "aws:SourceIp", &["203.0.113"], "203.0.113");
}

#[test]
fn truth_values_and_bytes_are_compared() {
    check("Bool", "aws:SecureTransport", &["True"], "yes");
    check("Bool", "aws:SecureTransport", &["on"], "on");
    check("BinaryEquals", "x:bytes", &["QUI="], "yes");
    check("BinaryEquals", "x:bytes", &["QUM="], "no");
}

#[test]
fn set_operators_join_the_values_of_the_request() {
    check("ForAllValues:StringEquals", "aws:TagKeys", &["a", "b", "c"], "yes");
    check("ForAllValues:StringNotEquals", "aws:TagKeys", &["a"], "no");
    check("ForAnyValue:StringNotEquals", "aws:TagKeys", &["a"], "yes");
    check("ForAnyValue:StringNotEquals", "aws:TagKeys", &["a", "b"], "no");
    check("ForAnyValue:StringLikeIfExists", "aws:SourceVpce", &["x"], "ForAnyValue:StringLikeIfExists");
    check("ForAllValues:StringLikeIfExists", "aws:SourceVpce", &["x"], "yes");
    check("ForAnyValue:StringNotLike", "aws:SourceVpce", &["x"], "no");
    check("StringEquals", "aws:TagKeys", &["a"], "StringEquals");
    check("StringEquals", "aws:TagKeys", &["c"], "no");
}

#[test]
fn variables_without_a_value_equal_nothing() {
    check("StringEquals", "aws:PrincipalTag/team", &["${aws:SourceVpce}"], "no");
    check("StringNotEquals", "aws:PrincipalTag/team", &["${aws:SourceVpce}"], "yes");
    check("StringEquals", "aws:PrincipalTag/team", &["${aws:PrincipalTag/team}"], "yes");
    check("StringLike", "aws:PrincipalTag/team", &["x${aws:PrincipalOrgID}"], "no");
    check("StringLike", "aws:PrincipalTag/team", &["o${aws:PrincipalOrgID}"], "aws:PrincipalOrgID");
    check("NumericEquals", "s3:max-keys", &["${s3:max-keys}"], "${s3:max-keys}");
}

#[test]
fn operators_that_aws_does_not_have_are_named() {
    check("StringSortOf", "aws:SourceIp", &["x"], "StringSortOf");
    check("NullIfExists", "aws:SourceIp", &["true"], "NullIfExists");
    check("ForSomeValues:StringEquals", "aws:SourceIp", &["x"], "ForSomeValues:StringEquals");
    check("Null", "aws:SourceIp", &["maybe"], "maybe");
    check("stringequals", "aws:SecureTransport", &["true"], "yes");
}

#[test]
fn arns_are_compared_segment_by_segment() {
    let context = RequestContext::new().with("aws:SourceArn", "arn:aws:ecs:eu-west-1:1:task/prod/0");
    let check = |value: &str, expect: Truth| {
        let test = ConditionTest::new("ArnLike", "aws:SourceArn", vec![value.to_owned()]);
        assert_eq!(test.evaluate(&context, true), expect, "{value}");
    };
    check("arn:aws:ecs:*:1:*", Truth::Yes);
    check("arn:aws:ecs:*:2:*", Truth::No);
    check("${aws:SourceArn}", Truth::Yes);
    check("*", Truth::unknown(Decider::Element("*".to_owned())));
    check("arn:aws:ecs:*", Truth::unknown(Decider::Element("arn:aws:ecs:*".to_owned())));
}
