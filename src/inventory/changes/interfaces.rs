//! `ModifyNetworkInterfaceAttribute`: the groups and the source/destination check of an interface.

use crate::inventory::changes::call::{Found, RecordedCall, flag, texts};
use crate::model::configuration_change::{Attribute, Part, PartChange, PartValue, SubjectKind};

/// Reads the attribute of the call; other attributes do not concern packets.
pub(super) fn attributes(call: &RecordedCall<'_>) -> Vec<Found> {
    let Some(id) = call.request.text("NetworkInterfaceId") else { return Vec::new() };
    let mut parts = Vec::new();
    if call.request.has("GroupSet") {
        let part = Part::Attribute(Attribute::Groups);
        let mut groups = texts(call.request, "GroupSet", "GroupId");
        groups.sort();
        let is_known = !groups.is_empty();
        parts.push(if is_known {
            PartChange::set(part, PartValue::Ids(groups))
        } else {
            PartChange::unknown(part)
        });
    }
    if call.request.has("SourceDestCheck") {
        let part = Part::Attribute(Attribute::SourceDestCheck);
        let value = flag(call.request, "SourceDestCheck").map(PartValue::Flag);
        parts.push(value.map_or(PartChange::unknown(part.clone()), |value| PartChange::set(part, value)));
    }
    let others = ["Description", "Attachment", "EnaSrdSpecification", "ConnectionTrackingSpecification"];
    let is_other = others.iter().any(|key| call.request.has(key));
    vec![Found::new(SubjectKind::Interface, id, (is_other || !parts.is_empty()).then_some(parts))]
}
