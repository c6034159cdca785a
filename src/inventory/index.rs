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
use crate::model::ids::{EndpointId, InterfaceId, NetworkAclId, PrefixListId, RouteTableId, SubnetId, VpcId};
use crate::model::route_table::{Route, RouteDestination, RouteTarget};

/// Maps derived from an inventory's tables when a look-up first needs them.
///
/// All are equal: what they hold follows from the tables. A copy starts empty, so that a changed copy is not misled.
#[derive(Debug, Default)]
pub struct Index {
    addresses: OnceLock<Addresses>,
    owners: OnceLock<Owners>,
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
    /// Forgets what follows from the tables whose things have dated states: of all others nothing changes with time.
    pub(super) fn forget_configuration(&mut self) {
        let ranges = std::mem::take(&mut self.ranges);
        let queries = std::mem::take(&mut self.queries);
        *self = Self { ranges, queries, ..Self::default() };
    }
}

/// The interfaces that have an address.
pub(super) type Addresses = BTreeMap<IpAddr, Vec<InterfaceId>>;

/// Whose an interface is.
#[derive(Debug, Default)]
pub(super) struct Owners {
    pub(super) endpoints: BTreeMap<InterfaceId, EndpointId>,
    /// ARNs of tasks.
    pub(super) tasks: BTreeMap<InterfaceId, String>,
}

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

    pub(super) fn owners(&self) -> &Owners {
        self.index.owners.get_or_init(|| owners(self))
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
    let mut present = Addresses::new();
    let mut gone = Addresses::new();
    for interface in inventory.interfaces.values() {
        let addresses = if inventory.history.is_gone(&interface.id) { &mut gone } else { &mut present };
        for address in &interface.addresses {
            addresses.entry(*address).or_default().push(interface.id.clone());
        }
    }
    // An address is given to another interface when its own is gone.
    for (address, ids) in gone {
        present.entry(address).or_insert(ids);
    }
    present
}

fn owners(inventory: &Inventory) -> Owners {
    let mut owners = Owners::default();
    for endpoint in inventory.endpoints.values() {
        let interfaces = endpoint.interface_ids.iter().cloned();
        owners.endpoints.extend(interfaces.map(|interface| (interface, endpoint.id.clone())));
    }
    for task in inventory.tasks.values() {
        owners.tasks.extend(task.interface_id.clone().map(|interface| (interface, task.arn.clone())));
    }
    owners
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
