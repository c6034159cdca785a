//! The index: maps that look-ups need, derived from the tables of an inventory.
//!
//! Goes in: what `build` derives from the tables. Comes out: for each frequent question a map from the key of the question to
//! ids. A map is built when a look-up first needs it, so an inventory with few look-ups builds few maps.

mod build;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::OnceLock;

use ipnet::IpNet;

use crate::model::blocks::Lengths;
use crate::model::ids::{
    EndpointId, InstanceId, InterfaceId, NetworkAclId, PrefixListId, RouteTableId, SubnetId, VpcId,
};
use crate::model::route_table::RouteDestination;

/// Maps derived from the tables of an inventory when a look-up first needs them.
///
/// Two indexes always compare as equal, because their content follows from the tables. A copy starts empty, so that a changed
/// copy never uses the maps of the original.
#[derive(Debug, Default)]
pub struct Index {
    addresses: OnceLock<Addresses>,
    endpoints: OnceLock<BTreeMap<InterfaceId, EndpointId>>,
    /// ARNs of tasks.
    tasks: OnceLock<BTreeMap<InterfaceId, String>>,
    siblings: OnceLock<Siblings>,
    subnets: OnceLock<Located<SubnetId>>,
    controls: OnceLock<Controls>,
    routes: OnceLock<Routes>,
    ranges: OnceLock<Lengths>,
    queries: OnceLock<Queries>,
    /// The interfaces of transit gateway attachments.
    transit: OnceLock<BTreeMap<VpcId, Vec<InterfaceId>>>,
    /// The interfaces of firewalls' endpoints.
    firewalls: OnceLock<BTreeMap<EndpointId, Vec<InterfaceId>>>,
}

impl Clone for Index {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Index {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Index {}

impl Index {
    /// Drops the maps that depend on interfaces.
    pub(super) fn drop_addresses(&mut self) {
        self.addresses.take();
        self.siblings.take();
        self.transit.take();
        self.firewalls.take();
    }

    /// Drops the map that depends on endpoints.
    pub(super) fn drop_endpoints(&mut self) {
        self.endpoints.take();
    }

    /// Drops the map that depends on subnets.
    pub(super) fn drop_subnets(&mut self) {
        self.subnets.take();
    }

    /// Drops the maps that depend on network ACLs and route tables.
    pub(super) fn drop_controls(&mut self) {
        self.controls.take();
        self.routes.take();
    }
}

/// The ARNs of the tasks of a service whose interface is known with its groups, by name and cluster of the service. They are
/// few, because most documents of interfaces list only those that still exist.
pub(super) type Siblings = BTreeMap<(String, Option<String>), Vec<String>>;

/// The interfaces that have or had an address.
pub(super) type Addresses = BTreeMap<IpAddr, Vec<InterfaceId>>;

/// Things by their address blocks.
#[derive(Debug)]
pub(super) struct Located<Id> {
    lengths: Lengths,
    by_block: BTreeMap<IpNet, Vec<Id>>,
}

/// The controls that name a subnet or VPC.
#[derive(Debug, Default)]
pub(super) struct Controls {
    pub(super) acls: BTreeMap<SubnetId, Vec<NetworkAclId>>,
    pub(super) tables: BTreeMap<SubnetId, Vec<RouteTableId>>,
    pub(super) main_tables: BTreeMap<VpcId, Vec<RouteTableId>>,
}

/// Properties of other things that follow from all route tables together.
#[derive(Debug, Default)]
pub(super) struct Routes {
    /// Destinations that the tables of a VPC route to a peering connection. Tables without a known VPC are under none.
    pub(super) peered: BTreeMap<Option<VpcId>, BTreeSet<RouteDestination>>,
    /// The endpoints that are targets of routes for a prefix list.
    pub(super) endpoints: BTreeMap<PrefixListId, BTreeSet<EndpointId>>,
    /// The interfaces that are targets of routes.
    pub(super) interfaces: BTreeSet<InterfaceId>,
    /// The instances that are targets of routes without an interface.
    pub(super) instances: BTreeSet<InstanceId>,
}

/// Positions in the list of queries, in its order.
#[derive(Debug, Default)]
pub(super) struct Queries {
    pub(super) by_answer: BTreeMap<IpAddr, Vec<usize>>,
    pub(super) by_source: BTreeMap<IpAddr, Vec<usize>>,
}

impl<Id> Located<Id> {
    fn of(blocks: impl Iterator<Item = (IpNet, Id)>) -> Self {
        let mut by_block: BTreeMap<IpNet, Vec<Id>> = BTreeMap::new();
        for (block, id) in blocks {
            by_block.entry(block.trunc()).or_default().push(id);
        }
        Self { lengths: by_block.keys().collect(), by_block }
    }

    /// The things with a block that contains an address, the longest prefix first.
    pub(super) fn holding(&self, address: IpAddr) -> impl Iterator<Item = (u8, &Id)> {
        let blocks = self.lengths.around(address);
        blocks.flat_map(|block| {
            let ids = self.by_block.get(&block).map_or(&[][..], Vec::as_slice);
            ids.iter().map(move |id| (block.prefix_len(), id))
        })
    }
}
