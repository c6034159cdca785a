//! The subnet of a device that takes packets and sends them on, a NAT gateway or an appliance: its ACL and its route.

use crate::finding::{Control, Hop, Leg, Side};
use crate::inventory::Inventory;
use crate::model::ids::{RouteTableId, SubnetId};
use crate::model::route_table::{RouteTable, RouteTarget};
use crate::model::traffic_rule::PortRange;
use crate::path::decision::Decision;
use crate::path::lookup::route_table_of;
use crate::path::network_acls::AclQuestion;
use crate::path::peer::Peer;
use crate::path::routes::{Choice, choose};
use crate::path::scene::Scene;

/// More devices one after another than any network has.
const MOST_DEVICES: usize = 8;

/// The edge of the device's subnet.
pub(super) struct Edge<'a> {
    pub(super) scene: &'a Scene<'a>,
    /// The device, as sentences name it.
    pub(super) device: &'a str,
    /// Its subnet, if a document shows it.
    pub(super) subnet: Option<&'a SubnetId>,
    /// Its own route table, if it is in no subnet.
    pub(super) own_table: Option<&'a RouteTableId>,
    /// The destination, with the address to which the device sends.
    pub(super) destination: Peer,
}

impl<'a> Edge<'a> {
    /// The ACL: towards the destination for requests that leave and replies that arrive, otherwise towards the task.
    pub(super) fn acl(&self, leg: Leg, is_outbound: bool, is_met: Option<bool>) -> Option<Hop> {
        let is_far = is_outbound == (leg == Leg::Request);
        let far: &Peer = if is_far { &self.destination } else { &self.scene.source };
        // The device chooses its own source port, and replies arrive at this port.
        let ports = if is_far && leg == Leg::Reply { PortRange::EPHEMERAL } else { self.scene.port(leg) };
        let question =
            AclQuestion { is_egress: is_outbound, protocol: self.scene.request.protocol, ports, far };
        self.scene.acl(leg, Side::Nat, self.subnet, is_met, &question)
    }

    /// The route table of the subnet, or of the device.
    pub(super) fn table(&self) -> Option<&'a RouteTable> {
        if let Some(id) = self.own_table {
            return self.scene.inventory.route_tables.get(id).filter(|table| table.is_whole);
        }
        route_table_of(self.scene.inventory, self.subnet?, self.scene.vpc)
    }

    /// The route of packets that leave the device.
    pub(super) fn choice(&self) -> Choice<'a> {
        match (self.table(), self.subnet) {
            (Some(table), _) => choose(self.scene.inventory, table, &self.destination),
            (None, Some(subnet)) => Choice::Unknown(format!("describe-route-tables of {subnet}")),
            (None, None) => match self.own_table {
                Some(id) => Choice::Unknown(format!("describe-route-tables of {id}")),
                None => Choice::Unknown(format!("the subnet of {}", self.device)),
            },
        }
    }

    /// The name of the route table in sentences.
    pub(super) fn table_name(&self) -> &'a str {
        self.table().map_or("the route table", |table| table.id.as_str())
    }

    /// A decision of the route table, at its place on the path.
    pub(super) fn route_hop(&self, decision: Decision) -> Hop {
        let id = self.table().map(|table| table.id.clone());
        let control = Control::RouteTable { id, subnet_id: self.subnet.cloned() };
        decision.at(Leg::Request, Side::Nat, true, control)
    }

    /// The hop after a route to a network that no document shows.
    pub(super) fn external(&self, target: &RouteTarget) -> Hop {
        let reason = format!("{} sends it to {target}, and no document shows what follows", self.device);
        Decision::external(reason).at(Leg::Request, Side::Nat, true, Control::External(target.clone()))
    }

    /// The hop after a device of which only the near side is known.
    pub(super) fn external_behind(&self, target: &RouteTarget) -> Hop {
        let reason = format!("no document shows what follows {}", self.device);
        Decision::external(reason).at(Leg::Request, Side::Nat, true, Control::External(target.clone()))
    }

    /// Whether packets that leave the device for a target come back to it: the subnets of this and of further devices route
    /// them in a circle.
    pub(super) fn returns(&self, own: &RouteTarget, target: &RouteTarget) -> bool {
        let scene = self.scene;
        let mut next = target.clone();
        for _ in 0..MOST_DEVICES {
            if is_same_device(scene.inventory, &next, own) {
                return true;
            }
            let subnet = subnet_of(scene.inventory, &next);
            let table = subnet.and_then(|subnet| route_table_of(scene.inventory, subnet, scene.vpc));
            match table.map(|table| choose(scene.inventory, table, &self.destination)) {
                Some(Choice::Route(route)) if !route.is_blackhole => next = route.target.clone(),
                _ => return false,
            }
        }
        false
    }
}

/// The subnet of the device that is a route's target.
fn subnet_of<'a>(inventory: &'a Inventory, target: &RouteTarget) -> Option<&'a SubnetId> {
    match target {
        RouteTarget::NatGateway(id) => inventory.nat_gateways.get(id)?.subnet_id.as_ref(),
        target => inventory.appliance_at(target)?.subnet_id.as_ref(),
    }
}

/// Whether two targets are one device: an appliance has an interface id and an instance id.
fn is_same_device(inventory: &Inventory, one: &RouteTarget, other: &RouteTarget) -> bool {
    let interface = |target| inventory.appliance_at(target).map(|interface| &interface.id);
    one == other || interface(one).is_some() && interface(one) == interface(other)
}

/// Whether the device is outside the sender's subnet; none if no document shows it.
pub(super) fn is_elsewhere(device: Option<&SubnetId>, sender: Option<&SubnetId>) -> Option<bool> {
    Some(device? != sender?)
}
