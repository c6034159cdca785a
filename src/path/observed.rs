//! The controls of an interface that recorded a packet, whether or not the configured path leads there.

use crate::finding::{Hop, Leg, Side};
use crate::inventory::Inventory;
use crate::model::ids::{InterfaceId, SubnetId};
use crate::model::traffic_rule::PortRange;
use crate::path::configured::Sender;
use crate::path::edge::is_elsewhere;
use crate::path::network_acls::AclQuestion;
use crate::path::query::Query;
use crate::path::scene::Scene;

/// A packet of a request or of its reply at an interface that recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedPacket {
    /// The interface.
    pub interface_id: InterfaceId,
    /// Its subnet, if documents or records show it.
    pub subnet_id: Option<SubnetId>,
    /// The part of the network that it belongs to.
    pub side: Side,
    /// The half of the conversation.
    pub leg: Leg,
    /// Whether the packet left the interface.
    pub is_outbound: bool,
    /// The destination port of the packet as the interface recorded it.
    pub port: u16,
}

/// The groups of the interface and the network ACL of its subnet, in the order in which the packet met them. Groups let
/// replies through.
#[must_use]
pub fn controls_at(
    inventory: &Inventory,
    sender: &Sender,
    query: &Query,
    packet: &ObservedPacket,
) -> Vec<Hop> {
    let scene = Scene::new(inventory, sender, query);
    let ObservedPacket { interface_id, subnet_id, side, leg, is_outbound, port } = packet;
    let known = inventory.interface(interface_id).and_then(|interface| interface.subnet_id.as_ref());
    let subnet = known.or(subnet_id.as_ref());
    let faces_destination = *is_outbound == (*leg == Leg::Request);
    let question = AclQuestion {
        is_egress: *is_outbound,
        protocol: query.request.protocol,
        ports: PortRange::one(*port),
        far: if faces_destination { &scene.destination } else { &scene.source },
    };
    let is_met = if faces_destination { Some(true) } else { is_elsewhere(subnet, sender.subnet_id.as_ref()) };
    let acl = scene.acl(*leg, *side, subnet, is_met, &question);
    let groups = || scene.groups_at(interface_id, *side, *is_outbound);
    let groups = (*leg == Leg::Request).then(groups).flatten();
    let hops = if *is_outbound { [groups, acl] } else { [acl, groups] };
    hops.into_iter().flatten().collect()
}
