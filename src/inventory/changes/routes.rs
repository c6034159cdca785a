//! Calls that change routes, and the route tables of subnets.
//!
//! `DeleteRoute` does not show the target; `DisassociateRouteTable` shows neither the subnet nor the table.

use crate::inventory::changes::call::{Found, RecordedCall};
use crate::inventory::changes::network_acls::replaced;
use crate::inventory::documents::route_tables::{destination, target};
use crate::inventory::item::DocumentItem;
use crate::model::configuration_change::{Part, PartChange, PartState, PartValue, SubjectKind};
use crate::model::ids::{EndpointId, SubnetId};
use crate::model::route_table::RouteTarget;

/// `CreateRoute`, `ReplaceRoute`, `DeleteRoute`. Only the first fails if the route exists.
pub(super) fn routes(call: &RecordedCall<'_>) -> Vec<Found> {
    let request = call.parameters();
    let id = request.text("RouteTableId").unwrap_or_default();
    let destination = request.without_note(|| destination(request)).flatten();
    let parts = destination.map(|destination| {
        let part = Part::Route(destination);
        let target = request.without_note(|| target_of(request)).flatten().map(PartValue::Target);
        vec![match (call.name, target) {
            ("DeleteRoute", _) => PartChange::removed(part, PartState::Unknown),
            ("CreateRoute", Some(target)) => PartChange::added(part, target),
            ("CreateRoute", None) => PartChange { before: PartState::Absent, ..PartChange::unknown(part) },
            (_, Some(target)) => PartChange::set(part, target),
            (_, None) => PartChange::unknown(part),
        }]
    });
    vec![Found::new(SubjectKind::RouteTable, id, parts)]
}

fn target_of(request: DocumentItem<'_>) -> Option<RouteTarget> {
    let endpoint = request.text("VpcEndpointId").map(|id| RouteTarget::Endpoint(EndpointId::new(id)));
    endpoint.or_else(|| target(request))
}

/// `AssociateRouteTable` with a subnet, which fails if the subnet has a table of its own.
pub(super) fn associated(call: &RecordedCall<'_>) -> Vec<Found> {
    let Some(subnet) = call.request.text("SubnetId") else {
        // A table of a gateway is for traffic that enters the VPC, which no path uses.
        let id = call.request.text("RouteTableId").unwrap_or_default();
        let is_of_gateway = call.request.has("GatewayId");
        let parts = (!is_of_gateway).then(|| vec![PartChange::unknown(Part::AnySubnet { is_acl: false })]);
        return vec![Found::new(SubjectKind::RouteTable, id, parts.or(Some(Vec::new())))];
    };
    let part = Part::SubnetTable(SubnetId::new(subnet.as_str()));
    let change = match call.request.text("RouteTableId") {
        Some(table) => PartChange::added(part, PartValue::Text(table)),
        None => PartChange { before: PartState::Absent, ..PartChange::unknown(part) },
    };
    let mut parts = replaced(None, call.answer.text("AssociationId"));
    parts.push(change);
    vec![Found::new(SubjectKind::Subnet, subnet, Some(parts))]
}

/// `ReplaceRouteTableAssociation`, `DisassociateRouteTable`.
pub(super) fn association(call: &RecordedCall<'_>) -> Vec<Found> {
    let part = Part::AnySubnet { is_acl: false };
    let change = match call.request.text("RouteTableId") {
        Some(table) => PartChange::set(part, PartValue::Text(table)),
        None if call.name.starts_with("Disassociate") => PartChange::removed(part, PartState::Unknown),
        None => PartChange::unknown(part),
    };
    let (old, new) = (call.request.text("AssociationId"), call.answer.text("NewAssociationId"));
    let id = new.clone().or_else(|| old.clone());
    let mut parts = replaced(old, new);
    parts.push(change);
    vec![Found::new(SubjectKind::Subnet, id.unwrap_or_default(), Some(parts))]
}

/// `CreateRouteTable`, `DeleteRouteTable`, and the propagation of a virtual private gateway, which changes unknown routes.
pub(super) fn table(call: &RecordedCall<'_>) -> Vec<Found> {
    let created = call.answer.is_object("RouteTable").then(|| call.answer.item("RouteTable")).flatten();
    let id =
        created.and_then(|table| table.text("RouteTableId")).or_else(|| call.request.text("RouteTableId"));
    let parts = match call.name {
        "CreateRouteTable" => Some(vec![PartChange::added(Part::Existence, PartValue::There)]),
        "DeleteRouteTable" => Some(vec![PartChange::removed(Part::Existence, PartState::Unknown)]),
        _ => None,
    };
    vec![Found::new(SubjectKind::RouteTable, id.unwrap_or_default(), parts)]
}
