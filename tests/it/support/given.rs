//! Nothing that was given is listed as missing: the documents and logs of a run against the missing data of its answer.
//!
//! A document counts as given if it has the fields that its answer rests on; a log counts as given if it has a record of the
//! interface in the time of the task.

use std::collections::BTreeSet;

use flowcause::finding::MissingData;
use flowcause::report::TaskReport;
use serde_json::{Deserializer, Value};

/// The list in a document, the id of its things, the command that saves it, and the fields that make it complete.
const KINDS: &[(&str, &str, &str, &[&str])] = &[
    ("SecurityGroups", "GroupId", "describe-security-groups", &["IpPermissions", "IpPermissionsEgress"]),
    ("VpcEndpoints", "VpcEndpointId", "describe-vpc-endpoints", &["State", "VpcId"]),
    ("NatGateways", "NatGatewayId", "describe-nat-gateways", &["State", "SubnetId"]),
    ("NetworkInterfaces", "NetworkInterfaceId", "describe-network-interfaces", &["Groups", "SubnetId"]),
    ("NetworkInterfaces", "PrivateIpAddress", "describe-network-interfaces", &["Groups", "SubnetId"]),
    ("InternetGateways", "InternetGatewayId", "describe-internet-gateways", &["Attachments"]),
    ("Subnets", "SubnetId", "describe-subnets", &["VpcId", "CidrBlock"]),
];

/// The same where the subnets of an association are the subjects.
const ASSOCIATED: &[(&str, &str, &str)] = &[
    ("NetworkAcls", "describe-network-acls", "Entries"),
    ("RouteTables", "describe-route-tables", "Routes"),
];

/// The entries of the missing data that were given.
pub(crate) fn listed_as_missing(documents: &str, flows: &str, task: &TaskReport) -> Vec<String> {
    let values: Vec<Value> = Deserializer::from_str(documents).into_iter().map_while(Result::ok).collect();
    let given = given(&values);
    let is_given = |missing: &&MissingData| {
        given.iter().any(|phrase| names(&missing.what, phrase))
            || names_given_log(&missing.what, flows, task)
            || missing.what.starts_with("the flow log's TrafficType") && has_traffic_type(&values, task)
    };
    task.verdict.missing.iter().filter(is_given).map(|missing| missing.what.clone()).collect()
}

/// `describe-security-groups of sg-1` for every complete document.
fn given(documents: &[Value]) -> BTreeSet<String> {
    let mut phrases = BTreeSet::new();
    let mut add = |command: &str, id: &str| {
        phrases.extend(["of", "with"].map(|word| format!("{command} {word} {id}")));
    };
    for document in documents {
        for (list, id, command, fields) in KINDS {
            for thing in items(document, list) {
                let is_complete =
                    fields.iter().all(|field| thing.get(field).is_some_and(|value| !value.is_null()));
                if let Some(id) = thing[*id].as_str().filter(|_| is_complete) {
                    add(command, id);
                }
            }
        }
        for (list, command, field) in ASSOCIATED {
            for thing in items(document, list).filter(|thing| thing[*field].is_array()) {
                let subnets = items(thing, "Associations").filter_map(|one| one["SubnetId"].as_str());
                subnets.for_each(|subnet| add(command, subnet));
            }
        }
    }
    phrases
}

fn items<'v>(value: &'v Value, list: &str) -> impl Iterator<Item = &'v Value> {
    value.get(list).and_then(Value::as_array).into_iter().flatten()
}

/// Whether a text has this phrase, and not the start of a longer id.
fn names(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let after = text[at + phrase.len()..].chars().next();
        !after.is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, '-' | '.' | ':'))
    })
}

/// Whether a text asks for the log of an interface of which a record in the time of the task was given. A complete log is
/// more than that.
fn names_given_log(text: &str, flows: &str, task: &TaskReport) -> bool {
    if text.contains("complete flow log") {
        return false;
    }
    let mut lines = flows.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let place = |name: &str| header.iter().position(|field| *field == name);
    let (Some(interface), Some(start), Some(end)) = (place("interface-id"), place("start"), place("end"))
    else {
        return false;
    };
    let (from, to) =
        (task.created_at.map_or(i64::MIN, |at| at.0), task.stopped_at.map_or(i64::MAX, |at| at.0));
    lines.any(|line| {
        let values: Vec<&str> = line.split(' ').collect();
        let number = |place: usize| values.get(place)?.parse::<i64>().ok();
        let is_then = number(start).zip(number(end)).is_some_and(|(start, end)| start < to && end > from);
        let id = values.get(interface).copied().unwrap_or_default();
        is_then && id != "-" && names(text, &format!("the flow log of {id}"))
    })
}

/// Whether the flow logs of the task are described, and all of them with their type.
fn has_traffic_type(documents: &[Value], task: &TaskReport) -> bool {
    let logs: Vec<&Value> = documents.iter().flat_map(|document| items(document, "FlowLogs")).collect();
    let types: BTreeSet<Option<&str>> = logs.iter().map(|log| log["TrafficType"].as_str()).collect();
    let subnet = task.subnet_id.as_ref().map(ToString::to_string);
    let vpcs = documents.iter().flat_map(|document| items(document, "Subnets"));
    let vpc = vpcs
        .filter(|one| one["SubnetId"].as_str() == subnet.as_deref())
        .find_map(|one| one["VpcId"].as_str());
    let interface = task.interface_id.as_ref().map(ToString::to_string);
    let covers = |log: &&Value| {
        let id = log["ResourceId"].as_str();
        id.is_some() && (id == vpc || id == subnet.as_deref() || id == interface.as_deref())
    };
    types.len() == 1 && !types.contains(&None) && logs.iter().any(covers)
}
