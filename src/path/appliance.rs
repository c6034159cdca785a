//! An instance that a route leads to by its interface: a NAT instance, a firewall.
//!
//! Its interface has groups and, unlike a NAT gateway, drops packets that are not addressed to it unless `SourceDestCheck` is
//! off. No document shows whether its software forwards packets. An instance with one interface sends them out of the same
//! interface; behind an instance with several, and towards addresses inside the VPC, further controls are not known.

use crate::finding::{Control, Hop, Leg, Side};
use crate::inventory::DocumentKind;
use crate::model::interface::NetworkInterface;
use crate::model::route_table::RouteTarget;
use crate::path::configured::NextHop;
use crate::path::decision::Decision;
use crate::path::edge::{Edge, is_elsewhere};
use crate::path::internet;
use crate::path::lookup::is_complete;
use crate::path::onward::Onward;
use crate::path::routes::Choice;
use crate::path::scene::Scene;

/// The controls of a request through an appliance; none if no document describes the interface.
pub(super) fn onward(scene: &Scene<'_>, target: &RouteTarget) -> Option<Onward> {
    let Some(interface) = scene.inventory.appliance_at(target) else { return gone(scene, target) };
    let subnet = interface.subnet_id.as_ref();
    let edge = Edge {
        scene,
        device: interface.id.as_str(),
        subnet,
        own_table: None,
        destination: scene.destination.clone(),
    };
    Some(Appliance { scene, interface, target, edge }.onward())
}

/// The end of the path at an interface that does not exist: the saved list names other interfaces of the VPC.
fn gone(scene: &Scene<'_>, target: &RouteTarget) -> Option<Onward> {
    let RouteTarget::Interface(id) = target else { return None };
    let is_of_vpc = |other: &NetworkInterface| other.vpc_id.is_some() && other.vpc_id.as_ref() == scene.vpc;
    let is_listed = scene.inventory.interfaces.contains_key(id)
        || !is_complete(scene.inventory, DocumentKind::NetworkInterfaces)
        || !scene.inventory.interfaces.values().any(is_of_vpc);
    if is_listed {
        return None;
    }
    let reason =
        format!("{id} is gone: describe-network-interfaces names others of the VPC and not this one");
    let control = Control::Appliance(id.clone());
    Some(Onward {
        next_hop: NextHop::Appliance(id.clone()),
        leaves_subnet: Some(true),
        request: vec![Decision::denied(reason).at(Leg::Request, Side::Nat, false, control)],
        reply: None,
    })
}

struct Appliance<'a> {
    scene: &'a Scene<'a>,
    interface: &'a NetworkInterface,
    /// The route's target, an interface or an instance.
    target: &'a RouteTarget,
    edge: Edge<'a>,
}

impl Appliance<'_> {
    fn onward(&self) -> Onward {
        let leaves_subnet = is_elsewhere(self.edge.subnet, self.scene.sender.subnet_id.as_ref());
        let mut request: Vec<Hop> = self.edge.acl(Leg::Request, false, leaves_subnet).into_iter().collect();
        request.extend(self.scene.groups_at(&self.interface.id, Side::Nat, false));
        request.push(self.check());
        let reply = if self.sends_elsewhere() {
            request.push(self.edge.external_behind(self.target));
            Some(Vec::new())
        } else {
            self.forwarded(leaves_subnet, &mut request)
        };
        Onward { next_hop: NextHop::Appliance(self.interface.id.clone()), leaves_subnet, request, reply }
    }

    /// The controls behind the appliance, and those of the reply unless packets cannot continue.
    fn forwarded(&self, leaves_subnet: Option<bool>, request: &mut Vec<Hop>) -> Option<Vec<Hop>> {
        request.push(self.forwarding());
        request.extend(self.scene.groups_at(&self.interface.id, Side::Nat, true));
        request.extend(self.edge.acl(Leg::Request, true, Some(true)));
        let is_routed = self.route_out(request);
        is_routed.then(|| {
            let replies = [
                self.edge.acl(Leg::Reply, false, Some(true)),
                self.edge.acl(Leg::Reply, true, leaves_subnet),
            ];
            replies.into_iter().flatten().collect()
        })
    }

    /// Whether `SourceDestCheck` lets the appliance take packets for others.
    fn check(&self) -> Hop {
        let id = &self.interface.id;
        let decision = match self.interface.source_dest_check {
            Some(false) => Decision::allowed(format!("the source/destination check of {id} is off")),
            Some(true) => Decision::denied(format!(
                "the source/destination check of {id} is on, so the interface drops packets that are not addressed to it"
            )),
            None => Decision::unknown(
                format!("describe-network-interfaces with the SourceDestCheck of {id}"),
                format!("no document shows whether the source/destination check of {id} is on"),
            ),
        };
        decision.at(Leg::Request, Side::Nat, false, Control::SourceDestCheck(id.clone()))
    }

    /// The software of the appliance, of which no document shows anything.
    fn forwarding(&self) -> Hop {
        let id = &self.interface.id;
        let name = match &self.interface.instance_id {
            Some(instance) => format!("{instance}, which has {id},"),
            None => id.to_string(),
        };
        let decision = Decision::external(format!("no document shows whether {name} forwards the packets"));
        decision.at(Leg::Request, Side::Nat, true, Control::Appliance(id.clone()))
    }

    /// Whether the packets may leave through another interface or keep their sender, so that further controls are not known.
    fn sends_elsewhere(&self) -> bool {
        let is_alone = self.interface.instance_id.as_ref().is_some_and(|instance| {
            self.scene.inventory.interfaces_of_instance(instance).all(|own| own.id == self.interface.id)
        });
        let is_primary = self.interface.device_index.is_none_or(|index| index == 0);
        let destination = &self.scene.destination;
        !is_alone || !is_primary || destination.is_v6 || destination.is_inside != Some(false)
    }

    /// The route of the appliance's subnet with its target, and whether packets may continue.
    fn route_out(&self, hops: &mut Vec<Hop>) -> bool {
        let (edge, id) = (&self.edge, &self.interface.id);
        let choice = edge.choice();
        let mut decision = choice.decision(edge.table_name(), &edge.destination.name);
        let Choice::Route(route) = choice else {
            hops.push(edge.route_hop(decision));
            return choice != Choice::None;
        };
        let returns = !route.is_blackhole && edge.returns(self.target, &route.target);
        if returns {
            let (name, target) = (edge.table_name(), &route.target);
            decision = Decision::denied(if target == self.target {
                format!("{id} is in a subnet that {name} routes to {target}, so its packets come back to it")
            } else {
                format!(
                    "{id} is in a subnet that {name} routes to {target}, from where packets come back to {id}"
                )
            })
            .by(route);
        }
        hops.push(edge.route_hop(decision));
        match &route.target {
            _ if route.is_blackhole || returns => return false,
            RouteTarget::InternetGateway(gateway) => {
                hops.push(self.public_address());
                hops.push(internet::gateway(self.scene, gateway, Side::Nat, &edge.destination));
            }
            target => hops.push(edge.external(target)),
        }
        true
    }

    /// The public address that an internet gateway needs of the interface.
    fn public_address(&self) -> Hop {
        let id = &self.interface.id;
        let decision = match self.interface.public_address {
            Some(address) => Decision::allowed(format!("{id} has the public address {address}")),
            None if self.scene.inventory.shows_public_address(id) => {
                Decision::denied(format!("{id} has no public address"))
            }
            None => Decision::unknown(
                format!("describe-network-interfaces of {id}"),
                format!("no document shows whether {id} has a public address"),
            ),
        };
        decision.at(Leg::Request, Side::Nat, true, Control::PublicAddress(Some(id.clone())))
    }
}
