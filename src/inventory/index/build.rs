//! Builds the maps of the index from the tables of an inventory.

use std::collections::BTreeMap;

use crate::inventory::documents::Inventory;
use crate::inventory::index::{Addresses, Controls, Located, Queries, Routes, Siblings};
use crate::model::blocks::Lengths;
use crate::model::endpoint::Endpoint;
use crate::model::ids::{EndpointId, InstanceId, InterfaceId, SubnetId, VpcId};
use crate::model::interface::InterfaceKind;
use crate::model::route_table::{Route, RouteDestination, RouteTarget};
use crate::model::task::Task;

impl Inventory {
    pub(in crate::inventory) fn addresses(&self) -> &Addresses {
        self.index.addresses.get_or_init(|| addresses(self))
    }

    /// The endpoint of each interface that an endpoint names.
    pub(in crate::inventory) fn endpoints_by_interface(&self) -> &BTreeMap<InterfaceId, EndpointId> {
        self.index.endpoints.get_or_init(|| endpoints(self))
    }

    /// The ARN of the task of each interface that a task names.
    pub(in crate::inventory) fn tasks_by_interface(&self) -> &BTreeMap<InterfaceId, String> {
        self.index.tasks.get_or_init(|| tasks(self))
    }

    /// The tasks of each service whose groups their interfaces show.
    pub(in crate::inventory) fn siblings(&self) -> &Siblings {
        self.index.siblings.get_or_init(|| siblings(self))
    }

    pub(in crate::inventory) fn subnets_by_block(&self) -> &Located<SubnetId> {
        let blocks = || {
            self.subnets
                .values()
                .flat_map(|subnet| subnet.cidrs.iter().map(|block| (*block, subnet.id.clone())))
        };
        self.index.subnets.get_or_init(|| Located::of(blocks()))
    }

    pub(in crate::inventory) fn controls(&self) -> &Controls {
        self.index.controls.get_or_init(|| controls(self))
    }

    pub(in crate::inventory) fn routes(&self) -> &Routes {
        self.index.routes.get_or_init(|| routes(self))
    }

    /// The prefix lengths of the published ranges.
    pub(in crate::inventory) fn range_lengths(&self) -> Lengths {
        *self
            .index
            .ranges
            .get_or_init(|| self.address_ranges.ranges.iter().map(|range| &range.block).collect())
    }

    /// The interfaces of transit gateway attachments, by their VPC.
    pub(in crate::inventory) fn transit_interfaces(&self) -> &BTreeMap<VpcId, Vec<InterfaceId>> {
        self.index.transit.get_or_init(|| transit(self))
    }

    /// The interfaces of firewalls' endpoints, by the endpoint that their description names.
    pub(in crate::inventory) fn firewall_interfaces(&self) -> &BTreeMap<EndpointId, Vec<InterfaceId>> {
        self.index.firewalls.get_or_init(|| firewalls(self))
    }

    pub(in crate::inventory) fn queries(&self) -> &Queries {
        self.index.queries.get_or_init(|| queries(self))
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

fn siblings(inventory: &Inventory) -> Siblings {
    let mut all = Siblings::new();
    for task in inventory.tasks.values() {
        let interface = task.interface_id.as_ref().and_then(|id| inventory.interfaces.get(id));
        let has_groups = interface.is_some_and(|interface| !interface.group_ids.is_empty());
        if let (true, Some(service)) = (has_groups, &task.service_name) {
            let key = (service.clone(), task.cluster_arn.clone());
            all.entry(key).or_default().push(task.arn.clone());
        }
    }
    all
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

/// Adds a control once, even if it names the same thing several times.
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
                (_, RouteTarget::Interface(interface)) => {
                    routes.interfaces.insert(interface.clone());
                }
                (_, RouteTarget::Other(id)) if id.starts_with("i-") => {
                    routes.instances.insert(InstanceId::new(id.as_str()));
                }
                _ => {}
            }
        }
    }
    routes
}

fn transit(inventory: &Inventory) -> BTreeMap<VpcId, Vec<InterfaceId>> {
    let mut all: BTreeMap<VpcId, Vec<InterfaceId>> = BTreeMap::new();
    for interface in inventory.interfaces.values() {
        if let (InterfaceKind::TransitGateway, Some(vpc)) = (&interface.kind, &interface.vpc_id) {
            all.entry(vpc.clone()).or_default().push(interface.id.clone());
        }
    }
    all
}

fn firewalls(inventory: &Inventory) -> BTreeMap<EndpointId, Vec<InterfaceId>> {
    let mut all: BTreeMap<EndpointId, Vec<InterfaceId>> = BTreeMap::new();
    let own = inventory
        .interfaces
        .values()
        .filter(|interface| interface.kind == InterfaceKind::GatewayLoadBalancerEndpoint);
    for interface in own {
        let named = interface.description.split(' ').find(|word| word.starts_with("vpce-"));
        if let Some(id) = named {
            all.entry(EndpointId::new(id)).or_default().push(interface.id.clone());
        }
    }
    all
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
