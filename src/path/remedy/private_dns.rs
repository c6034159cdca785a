//! Private DNS: the service's public name leads to the endpoint, for the whole VPC.

use std::net::IpAddr;

use crate::inventory::Inventory;
use crate::model::endpoint::Endpoint;
use crate::model::ids::{EndpointId, VpcId};
use crate::model::protocol::Protocol;
use crate::path::change::Change;
use crate::path::hop::{Request, Sender};
use crate::path::remedy::{Remedy, opened};

/// A port that stands for whatever a client sends from.
const SOME_EPHEMERAL_PORT: u16 = 49_152;

/// The changes that lead the service's name to an interface endpoint, and open the paths to each of its interfaces.
///
/// Verified only if the VPC's attributes and all the endpoint's interfaces are known: the name may lead to any of them.
#[must_use]
pub fn remedy_with_private_dns(inventory: &Inventory, sender: &Sender, endpoint: &EndpointId) -> Remedy {
    let Some(endpoint) = inventory.endpoints.get(endpoint) else {
        return Remedy::default();
    };
    let Some(vpc) = endpoint.vpc_id.as_ref().or(sender.vpc_id.as_ref()) else {
        return Remedy::default();
    };
    let given = enabling(inventory, endpoint, vpc);
    if given.is_empty() {
        return Remedy::default();
    }
    let addresses = addresses_of(inventory, endpoint);
    let requests: Vec<Request> =
        addresses.iter().flatten().map(|address| request(*address, endpoint)).collect();
    let is_resolved = inventory.vpcs.get(vpc).is_some_and(|vpc| {
        // A change turns on what is known to be off; what is not known stays so.
        vpc.dns_support.is_some() && vpc.dns_hostnames.is_some()
    });
    let is_of_sender = sender.vpc_id.as_ref() == Some(vpc);
    let remedy = opened(inventory, sender, &requests, &given);
    let is_verified = remedy.is_verified && addresses.is_some() && is_resolved && is_of_sender;
    Remedy { is_verified, ..remedy }
}

/// What is off: `enableDnsHostnames` can be turned on only after `enableDnsSupport`.
fn enabling(inventory: &Inventory, endpoint: &Endpoint, vpc: &VpcId) -> Vec<Change> {
    let attributes = inventory.vpcs.get(vpc);
    let is_off = |attribute: Option<Option<bool>>| attribute.flatten() == Some(false);
    let vpc_id = || vpc.clone();
    let support = is_off(attributes.map(|vpc| vpc.dns_support));
    let hostnames = is_off(attributes.map(|vpc| vpc.dns_hostnames));
    let changes = [
        support.then(|| Change::EnableDnsSupport { vpc_id: vpc_id() }),
        hostnames.then(|| Change::EnableDnsHostnames { vpc_id: vpc_id() }),
        (!endpoint.private_dns_enabled)
            .then(|| Change::EnablePrivateDns { endpoint_id: endpoint.id.clone() }),
    ];
    changes.into_iter().flatten().collect()
}

/// The first address of every interface of an endpoint; none if it has none or if a document for one is missing.
fn addresses_of(inventory: &Inventory, endpoint: &Endpoint) -> Option<Vec<IpAddr>> {
    let address = |id| inventory.interface(id)?.addresses.first().copied();
    let addresses: Vec<IpAddr> = endpoint.interface_ids.iter().map(address).collect::<Option<_>>()?;
    (!addresses.is_empty()).then_some(addresses)
}

fn request(destination: IpAddr, endpoint: &Endpoint) -> Request {
    Request {
        destination,
        service: endpoint.service.clone(),
        protocol: Protocol::TCP,
        source_port: SOME_EPHEMERAL_PORT,
        destination_port: 443,
    }
}
