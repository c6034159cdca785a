//! Tells what a JSON value is by its content: pages, bare lists, single items and events.
//!
//! Goes in: one JSON value. Comes out: the items found in it, each with its kind, and what else it holds.
//! Never fails: a document of a kind this version does not use is named, not refused. Items are not read here.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::inventory::item::{quote, shorten};
use crate::inventory::kinds::{DocumentKind, NOT_USED, PAGES, kind_of_item};
use crate::inventory::task_events::DETAIL_TYPE;

/// How much of a document's list a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// The rest of it, as far as the page says.
    Last,
    /// A part: `NextToken` says that another page follows.
    Continued,
    /// Not even what the page once held: it is cut off, or an item of it cannot be read.
    Damaged,
}

/// One thing found in a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found<'a> {
    /// A page of items of a known kind; the items follow.
    Page(DocumentKind, Extent),
    /// An item of a known kind, and its place in its list, from 1.
    Item(DocumentKind, &'a Map<String, Value>, Option<usize>),
    /// A task or service that could not be described, and why.
    Failure(String),
    /// A text that holds a document: a message of a log export.
    Embedded(&'a str),
    /// A document of no use, and what it is.
    NotUsed(String),
    /// An item among known ones that is none of them.
    Bad(String),
}

/// Adds everything found in `value` to `found`.
pub(super) fn find<'a>(value: &'a Value, found: &mut Vec<Found<'a>>) {
    match value {
        Value::Array(values) => find_in_list(values, found),
        Value::Object(fields) => find_in_object(fields, found),
        other => found.push(Found::NotUsed(format!("expected a document, found `{}`", quote(other)))),
    }
}

/// The parts of a cut-off page that are complete: nothing but its lists of known kinds.
pub(super) fn find_in_repaired<'a>(value: &'a Value, found: &mut Vec<Found<'a>>) {
    match value {
        Value::Array(values) => find_in_list(values, found),
        Value::Object(fields) => {
            find_pages(fields, found);
        }
        _ => {}
    }
    let kinds: BTreeSet<DocumentKind> = found.iter().filter_map(kind_of).collect();
    found.extend(kinds.into_iter().map(|kind| Found::Page(kind, Extent::Damaged)));
}

fn kind_of(found: &Found<'_>) -> Option<DocumentKind> {
    match found {
        Found::Page(kind, _) | Found::Item(kind, ..) => Some(*kind),
        _ => None,
    }
}

/// A list of items, or of pages. Where some are known the others are bad; where none is, one is named for all.
fn find_in_list<'a>(values: &'a [Value], found: &mut Vec<Found<'a>>) {
    let mut inner = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let before = inner.len();
        find(value, &mut inner);
        if let [Found::Item(_, _, position @ None)] = &mut inner[before..] {
            *position = Some(place + 1);
        }
    }
    if inner.iter().any(|one| kind_of(one).is_some()) {
        found.extend(inner.into_iter().map(bad_if_unknown));
    } else {
        let not_used = |one: &Found<'_>| matches!(one, Found::NotUsed(_));
        let named = inner.iter().position(not_used);
        let others =
            inner.into_iter().enumerate().filter(|(place, one)| !not_used(one) || Some(*place) == named);
        found.extend(others.map(|(_, one)| one));
    }
}

fn bad_if_unknown(found: Found<'_>) -> Found<'_> {
    match found {
        Found::NotUsed(text) => Found::Bad(text),
        other => other,
    }
}

fn find_in_object<'a>(fields: &'a Map<String, Value>, found: &mut Vec<Found<'a>>) {
    if let Some(detail) = fields.get("detail-type") {
        found.push(event(detail, fields));
        return;
    }
    if find_pages(fields, found) {
        return;
    }
    if let Some(kind) = kind_of_item(fields) {
        found.push(Found::Item(kind, fields, None));
    } else if !find_messages(fields, found) {
        found.push(Found::NotUsed(describe_unknown(fields)));
    }
}

fn event<'a>(detail_type: &Value, fields: &'a Map<String, Value>) -> Found<'a> {
    if detail_type == DETAIL_TYPE {
        Found::Item(DocumentKind::TaskEvents, fields, None)
    } else {
        Found::NotUsed(format!("an event `{}` is not used by this version", quote(detail_type)))
    }
}

/// Reads the lists under plural keys; tells whether there was any.
fn find_pages<'a>(fields: &'a Map<String, Value>, found: &mut Vec<Found<'a>>) -> bool {
    let mut any = false;
    for (key, kind) in PAGES {
        // A service has a text under the key of a task definition.
        if let Some(page) = fields.get(*key).filter(|page| !page.is_string()) {
            let is_continued = ["NextToken", "nextToken"].iter().any(|key| has_text(fields, key));
            find_page(key, *kind, page, is_continued, found);
            any = true;
        }
    }
    if any {
        let besides = NOT_USED.iter().filter(|(page, _)| fields.contains_key(*page));
        found.extend(besides.map(|(page, _)| Found::NotUsed(not_used(page))));
        found.extend(failures(fields));
    }
    any
}

fn has_text(fields: &Map<String, Value>, key: &str) -> bool {
    fields.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}

fn find_page<'a>(
    key: &str,
    kind: DocumentKind,
    page: &'a Value,
    is_continued: bool,
    found: &mut Vec<Found<'a>>,
) {
    let items = match page {
        Value::Array(items) => items,
        Value::Object(fields) if kind == DocumentKind::TaskDefinition => {
            found.push(Found::Item(kind, fields, None));
            return;
        }
        other => {
            found.push(Found::Page(kind, Extent::Damaged));
            found.push(Found::Bad(format!("`{key}`: expected an array, found `{}`", quote(other))));
            return;
        }
    };
    let extent = match items.iter().all(Value::is_object) {
        false => Extent::Damaged,
        true if is_continued => Extent::Continued,
        true => Extent::Last,
    };
    found.push(Found::Page(kind, extent));
    found.extend(items.iter().enumerate().map(|(place, item)| match item.as_object() {
        Some(fields) => Found::Item(kind, fields, Some(place + 1)),
        None => {
            Found::Bad(format!("`{key}` item {}: expected an object, found `{}`", place + 1, quote(item)))
        }
    }));
}

/// `failures` of `describe-tasks` and `describe-services`: what is gone.
fn failures(fields: &Map<String, Value>) -> impl Iterator<Item = Found<'_>> {
    let described = [("tasks", "task"), ("services", "service")];
    let described = described.into_iter().find(|(page, _)| fields.contains_key(*page));
    let text = |failure: &Value, key| failure.get(key).map_or_else(|| "-".to_owned(), quote);
    described.into_iter().flat_map(move |(_, thing)| {
        let failures = fields.get("failures").and_then(Value::as_array).into_iter().flatten();
        failures.map(move |failure| {
            Found::Failure(format!(
                "{thing} `{}` is not described: `{}`",
                text(failure, "arn"),
                text(failure, "reason")
            ))
        })
    })
}

/// `events[].message` of a log export: archived events end up there.
fn find_messages<'a>(fields: &'a Map<String, Value>, found: &mut Vec<Found<'a>>) -> bool {
    let events = fields.get("events").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let messages = events.iter().filter_map(|event| event.get("message")?.as_str());
    let before = found.len();
    found.extend(messages.map(Found::Embedded));
    found.len() > before
}

fn not_used(page: &str) -> String {
    format!("`{page}` is not used by this version")
}

fn describe_unknown(fields: &Map<String, Value>) -> String {
    let known = NOT_USED.iter().find(|(page, item)| fields.contains_key(*page) || fields.contains_key(*item));
    known.map_or_else(|| name_keys(fields), |(page, _)| not_used(page))
}

/// Names the first keys of a document of no known kind.
fn name_keys(fields: &Map<String, Value>) -> String {
    const NAMED: usize = 6;
    if fields.is_empty() {
        return "expected a known document, found `{}`".to_owned();
    }
    let mut text = "expected a known document, found the keys".to_owned();
    for (place, key) in fields.keys().take(NAMED).enumerate() {
        let separator = if place == 0 { " " } else { ", " };
        // Writing to a text cannot fail.
        let _ = write!(text, "{separator}`{}`", shorten(key));
    }
    if fields.len() > NAMED {
        text.push_str(", …");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is found, one word or sentence each.
    fn found(value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        find(value, &mut found);
        let name = |one: Found<'_>| match one {
            Found::Page(kind, extent) => format!("{} {extent:?}", kind.name()),
            Found::Item(kind, _, place) => {
                format!("{}{}", kind.name(), place.map_or_else(String::new, |n| format!(" {n}")))
            }
            Found::Failure(text) => format!("failure: {text}"),
            Found::Embedded(text) => format!("embedded: {text}"),
            Found::NotUsed(text) => format!("not used: {text}"),
            Found::Bad(text) => format!("bad: {text}"),
        };
        found.into_iter().map(name).collect()
    }

    fn check(value: Value, want: &[&str]) {
        assert_eq!(found(&value), want, "{value}");
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
            let mut found = Vec::new();
            find_in_repaired(&value, &mut found);
            let last: Vec<String> = found.iter().rev().take(1).map(|one| format!("{one:?}")).collect();
            assert_eq!(last, want, "{value}");
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
    }

    #[test]
    fn other_documents_are_named() {
        let other = |value, text: &str| check(value, &[&format!("not used: {text}")]);
        other(json!({"Addresses": []}), "`Addresses` is not used by this version");
        other(json!({"clusters": [], "failures": []}), "`clusters` is not used by this version");
        other(
            json!({"InstanceId": "i-1", "SubnetId": "s", "VpcId": "v"}),
            "`Reservations` is not used by this version",
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
        other(json!({}), "expected a known document, found `{}`");
        other(json!(7), "expected a document, found `7`");
        let many = json!({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1});
        other(many, "expected a known document, found the keys `a`, `b`, `c`, `d`, `e`, `f`, …");
    }
}
