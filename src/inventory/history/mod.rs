//! Past states of things, and the inventory at a given time.
//!
//! Goes in: states from AWS Config and CloudTrail with their capture times. Comes out: the inventory of one moment.
//! `describe-*` documents have no date and show the present. If a thing has dated states, the latest state before a time is
//! its state at that time; later states do not apply. Interfaces are the exception, because their relevant fields do not
//! change: any state is used, and deleted interfaces are kept with their ids. Later changes that CloudTrail shows are undone part
//! by part (`timeline`, `undo`).

mod access_keys;
mod access_parts;
mod attribute_parts;
mod config_changes;
mod control_parts;
mod dated;
mod distant_parts;
mod join;
mod network_parts;
mod parts;
pub(super) mod past;
mod restore;
mod timeline;
mod timelines;
mod timelines_of;
pub(super) mod undo;

use std::collections::{BTreeMap, BTreeSet};

use std::sync::Arc;

use crate::inventory::history::timelines::Timelines;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::model::configuration_change::{ChangeSubject, SubjectKind};
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
use crate::model::time::{Timestamp, Window};

/// The states of each thing of a kind.
pub(super) type Lives<Id, T> = BTreeMap<Id, Life<T>>;

/// The states of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Life<T> {
    /// By time; none from its deletion on.
    states: BTreeMap<Timestamp, Option<T>>,
    /// Whether a `describe-*` document also shows it.
    is_described: bool,
}

impl<T> Default for Life<T> {
    fn default() -> Self {
        Self { states: BTreeMap::new(), is_described: false }
    }
}

/// The past states that AWS Config and CloudTrail show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    pub(super) interfaces: Lives<InterfaceId, NetworkInterface>,
    pub(super) endpoints: Lives<EndpointId, Endpoint>,
    pub(super) subnets: Lives<SubnetId, Subnet>,
    pub(super) vpcs: Lives<VpcId, Vpc>,
    pub(super) security_groups: Lives<SecurityGroupId, SecurityGroup>,
    pub(super) network_acls: Lives<NetworkAclId, NetworkAcl>,
    pub(super) route_tables: Lives<RouteTableId, RouteTable>,
    pub(super) nat_gateways: Lives<NatGatewayId, NatGateway>,
    pub(super) internet_gateways: Lives<InternetGatewayId, InternetGateway>,
    /// The changes that CloudTrail shows. Copies share them.
    timelines: Arc<Timelines>,
    /// Subnets whose network ACL is not known at the time of the inventory.
    unknown_acls: BTreeSet<SubnetId>,
    /// Subnets whose route table is not known at the time of the inventory.
    unknown_tables: BTreeSet<SubnetId>,
    /// Interfaces that AWS Config shows; the others in `interfaces` are known from CloudTrail only.
    configured: BTreeSet<InterfaceId>,
    /// Interfaces in the table that do not exist at the time of the inventory.
    gone: BTreeSet<InterfaceId>,
    /// Interfaces whose `SourceDestCheck` is recorded before the time of the inventory.
    checked: BTreeSet<InterfaceId>,
}

/// Records the state of a thing at a time; none if it was deleted. `item` counts a state that was not known.
pub(super) fn record<T: Describe>(
    lives: &mut Lives<T::Id, T>,
    id: T::Id,
    at: Timestamp,
    state: Option<T>,
    item: DocumentItem<'_>,
) {
    let states = &mut lives.entry(id).or_default().states;
    // Two states of one time differ only in artificial data; the result must not depend on the order of documents.
    let is_better = states.get(&at).is_none_or(|known| format!("{known:?}") < format!("{state:?}"));
    if is_better {
        item.keep(&state);
        states.insert(at, state);
    }
}

impl<T: Describe> Life<T> {
    fn last(&self) -> Option<&T> {
        self.states.values().next_back()?.as_ref()
    }

    fn last_before(&self, at: Timestamp) -> Option<&Option<T>> {
        self.states.range(..=at).next_back().map(|(_, state)| state)
    }

    /// Whether a state began before a window and no other one began in it.
    fn shows(&self, window: Window) -> bool {
        let has_changed = self.states.range(window.from..window.to).any(|(at, _)| *at > window.from);
        matches!(self.last_before(window.from), Some(Some(_))) && !has_changed
    }

    /// The nearest state before a time, else after it; fields that it lacks come from the other states.
    fn nearest(&self, at: Timestamp) -> Option<T> {
        let before = self.states.range(..=at).rev();
        let after = self.states.iter().filter(|(time, _)| **time > at);
        let mut states = before.chain(after).filter_map(|(_, state)| state.as_ref());
        let mut nearest = states.next()?.clone();
        states.for_each(|other| nearest.complete(other));
        Some(nearest)
    }
}

impl History {
    /// Notes that AWS Config shows an interface.
    pub(super) fn configure(&mut self, id: InterfaceId) {
        self.configured.insert(id);
    }

    /// Whether the network ACL of a subnet is not known at the time of the inventory.
    pub(super) fn hides_acl_of(&self, subnet: &SubnetId) -> bool {
        self.unknown_acls.contains(subnet)
    }

    /// Whether the route table of a subnet is not known at the time of the inventory.
    pub(super) fn hides_table_of(&self, subnet: &SubnetId) -> bool {
        self.unknown_tables.contains(subnet)
    }

    /// Whether CloudTrail shows a change of a thing in a window or between its dated state and the window.
    fn has_changed<T: Describe>(&self, life: &Life<T>, kind: SubjectKind, id: &str, window: Window) -> bool {
        let since = life.states.range(..=window.from).next_back().map(|(since, _)| *since);
        let subject = ChangeSubject { kind, id: id.to_owned() };
        since.is_some_and(|since| self.timelines.has_changed(&subject, since, window.to))
    }

    /// Whether a dated state shows a network ACL as it was in the whole window.
    #[must_use]
    pub fn shows_acl(&self, id: &NetworkAclId, window: Window) -> bool {
        self.network_acls.get(id).is_some_and(|life| {
            life.shows(window) && !self.has_changed(life, SubjectKind::NetworkAcl, id.as_str(), window)
        })
    }

    /// Whether a dated state shows a security group as it was in the whole window.
    #[must_use]
    pub fn shows_group(&self, id: &SecurityGroupId, window: Window) -> bool {
        self.security_groups.get(id).is_some_and(|life| {
            life.shows(window) && !self.has_changed(life, SubjectKind::SecurityGroup, id.as_str(), window)
        })
    }

    /// Whether nothing is known of the past.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an interface did not exist at the time of the inventory.
    pub(super) fn is_gone(&self, id: &InterfaceId) -> bool {
        self.gone.contains(id)
    }

    /// Whether a state before the time of the inventory shows the `SourceDestCheck` of an interface; a document without a date
    /// shows only the present one.
    #[must_use]
    pub fn dates_source_dest_check(&self, id: &InterfaceId) -> bool {
        self.checked.contains(id)
    }

    /// Whether the source of an interface shows its public address, if it has one.
    #[must_use]
    pub fn shows_public_address(&self, id: &InterfaceId) -> bool {
        self.source_of(id).1
    }

    /// The source of an interface, as reports name it, and whether this source shows public addresses.
    pub(super) fn source_of(&self, id: &InterfaceId) -> (&'static str, bool) {
        match self.interfaces.get(id) {
            Some(life) if !life.is_described && self.configured.contains(id) => ("AWS Config", true),
            Some(life) if !life.is_described => ("CloudTrail", false),
            _ => ("describe-network-interfaces", true),
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod undo_tests;
