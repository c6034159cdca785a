//! Next hops whose far side no document shows. Only their near side can be evaluated.

use crate::finding::{Control, Hop, HopDecision, Leg, Side};
use crate::inventory::Inventory;
use crate::model::endpoint::EndpointKind;
use crate::model::gateway::TransitGatewayAttachment;
use crate::model::ids::{PeeringId, SubnetId, TransitGatewayId};
use crate::model::route_table::RouteTarget;
use crate::path::configured::NextHop;
use crate::path::crossing::Crossing;
use crate::path::decision::Decision;
use crate::path::egress_vpc::{self, EgressVpc};
use crate::path::far_vpc::FarVpc;
use crate::path::gateway_endpoint::state_decision;
use crate::path::local;
use crate::path::onward::Onward;
use crate::path::scene::Scene;

/// The controls of a request to an external network, up to the last known one.
pub(super) fn onward(scene: &Scene<'_>, target: &RouteTarget) -> Onward {
    let decision = decision(scene, target);
    if let Some(far) = scene.far.as_ref().filter(|_| decision.decision != HopDecision::Denied) {
        return to_far_vpc(scene, target, far, decision);
    }
    if let RouteTarget::TransitGateway(id) = target
        && decision.decision != HopDecision::Denied
        && let Some(egress) = egress_vpc::find(scene, id)
    {
        return through_egress_vpc(scene, id, &egress);
    }
    Onward {
        next_hop: NextHop::External(target.clone()),
        leaves_subnet: leaves_subnet(scene, target),
        reply: (decision.decision != HopDecision::Denied).then(Vec::new),
        request: vec![decision.at(Leg::Request, Side::Task, true, Control::External(target.clone()))],
    }
}

/// The controls of a request to a known interface or subnet of another VPC, and of its reply.
fn to_far_vpc(scene: &Scene<'_>, target: &RouteTarget, far: &FarVpc<'_>, decision: Decision) -> Onward {
    let crossing = Crossing { scene, target, far: far.vpc };
    let control = Control::External(target.clone());
    let at_connection = match target {
        RouteTarget::Peering(id) if is_active(scene.inventory, id) => {
            Decision::allowed(format!("{id} is active")).at(Leg::Request, Side::Task, true, control)
        }
        RouteTarget::TransitGateway(id) => gateway_routes(id),
        _ => decision.at(Leg::Request, Side::Task, true, control),
    };
    let at_destination = local::onward(scene);
    let request = std::iter::once(at_connection).chain(crossing.request()).chain(at_destination.request);
    let way_back = crossing.reply(far.subnet, Side::Destination);
    Onward {
        next_hop: NextHop::External(target.clone()),
        leaves_subnet: Some(true),
        request: request.collect(),
        reply: Some(at_destination.reply.into_iter().flatten().chain(way_back).collect()),
    }
}

/// The controls of a request that leaves through the NAT gateway of another VPC, and of its reply.
fn through_egress_vpc(scene: &Scene<'_>, id: &TransitGatewayId, egress: &EgressVpc<'_>) -> Onward {
    let target = RouteTarget::TransitGateway(id.clone());
    let crossing = Crossing { scene, target: &target, far: egress.vpc };
    let behind = egress_vpc::behind(scene, &crossing, egress);
    let request = std::iter::once(gateway_routes(id)).chain(crossing.request()).chain(behind.request);
    let request = request.collect();
    let next_hop = NextHop::External(target.clone());
    Onward { next_hop, leaves_subnet: Some(true), request, reply: behind.reply }
}

/// The routes of a transit gateway, which no document shows.
fn gateway_routes(id: &TransitGatewayId) -> Hop {
    let decision = Decision::external(format!("no document shows the routes of {id}"));
    decision.at(Leg::Request, Side::Task, true, Control::TransitGateway(id.clone()))
}

fn is_active(inventory: &Inventory, id: &PeeringId) -> bool {
    inventory.peerings.get(id).is_some_and(|peering| peering.status.eq_ignore_ascii_case("active"))
}

fn decision(scene: &Scene<'_>, target: &RouteTarget) -> Decision {
    let denial = match target {
        RouteTarget::Peering(id) => peering(scene.inventory, id),
        RouteTarget::TransitGateway(id) => transit_gateway(scene, id),
        RouteTarget::Endpoint(id) => scene
            .inventory
            .endpoints
            .get(id)
            .map(state_decision)
            .filter(|decision| decision.decision == HopDecision::Denied),
        _ => None,
    };
    denial.unwrap_or_else(|| Decision::external(format!("no document shows what follows {target}")))
}

fn peering(inventory: &Inventory, id: &PeeringId) -> Option<Decision> {
    let status = inventory.peerings.get(id)?.status.as_str();
    let works = status.is_empty() || status.eq_ignore_ascii_case("active");
    (!works).then(|| Decision::denied(format!("{id} is {status}")))
}

/// A transit gateway takes packets of a VPC through an attachment that works, from the zones of its subnets.
fn transit_gateway(scene: &Scene<'_>, id: &TransitGatewayId) -> Option<Decision> {
    let vpc = scene.vpc?;
    let attachments: Vec<&TransitGatewayAttachment> = (scene.inventory.transit_gateway_attachments.values())
        .filter(|one| one.gateway_id.as_ref() == Some(id) && one.vpc_id.as_ref() == Some(vpc))
        .collect();
    let is_working = |one: &&&TransitGatewayAttachment| one.is_working();
    match (attachments.first(), attachments.iter().find(is_working)) {
        (None, _) => None,
        (Some(broken), None) => Some(Decision::denied(format!(
            "the attachment {} of {vpc} to {id} is {}",
            broken.id, broken.state
        ))),
        (Some(_), Some(working)) => wrong_zone(scene, working),
    }
}

/// A denial if the attachment certainly has no subnet in the sender's zone.
fn wrong_zone(scene: &Scene<'_>, attachment: &TransitGatewayAttachment) -> Option<Decision> {
    let zone = |subnet: &SubnetId| scene.inventory.subnets.get(subnet)?.availability_zone.as_deref();
    let own = zone(scene.sender.subnet_id.as_ref()?)?;
    let served: Vec<&str> = attachment.subnet_ids.iter().map(zone).collect::<Option<_>>()?;
    let is_missing = !served.is_empty() && !served.contains(&own);
    is_missing.then(|| {
        Decision::denied(format!("the attachment {} has no subnet in {own}, the task's zone", attachment.id))
    })
}

/// An appliance in the sender's own subnet is reached without passing the subnet's edge.
fn leaves_subnet(scene: &Scene<'_>, target: &RouteTarget) -> Option<bool> {
    let own = scene.sender.subnet_id.as_ref();
    match target {
        RouteTarget::Interface(id) => {
            let theirs = scene.inventory.interface(id)?.subnet_id.as_ref()?;
            Some(theirs != own?)
        }
        RouteTarget::Endpoint(id) => {
            let endpoint = scene.inventory.endpoints.get(id)?;
            if endpoint.kind == EndpointKind::Gateway {
                return Some(true);
            }
            (!endpoint.subnet_ids.is_empty()).then_some(!endpoint.subnet_ids.contains(own?))
        }
        _ => Some(true),
    }
}
