//! Calls that change NAT gateways, internet gateways, peering connections and transit gateways.

use crate::inventory::changes::call::{Found, RecordedCall};
use crate::model::configuration_change::{Attribute, Part, PartChange, PartState, PartValue, SubjectKind};

/// `CreateNatGateway`, `DeleteNatGateway`.
pub(super) fn nat_gateways(call: &RecordedCall<'_>) -> Vec<Found> {
    let answer = call.answered();
    let made = answer.is_object("NatGateway").then(|| answer.item("NatGateway")).flatten();
    let id = made
        .and_then(|gateway| gateway.text("NatGatewayId"))
        .or_else(|| answer.text("NatGatewayId"))
        .or_else(|| call.parameters().text("NatGatewayId"));
    let parts = match call.name {
        "CreateNatGateway" => Some(vec![PartChange::added(Part::Existence, PartValue::There)]),
        "DeleteNatGateway" => Some(vec![PartChange::removed(Part::Existence, PartState::Unknown)]),
        _ => Some(vec![PartChange::unknown(Part::Attribute(Attribute::State))]),
    };
    vec![Found::new(SubjectKind::NatGateway, id.unwrap_or_default(), parts)]
}

/// `AttachInternetGateway`, `DetachInternetGateway`: a gateway has at most one VPC.
pub(super) fn internet_gateways(call: &RecordedCall<'_>) -> Vec<Found> {
    let Some(id) = call.request.text("InternetGatewayId") else { return Vec::new() };
    let change = call.request.text("VpcId").map(|vpc| {
        let part = Part::Attachment(vpc);
        match call.name {
            "AttachInternetGateway" => PartChange::added(part, PartValue::There),
            _ => PartChange::removed(part, PartState::Present(PartValue::There)),
        }
    });
    vec![Found::new(SubjectKind::InternetGateway, id, change.map(|change| vec![change]))]
}

/// Calls whose effect on paths is not read: egress-only gateways, peering, transit gateways.
pub(super) fn others(call: &RecordedCall<'_>, kind: SubjectKind, keys: &[&str]) -> Vec<Found> {
    let places = [call.parameters(), call.request, call.answered(), call.answer];
    let id = keys.iter().find_map(|key| {
        places.iter().find_map(|place| {
            let named = !place.is_object(key) && !place.is_list(key);
            if named { place.text(key) } else { None }
        })
    });
    vec![Found::new(kind, id.unwrap_or_default(), None)]
}

/// Egress-only internet gateways.
pub(super) fn egress_only(call: &RecordedCall<'_>) -> Vec<Found> {
    others(call, SubjectKind::EgressOnlyGateway, &["EgressOnlyInternetGatewayId"])
}

/// Peering connections.
pub(super) fn peering(call: &RecordedCall<'_>) -> Vec<Found> {
    let answer = call.answer;
    let key = "VpcPeeringConnection";
    let made = answer.is_object(key).then(|| answer.item(key)).flatten();
    match made.and_then(|made| made.text("VpcPeeringConnectionId")) {
        Some(id) => vec![Found::new(SubjectKind::Peering, id, None)],
        None => others(call, SubjectKind::Peering, &["VpcPeeringConnectionId"]),
    }
}

/// Transit gateways, their attachments and route tables.
pub(super) fn transit(call: &RecordedCall<'_>) -> Vec<Found> {
    let keys = ["TransitGatewayAttachmentId", "TransitGatewayRouteTableId", "TransitGatewayId"];
    others(call, SubjectKind::TransitGateway, &keys)
}
