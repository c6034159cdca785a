//! Every call that is read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::rows::rows;
use super::*;
use crate::inventory::{Inventory, parse};
use crate::model::configuration_change::{Part, PartState, PartValue};
use crate::model::defect::DefectKind;

/// 2026-11-23T03:05:00Z.
const AT: i64 = 1_795_403_100;

fn event(service: &str, name: &str, request: &Value, answer: &Value) -> Value {
    json!({
        "eventVersion": "1.10", "eventID": "e-1", "eventTime": "2026-11-23T03:05:00Z", "awsRegion": "eu-west-1",
        "eventSource": format!("{service}.amazonaws.com"), "eventName": name, "recipientAccountId": "123456789012",
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/deploy/ci"},
        "requestParameters": request, "responseElements": answer
    })
}

fn read_all(values: &[Value]) -> (Inventory, u64) {
    let texts: Vec<String> = values.iter().map(Value::to_string).collect();
    let (inventory, defects, _) = parse(texts.iter().map(|text| ("f.json", text.as_bytes())));
    (inventory, defects.count(DefectKind::BadItem))
}

fn state(state: &PartState) -> String {
    match state {
        PartState::Unknown => "?".to_owned(),
        PartState::Absent => "-".to_owned(),
        PartState::Present(value) => match value {
            PartValue::There => "+".to_owned(),
            PartValue::Flag(flag) => flag.to_string(),
            PartValue::Text(text) => text.clone(),
            PartValue::Ids(ids) => ids.join(","),
            PartValue::Entry(entry) => entry.to_string(),
            PartValue::Target(target) => target.to_string(),
            PartValue::Policy(policy) => policy.0.clone(),
        },
    }
}

fn part(part: &Part) -> String {
    match part {
        Part::Rule { is_egress, rule } => format!("{} {rule}", if *is_egress { "out" } else { "in" }),
        Part::Rules { is_egress } => if *is_egress { "out" } else { "in" }.to_owned(),
        Part::Entry { egress, number } => format!("{} {number}", if *egress { "out" } else { "in" }),
        Part::Route(destination) => destination.to_string(),
        Part::Attribute(attribute) => attribute.name().to_owned(),
        Part::SubnetTable(subnet) => format!("table of {subnet}"),
        Part::AnySubnet { is_acl } => if *is_acl { "acl" } else { "table" }.to_owned(),
        Part::Association(id) | Part::Block(id) | Part::Attachment(id) | Part::Version(id) => id.clone(),
        Part::InlinePolicy(name) | Part::AttachedPolicy(name) => name.clone(),
        Part::EndpointRoutes(id) => format!("routes to {id}"),
        Part::Existence => "exists".to_owned(),
        other @ Part::SubnetAcl(_) => format!("{other:?}"),
    }
}

/// The changes of an event, one line each: `KIND ID: PART BEFORE>AFTER; …`, or `?` if the parts are not known.
fn shown(inventory: &Inventory) -> Vec<String> {
    let of = |change: &ConfigurationChange| {
        let parts = change.parts.as_ref().map(|parts| {
            let one = |one: &PartChange| {
                format!("{} {}>{}", part(&one.part), state(&one.before), state(&one.after))
            };
            parts.iter().map(one).collect::<Vec<_>>().join("; ")
        });
        format!("{}: {}", change.subject, parts.unwrap_or_else(|| "?".to_owned()))
    };
    inventory.changes.iter().map(of).collect()
}

#[test]
fn every_call_is_read_with_its_effect() {
    for (service, name, request, answer, want) in rows() {
        let event = event(service, name, &request, &answer);
        let (inventory, defects) = read_all(std::slice::from_ref(&event));
        assert_eq!(shown(&inventory), want, "{event}");
        assert_eq!(defects, 0, "{event}");
        let change = inventory.changes.iter().next().unwrap();
        assert_eq!((change.at.0, change.event_id.as_deref()), (AT, Some("e-1")));
        assert_eq!(change.event_name, name);
        assert_eq!(change.principal.as_deref(), Some("arn:aws:sts::123456789012:assumed-role/deploy/ci"));
        assert_eq!(
            (change.account.as_deref(), change.region.as_deref()),
            (Some("123456789012"), Some("eu-west-1"))
        );
    }
}

#[test]
fn the_tests_contain_every_call() {
    let tested: BTreeSet<(&str, &str)> = rows().iter().map(|row| (row.1, row.0)).collect();
    let untested: Vec<_> = change_events().into_iter().filter(|name| !tested.contains(name)).collect();
    let allowed = [
        "CreateEgressOnlyInternetGateway",
        "CreateVpcPeeringConnection",
        "ModifyVpcPeeringConnectionOptions",
        "RejectVpcPeeringConnection",
    ];
    assert_eq!(untested.iter().map(|(name, _)| *name).collect::<Vec<_>>(), allowed);
}

#[test]
fn a_call_without_parameters_is_a_change_and_a_failed_one_is_none() {
    for (name, service) in change_events() {
        for (request, answer) in [
            (Value::Null, Value::Null),
            (json!("x"), json!([])),
            (json!({}), json!({})),
            (json!(7), json!("{")),
            (
                json!({"groupId": 7, "ipPermissions": "x", "roleName": [], "vpcEndpointId": {}, "keyId": null}),
                json!({"x": [[[]]]}),
            ),
        ] {
            let mut event = event(service, name, &request, &answer);
            let (inventory, _) = read_all(std::slice::from_ref(&event));
            assert!(!inventory.changes.is_empty(), "{event}");
            for error in [
                json!({"errorCode": "Client.DryRunOperation"}),
                json!({"errorCode": "AccessDenied", "errorMessage": "x"}),
            ] {
                event.as_object_mut().unwrap().extend(error.as_object().unwrap().clone());
                assert!(read_all(std::slice::from_ref(&event)).0.changes.is_empty(), "{event}");
            }
        }
    }
}

#[test]
fn an_event_counts_once_in_any_form_and_order() {
    let one = event(
        "ec2",
        "DeleteRoute",
        &json!({"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}),
        &Value::Null,
    );
    let looked_up = json!({"Events": [{"EventId": "e-1", "CloudTrailEvent": one.to_string()}]});
    let bridged = json!({"detail-type": "AWS API Call via CloudTrail", "detail": one});
    let file = json!({"Records": [one, one]});
    let mut without = one.clone();
    without["requestParameters"] = json!({"routeTableId": "rtb-1"});
    let mut other = one.clone();
    other["requestParameters"]["destinationCidrBlock"] = json!("10.0.0.0/8");
    let check = |documents: &[&Value], want: &str| {
        let documents: Vec<Value> = documents.iter().copied().cloned().collect();
        let reversed: Vec<Value> = documents.iter().rev().cloned().collect();
        let (found, again) = (read_all(&documents).0, read_all(&reversed).0);
        assert_eq!(shown(&found), [want], "{documents:?}");
        assert_eq!(found.changes, again.changes);
    };
    check(&[&looked_up, &bridged, &file], "route-table rtb-1: 0.0.0.0/0 ?>-");
    check(&[&without, &one], "route-table rtb-1: 0.0.0.0/0 ?>-");
    check(&[&other, &one], "route-table rtb-1: ?");
    check(&[&other, &one, &without, &one], "route-table rtb-1: ?");
}

#[test]
fn calls_of_other_services_with_the_same_name_are_others() {
    let other = event("organizations", "PutResourcePolicy", &json!({"content": "x"}), &Value::Null);
    let nameless =
        json!({"eventSource": 7, "eventName": "PutResourcePolicy", "eventTime": "2026-11-23T03:05:00Z"});
    for event in [other, nameless] {
        assert!(read_all(std::slice::from_ref(&event)).0.changes.is_empty(), "{event}");
    }
}

#[test]
fn the_saved_events_cover_a_time() {
    let at = |time: &str, name: &str, region: Value| json!({"eventSource": "ec2.amazonaws.com", "eventName": name, "eventTime": time, "awsRegion": region});
    let irrelevant = at("2026-11-23T01:00:00Z", "DescribeSubnets", json!("eu-west-1"));
    let change = at("2026-11-23T03:00:00Z", "DeleteRoute", json!("eu-west-1"));
    let elsewhere = at("2026-11-23T09:00:00Z", "DescribeSubnets", json!("us-east-1"));
    let seconds = |span: EventSpan| (span.first.0 - AT, span.last.0 - AT);
    let saved = |value: Value| read_all(&[value]).0.changes.saved().clone();
    let file = saved(json!({"Records": [irrelevant, change, elsewhere]}));
    assert_eq!(file.of("DeleteRoute", Some("eu-west-1")).map(seconds), Some((-7500, -300)));
    assert_eq!(file.of("DeleteRoute", Some("us-east-1")).map(seconds), Some((21_300, 21_300)));
    assert_eq!(file.of("DeleteRoute", None), None);
    let lookup = |events: &[&Value]| {
        let events: Vec<Value> =
            events.iter().map(|event| json!({"CloudTrailEvent": event.to_string()})).collect();
        json!({ "Events": events })
    };
    let named = saved(lookup(&[&change, &change]));
    assert_eq!(named.of("DeleteRoute", Some("eu-west-1")).map(seconds), Some((-300, -300)));
    assert_eq!(named.of("CreateRoute", Some("eu-west-1")), None);
    let mixed = saved(lookup(&[&change, &irrelevant]));
    assert_eq!(mixed.of("CreateRoute", Some("eu-west-1")).map(seconds), Some((-7500, -300)));
}
