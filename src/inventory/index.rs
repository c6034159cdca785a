//! Maps that look-ups need, made of an inventory's tables.
//!
//! Goes in: the tables of an [`Inventory`]. Comes out: for each question that is asked often a map from what is asked to
//! ids. Each map is made when a look-up first needs it, so that an inventory that is asked little costs little.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::OnceLock;

use ipnet::IpNet;

use crate::inventory::Inventory;
use crate::model::blocks::Lengths;
use crate::model::endpoint::Endpoint;
use crate::model::ids::{EndpointId, InterfaceId, NetworkAclId, PrefixListId, RouteTableId, SubnetId, VpcId};
use crate::model::route_table::{Route, RouteDestination, RouteTarget};
use crate::model::task::Task;

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

impl Inventory {
    pub(super) fn addresses(&self) -> &Addresses {
        self.index.addresses.get_or_init(|| addresses(self))
    }

    /// The endpoint of each interface that an endpoint names.
    pub(super) fn endpoints_by_interface(&self) -> &BTreeMap<InterfaceId, EndpointId> {
        self.index.endpoints.get_or_init(|| endpoints(self))
    }

    /// The ARN of the task of each interface that a task names.
    pub(super) fn tasks_by_interface(&self) -> &BTreeMap<InterfaceId, String> {
        self.index.tasks.get_or_init(|| tasks(self))
    }

    pub(super) fn subnets_by_block(&self) -> &Located<SubnetId> {
        let blocks = || {
            self.subnets
                .values()
                .flat_map(|subnet| subnet.cidrs.iter().map(|block| (*block, subnet.id.clone())))
        };
        self.index.subnets.get_or_init(|| Located::of(blocks()))
    }

    pub(super) fn controls(&self) -> &Controls {
        self.index.controls.get_or_init(|| controls(self))
    }

    pub(super) fn routes(&self) -> &Routes {
        self.index.routes.get_or_init(|| routes(self))
    }

    /// The prefix lengths of the published ranges.
    pub(super) fn range_lengths(&self) -> Lengths {
        *self
            .index
            .ranges
            .get_or_init(|| self.address_ranges.ranges.iter().map(|range| &range.block).collect())
    }

    pub(super) fn queries(&self) -> &Queries {
        self.index.queries.get_or_init(|| queries(self))
    }
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

fn addresses(inventory: &Inventory) -> Addresses {
    let mut all = Addresses::new();
    for interface in inventory.interfaces.values() {
        for address in &interface.addresses {
            all.entry(*address).or_default().push(interface.id.clone());
        }
    }
    all
}

fn endpoints(inventory: &Inventory) -> BTreeMap<InterfaceId, EndpointId> {
    let owned = |endpoint: &Endpoint| {
        let id = endpoint.id.clone();
        endpoint.interface_ids.clone().into_iter().map(move |interface| (interface, id.clone()))
    };
    inventory.endpoints.values().flat_map(owned).collect()
}

fn tasks(inventory: &Inventory) -> BTreeMap<InterfaceId, String> {
    let owned = |task: &Task| Some((task.interface_id.clone()?, task.arn.clone()));
    inventory.tasks.values().filter_map(owned).collect()
}

fn controls(inventory: &Inventory) -> Controls {
    let mut controls = Controls::default();
    for acl in inventory.network_acls.values() {
        for subnet in &acl.subnet_ids {
            note(&mut controls.acls, subnet, &acl.id);
        }
    }
    for table in inventory.route_tables.values() {
        for subnet in &table.subnet_ids {
            note(&mut controls.tables, subnet, &table.id);
        }
        if let (true, Some(vpc)) = (table.is_main, &table.vpc_id) {
            note(&mut controls.main_tables, vpc, &table.id);
        }
    }
    controls
}

/// Notes a control once, however often it claims the same.
fn note<K: Ord + Clone, Id: PartialEq + Clone>(map: &mut BTreeMap<K, Vec<Id>>, key: &K, id: &Id) {
    let ids = map.entry(key.clone()).or_default();
    if ids.last() != Some(id) {
        ids.push(id.clone());
    }
}

fn routes(inventory: &Inventory) -> Routes {
    let mut routes = Routes::default();
    for table in inventory.route_tables.values() {
        for Route { destination, target, .. } in &table.routes {
            match (destination, target) {
                (_, RouteTarget::Peering(_)) => {
                    routes.peered.entry(table.vpc_id.clone()).or_default().insert(destination.clone());
                }
                (RouteDestination::PrefixList(list), RouteTarget::Endpoint(endpoint)) => {
                    routes.endpoints.entry(list.clone()).or_default().insert(endpoint.clone());
                }
                _ => {}
            }
        }
    }
    routes
}

fn queries(inventory: &Inventory) -> Queries {
    let mut queries = Queries::default();
    for (place, query) in inventory.resolver_queries.iter().enumerate() {
        for address in &query.addresses {
            queries.by_answer.entry(*address).or_default().push(place);
        }
        if let Some(source) = query.source {
            queries.by_source.entry(source).or_default().push(place);
        }
    }
    queries
}
