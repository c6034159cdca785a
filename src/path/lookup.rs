//! The controls of a subnet or an interface, and the content of a prefix list.

use ipnet::IpNet;

use crate::inventory::{DocumentKind, Inventory};
use crate::model::blocks::Blocks;
use crate::model::endpoint::EndpointKind;
use crate::model::ids::{InterfaceId, PrefixListId, SecurityGroupId, SubnetId, VpcId};
use crate::model::network_acl::NetworkAcl;
use crate::model::prefix_list::PrefixList;
use crate::model::route_table::RouteTable;
use crate::model::service::Service;
use crate::path::matching::Match;
use crate::path::peer::Peer;

/// The network ACL that is associated with a subnet; none if no document shows it with all entries, or if documents differ.
pub(super) fn network_acl_of<'a>(inventory: &'a Inventory, subnet: &SubnetId) -> Option<&'a NetworkAcl> {
    inventory.network_acl_of(subnet).filter(|acl| acl.is_whole)
}

/// The effective route table of a subnet: the associated one, otherwise the main one of its VPC; none unless it is known with
/// all of its routes.
pub(super) fn route_table_of<'a>(
    inventory: &'a Inventory,
    subnet: &SubnetId,
    vpc: Option<&VpcId>,
) -> Option<&'a RouteTable> {
    inventory.route_table_of(subnet, vpc).filter(|table| table.is_whole)
}

/// The groups of an interface: its own, otherwise those of its endpoint. Empty only for kinds that may have none.
pub(super) fn groups_of(inventory: &Inventory, interface: &InterfaceId) -> Option<Vec<SecurityGroupId>> {
    inventory.groups_of(interface).map(<[SecurityGroupId]>::to_vec)
}

/// Whether a prefix list holds a side's address.
pub(super) fn prefix_list_holds(inventory: &Inventory, id: &PrefixListId, peer: &Peer) -> Match {
    let list = inventory.prefix_lists.get(id);
    // The list of a service matches all addresses of the service, whatever its blocks.
    if peer.address().is_none()
        && peer.service != Service::Unknown
        && let Some(service) = service_of_list(inventory, id)
    {
        return if service == peer.service { Match::Yes } else { Match::No };
    }
    if let Some(blocks) = list.and_then(|list| list.blocks.as_ref()) {
        return Match::known(lies_in_any(peer, blocks), || peer.address_needed());
    }
    let answer = service_of_list(inventory, id).and_then(|service| peer_is_of(inventory, id, peer, &service));
    Match::known(answer, || entries_needed(inventory, id))
}

/// The longest block of a list that holds a side's address.
pub(super) fn longest_in_list(inventory: &Inventory, id: &PrefixListId, peer: &Peer) -> Option<u8> {
    let blocks = inventory.prefix_lists.get(id)?.blocks.as_ref()?;
    match peer.address() {
        Some(address) => blocks.longest(address),
        None => blocks.iter().filter(|block| peer.lies_in(block) == Some(true)).map(IpNet::prefix_len).max(),
    }
}

/// Whether one of these blocks holds a side's address.
fn lies_in_any(peer: &Peer, blocks: &Blocks) -> Option<bool> {
    if let Some(address) = peer.address() {
        return Some(blocks.longest(address).is_some());
    }
    let answers: Vec<Option<bool>> = blocks.iter().map(|block| peer.lies_in(block)).collect();
    if answers.contains(&Some(true)) {
        Some(true)
    } else {
        answers.iter().all(Option::is_some).then_some(false)
    }
}

/// The service whose addresses a list of AWS contains: by its name, otherwise by the gateway endpoint that is its target.
pub(super) fn service_of_list(inventory: &Inventory, id: &PrefixListId) -> Option<Service> {
    let named = inventory.prefix_lists.get(id).and_then(PrefixList::named_service);
    named.filter(is_gateway_service).or_else(|| {
        let gateways =
            inventory.endpoints_of_list(id).filter(|endpoint| endpoint.kind == EndpointKind::Gateway);
        let mut services = gateways.map(|endpoint| endpoint.service.clone());
        let first = services.next()?;
        services.all(|service| service == first).then_some(first)
    })
}

/// Whether a side is one of a service's public addresses, without the list of them.
fn peer_is_of(inventory: &Inventory, id: &PrefixListId, peer: &Peer, service: &Service) -> Option<bool> {
    if peer.is_inside == Some(true) {
        return Some(false);
    }
    if let Some(answer) = published(inventory, id, peer, service) {
        return Some(answer);
    }
    match &peer.service {
        Service::Unknown => None,
        known => Some(known == service),
    }
}

/// The answer of AWS's published ranges, if the name of the list contains its Region.
fn published(inventory: &Inventory, id: &PrefixListId, peer: &Peer, service: &Service) -> Option<bool> {
    let name = inventory.prefix_lists.get(id)?.name.as_deref()?;
    let region = name.rsplit('.').nth(service.name().split('.').count())?;
    let address = peer.address()?;
    let mut of_service = inventory
        .ranges_holding(address)
        .filter(|range| Service::from_address_range(&range.service).as_ref() == Some(service))
        .peekable();
    of_service.peek()?;
    Some(of_service.any(|range| range.region == region))
}

/// Gateway endpoints exist for these, and AWS's lists of their names hold exactly their addresses.
fn is_gateway_service(service: &Service) -> bool {
    matches!(service.name(), "s3" | "dynamodb" | "s3express")
}

fn entries_needed(inventory: &Inventory, id: &PrefixListId) -> String {
    let list = inventory.prefix_lists.get(id);
    if list.is_some_and(|list| list.name.is_some() && !list.is_of_aws()) {
        format!("get-managed-prefix-list-entries of {id}")
    } else {
        format!("describe-prefix-lists of {id}")
    }
}

/// Whether documents of a kind were given, so that a thing that they do not name does not exist.
pub(super) fn is_complete(inventory: &Inventory, kind: DocumentKind) -> bool {
    inventory.documents.contains(&kind)
}
