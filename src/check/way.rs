//! How the requests to a service leave the VPC, by its configured path: whether the policy of an endpoint applies.
//!
//! A way that rests on something that no document shows comes with that assumption, so that no answer depends on it silently.

use std::net::IpAddr;

use crate::attribution::central::{PublicNameTarget, public_name_of};
use crate::authorization::RequestPath;
use crate::check::destinations::Destinations;
use crate::check::evaluation::Evaluation;
use crate::check::launch_targets::LaunchTarget;
use crate::inventory::Inventory;
use crate::model::deployment::Need;
use crate::model::ids::{EndpointId, NatGatewayId, plain_id};
use crate::model::service::Service;
use crate::path::{NextHop, region_of};

/// The way of the requests to one service of AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestWay {
    pub(super) service: Service,
    /// The Region of the service; none for that of the VPC.
    pub(super) region: Option<String>,
    pub(super) path: RequestPath,
    /// The condition that the way depends on and no document shows, a clause; none if the documents show the way.
    pub(super) assumption: Option<String>,
    /// The documents that would show the way.
    pub(super) missing: Vec<String>,
}

/// The way to a needed service; none if it is no service of AWS that evaluates requests.
pub(super) fn of(
    inventory: &Inventory,
    target: &LaunchTarget,
    need: &Need,
    destinations: &Destinations<'_>,
    evaluation: &Evaluation<'_>,
) -> Option<RequestWay> {
    if need.host.is_some() || matches!(need.service, Service::Efs | Service::Unknown) {
        return None;
    }
    let way = |path, assumption, missing| RequestWay {
        service: need.service.clone(),
        region: need.region.clone(),
        path,
        assumption,
        missing,
    };
    if let Some(id) = &destinations.endpoint_id {
        return Some(to_endpoint(inventory, target, destinations, id, way));
    }
    let unknown = || way(RequestPath::Unknown, None, evaluation.missing());
    let is_known = destinations.missing.is_empty() || need.service == Service::S3;
    let Some(path) = only_path(inventory, evaluation).filter(|_| is_known) else { return Some(unknown()) };
    if path.endpoint().is_some() {
        // A gateway endpoint takes the packets to its own Region only.
        let is_own = need.region.is_none() || need.region == own_region(inventory, target);
        return Some(if is_own { way(path, None, Vec::new()) } else { unknown() });
    }
    let region = need.region.clone().or_else(|| own_region(inventory, target));
    let vpc = target.sender.vpc_id.as_ref();
    let name = region.as_deref().map(|region| public_name_of(inventory, vpc, &need.service, region));
    Some(match name {
        Some(PublicNameTarget::Redirected) => unknown(),
        Some(PublicNameTarget::Public) if !target.has_own_name_servers(inventory) => {
            way(path, None, Vec::new())
        }
        _ => {
            let assumption = format!(
                "no hosted zone and no other DNS server leads the name of {} elsewhere",
                need.service
            );
            way(path, Some(assumption), name_documents(inventory, target))
        }
    })
}

/// The way to the interfaces of an endpoint, to which the name of the service leads.
fn to_endpoint(
    inventory: &Inventory,
    target: &LaunchTarget,
    destinations: &Destinations<'_>,
    id: &EndpointId,
    way: impl Fn(RequestPath, Option<String>, Vec<String>) -> RequestWay,
) -> RequestWay {
    let missing: Vec<String> = destinations.zone_records.iter().cloned().collect();
    let assumption = if target.has_own_name_servers(inventory) {
        Some(format!("the VPC's own DNS servers lead the name to {id}"))
    } else if missing.is_empty() {
        None
    } else {
        Some(format!("a record of the hosted zone leads the name to {id}"))
    };
    way(RequestPath::Endpoint(id.clone()), assumption, missing)
}

/// The way that all paths have in common; none if they differ, or if one of them is not known to its end.
fn only_path(inventory: &Inventory, evaluation: &Evaluation<'_>) -> Option<RequestPath> {
    let mut all = evaluation.paths.iter().map(|path| match &path.next_hop {
        NextHop::GatewayEndpoint(id) => Some(RequestPath::Endpoint(id.clone())),
        NextHop::Nat(id) => Some(RequestPath::Public { source: address_of(inventory, id) }),
        NextHop::InternetGateway(_) | NextHop::Appliance(_) => Some(RequestPath::Public { source: None }),
        _ => None,
    });
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The address from which a NAT gateway sends, if it has only one.
fn address_of(inventory: &Inventory, id: &NatGatewayId) -> Option<IpAddr> {
    let gateway = inventory.nat_gateways.get(id).filter(|gateway| !gateway.is_private)?;
    match gateway.public_addresses.as_slice() {
        [address] if !gateway.is_regional => Some(*address),
        _ => None,
    }
}

fn own_region(inventory: &Inventory, target: &LaunchTarget) -> Option<String> {
    Some(region_of(inventory, target.sender.vpc_id.as_ref()?)?.as_str().to_owned())
}

/// The calls that show whether the name of a service leads to its public addresses.
fn name_documents(inventory: &Inventory, target: &LaunchTarget) -> Vec<String> {
    let vpc = target.sender.vpc_id.as_ref().and_then(|vpc| plain_id(vpc.as_str()));
    let zones = match (vpc, own_region(inventory, target)) {
        (Some(vpc), Some(region)) => {
            format!("aws route53 list-hosted-zones-by-vpc --vpc-id {vpc} --vpc-region {region}")
        }
        _ => "aws route53 list-hosted-zones-by-vpc".to_owned(),
    };
    let rules =
        ["aws route53resolver list-resolver-rules", "aws route53resolver list-resolver-rule-associations"];
    std::iter::once(zones).chain(rules.map(str::to_owned)).collect()
}
