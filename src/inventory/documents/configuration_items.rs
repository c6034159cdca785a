//! AWS Config: one configuration item as the state of a thing at a time.
//!
//! `configuration` is the answer of the API, with keys in lowerCamel, as an object or as the text of one. With keys in
//! UpperCamel it equals the output of `describe-*`, so the same files read it. Items of other types are skipped.

use crate::inventory::documents::Inventory;
use crate::inventory::documents::{
    internet_gateways, nat_gateways, network_acls, network_interfaces, route_tables, security_groups,
    subnets, vpc_endpoints, vpcs,
};
use crate::inventory::history::{History, Lives, record};
use crate::inventory::item::DocumentItem;
use crate::inventory::json::{OwnedValue, Value};
use crate::inventory::merge::Describe;
use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, NetworkAclId, RouteTableId, SecurityGroupId,
    SubnetId, VpcId,
};
use crate::model::time::Timestamp;

/// Reads one item into the history; returns whether it is relevant.
pub(super) fn read(item: DocumentItem<'_>, inventory: &mut Inventory) -> bool {
    let history = &mut inventory.history;
    let Some(kind) = item.identifier("resourceType") else { return false };
    let Some(kind) = kind.strip_prefix("AWS::EC2::") else { return false };
    match kind {
        "NetworkInterface" => read_interface(item, history),
        "VPCEndpoint" => read_as(item, &mut history.endpoints, EndpointId::new, vpc_endpoints::read),
        "Subnet" => read_as(item, &mut history.subnets, SubnetId::new, subnets::read),
        "VPC" => read_as(item, &mut history.vpcs, VpcId::new, vpcs::read),
        "SecurityGroup" => {
            read_as(item, &mut history.security_groups, SecurityGroupId::new, security_groups::read)
        }
        "NetworkAcl" => read_as(item, &mut history.network_acls, NetworkAclId::new, network_acls::read),
        "RouteTable" => read_as(item, &mut history.route_tables, RouteTableId::new, route_tables::read),
        "NatGateway" => read_as(item, &mut history.nat_gateways, NatGatewayId::new, nat_gateways::read),
        "InternetGateway" => {
            read_as(item, &mut history.internet_gateways, InternetGatewayId::new, internet_gateways::read)
        }
        _ => false,
    }
}

fn read_interface(item: DocumentItem<'_>, history: &mut History) -> bool {
    let is_read = read_as(item, &mut history.interfaces, InterfaceId::new, network_interfaces::read);
    if let Some(id) = item.text("resourceId").filter(|_| is_read) {
        history.configure(InterfaceId::new(id));
    }
    is_read
}

fn read_as<T: Describe>(
    item: DocumentItem<'_>,
    lives: &mut Lives<T::Id, T>,
    id: fn(String) -> T::Id,
    read: fn(DocumentItem<'_>) -> Option<T>,
) -> bool {
    let Some((resource, at)) = item.identifier("resourceId").zip(captured_at(item)) else { return false };
    let is_deleted = item.text("configurationItemStatus").is_some_and(|status| status.contains("Deleted"));
    if is_deleted {
        record(lives, id(resource), at, None, item);
        return true;
    }
    let Some(configuration) = configuration(item) else { return false };
    let state = configuration.root().fields().and_then(|fields| read(item.over(fields)));
    let is_read = state.is_some();
    if let Some(state) = state {
        record(lives, state.id(), at, Some(state), item);
    }
    is_read
}

fn captured_at(item: DocumentItem<'_>) -> Option<Timestamp> {
    if !item.has("configurationItemCaptureTime") {
        item.note("expected `configurationItemCaptureTime`, found none".to_owned());
    }
    item.time("configurationItemCaptureTime")
}

/// The thing with its keys in UpperCamel; none if there is none, for example for resources that are not recorded.
fn configuration(item: DocumentItem<'_>) -> Option<OwnedValue> {
    upper_camel(item.embedded("configuration")?.value())
}

/// A value with the first letter of every key in upper case.
pub(in crate::inventory) fn upper_camel(value: Value<'_>) -> Option<OwnedValue> {
    let mut text = Vec::new();
    value.write(upper_first, &mut text);
    OwnedValue::parse(text)
}

/// Writes a key, which starts with a quotation mark.
fn upper_first(key: &[u8], out: &mut Vec<u8>) {
    let start = out.len() + 1;
    out.extend_from_slice(key);
    if let Some(first) = out.get_mut(start) {
        first.make_ascii_uppercase();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use crate::inventory::{Inventory, parse};

    fn item(kind: &str, id: &str, configuration: &Value) -> Value {
        json!({
            "resourceType": kind, "resourceId": id, "configurationItemStatus": "OK",
            "configurationItemCaptureTime": "2026-11-23T03:00:00.000Z", "configuration": configuration
        })
    }

    fn read_value(value: &Value) -> (Inventory, u64) {
        let (inventory, defects, _) = parse([("f", value.to_string().as_bytes())]);
        (inventory, defects.iter().map(|(_, count, _)| count).sum())
    }

    fn ids<Id: ToString, T>(table: &BTreeMap<Id, T>) -> Vec<String> {
        table.keys().map(ToString::to_string).collect()
    }

    #[test]
    fn every_type_is_read_by_the_file_of_its_document() {
        let check = |kind: &str, id: &str, configuration: &Value, table: fn(&Inventory) -> Vec<String>| {
            for configuration in [configuration.clone(), Value::String(configuration.to_string())] {
                let page =
                    json!({ "configurationItems": [item(&format!("AWS::EC2::{kind}"), id, &configuration)] });
                let (inventory, defects) = read_value(&page);
                assert_eq!((table(&inventory), defects), (vec![id.to_owned()], 0), "{page}");
            }
        };
        let interface = json!({"networkInterfaceId": "eni-1", "groups": [{"groupId": "sg-1"}]});
        check("NetworkInterface", "eni-1", &interface, |found| ids(&found.interfaces));
        let endpoint = json!({"vpcEndpointId": "vpce-1", "serviceName": "com.amazonaws.r.logs"});
        check("VPCEndpoint", "vpce-1", &endpoint, |found| ids(&found.endpoints));
        check("Subnet", "subnet-1", &json!({"subnetId": "subnet-1"}), |found| ids(&found.subnets));
        check("VPC", "vpc-1", &json!({"vpcId": "vpc-1"}), |found| ids(&found.vpcs));
        let rules =
            json!([{"ipProtocol": "-1", "ipRanges": ["0.0.0.0/0"], "ipv4Ranges": [{"cidrIp": "0.0.0.0/0"}]}]);
        let group = json!({"groupId": "sg-1", "ipPermissions": [], "ipPermissionsEgress": rules});
        check("SecurityGroup", "sg-1", &group, |found| ids(&found.security_groups));
        let entry = json!({"egress": true, "ruleNumber": 100, "ruleAction": "allow", "protocol": "6",
            "portRange": {"from": 443, "to": 443}, "cidrBlock": "0.0.0.0/0"});
        let acl =
            json!({"networkAclId": "acl-1", "entries": [entry], "associations": [{"subnetId": "subnet-1"}]});
        check("NetworkAcl", "acl-1", &acl, |found| ids(&found.network_acls));
        let route = json!({"destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1", "state": "active"});
        let table = json!({"routeTableId": "rtb-1", "routes": [route], "associations": [{"main": true}]});
        check("RouteTable", "rtb-1", &table, |found| ids(&found.route_tables));
        check("NatGateway", "nat-1", &json!({"natGatewayId": "nat-1"}), |found| ids(&found.nat_gateways));
        let gateway =
            json!({"internetGatewayId": "igw-1", "attachments": [{"state": "available", "vpcId": "vpc-1"}]});
        check("InternetGateway", "igw-1", &gateway, |found| ids(&found.internet_gateways));
    }

    #[test]
    fn items_come_in_files_events_and_notifications() {
        let group = item("AWS::EC2::SecurityGroup", "sg-1", &json!({"groupId": "sg-1", "ipPermissions": []}));
        let check = |value: &Value| {
            let (inventory, defects) = read_value(value);
            assert_eq!((inventory.security_groups.len(), defects), (1, 0), "{value}");
        };
        check(&json!({"fileVersion": "1.0", "configSnapshotId": "x", "configurationItems": [group]}));
        check(&json!({"baseConfigurationItems": [group]}));
        check(&json!([group]));
        check(&group);
        check(&json!({"configurationItem": group, "messageType": "ConfigurationItemChangeNotification"}));
        check(&json!({"configurationItem": [group]}));
        check(
            &json!({"detail-type": "Config Configuration Item Change", "detail": {"configurationItem": group}}),
        );
        let message = json!({ "configurationItem": group });
        check(&json!({"Type": "Notification", "Message": message}));
        check(&json!({"Type": "Notification", "Message": message.to_string()}));
    }

    #[test]
    fn unreadable_items_are_counted() {
        let check = |changes: Value, defects| {
            let mut value = item("AWS::EC2::SecurityGroup", "sg-1", &json!({"groupId": "sg-1"}));
            value.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            let (inventory, found) = read_value(&value);
            assert_eq!((inventory.security_groups.len(), found), (0, defects), "{value}");
        };
        check(json!({"configurationItemCaptureTime": null}), 1);
        check(json!({"configurationItemCaptureTime": "soon"}), 1);
        check(json!({"resourceId": null}), 1);
        check(json!({"configuration": "{"}), 1);
        check(json!({"configuration": [7]}), 1);
        check(json!({"configuration": {}}), 1);
        check(json!({"configuration": null, "configurationItemStatus": "ResourceNotRecorded"}), 1);
        check(json!({"resourceType": "AWS::EC2::Volume"}), 1);
        check(json!({"resourceType": "AWS::S3::Bucket"}), 1);
        check(json!({"resourceType": 7}), 1);
        check(json!({"resourceType": []}), 1);
    }
}
