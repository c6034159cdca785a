//! The two peers of a request, as far as documents describe them.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::inventory::Inventory;
use crate::model::ids::{SubnetId, VpcId};
use crate::model::interface::NetworkInterface;
use crate::model::route_table::RouteTable;
use crate::model::service::Service;
use crate::path::configured::{Request, Sender};
use crate::path::lookup::groups_of;
use crate::path::peer::{Membership, Peer};
use crate::path::query::Query;
use crate::path::routes;

/// The sender, as the rules of the far side see it.
pub(super) fn source(inventory: &Inventory, sender: &Sender, request: &Request) -> Peer {
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
    Peer {
        name,
        is_v6,
        blocks,
        elsewhere: Vec::new(),
        membership,
        service: Service::Unknown,
        is_inside: Some(true),
    }
}

fn blocks_of_subnet(inventory: &Inventory, subnet: Option<&SubnetId>, is_v6: bool) -> Vec<IpNet> {
    let subnet = subnet.and_then(|subnet| inventory.subnets.get(subnet));
    let blocks = subnet.map_or(&[][..], |subnet| subnet.cidrs.as_slice());
    blocks.iter().filter(|block| matches!(block, IpNet::V6(_)) == is_v6).copied().collect()
}

/// One address, as the rules of the near side see it.
pub(super) fn destination(
    inventory: &Inventory,
    query: &Query,
    vpc: Option<&VpcId>,
    table: Option<&RouteTable>,
    interface: Option<&NetworkInterface>,
) -> Peer {
    let address = query.request.destination;
    let mut peer = Peer {
        name: query.name.clone(),
        is_v6: address.is_ipv6(),
        blocks: vec![IpNet::from(address)],
        elsewhere: Vec::new(),
        membership: Membership::Unknown(interface_needed(&query.name)),
        service: query.request.service.clone(),
        is_inside: None,
    };
    let has_interface = interface.is_some_and(|interface| interface.vpc_id.is_some());
    let of_vpc = || vpc.and_then(|_| inventory.is_inside_vpc(address, vpc));
    let of_table = || table.map(|table| routes::is_local(table, &peer));
    peer.is_inside = has_interface.then_some(true).or_else(of_vpc).or_else(of_table);
    let groups = interface.and_then(|interface| groups_of(inventory, &interface.id));
    peer.membership = match (groups, peer.is_inside, vpc) {
        (Some(groups), ..) => Membership::Groups(groups),
        (None, Some(false), Some(vpc)) => Membership::Outside(vpc.clone()),
        _ => peer.membership,
    };
    peer
}

/// A service outside the VPC, at any public address.
pub(super) fn public_destination(
    inventory: &Inventory,
    query: &Query,
    vpc: Option<&VpcId>,
    blocks: &[IpNet],
) -> Peer {
    let own = vpc.and_then(|vpc| inventory.vpcs.get(vpc)).map_or(&[][..], |vpc| vpc.cidrs.as_slice());
    Peer {
        name: query.name.clone(),
        is_v6: false,
        blocks: blocks.to_vec(),
        elsewhere: own.iter().copied().chain(private_blocks()).collect(),
        membership: match vpc {
            Some(vpc) => Membership::Outside(vpc.clone()),
            None => Membership::Unknown("the VPC of the task".to_owned()),
        },
        service: query.request.service.clone(),
        is_inside: Some(false),
    }
}

/// Blocks without public addresses: private ones, shared ones, and those of a link or a host.
fn private_blocks() -> impl Iterator<Item = IpNet> {
    let blocks: [([u8; 4], u8); 6] = [
        ([10, 0, 0, 0], 8),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
        ([100, 64, 0, 0], 10),
        ([169, 254, 0, 0], 16),
        ([127, 0, 0, 0], 8),
    ];
    blocks.into_iter().filter_map(|(address, length)| IpNet::new(IpAddr::from(address), length).ok())
}

/// Whether a destination is certainly not in a subnet.
pub(super) fn is_outside_subnet(inventory: &Inventory, subnet: &SubnetId, destination: &Peer) -> bool {
    let blocks = blocks_of_subnet(inventory, Some(subnet), destination.is_v6);
    let is_outside = |block: &IpNet| destination.lies_in(block) == Some(false);
    destination.is_inside == Some(false) || !blocks.is_empty() && blocks.iter().all(is_outside)
}

/// The document that would show which interface has an address.
pub(super) fn interface_needed(name: &str) -> String {
    format!("describe-network-interfaces with {name}")
}
