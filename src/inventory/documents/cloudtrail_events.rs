//! CloudTrail: events that show the interface of a task, and the network it was started in.
//!
//! An event is an object of `Records`, or a text under `CloudTrailEvent` of `lookup-events`. `CreateNetworkInterface` and
//! `DeleteNetworkInterface` begin and end the life of an interface; `RunTask` and `StartTask` name the network of the tasks
//! they started; `AuthorizeSecurityGroupIngress` and its relatives show which rules a group had before
//! and after; a request of a start with an `errorCode` shows what AWS refused. All other events are skipped.

use std::collections::BTreeMap;

use crate::inventory::changes::{self, SavedIn};
use crate::inventory::denied_calls;
use crate::inventory::documents::Inventory;
use crate::inventory::documents::configuration_items::upper_camel;
use crate::inventory::documents::{network_interfaces, services};
use crate::inventory::history::{History, record};
use crate::inventory::item::DocumentItem;
use crate::inventory::json::{OwnedValue, Value};
use crate::model::deployment::TaskNetwork;
use crate::model::ids::InterfaceId;

/// Lists in the form of EC2: `groupSet.items`, or `item` in some of them.
const SETS: [(&str, &str); 3] = [
    ("GroupSet", "Groups"),
    ("PrivateIpAddressesSet", "PrivateIpAddresses"),
    ("Ipv6AddressesSet", "Ipv6Addresses"),
];

/// Reads one event; returns whether it is relevant.
pub(super) fn read(item: DocumentItem<'_>, inventory: &mut Inventory) -> bool {
    if !item.has("CloudTrailEvent") {
        return read_event(item, inventory, SavedIn::Elsewhere);
    }
    let Some(event) = item.embedded("CloudTrailEvent") else { return false };
    let fields = event.value().fields();
    fields.is_some_and(|fields| read_event(item.over(fields), inventory, SavedIn::Lookup))
}

fn read_event(event: DocumentItem<'_>, inventory: &mut Inventory, saved: SavedIn) -> bool {
    let name = event.identifier("eventName");
    let (at, region) = event.quietly(|event| (event.time("eventTime"), event.text("awsRegion")));
    if let Some(at) = at {
        inventory.changes.note_event(event.file(), saved, (name.as_deref(), region, at));
    }
    let (history, networks) = (&mut inventory.history, &mut inventory.task_networks);
    match name.as_deref() {
        Some("CreateNetworkInterface") => created(event, history),
        Some("DeleteNetworkInterface") => deleted(event, history),
        Some("RunTask" | "StartTask") => started(event, networks),
        Some(_) => changes::read(event, &mut inventory.changes) || denied_calls::keep(event, inventory),
        None => false,
    }
}

fn created(event: DocumentItem<'_>, history: &mut History) -> bool {
    let Some(answer) = event.item("responseElements").filter(|answer| answer.has("networkInterface")) else {
        return false;
    };
    let created = answer.embedded("networkInterface").and_then(|created| as_described(created.value()));
    let fields = created.as_ref().and_then(|created| created.root().fields());
    let interface = fields.and_then(|fields| network_interfaces::read(event.over(fields)));
    let Some(interface) = interface else { return false };
    let at = event.time("eventTime");
    if let Some(at) = at {
        record(&mut history.interfaces, interface.id.clone(), at, Some(interface), event);
    }
    at.is_some()
}

/// Records the deletion of an interface; a call that was refused deletes nothing.
fn deleted(event: DocumentItem<'_>, history: &mut History) -> bool {
    let id = event.item("requestParameters").and_then(|request| request.text("networkInterfaceId"));
    let found = id.filter(|_| !event.has("errorCode")).zip(event.time("eventTime"));
    if let Some((id, at)) = &found {
        record(&mut history.interfaces, InterfaceId::new(id.as_str()), *at, None, event);
    }
    found.is_some()
}

fn started(event: DocumentItem<'_>, networks: &mut BTreeMap<String, TaskNetwork>) -> bool {
    let Some(network) = event.item("requestParameters").and_then(services::network) else { return false };
    let answer = event.item("responseElements");
    let tasks = answer.map(|answer| answer.items("tasks")).unwrap_or_default();
    let arns: Vec<String> = tasks.iter().filter_map(|task| task.text("taskArn")).collect();
    for arn in &arns {
        if networks.insert(arn.clone(), network.clone()).is_none() {
            event.keep(&network);
        }
    }
    !arns.is_empty()
}

/// The interface of an answer in the form of `describe-network-interfaces`.
fn as_described(interface: Value<'_>) -> Option<OwnedValue> {
    let described = upper_camel(interface)?;
    let fields = described.root().fields()?;
    let mut text = Vec::new();
    fields.value().write(|key, out| out.extend_from_slice(key), &mut text);
    // The object is closed again after the lists.
    text.pop();
    for (set, list) in SETS {
        let set = fields.get(set).and_then(Value::fields);
        let Some(members) = set.and_then(|set| set.get("Items").or_else(|| set.get("Item"))) else {
            continue;
        };
        text.extend(format!("{}\"{list}\":", if text.len() > 1 { "," } else { "" }).bytes());
        members.write(|key, out| out.extend_from_slice(key), &mut text);
    }
    text.push(b'}');
    OwnedValue::parse(text)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::{Inventory, parse};
    use crate::model::ids::SecurityGroupId;

    fn created() -> Value {
        json!({
            "eventVersion": "1.08", "eventTime": "2026-11-23T03:12:00Z", "eventSource": "ec2.amazonaws.com",
            "eventName": "CreateNetworkInterface", "requestParameters": {"subnetId": "subnet-1"},
            "responseElements": {"networkInterface": {
                "networkInterfaceId": "eni-1", "subnetId": "subnet-1", "vpcId": "vpc-1", "requesterManaged": true,
                "description": "arn:aws:ecs:eu-west-1:123456789012:attachment/1789", "privateIpAddress": "10.40.1.31",
                "groupSet": {"items": [{"groupId": "sg-1", "groupName": "x"}]},
                "privateIpAddressesSet": {"item": [{"privateIpAddress": "10.40.1.31", "primary": true}]}}}
        })
    }

    fn run() -> Value {
        json!({
            "eventTime": "2026-11-23T03:12:00Z", "eventSource": "ecs.amazonaws.com", "eventName": "RunTask",
            "requestParameters": {"cluster": "shop", "networkConfiguration": {"awsvpcConfiguration": {
                "subnets": ["subnet-1"], "securityGroups": ["sg-2"], "assignPublicIp": "ENABLED"}}},
            "responseElements": {"tasks": [{"taskArn": "t/1"}, {"taskArn": "t/2"}], "failures": []}
        })
    }

    fn changed(mut event: Value, changes: &Value) -> Value {
        event.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        event
    }

    /// Checks the interfaces and the networks of tasks in a document.
    fn check(value: &Value, want: (usize, usize), defects: u64) -> Inventory {
        let (inventory, found, _) = parse([("f", value.to_string().as_bytes())]);
        assert_eq!((inventory.interfaces.len(), inventory.task_networks.len()), want, "{value}");
        assert_eq!(found.iter().map(|(_, count, _)| count).sum::<u64>(), defects, "{value} {found:?}");
        inventory
    }

    #[test]
    fn events_come_in_files_answers_and_through_eventbridge() {
        let text = |event: &Value| json!({"EventId": "x", "CloudTrailEvent": event.to_string()});
        check(&json!({"Records": [created(), run()]}), (1, 2), 0);
        check(&json!({"Events": [text(&created()), text(&run())], "NextToken": "x"}), (1, 2), 0);
        check(&json!([text(&run())]), (0, 2), 0);
        check(&created(), (1, 0), 0);
        check(&json!({"detail-type": "AWS API Call via CloudTrail", "detail": run()}), (0, 2), 0);
    }

    #[test]
    fn an_interface_is_read_from_its_creation() {
        let inventory = check(&created(), (1, 0), 0);
        let interface = &inventory.interfaces["eni-1"];
        assert!(interface.kind.is_task());
        assert_eq!(interface.group_ids, [SecurityGroupId::new("sg-1")]);
        assert_eq!(interface.addresses, ["10.40.1.31".parse::<std::net::IpAddr>().unwrap()]);
    }

    #[test]
    fn calls_that_failed_are_skipped() {
        let failed = json!({"errorCode": "Client.DryRunOperation", "responseElements": null});
        check(&changed(created(), &failed), (0, 0), 1);
        check(&json!([changed(run(), &failed), run()]), (0, 2), 0);
        check(&changed(run(), &json!({"responseElements": {"tasks": [], "failures": [{}]}})), (0, 0), 1);
        check(&changed(run(), &json!({"requestParameters": {"cluster": "x"}})), (0, 0), 1);
    }

    #[test]
    fn a_file_without_relevant_events_is_named_and_damage_is_counted() {
        check(&changed(created(), &json!({"eventName": "ConsoleLogin"})), (0, 0), 1);
        check(&changed(created(), &json!({"eventTime": "soon"})), (0, 0), 1);
        check(&changed(created(), &json!({"responseElements": {"networkInterface": 7}})), (0, 0), 1);
        check(&changed(created(), &json!({"responseElements": {"networkInterface": {}}})), (0, 0), 1);
        check(&json!({"Records": [{}]}), (0, 0), 1);
        check(&json!({"Events": [{"CloudTrailEvent": "{"}]}), (0, 0), 1);
        check(&json!({"Events": [{"CloudTrailEvent": "[7]"}]}), (0, 0), 1);
    }
}
