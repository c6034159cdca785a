//! Things whose changes are not read part by part: what an unknown change of them makes unknown.

use crate::inventory::documents::Inventory;
use crate::model::configuration_change::{ChangeSubject, SubjectKind};
use crate::model::document::DocumentKind;
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::ids::{PeeringId, TransitGatewayAttachmentId};
use crate::model::route_table::RouteTarget;

/// The ends of the names of AWS services: a private zone for such a name decides where a start connects to.
const SERVICE_DOMAINS: [&str; 4] = ["amazonaws.com", "amazonaws.com.cn", "on.aws", "api.aws"];

/// Marks everything of a thing as unknown.
pub(super) fn forget(inventory: &mut Inventory, subject: &ChangeSubject) {
    let id = subject.id.as_str();
    match subject.kind {
        SubjectKind::Peering => {
            if inventory.peerings.remove(&PeeringId::new(id)).is_some() {
                inventory.documents.remove(&DocumentKind::PeeringConnections);
            }
        }
        SubjectKind::TransitGateway => {
            let id = TransitGatewayAttachmentId::new(id);
            if inventory.transit_gateway_attachments.remove(&id).is_some() {
                inventory.documents.remove(&DocumentKind::TransitGatewayAttachments);
            }
        }
        SubjectKind::HostedZone => forget_zone(inventory, id),
        SubjectKind::ResolverRule => {
            inventory.resolver_rules.remove(id);
            inventory.documents.remove(&DocumentKind::ResolverRules);
            inventory.documents.remove(&DocumentKind::ResolverRuleAssociations);
        }
        _ => super::access_parts::forget(inventory, subject),
    }
}

/// Only zones for names of AWS services matter; a zone that no document names may be one.
fn forget_zone(inventory: &mut Inventory, id: &str) {
    let is_of_service = |name: &str| SERVICE_DOMAINS.iter().any(|domain| name.ends_with(domain));
    let zone = inventory.hosted_zones.get(id);
    let name = zone.map(|zone| zone.name.clone());
    match name {
        Some(name) if !is_of_service(&name) => {}
        Some(name) => {
            inventory.record_sets.retain(|_, record| !record.name.ends_with(&name));
            inventory.documents.remove(&DocumentKind::RecordSets);
        }
        None => _ = inventory.documents.remove(&DocumentKind::HostedZones),
    }
}

/// Route tables had routes to a gateway endpoint that was deleted; the event does not show which tables.
pub(super) fn forget_gateway_routes(inventory: &mut Inventory, id: &str, known: Option<&Endpoint>) {
    if known.is_some_and(|endpoint| endpoint.kind == EndpointKind::Interface) {
        return;
    }
    for table in inventory.route_tables.values_mut() {
        let is_target =
            |target: &RouteTarget| matches!(target, RouteTarget::Endpoint(own) if own.as_str() == id);
        table.is_whole &= table.routes.iter().any(|route| is_target(&route.target));
    }
}
