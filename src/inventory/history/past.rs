//! The inventory at one time after another.
//!
//! Goes in: an inventory with its history, and times. Comes out: the inventory at each time. One copy moves through the
//! times, because a large account has thousands of changes and tasks: one copy for each would not fit in memory.

use std::collections::BTreeMap;

use crate::inventory::documents::Inventory;
use crate::inventory::history::timeline::{MEANWHILE, Moment};
use crate::inventory::history::undo::undo_all;
use crate::inventory::history::{Life, Lives};
use crate::inventory::merge::Describe;
use crate::model::endpoint::Endpoint;
use crate::model::gateway::{InternetGateway, NatGateway};
use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, NetworkAclId, RouteTableId, SecurityGroupId,
    SubnetId, VpcId,
};
use crate::model::interface::NetworkInterface;
use crate::model::network::{Subnet, Vpc};
use crate::model::network_acl::NetworkAcl;
use crate::model::route_table::RouteTable;
use crate::model::security_group::SecurityGroup;
use crate::model::time::Timestamp;

/// An inventory that moves through the past. Request times in rising order: each then costs only the changes since the
/// previous time.
#[derive(Debug)]
pub struct Past<'a> {
    present: &'a Inventory,
    steps: Steps<'a>,
    /// Changes of so many seconds before a time make the state unknown.
    slack: i64,
    /// The inventory at a time; none before the first request.
    then: Option<(Timestamp, Inventory)>,
}

impl<'a> Past<'a> {
    /// Starts from the inventory of the present.
    #[must_use]
    pub fn of(present: &'a Inventory) -> Self {
        Self { present, steps: Steps::of(present), slack: MEANWHILE, then: None }
    }

    /// The states at the exact seconds of the times.
    fn without_slack(self) -> Self {
        Self { slack: 1, ..self }
    }

    /// Returns the inventory at a time, or the present one if nothing is known of the past.
    pub fn at(&mut self, at: Timestamp) -> &Inventory {
        let present = self.present;
        if present.history.is_empty() {
            return present;
        }
        let then = self.then.take().filter(|(from, _)| *from <= at);
        let period = Period { from: then.as_ref().map(|(from, _)| *from), to: at };
        let mut then = then.map_or_else(|| present.clone(), |(_, inventory)| inventory);
        self.steps.take(period, present, &mut then);
        let timelines = &present.history.timelines;
        let differs = period.from.is_none_or(|from| timelines.differs(from, at, self.slack));
        if differs && !timelines.is_empty() {
            undo_all(present, &mut then, period.from, Moment { at, slack: self.slack });
        }
        &self.then.insert((at, then)).1
    }
}

/// The inventory at the exact second of a time, from that of the present. Unlike [`Past::at`], a change shortly
/// before the time is in effect; a change in the same second leaves its part unknown.
#[must_use]
pub fn exactly_at(present: &Inventory, at: Timestamp) -> Inventory {
    let mut past = Past::of(present).without_slack();
    past.at(at).clone()
}

/// A period that begins after a time, or with the present, and ends at a time.
#[derive(Clone, Copy, Debug)]
struct Period {
    from: Option<Timestamp>,
    to: Timestamp,
}

/// The changes of every kind of thing.
#[derive(Debug)]
struct Steps<'a> {
    interfaces: StateChanges<'a, InterfaceId, NetworkInterface>,
    endpoints: StateChanges<'a, EndpointId, Endpoint>,
    subnets: StateChanges<'a, SubnetId, Subnet>,
    vpcs: StateChanges<'a, VpcId, Vpc>,
    security_groups: StateChanges<'a, SecurityGroupId, SecurityGroup>,
    network_acls: StateChanges<'a, NetworkAclId, NetworkAcl>,
    route_tables: StateChanges<'a, RouteTableId, RouteTable>,
    nat_gateways: StateChanges<'a, NatGatewayId, NatGateway>,
    internet_gateways: StateChanges<'a, InternetGatewayId, InternetGateway>,
}

impl<'a> Steps<'a> {
    fn of(present: &'a Inventory) -> Self {
        let history = &present.history;
        Self {
            interfaces: StateChanges::of(&history.interfaces),
            endpoints: StateChanges::of(&history.endpoints),
            subnets: StateChanges::of(&history.subnets),
            vpcs: StateChanges::of(&history.vpcs),
            security_groups: StateChanges::of(&history.security_groups),
            network_acls: StateChanges::of(&history.network_acls),
            route_tables: StateChanges::of(&history.route_tables),
            nat_gateways: StateChanges::of(&history.nat_gateways),
            internet_gateways: StateChanges::of(&history.internet_gateways),
        }
    }

    /// Applies the changes of a period.
    fn take(&self, period: Period, present: &Inventory, then: &mut Inventory) {
        self.vpcs.take(period, &present.vpcs, &mut then.vpcs);
        self.security_groups.take(period, &present.security_groups, &mut then.security_groups);
        self.nat_gateways.take(period, &present.nat_gateways, &mut then.nat_gateways);
        self.internet_gateways.take(period, &present.internet_gateways, &mut then.internet_gateways);
        if self.endpoints.take(period, &present.endpoints, &mut then.endpoints) {
            then.index.drop_endpoints();
        }
        if self.subnets.take(period, &present.subnets, &mut then.subnets) {
            then.index.drop_subnets();
        }
        let acls = self.network_acls.take(period, &present.network_acls, &mut then.network_acls);
        let tables = self.route_tables.take(period, &present.route_tables, &mut then.route_tables);
        if acls || tables {
            then.index.drop_controls();
        }
        if self.take_interfaces(period, present, then) {
            then.index.drop_addresses();
        }
    }

    /// Keeps all interfaces and marks those that did not exist, because look-ups of addresses ignore them. Returns whether the
    /// addresses of any interface changed.
    fn take_interfaces(&self, period: Period, present: &Inventory, then: &mut Inventory) -> bool {
        let (gone, checked) = (&mut then.history.gone, &mut then.history.checked);
        if period.from.is_none() {
            gone.clear();
            checked.clear();
        }
        let mut has_moved = false;
        for (id, life) in self.interfaces.of_period(period) {
            let before = life.last_before(period.to);
            if before.and_then(Option::as_ref).is_some_and(|state| state.source_dest_check.is_some()) {
                checked.insert(id.clone());
            } else {
                checked.remove(id);
            }
            if before.is_none() && life.is_described {
                continue;
            }
            if matches!(before, Some(Some(_))) {
                gone.remove(id)
            } else {
                gone.insert(id.clone())
            };
            let Some(mut state) = life.nearest(period.to) else { continue };
            if let Some(present) = present.interfaces.get(id) {
                state.complete_from_present(present);
            }
            let addresses = state.addresses.clone();
            let before = then.interfaces.insert(id.clone(), state);
            has_moved |= before.is_none_or(|before| before.addresses != addresses);
        }
        has_moved
    }
}

/// The changes of one kind of thing.
#[derive(Debug)]
struct StateChanges<'a, Id, T> {
    lives: &'a Lives<Id, T>,
    /// Every change, by time.
    by_time: Vec<(Timestamp, &'a Id)>,
}

impl<'a, T: Describe> StateChanges<'a, T::Id, T>
where
    T::Id: Clone,
{
    fn of(lives: &'a Lives<T::Id, T>) -> Self {
        let changes = lives.iter().flat_map(|(id, life)| life.states.keys().map(move |time| (*time, id)));
        let mut by_time: Vec<(Timestamp, &T::Id)> = changes.collect();
        by_time.sort();
        Self { lives, by_time }
    }

    /// The things that changed in a period; all of them if it begins with the present.
    fn of_period(&self, period: Period) -> BTreeMap<&'a T::Id, &'a Life<T>> {
        let Some(from) = period.from else { return self.lives.iter().collect() };
        let start = self.by_time.partition_point(|(time, _)| *time <= from);
        let changes = self.by_time[start..].iter().take_while(|(time, _)| *time <= period.to);
        changes.filter_map(|(_, id)| self.lives.get_key_value(*id)).collect()
    }

    /// Sets a table to its state at the end of a period; returns whether anything changed.
    fn take(&self, period: Period, present: &BTreeMap<T::Id, T>, then: &mut BTreeMap<T::Id, T>) -> bool {
        let changed = self.of_period(period);
        for (id, life) in &changed {
            match life.last_before(period.to) {
                Some(Some(state)) => {
                    let mut state = state.clone();
                    if let Some(present) = present.get(id) {
                        state.complete_from_present(present);
                    }
                    then.insert((*id).clone(), state);
                }
                None if life.is_described => {}
                Some(None) | None => {
                    then.remove(id);
                }
            }
        }
        !changed.is_empty()
    }
}
