//! A firewall: the endpoint of a gateway load balancer or of AWS Network Firewall that a route leads to.
//!
//! No document shows what the firewall does with packets. Behind it, the table of the endpoint's subnet decides. A firewall
//! keeps the state of connections in each zone, so replies have to pass the same endpoint as the requests.

use crate::finding::{Control, Hop, HopDecision, Leg, Side};
use crate::model::endpoint::Endpoint;
use crate::model::ids::{EndpointId, NatGatewayId, SubnetId};
use crate::model::route_table::RouteTarget;
use crate::path::configured::NextHop;
use crate::path::decision::Decision;
use crate::path::gateway_endpoint::state_decision;
use crate::path::lookup::route_table_of;
use crate::path::onward::Onward;
use crate::path::peer::Peer;
use crate::path::routes::{Choice, choose};
use crate::path::scene::Scene;
use crate::path::{internet, nat};

/// The controls of a request through a firewall; none if no document shows that the target is one.
pub(super) fn onward(scene: &Scene<'_>, target: &RouteTarget) -> Option<Onward> {
    let RouteTarget::Endpoint(id) = target else { return None };
    let subnets = scene.inventory.subnets_of_firewall(id)?;
    let own = scene.sender.subnet_id.as_ref();
    let leaves_subnet = own.filter(|_| !subnets.is_empty()).map(|own| !subnets.contains(&own));
    let at_firewall = at_firewall(id, scene.inventory.endpoints.get(id));
    let denies = at_firewall.denies();
    let mut onward = Onward {
        next_hop: NextHop::External(target.clone()),
        leaves_subnet,
        request: vec![at_firewall],
        reply: None,
    };
    if !denies {
        onward.reply = behind(scene, id, &subnets, &mut onward.request);
    }
    Some(onward)
}

/// The endpoint itself: a state that takes no packets, else a firewall that no document describes.
fn at_firewall(id: &EndpointId, endpoint: Option<&Endpoint>) -> Hop {
    let state = endpoint.map(state_decision);
    if let Some(state) = state.filter(|state| state.decision == HopDecision::Denied) {
        return state.at(Leg::Request, Side::Task, true, Control::Endpoint(id.clone()));
    }
    let decision =
        Decision::external(format!("no document shows whether the firewall behind {id} lets it pass"));
    decision.at(Leg::Request, Side::Task, true, Control::Firewall(id.clone()))
}

/// The controls behind the firewall, and those of the reply unless packets cannot continue.
fn behind(
    scene: &Scene<'_>,
    endpoint: &EndpointId,
    subnets: &[&SubnetId],
    request: &mut Vec<Hop>,
) -> Option<Vec<Hop>> {
    let [subnet] = subnets else { return Some(Vec::new()) };
    let Some(table) = route_table_of(scene.inventory, subnet, scene.vpc) else { return Some(Vec::new()) };
    let choice = choose(scene.inventory, table, &scene.destination);
    let control = Control::RouteTable { id: Some(table.id.clone()), subnet_id: Some((*subnet).clone()) };
    let decision = choice.decision(table.id.as_str(), &scene.destination.name);
    request.push(decision.at(Leg::Request, Side::Transit, true, control));
    let Choice::Route(route) = choice else { return (choice != Choice::None).then(Vec::new) };
    match &route.target {
        _ if route.is_blackhole => None,
        RouteTarget::NatGateway(id) => {
            let onward = nat::onward(scene, id);
            request.extend(onward.request);
            let back = || replies_from(scene, id, endpoint);
            onward.reply.map(|reply| reply.into_iter().chain(back()).collect())
        }
        RouteTarget::InternetGateway(id) => {
            let onward = internet::onward(scene, id);
            request.extend(onward.request);
            onward.reply
        }
        target => {
            let reason = format!("{} sends it to {target}, and no document shows what follows", table.id);
            let control = Control::External(target.clone());
            request.push(Decision::external(reason).at(Leg::Request, Side::Transit, true, control));
            Some(Vec::new())
        }
    }
}

/// The route of replies from a NAT gateway, if it leads to another firewall endpoint than the one of the requests.
fn replies_from(scene: &Scene<'_>, id: &NatGatewayId, endpoint: &EndpointId) -> Option<Hop> {
    let subnet: &SubnetId = scene.inventory.nat_gateways.get(id)?.subnet_id.as_ref()?;
    let table = route_table_of(scene.inventory, subnet, scene.vpc)?;
    let back = Peer { is_inside: Some(true), ..scene.source.clone() };
    let Choice::Route(route) = choose(scene.inventory, table, &back) else { return None };
    let RouteTarget::Endpoint(other) = &route.target else { return None };
    if other == endpoint {
        return None;
    }
    let reason = format!(
        "{} sends replies for {} to {other}, but requests pass the firewall at {}: the one at {other} has not seen them",
        table.id, back.name, endpoint
    );
    let control = Control::Firewall(other.clone());
    Some(Decision::external(reason).at(Leg::Reply, Side::Nat, true, control))
}
