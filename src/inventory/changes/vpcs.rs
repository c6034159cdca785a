//! Calls that change VPCs and the resolution of names: attributes, DHCP options, hosted zones, rules of the Resolver.

use crate::inventory::changes::call::{Found, RecordedCall, flag};
use crate::inventory::changes::gateways::others;
use crate::model::configuration_change::{Attribute, Part, PartChange, PartValue, SubjectKind};

/// `ModifyVpcAttribute`: one attribute in each call.
pub(super) fn attributes(call: &RecordedCall<'_>) -> Vec<Found> {
    let Some(id) = call.request.text("VpcId") else { return Vec::new() };
    let attributes =
        [("EnableDnsSupport", Attribute::DnsSupport), ("EnableDnsHostnames", Attribute::DnsHostnames)];
    let read = |(key, attribute)| {
        let part = Part::Attribute(attribute);
        let value = flag(call.request, key).map(PartValue::Flag);
        call.request
            .has(key)
            .then(|| value.map_or(PartChange::unknown(part.clone()), |value| PartChange::set(part, value)))
    };
    let parts: Vec<PartChange> = attributes.into_iter().filter_map(read).collect();
    // Other attributes do not concern the packets or names of a task.
    let is_other = call.request.has("EnableNetworkAddressUsageMetrics");
    vec![Found::new(SubjectKind::Vpc, id, (is_other || !parts.is_empty()).then_some(parts))]
}

/// `AssociateDhcpOptions`.
pub(super) fn dhcp_options(call: &RecordedCall<'_>) -> Vec<Found> {
    let Some(id) = call.request.text("VpcId") else { return Vec::new() };
    let part = Part::Attribute(Attribute::DhcpOptions);
    let change = match call.request.text("DhcpOptionsId") {
        Some(options) => PartChange::set(part, PartValue::Text(options)),
        None => PartChange::unknown(part),
    };
    vec![Found::new(SubjectKind::Vpc, id, Some(vec![change]))]
}

/// `AssociateVpcCidrBlock`, `DisassociateVpcCidrBlock`.
pub(super) fn blocks(call: &RecordedCall<'_>) -> Vec<Found> {
    let answer = call.answered();
    let id = call.parameters().text("VpcId").or_else(|| answer.text("VpcId"));
    let parts = vec![PartChange::unknown(Part::Attribute(Attribute::Blocks))];
    vec![Found::new(SubjectKind::Vpc, id.unwrap_or_default(), Some(parts))]
}

/// Hosted zones and their records.
pub(super) fn hosted_zones(call: &RecordedCall<'_>) -> Vec<Found> {
    let made = call.answer.is_object("HostedZone").then(|| call.answer.item("HostedZone")).flatten();
    let mut found = match made.and_then(|zone| zone.text("Id")) {
        Some(id) => vec![Found::new(SubjectKind::HostedZone, id, None)],
        None => others(call, SubjectKind::HostedZone, &["HostedZoneId", "Id"]),
    };
    for one in &mut found {
        // `/hostedzone/Z0914A4C7CD413`.
        one.subject.id = one.subject.id.rsplit('/').next().unwrap_or_default().to_owned();
    }
    found
}

/// Rules of the Resolver and their associations.
pub(super) fn resolver_rules(call: &RecordedCall<'_>) -> Vec<Found> {
    let parts = ["ResolverRule", "ResolverRuleAssociation"];
    let made = parts.into_iter().find(|key| call.answer.is_object(key)).and_then(|key| call.answer.item(key));
    let id = made.and_then(|rule| rule.text("ResolverRuleId").or_else(|| rule.text("Id")));
    match call.request.text("ResolverRuleId").or(id) {
        Some(id) => vec![Found::new(SubjectKind::ResolverRule, id, None)],
        None => others(call, SubjectKind::ResolverRule, &["ResolverRuleId"]),
    }
}
