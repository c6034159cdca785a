//! A NAT gateway: its state, the ACL of its subnet in four directions, and the route of its subnet.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::finding::{Control, Hop, Leg, Side};
use crate::inventory::DocumentKind;
use crate::model::gateway::NatGateway;
use crate::model::ids::{NatGatewayId, SubnetId};
use crate::model::route_table::{RouteTable, RouteTarget};
use crate::model::traffic_rule::PortRange;
use crate::path::configured::NextHop;
use crate::path::decision::Decision;
use crate::path::internet;
use crate::path::lookup::{is_complete, route_table_of};
use crate::path::network_acls::AclQuestion;
use crate::path::onward::Onward;
use crate::path::peer::{Peer, embedded};
use crate::path::routes::{Choice, choose};
use crate::path::scene::Scene;

/// The controls of a request through a NAT gateway.
pub(super) fn onward(scene: &Scene<'_>, id: &NatGatewayId) -> Onward {
    let known = scene.inventory.nat_gateways.get(id);
    let subnet = known.and_then(|gateway| gateway.subnet_id.as_ref());
    // A gateway in the task's own subnet would send the packet back to itself, so an unknown subnet is another one.
    let leaves_subnet = Some(subnet.is_none() || subnet != scene.sender.subnet_id.as_ref());
    let edge = Edge { scene, subnet, destination: translated(scene) };
    let control = Control::NatGateway(id.clone());
    let state = state_decision(scene, id, known).at(Leg::Request, Side::Nat, true, control);
    let mut onward =
        Onward { next_hop: NextHop::Nat(id.clone()), leaves_subnet, request: Vec::new(), reply: None };
    let Some(gateway) = known else {
        // Without its subnet no further control is known, but the task's own ACL applies to replies from any gateway.
        onward.request = vec![state];
        onward.reply = (!is_gone(scene)).then(Vec::new);
        return onward;
    };
    onward.request.extend(edge.acl(Leg::Request, false, leaves_subnet));
    onward.request.push(state);
    onward.request.extend(edge.acl(Leg::Request, true, Some(true)));
    let is_routed = edge.route_out(gateway, &mut onward.request);
    onward.reply = is_routed.then(|| {
        let hops = [edge.acl(Leg::Reply, false, Some(true)), edge.acl(Leg::Reply, true, leaves_subnet)];
        hops.into_iter().flatten().collect()
    });
    onward
}

fn state_decision(scene: &Scene<'_>, id: &NatGatewayId, known: Option<&NatGateway>) -> Decision {
    let Some(gateway) = known else {
        return if is_gone(scene) {
            Decision::denied(format!(
                "{id} is gone: describe-nat-gateways names others of the VPC and not this one"
            ))
        } else {
            Decision::unknown(format!("describe-nat-gateways of {id}"), format!("no document shows {id}"))
        };
    };
    match (gateway.state.as_str(), &gateway.failure) {
        ("", _) => Decision::unknown(
            format!("describe-nat-gateways with the state of {id}"),
            format!("no document shows the state of {id}"),
        ),
        (state, _) if state.eq_ignore_ascii_case("available") => {
            Decision::allowed(format!("{id} is available"))
        }
        (state, Some(failure)) => Decision::denied(format!("{id} is {state}: {failure}")),
        (state, None) => Decision::denied(format!("{id} is {state}")),
    }
}

/// Whether a gateway that no document names is gone. It is if the documents are complete and name other gateways of this VPC.
///
/// An account that uses a shared VPC sees the route tables of the VPC but none of its NAT gateways.
fn is_gone(scene: &Scene<'_>) -> bool {
    let is_of_vpc = |gateway: &NatGateway| gateway.vpc_id.is_some() && gateway.vpc_id.as_ref() == scene.vpc;
    is_complete(scene.inventory, DocumentKind::NatGateways)
        && scene.inventory.nat_gateways.values().any(is_of_vpc)
}

/// The destination, with the address to which the gateway sends.
fn translated(scene: &Scene<'_>) -> Peer {
    let destination = scene.destination.clone();
    let embedded = destination.address().and_then(|address| match address {
        IpAddr::V6(address) => embedded(address),
        IpAddr::V4(_) => None,
    });
    let Some(address) = embedded else { return destination };
    let blocks = vec![IpNet::from(IpAddr::V4(address))];
    Peer { name: address.to_string(), is_v6: false, blocks, ..destination }
}

/// The edge of the gateway's subnet.
struct Edge<'a> {
    scene: &'a Scene<'a>,
    subnet: Option<&'a SubnetId>,
    /// The destination, with the address to which the gateway sends.
    destination: Peer,
}

impl Edge<'_> {
    /// The ACL: towards the destination for requests that leave and replies that arrive, otherwise towards the task.
    fn acl(&self, leg: Leg, is_outbound: bool, is_met: Option<bool>) -> Option<Hop> {
        let is_far = is_outbound == (leg == Leg::Request);
        let far: &Peer = if is_far { &self.destination } else { &self.scene.source };
        // The gateway chooses its own source port, and replies arrive at this port.
        let ports = if is_far && leg == Leg::Reply { PortRange::EPHEMERAL } else { self.scene.port(leg) };
        let question =
            AclQuestion { is_egress: is_outbound, protocol: self.scene.request.protocol, ports, far };
        self.scene.acl(leg, Side::Nat, self.subnet, is_met, &question)
    }

    /// The route of the gateway's subnet with its target, and whether packets may continue.
    fn route_out(&self, gateway: &NatGateway, hops: &mut Vec<Hop>) -> bool {
        let scene = self.scene;
        let table = self.subnet.and_then(|subnet| route_table_of(scene.inventory, subnet, scene.vpc));
        let choice = match (table, self.subnet) {
            (Some(table), _) => choose(scene.inventory, table, &self.destination),
            (None, Some(subnet)) => Choice::Unknown(format!("describe-route-tables of {subnet}")),
            (None, None) => Choice::Unknown(format!("the subnet of {}", gateway.id)),
        };
        hops.push(self.route_hop(gateway, table, &choice));
        match choice {
            Choice::Route(route) if route.is_blackhole => false,
            Choice::None => false,
            Choice::Unknown(_) => true,
            Choice::Route(route) => match &route.target {
                RouteTarget::InternetGateway(id) => {
                    hops.push(internet::gateway(scene, id, Side::Nat, &self.destination));
                    true
                }
                RouteTarget::NatGateway(_) if !gateway.is_private => false,
                target => {
                    let reason =
                        format!("{} sends it to {target}, and no document shows what follows", gateway.id);
                    let control = Control::External(target.clone());
                    hops.push(Decision::external(reason).at(Leg::Request, Side::Nat, true, control));
                    true
                }
            },
        }
    }

    fn route_hop(&self, gateway: &NatGateway, table: Option<&RouteTable>, choice: &Choice<'_>) -> Hop {
        let name = table.map_or("the route table", |table| table.id.as_str());
        let decision = match choice {
            Choice::Route(route) => match &route.target {
                RouteTarget::NatGateway(other) if !gateway.is_private => Decision::denied(format!(
                    "{} is in a subnet that {name} routes to {other}, not to an internet gateway",
                    gateway.id
                ))
                .by(*route),
                RouteTarget::InternetGateway(_) if gateway.is_private => {
                    Decision::denied(format!("{} is private and has no public address", gateway.id))
                        .by(*route)
                }
                _ => choice.decision(name, &self.destination.name),
            },
            _ => choice.decision(name, &self.destination.name),
        };
        let id = table.map(|table| table.id.clone());
        let control = Control::RouteTable { id, subnet_id: self.subnet.cloned() };
        decision.at(Leg::Request, Side::Nat, true, control)
    }
}
