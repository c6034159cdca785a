//! Changes as sentences and as commands.

use super::*;
use crate::path::fixture::{acl, group_id, route_table, rule};

fn check(change: &Change, text: &str, command: Option<&str>) {
    assert_eq!(change.text(), text);
    assert_eq!(change.command().as_deref(), command);
}

fn allow(group: &str, is_egress: bool, text: &str) -> Change {
    Change::AllowInGroup { group_id: group_id(group), is_egress, rule: rule(text) }
}

#[test]
fn rules_of_groups() {
    check(
        &allow("sg-e", false, "tcp 443 sg-t"),
        "Allow TCP 443 from sg-t in the ingress rules of sg-e",
        Some(
            "aws ec2 authorize-security-group-ingress --group-id sg-e --ip-permissions \
             'IpProtocol=tcp,FromPort=443,ToPort=443,UserIdGroupPairs=[{GroupId=sg-t}]'",
        ),
    );
    check(
        &allow("sg-t", true, "tcp 443 pl-s3"),
        "Allow TCP 443 to pl-s3 in the egress rules of sg-t",
        Some(
            "aws ec2 authorize-security-group-egress --group-id sg-t --ip-permissions \
             'IpProtocol=tcp,FromPort=443,ToPort=443,PrefixListIds=[{PrefixListId=pl-s3}]'",
        ),
    );
    check(
        &allow("sg-t", true, "udp 53 2001:db8::5/128"),
        "Allow UDP 53 to 2001:db8::5/128 in the egress rules of sg-t",
        Some(
            "aws ec2 authorize-security-group-egress --group-id sg-t --ip-permissions \
             'IpProtocol=udp,FromPort=53,ToPort=53,Ipv6Ranges=[{CidrIpv6=2001:db8::5/128}]'",
        ),
    );
    check(
        &allow("sg-t';reboot", true, "tcp 443 0.0.0.0/0"),
        "Allow TCP 443 to 0.0.0.0/0 in the egress rules of sg-t';reboot",
        None,
    );
}

#[test]
fn entries_of_acls() {
    let entry = |text| Change::AddAclEntry {
        acl_id: NetworkAclId::new("acl-1"),
        entry: acl("acl-1", &[], &[text]).entries.remove(0),
    };
    check(
        &entry("in 110 allow tcp 1024-65535 10.40.12.0/24"),
        "Allow TCP 1024-65535 from 10.40.12.0/24 in acl-1, as rule 110",
        Some(
            "aws ec2 create-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 110 --protocol tcp \
             --port-range From=1024,To=65535 --rule-action allow --cidr-block 10.40.12.0/24",
        ),
    );
    check(
        &entry("out 90 allow all ::/0"),
        "Allow all traffic to ::/0 in acl-1, as rule 90",
        Some(
            "aws ec2 create-network-acl-entry --network-acl-id acl-1 --egress --rule-number 90 --protocol -1 \
             --rule-action allow --ipv6-cidr-block ::/0",
        ),
    );
}

#[test]
fn routes_and_gateway_endpoints() {
    let table_id = || RouteTableId::new("rtb-1");
    let route = |text| route_table("rtb-1", &[], &[text]).routes.remove(0);
    check(
        &Change::AddRoute { table_id: table_id(), route: route("0.0.0.0/0 nat-1") },
        "Route 0.0.0.0/0 to nat-1 in rtb-1",
        Some(
            "aws ec2 create-route --route-table-id rtb-1 --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-1",
        ),
    );
    check(
        &Change::ReplaceRoute { table_id: table_id(), route: route("::/0 igw-1") },
        "Send ::/0 to igw-1 in rtb-1",
        Some(
            "aws ec2 replace-route --route-table-id rtb-1 --destination-ipv6-cidr-block ::/0 --gateway-id igw-1",
        ),
    );
    let endpoint_id = EndpointId::new("vpce-1");
    check(
        &Change::AssociateGatewayEndpoint { endpoint_id, table_id: table_id(), list_id: None },
        "Add rtb-1 to the route tables of the gateway endpoint vpce-1",
        Some("aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --add-route-table-ids rtb-1"),
    );
    let create = |region| Change::CreateGatewayEndpoint {
        vpc_id: VpcId::new("vpc-1"),
        region,
        table_id: table_id(),
        list_id: None,
    };
    let text = "Create a gateway endpoint for S3 in vpc-1 and route it in rtb-1";
    check(
        &create(Region::of_zone("eu-west-1")),
        text,
        Some(
            "aws ec2 create-vpc-endpoint --vpc-id vpc-1 --vpc-endpoint-type Gateway --service-name \
             com.amazonaws.eu-west-1.s3 --route-table-ids rtb-1",
        ),
    );
    check(&create(None), text, None);
}

#[test]
fn names_and_addresses() {
    let vpc_id = VpcId::new("vpc-1");
    check(
        &Change::EnableDnsSupport { vpc_id },
        "Turn on enableDnsSupport of vpc-1",
        Some("aws ec2 modify-vpc-attribute --vpc-id vpc-1 --enable-dns-support '{\"Value\":true}'"),
    );
    check(
        &Change::EnablePrivateDns { endpoint_id: EndpointId::new("vpce-1") },
        "Turn on private DNS of vpce-1",
        Some("aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --private-dns-enabled"),
    );
    let assign = |name: &str| Change::AssignPublicAddress {
        service_arn: None,
        update: Some(ServiceUpdate {
            cluster_arn: Some("arn:aws:ecs:eu-west-1:1:cluster/prod".to_owned()),
            name: name.to_owned(),
            subnet_ids: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
            group_ids: vec!["sg-1".to_owned()],
        }),
    };
    check(
        &assign("orders"),
        "Start the tasks of orders with a public address (assignPublicIp=ENABLED)",
        Some(
            "aws ecs update-service --cluster prod --service orders --network-configuration \
             'awsvpcConfiguration={subnets=[subnet-1,subnet-2],securityGroups=[sg-1],assignPublicIp=ENABLED}'",
        ),
    );
    assert_eq!(assign("--debug").command(), None);
}

#[test]
fn a_command_shows_the_state_before_a_change() {
    let check = |change: &Change, show_command: Option<&str>| {
        assert_eq!(change.show_command().as_deref(), show_command);
    };
    check(&allow("sg-e", false, "tcp 443 sg-t"), Some("aws ec2 describe-security-groups --group-ids sg-e"));
    check(&allow("sg-e;reboot", false, "tcp 443 sg-t"), None);
    check(
        &Change::EnablePrivateDns { endpoint_id: EndpointId::new("vpce-1") },
        Some("aws ec2 describe-vpc-endpoints --vpc-endpoint-ids vpce-1"),
    );
    check(
        &Change::EnableDnsHostnames { vpc_id: VpcId::new("vpc-1") },
        Some("aws ec2 describe-vpc-attribute --vpc-id vpc-1 --attribute enableDnsHostnames"),
    );
    check(&Change::AssignPublicAddress { service_arn: None, update: None }, None);
}
