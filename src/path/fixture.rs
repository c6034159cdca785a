//! A small VPC for tests, and a short notation for rules, entries and routes.

use std::net::IpAddr;

use crate::finding::HopDecision;
use crate::inventory::{DocumentKind, Inventory};
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::gateway::{InternetGateway, NatGateway};
use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, NetworkAclId, PeeringId, PrefixListId,
    RouteTableId, SecurityGroupId, SubnetId, TransitGatewayId, VpcId,
};
use crate::model::interface::{InterfaceKind, NetworkInterface};
use crate::model::network::{Subnet, Vpc};
use crate::model::network_acl::{AclEntry, NetworkAcl};
use crate::model::prefix_list::PrefixList;
use crate::model::protocol::Protocol;
use crate::model::route_table::{Route, RouteDestination, RouteTable, RouteTarget};
use crate::model::security_group::{RulePeer, SecurityGroup, SecurityGroupRule};
use crate::model::service::Service;
use crate::model::traffic_rule::{PortRange, TrafficSelector};
use crate::path::configured::{ConfiguredPath, Request, Sender};
use crate::path::peer::Peer;
use crate::path::query::Query;
use crate::path::scene::Scene;

/// An inventory and a sender in it.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) inventory: Inventory,
    pub(super) sender: Sender,
}

pub(super) const ENDPOINT: &str = "10.40.12.36";
pub(super) const S3: &str = "52.216.1.1";
pub(super) const PUBLIC: &str = "44.213.79.104";

impl World {
    /// A task in a private subnet, an interface endpoint in another, S3's gateway endpoint, a NAT gateway in a public one.
    pub(super) fn endpoints() -> Self {
        let mut world = Self { inventory: Inventory::default(), sender: sender() };
        let vpc = Vpc {
            id: VpcId::new("vpc-1"),
            cidrs: vec!["10.40.0.0/16".parse().unwrap(), "2600:40::/56".parse().unwrap()],
            dhcp_options_id: None,
            dns_support: Some(true),
            dns_hostnames: Some(true),
        };
        world.inventory.vpcs.insert(vpc.id.clone(), vpc);
        let subnets = [
            ("task", ["10.40.1.0/24", "2600:40:0:1::/64"]),
            ("endpoints", ["10.40.12.0/24", "2600:40:0:12::/64"]),
            ("public", ["10.40.100.0/24", "2600:40:0:64::/64"]),
        ];
        for (name, cidrs) in subnets {
            world.subnet(name, &cidrs);
        }
        world.group("sg-task", &[], &["all 0.0.0.0/0", "all ::/0"]);
        world.group("sg-endpoints", &["tcp 443 sg-task"], &["all 0.0.0.0/0"]);
        world.group("sg-other", &[], &[]);
        world.list("pl-s3", Some("com.amazonaws.eu-west-1.s3"), Some(&["52.216.0.0/15", "16.15.0.0/16"]));
        world.list("pl-named", Some("com.amazonaws.eu-west-1.s3"), None);
        world.endpoint("vpce-sm", Service::SecretsManager, EndpointKind::Interface, &["eni-sm"]);
        world.endpoint("vpce-s3", Service::S3, EndpointKind::Gateway, &[]);
        world.interface("eni-sm", ENDPOINT, "subnet-endpoints", &["sg-endpoints"], "vpce-sm");
        world.table(
            "rtb-task",
            &["subnet-task"],
            &["10.40.0.0/16 local", "pl-s3 vpce-s3", "0.0.0.0/0 nat-1"],
        );
        world.table(
            "rtb-public",
            &["subnet-public"],
            &["10.40.0.0/16 local", "0.0.0.0/0 igw-1", "::/0 igw-1"],
        );
        world.table("rtb-main", &[], &["10.40.0.0/16 local"]);
        world.inventory.route_tables.get_mut("rtb-main").unwrap().is_main = true;
        let gateway =
            InternetGateway { id: InternetGatewayId::new("igw-1"), vpc_ids: Some(vec![VpcId::new("vpc-1")]) };
        world.inventory.internet_gateways.insert(gateway.id.clone(), gateway);
        world.nat("nat-1", "subnet-public");
        world
    }

    fn subnet(&mut self, name: &str, cidrs: &[&str]) {
        let subnet = Subnet {
            id: SubnetId::new(format!("subnet-{name}")),
            vpc_id: Some(VpcId::new("vpc-1")),
            cidrs: cidrs.iter().map(|cidr| cidr.parse().unwrap()).collect(),
            availability_zone: Some("eu-west-1a".to_owned()),
        };
        let everything = ["in 100 allow all 0.0.0.0/0", "out 100 allow all 0.0.0.0/0"];
        self.acl(&format!("acl-{name}"), &[subnet.id.as_str()], &everything);
        self.inventory.subnets.insert(subnet.id.clone(), subnet);
    }

    pub(super) fn acl(&mut self, id: &str, subnets: &[&str], entries: &[&str]) {
        let acl = acl(id, subnets, entries);
        self.inventory.network_acls.insert(acl.id.clone(), acl);
    }

    pub(super) fn group(&mut self, id: &str, ingress: &[&str], egress: &[&str]) {
        let rules = |rules: &[&str]| Some(rules.iter().map(|text| rule(text)).collect());
        let group = SecurityGroup {
            id: SecurityGroupId::new(id),
            name: None,
            vpc_id: Some(VpcId::new("vpc-1")),
            ingress: rules(ingress),
            egress: rules(egress),
        };
        self.inventory.security_groups.insert(group.id.clone(), group);
    }

    pub(super) fn list(&mut self, id: &str, name: Option<&str>, blocks: Option<&[&str]>) {
        let blocks = blocks.map(|blocks| blocks.iter().map(|block| block.parse().unwrap()).collect());
        let list = PrefixList { id: PrefixListId::new(id), name: name.map(ToOwned::to_owned), blocks };
        self.inventory.prefix_lists.insert(list.id.clone(), list);
    }

    pub(super) fn endpoint(&mut self, id: &str, service: Service, kind: EndpointKind, interfaces: &[&str]) {
        let endpoint = Endpoint {
            id: EndpointId::new(id),
            service_name: format!("com.amazonaws.eu-west-1.{service}"),
            service,
            kind,
            state: "available".to_owned(),
            private_dns_enabled: Some(true),
            is_inbound_only: true,
            service_region: None,
            vpc_id: Some(VpcId::new("vpc-1")),
            interface_ids: interfaces.iter().map(|id| InterfaceId::new(*id)).collect(),
            subnet_ids: Vec::new(),
            group_ids: Vec::new(),
            route_table_ids: Vec::new(),
            dns_names: Vec::new(),
            firewall: None,
            address_type: None,
            policy: None,
            created_at: None,
        };
        self.inventory.endpoints.insert(endpoint.id.clone(), endpoint);
    }

    pub(super) fn interface(
        &mut self,
        id: &str,
        address: &str,
        subnet: &str,
        groups: &[&str],
        endpoint: &str,
    ) {
        let interface = NetworkInterface {
            id: InterfaceId::new(id),
            kind: InterfaceKind::Endpoint(Some(EndpointId::new(endpoint))),
            addresses: vec![address.parse().unwrap()],
            public_address: None,
            hides_public_address: false,
            subnet_id: Some(SubnetId::new(subnet)),
            vpc_id: Some(VpcId::new("vpc-1")),
            group_ids: groups.iter().map(|id| group_id(id)).collect(),
            description: String::new(),
            source_dest_check: None,
            instance_id: None,
            device_index: None,
        };
        self.inventory.interfaces.insert(interface.id.clone(), interface);
    }

    pub(super) fn table(&mut self, id: &str, subnets: &[&str], routes: &[&str]) {
        let table = route_table(id, subnets, routes);
        self.inventory.route_tables.insert(table.id.clone(), table);
    }

    pub(super) fn nat(&mut self, id: &str, subnet: &str) {
        let gateway = NatGateway {
            id: NatGatewayId::new(id),
            vpc_id: Some(VpcId::new("vpc-1")),
            subnet_id: Some(SubnetId::new(subnet)),
            state: "available".to_owned(),
            failure: None,
            is_regional: false,
            route_table_id: None,
            is_private: false,
            interface_ids: Vec::new(),
            private_addresses: Vec::new(),
            public_addresses: Vec::new(),
        };
        self.inventory.nat_gateways.insert(gateway.id.clone(), gateway);
        self.inventory.documents.insert(DocumentKind::NatGateways);
    }

    /// The endpoint of secrets as the task's rules see it.
    pub(super) fn peer(&self) -> Peer {
        Scene::new(&self.inventory, &self.sender, &Query::from(&https(ENDPOINT, Service::Unknown)))
            .destination
    }

    pub(super) fn evaluate(&self, to: &str, service: Service) -> ConfiguredPath {
        crate::path::evaluate(&self.inventory, &self.sender, &https(to, service))
    }
}

/// A path as text: the next hop, then one line for each hop.
pub(super) fn shown(path: &ConfiguredPath) -> String {
    let hops = path.hops.iter().map(|hop| {
        let decision = match &hop.decision {
            HopDecision::Unknown { needs } => format!("Unknown ({needs})"),
            decision => format!("{decision:?}"),
        };
        let direction = if hop.is_outbound { "out" } else { "in" };
        format!("{:?} {:?} {direction}: {decision}: {}\n", hop.leg, hop.side, hop.reason)
    });
    format!("{:?}\n{}", path.next_hop, hops.collect::<String>())
}

pub(super) fn sender() -> Sender {
    Sender {
        interface_id: Some(InterfaceId::new("eni-task")),
        addresses: vec!["10.40.1.31".parse().unwrap(), "2600:40:0:1::31".parse().unwrap()],
        subnet_id: Some(SubnetId::new("subnet-task")),
        vpc_id: Some(VpcId::new("vpc-1")),
        group_ids: Some(vec![group_id("sg-task")]),
        has_public_address: Some(false),
    }
}

pub(super) fn https(to: &str, service: Service) -> Request {
    let destination: IpAddr = to.parse().unwrap();
    Request { destination, service, protocol: Protocol::TCP, source_port: 50000, destination_port: 443 }
}

pub(super) fn group_id(id: &str) -> SecurityGroupId {
    SecurityGroupId::new(id)
}

/// `tcp 443`, `tcp 1024-65535`, `all`, and the rest of the text.
fn selector<'a>(words: &[&'a str]) -> (TrafficSelector, &'a str) {
    let protocol = match words[0] {
        "all" => return (TrafficSelector::ALL, words[1]),
        "tcp" => Protocol::TCP,
        "udp" => Protocol::UDP,
        number => Protocol(number.parse().unwrap()),
    };
    let (first, last) = words[1].split_once('-').unwrap_or((words[1], words[1]));
    let ports = PortRange { first: first.parse().unwrap(), last: last.parse().unwrap() };
    (TrafficSelector { protocol: Some(protocol), ports }, words[2])
}

/// `tcp 443 10.0.0.0/8`, `all sg-1`, `tcp 443 pl-1`.
pub(super) fn rule(text: &str) -> SecurityGroupRule {
    let words: Vec<&str> = text.split(' ').collect();
    let (traffic, peer) = selector(&words);
    let peer = match peer {
        id if id.starts_with("sg-") => RulePeer::Group(group_id(id)),
        id if id.starts_with("pl-") => RulePeer::PrefixList(PrefixListId::new(id)),
        block => RulePeer::Block(block.parse().unwrap()),
    };
    SecurityGroupRule { id: None, traffic, peer }
}

/// Entries as `in 100 allow tcp 443 10.0.0.0/8`.
pub(super) fn acl(id: &str, subnets: &[&str], entries: &[&str]) -> NetworkAcl {
    let entry = |text: &&str| {
        let words: Vec<&str> = text.split(' ').collect();
        let (traffic, block) = selector(&words[3..]);
        AclEntry {
            egress: words[0] == "out",
            number: words[1].parse().unwrap(),
            allows: words[2] == "allow",
            traffic,
            block: block.parse().unwrap(),
        }
    };
    NetworkAcl {
        is_whole: true,
        association_ids: Vec::new(),
        id: NetworkAclId::new(id),
        vpc_id: Some(VpcId::new("vpc-1")),
        is_default: false,
        subnet_ids: subnets.iter().map(|id| SubnetId::new(*id)).collect(),
        entries: entries.iter().map(entry).collect(),
    }
}

/// Routes as `0.0.0.0/0 nat-1`, with ` blackhole` where the target is gone.
pub(super) fn route_table(id: &str, subnets: &[&str], routes: &[&str]) -> RouteTable {
    let route = |text: &&str| {
        let words: Vec<&str> = text.split(' ').collect();
        let destination = if words[0].starts_with("pl-") {
            RouteDestination::PrefixList(PrefixListId::new(words[0]))
        } else {
            RouteDestination::Block(words[0].parse().unwrap())
        };
        Route { destination, target: target(words[1]), is_blackhole: words.get(2) == Some(&"blackhole") }
    };
    RouteTable {
        association_ids: Vec::new(),
        is_whole: true,
        id: RouteTableId::new(id),
        vpc_id: Some(VpcId::new("vpc-1")),
        is_main: false,
        subnet_ids: subnets.iter().map(|id| SubnetId::new(*id)).collect(),
        routes: routes.iter().map(route).collect(),
    }
}

fn target(id: &str) -> RouteTarget {
    match id.split('-').next().unwrap() {
        "local" => RouteTarget::Local,
        "igw" => RouteTarget::InternetGateway(InternetGatewayId::new(id)),
        "vpce" => RouteTarget::Endpoint(EndpointId::new(id)),
        "nat" => RouteTarget::NatGateway(NatGatewayId::new(id)),
        "tgw" => RouteTarget::TransitGateway(TransitGatewayId::new(id)),
        "pcx" => RouteTarget::Peering(PeeringId::new(id)),
        "eni" => RouteTarget::Interface(InterfaceId::new(id)),
        _ => RouteTarget::Other(id.to_owned()),
    }
}
