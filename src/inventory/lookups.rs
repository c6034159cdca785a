//! Look-ups in the configuration: what acts on a subnet or an interface, and what a task was started from.
//!
//! Goes in: the tables of an [`Inventory`]. Comes out: references into them, or nothing where documents are missing or
//! contradict each other: a wrong control is worse than none.

use std::net::IpAddr;

use crate::inventory::Inventory;
use crate::inventory::index::only;
use crate::model::deployment::{EcsService, Learned, TaskDefinition, TaskNetwork, TaskNetworkFacts};
use crate::model::ids::{InterfaceId, PrefixListId, SecurityGroupId, SubnetId, VpcId};
use crate::model::interface::{InterfaceKind, NetworkInterface};
use crate::model::network_acl::NetworkAcl;
use crate::model::resolution::NameServer;
use crate::model::route_table::RouteTable;
use crate::model::service::Service;
use crate::model::task::Task;

impl Inventory {
    /// The network ACL of a subnet; none if no document names it, or if two claim the subnet.
    #[must_use]
    pub fn network_acl_of(&self, subnet: &SubnetId) -> Option<&NetworkAcl> {
        only(self.network_acls.values().filter(|acl| acl.subnet_ids.contains(subnet)))
    }

    /// The effective route table of a subnet: the one associated with it, else the main one of its VPC.
    ///
    /// The VPC is taken from the subnet where it is not given. None if no document tells, or if two tables claim it.
    #[must_use]
    pub fn route_table_of(&self, subnet: &SubnetId, vpc: Option<&VpcId>) -> Option<&RouteTable> {
        let mut associated =
            self.route_tables.values().filter(|table| table.subnet_ids.contains(subnet)).peekable();
        if associated.peek().is_some() {
            return only(associated);
        }
        let vpc = vpc.or_else(|| self.subnets.get(subnet)?.vpc_id.as_ref())?;
        only(self.route_tables.values().filter(|table| table.is_main && table.vpc_id.as_ref() == Some(vpc)))
    }

    /// The security groups of an interface, or of its endpoint; none if no document tells.
    ///
    /// Empty only for what has none by its nature, such as a NAT gateway.
    #[must_use]
    pub fn groups_of(&self, id: &InterfaceId) -> Option<&[SecurityGroupId]> {
        let interface = self.interfaces.get(id);
        let own = interface.map(|interface| interface.group_ids.as_slice());
        let of_endpoint = || self.endpoint_of_interface(id).map(|endpoint| endpoint.group_ids.as_slice());
        let known = |groups: &&[SecurityGroupId]| !groups.is_empty();
        let none_by_nature = || interface.filter(|interface| has_no_groups(interface)).map(|_| &[][..]);
        own.filter(known).or_else(|| of_endpoint().filter(known)).or_else(none_by_nature)
    }

    /// Whether a prefix list holds an address; none if its blocks are not known.
    #[must_use]
    pub fn prefix_list_holds(&self, id: &PrefixListId, address: IpAddr) -> Option<bool> {
        let blocks = self.prefix_lists.get(id)?.blocks.as_ref()?;
        Some(blocks.iter().any(|block| block.contains(&address)))
    }

    /// The AWS service that has a public address, by AWS's prefix lists and by `ip-ranges.json`.
    ///
    /// None for most: only some services have ranges of their own.
    #[must_use]
    pub fn service_of_public_address(&self, address: IpAddr) -> Option<Service> {
        let lists = self.prefix_lists.values().filter_map(|list| {
            let holding = list.blocks.iter().flatten().filter(|block| block.contains(&address));
            Some((holding.map(ipnet::IpNet::prefix_len).max()?, service_of_list(list.name.as_deref()?)?))
        });
        let by_list = lists.max_by(|one, other| one.0.cmp(&other.0).then_with(|| other.1.cmp(&one.1)));
        let by_range = || Service::from_address_range(self.address_ranges.service_of(address)?);
        by_list.map(|(_, service)| service).or_else(by_range)
    }

    /// The DNS servers a VPC hands out, empty if it hands out none; none if no document tells.
    #[must_use]
    pub fn name_servers_of(&self, vpc: &VpcId) -> Option<&[NameServer]> {
        let options = self.vpcs.get(vpc)?.dhcp_options_id.as_ref()?;
        // The id of a VPC without options.
        if options.as_str() == "default" {
            return Some(&[]);
        }
        self.dhcp_options.get(options).map(|options| options.name_servers.as_slice())
    }

    /// The service that started a task, by name and cluster; none if services of several clusters could have.
    #[must_use]
    pub fn ecs_service_of(&self, task: &Task) -> Option<&EcsService> {
        let name = task.service_name.as_deref()?;
        let cluster = task.cluster_arn.as_ref();
        let may_be_its = |service: &&EcsService| {
            let other = service.cluster_arn.as_ref();
            service.name == name && (cluster.is_none() || other.is_none() || cluster == other)
        };
        only(self.services.values().filter(may_be_its))
    }

    /// The definition a task was started from.
    #[must_use]
    pub fn task_definition_of(&self, task: &Task) -> Option<&TaskDefinition> {
        self.task_definitions.get(task.definition_arn.as_ref()?)
    }

    /// What is known of a task's groups and public address.
    ///
    /// Of its interface first, then of the call that started it, then of its service, each with where it was learned.
    #[must_use]
    pub fn task_network_of(&self, task: &Task) -> TaskNetworkFacts {
        let mut facts = TaskNetworkFacts::default();
        if let Some(interface) = task.interface_id.as_ref().and_then(|id| self.interfaces.get(id)) {
            learn_from_interface(&mut facts, interface);
        }
        if let Some(network) = self.task_networks.get(&task.arn) {
            learn(&mut facts, network, "RunTask");
        }
        if let Some(network) = self.ecs_service_of(task).and_then(|service| service.network.as_ref()) {
            learn(&mut facts, network, "describe-services");
        }
        facts
    }
}

fn has_no_groups(interface: &NetworkInterface) -> bool {
    matches!(
        interface.kind,
        InterfaceKind::NatGateway(_)
            | InterfaceKind::LoadBalancer
            | InterfaceKind::TransitGateway
            | InterfaceKind::GatewayLoadBalancerEndpoint
    )
}

/// The service of one of AWS's own lists: `com.amazonaws.eu-west-1.s3`, `com.amazonaws.eu-west-1.ipv6.s3`.
fn service_of_list(name: &str) -> Option<Service> {
    let name = name.replacen(".ipv6.", ".", 1);
    name.contains("com.amazonaws.").then(|| Service::from_endpoint_name(&name))
}

fn learn_from_interface(facts: &mut TaskNetworkFacts, interface: &NetworkInterface) {
    let from = "describe-network-interfaces";
    if !interface.group_ids.is_empty() {
        facts.group_ids = Some(Learned { value: interface.group_ids.clone(), from });
    }
    facts.has_public_address = Some(Learned { value: interface.public_address.is_some(), from });
}

/// Takes what is not known yet. A call or service without groups means the VPC's default group, which it does not name.
fn learn(facts: &mut TaskNetworkFacts, network: &TaskNetwork, from: &'static str) {
    if facts.group_ids.is_none() && !network.group_ids.is_empty() {
        facts.group_ids = Some(Learned { value: network.group_ids.clone(), from });
    }
    if facts.has_public_address.is_none() {
        facts.has_public_address = network.assigns_public_address.map(|value| Learned { value, from });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::parse;

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
        {"RouteTableId": "rtb-m", "VpcId": "vpc-1", "Routes": [], "Associations": [{"Main": true}, {"SubnetId": "subnet-4"}]},
        {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [], "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-4"}]},
        {"RouteTableId": "rtb-2", "VpcId": "vpc-2", "Routes": [], "Associations": [{"Main": true}]},
        {"RouteTableId": "rtb-3", "VpcId": "vpc-2", "Routes": [], "Associations": [{"Main": true}]}]}
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

    /// A task of these fields.
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
        let table = r#"{"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [], "Associations": [{"Main": true}]}"#;
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
            assert_eq!(
                inventory.prefix_list_holds(&PrefixListId::new(id), address(text)),
                want,
                "{id} {text}"
            );
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
        check(r#", "group": "service:mail""#, None, None);
        check("", None, None);
    }
}
