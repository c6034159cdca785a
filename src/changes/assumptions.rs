//! The state before a change whose event does not show it, where only few states are possible.
//!
//! A call that sets a flag had an effect only if the flag had the other value. A call that was made again without an effect
//! would make the request succeed as well, and then it is not named.

use std::collections::BTreeMap;

use crate::inventory::Inventory;
use crate::model::configuration_change::{
    Attribute, ConfigurationChange, Part, PartChange, PartState, PartValue, SubjectKind,
};
use crate::model::ids::NatGatewayId;
use crate::model::route_table::RouteTarget;
use crate::model::security_group::SecurityGroupRule;

/// The change with each possible earlier state; empty if the states are not known.
pub(super) fn assumed(change: &ConfigurationChange, inventory: &Inventory) -> Vec<ConfigurationChange> {
    let Some(parts) = &change.parts else { return Vec::new() };
    let mut all = vec![Vec::new()];
    for part in parts {
        let states = before(part, change, inventory);
        all = all
            .into_iter()
            .flat_map(|known: Vec<PartChange>| {
                states.iter().map(move |before| {
                    let mut longer = known.clone();
                    longer.push(PartChange { before: before.clone(), ..part.clone() });
                    longer
                })
            })
            .take(MOST)
            .collect();
    }
    let with = |parts| ConfigurationChange { parts: Some(parts), ..change.clone() };
    all.into_iter().map(with).collect()
}

/// The largest number of earlier states that are tried.
const MOST: usize = 8;

fn before(one: &PartChange, change: &ConfigurationChange, inventory: &Inventory) -> Vec<PartState> {
    let text = |text: &str| PartState::Present(PartValue::Text(text.to_owned()));
    match (&one.before, &one.part, &one.after) {
        (PartState::Unknown, _, PartState::Present(PartValue::Flag(flag))) => {
            vec![PartState::Present(PartValue::Flag(!flag))]
        }
        (
            PartState::Unknown,
            Part::Attribute(Attribute::KeyState),
            PartState::Present(PartValue::Text(state)),
        ) => {
            vec![text(if state == "Enabled" { "Disabled" } else { "Enabled" })]
        }
        (
            PartState::Unknown,
            Part::Attribute(Attribute::DefaultVersion),
            PartState::Present(PartValue::Text(id)),
        ) => {
            let policy = inventory.managed_policies.get(&change.subject.id);
            let versions = policy.into_iter().flat_map(|policy| &policy.versions);
            versions
                .map(|version| &version.id)
                .filter(|other| *other != id)
                .map(|other| text(other))
                .collect()
        }
        (known, ..) => vec![known.clone()],
    }
}

/// The configuration in which a NAT gateway that a call deleted still works, if the documents show the gateway; they do so for
/// about an hour.
pub(super) fn with_nat_gateway(change: &ConfigurationChange, inventory: &Inventory) -> Option<Inventory> {
    let id = NatGatewayId::new(change.subject.id.as_str());
    if change.event_name != "DeleteNatGateway" || !inventory.nat_gateways.contains_key(&id) {
        return None;
    }
    let mut before = inventory.clone();
    if let Some(gateway) = before.nat_gateways.get_mut(&id) {
        "available".clone_into(&mut gateway.state);
        gateway.failure = None;
    }
    let target = RouteTarget::NatGateway(id);
    let routes = before.route_tables.values_mut().flat_map(|table| &mut table.routes);
    for route in routes.filter(|route| route.target == target) {
        route.is_blackhole = false;
    }
    Some(before)
}

/// The configuration with the rules that a call replaced: events show that they were made, none shows that they were removed,
/// the group lacks them, and only this call changed rules without showing which.
pub(super) fn with_replaced_rules(
    change: &ConfigurationChange,
    inventory: &Inventory,
    of_group: &[&ConfigurationChange],
) -> Option<Inventory> {
    let is_opaque = |one: &ConfigurationChange| {
        one.parts.as_ref().is_none_or(|parts| parts.iter().any(|one| matches!(one.part, Part::Rules { .. })))
    };
    let is_group = change.subject.kind == SubjectKind::SecurityGroup;
    if !is_group || !is_opaque(change) || of_group.iter().filter(|one| is_opaque(one)).count() != 1 {
        return None;
    }
    let mut made: BTreeMap<(bool, &SecurityGroupRule), bool> = BTreeMap::new();
    for one in of_group.iter().filter(|one| one.at < change.at).flat_map(|one| one.parts.iter().flatten()) {
        if let Part::Rule { is_egress, rule } = &one.part {
            made.insert((*is_egress, rule), matches!(one.after, PartState::Present(_)));
        }
    }
    let mut before = inventory.clone();
    let group = before.security_groups.get_mut(change.subject.id.as_str())?;
    let mut is_changed = false;
    for ((is_egress, rule), _) in made.into_iter().filter(|(_, is_there)| *is_there) {
        let rules = if is_egress { &mut group.egress } else { &mut group.ingress };
        let rules = rules.as_mut()?;
        let is_known = rules.iter().any(|known| known.traffic == rule.traffic && known.peer == rule.peer);
        if !is_known {
            rules.push(rule.clone());
            is_changed = true;
        }
    }
    is_changed.then_some(before)
}

/// The change by its part that decides: a thing that a call made did not exist before, whatever its parts are.
pub(super) fn by_main_part(change: &ConfigurationChange) -> ConfigurationChange {
    let is_new = |one: &PartChange| one.part == Part::Existence && one.before == PartState::Absent;
    let new = change.parts.iter().flatten().find(|one| is_new(one));
    // A version that does not count has no effect.
    let is_default = |one: &&PartChange| one.part == Part::Attribute(Attribute::DefaultVersion);
    let default = change.parts.iter().flatten().find(is_default);
    let parts = new.or(default).map(|one| vec![one.clone()]).or_else(|| change.parts.clone());
    ConfigurationChange { parts, ..change.clone() }
}
