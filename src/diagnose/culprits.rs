//! From a hop of a configured path to the resource at fault.

use crate::finding::{Control, Culprit, CulpritKind, Hop};

/// The resources behind a hop: every group of an interface, one of anything else.
pub(super) fn of_hop(hop: &Hop) -> Vec<Culprit> {
    let one = |kind, id: Option<String>| vec![Culprit { kind, id, subnet_id: None, rule: hop.rule.clone() }];
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
        Control::Endpoint(id) => one(CulpritKind::VpcEndpoint, Some(id.to_string())),
        Control::PublicAddress(id) => one(CulpritKind::Interface, id.as_ref().map(ToString::to_string)),
        Control::Interface(id) => one(CulpritKind::Interface, Some(id.to_string())),
        Control::InternetGateway(id) => one(CulpritKind::Path, Some(id.to_string())),
        Control::External(target) => one(CulpritKind::Path, Some(target.to_string())),
    }
}

/// The resources behind several hops, each once, in their order.
pub(crate) fn of_hops<'a>(hops: impl IntoIterator<Item = &'a Hop>) -> Vec<Culprit> {
    let mut culprits: Vec<Culprit> = Vec::new();
    for culprit in hops.into_iter().flat_map(of_hop) {
        let is_known = |known: &Culprit| known.kind == culprit.kind && known.id == culprit.id;
        if !culprits.iter().any(is_known) {
            culprits.push(culprit);
        }
    }
    culprits
}
