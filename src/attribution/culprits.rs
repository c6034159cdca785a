//! The resources at fault: those behind the hops that deny, and those that the cause names before them.

use crate::attribution::endpoints::{Endpoints, UnusedEndpoint};
use crate::finding::{CauseId, Control, Culprit, CulpritKind, Hop};
use crate::model::ids::VpcId;
use crate::model::route_table::RouteTarget;
use crate::model::service::Service;
use crate::path::NextHop;

/// The resources behind a hop: every security group of an interface, or the one resource of any other control.
pub(crate) fn of_hop(hop: &Hop) -> Vec<Culprit> {
    let one = |kind, id: Option<String>| {
        vec![Culprit { kind, id, subnet_id: None, rule: hop.rule.clone(), is_likely: false }]
    };
    match &hop.control {
        Control::SecurityGroups { ids, .. } => {
            ids.iter().flat_map(|id| one(CulpritKind::SecurityGroup, Some(id.to_string()))).collect()
        }
        Control::NetworkAcl { id, subnet_id } => {
            let mut culprits = one(CulpritKind::NetworkAcl, id.as_ref().map(ToString::to_string));
            culprits[0].subnet_id.clone_from(subnet_id);
            culprits
        }
        Control::RouteTable { id, subnet_id } => {
            let mut culprits = one(CulpritKind::RouteTable, id.as_ref().map(ToString::to_string));
            culprits[0].subnet_id.clone_from(subnet_id);
            culprits
        }
        Control::NatGateway(id) => one(CulpritKind::NatGateway, Some(id.to_string())),
        Control::Endpoint(id) | Control::Firewall(id) => one(CulpritKind::VpcEndpoint, Some(id.to_string())),
        Control::PublicAddress(id) => one(CulpritKind::Interface, id.as_ref().map(ToString::to_string)),
        Control::Interface(id) | Control::SourceDestCheck(id) | Control::Appliance(id) => {
            one(CulpritKind::Interface, Some(id.to_string()))
        }
        Control::InternetGateway(id) => one(CulpritKind::Path, Some(id.to_string())),
        Control::TransitGateway(id) => one(CulpritKind::Path, Some(id.to_string())),
        Control::External(target) => one(CulpritKind::Path, Some(target.to_string())),
    }
}

/// The resources behind several hops, each once, in their order.
pub(crate) fn of_hops<'a>(hops: impl IntoIterator<Item = &'a Hop>) -> Vec<Culprit> {
    each_once(hops.into_iter().flat_map(of_hop))
}

/// The resources at fault for a cause: the one that the cause is about, then those behind the hops that deny.
pub(crate) fn of_cause<'a>(
    cause: CauseId,
    endpoints: Endpoints<'_>,
    next_hops: impl IntoIterator<Item = &'a NextHop>,
    hops: &[&Hop],
) -> Vec<Culprit> {
    let is_acl = |hop: &&Hop| matches!(hop.control, Control::NetworkAcl { .. });
    let first = match cause {
        // A NAT gateway has no network ACL of its own: where the ACL of its subnet denies, the gateway works.
        CauseId::NatBroken if !hops.iter().all(is_acl) => next_hops.into_iter().find_map(nat_gateway),
        CauseId::S3GatewayMissing => {
            endpoints.s3_gateway().map(|endpoint| one(CulpritKind::VpcEndpoint, &endpoint.id, None))
        }
        _ => None,
    };
    each_once(first.into_iter().chain(hops.iter().flat_map(|hop| of_hop(hop))))
}

/// The NAT gateway that a request leaves through, or that its route led to before.
fn nat_gateway(next_hop: &NextHop) -> Option<Culprit> {
    match next_hop {
        NextHop::Nat(id) | NextHop::Blackhole(RouteTarget::NatGateway(id)) => {
            Some(one(CulpritKind::NatGateway, id, None))
        }
        _ => None,
    }
}

/// An endpoint that the service's name does not lead to, and the VPC whose setting is off.
pub(crate) fn of_unused(unused: &UnusedEndpoint<'_>) -> Vec<Culprit> {
    let reason = || Some(unused.setting.reason());
    let vpc = unused.setting.vpc_id().map(|vpc| one(CulpritKind::Vpc, vpc, reason()));
    std::iter::once(one(CulpritKind::VpcEndpoint, &unused.endpoint.id, reason())).chain(vpc).collect()
}

/// The VPC that has no endpoint for a service.
pub(crate) fn of_missing_endpoint(vpc: Option<&VpcId>, service: &Service) -> Culprit {
    Culprit {
        kind: CulpritKind::Vpc,
        id: vpc.map(ToString::to_string),
        subnet_id: None,
        rule: Some(format!("no endpoint for {service}")),
        is_likely: false,
    }
}

fn one(kind: CulpritKind, id: &impl ToString, rule: Option<String>) -> Culprit {
    Culprit { kind, id: Some(id.to_string()), subnet_id: None, rule, is_likely: false }
}

/// Each resource once, at its first position and with the first rule that is known.
pub(crate) fn each_once(culprits: impl IntoIterator<Item = Culprit>) -> Vec<Culprit> {
    let mut distinct: Vec<Culprit> = Vec::new();
    for culprit in culprits {
        let is_same = |known: &&mut Culprit| known.kind == culprit.kind && known.id == culprit.id;
        match distinct.iter_mut().find(is_same) {
            Some(known) => known.rule = known.rule.take().or(culprit.rule),
            None => distinct.push(culprit),
        }
    }
    distinct
}
