//! The results of all look-ups in one inventory with every table.

use std::net::IpAddr;

use super::*;
use crate::inventory::parse;
use crate::model::service::Service;

const DOCUMENTS: &str = r#"
{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"},
    {"SubnetId": "subnet-2", "VpcId": "vpc-1", "CidrBlock": "10.0.2.0/24"}]}
{"Vpcs": [{"VpcId": "vpc-1", "DhcpOptionsId": "dopt-1"}, {"VpcId": "vpc-2", "DhcpOptionsId": "default"},
    {"VpcId": "vpc-3", "DhcpOptionsId": "dopt-9"}, {"VpcId": "vpc-4"}]}
{"DhcpOptions": [{"DhcpOptionsId": "dopt-1", "DhcpConfigurations": [
    {"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]}]}]}
{"NetworkAcls": [
    {"NetworkAclId": "acl-1", "Entries": [], "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]},
    {"NetworkAclId": "acl-2", "Entries": [], "Associations": [{"SubnetId": "subnet-2"}]}]}
{"RouteTables": [
    {"RouteTableId": "rtb-m", "VpcId": "vpc-1", "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}], "Associations": [{"Main": true}, {"SubnetId": "subnet-4"}]},
    {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}], "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-4"}]},
    {"RouteTableId": "rtb-2", "VpcId": "vpc-2", "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}], "Associations": [{"Main": true}]},
    {"RouteTableId": "rtb-3", "VpcId": "vpc-2", "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}], "Associations": [{"Main": true}]}]}
{"NetworkInterfaces": [
    {"NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": "sg-1"}], "Association": {"PublicIp": "198.51.100.1"}},
    {"NetworkInterfaceId": "eni-2", "InterfaceType": "vpc_endpoint", "Description": "VPC Endpoint Interface vpce-1"},
    {"NetworkInterfaceId": "eni-3", "InterfaceType": "nat_gateway"},
    {"NetworkInterfaceId": "eni-4", "Description": "trimmed"}]}
{"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "ServiceName": "com.amazonaws.r.logs", "Groups": [{"GroupId": "sg-2"}]}]}
{"PrefixLists": [
    {"PrefixListId": "pl-1", "PrefixListName": "com.amazonaws.eu-west-1.s3", "Cidrs": ["52.218.0.0/17", "3.5.64.0/21"]},
    {"PrefixListId": "pl-2", "PrefixListName": "com.amazonaws.eu-west-1.dynamodb", "Cidrs": ["52.218.9.0/24"]},
    {"PrefixListId": "pl-3", "PrefixListName": "offices", "Cidrs": ["203.0.113.0/24"]},
    {"PrefixListId": "pl-4", "PrefixListName": "com.amazonaws.eu-west-1.ipv6.s3", "Cidrs": ["2600:1fa0::/32"]},
    {"PrefixListId": "pl-5", "PrefixListName": "unknown"}]}
{"createDate": "2026-11-20-00-00-00", "prefixes": [
    {"ip_prefix": "16.15.0.0/16", "service": "S3", "region": "us-east-1"},
    {"ip_prefix": "16.15.0.0/16", "service": "AMAZON", "region": "us-east-1"},
    {"ip_prefix": "44.192.0.0/11", "service": "EC2", "region": "us-east-1"}]}
{"services": [
    {"serviceArn": "s/1", "serviceName": "orders", "clusterArn": "c/1",
     "networkConfiguration": {"awsvpcConfiguration": {"subnets": [], "securityGroups": ["sg-9"], "assignPublicIp": "DISABLED"}}},
    {"serviceArn": "s/2", "serviceName": "orders", "clusterArn": "c/2"},
    {"serviceArn": "s/3", "serviceName": "mail", "clusterArn": "c/2",
     "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": []}}}]}
{"SecurityGroups": [{"GroupId": "sg-d", "GroupName": "default", "VpcId": "vpc-1"},
        {"GroupId": "sg-e", "GroupName": "default", "VpcId": "vpc-2"}]}
    {"taskDefinition": {"taskDefinitionArn": "td:7", "containerDefinitions": []}}
"#;

fn inventory() -> Inventory {
    let (inventory, defects, _) = parse([("documents", DOCUMENTS.as_bytes())]);
    assert!(defects.is_empty(), "{defects:?}");
    inventory
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A task with these fields.
fn task(inventory: &mut Inventory, fields: &str) -> Task {
    let text = format!(r#"{{"taskArn": "t/1"{fields}}}"#);
    let (read, ..) = parse([("task", text.as_bytes())]);
    inventory.tasks.clone_from(&read.tasks);
    read.tasks["t/1"].clone()
}

#[test]
fn a_subnet_has_one_acl() {
    let inventory = inventory();
    let check = |subnet, want: Option<&str>| {
        let found = inventory.network_acl_of(&SubnetId::new(subnet)).map(|acl| acl.id.as_str());
        assert_eq!(found, want, "{subnet}");
    };
    check("subnet-1", Some("acl-1"));
    check("subnet-2", None);
    check("subnet-3", None);
}

#[test]
fn a_subnet_has_its_own_table_or_the_main_one() {
    let inventory = inventory();
    let check = |subnet, vpc: Option<&str>, want: Option<&str>| {
        let found = inventory.route_table_of(&SubnetId::new(subnet), vpc.map(VpcId::new).as_ref());
        assert_eq!(found.map(|table| table.id.as_str()), want, "{subnet} {vpc:?}");
    };
    check("subnet-1", None, Some("rtb-1"));
    check("subnet-1", Some("vpc-2"), Some("rtb-1"));
    check("subnet-2", None, Some("rtb-m"));
    check("subnet-3", Some("vpc-1"), Some("rtb-m"));
    check("subnet-3", None, None);
    check("subnet-3", Some("vpc-2"), None);
    check("subnet-4", Some("vpc-1"), None);
}

#[test]
fn a_lost_table_leaves_the_main_one_in_doubt() {
    let table = r#"{"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}], "Associations": [{"Main": true}]}"#;
    let is_whole =
        |end: &str| parse([("f", format!("{table}{end}").as_bytes())]).0.route_tables["rtb-1"].is_whole;
    assert!(is_whole("]}"));
    assert!(!is_whole(r#", {"Routes": []}]}"#));
    assert!(!is_whole(r#", {"RouteTableId": "rtb-"#));
    assert!(!is_whole(r#"], "NextToken": "x"}"#));
}

#[test]
fn groups_are_the_interfaces_or_its_endpoints() {
    let inventory = inventory();
    let check = |id, want: Option<&[&str]>| {
        let found = inventory.groups_of(&InterfaceId::new(id));
        let found = found.map(|groups| groups.iter().map(SecurityGroupId::as_str).collect::<Vec<_>>());
        assert_eq!(found.as_deref(), want, "{id}");
    };
    check("eni-1", Some(&["sg-1"]));
    check("eni-2", Some(&["sg-2"]));
    check("eni-3", Some(&[]));
    check("eni-4", None);
    check("eni-9", None);
}

#[test]
fn prefix_lists_hold_addresses() {
    let inventory = inventory();
    let check = |id, text, want| {
        assert_eq!(inventory.prefix_list_holds(&PrefixListId::new(id), address(text)), want, "{id} {text}");
    };
    check("pl-1", "52.218.1.1", Some(true));
    check("pl-1", "10.0.0.1", Some(false));
    check("pl-5", "10.0.0.1", None);
    check("pl-9", "10.0.0.1", None);
}

#[test]
fn public_addresses_have_services() {
    let inventory = inventory();
    let check = |text, want: Option<&str>| {
        let found = inventory.service_of_public_address(address(text));
        assert_eq!(found.as_ref().map(Service::name), want, "{text}");
    };
    check("52.218.1.1", Some("s3"));
    check("52.218.9.1", Some("dynamodb"));
    check("2600:1fa0::1", Some("s3"));
    check("16.15.180.104", Some("s3"));
    check("44.213.79.104", None);
    check("203.0.113.4", None);
}

#[test]
fn a_vpc_hands_out_servers() {
    let inventory = inventory();
    let check = |vpc, want: Option<&[NameServer]>| {
        assert_eq!(inventory.name_servers_of(&VpcId::new(vpc)), want, "{vpc}");
    };
    check("vpc-1", Some(&[NameServer::Amazon]));
    check("vpc-2", Some(&[]));
    check("vpc-3", None);
    check("vpc-4", None);
    check("vpc-9", None);
}

#[test]
fn a_task_has_a_service_and_a_definition() {
    let check = |fields: &str, service: Option<&str>, has_definition: bool| {
        let mut inventory = inventory();
        let task = task(&mut inventory, fields);
        assert_eq!(inventory.ecs_service_of(&task).map(|found| found.arn.as_str()), service, "{fields}");
        assert_eq!(inventory.task_definition_of(&task).is_some(), has_definition, "{fields}");
    };
    check(
        r#", "group": "service:orders", "clusterArn": "c/1", "taskDefinitionArn": "td:7""#,
        Some("s/1"),
        true,
    );
    check(r#", "group": "service:orders", "taskDefinitionArn": "td:8""#, None, false);
    check(r#", "group": "service:mail""#, Some("s/3"), false);
    check(r#", "group": "family:orders", "clusterArn": "c/1""#, None, false);
}

#[test]
fn a_tasks_network_is_learned_from_the_nearest_document() {
    let check = |fields: &str, groups: Option<(&str, &str)>, public: Option<(bool, &str)>| {
        let mut inventory = inventory();
        let task = task(&mut inventory, fields);
        let facts = inventory.task_network_of(&task);
        let found = facts.group_ids.as_ref().map(|found| (found.value[0].as_str(), found.from));
        assert_eq!(found, groups, "{fields}");
        assert_eq!(facts.has_public_address.map(|found| (found.value, found.from)), public, "{fields}");
    };
    let interface = |id: &str| {
        format!(
            r#", "attachments": [{{"type": "eni", "details": [{{"name": "networkInterfaceId", "value": "{id}"}}]}}]"#
        )
    };
    let service = r#", "group": "service:orders", "clusterArn": "c/1""#;
    let (described, of_service) = ("describe-network-interfaces", "describe-services");
    check(&(interface("eni-1") + service), Some(("sg-1", described)), Some((true, described)));
    check(&(interface("eni-4") + service), Some(("sg-9", of_service)), Some((false, described)));
    check(&(interface("eni-9") + service), Some(("sg-9", of_service)), Some((false, of_service)));
    check(r#", "group": "service:mail""#, Some(("sg-d", of_service)), None);
    check(r#", "group": "service:orders", "clusterArn": "c/2""#, None, None);
    check("", None, None);
}

/// An attachment whose document has no subnets is in those of its interfaces.
#[test]
fn attachments_have_the_subnets_of_their_interfaces() {
    let check = |attachments: &[(&str, &str)], descriptions: &[&str], want: &[&str]| {
        let attachment = |(id, subnets): &(&str, &str)| {
            format!(
                r#"{{"TransitGatewayAttachmentId": "{id}", "TransitGatewayId": "tgw-1", "VpcId": "vpc-1", "SubnetIds": [{subnets}]}}"#
            )
        };
        let interface = |(place, description): (usize, &&str)| {
            format!(
                r#"{{"NetworkInterfaceId": "eni-{place}", "InterfaceType": "transit_gateway", "VpcId": "vpc-1",
                    "SubnetId": "subnet-{place}", "Description": "{description}"}}"#
            )
        };
        let attachments: Vec<String> = attachments.iter().map(attachment).collect();
        let interfaces: Vec<String> = descriptions.iter().enumerate().map(interface).collect();
        let text = format!(
            r#"{{"TransitGatewayVpcAttachments": [{}]}} {{"NetworkInterfaces": [{}]}}"#,
            attachments.join(","),
            interfaces.join(",")
        );
        let (inventory, ..) = parse([("f", text.as_bytes())]);
        let found = inventory.subnets_of_attachment(&inventory.transit_gateway_attachments["a-1"]);
        let found: Vec<&str> = found.into_iter().map(SubnetId::as_str).collect();
        assert_eq!(found, want, "{text}");
    };
    let of = |id: &str| format!("Network Interface for Transit Gateway Attachment {id}");
    let (one, two) = (of("a-1"), of("a-2"));
    check(&[("a-1", "\"subnet-9\"")], &[&one], &["subnet-9"]);
    check(&[("a-1", "")], &[&one, &one], &["subnet-0", "subnet-1"]);
    check(&[("a-1", ""), ("a-2", "")], &[&one, &two], &["subnet-0"]);
    // Without a description, only the attachment of a VPC that has no other one.
    check(&[("a-1", "")], &["", ""], &["subnet-0", "subnet-1"]);
    check(&[("a-1", ""), ("a-2", "")], &["", ""], &[]);
    check(&[("a-1", "")], &[], &[]);
}
