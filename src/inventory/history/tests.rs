//! The state at a time, from documents of the present and of the past.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::inventory::{Inventory, Past, parse};
use crate::model::task::Task;

const HOUR: i64 = 3600;
/// 2026-11-23T00:00:00Z, from which the tests count hours.
const MIDNIGHT: i64 = 1_795_392_000;

fn hour(hours: i64) -> Timestamp {
    Timestamp(MIDNIGHT + hours * HOUR)
}

/// A configuration item of this hour; without a configuration it records the deletion of the thing.
fn item(kind: &str, id: &str, hours: i64, configuration: Value) -> Value {
    let status = if configuration.is_null() { "ResourceDeleted" } else { "OK" };
    json!({
        "resourceType": format!("AWS::EC2::{kind}"), "resourceId": id, "configurationItemStatus": status,
        "configurationItemCaptureTime": hour(hours).to_string(), "configuration": configuration
    })
}

fn group(hours: i64, port: Option<u16>) -> Value {
    let rules =
        |port| json!([{"ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipRanges": ["10.0.0.0/8"]}]);
    let configuration =
        port.map_or(Value::Null, |port| json!({"groupId": "sg-1", "ipPermissions": rules(port)}));
    item("SecurityGroup", "sg-1", hours, configuration)
}

fn described_group(port: u16) -> Value {
    let rules = json!([{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]);
    json!({"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": rules}]})
}

fn interface(id: &str, hours: i64, address: &str, group: Option<&str>) -> Value {
    let configuration = group.map_or(Value::Null, |group| {
        json!({"networkInterfaceId": id, "privateIpAddress": address, "groups": [{"groupId": group}]})
    });
    item("NetworkInterface", id, hours, configuration)
}

fn created(id: &str, hours: i64, address: &str) -> Value {
    json!({"eventSource": "ec2.amazonaws.com", "eventName": "CreateNetworkInterface", "eventTime": hour(hours).to_string(),
        "responseElements": {"networkInterface": {"networkInterfaceId": id, "privateIpAddress": address,
            "groupSet": {"items": [{"groupId": "sg-c"}]}}}})
}

fn read(documents: &[Value]) -> Inventory {
    let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
    let (inventory, defects, _) = parse(texts.iter().map(|text| ("f", text.as_bytes())));
    assert!(defects.is_empty(), "{defects:?}");
    inventory
}

/// A call that adds a rule for this port to `sg-1`, or removes it.
fn rule_change(verb: &str, hours: i64, port: u16) -> Value {
    json!({"eventSource": "ec2.amazonaws.com", "eventName": format!("{verb}SecurityGroupIngress"),
        "eventTime": hour(hours).to_string(),
        "requestParameters": {"groupId": "sg-1", "ipPermissions": {"items": [
            {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": {}, "ipv6Ranges": {}, "prefixListIds": {},
             "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8"}]}}]}}})
}

#[test]
fn later_changes_of_rules_are_undone() {
    let added = || rule_change("Authorize", 4, 443);
    let check = |documents: &[Value], hours, want: Option<&[&str]>| {
        let present = read(documents);
        let mut past = Past::of(&present);
        let then = past.at(hour(hours));
        let rules = then.security_groups["sg-1"].ingress.as_ref();
        let rules: Option<Vec<String>> = rules.map(|rules| rules.iter().map(ToString::to_string).collect());
        let rules: Option<Vec<&str>> = rules.as_ref().map(|rules| rules.iter().map(String::as_str).collect());
        assert_eq!(rules.as_deref(), want, "{documents:?} at {hours}");
    };
    let open = Some(["TCP 443 10.0.0.0/8"].as_slice());
    check(&[described_group(443), added()], 3, Some(&[]));
    check(&[described_group(443), added(), added()], 3, Some(&[]));
    check(&[described_group(443), added()], 5, open);
    // The packets of a task that stopped at that time met the rules before or after the change.
    check(&[described_group(443), added()], 4, None);
    // The rule was changed once more, and no saved event shows how.
    check(&[described_group(80), added()], 3, None);
    // The document has the rule: it is older than the event, or the rule was made again.
    check(&[described_group(443), rule_change("Revoke", 4, 443)], 3, None);
    check(
        &[described_group(80), rule_change("Revoke", 4, 443)],
        3,
        Some(&["TCP 80 10.0.0.0/8", "TCP 443 10.0.0.0/8"]),
    );
    check(&[described_group(443), added(), rule_change("Revoke", 2, 80)], 3, Some(&[]));
    // A dated state outweighs the events.
    check(&[described_group(443), group(1, Some(80)), added()], 3, Some(&["TCP 80 10.0.0.0/8"]));
    let mut refused = added();
    refused["errorCode"] = json!("Client.UnauthorizedOperation");
    let refused = json!({"Records": [refused, created("eni-1", 1, "10.0.0.1")]});
    check(&[described_group(443), refused], 3, open);
}

/// The inventory at a time.
fn as_of(inventory: &Inventory, at: Timestamp) -> Inventory {
    Past::of(inventory).at(at).clone()
}

/// The ingress rules of `sg-1`; `none` if the group does not exist.
fn ingress(inventory: &Inventory) -> String {
    let group = inventory.security_groups.get("sg-1");
    group.map_or("none".to_owned(), |group| {
        group.ingress.iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    })
}

#[test]
fn without_a_past_the_inventory_is_borrowed() {
    let inventory = read(&[described_group(443)]);
    assert!(std::ptr::eq(Past::of(&inventory).at(hour(1)), &raw const inventory));
}

#[test]
fn the_latest_state_before_a_time_holds() {
    let check = |documents: &[Value], hours: i64, want: &str| {
        let inventory = read(documents);
        assert_eq!(ingress(&as_of(&inventory, hour(hours))), want, "{hours}");
    };
    let states = [group(2, Some(80)), group(4, Some(443)), group(6, None)];
    check(&states, 1, "none");
    check(&states, 2, "TCP 80 10.0.0.0/8");
    check(&states, 3, "TCP 80 10.0.0.0/8");
    check(&states, 5, "TCP 443 10.0.0.0/8");
    check(&states, 7, "none");
    let with_now = [group(2, Some(80)), described_group(22)];
    check(&with_now, 1, "TCP 22 10.0.0.0/8");
    check(&with_now, 3, "TCP 80 10.0.0.0/8");
    check(&[group(2, None), described_group(22)], 3, "none");
}

#[test]
fn the_tables_themselves_are_of_now() {
    let check =
        |documents: &[Value], want: &str| assert_eq!(ingress(&read(documents)), want, "{documents:?}");
    check(&[group(2, Some(80)), group(4, Some(443))], "TCP 443 10.0.0.0/8");
    check(&[group(2, Some(80)), group(4, None)], "none");
    check(&[group(2, Some(80)), described_group(22)], "TCP 22 10.0.0.0/8");
}

#[test]
fn attributes_of_a_vpc_outlive_its_states() {
    let vpc = item("VPC", "vpc-1", 2, json!({"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/16"}));
    let inventory = read(&[vpc, json!({"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}})]);
    let past = as_of(&inventory, hour(3));
    let vpc = &past.vpcs["vpc-1"];
    assert_eq!((vpc.cidrs.len(), vpc.dns_support), (1, Some(true)));
}

/// The task of an interface that was deleted.
fn task(interface: &str) -> Task {
    let text = format!(
        r#"{{"taskArn": "t/1", "attachments": [{{"type": "eni", "details": [{{"name": "networkInterfaceId", "value": "{interface}"}}]}}]}}"#
    );
    parse([("f", text.as_bytes())]).0.tasks["t/1"].clone()
}

#[test]
fn an_interface_that_is_gone_is_known_by_id() {
    let check = |documents: &[Value], hours: i64, want: Option<(&str, &str)>, public: Option<bool>| {
        let inventory = read(documents);
        for inventory in [&inventory, &as_of(&inventory, hour(hours))] {
            let facts = inventory.task_network_of(&task("eni-1"));
            let found = facts.group_ids.as_ref().map(|found| (found.value[0].as_str(), found.from));
            assert_eq!(found, want, "{documents:?} {hours}");
            assert_eq!(facts.has_public_address.map(|found| found.value), public, "{documents:?} {hours}");
        }
    };
    let life = [interface("eni-1", 2, "10.0.0.4", Some("sg-1")), interface("eni-1", 3, "", None)];
    check(&life, 1, Some(("sg-1", "AWS Config")), Some(false));
    check(&life, 2, Some(("sg-1", "AWS Config")), Some(false));
    check(&life, 9, Some(("sg-1", "AWS Config")), Some(false));
    check(&[created("eni-1", 2, "10.0.0.4")], 2, Some(("sg-c", "CloudTrail")), None);
    check(&[created("eni-1", 1, "10.0.0.4"), life[0].clone()], 4, Some(("sg-1", "AWS Config")), Some(false));
    check(&[life[1].clone()], 4, None, None);
    let described =
        json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": "sg-9"}]}]});
    check(
        &[described, created("eni-1", 20, "10.0.0.4")],
        2,
        Some(("sg-9", "describe-network-interfaces")),
        Some(false),
    );
}

#[test]
fn an_address_is_that_of_the_interface_that_was_there() {
    let documents = [
        interface("eni-1", 2, "10.0.0.4", Some("sg-1")),
        interface("eni-1", 3, "", None),
        created("eni-2", 4, "10.0.0.4"),
        json!({"eventSource": "ec2.amazonaws.com", "eventName": "DeleteNetworkInterface", "eventTime": hour(5).to_string(),
            "requestParameters": {"networkInterfaceId": "eni-2"}}),
        interface("eni-3", 6, "10.0.0.4", Some("sg-1")),
        created("eni-4", 4, "10.0.0.9"),
    ];
    let inventory = read(&documents);
    let check = |inventory: &Inventory, address: &str, want: Option<&str>| {
        let found = inventory.interface_by_address(address.parse().unwrap());
        assert_eq!(found.map(|interface| interface.id.as_str()), want, "{address}");
    };
    check(&inventory, "10.0.0.4", Some("eni-3"));
    check(&inventory, "10.0.0.9", Some("eni-4"));
    check(&as_of(&inventory, hour(2)), "10.0.0.4", Some("eni-1"));
    check(&as_of(&inventory, hour(4)), "10.0.0.4", Some("eni-2"));
    check(&as_of(&inventory, hour(7)), "10.0.0.4", Some("eni-3"));
    check(&as_of(&inventory, hour(5)), "10.0.0.4", None);
    check(&as_of(&inventory, hour(1)), "10.0.0.9", Some("eni-4"));
}

proptest! {
    #[test]
    fn the_order_and_repetition_of_documents_do_not_matter(
        order in Just((0usize..8).collect::<Vec<_>>()).prop_shuffle(),
        again in proptest::collection::vec(0usize..8, 0..4),
        hours in 0i64..8,
    ) {
        let documents = [
            group(2, Some(80)), group(4, Some(443)), group(4, Some(22)), group(6, None), described_group(8080),
            interface("eni-1", 2, "10.0.0.4", Some("sg-1")), interface("eni-1", 5, "", None),
            created("eni-1", 1, "10.0.0.4"),
        ];
        let shuffled: Vec<Value> = order.into_iter().chain(again).map(|place| documents[place].clone()).collect();
        let (one, other) = (read(&shuffled), read(&documents));
        prop_assert_eq!(as_of(&one, hour(hours)), as_of(&other, hour(hours)));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_walk_through_the_past_comes_where_a_leap_does(hours in proptest::collection::vec(0i64..9, 1..6)) {
        let inventory = read(&[
            group(2, Some(80)), group(4, Some(443)), group(6, None), described_group(8080),
            interface("eni-1", 2, "10.0.0.4", Some("sg-1")), interface("eni-1", 5, "", None),
            interface("eni-3", 6, "10.0.0.4", Some("sg-1")), created("eni-2", 4, "10.0.0.4"),
            item("VPC", "vpc-1", 3, json!({"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/16"})),
            json!({"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}),
        ]);
        let mut walk = Past::of(&inventory);
        for at in hours {
            let (walked, leapt) = (walk.at(hour(at)), as_of(&inventory, hour(at)));
            let at_address = |inventory: &Inventory| inventory.interface_by_address("10.0.0.4".parse().unwrap()).cloned();
            prop_assert_eq!(at_address(walked), at_address(&leapt));
            prop_assert_eq!(walked, &leapt);
        }
    }
}
