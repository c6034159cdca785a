//! Calls that change the entries of network ACLs and their associations with subnets.

use crate::inventory::changes::call::{Found, RecordedCall};
use crate::inventory::documents::network_acls::allows;
use crate::inventory::item::DocumentItem;
use crate::inventory::traffic;
use crate::model::configuration_change::{Part, PartChange, PartState, PartValue, SubjectKind};
use crate::model::network_acl::AclEntry;

/// `CreateNetworkAclEntry`, `ReplaceNetworkAclEntry`, `DeleteNetworkAclEntry`. Only the first fails if the entry exists.
pub(super) fn entries(call: &RecordedCall<'_>) -> Vec<Found> {
    let id = call.request.text("NetworkAclId").unwrap_or_default();
    vec![Found::new(SubjectKind::NetworkAcl, id, change(call).map(|change| vec![change]))]
}

fn change(call: &RecordedCall<'_>) -> Option<PartChange> {
    let request = call.request;
    let egress = request.flag("Egress")?;
    let number = u16::try_from(request.number("RuleNumber")?).ok()?;
    let part = Part::Entry { egress, number };
    if call.name.starts_with("Delete") {
        return Some(PartChange::removed(part, PartState::Unknown));
    }
    let entry = request.without_note(|| entry(request, egress, number)).flatten();
    let Some(entry) = entry.map(PartValue::Entry) else { return Some(PartChange::unknown(part)) };
    let is_new = call.name.starts_with("Create");
    Some(if is_new { PartChange::added(part, entry) } else { PartChange::set(part, entry) })
}

fn entry(request: DocumentItem<'_>, egress: bool, number: u16) -> Option<AclEntry> {
    let protocol = if request.has("AclProtocol") { "AclProtocol" } else { "Protocol" };
    Some(AclEntry {
        egress,
        number,
        allows: allows(&request.text("RuleAction")?)?,
        traffic: traffic::read(request, protocol, request.item("PortRange"), "From", "To")?,
        block: request.cidr("CidrBlock").or_else(|| request.cidr("Ipv6CidrBlock"))?,
    })
}

/// `ReplaceNetworkAclAssociation` names an association, not its subnet.
pub(super) fn association(call: &RecordedCall<'_>) -> Vec<Found> {
    let new = call.answer.text("NewAssociationId");
    let mut parts = replaced(call.request.text("AssociationId"), new.clone());
    parts.push(match call.request.text("NetworkAclId") {
        Some(acl) => PartChange::set(Part::AnySubnet { is_acl: true }, PartValue::Text(acl)),
        None => PartChange::unknown(Part::AnySubnet { is_acl: true }),
    });
    vec![Found::new(SubjectKind::Subnet, new.unwrap_or_default(), Some(parts))]
}

/// The association that a call ends, and the one that it begins for the same subnet.
pub(super) fn replaced(old: Option<String>, new: Option<String>) -> Vec<PartChange> {
    let there = || PartState::Present(PartValue::There);
    let old = old.map(|id| PartChange::removed(Part::Association(id), there()));
    let new = new.map(|id| PartChange::added(Part::Association(id), PartValue::There));
    old.into_iter().chain(new).collect()
}

/// `CreateNetworkAcl`, `DeleteNetworkAcl`: an ACL without a subnet.
pub(super) fn existence(call: &RecordedCall<'_>) -> Vec<Found> {
    let created = call.answer.is_object("NetworkAcl").then(|| call.answer.item("NetworkAcl")).flatten();
    let id = created.and_then(|acl| acl.text("NetworkAclId")).or_else(|| call.request.text("NetworkAclId"));
    let change = if call.name.starts_with("Create") {
        PartChange::added(Part::Existence, PartValue::There)
    } else {
        PartChange::removed(Part::Existence, PartState::Unknown)
    };
    vec![Found::new(SubjectKind::NetworkAcl, id.unwrap_or_default(), Some(vec![change]))]
}
