//! Changes that AWS Config shows: two states of a thing, one after the other, that differ.
//!
//! Goes in: the dated states of things. Comes out: a change for each pair that differs, without the parts that an event of
//! CloudTrail between the two states explains. Config captures a state some time after the call; who made it is not known.

use crate::inventory::documents::Inventory;
use crate::inventory::history::Lives;
use crate::inventory::history::network_parts::read;
use crate::inventory::merge::Describe;
use crate::model::configuration_change::{
    Attribute, ChangeSource, ChangeSubject, ConfigurationChange, Part, PartChange, PartState, PartValue,
    SubjectKind,
};
use crate::model::network_acl::NetworkAcl;
use crate::model::route_table::RouteTable;
use crate::model::security_group::{SecurityGroup, SecurityGroupRule};
use crate::model::time::Timestamp;

/// The changes of all things with several states.
pub(super) fn changes(inventory: &Inventory) -> Vec<ConfigurationChange> {
    let history = &inventory.history;
    let mut found = Vec::new();
    let mut all = Pairs { inventory, found: &mut found };
    all.of(
        &history.security_groups,
        (SubjectKind::SecurityGroup, "SecurityGroup"),
        group_parts,
        |copy, state| {
            copy.security_groups.extend(state.map(|state| (state.id.clone(), state.clone())));
        },
    );
    all.of(&history.network_acls, (SubjectKind::NetworkAcl, "NetworkAcl"), acl_parts, |copy, state| {
        copy.network_acls.extend(state.map(|state| (state.id.clone(), state.clone())));
    });
    all.of(&history.route_tables, (SubjectKind::RouteTable, "RouteTable"), table_parts, |copy, state| {
        copy.route_tables.extend(state.map(|state| (state.id.clone(), state.clone())));
    });
    let of_endpoint = |_: &_| {
        attributes(&[Attribute::PrivateDns, Attribute::Groups, Attribute::Subnets, Attribute::Policy])
    };
    all.of(&history.endpoints, (SubjectKind::Endpoint, "VPCEndpoint"), of_endpoint, |copy, state| {
        copy.endpoints.extend(state.map(|state| (state.id.clone(), state.clone())));
    });
    let of_vpc = |_: &_| attributes(&[Attribute::DhcpOptions]);
    all.of(&history.vpcs, (SubjectKind::Vpc, "VPC"), of_vpc, |copy, state| {
        copy.vpcs.extend(state.map(|state| (state.id.clone(), state.clone())));
    });
    all.of(
        &history.nat_gateways,
        (SubjectKind::NatGateway, "NatGateway"),
        |_| Vec::new(),
        |copy, state| {
            copy.nat_gateways.extend(state.map(|state| (state.id.clone(), state.clone())));
        },
    );
    found
}

/// The pairs of states of the things of a kind.
struct Pairs<'a> {
    inventory: &'a Inventory,
    found: &'a mut Vec<ConfigurationChange>,
}

impl Pairs<'_> {
    fn of<T: Describe>(
        &mut self,
        lives: &Lives<T::Id, T>,
        (kind, name): (SubjectKind, &str),
        parts: impl Fn(&T) -> Vec<Part>,
        put: impl Fn(&mut Inventory, Option<&T>),
    ) {
        for (id, life) in lives {
            let states: Vec<_> = life.states.iter().collect();
            for pair in states.windows(2) {
                let ((since, one), (at, other)) = (pair[0], pair[1]);
                let subject = ChangeSubject { kind, id: id.to_string() };
                let changed = differences(&subject, [one.as_ref(), other.as_ref()], &parts, &put);
                let event_name = format!("AWS::EC2::{name}");
                self.add(subject, event_name, (*since, *at), changed);
            }
        }
    }

    fn add(
        &mut self,
        subject: ChangeSubject,
        event_name: String,
        (since, at): (Timestamp, Timestamp),
        mut parts: Vec<PartChange>,
    ) {
        if let Some(timeline) = self.inventory.history.timelines.things.get(&subject) {
            let is_between = |time: Timestamp| time > since && time <= at;
            let is_explained = |one: &PartChange| {
                let steps = timeline.parts.get(&one.part);
                steps.is_some_and(|steps| steps.iter().any(|step| is_between(step.at)))
            };
            parts.retain(|one| !is_explained(one));
            if timeline.unknown.iter().any(|time| is_between(*time)) {
                return;
            }
        }
        if parts.is_empty() {
            return;
        }
        self.found.push(ConfigurationChange {
            at,
            event_id: None,
            subject,
            event_name,
            source: ChangeSource::Config,
            since: Some(since),
            principal: None,
            account: None,
            region: None,
            parts: Some(parts),
        });
    }
}

/// The parts of two states that differ. A deletion and a new beginning are changes of the existence alone.
fn differences<T>(
    subject: &ChangeSubject,
    [one, other]: [Option<&T>; 2],
    parts: &impl Fn(&T) -> Vec<Part>,
    put: &impl Fn(&mut Inventory, Option<&T>),
) -> Vec<PartChange> {
    let (Some(before), Some(after)) = (one, other) else {
        let state = |there: bool| {
            if there { PartState::Present(PartValue::There) } else { PartState::Absent }
        };
        let (before, after) = (state(one.is_some()), state(other.is_some()));
        let existence = PartChange { part: Part::Existence, before, after };
        return if existence.before == existence.after { Vec::new() } else { vec![existence] };
    };
    let state_of = |thing: &T| {
        let mut copy = Inventory::default();
        put(&mut copy, Some(thing));
        copy
    };
    let (earlier, later) = (state_of(before), state_of(after));
    let mut all = [parts(before), parts(after)].concat();
    all.sort();
    all.dedup();
    let changes = all.into_iter().map(|part| {
        let (before, after) = (read(&earlier, subject, &part), read(&later, subject, &part));
        PartChange { part, before, after }
    });
    changes.filter(|one| one.before != one.after).collect()
}

fn group_parts(group: &SecurityGroup) -> Vec<Part> {
    let rules = [(false, &group.ingress), (true, &group.egress)];
    let of = |(is_egress, rules): (bool, &Option<Vec<SecurityGroupRule>>)| {
        let part = |rule: &SecurityGroupRule| {
            let rule = SecurityGroupRule { id: None, ..rule.clone() };
            Part::Rule { is_egress, rule }
        };
        rules.iter().flatten().map(part).collect::<Vec<_>>()
    };
    rules.into_iter().flat_map(of).collect()
}

fn acl_parts(acl: &NetworkAcl) -> Vec<Part> {
    acl.entries.iter().map(|entry| Part::Entry { egress: entry.egress, number: entry.number }).collect()
}

fn table_parts(table: &RouteTable) -> Vec<Part> {
    table.routes.iter().map(|route| Part::Route(route.destination.clone())).collect()
}

fn attributes(attributes: &[Attribute]) -> Vec<Part> {
    attributes.iter().map(|attribute| Part::Attribute(*attribute)).collect()
}
