//! A NAT gateway: its state, the ACL of its subnet in four directions, and the route of its subnet.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::finding::{Control, Hop, Leg, Side};
use crate::inventory::DocumentKind;
use crate::model::gateway::NatGateway;
use crate::model::ids::NatGatewayId;
use crate::model::route_table::RouteTarget;
use crate::path::configured::NextHop;
use crate::path::decision::Decision;
use crate::path::edge::Edge;
use crate::path::internet;
use crate::path::lookup::is_complete;
use crate::path::onward::Onward;
use crate::path::peer::{Peer, embedded};
use crate::path::routes::Choice;
use crate::path::scene::Scene;

/// The controls of a request through a NAT gateway.
pub(super) fn onward(scene: &Scene<'_>, id: &NatGatewayId) -> Onward {
    let known = scene.inventory.nat_gateways.get(id);
    let subnet = known.and_then(|gateway| gateway.subnet_id.as_ref());
    // A gateway in the task's own subnet would send the packet back to itself, so an unknown subnet is another one.
    let leaves_subnet = Some(subnet.is_none() || subnet != scene.sender.subnet_id.as_ref());
    let own_table = known.and_then(|gateway| gateway.route_table_id.as_ref());
    let edge = Edge { scene, device: id.as_str(), subnet, own_table, destination: translated(scene) };
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
    // A regional gateway is in no subnet, so no network ACL applies to it.
    let acl = |leg, is_outbound, is_met| {
        if gateway.is_regional { None } else { edge.acl(leg, is_outbound, is_met) }
    };
    onward.request.extend(acl(Leg::Request, false, leaves_subnet));
    onward.request.push(state);
    onward.request.extend(acl(Leg::Request, true, Some(true)));
    let is_routed = route_out(&edge, gateway, &mut onward.request);
    onward.reply = is_routed.then(|| {
        let hops = [acl(Leg::Reply, false, Some(true)), acl(Leg::Reply, true, leaves_subnet)];
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

/// The route of the gateway's subnet with its target, and whether packets may continue.
fn route_out(edge: &Edge<'_>, gateway: &NatGateway, hops: &mut Vec<Hop>) -> bool {
    let choice = edge.choice();
    let own = RouteTarget::NatGateway(gateway.id.clone());
    hops.push(edge.route_hop(route_decision(edge, gateway, &own, &choice)));
    match choice {
        Choice::Route(route) if route.is_blackhole || edge.returns(&own, &route.target) => false,
        Choice::None => false,
        Choice::Unknown(_) => true,
        Choice::Route(route) => match &route.target {
            RouteTarget::InternetGateway(id) => {
                hops.push(internet::gateway(edge.scene, id, Side::Nat, &edge.destination));
                true
            }
            RouteTarget::NatGateway(_) if !gateway.is_private => false,
            target => {
                hops.push(edge.external(target));
                true
            }
        },
    }
}

fn route_decision(edge: &Edge<'_>, gateway: &NatGateway, own: &RouteTarget, choice: &Choice<'_>) -> Decision {
    let (id, name) = (&gateway.id, edge.table_name());
    let Choice::Route(route) = choice else { return choice.decision(name, &edge.destination.name) };
    let decision = match &route.target {
        _ if route.is_blackhole => return choice.decision(name, &edge.destination.name),
        RouteTarget::NatGateway(other) if !gateway.is_private => Decision::denied(format!(
            "{id} is in a subnet that {name} routes to {other}, not to an internet gateway"
        )),
        RouteTarget::InternetGateway(_) if gateway.is_private => {
            Decision::denied(format!("{id} is private and has no public address"))
        }
        target if edge.returns(own, target) => Decision::denied(format!(
            "{id} is in a subnet that {name} routes to {target}, from where packets come back to {id}"
        )),
        _ => return choice.decision(name, &edge.destination.name),
    };
    decision.by(*route)
}
