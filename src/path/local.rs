//! Inside the VPC: the destination's subnet and interface. Replies always have a route.

use crate::finding::{Control, Hop, Leg, Side};
use crate::model::ids::SubnetId;
use crate::model::interface::InterfaceKind;
use crate::path::configured::NextHop;
use crate::path::decision::Decision;
use crate::path::gateway_endpoint::state_decision;
use crate::path::network_acls::AclQuestion;
use crate::path::onward::Onward;
use crate::path::scene::Scene;

/// The controls of a request to an address of the VPC, and of its reply.
pub(super) fn onward(scene: &Scene<'_>) -> Onward {
    let is_met = scene.leaves_subnet();
    let request = [acl(scene, Leg::Request, is_met), scene.far_groups(), endpoint(scene)];
    let next_hop = NextHop::Local {
        interface_id: scene.interface.map(|interface| interface.id.clone()),
        is_same_subnet: scene.is_same_subnet,
    };
    Onward {
        next_hop,
        leaves_subnet: is_met,
        request: request.into_iter().flatten().collect(),
        reply: Some(acl(scene, Leg::Reply, is_met).into_iter().collect()),
    }
}

/// The ACL of the destination's subnet.
fn acl(scene: &Scene<'_>, leg: Leg, is_met: Option<bool>) -> Option<Hop> {
    let subnet: Option<&SubnetId> = scene.far_subnet;
    let question = AclQuestion {
        is_egress: leg == Leg::Reply,
        protocol: scene.request.protocol,
        ports: scene.port(leg),
        far: &scene.source,
    };
    scene.acl(leg, Side::Destination, subnet, is_met, &question)
}

/// The state of the interface endpoint that the destination belongs to; none for other destinations.
fn endpoint(scene: &Scene<'_>) -> Option<Hop> {
    let interface = scene.interface?;
    let known = scene.inventory.endpoint_of_interface(&interface.id);
    let (control, decision) = match (known, &interface.kind) {
        (Some(endpoint), _) => (Control::Endpoint(endpoint.id.clone()), state_decision(endpoint)),
        (None, InterfaceKind::Endpoint(Some(id))) => {
            let needs = format!("describe-vpc-endpoints of {id}");
            (Control::Endpoint(id.clone()), Decision::unknown(needs, format!("no document shows {id}")))
        }
        (None, InterfaceKind::Endpoint(None)) => {
            let reason = format!("no document names the endpoint of {}", interface.id);
            let needs = format!("describe-vpc-endpoints with {}", interface.id);
            (Control::Interface(interface.id.clone()), Decision::unknown(needs, reason))
        }
        _ => return None,
    };
    Some(decision.at(Leg::Request, Side::Destination, false, control))
}
