//! Private DNS: the service's public name leads to the endpoint, for the whole VPC.

use std::net::IpAddr;

use crate::inventory::Inventory;
use crate::model::endpoint::Endpoint;
use crate::model::ids::{EndpointId, VpcId};
use crate::model::protocol::{HTTPS_PORT, Protocol};
use crate::path::change::Change;
use crate::path::configured::Sender;
use crate::path::query::Query;
use crate::path::remedy::{Remedy, remedy_with};

/// The changes that lead a service's name to its endpoint, and the paths that must be open then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateDns {
    /// The settings to turn on.
    pub changes: Vec<Change>,
    /// The paths to the endpoint's interfaces: the name may lead to any of them.
    pub queries: Vec<Query>,
    /// Whether `queries` contains all of its interfaces, and every setting that the name needs is known.
    pub is_certain: bool,
}

/// The changes that lead the service's name to an interface endpoint, and open the paths to each of its interfaces.
///
/// Verified only if the VPC's attributes and all the endpoint's interfaces are known.
#[must_use]
pub fn remedy_with_private_dns(inventory: &Inventory, sender: &Sender, endpoint: &EndpointId) -> Remedy {
    let Some(dns) = private_dns(inventory, sender, endpoint) else {
        return Remedy::default();
    };
    let remedy = remedy_with(inventory, sender, &dns.queries, &dns.changes);
    Remedy { is_verified: remedy.is_verified && dns.is_certain, ..remedy }
}

/// The settings to turn on for an endpoint; none if no setting is known to be off.
#[must_use]
pub fn private_dns(inventory: &Inventory, sender: &Sender, endpoint: &EndpointId) -> Option<PrivateDns> {
    let endpoint = inventory.endpoints.get(endpoint)?;
    let vpc = endpoint.vpc_id.as_ref().or(sender.vpc_id.as_ref())?;
    let changes = enabling(inventory, endpoint, vpc);
    if changes.is_empty() {
        return None;
    }
    let addresses = addresses_of(inventory, endpoint);
    let queries = addresses.iter().flatten().map(|address| query(*address, endpoint)).collect();
    // A change turns on a setting that is known to be off; an unknown setting stays unknown.
    let is_resolved =
        (inventory.vpcs.get(vpc)).is_some_and(|vpc| vpc.dns_support.is_some() && vpc.dns_hostnames.is_some());
    let is_of_sender = sender.vpc_id.as_ref() == Some(vpc);
    Some(PrivateDns { changes, queries, is_certain: addresses.is_some() && is_resolved && is_of_sender })
}

/// The settings that are off, in order: `enableDnsHostnames` can be turned on only after `enableDnsSupport`.
fn enabling(inventory: &Inventory, endpoint: &Endpoint, vpc: &VpcId) -> Vec<Change> {
    let attributes = inventory.vpcs.get(vpc);
    let is_off = |attribute: Option<Option<bool>>| attribute.flatten() == Some(false);
    let vpc_id = || vpc.clone();
    let support = is_off(attributes.map(|vpc| vpc.dns_support));
    let hostnames = is_off(attributes.map(|vpc| vpc.dns_hostnames));
    let changes = [
        support.then(|| Change::EnableDnsSupport { vpc_id: vpc_id() }),
        hostnames.then(|| Change::EnableDnsHostnames { vpc_id: vpc_id() }),
        (endpoint.private_dns_enabled != Some(true))
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

fn query(address: IpAddr, endpoint: &Endpoint) -> Query {
    Query::to_address(address, endpoint.service.clone(), Protocol::TCP, HTTPS_PORT)
}
