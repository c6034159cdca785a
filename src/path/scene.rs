//! The facts about both peers of a request that an evaluation needs before it checks a control.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::finding::{Control, Hop, Leg, Side};
use crate::inventory::Inventory;
use crate::model::ids::{InterfaceId, SubnetId, VpcId};
use crate::model::interface::NetworkInterface;
use crate::model::route_table::{Route, RouteTable, RouteTarget};
use crate::model::traffic_rule::PortRange;
use crate::path::configured::{Request, Sender};
use crate::path::decision::Decision;
use crate::path::far_vpc::{self, FarVpc};
use crate::path::lookup::{groups_of, network_acl_of, route_table_of};
use crate::path::network_acls;
use crate::path::peer::Peer;
use crate::path::peers::{destination, interface_needed, is_outside_subnet, public_destination, source};
use crate::path::query::{Extent, Query};
use crate::path::routes::{Choice, choose};
use crate::path::security_groups;

/// A request with its sender and its destination, and the documents that describe them.
#[derive(Clone)]
pub(super) struct Scene<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) sender: &'a Sender,
    pub(super) request: &'a Request,
    /// The ports that replies go to.
    pub(super) source_ports: PortRange,
    pub(super) vpc: Option<&'a VpcId>,
    /// The effective route table of the sender's subnet.
    pub(super) table: Option<&'a RouteTable>,
    /// The sender, as the destination's rules see it.
    pub(super) source: Peer,
    /// The destination, as the sender's rules see it.
    pub(super) destination: Peer,
    /// The interface that has the destination's address, in this VPC or in the one that the route leads to.
    pub(super) interface: Option<&'a NetworkInterface>,
    /// The subnet of the destination, likewise.
    pub(super) far_subnet: Option<&'a SubnetId>,
    /// Whether sender and destination are in one subnet.
    pub(super) is_same_subnet: Option<bool>,
    /// The interface of the device that the packets went to, if the destination is not known.
    pub(super) behind: Option<&'a InterfaceId>,
    /// The VPC of the destination, if it is another one that the sender's route leads to.
    pub(super) far: Option<FarVpc<'a>>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(inventory: &'a Inventory, sender: &'a Sender, query: &'a Query) -> Self {
        let request = &query.request;
        let subnet = sender.subnet_id.as_ref();
        let of_subnet = || inventory.subnets.get(subnet?)?.vpc_id.as_ref();
        let vpc = sender.vpc_id.as_ref().or_else(of_subnet);
        let table = subnet.and_then(|subnet| route_table_of(inventory, subnet, vpc));
        let is_one = query.extent == Extent::Address;
        let interface = vpc.filter(|_| is_one).and_then(|_| inventory.interface_at(request.destination, vpc));
        let destination = match &query.extent {
            Extent::Address => destination(inventory, query, vpc, table, interface),
            Extent::Public(blocks) => public_destination(inventory, query, vpc, blocks),
            Extent::Behind(_) => public_destination(inventory, query, vpc, &[]),
        };
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
        let scene = Self {
            inventory,
            sender,
            request,
            source_ports: query.source_ports,
            vpc,
            table,
            source,
            destination,
            interface,
            far_subnet,
            is_same_subnet,
            behind: match &query.extent {
                Extent::Behind(id) => Some(id),
                Extent::Address | Extent::Public(_) => None,
            },
            far: None,
        };
        scene.with_far_vpc()
    }

    /// The same scene with the destination's interface, subnet and groups, if they are in a VPC that the route leads to.
    fn with_far_vpc(mut self) -> Self {
        let Some(table) = self.table.filter(|_| self.is_same_subnet == Some(false)) else { return self };
        let Choice::Route(route) = choose(self.inventory, table, &self.destination) else { return self };
        let (inventory, target) = (self.inventory, &route.target);
        let Some(own) = self.vpc else { return self };
        let Some(far) = far_vpc::find(inventory, own, target, &self.destination) else { return self };
        if let Some(groups) = far_vpc::groups_across(inventory, own, target, &far) {
            self.destination.membership = groups;
        }
        let membership = self.source.membership.clone();
        self.source.membership = far_vpc::membership_across(inventory, target, [own, far.vpc], membership);
        self.interface = far.interface;
        self.far_subnet = Some(far.subnet);
        self.far = Some(far);
        self
    }

    /// Whether the destination's packets need a route at all, and whether they pass the edge of the sender's subnet.
    pub(super) fn leaves_subnet(&self) -> Option<bool> {
        self.is_same_subnet.map(|is_same| !is_same)
    }

    /// The availability zone of a subnet.
    pub(super) fn zone_of(&self, subnet: &SubnetId) -> Option<&'a str> {
        self.inventory.subnets.get(subnet)?.availability_zone.as_deref()
    }

    /// The availability zone of the sender.
    pub(super) fn zone(&self) -> Option<&'a str> {
        self.zone_of(self.sender.subnet_id.as_ref()?)
    }

    /// The sender's security groups.
    pub(super) fn own_groups(&self) -> Hop {
        let mut ids = self.sender.group_ids.clone().unwrap_or_default();
        ids.sort();
        ids.dedup();
        let decision = if ids.is_empty() {
            Decision::unknown(
                "the security groups of the task",
                "no document names the task's security groups",
            )
        } else {
            let question = security_groups::GroupQuestion {
                is_egress: true,
                protocol: self.request.protocol,
                port: self.request.destination_port,
                peer: &self.destination,
            };
            security_groups::decision(self.inventory, &ids, &question)
        };
        let control = Control::SecurityGroups { ids, interface_id: self.sender.interface_id.clone() };
        decision.at(Leg::Request, Side::Task, true, control)
    }

    /// The groups of the destination's interface; none where its kind has none.
    pub(super) fn far_groups(&self) -> Option<Hop> {
        if let Some(interface) = self.interface {
            return self.groups_at(&interface.id, Side::Destination, false);
        }
        let reason = format!("no document names the security groups at {}", self.destination.name);
        let decision = Decision::unknown(interface_needed(&self.destination.name), reason);
        let control = Control::SecurityGroups { ids: Vec::new(), interface_id: None };
        Some(decision.at(Leg::Request, Side::Destination, false, control))
    }

    /// The groups of another interface on requests that enter it from the task, or leave it for the destination; none where
    /// its kind has none.
    pub(super) fn groups_at(&self, interface: &InterfaceId, side: Side, is_egress: bool) -> Option<Hop> {
        let groups = groups_of(self.inventory, interface);
        if groups.as_ref().is_some_and(Vec::is_empty) {
            return None;
        }
        let decision = if let Some(groups) = &groups {
            let question = security_groups::GroupQuestion {
                is_egress,
                protocol: self.request.protocol,
                port: self.request.destination_port,
                peer: if is_egress { &self.destination } else { &self.source },
            };
            security_groups::decision(self.inventory, groups, &question)
        } else {
            let name =
                if side == Side::Destination { self.destination.name.as_str() } else { interface.as_str() };
            let reason = format!("no document names the security groups at {name}");
            Decision::unknown(interface_needed(name), reason)
        };
        let mut ids = groups.unwrap_or_default();
        ids.sort();
        ids.dedup();
        let control = Control::SecurityGroups { ids, interface_id: Some(interface.clone()) };
        Some(decision.at(Leg::Request, side, is_egress, control))
    }

    /// The route to the device that the packets went to, or the route of the destination.
    pub(super) fn choice_of(&self, table: &'a RouteTable) -> Choice<'a> {
        let Some(device) = self.behind else { return choose(self.inventory, table, &self.destination) };
        let leads_there = |route: &&Route| match &route.target {
            RouteTarget::NatGateway(id) => {
                self.inventory.nat_gateways.get(id).is_some_and(|one| one.interface_ids.contains(device))
            }
            RouteTarget::Interface(id) => id == device,
            target => self.inventory.appliance_at(target).is_some_and(|one| one.id == *device),
        };
        let route = table.routes.iter().find(leads_there);
        route.map_or_else(|| Choice::Unknown(format!("the route that led to {device}")), Choice::Route)
    }

    /// The ACL of the sender's subnet, which packets meet where `is_met`.
    pub(super) fn own_acl(&self, leg: Leg, is_met: Option<bool>) -> Option<Hop> {
        let is_egress = leg == Leg::Request;
        self.acl(
            leg,
            Side::Task,
            self.sender.subnet_id.as_ref(),
            is_met,
            &network_acls::AclQuestion {
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
        question: &network_acls::AclQuestion<'_>,
    ) -> Option<Hop> {
        if is_met == Some(false) {
            return None;
        }
        let acl = subnet.and_then(|subnet| network_acl_of(self.inventory, subnet));
        let decision = match (acl, subnet) {
            (Some(acl), _) => network_acls::decision(acl, question)
                .if_met(is_met, &format!("describe-subnets with the subnet of {}", self.destination.name)),
            (None, Some(subnet)) => Decision::unknown(
                format!("describe-network-acls of {subnet}"),
                format!("no document shows the network ACL of {subnet}"),
            ),
            (None, None) => Decision::unknown(
                format!("the subnet of {}", self.owner_name(side)),
                format!("no document shows the subnet of {}", self.owner_name(side)),
            ),
        };
        let control = Control::NetworkAcl { id: acl.map(|acl| acl.id.clone()), subnet_id: subnet.cloned() };
        Some(decision.at(leg, side, question.is_egress, control))
    }

    /// The destination port of a leg's packets.
    pub(super) fn port(&self, leg: Leg) -> PortRange {
        match leg {
            Leg::Request => PortRange::one(self.request.destination_port),
            Leg::Reply => self.source_ports,
        }
    }

    fn owner_name(&self, side: Side) -> &str {
        match side {
            Side::Task => "the task",
            Side::Nat => "the NAT gateway or appliance",
            Side::Transit => "the transit gateway's attachment",
            Side::Destination => &self.destination.name,
        }
    }
}

/// Whether queries to a destination go to the Amazon resolver: no security group and no network ACL applies to them.
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
