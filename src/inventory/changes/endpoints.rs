//! Calls that create, modify and delete VPC endpoints, and the routes of gateway endpoints.

use crate::inventory::changes::call::{Found, RecordedCall, objects, texts};
use crate::inventory::item::DocumentItem;
use crate::model::configuration_change::{Attribute, Part, PartChange, PartState, PartValue, SubjectKind};
use crate::model::ids::EndpointId;

/// `CreateVpcEndpoint`: the answer has the endpoint as it was made.
pub(super) fn created(call: &RecordedCall<'_>) -> Vec<Found> {
    let answer = call.answered();
    let made = ["VpcEndpoint"].into_iter().find(|key| answer.is_object(key)).and_then(|key| answer.item(key));
    let Some(made) = made else { return Vec::new() };
    let Some(id) = made.text("VpcEndpointId") else { return Vec::new() };
    let mut parts = vec![PartChange::added(Part::Existence, PartValue::There)];
    parts.extend(attribute(made, "PrivateDnsEnabled", Attribute::PrivateDns));
    for (attribute, set, member) in
        [(Attribute::Groups, "GroupSet", "GroupId"), (Attribute::Subnets, "SubnetIdSet", "SubnetId")]
    {
        let mut ids = texts(made, set, member);
        ids.sort();
        if !ids.is_empty() {
            parts.push(PartChange::added(Part::Attribute(attribute), PartValue::Ids(ids)));
        }
    }
    if let Some(policy) = made.policy("PolicyDocument") {
        parts.push(PartChange::added(Part::Attribute(Attribute::Policy), PartValue::Policy(policy)));
    }
    let tables = texts(made, "RouteTableIdSet", "RouteTableId");
    let mut found = vec![Found::new(SubjectKind::Endpoint, id.as_str(), Some(parts))];
    found.extend(tables.into_iter().map(|table| routes(table, &id, true)));
    found
}

fn attribute(item: DocumentItem<'_>, key: &str, attribute: Attribute) -> Option<PartChange> {
    let part = Part::Attribute(attribute);
    item.flag(key).map(|is_on| PartChange::set(part, PartValue::Flag(is_on)))
}

/// The routes to a gateway endpoint in a table.
fn routes(table: String, endpoint: &str, is_added: bool) -> Found {
    let part = Part::EndpointRoutes(EndpointId::new(endpoint));
    let change = if is_added {
        PartChange::added(part, PartValue::There)
    } else {
        PartChange::removed(part, PartState::Unknown)
    };
    Found::new(SubjectKind::RouteTable, table, Some(vec![change]))
}

/// `ModifyVpcEndpoint`.
pub(super) fn modified(call: &RecordedCall<'_>) -> Vec<Found> {
    let request = call.parameters();
    let Some(id) = request.text("VpcEndpointId") else { return Vec::new() };
    let mut parts: Vec<PartChange> =
        attribute(request, "PrivateDnsEnabled", Attribute::PrivateDns).into_iter().collect();
    if request.has("PrivateDnsEnabled") && parts.is_empty() {
        parts.push(PartChange::unknown(Part::Attribute(Attribute::PrivateDns)));
    }
    // The lists name members, not the whole list before or after.
    for (attribute, keys) in [
        (Attribute::Groups, ["AddSecurityGroupId", "RemoveSecurityGroupId"]),
        (Attribute::Subnets, ["AddSubnetId", "RemoveSubnetId"]),
        (Attribute::DnsOptions, ["DnsOptions", "IpAddressType"]),
    ] {
        let is_named = keys.iter().any(|key| request.has(key) || request.has(&format!("{key}s")));
        if is_named || (attribute == Attribute::Subnets && request.has("SubnetConfiguration")) {
            parts.push(PartChange::unknown(Part::Attribute(attribute)));
        }
    }
    if request.flag("ResetPolicy") == Some(true) {
        parts.push(PartChange::unknown(Part::Attribute(Attribute::Policy)));
    } else if request.has("PolicyDocument") {
        let policy = request.policy("PolicyDocument").map(PartValue::Policy);
        let part = Part::Attribute(Attribute::Policy);
        parts.push(policy.map_or(PartChange::unknown(part.clone()), |policy| PartChange::set(part, policy)));
    }
    let list =
        |key: &str| [texts(request, key, "Content"), texts(request, &format!("{key}s"), "Content")].concat();
    let added = list("AddRouteTableId").into_iter().map(|table| routes(table, &id, true));
    let removed = list("RemoveRouteTableId").into_iter().map(|table| routes(table, &id, false));
    let of_tables: Vec<Found> = added.chain(removed).collect();
    let known = !parts.is_empty() || !of_tables.is_empty();
    let mut found = vec![Found::new(SubjectKind::Endpoint, id.as_str(), known.then_some(parts))];
    found.extend(of_tables);
    found
}

/// `DeleteVpcEndpoints`: the answer lists those that were not deleted.
pub(super) fn deleted(call: &RecordedCall<'_>) -> Vec<Found> {
    let request = call.parameters();
    let ids = [texts(request, "VpcEndpointId", "Content"), texts(request, "VpcEndpointIds", "VpcEndpointId")];
    let failed: Vec<String> = objects(call.answered(), "Unsuccessful")
        .into_iter()
        .filter_map(|one| one.text("ResourceId"))
        .collect();
    let change = || vec![PartChange::removed(Part::Existence, PartState::Unknown)];
    let ids = ids.concat().into_iter().filter(|id| !failed.contains(id));
    ids.map(|id| Found::new(SubjectKind::Endpoint, id, Some(change()))).collect()
}
