//! An internet gateway: it must be attached to the VPC, and works only for an interface with a public address.

use std::net::IpAddr;

use crate::finding::{Control, Hop, Leg, Side};
use crate::model::ids::InternetGatewayId;
use crate::model::route_table::RouteTarget;
use crate::path::configured::NextHop;
use crate::path::decision::Decision;
use crate::path::onward::Onward;
use crate::path::peer::{Peer, is_private};
use crate::path::scene::Scene;

/// The controls of a request through an internet gateway.
pub(super) fn onward(scene: &Scene<'_>, id: &InternetGatewayId) -> Onward {
    let address = if scene.destination.is_v6 { v6_address(scene) } else { v4_address(scene) };
    let control = Control::PublicAddress(scene.sender.interface_id.clone());
    Onward {
        next_hop: NextHop::InternetGateway(id.clone()),
        leaves_subnet: Some(true),
        request: vec![
            address.at(Leg::Request, Side::Task, true, control),
            gateway(scene, id, Side::Task, &scene.destination),
        ],
        reply: Some(Vec::new()),
    }
}

/// The controls of a request through an egress-only internet gateway, the way out for IPv6; none for any other target.
pub(super) fn egress_only(scene: &Scene<'_>, target: &RouteTarget) -> Option<Onward> {
    let RouteTarget::Other(id) = target else { return None };
    if !id.starts_with("eigw-") {
        return None;
    }
    let decision = match (scene.inventory.egress_only_gateways.get(id), scene.vpc) {
        (Some(gateway), Some(vpc)) if gateway.is_attached_to(vpc) == Some(true) => {
            Decision::allowed(format!("{id} is attached to {vpc}"))
        }
        (Some(gateway), Some(vpc)) if gateway.is_attached_to(vpc) == Some(false) => {
            Decision::denied(format!("{id} is not attached to {vpc}"))
        }
        // It is made for one VPC and cannot be detached, and a route to one that is gone is a blackhole.
        _ => Decision::allowed(format!("{id} exists: the route to it is active")),
    };
    let control = Control::InternetGateway(InternetGatewayId::new(id.as_str()));
    Some(Onward {
        next_hop: NextHop::External(target.clone()),
        leaves_subnet: Some(true),
        request: vec![decision.at(Leg::Request, Side::Task, true, control)],
        reply: Some(Vec::new()),
    })
}

/// Whether an internet gateway is attached to the sender's VPC, and leads to the destination.
pub(super) fn gateway(scene: &Scene<'_>, id: &InternetGatewayId, side: Side, destination: &Peer) -> Hop {
    let decision = match (scene.inventory.internet_gateways.get(id), scene.vpc) {
        _ if destination.address().is_some_and(is_private) => {
            Decision::denied(format!("{id} leads to no private address such as {}", destination.name))
        }
        (Some(gateway), Some(vpc)) => match gateway.is_attached_to(vpc) {
            Some(true) => Decision::allowed(format!("{id} is attached to {vpc}")),
            Some(false) => Decision::denied(format!("{id} is not attached to {vpc}")),
            None => Decision::unknown(
                format!("describe-internet-gateways of {id}"),
                format!("no document shows the attachments of {id}"),
            ),
        },
        (Some(_), None) => Decision::unknown("the VPC of the task", "no document shows the VPC of the task"),
        (None, _) => Decision::unknown(
            format!("describe-internet-gateways of {id}"),
            format!("no document shows {id}"),
        ),
    };
    decision.at(Leg::Request, side, true, Control::InternetGateway(id.clone()))
}

fn v4_address(scene: &Scene<'_>) -> Decision {
    match scene.sender.has_public_address {
        Some(true) => Decision::allowed("the task has a public address"),
        Some(false) => Decision::denied("the task has no public address"),
        None => Decision::unknown(
            "whether the task has a public address",
            "no document shows whether the task has a public address",
        ),
    }
}

/// IPv6 addresses are public, except those that are unique to a site.
fn v6_address(scene: &Scene<'_>) -> Decision {
    match scene.source.address() {
        Some(IpAddr::V6(address)) if address.is_unique_local() || address.is_unicast_link_local() => {
            Decision::denied(format!("the task's address {address} is not a public one"))
        }
        Some(address) => Decision::allowed(format!("the task's address {address} is a public one")),
        None => Decision::unknown("the task's IPv6 address", "no document shows the task's IPv6 address"),
    }
}
