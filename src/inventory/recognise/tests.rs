//! The parts of a value: pages, lists, items, events and unknown content.

use serde_json::{Value, json};

use super::*;
use crate::inventory::json::OwnedValue;

/// The parts found, one word or sentence each.
fn found(value: &Value) -> Vec<String> {
    let name = |one: Recognised<'_>| match one {
        Recognised::Page(kind, extent) => format!("{} {extent:?}", kind.name()),
        Recognised::Payload(_) => "payload".to_owned(),
        Recognised::Item(kind, _, place) => {
            format!("{}{}", kind.name(), place.map_or_else(String::new, |n| format!(" {n}")))
        }
        Recognised::Failure(text) => format!("failure: {text}"),
        Recognised::Embedded(text) => format!("embedded: {text}"),
        Recognised::NotUsed(text) => format!("not used: {text}"),
        Recognised::Bad(text, _) => format!("bad: {text}"),
    };
    let value = OwnedValue::of(value);
    let mut found = Vec::new();
    find(value.root(), &mut |one| found.push(name(one)));
    found
}

/// The parts come in any order.
fn check(value: Value, want: &[&str]) {
    let (mut found, mut want) = (found(&value), want.to_vec());
    found.sort();
    want.sort_unstable();
    assert_eq!(found, want, "{value}");
}

#[test]
fn pages_are_known_by_their_keys() {
    check(
        json!({"NetworkInterfaces": [{}, {}]}),
        &["NetworkInterfaces Last", "NetworkInterfaces 1", "NetworkInterfaces 2"],
    );
    check(json!({"SecurityGroups": []}), &["SecurityGroups Last"]);
    check(
        json!({"Subnets": [{}], "Vpcs": [{}], "NextToken": "x"}),
        &["Subnets Continued", "Subnets 1", "Vpcs Continued", "Vpcs 1"],
    );
    check(json!({"FlowLogs": [], "NextToken": null}), &["FlowLogs Last"]);
    check(
        json!({"TransitGatewayVpcAttachments": [{}]}),
        &["TransitGatewayAttachments Last", "TransitGatewayAttachments 1"],
    );
    check(
        json!({"tasks": [{}], "failures": [{"arn": "t/1", "reason": "MISSING"}]}),
        &["tasks Last", "tasks 1", "failure: task `t/1` is not described: `MISSING`"],
    );
    check(
        json!({"services": [], "failures": [{"arn": "s/1", "reason": "MISSING"}]}),
        &["services Last", "failure: service `s/1` is not described: `MISSING`"],
    );
    check(json!({"Subnets": {}}), &["Subnets Damaged", "bad: `Subnets`: expected an array, found `{…}`"]);
    check(
        json!({"Subnets": [3]}),
        &["Subnets Damaged", "bad: `Subnets` item 1: expected an object, found `3`"],
    );
    check(
        json!({"Subnets": [{}], "Addresses": []}),
        &["Subnets Last", "Subnets 1", "not used: `Addresses` is not used by this version"],
    );
    check(json!({"taskDefinition": {}, "tags": []}), &["taskDefinition"]);
}

#[test]
fn a_cut_page_is_damaged() {
    let check = |value: Value, want: &[&str]| {
        let read = OwnedValue::of(&value);
        let mut last = None;
        find_in_salvaged(read.root(), &mut |one| last = Some(format!("{one:?}")));
        assert_eq!(last.as_slice(), want, "{value}");
    };
    check(json!({"Subnets": [{}]}), &["Page(Subnets, Damaged)"]);
    check(json!([{"FlowLogId": "fl-1"}]), &["Page(FlowLogs, Damaged)"]);
    check(json!({"Entries": [{"Cidr": "10.0.0.0/8"}]}), &[]);
    check(json!({"prefixes": [], "createDate": "x"}), &[]);
}

#[test]
fn items_are_known_by_what_identifies_them() {
    let item = |value: Value, kind: &str| check(value, &[kind]);
    item(json!({"NetworkInterfaceId": "eni-1", "SubnetId": "s", "VpcId": "v"}), "NetworkInterfaces");
    item(json!({"VpcEndpointId": "vpce-1", "VpcId": "v"}), "VpcEndpoints");
    item(json!({"SubnetId": "s", "VpcId": "v", "CidrBlock": "10.0.0.0/24"}), "Subnets");
    item(json!({"VpcId": "v", "CidrBlock": "10.0.0.0/16", "DhcpOptionsId": "d"}), "Vpcs");
    item(json!({"FlowLogId": "fl-1"}), "FlowLogs");
    item(json!({"taskArn": "t/1", "containerInstanceArn": "c/1"}), "tasks");
    item(json!({"detail-type": "ECS Task State Change", "detail": {}}), "ECS Task State Change");
    item(json!({"GroupId": "sg-1", "IpPermissions": []}), "SecurityGroups");
    item(json!({"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1"}), "SecurityGroupRules");
    item(json!({"NetworkAclId": "acl-1", "Entries": [], "VpcId": "v"}), "NetworkAcls");
    item(json!({"RouteTableId": "rtb-1", "Routes": []}), "RouteTables");
    item(json!({"NatGatewayId": "nat-1", "SubnetId": "s", "VpcId": "v"}), "NatGateways");
    item(json!({"InternetGatewayId": "igw-1", "Attachments": []}), "InternetGateways");
    item(json!({"DhcpOptionsId": "dopt-1", "DhcpConfigurations": []}), "DhcpOptions");
    item(json!({"VpcId": "v", "EnableDnsSupport": {"Value": true}}), "VpcAttribute");
    item(json!({"VpcId": "v", "EnableDnsHostnames": {"Value": true}}), "VpcAttribute");
    item(json!({"PrefixListId": "pl-1", "PrefixListName": "x"}), "PrefixLists");
    item(json!({"Entries": []}), "Entries");
    item(json!({"PrefixListId": "pl-1", "Entries": []}), "Entries");
    item(
        json!({"VpcPeeringConnectionId": "pcx-1", "RequesterVpcInfo": {}, "Status": {}}),
        "VpcPeeringConnections",
    );
    item(
        json!({"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1"}),
        "TransitGatewayAttachments",
    );
    let events = json!([{"message": "has reached a steady state"}]);
    item(
        json!({"serviceArn": "s", "serviceName": "n", "taskDefinition": "td", "events": events}),
        "services",
    );
    item(json!({"taskDefinitionArn": "td", "containerDefinitions": []}), "taskDefinition");
    item(json!({"syncToken": "1", "createDate": "x", "prefixes": []}), "prefixes");
    item(
        json!({"query_timestamp": "2026-11-23T03:12:00Z", "query_name": "a.example."}),
        "Resolver query log",
    );
}

#[test]
fn lists_hold_items_pages_or_events() {
    check(json!([{"FlowLogId": "fl-1"}, {"FlowLogId": "fl-2"}]), &["FlowLogs 1", "FlowLogs 2"]);
    check(
        json!([{"Subnets": [{}]}, {"Subnets": [{}]}]),
        &["Subnets Last", "Subnets 1", "Subnets Last", "Subnets 1"],
    );
    check(json!([[{"taskArn": "t/1"}], []]), &["tasks 1"]);
    check(
        json!([{"FlowLogId": "fl-1"}, {"x": 1}]),
        &["FlowLogs 1", "bad: expected a known document, found the keys `x`"],
    );
    check(json!([{"x": 1}, {"y": 1}]), &["not used: expected a known document, found the keys `x`"]);
    check(json!([]), &[]);
}

#[test]
fn messages_of_a_log_export_are_documents() {
    check(json!({"events": [{"message": "{}", "timestamp": 1}, {"message": 3}]}), &["embedded: {}"]);
    check(json!({"Records": [{"body": "{}"}]}), &["embedded: {}"]);
    let event = json!({"detail-type": "ECS Task State Change", "detail": {}});
    check(json!([{"@timestamp": "t", "@message": event}]), &["ECS Task State Change 1"]);
}

#[test]
fn other_documents_are_named() {
    let other = |value, text: &str| check(value, &[&format!("not used: {text}")]);
    other(json!({"Addresses": []}), "`Addresses` is not used by this version");
    other(json!({"clusters": [], "failures": []}), "`clusters` is not used by this version");
    other(
        json!({"InstanceId": "i-1", "SubnetId": "s", "VpcId": "v"}),
        "expected a known document, found the keys `InstanceId`, `SubnetId`, `VpcId`",
    );
    other(
        json!({"LoadBalancerArn": "a", "SecurityGroups": ["sg-1"]}),
        "`LoadBalancers` is not used by this version",
    );
    other(
        json!({"detail-type": "ECS Service Action"}),
        "an event `ECS Service Action` is not used by this version",
    );
    other(
        json!({"RouteTableAssociationId": "a", "RouteTableId": "r"}),
        "expected a known document, found the keys `RouteTableAssociationId`, `RouteTableId`",
    );
    other(json!({"a": 1, "b": 2}), "expected a known document, found the keys `a`, `b`");
    other(json!({"hunter2 !": 1, "b": 2}), "expected a known document, found the keys `b`, …");
    other(json!({"hunter2": 1}), "expected a known document, found other keys");
    other(json!({}), "expected a known document, found `{}`");
    other(json!(7), "expected a document, found a number");
    let many = json!({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1});
    other(many, "expected a known document, found the keys `a`, `b`, `c`, `d`, `e`, `f`, …");
}

#[test]
fn documents_that_share_a_key_are_known_by_a_key_within() {
    check(json!({"Policy": {"Arn": "a", "DefaultVersionId": "v1"}}), &["Policy"]);
    check(json!({"Policy": {"PolicySummary": {}, "Content": "{}"}}), &["PolicySummary"]);
    check(json!({"Policy": {"Arn": "a"}}), &["not used: expected a known document, found the keys `Policy`"]);
}
