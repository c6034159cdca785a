//! The way out through another VPC: a transit gateway, the attachment's subnet there, and its NAT gateway or
//! NAT instance.
//!
//! The reply comes back to that device, whose subnet needs a route to the transit gateway.

use crate::finding::{Control, Hop, HopDecision, Leg, Side};
use crate::model::ids::{SubnetId, TransitGatewayId, VpcId};
use crate::model::route_table::{RouteTable, RouteTarget};
use crate::path::crossing::Crossing;
use crate::path::decision::Decision;
use crate::path::far_vpc::{attachments, connected};
use crate::path::lookup::route_table_of;
use crate::path::peer::is_private;
use crate::path::routes::{Choice, choose};
use crate::path::scene::Scene;
use crate::path::{appliance, nat};

/// The VPC that a transit gateway sends packets to, as far as documents show: the only attached VPC with a way out.
pub(super) struct EgressVpc<'a> {
    pub(super) vpc: &'a VpcId,
    subnet: &'a SubnetId,
    table: &'a RouteTable,
    target: &'a RouteTarget,
}

/// The hops of a request and of its reply behind the transit gateway.
pub(super) struct Behind {
    pub(super) request: Vec<Hop>,
    /// None if packets cannot continue.
    pub(super) reply: Option<Vec<Hop>>,
}

/// Finds the egress VPC; none if several attached VPCs have a way out, or if the destination is a private address.
pub(super) fn find<'a>(scene: &Scene<'a>, gateway: &TransitGatewayId) -> Option<EgressVpc<'a>> {
    let is_public = !scene.destination.address().is_some_and(is_private);
    if scene.destination.is_inside != Some(false) || !is_public {
        return None;
    }
    let vpcs = connected(scene.inventory, scene.vpc?, &RouteTarget::TransitGateway(gateway.clone()));
    let mut found = vpcs.into_iter().filter_map(|vpc| way_out(scene, gateway, vpc));
    found.next().filter(|_| found.next().is_none())
}

/// The way out of an attached VPC: in the sender's zone, else the same in every zone.
fn way_out<'a>(scene: &Scene<'a>, gateway: &TransitGatewayId, vpc: &'a VpcId) -> Option<EgressVpc<'a>> {
    let attached = attachments(scene.inventory, gateway).find(|one| one.vpc_id.as_ref() == Some(vpc))?;
    let ways: Vec<EgressVpc<'a>> = scene
        .inventory
        .subnets_of_attachment(attached)
        .into_iter()
        .map(|subnet| {
            let table = route_table_of(scene.inventory, subnet, Some(vpc))?;
            match choose(scene.inventory, table, &scene.destination) {
                Choice::Route(route) if !route.is_blackhole => {
                    Some(EgressVpc { vpc, subnet, table, target: &route.target })
                }
                _ => None,
            }
        })
        .collect::<Option<_>>()?;
    let in_zone = |way: &EgressVpc<'_>| scene.zone().is_some() && scene.zone_of(way.subnet) == scene.zone();
    let is_back =
        |way: &EgressVpc<'_>| matches!(way.target, RouteTarget::TransitGateway(_) | RouteTarget::Local);
    let alike = ways.iter().all(|way| way.target == ways[0].target);
    let mut ways = ways.into_iter().filter(|way| !is_back(way));
    if alike { ways.next() } else { ways.find(in_zone) }
}

/// The controls behind the transit gateway.
pub(super) fn behind(scene: &Scene<'_>, crossing: &Crossing<'_, '_>, egress: &EgressVpc<'_>) -> Behind {
    let mut request = vec![route(scene, egress)];
    let there = Scene { vpc: Some(egress.vpc), ..scene.clone() };
    let (onward, from) = if let RouteTarget::NatGateway(id) = egress.target {
        let gateway = scene.inventory.nat_gateways.get(id);
        (nat::onward(&there, id), gateway.and_then(|gateway| gateway.subnet_id.as_ref()))
    } else if let Some(onward) = appliance::onward(&there, egress.target) {
        let interface = scene.inventory.appliance_at(egress.target);
        (onward, interface.and_then(|interface| interface.subnet_id.as_ref()))
    } else {
        let reason =
            format!("{} sends it to {}, and no document shows what follows", egress.table.id, egress.target);
        let control = Control::External(egress.target.clone());
        request.push(Decision::external(reason).at(Leg::Request, Side::Transit, true, control));
        return Behind { request, reply: Some(Vec::new()) };
    };
    request.extend(onward.request);
    let reply = onward.reply.map(|mut reply| {
        // Behind a device that nothing describes, no route is known.
        reply.extend(from.map(|subnet| crossing.reply(subnet, Side::Nat)).into_iter().flatten());
        reply
    });
    Behind { request, reply }
}

/// The route of the attachment's subnet.
fn route(scene: &Scene<'_>, egress: &EgressVpc<'_>) -> Hop {
    let name = &scene.destination.name;
    let decision = Decision {
        decision: HopDecision::Allowed,
        rule: None,
        reason: format!("{} routes {name} to {}", egress.table.id, egress.target),
    };
    let control =
        Control::RouteTable { id: Some(egress.table.id.clone()), subnet_id: Some(egress.subnet.clone()) };
    decision.at(Leg::Request, Side::Transit, true, control)
}
