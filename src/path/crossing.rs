//! Packets between two VPCs over a peering connection or a transit gateway: the way there, and the way back.
//!
//! A reply needs a route of its own: the destination's table must lead to the same connection. At a transit gateway, packets
//! also pass the network ACL of each attachment's subnet, once in each direction.

use crate::finding::{Control, Hop, HopDecision, Leg, Side};
use crate::model::ids::{SubnetId, VpcId};
use crate::model::route_table::RouteTarget;
use crate::path::decision::Decision;
use crate::path::far_vpc::attachments;
use crate::path::lookup::route_table_of;
use crate::path::network_acls::AclQuestion;
use crate::path::peer::Peer;
use crate::path::routes::{Choice, choose};
use crate::path::scene::Scene;

/// The way between the sender's VPC and another one over one connection.
pub(super) struct Crossing<'s, 'a> {
    pub(super) scene: &'s Scene<'a>,
    pub(super) target: &'s RouteTarget,
    pub(super) far: &'a VpcId,
}

impl Crossing<'_, '_> {
    /// The hops at the attachments that a request passes: into the sender's, out of the far one.
    pub(super) fn request(&self) -> Vec<Hop> {
        let near = self.attachment_acl(self.scene.vpc, self.scene.zone(), Leg::Request, false);
        near.into_iter().chain(self.attachment_acl(Some(self.far), None, Leg::Request, true)).collect()
    }

    /// The hops of a reply, from the subnet that sends it: its route, then the attachments in reverse.
    pub(super) fn reply(&self, from: &SubnetId, side: Side) -> Vec<Hop> {
        let route = self.route_back(from, side);
        let is_open = route.decision != HopDecision::Denied;
        let into = || self.attachment_acl(Some(self.far), None, Leg::Reply, false);
        let out = || self.attachment_acl(self.scene.vpc, None, Leg::Reply, true);
        let attachments = is_open.then(|| into().into_iter().chain(out()));
        std::iter::once(route).chain(attachments.into_iter().flatten()).collect()
    }

    /// The route of replies: it must lead to the connection that the request came over.
    fn route_back(&self, from: &SubnetId, side: Side) -> Hop {
        let inventory = self.scene.inventory;
        let table = route_table_of(inventory, from, Some(self.far));
        let back = Peer { is_inside: Some(false), ..self.scene.source.clone() };
        let name = table.map_or("the route table", |table| table.id.as_str());
        let choice = match table {
            Some(table) => choose(inventory, table, &back),
            None => Choice::Unknown(format!("describe-route-tables of {from}")),
        };
        let decision = match &choice {
            Choice::None => Decision::denied(format!("no route of {name} leads back to {}", back.name)),
            Choice::Route(route) if route.is_blackhole || route.target == *self.target => {
                choice.decision(name, &back.name)
            }
            Choice::Route(route) => self.other_way(name, &back.name, &route.target).by(*route),
            Choice::Unknown(_) => choice.decision(name, &back.name),
        };
        let id = table.map(|table| table.id.clone());
        let control = Control::RouteTable { id, subnet_id: Some(from.clone()) };
        decision.at(Leg::Reply, side, true, control)
    }

    /// Gateways to the internet lead to no private address. Replies over any other target may come back.
    fn other_way(&self, table: &str, back: &str, target: &RouteTarget) -> Decision {
        let reason = format!("{table} sends replies for {back} to {target}, not to {}", self.target);
        match target {
            RouteTarget::InternetGateway(_) | RouteTarget::NatGateway(_) => Decision::denied(reason),
            _ => Decision::external(format!("{reason}, and no document shows what follows")),
        }
    }

    /// The ACL of an attachment's subnet: of the zone's subnet, else of all of them.
    fn attachment_acl(
        &self,
        vpc: Option<&VpcId>,
        zone: Option<&str>,
        leg: Leg,
        is_egress: bool,
    ) -> Option<Hop> {
        let RouteTarget::TransitGateway(gateway) = self.target else { return None };
        let scene = self.scene;
        let mut found = attachments(scene.inventory, gateway).filter(|one| one.vpc_id.as_ref() == vpc);
        let attachment = found.next().filter(|_| found.next().is_none())?;
        let in_zone = |subnet: &&SubnetId| zone.is_some() && scene.zone_of(subnet) == zone;
        let all = scene.inventory.subnets_of_attachment(attachment);
        let mut subnets: Vec<&SubnetId> = all.iter().copied().filter(in_zone).collect();
        if subnets.is_empty() {
            subnets = all.into_iter().collect();
        }
        let far = if leg == Leg::Request && is_egress || leg == Leg::Reply && !is_egress {
            &scene.destination
        } else {
            &scene.source
        };
        let question =
            AclQuestion { is_egress, protocol: scene.request.protocol, ports: scene.port(leg), far };
        let hops = subnets.into_iter();
        together(hops.filter_map(|subnet| scene.acl(leg, Side::Transit, Some(subnet), Some(true), &question)))
    }
}

/// One hop for several subnets, of which one is passed: it denies or allows only if all do.
fn together(hops: impl Iterator<Item = Hop>) -> Option<Hop> {
    let hops: Vec<Hop> = hops.collect();
    let first = hops.first()?;
    if hops.iter().all(|hop| hop.decision == first.decision) {
        return hops.into_iter().next();
    }
    let mut doubtful = hops.into_iter().find(|hop| hop.decision != HopDecision::Allowed)?;
    if doubtful.decision == HopDecision::Denied {
        let needs = "the zone of the transit gateway attachment that the packets pass".to_owned();
        doubtful.decision = HopDecision::Unknown { needs };
    }
    Some(doubtful)
}
