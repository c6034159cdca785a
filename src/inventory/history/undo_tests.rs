//! Documents of the present, changes by CloudTrail, and the state at a time before or after them.

use serde_json::{Value, json};

use crate::inventory::{Inventory, Past, exactly_at, parse, without};
use crate::model::access::Boundary;
use crate::model::configuration_change::ConfigurationChange;
use crate::model::document::DocumentKind;
use crate::model::ids::{SubnetId, VpcId};
use crate::model::time::Timestamp;

/// 2026-11-23T00:00:00Z.
const MIDNIGHT: i64 = 1_795_392_000;
const ROLE: &str = "arn:aws:iam::123456789012:role/app/orders";
const POLICY: &str = "arn:aws:iam::123456789012:policy/read";
const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC1dE";
const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/k-1";

fn hour(hours: i64) -> Timestamp {
    Timestamp(MIDNIGHT + hours * 3600)
}

fn read(documents: &[Value]) -> Inventory {
    let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
    parse(texts.iter().map(|text| ("f", text.as_bytes()))).0
}

/// A call of an hour; the id of the event follows from its name and hour.
fn call(service: &str, name: &str, hours: i64, request: &Value, answer: &Value) -> Value {
    json!({"eventSource": format!("{service}.amazonaws.com"), "eventName": name, "eventID": format!("{name} {hours}"),
        "eventTime": hour(hours).to_string(), "awsRegion": "eu-west-1", "recipientAccountId": "123456789012",
        "requestParameters": request, "responseElements": answer})
}

fn ec2(name: &str, hours: i64, request: Value) -> Value {
    call("ec2", name, hours, &request, &Value::Null)
}

/// The route tables, ACLs and other things of one VPC, as they are at hour 12.
fn documents() -> Vec<Value> {
    vec![
        json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "DhcpOptionsId": "dopt-1"}]}),
        json!({"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}),
        json!({"VpcId": "vpc-1", "EnableDnsHostnames": {"Value": true}}),
        json!({"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "eu-west-1a"},
            {"SubnetId": "subnet-2", "VpcId": "vpc-1", "CidrBlock": "10.0.2.0/24", "AvailabilityZone": "eu-west-1b"}]}),
        json!({"NetworkAcls": [
            {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [{"NetworkAclAssociationId": "aclassoc-2", "SubnetId": "subnet-1"}],
                "Entries": [entry(100, "allow"), entry(90, "deny")]},
            {"NetworkAclId": "acl-2", "VpcId": "vpc-1", "Associations": [{"NetworkAclAssociationId": "aclassoc-9", "SubnetId": "subnet-2"}],
                "Entries": [entry(100, "allow")]}]}),
        json!({"RouteTables": [
            {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"RouteTableAssociationId": "rtbassoc-1", "SubnetId": "subnet-1"}],
                "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}, {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}]},
            {"RouteTableId": "rtb-2", "VpcId": "vpc-1", "Associations": [{"RouteTableAssociationId": "rtbassoc-0", "Main": true}],
                "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}]}]}),
        json!({"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "ServiceName": "com.amazonaws.eu-west-1.logs", "VpcEndpointType": "Interface",
            "PrivateDnsEnabled": true, "State": "available", "VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "Groups": [{"GroupId": "sg-1"}],
            "PolicyDocument": "{\"Statement\":[]}"}]}),
        json!({"NatGateways": [{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "available"}]}),
        json!({"InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"State": "available", "VpcId": "vpc-1"}]}]}),
        json!({"Role": {"RoleName": "orders", "Path": "/app/", "Arn": ROLE, "RoleId": "AROA1", "CreateDate": hour(-99).to_string(), "AssumeRolePolicyDocument": {}}}),
        json!({"Policy": {"Arn": POLICY, "PolicyName": "read", "DefaultVersionId": "v2", "UpdateDate": hour(9).to_string()}}),
    ]
}

fn entry(number: u16, action: &str) -> Value {
    json!({"Egress": true, "RuleNumber": number, "RuleAction": action, "Protocol": "-1", "CidrBlock": "0.0.0.0/0"})
}

fn entry_call(name: &str, hours: i64, number: u16, action: &str) -> Value {
    let request = json!({"networkAclId": "acl-1", "egress": true, "ruleNumber": number, "ruleAction": action, "aclProtocol": "-1",
        "portRange": {}, "icmpTypeCode": {}, "cidrBlock": "0.0.0.0/0"});
    ec2(name, hours, request)
}

fn route_call(name: &str, hours: i64, target: &str) -> Value {
    let mut request = json!({"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"});
    if !target.is_empty() {
        request["natGatewayId"] = json!(target);
    }
    ec2(name, hours, request)
}

/// Checks a property of the inventory at an hour, reached in one step and through the hours before it.
fn check(events: &[Value], hours: i64, want: &str, show: fn(&Inventory) -> String) {
    let inventory = read(&[documents(), events.to_vec()].concat());
    let mut past = Past::of(&inventory);
    assert_eq!(show(past.at(hour(hours))), want, "{events:?} at {hours}");
    let mut walk = Past::of(&inventory);
    for before in 0..=hours {
        walk.at(hour(before));
    }
    assert_eq!(show(walk.at(hour(hours))), want, "walked: {events:?} at {hours}");
    assert_eq!(walk.at(hour(hours)), Past::of(&inventory).at(hour(hours)), "{events:?} at {hours}");
}

fn acl(inventory: &Inventory) -> String {
    let acl = &inventory.network_acls["acl-1"];
    if !acl.is_whole {
        return "?".to_owned();
    }
    acl.entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn default_route(inventory: &Inventory) -> String {
    let table = &inventory.route_tables["rtb-1"];
    let route = table.routes.iter().find(|route| route.destination.to_string() == "0.0.0.0/0");
    match route {
        _ if !table.is_whole => "?".to_owned(),
        Some(route) => route.target.to_string(),
        None => "-".to_owned(),
    }
}

#[test]
fn entries_of_acls_are_undone() {
    let both = "rule 90 deny all traffic 0.0.0.0/0, rule 100 allow all traffic 0.0.0.0/0";
    let open = "rule 100 allow all traffic 0.0.0.0/0";
    check(&[], 3, both, acl);
    check(&[entry_call("CreateNetworkAclEntry", 5, 90, "deny")], 3, open, acl);
    check(&[entry_call("CreateNetworkAclEntry", 5, 90, "deny")], 6, both, acl);
    // A change and its repair.
    let repaired = [
        entry_call("CreateNetworkAclEntry", 5, 80, "deny"),
        entry_call("DeleteNetworkAclEntry", 7, 80, "deny"),
    ];
    check(&repaired, 4, both, acl);
    check(&repaired, 6, &format!("rule 80 deny all traffic 0.0.0.0/0, {both}"), acl);
    check(&repaired, 8, both, acl);
    // The entry that was deleted is not shown.
    check(&repaired[1..], 6, "?", acl);
    check(&[entry_call("ReplaceNetworkAclEntry", 5, 90, "deny")], 3, "?", acl);
    let replaced = [
        entry_call("CreateNetworkAclEntry", 2, 90, "allow"),
        entry_call("ReplaceNetworkAclEntry", 5, 90, "deny"),
    ];
    check(&replaced, 3, "rule 90 allow all traffic 0.0.0.0/0, rule 100 allow all traffic 0.0.0.0/0", acl);
    // The document is older than an event, or another one is missing.
    check(&[entry_call("CreateNetworkAclEntry", 5, 90, "allow")], 3, "?", acl);
    check(&[entry_call("DeleteNetworkAclEntry", 2, 90, "deny")], 3, "?", acl);
    check(&[ec2("CreateNetworkAclEntry", 5, json!({"networkAclId": "acl-1"}))], 3, "?", acl);
    check(&[ec2("CreateNetworkAclEntry", 2, json!({"networkAclId": "acl-1"}))], 3, both, acl);
}

#[test]
fn routes_are_undone() {
    check(&[route_call("CreateRoute", 5, "nat-1")], 3, "-", default_route);
    let again = [route_call("DeleteRoute", 4, ""), route_call("CreateRoute", 6, "nat-1")];
    check(&again, 5, "-", default_route);
    check(&again, 3, "?", default_route);
    check(&again, 7, "nat-1", default_route);
    check(&[&[route_call("CreateRoute", 1, "nat-1")], again.as_slice()].concat(), 3, "nat-1", default_route);
    check(&[route_call("ReplaceRoute", 5, "nat-1")], 3, "?", default_route);
    check(
        &[route_call("CreateRoute", 1, "nat-0"), route_call("ReplaceRoute", 5, "nat-1")],
        3,
        "nat-0",
        default_route,
    );
    check(&[route_call("DeleteRoute", 2, "")], 3, "?", default_route);
}

fn controls(inventory: &Inventory) -> String {
    let subnet = SubnetId::new("subnet-1");
    let acl = inventory.network_acl_of(&subnet).map_or("?".to_owned(), |acl| acl.id.to_string());
    let table = inventory.route_table_of(&subnet, None).map_or("?".to_owned(), |table| table.id.to_string());
    format!("{acl} {table}")
}

#[test]
fn associations_are_undone() {
    let replaced = |hours: i64, old: &str, new: &str, acl: &str| {
        let request = json!({"associationId": old, "networkAclId": acl});
        call("ec2", "ReplaceNetworkAclAssociation", hours, &request, &json!({ "newAssociationId": new }))
    };
    check(&[], 3, "acl-1 rtb-1", controls);
    check(&[replaced(5, "aclassoc-1", "aclassoc-2", "acl-1")], 3, "? rtb-1", controls);
    let chain =
        [replaced(2, "aclassoc-0", "aclassoc-1", "acl-2"), replaced(5, "aclassoc-1", "aclassoc-2", "acl-1")];
    check(&chain, 3, "acl-2 rtb-1", controls);
    check(&chain, 6, "acl-1 rtb-1", controls);
    // A subnet of another VPC.
    check(&[replaced(5, "aclassoc-7", "aclassoc-8", "acl-8")], 3, "acl-1 rtb-1", controls);
    let associated = call(
        "ec2",
        "AssociateRouteTable",
        5,
        &json!({"routeTableId": "rtb-1", "subnetId": "subnet-1"}),
        &json!({"associationId": "rtbassoc-1"}),
    );
    check(std::slice::from_ref(&associated), 3, "acl-1 rtb-2", controls);
    check(std::slice::from_ref(&associated), 6, "acl-1 rtb-1", controls);
    let table = |hours, old: &str, new: &str| {
        let request = json!({"associationId": old, "routeTableId": "rtb-1"});
        call("ec2", "ReplaceRouteTableAssociation", hours, &request, &json!({ "newAssociationId": new }))
    };
    check(&[table(5, "rtbassoc-x", "rtbassoc-1")], 3, "acl-1 ?", controls);
}

#[test]
fn a_subnet_that_may_have_lost_its_table_is_unknown() {
    let of = |inventory: &Inventory| {
        let table = inventory.route_table_of(&SubnetId::new("subnet-2"), Some(&VpcId::new("vpc-1")));
        table.map_or("?".to_owned(), |table| table.id.to_string())
    };
    let gone = ec2("DisassociateRouteTable", 5, json!({"associationId": "rtbassoc-5"}));
    check(&[], 3, "rtb-2", of);
    check(std::slice::from_ref(&gone), 3, "?", of);
    check(std::slice::from_ref(&gone), 6, "rtb-2", of);
    let made = call(
        "ec2",
        "AssociateRouteTable",
        1,
        &json!({"routeTableId": "rtb-1", "subnetId": "subnet-2"}),
        &json!({"associationId": "rtbassoc-5"}),
    );
    check(&[made, gone], 3, "rtb-1", of);
}

fn endpoint(inventory: &Inventory) -> String {
    let Some(endpoint) = inventory.endpoints.get("vpce-1") else {
        let is_listed = inventory.documents.contains(&DocumentKind::VpcEndpoints);
        return if is_listed { "-" } else { "?" }.to_owned();
    };
    let policy = endpoint.policy.as_ref().map_or("?", |policy| policy.0.as_str());
    let names = endpoint.private_dns_enabled.map_or("?".to_owned(), |is_on| is_on.to_string());
    format!("{names} {} {policy}", endpoint.group_ids.len())
}

fn modified(hours: i64, mut request: Value) -> Value {
    request["VpcEndpointId"] = json!("vpce-1");
    ec2("ModifyVpcEndpoint", hours, json!({ "ModifyVpcEndpointRequest": request }))
}

#[test]
fn endpoints_are_undone() {
    let created = |hours, names: bool| {
        let made = json!({"vpcEndpointId": "vpce-1", "privateDnsEnabled": names});
        call(
            "ec2",
            "CreateVpcEndpoint",
            hours,
            &json!({}),
            &json!({"CreateVpcEndpointResponse": {"vpcEndpoint": made}}),
        )
    };
    let whole = "true 1 {\"Statement\":[]}";
    check(&[created(5, true)], 3, "-", endpoint);
    check(&[created(5, true)], 6, whole, endpoint);
    check(&[modified(5, json!({"PrivateDnsEnabled": true}))], 3, "? 1 {\"Statement\":[]}", endpoint);
    check(
        &[created(1, false), modified(5, json!({"PrivateDnsEnabled": true}))],
        3,
        "false 1 {\"Statement\":[]}",
        endpoint,
    );
    check(&[modified(5, json!({"PrivateDnsEnabled": false}))], 3, "? 1 {\"Statement\":[]}", endpoint);
    check(
        &[modified(5, json!({"AddSecurityGroupId": {"content": "sg-1"}}))],
        3,
        "true 0 {\"Statement\":[]}",
        endpoint,
    );
    check(&[modified(5, json!({"PolicyDocument": "{\"Statement\": []}"}))], 3, "true 1 ?", endpoint);
    check(&[modified(5, json!({}))], 3, "? 0 ?", endpoint);
    // It was deleted after the time, but the document is older than that.
    let deleted = |id: &str| {
        ec2("DeleteVpcEndpoints", 5, json!({"DeleteVpcEndpointsRequest": {"VpcEndpointId": {"content": id}}}))
    };
    check(&[deleted("vpce-1")], 3, "?", endpoint);
    let listed =
        |inventory: &Inventory| inventory.documents.contains(&DocumentKind::VpcEndpoints).to_string();
    check(&[deleted("vpce-7")], 3, "false", listed);
    check(&[deleted("vpce-7")], 6, "true", listed);
    // The routes of a gateway endpoint are gone with it.
    check(&[deleted("vpce-7")], 3, "?", default_route);
}

#[test]
fn gateways_and_vpcs_are_undone() {
    let nat = |inventory: &Inventory| {
        let is_listed = inventory.documents.contains(&DocumentKind::NatGateways);
        format!("{} {is_listed}", inventory.nat_gateways.len())
    };
    let made = call(
        "ec2",
        "CreateNatGateway",
        5,
        &json!({}),
        &json!({"CreateNatGatewayResponse": {"natGateway": {"natGatewayId": "nat-1"}}}),
    );
    check(std::slice::from_ref(&made), 3, "0 true", nat);
    check(&[made], 6, "1 true", nat);
    check(
        &[ec2("DeleteNatGateway", 5, json!({"DeleteNatGatewayRequest": {"NatGatewayId": "nat-7"}}))],
        3,
        "1 false",
        nat,
    );
    let attached = |inventory: &Inventory| {
        format!("{:?}", inventory.internet_gateways["igw-1"].vpc_ids.as_ref().map(Vec::len))
    };
    check(
        &[ec2("AttachInternetGateway", 5, json!({"internetGatewayId": "igw-1", "vpcId": "vpc-1"}))],
        3,
        "Some(0)",
        attached,
    );
    let vpc = |inventory: &Inventory| {
        let vpc = &inventory.vpcs["vpc-1"];
        format!("{:?} {:?}", vpc.dns_support, vpc.dhcp_options_id.as_ref().map(ToString::to_string))
    };
    let support = |hours, is_on: bool| {
        ec2("ModifyVpcAttribute", hours, json!({"vpcId": "vpc-1", "enableDnsSupport": {"value": is_on}}))
    };
    check(&[support(5, true)], 3, "None Some(\"dopt-1\")", vpc);
    check(&[support(2, false), support(5, true)], 3, "Some(false) Some(\"dopt-1\")", vpc);
    check(&[support(2, false)], 3, "None Some(\"dopt-1\")", vpc);
    check(
        &[ec2("AssociateDhcpOptions", 5, json!({"vpcId": "vpc-1", "dhcpOptionsId": "dopt-1"}))],
        3,
        "Some(true) None",
        vpc,
    );
}

#[test]
fn events_of_another_account_or_region_are_not_mixed_in() {
    let own = entry_call("CreateNetworkAclEntry", 5, 90, "deny");
    let mut other_account = entry_call("DeleteNetworkAclEntry", 7, 80, "deny");
    other_account["recipientAccountId"] = json!("999999999999");
    check(&[own.clone(), other_account], 3, "?", acl);
    let mut other_region = own.clone();
    other_region["awsRegion"] = json!("ap-south-1");
    check(&[other_region], 3, "?", acl);
    let mut failed = own;
    failed["errorCode"] = json!("Client.DryRunOperation");
    check(&[failed], 3, "rule 90 deny all traffic 0.0.0.0/0, rule 100 allow all traffic 0.0.0.0/0", acl);
}

#[test]
fn two_changes_of_one_second_have_no_order() {
    let mut first = entry_call("CreateNetworkAclEntry", 5, 90, "deny");
    let mut second = entry_call("DeleteNetworkAclEntry", 5, 90, "deny");
    (first["eventID"], second["eventID"]) = (json!("1"), json!("2"));
    check(&[first.clone(), second], 3, "?", acl);
    let mut other = entry_call("CreateNetworkAclEntry", 5, 100, "allow");
    other["eventID"] = json!("3");
    check(&[first, other], 3, "", acl);
}

fn iam(name: &str, hours: i64, request: Value) -> Value {
    call("iam", name, hours, &request, &Value::Null)
}

#[test]
fn policies_are_undone() {
    let default = |inventory: &Inventory| {
        inventory.managed_policies[POLICY].default_version_id.clone().unwrap_or_else(|| "?".to_owned())
    };
    let set = |hours, version: &str| {
        iam("SetDefaultPolicyVersion", hours, json!({"policyArn": POLICY, "versionId": version}))
    };
    check(&[set(5, "v2")], 6, "v2", default);
    check(&[set(5, "v2")], 3, "?", default);
    check(&[set(2, "v1"), set(5, "v2")], 3, "v1", default);
    check(&[set(2, "v1")], 3, "?", default);
    let boundary = |inventory: &Inventory| match &inventory.roles[ROLE].boundary {
        Boundary::NotSaved => "?".to_owned(),
        Boundary::Absent => "-".to_owned(),
        Boundary::Policy(arn) => arn.clone(),
    };
    let bounded =
        iam("PutRolePermissionsBoundary", 5, json!({"roleName": "orders", "permissionsBoundary": "b"}));
    check(&[bounded], 3, "?", boundary);
    check(
        &[iam("PutRolePermissionsBoundary", 5, json!({"roleName": "other", "permissionsBoundary": "b"}))],
        3,
        "-",
        boundary,
    );
}

#[test]
fn the_exact_state_is_that_after_a_change_shortly_before() {
    let inventory = read(&[documents(), vec![entry_call("CreateNetworkAclEntry", 5, 90, "deny")]].concat());
    let both = "rule 90 deny all traffic 0.0.0.0/0, rule 100 allow all traffic 0.0.0.0/0";
    assert_eq!(acl(Past::of(&inventory).at(hour(5).plus(60))), "?");
    assert_eq!(acl(&exactly_at(&inventory, hour(5).plus(60))), both);
    assert_eq!(acl(&exactly_at(&inventory, hour(5))), "?");
    assert_eq!(acl(&exactly_at(&inventory, hour(5).plus(-1))), "rule 100 allow all traffic 0.0.0.0/0");
}

#[test]
fn one_change_is_undone_on_a_copy() {
    let events = [
        entry_call("CreateNetworkAclEntry", 5, 90, "deny"),
        route_call("DeleteRoute", 6, ""),
        route_call("CreateRoute", 8, "nat-1"),
    ];
    let inventory = read(&[documents(), events.to_vec()].concat());
    let of = |name: &str| -> ConfigurationChange {
        inventory.changes.iter().find(|change| change.event_name == name).unwrap().clone()
    };
    let at = exactly_at(&inventory, hour(7));
    assert_eq!(
        acl(&without(&at, &of("CreateNetworkAclEntry")).unwrap()),
        "rule 100 allow all traffic 0.0.0.0/0"
    );
    assert_eq!(default_route(&at), "-");
    // The target of the route is not known, and the route does not exist yet.
    assert_eq!(without(&at, &of("DeleteRoute")), None);
    assert_eq!(without(&at, &of("CreateRoute")), None);
    assert_eq!(default_route(&without(&inventory, &of("CreateRoute")).unwrap()), "-");
    let known = read(&[documents(), events.to_vec(), vec![route_call("CreateRoute", 1, "nat-1")]].concat());
    let at = exactly_at(&known, hour(7));
    assert_eq!(default_route(&without(&at, &of("DeleteRoute")).unwrap()), "nat-1");
}

#[test]
fn keys_and_secrets_are_undone() {
    let documents = [
        json!({"KeyMetadata": {"KeyId": "k-1", "Arn": KEY, "KeyState": "Disabled", "KeyManager": "CUSTOMER"}}),
        json!({"ARN": SECRET, "Name": "db", "DeletedDate": hour(5).to_string(), "VersionIdsToStages": {"v": ["AWSCURRENT"]}}),
    ];
    let state = |events: &[Value], hours| {
        let inventory = read(&[documents.to_vec(), events.to_vec()].concat());
        let then = Past::of(&inventory).at(hour(hours)).clone();
        let secret = then.secrets.get(SECRET).map(|secret| secret.deleted_at.is_some());
        (then.keys[KEY].state.clone(), secret)
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(state(&[], 3), (text("Disabled"), Some(true)));
    let deleted =
        call("secretsmanager", "DeleteSecret", 5, &json!({"secretId": "db"}), &json!({"aRN": SECRET}));
    assert_eq!(state(std::slice::from_ref(&deleted), 3), (text("Disabled"), Some(false)));
    assert_eq!(state(&[deleted], 6), (text("Disabled"), Some(true)));
    let key = |name: &str, hours| call("kms", name, hours, &json!({"keyId": KEY}), &Value::Null);
    assert_eq!(state(&[key("DisableKey", 5)], 3), (None, Some(true)));
    assert_eq!(state(&[key("EnableKey", 1), key("DisableKey", 5)], 3), (text("Enabled"), Some(true)));
    let restored = call("secretsmanager", "RestoreSecret", 5, &json!({"secretId": "db"}), &Value::Null);
    assert_eq!(state(&[restored], 3), (text("Disabled"), None));
}

#[test]
fn states_of_config_that_differ_are_a_change() {
    let item = |hours: i64, port: u16| {
        let rules =
            json!([{"ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipRanges": ["10.0.0.0/8"]}]);
        json!({"resourceType": "AWS::EC2::SecurityGroup", "resourceId": "sg-1", "configurationItemStatus": "OK",
            "configurationItemCaptureTime": hour(hours).to_string(), "configuration": {"groupId": "sg-1", "ipPermissions": rules}})
    };
    let shown = |documents: &[Value]| -> Vec<String> {
        let inventory = read(documents);
        let changes = inventory.changes.iter().map(|change| {
            let ports = change.parts.iter().flatten().map(|one| {
                let there = matches!(one.after, crate::model::configuration_change::PartState::Present(_));
                let text = format!("{:?}", one.part);
                let port = if text.contains("first: 80,") { 80 } else { 443 };
                format!("{port}{}", if there { '+' } else { '-' })
            });
            let since = change.since.map(|since| (since.0 - MIDNIGHT) / 3600);
            format!("{} {since:?} {}", change.source.name(), ports.collect::<Vec<_>>().join(" "))
        });
        changes.collect()
    };
    assert_eq!(shown(&[item(2, 80), item(3, 80)]), Vec::<String>::new());
    assert_eq!(shown(&[item(2, 80), item(4, 443)]), ["AWS Config Some(2) 80- 443+"]);
    let rule = json!({"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8"}]}});
    let made = |hours| {
        ec2(
            "AuthorizeSecurityGroupIngress",
            hours,
            json!({"groupId": "sg-1", "ipPermissions": {"items": [rule]}}),
        )
    };
    // The event explains a part of the difference.
    assert_eq!(
        shown(&[item(2, 80), item(4, 443), made(3)]),
        ["CloudTrail None 443+", "AWS Config Some(2) 80-"]
    );
}

#[test]
fn a_dated_state_is_unknown_after_a_later_event() {
    let item = json!({"resourceType": "AWS::EC2::NetworkAcl", "resourceId": "acl-1", "configurationItemStatus": "OK",
        "configurationItemCaptureTime": hour(2).to_string(), "configuration": {"networkAclId": "acl-1", "entries": [
            {"egress": true, "ruleNumber": 100, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}]}});
    let open = "rule 100 allow all traffic 0.0.0.0/0";
    check(std::slice::from_ref(&item), 6, open, acl);
    let added = entry_call("CreateNetworkAclEntry", 5, 90, "deny");
    check(&[item.clone(), added.clone()], 4, open, acl);
    check(&[item.clone(), added.clone()], 6, "?", acl);
    let window = |from: i64| crate::model::time::Window { from: hour(from), to: hour(from + 1) };
    let inventory = read(&[documents(), vec![item, added]].concat());
    let id = crate::model::ids::NetworkAclId::new("acl-1");
    assert!(inventory.history.shows_acl(&id, window(3)));
    assert!(!inventory.history.shows_acl(&id, window(5)));
    assert!(!inventory.history.shows_acl(&id, window(7)));
}
