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
use crate::model::ids::{EndpointId, InterfaceId, NetworkAclId, PrefixListId, RouteTableId, SubnetId, VpcId};
use crate::model::route_table::RouteDestination;

/// Maps derived from an inventory's tables when a look-up first needs them.
///
/// All are equal: what they hold follows from the tables. A copy starts empty, so that a changed copy is not misled.
#[derive(Debug, Default)]
pub struct Index {
    addresses: OnceLock<Addresses>,
    endpoints: OnceLock<BTreeMap<InterfaceId, EndpointId>>,
    /// ARNs of tasks.
    tasks: OnceLock<BTreeMap<InterfaceId, String>>,
    subnets: OnceLock<Located<SubnetId>>,
    controls: OnceLock<Controls>,
    routes: OnceLock<Routes>,
    ranges: OnceLock<Lengths>,
    queries: OnceLock<Queries>,
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
    /// Forgets what follows from the addresses of interfaces.
    pub(super) fn forget_addresses(&mut self) {
        self.addresses.take();
    }

    /// Forgets what follows from endpoints.
    pub(super) fn forget_endpoints(&mut self) {
        self.endpoints.take();
    }

    /// Forgets what follows from subnets.
    pub(super) fn forget_subnets(&mut self) {
        self.subnets.take();
    }

    /// Forgets what follows from network ACLs and route tables.
    pub(super) fn forget_controls(&mut self) {
        self.controls.take();
        self.routes.take();
    }
}

/// The interfaces that have an address, or had it.
pub(super) type Addresses = BTreeMap<IpAddr, Vec<InterfaceId>>;

/// Things by a block they have.
#[derive(Debug)]
pub(super) struct Located<Id> {
    lengths: Lengths,
    by_block: BTreeMap<IpNet, Vec<Id>>,
}

/// The controls of a subnet: those that claim it.
#[derive(Debug, Default)]
pub(super) struct Controls {
    pub(super) acls: BTreeMap<SubnetId, Vec<NetworkAclId>>,
    pub(super) tables: BTreeMap<SubnetId, Vec<RouteTableId>>,
    pub(super) main_tables: BTreeMap<VpcId, Vec<RouteTableId>>,
}

/// What all route tables together tell of other things.
#[derive(Debug, Default)]
pub(super) struct Routes {
    /// Destinations that a table of a VPC hands to a peering connection; of tables of no known VPC under none.
    pub(super) peered: BTreeMap<Option<VpcId>, BTreeSet<RouteDestination>>,
    /// The endpoints to which routes of a prefix list lead.
    pub(super) endpoints: BTreeMap<PrefixListId, BTreeSet<EndpointId>>,
}

/// Places among the queries, in their order.
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

    /// Those with a block that holds an address, the longest block first.
    pub(super) fn holding(&self, address: IpAddr) -> impl Iterator<Item = (u8, &Id)> {
        let blocks = self.lengths.around(address);
        blocks.flat_map(|block| {
            let ids = self.by_block.get(&block).map_or(&[][..], Vec::as_slice);
            ids.iter().map(move |id| (block.prefix_len(), id))
        })
    }
}
