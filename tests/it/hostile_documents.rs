//! Hostile documents: whatever value any field of any document has, the library returns a report, its commands consist of
//! plain words, and no text in it acts on a terminal.

use std::collections::BTreeMap;

use flowcause::pipeline::{LogInput, Options, explain};
use flowcause::progress::NoProgress;
use flowcause::render::sanitize::is_hostile;
use flowcause::render::{Format, RenderOptions, render};
use flowcause::report::Report;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::Config;
use serde_json::{Value, json};

use crate::support::commands::is_permitted;

/// A task that could not reach an endpoint, one without a route to S3, and one behind a failed NAT gateway.
const LOG: &str = "\
interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status
eni-t 10.40.1.31 10.40.12.36 41002 443 6 3 180 1795403540 1795403543 REJECT 2 OK
eni-t 10.40.1.31 10.40.12.36 41010 443 6 3 180 1795403550 1795403553 REJECT 2 OK
eni-u 10.40.1.32 52.216.1.1 41002 443 6 3 180 1795403540 1795403543 ACCEPT 2 OK
eni-u 10.40.1.32 52.216.1.1 41010 443 6 3 180 1795403550 1795403553 ACCEPT 2 OK
eni-v 10.40.2.33 44.213.79.104 41002 443 6 3 180 1795403540 1795403543 ACCEPT 2 OK
eni-v 10.40.2.33 44.213.79.104 41010 443 6 3 180 1795403550 1795403553 ACCEPT 2 OK
eni-e - - - - - - - 1795403760 1795403819 - - NODATA
";

/// One document of every kind.
pub(crate) fn documents() -> Vec<Value> {
    let task = |id: &str, interface: &str, subnet: &str, address: &str| {
        json!({"taskArn": format!("arn:aws:ecs:eu-west-1:123456789012:task/shop/{id}"),
            "clusterArn": "arn:aws:ecs:eu-west-1:123456789012:cluster/shop", "group": "service:orders",
            "taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:1",
            "stopCode": "TaskFailedToStart", "createdAt": "2026-11-23T03:12:00Z", "stoppedAt": 1_795_403_700.5,
            "stoppedReason": "ResourceInitializationError: unable to pull secrets or registry auth: signal: killed",
            "containers": [{"name": "app", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1", "reason": "x"}],
            "attachments": [{"type": "ElasticNetworkInterface", "details": [
                {"name": "networkInterfaceId", "value": interface}, {"name": "subnetId", "value": subnet},
                {"name": "privateIPv4Address", "value": address}]}]})
    };
    let all = json!([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]);
    let entries = json!([
        {"Egress": true, "RuleNumber": 100, "RuleAction": "allow", "Protocol": "6", "PortRange": {"From": 443, "To": 443}, "CidrBlock": "0.0.0.0/0"},
        {"Egress": false, "RuleNumber": 32767, "RuleAction": "deny", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"}]);
    let item = |kind: &str, id: &str, configuration: Value| {
        json!({"resourceType": format!("AWS::EC2::{kind}"), "resourceId": id, "configurationItemStatus": "OK",
            "configurationItemCaptureTime": "2026-11-23T03:00:00Z", "configuration": configuration})
    };
    vec![
        json!({"failures": [], "tasks": [task("82f6", "eni-t", "subnet-t", "10.40.1.31"), task("82f7", "eni-u", "subnet-t", "10.40.1.32"),
            task("82f8", "eni-v", "subnet-v", "10.40.2.33")]}),
        json!({"services": [{"serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/shop/orders", "serviceName": "orders",
            "clusterArn": "arn:aws:ecs:eu-west-1:123456789012:cluster/shop", "networkConfiguration": {"awsvpcConfiguration":
                {"subnets": ["subnet-t"], "securityGroups": ["sg-t"], "assignPublicIp": "DISABLED"}}}]}),
        json!({"taskDefinition": {"taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:1", "family": "orders",
            "containerDefinitions": [{"name": "app", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1",
                "secrets": [{"name": "K", "valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:k"}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g", "awslogs-region": "eu-west-1"}}}]}}),
        json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.40.0.0/16", "DhcpOptionsId": "dopt-1"}]}),
        json!({"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}),
        json!({"VpcId": "vpc-1", "EnableDnsHostnames": {"Value": false}}),
        json!({"DhcpOptions": [{"DhcpOptionsId": "dopt-1", "DhcpConfigurations": [{"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]}]}]}),
        json!({"Subnets": [{"SubnetId": "subnet-t", "VpcId": "vpc-1", "CidrBlock": "10.40.1.0/24", "AvailabilityZone": "eu-west-1a"},
            {"SubnetId": "subnet-v", "VpcId": "vpc-1", "CidrBlock": "10.40.2.0/24", "AvailabilityZone": "eu-west-1a"},
            {"SubnetId": "subnet-e", "VpcId": "vpc-1", "CidrBlock": "10.40.12.0/24", "AvailabilityZone": "eu-west-1b"}]}),
        json!({"SecurityGroups": [{"GroupId": "sg-t", "GroupName": "tasks", "VpcId": "vpc-1", "IpPermissions": [], "IpPermissionsEgress": [
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl-1"}], "UserIdGroupPairs": [{"GroupId": "sg-9", "Description": "x"}],
                 "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]},
            {"GroupId": "sg-v", "VpcId": "vpc-1", "IpPermissions": [], "IpPermissionsEgress": all},
            {"GroupId": "sg-e", "VpcId": "vpc-1", "IpPermissions": [], "IpPermissionsEgress": all}]}),
        json!({"SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-e", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIpv4": "10.0.0.0/8"}]}),
        json!({"RouteTables": [{"RouteTableId": "rtb-t", "VpcId": "vpc-1", "Associations": [{"Main": true, "SubnetId": "subnet-t"}], "Routes": [
                {"DestinationCidrBlock": "10.40.0.0/16", "GatewayId": "local", "State": "active"}]},
            {"RouteTableId": "rtb-v", "VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-v"}], "Routes": [
                {"DestinationCidrBlock": "10.40.0.0/16", "GatewayId": "local"}, {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}]}]}),
        json!({"NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true, "Associations": [{"SubnetId": "subnet-t"}, {"SubnetId": "subnet-v"}], "Entries": entries}]}),
        json!({"NatGateways": [{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-e", "State": "failed", "FailureMessage": "no address",
            "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-n", "PrivateIp": "10.40.12.9", "PublicIp": "198.51.100.9"}]}]}),
        json!({"InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"State": "available", "VpcId": "vpc-1"}]}]}),
        json!({"VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"}, "RequesterVpcInfo": {"VpcId": "vpc-1"}}]}),
        json!({"TransitGatewayVpcAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "VpcId": "vpc-1", "State": "available", "SubnetIds": ["subnet-e"]}]}),
        json!({"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.eu-west-1.secretsmanager", "State": "available",
            "VpcId": "vpc-1", "PrivateDnsEnabled": true, "NetworkInterfaceIds": ["eni-e"], "SubnetIds": ["subnet-e"], "Groups": [{"GroupId": "sg-e"}]},
            {"VpcEndpointId": "vpce-2", "VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.eu-west-1.s3", "State": "available", "VpcId": "vpc-1", "RouteTableIds": []}]}),
        json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-e", "InterfaceType": "vpc_endpoint", "Description": "VPC Endpoint Interface vpce-1", "SubnetId": "subnet-e",
            "VpcId": "vpc-1", "PrivateIpAddress": "10.40.12.36", "Groups": [{"GroupId": "sg-e"}], "Ipv6Addresses": [{"Ipv6Address": "2001:db8::1"}]},
            {"NetworkInterfaceId": "eni-v", "SubnetId": "subnet-v", "VpcId": "vpc-1", "PrivateIpAddress": "10.40.2.33", "Groups": [{"GroupId": "sg-v"}]}]}),
        json!({"PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "com.amazonaws.eu-west-1.s3", "Cidrs": ["52.216.0.0/15"]}]}),
        json!({"PrefixListId": "pl-2", "Entries": [{"Cidr": "10.0.0.0/8", "Description": "x"}]}),
        json!({"FlowLogs": [{"FlowLogId": "fl-1", "ResourceId": "vpc-1", "TrafficType": "ALL", "MaxAggregationInterval": 60, "FlowLogStatus": "ACTIVE"}]}),
        json!({"syncToken": "1", "createDate": "2026-11-20-00-00-00", "prefixes": [{"ip_prefix": "52.216.0.0/15", "region": "eu-west-1", "service": "S3"}],
            "ipv6_prefixes": [{"ipv6_prefix": "2600:1f60::/32", "region": "GLOBAL", "service": "S3"}]}),
        json!({"version": "1.1", "vpc_id": "vpc-1", "query_timestamp": "2026-11-23T03:12:01Z", "query_name": "api.ecr.eu-west-1.amazonaws.com.", "query_type": "A",
            "rcode": "NOERROR", "answers": [{"Rdata": "44.213.79.104", "Type": "A", "Class": "IN"}], "srcaddr": "10.40.2.33"}),
        json!({"fileVersion": "1.0", "configurationItems": [
            item("SecurityGroup", "sg-v", json!({"groupId": "sg-v", "vpcId": "vpc-1", "ipPermissions": [], "ipPermissionsEgress": [{"ipProtocol": "-1", "ipRanges": ["0.0.0.0/0"]}]})),
            item("NetworkInterface", "eni-t", json!({"networkInterfaceId": "eni-t", "subnetId": "subnet-t", "vpcId": "vpc-1", "privateIpAddress": "10.40.1.31", "groups": [{"groupId": "sg-t"}]}))]}),
        json!({"Records": [{"eventSource": "ec2.amazonaws.com", "eventName": "CreateNetworkInterface", "eventTime": "2026-11-23T03:12:00Z",
            "responseElements": {"networkInterface": {"networkInterfaceId": "eni-u", "privateIpAddress": "10.40.1.32", "groupSet": {"items": [{"groupId": "sg-t"}]}}}}]}),
    ]
}

/// A report on these documents.
fn report(documents: &[Value]) -> Report {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
    std::fs::write(folder.path().join("documents.json"), texts.join("\n")).expect("a file");
    std::fs::write(folder.path().join("a.log"), LOG).expect("a file");
    let options = Options {
        logs: vec![LogInput::Path(folder.path().join("a.log"))],
        metadata: vec![folder.path().join("documents.json")],
        ports: vec![53, 443],
        threads: Some(1),
        ..Options::default()
    };
    explain(&options, &NoProgress).expect("records are there")
}

fn rendered(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    render(report, format, &RenderOptions::default(), &mut out).expect("memory takes it");
    String::from_utf8(out).expect("text")
}

/// Checks that nothing in a report does harm.
fn check(documents: &[Value]) -> Report {
    let report = report(documents);
    for command in report.incidents.iter().flat_map(|incident| &incident.fix.commands) {
        assert!(is_permitted(command), "{command}");
    }
    let page = rendered(&report, Format::Terminal);
    assert!(page.lines().all(|line| !line.contains(is_hostile)), "{page}");
    serde_json::from_str::<Value>(&rendered(&report, Format::Json)).expect("JSON");
    report
}

/// The places of all values in a document.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| {
            places(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
        }),
        Value::Array(values) => {
            values
                .iter()
                .enumerate()
                .for_each(|(place, value)| places(value, &format!("{at}/{place}"), found));
        }
        _ => {}
    }
}

/// A hostile value for any field.
fn harm() -> impl Strategy<Value = Value> {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!(""),
        deep,
        json!(-1),
        json!(0),
        json!(70_000),
        json!(1.5),
        json!(1e300),
        json!(i64::MIN),
        json!(u64::MAX),
        json!("443"),
        json!("-1"),
        json!("all"),
        json!("tcp"),
        json!("deny"),
        json!("blackhole"),
        json!("failed"),
        json!("local"),
        json!("igw-1"),
        json!("vpce-2"),
        json!("nat-2"),
        json!("vpc-2"),
        json!("sg-t"),
        json!("subnet-e"),
        json!("eni-t"),
        json!("10.40.1.31"),
        json!("10.40.12.36"),
        json!("10.40.1.7/16"),
        json!("0.0.0.0/0"),
        json!("::/0"),
        json!("10.0.0.0/33"),
        json!("::ffff:10.0.0.1/96"),
        json!("2001:db8::1"),
        json!("2026-11-23T03:13:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("-9999-01-01T00:00:00Z"),
        json!("\u{1b}[2J\u{7}\u{202e}evil"),
        json!("sg-1'; reboot #"),
        json!("--endpoint-url=http://x"),
        json!("file:///etc/passwd"),
        json!("$(id)"),
        json!("a\nb\r\tc"),
        json!("\u{0}"),
        json!("x".repeat(20_000)),
        json!("é".repeat(300)),
    ])
}

/// Documents with one value replaced.
fn spoil(documents: &mut [Value], document: Index, place: Index, harm: Value) {
    let document = document.get_mut(documents);
    let mut all = Vec::new();
    places(document, "", &mut all);
    let place = place.get::<String>(&all);
    *document.pointer_mut(place).expect("it is there") = harm;
}

proptest! {
    #![proptest_config(Config { cases: 96, failure_persistence: None, ..Config::default() })]

    #[test]
    fn anything_may_stand_anywhere(
        spoilt in prop::collection::vec((any::<Index>(), any::<Index>(), harm()), 1..6),
        again in prop::collection::vec((any::<Index>(), any::<Index>(), harm()), 0..3),
    ) {
        let mut documents = documents();
        // Two copies of a document that differ in one value contradict each other.
        for (document, place, harm) in again {
            let mut copy = [document.get(&documents).clone()];
            spoil(&mut copy, document, place, harm);
            documents.extend(copy);
        }
        for (document, place, harm) in spoilt {
            spoil(&mut documents, document, place, harm);
        }
        check(&documents);
    }
}

#[test]
fn the_documents_are_read_and_give_commands() {
    let report = check(&documents());
    assert!(report.inputs.defects.is_empty(), "{:?}", report.inputs.defects);
    let commands = report.incidents.iter().flat_map(|incident| &incident.fix.commands);
    let verbs: BTreeMap<&str, usize> =
        commands.filter_map(|command| command.split(' ').nth(2)).fold(BTreeMap::new(), |mut all, verb| {
            *all.entry(verb).or_default() += 1;
            all
        });
    for verb in [
        "authorize-security-group-egress",
        "authorize-security-group-ingress",
        "create-network-acl-entry",
        "modify-vpc-endpoint",
    ] {
        assert!(verbs.contains_key(verb), "{verb} is none of {verbs:?}");
    }
}

/// Every name in every document is hostile; names that were equal before stay equal.
#[test]
fn hostile_names_give_no_commands() {
    let text = serde_json::to_string(&documents()).expect("JSON");
    for harm in
        ["'; reboot #", " --endpoint-url=http://x", "$(id)", "`id`", "\\n--x", "\\u001b[2J", "\\u202e"]
    {
        let mut spoilt = text.clone();
        for kind in ["sg-", "acl-", "rtb-", "vpce-", "vpc-", "subnet-", "nat-", "igw-", "pl-"] {
            spoilt = spoilt.replace(&format!("\"{kind}"), &format!("\"{kind}{harm}"));
        }
        let documents: Vec<Value> = serde_json::from_str(&spoilt).expect("JSON");
        let report = check(&documents);
        let commands = report.incidents.iter().flat_map(|incident| &incident.fix.commands);
        let given: Vec<&String> = commands.filter(|command| !command.contains("describe-")).collect();
        assert!(given.is_empty(), "{given:?}");
    }
}

/// A thousand groups at one interface, and a name of ten million letters.
#[test]
fn very_large_documents_do_no_harm() {
    let mut documents = documents();
    let groups: Vec<Value> = (0..1000).map(|number| json!({"GroupId": format!("sg-{number}")})).collect();
    documents.push(
        json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-t", "SubnetId": "subnet-t", "VpcId": "vpc-1",
        "PrivateIpAddress": "10.40.1.31", "Groups": groups, "Description": "x".repeat(10_000_000)}]}),
    );
    check(&documents);
}

/// A secret that someone wrote in a wrong place.
const SECRET: &str = "hunter2 is the password";

#[test]
fn no_secret_in_a_wrong_place_appears_in_any_output() {
    let container = "/taskDefinition/containerDefinitions/0";
    let places = [
        ("secrets", json!(SECRET)),
        ("secrets", json!([SECRET])),
        ("secrets", json!([{"name": SECRET, "valueFrom": SECRET}])),
        ("secrets", json!([{"name": "K", "valueFrom": {SECRET: SECRET}}])),
        ("environment", json!(SECRET)),
        ("environment", json!([SECRET])),
        ("environment", json!([{"name": "A", "value": SECRET}])),
        ("environment", json!([{"name": [SECRET], "value": [SECRET]}])),
        ("environmentFiles", json!([{"type": "s3", "value": SECRET}])),
        ("repositoryCredentials", json!({"credentialsParameter": SECRET})),
        ("logConfiguration", json!(SECRET)),
        ("logConfiguration", json!({"logDriver": SECRET, "options": SECRET})),
        ("logConfiguration", json!({"logDriver": "awslogs", "options": {"awslogs-region": SECRET}})),
        ("logConfiguration", json!({"logDriver": "awslogs", "options": {"splunk-token": SECRET}})),
        (
            "logConfiguration",
            json!({"logDriver": "awslogs", "secretOptions": [{"name": "t", "valueFrom": SECRET}]}),
        ),
    ];
    for (key, value) in places {
        let mut all = documents();
        let one = all.iter_mut().find_map(|document| document.pointer_mut(container)).expect("a container");
        one[key] = value.clone();
        let report = report(&all);
        for format in Format::ALL {
            let mut out = Vec::new();
            render(&report, format, &RenderOptions::default(), &mut out).expect("memory takes it");
            assert!(!String::from_utf8_lossy(&out).contains("hunter2"), "{format:?} {key} {value}");
        }
        let text = all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let (inventory, defects, _) = flowcause::inventory::parse([("f", text.as_bytes())]);
        let checked =
            flowcause::check::check(&inventory, &flowcause::check::LaunchTargetSelection::default());
        assert!(!format!("{defects:?} {checked:?}").contains("hunter2"), "{key} {value}");
    }
}

#[test]
fn nothing_of_a_foreign_file_is_quoted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [
        ("a.json", "hunter2\n"),
        ("b.json", "\"hunter2\""),
        ("c.json", "{\"hunter2\": \"hunter2\"}"),
        ("d.json", "[{\"hunter2\": \"hunter2\"}]"),
        ("e.json", "{hunter2"),
        ("f.json", "An error occurred (AccessDenied) when calling the DescribeSubnets operation: hunter2"),
    ] {
        std::fs::write(folder.path().join(name), text).expect("a file");
        let path = folder.path().join(name);
        let (_, defects, _) = flowcause::inventory::load(&[path], u64::MAX).expect("they fit");
        assert!(!defects.is_empty(), "{name} is reported");
        assert!(!format!("{defects:?}").contains("hunter2"), "{name} {defects:?}");
    }
}
