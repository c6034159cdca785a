//! A destination in another VPC, behind a peering connection or a transit gateway: which VPC it is, and the groups that rules
//! across the connection match.

use crate::inventory::Inventory;
use crate::model::gateway::TransitGatewayAttachment;
use crate::model::ids::{SubnetId, TransitGatewayId, VpcId};
use crate::model::interface::NetworkInterface;
use crate::model::route_table::RouteTarget;
use crate::path::lookup::groups_of;
use crate::path::peer::{Membership, Peer};
use crate::path::region::region_of;

/// The VPC of a destination that is not in the sender's VPC.
#[derive(Clone)]
pub(super) struct FarVpc<'a> {
    pub(super) vpc: &'a VpcId,
    pub(super) interface: Option<&'a NetworkInterface>,
    pub(super) subnet: &'a SubnetId,
}

/// The VPC behind a route's target that has the destination's address; none if no document shows it, or if several have it.
pub(super) fn find<'a>(
    inventory: &'a Inventory,
    own: &VpcId,
    target: &RouteTarget,
    destination: &Peer,
) -> Option<FarVpc<'a>> {
    let address = destination.address()?;
    if destination.is_inside != Some(false) {
        return None;
    }
    let mut holding = connected(inventory, own, target)
        .into_iter()
        .filter(|vpc| inventory.is_inside_vpc(address, Some(vpc)) == Some(true));
    let vpc = holding.next().filter(|_| holding.next().is_none())?;
    let interface = inventory.interface_at(address, Some(vpc)).filter(|one| one.vpc_id.as_ref() == Some(vpc));
    let by_address = || inventory.subnet_of_address(address, Some(vpc)).map(|subnet| &subnet.id);
    let subnet = interface.and_then(|interface| interface.subnet_id.as_ref()).or_else(by_address)?;
    Some(FarVpc { vpc, interface, subnet })
}

/// The other VPCs that a connection leads to, each once.
pub(super) fn connected<'a>(inventory: &'a Inventory, own: &VpcId, target: &RouteTarget) -> Vec<&'a VpcId> {
    let mut vpcs: Vec<&VpcId> = match target {
        RouteTarget::Peering(id) => {
            inventory.peerings.get(id).map(|peering| peering.vpc_ids.iter().collect()).unwrap_or_default()
        }
        RouteTarget::TransitGateway(id) => {
            attachments(inventory, id).filter_map(|attachment| attachment.vpc_id.as_ref()).collect()
        }
        _ => Vec::new(),
    };
    vpcs.retain(|vpc| *vpc != own);
    vpcs.sort();
    vpcs.dedup();
    vpcs
}

/// The attachments of a transit gateway that forward packets.
pub(super) fn attachments<'a>(
    inventory: &'a Inventory,
    id: &TransitGatewayId,
) -> impl Iterator<Item = &'a TransitGatewayAttachment> {
    let all = inventory.transit_gateway_attachments.values();
    all.filter(move |one| one.gateway_id.as_ref() == Some(id) && one.is_working())
}

/// The groups of one side as rules of the other side match them. A rule may name a group of a peered VPC of the same Region.
/// It never matches members in another Region or behind a transit gateway.
pub(super) fn membership_across(
    inventory: &Inventory,
    target: &RouteTarget,
    vpcs: [&VpcId; 2],
    own: Membership,
) -> Membership {
    if !matches!(target, RouteTarget::Peering(_)) {
        return Membership::Groups(Vec::new());
    }
    match vpcs.map(|vpc| region_of(inventory, vpc)) {
        [Some(near), Some(far)] if near == far => own,
        [Some(_), Some(_)] => Membership::Groups(Vec::new()),
        _ => Membership::Unknown(format!("the Regions of both VPCs of {target}")),
    }
}

/// The groups of the destination, as the sender's rules match them.
pub(super) fn groups_across(
    inventory: &Inventory,
    own: &VpcId,
    target: &RouteTarget,
    far: &FarVpc<'_>,
) -> Option<Membership> {
    let groups = groups_of(inventory, &far.interface?.id)?;
    Some(membership_across(inventory, target, [own, far.vpc], Membership::Groups(groups)))
}
