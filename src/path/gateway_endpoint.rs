//! A gateway endpoint: a route to the prefix list of a service. Its state is its only control.

use crate::finding::{Control, Leg, Side};
use crate::inventory::Inventory;
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::ids::EndpointId;
use crate::model::route_table::Route;
use crate::path::configured::NextHop;
use crate::path::decision::Decision;
use crate::path::onward::Onward;
use crate::path::routes::is_service_list;
use crate::path::scene::Scene;

/// Whether the endpoint that a route leads to is a gateway endpoint, not one of a Gateway Load Balancer.
pub(super) fn is_gateway(inventory: &Inventory, id: &EndpointId, route: &Route) -> bool {
    match inventory.endpoints.get(id) {
        Some(endpoint) => endpoint.kind == EndpointKind::Gateway,
        None => is_service_list(inventory, route),
    }
}

/// The controls of a request through a gateway endpoint.
pub(super) fn onward(scene: &Scene<'_>, id: &EndpointId) -> Onward {
    let decision = match scene.inventory.endpoints.get(id) {
        Some(endpoint) => state_decision(endpoint),
        None => {
            Decision::unknown(format!("describe-vpc-endpoints of {id}"), format!("no document shows {id}"))
        }
    };
    Onward {
        next_hop: NextHop::GatewayEndpoint(id.clone()),
        leaves_subnet: Some(true),
        request: vec![decision.at(Leg::Request, Side::Task, true, Control::Endpoint(id.clone()))],
        reply: Some(Vec::new()),
    }
}

/// The decision that follows from the state of an endpoint.
pub(super) fn state_decision(endpoint: &Endpoint) -> Decision {
    let id = &endpoint.id;
    match endpoint.state.as_str() {
        "" => Decision::unknown(
            format!("describe-vpc-endpoints with the state of {id}"),
            format!("no document shows the state of {id}"),
        ),
        state if state.eq_ignore_ascii_case("available") => Decision::allowed(format!("{id} is available")),
        state if state.eq_ignore_ascii_case("partial") => Decision::unknown(
            format!("which interfaces of {id} work"),
            format!("{id} is {state}: it works in some of its subnets only"),
        ),
        state => Decision::denied(format!("{id} is {state}")),
    }
}
