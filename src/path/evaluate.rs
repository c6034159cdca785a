//! The whole evaluation: the sender's own controls, then those of the next hop that its route table chooses.

use std::net::IpAddr;

use crate::finding::{Control, Hop, Leg, Side};
use crate::inventory::Inventory;
use crate::model::protocol::DNS_PORT;
use crate::model::route_table::{Route, RouteTarget};
use crate::path::configured::{ConfiguredPath, NextHop, Request, Sender};
use crate::path::decision::Decision;
use crate::path::onward::Onward;
use crate::path::peer::embedded;
use crate::path::query::Query;
use crate::path::routes::Choice;
use crate::path::scene::{Scene, is_amazon_resolver};
use crate::path::{appliance, external, firewall, gateway_endpoint, internet, local, nat};

/// Evaluates the configured path of a request and its reply.
///
/// Security groups keep state, so a reply has hops at network ACLs only. Queries to the Amazon resolver meet no control:
/// their path has no hops.
#[must_use]
pub fn evaluate(inventory: &Inventory, sender: &Sender, request: &Request) -> ConfiguredPath {
    evaluate_query(inventory, sender, &Query::from(request))
}

/// The same for a request that is only partly known.
#[must_use]
pub fn evaluate_query(inventory: &Inventory, sender: &Sender, query: &Query) -> ConfiguredPath {
    let scene = Scene::new(inventory, sender, query);
    let request = &query.request;
    if request.destination_port == DNS_PORT && is_amazon_resolver(inventory, scene.vpc, request.destination) {
        return ConfiguredPath {
            next_hop: NextHop::Local { interface_id: None, is_same_subnet: None },
            hops: Vec::new(),
        };
    }
    let (route, onward) = onward(&scene);
    let mut hops = vec![scene.own_groups()];
    hops.extend(scene.own_acl(Leg::Request, onward.leaves_subnet));
    hops.extend(route);
    hops.extend(onward.request);
    if let Some(reply) = onward.reply {
        hops.extend(reply);
        hops.extend(scene.own_acl(Leg::Reply, onward.leaves_subnet));
    }
    ConfiguredPath { next_hop: onward.next_hop, hops }
}

/// The hop of the route table, and the hops after it.
fn onward(scene: &Scene<'_>) -> (Option<Hop>, Onward) {
    if scene.is_same_subnet == Some(true) {
        return (None, local::onward(scene));
    }
    let (hop, choice) = routed(scene);
    let onward = match choice {
        Choice::Route(route) if route.is_blackhole => {
            Onward::dead_end(NextHop::Blackhole(route.target.clone()))
        }
        Choice::Route(route) if is_untranslated(scene, route) => {
            Onward::dead_end(NextHop::External(route.target.clone()))
        }
        Choice::Route(route) => by_target(scene, route),
        Choice::None => Onward::dead_end(NextHop::NoRoute),
        Choice::Unknown(_) if scene.destination.is_inside == Some(true) => local::onward(scene),
        Choice::Unknown(_) => Onward {
            next_hop: NextHop::Unknown,
            leaves_subnet: scene.leaves_subnet(),
            request: Vec::new(),
            reply: Some(Vec::new()),
        },
    };
    (Some(hop), onward)
}

fn by_target(scene: &Scene<'_>, route: &Route) -> Onward {
    match &route.target {
        RouteTarget::Local => local::onward(scene),
        RouteTarget::InternetGateway(id) => internet::onward(scene, id),
        RouteTarget::NatGateway(id) => nat::onward(scene, id),
        RouteTarget::Endpoint(id) if gateway_endpoint::is_gateway(scene.inventory, id, route) => {
            gateway_endpoint::onward(scene, id)
        }
        target => appliance::onward(scene, target)
            .or_else(|| firewall::onward(scene, target))
            .or_else(|| internet::egress_only(scene, target))
            .unwrap_or_else(|| external::onward(scene, target)),
    }
}

/// Whether a route sends an address of NAT64 to a gateway that does not translate: only NAT gateways do.
fn is_untranslated(scene: &Scene<'_>, route: &Route) -> bool {
    let is_gateway = match &route.target {
        RouteTarget::InternetGateway(_) => true,
        RouteTarget::Other(id) => id.starts_with("eigw-"),
        _ => false,
    };
    is_gateway && !route.is_blackhole && is_nat64(scene)
}

fn is_nat64(scene: &Scene<'_>) -> bool {
    matches!(scene.destination.address(), Some(IpAddr::V6(address)) if embedded(address).is_some())
}

/// The hop at the sender's route table, and the next hop that the table chooses.
fn routed<'a>(scene: &Scene<'a>) -> (Hop, Choice<'a>) {
    let subnet = scene.sender.subnet_id.as_ref();
    let choice = match scene.table {
        Some(table) => scene.choice_of(table),
        None => Choice::Unknown(match subnet {
            Some(subnet) => format!("describe-route-tables of {subnet}"),
            None => "the subnet of the task".to_owned(),
        }),
    };
    let id = scene.table.map(|table| table.id.clone());
    let is_main = scene.table.zip(subnet).is_some_and(|(table, subnet)| !table.subnet_ids.contains(subnet));
    let name = match &id {
        Some(id) if is_main => format!("{id}, the main table,"),
        Some(id) => id.to_string(),
        None => "the route table".to_owned(),
    };
    let destination = &scene.destination.name;
    let decision = match &choice {
        Choice::None if is_nat64(scene) => Decision::denied(format!(
            "no route of {name} leads to {destination}, an address of 64:ff9b::/96 that only a NAT gateway translates"
        )),
        Choice::Route(route) if is_untranslated(scene, route) => Decision::denied(format!(
            "{name} routes {destination} to {}, but addresses of 64:ff9b::/96 need a NAT gateway that translates them",
            route.target
        ))
        .by(*route),
        _ => choice.decision(&name, destination),
    };
    (
        decision.at(Leg::Request, Side::Task, true, Control::RouteTable { id, subnet_id: subnet.cloned() }),
        choice,
    )
}
