//! What an evaluation knows of its two sides before it asks any control.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::inventory::Inventory;
use crate::model::ids::{SubnetId, VpcId};
use crate::model::interface::NetworkInterface;
use crate::model::route_table::RouteTable;
use crate::model::service::Service;
use crate::model::traffic_rule::PortRange;
use crate::path::hop::{Control, Hop, Leg, Request, Sender, Side};
use crate::path::lookup::{groups_of, network_acl_of, route_table_of};
use crate::path::network_acls;
use crate::path::party::{Membership, Party};
use crate::path::routes;
use crate::path::ruling::Ruling;
use crate::path::security_groups;

/// A request with its sender and its destination, and the documents to look things up in.
pub(super) struct Scene<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) sender: &'a Sender,
    pub(super) request: &'a Request,
    pub(super) vpc: Option<&'a VpcId>,
    /// The effective route table of the sender's subnet.
    pub(super) table: Option<&'a RouteTable>,
    /// The sender, as the destination's rules see it.
    pub(super) source: Party,
    /// The destination, as the sender's rules see it.
    pub(super) destination: Party,
    /// The interface that has the destination's address in this VPC.
    pub(super) interface: Option<&'a NetworkInterface>,
    /// The destination's subnet, if it is in this VPC.
    pub(super) far_subnet: Option<&'a SubnetId>,
    /// Whether sender and destination are in one subnet.
    pub(super) is_same_subnet: Option<bool>,
}

impl<'a> Scene<'a> {
    /// `name` is what sentences call the destination.
    pub(super) fn new(
        inventory: &'a Inventory,
        sender: &'a Sender,
        request: &'a Request,
        name: &str,
    ) -> Self {
        let subnet = sender.subnet_id.as_ref();
        let of_subnet = || inventory.subnets.get(subnet?)?.vpc_id.as_ref();
        let vpc = sender.vpc_id.as_ref().or_else(of_subnet);
        let table = subnet.and_then(|subnet| route_table_of(inventory, subnet, vpc));
        let interface = vpc.and_then(|_| inventory.interface_at(request.destination, vpc));
        let destination = destination(inventory, request, vpc, table, interface, name);
        let by_address = || vpc.and_then(|_| inventory.subnet_of_address(request.destination, vpc));
        let far_subnet = interface
            .and_then(|interface| interface.subnet_id.as_ref())
            .or_else(|| by_address().map(|subnet| &subnet.id))
            .filter(|_| destination.is_inside != Some(false));
        let is_same_subnet = match (subnet, far_subnet) {
            (Some(near), Some(far)) => Some(near == far),
            (Some(near), None) => is_outside_subnet(inventory, near, &destination).then_some(false),
            (None, _) => None,
        };
        let source = source(inventory, sender, request);
        Self {
            inventory,
            sender,
            request,
            vpc,
            table,
            source,
            destination,
            interface,
            far_subnet,
            is_same_subnet,
        }
    }

    /// Whether the destination's packets need a route at all, and whether they pass the edge of the sender's subnet.
    pub(super) fn leaves_subnet(&self) -> Option<bool> {
        self.is_same_subnet.map(|is_same| !is_same)
    }

    /// The sender's security groups.
    pub(super) fn own_groups(&self) -> Hop {
        let mut ids = self.sender.group_ids.clone().unwrap_or_default();
        ids.sort();
        ids.dedup();
        let ruling = if ids.is_empty() {
            Ruling::unknown("the security groups of the task", "no document names the task's security groups")
        } else {
            let question = security_groups::Question {
                is_egress: true,
                protocol: self.request.protocol,
                port: self.request.destination_port,
                peer: &self.destination,
            };
            security_groups::ruling(self.inventory, &ids, &question)
        };
        let control = Control::SecurityGroups { ids, interface_id: self.sender.interface_id.clone() };
        ruling.at(Leg::Request, Side::Task, true, control)
    }

    /// The groups of the destination's interface; none where its kind has none.
    pub(super) fn far_groups(&self) -> Option<Hop> {
        let interface_id = self.interface.map(|interface| interface.id.clone());
        let groups = interface_id.as_ref().and_then(|id| groups_of(self.inventory, id));
        if groups.as_ref().is_some_and(Vec::is_empty) {
            return None;
        }
        let ruling = match &groups {
            Some(groups) => {
                let question = security_groups::Question {
                    is_egress: false,
                    protocol: self.request.protocol,
                    port: self.request.destination_port,
                    peer: &self.source,
                };
                security_groups::ruling(self.inventory, groups, &question)
            }
            None => {
                let because = format!("no document names the security groups at {}", self.destination.name);
                Ruling::unknown(interface_needed(&self.destination.name), because)
            }
        };
        let mut ids = groups.unwrap_or_default();
        ids.sort();
        ids.dedup();
        let control = Control::SecurityGroups { ids, interface_id };
        Some(ruling.at(Leg::Request, Side::Destination, false, control))
    }

    /// The ACL of the sender's subnet, which packets meet where `is_met`.
    pub(super) fn own_acl(&self, leg: Leg, is_met: Option<bool>) -> Option<Hop> {
        let is_egress = leg == Leg::Request;
        self.acl(
            leg,
            Side::Task,
            self.sender.subnet_id.as_ref(),
            is_met,
            &network_acls::Question {
                is_egress,
                protocol: self.request.protocol,
                ports: self.port(leg),
                far: &self.destination,
            },
        )
    }

    /// The ACL of another subnet; none where packets do not meet it.
    pub(super) fn acl(
        &self,
        leg: Leg,
        side: Side,
        subnet: Option<&SubnetId>,
        is_met: Option<bool>,
        question: &network_acls::Question<'_>,
    ) -> Option<Hop> {
        if is_met == Some(false) {
            return None;
        }
        let acl = subnet.and_then(|subnet| network_acl_of(self.inventory, subnet));
        let ruling = match (acl, subnet) {
            (Some(acl), _) => network_acls::ruling(acl, question)
                .if_met(is_met, &format!("describe-subnets with the subnet of {}", self.destination.name)),
            (None, Some(subnet)) => Ruling::unknown(
                format!("describe-network-acls of {subnet}"),
                format!("no document shows the network ACL of {subnet}"),
            ),
            (None, None) => Ruling::unknown(
                format!("the subnet of {}", self.whose(side)),
                format!("no document shows the subnet of {}", self.whose(side)),
            ),
        };
        let control = Control::NetworkAcl { id: acl.map(|acl| acl.id.clone()), subnet_id: subnet.cloned() };
        Some(ruling.at(leg, side, question.is_egress, control))
    }

    /// The destination port of a leg's packets.
    pub(super) fn port(&self, leg: Leg) -> PortRange {
        PortRange::one(match leg {
            Leg::Request => self.request.destination_port,
            Leg::Reply => self.request.source_port,
        })
    }

    fn whose(&self, side: Side) -> &str {
        match side {
            Side::Task => "the task",
            Side::Nat => "the NAT gateway",
            Side::Destination => &self.destination.name,
        }
    }
}

/// What would tell which interface has an address.
pub(super) fn interface_needed(name: &str) -> String {
    format!("describe-network-interfaces with {name}")
}

fn source(inventory: &Inventory, sender: &Sender, request: &Request) -> Party {
    let is_v6 = request.destination.is_ipv6();
    let address = sender.addresses.iter().find(|address| address.is_ipv6() == is_v6);
    let blocks = match address {
        Some(address) => vec![IpNet::from(*address)],
        None => blocks_of_subnet(inventory, sender.subnet_id.as_ref(), is_v6),
    };
    let membership = match &sender.group_ids {
        Some(groups) if !groups.is_empty() => Membership::Groups(groups.clone()),
        _ => Membership::Unknown("the security groups of the task".to_owned()),
    };
    let name = match (address, &sender.subnet_id) {
        (Some(address), _) => address.to_string(),
        (None, Some(subnet)) => format!("a task in {subnet}"),
        (None, None) => "the task".to_owned(),
    };
    Party { name, is_v6, blocks, membership, service: Service::Unknown, is_inside: Some(true) }
}

fn blocks_of_subnet(inventory: &Inventory, subnet: Option<&SubnetId>, is_v6: bool) -> Vec<IpNet> {
    let subnet = subnet.and_then(|subnet| inventory.subnets.get(subnet));
    let blocks = subnet.map_or(&[][..], |subnet| subnet.cidrs.as_slice());
    blocks.iter().filter(|block| matches!(block, IpNet::V6(_)) == is_v6).copied().collect()
}

fn destination(
    inventory: &Inventory,
    request: &Request,
    vpc: Option<&VpcId>,
    table: Option<&RouteTable>,
    interface: Option<&NetworkInterface>,
    name: &str,
) -> Party {
    let address = request.destination;
    let mut party = Party {
        name: name.to_owned(),
        is_v6: address.is_ipv6(),
        blocks: vec![IpNet::from(address)],
        membership: Membership::Unknown(interface_needed(name)),
        service: request.service.clone(),
        is_inside: None,
    };
    let has_interface = interface.is_some_and(|interface| interface.vpc_id.is_some());
    let of_vpc = || vpc.and_then(|_| inventory.is_inside_vpc(address, vpc));
    let of_table = || table.map(|table| routes::is_local(table, &party));
    party.is_inside = has_interface.then_some(true).or_else(of_vpc).or_else(of_table);
    let groups = interface.and_then(|interface| groups_of(inventory, &interface.id));
    party.membership = match (groups, party.is_inside, vpc) {
        (Some(groups), ..) => Membership::Groups(groups),
        (None, Some(false), Some(vpc)) => Membership::Outside(vpc.clone()),
        _ => party.membership,
    };
    party
}

/// Whether a destination is certainly not in a subnet.
fn is_outside_subnet(inventory: &Inventory, subnet: &SubnetId, destination: &Party) -> bool {
    let blocks = blocks_of_subnet(inventory, Some(subnet), destination.is_v6);
    let is_outside = |block: &IpNet| destination.lies_in(block) == Some(false);
    destination.is_inside == Some(false) || !blocks.is_empty() && blocks.iter().all(is_outside)
}

/// Whether queries to a destination go to the Amazon resolver: no security group and no network ACL acts on them.
pub(super) fn is_amazon_resolver(inventory: &Inventory, vpc: Option<&VpcId>, address: IpAddr) -> bool {
    let link_local = ["169.254.169.253", "fd00:ec2::253"];
    if link_local.iter().any(|known| known.parse() == Ok(address)) {
        return true;
    }
    let primary = vpc.and_then(|vpc| inventory.vpcs.get(vpc)?.cidrs.first());
    match (primary, address) {
        (Some(IpNet::V4(block)), IpAddr::V4(address)) => {
            u32::from(block.network()).checked_add(2) == Some(u32::from(address))
        }
        _ => false,
    }
}
