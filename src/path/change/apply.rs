//! A change made to a copy of the inventory and of the sender.

use std::collections::BTreeMap;

use crate::inventory::Inventory;
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::ids::{EndpointId, PrefixListId, RouteTableId, VpcId};
use crate::model::network::Vpc;
use crate::model::prefix_list::PrefixList;
use crate::model::route_table::{Route, RouteDestination, RouteTarget};
use crate::model::service::Service;
use crate::path::change::Change;
use crate::path::configured::Sender;
use crate::path::region::Region;

/// The id of an endpoint that is not created yet.
const NEW_ENDPOINT: &str = "vpce-new";

/// The id of S3's list if no document names it.
const UNNAMED_LIST: &str = "pl-unnamed";

impl Change {
    /// Applies the change. The thing that it changes must be known; otherwise nothing changes.
    pub fn apply(&self, inventory: &mut Inventory, sender: &mut Sender) {
        match self {
            Self::AllowInGroup { group_id, is_egress, rule } => {
                let group = inventory.security_groups.get_mut(group_id);
                let rules =
                    group.map(|group| if *is_egress { &mut group.egress } else { &mut group.ingress });
                if let Some(Some(rules)) = rules {
                    rules.push(rule.clone());
                }
            }
            Self::AddAclEntry { acl_id, entry } => {
                if let Some(acl) = inventory.network_acls.get_mut(acl_id) {
                    acl.entries.push(entry.clone());
                    acl.entries.sort();
                }
            }
            Self::AddRoute { table_id, route } | Self::ReplaceRoute { table_id, route } => {
                set_route(inventory, table_id, route.clone());
            }
            Self::AssociateGatewayEndpoint { endpoint_id, table_id, list_id } => {
                route_endpoint(inventory, endpoint_id, table_id, list_id.as_ref());
            }
            Self::CreateGatewayEndpoint { vpc_id, region, table_id, list_id } => {
                let endpoint = new_endpoint(vpc_id, region.as_ref().map_or("region", Region::as_str));
                let id = endpoint.id.clone();
                inventory.endpoints.insert(id.clone(), endpoint);
                route_endpoint(inventory, &id, table_id, list_id.as_ref());
            }
            Self::AssignPublicAddress { service_arn, .. } => {
                sender.has_public_address = Some(true);
                let service = service_arn.as_ref().and_then(|arn| inventory.services.get_mut(arn));
                if let Some(network) = service.and_then(|service| service.network.as_mut()) {
                    network.assigns_public_address = Some(true);
                }
            }
            Self::DisableSourceDestCheck { interface_id } => {
                if let Some(interface) = inventory.interfaces.get_mut(interface_id) {
                    interface.source_dest_check = Some(false);
                }
            }
            Self::AssociateAddress { .. } => sender.has_public_address = Some(true),
            Self::EnablePrivateDns { endpoint_id } => {
                if let Some(endpoint) = inventory.endpoints.get_mut(endpoint_id) {
                    endpoint.private_dns_enabled = Some(true);
                }
            }
            Self::EnableDnsSupport { vpc_id } => {
                change_vpc(&mut inventory.vpcs, vpc_id, |vpc| vpc.dns_support = Some(true));
            }
            Self::EnableDnsHostnames { vpc_id } => {
                change_vpc(&mut inventory.vpcs, vpc_id, |vpc| vpc.dns_hostnames = Some(true));
            }
        }
    }
}

/// A table has one route for each destination.
fn set_route(inventory: &mut Inventory, table: &RouteTableId, route: Route) {
    if let Some(table) = inventory.route_tables.get_mut(table) {
        table.routes.retain(|other| other.destination != route.destination);
        table.routes.push(route);
        table.routes.sort();
    }
}

fn route_endpoint(
    inventory: &mut Inventory,
    endpoint: &EndpointId,
    table: &RouteTableId,
    list: Option<&PrefixListId>,
) {
    let name = inventory.endpoints.get(endpoint).map(|endpoint| endpoint.service_name.clone());
    let saved = || saved_list(inventory, name.as_deref()?);
    let list = list.cloned().or_else(saved).unwrap_or_else(|| PrefixListId::new(UNNAMED_LIST));
    let unnamed = || PrefixList { id: list.clone(), name, blocks: None };
    inventory.prefix_lists.entry(list.clone()).or_insert_with(unnamed);
    let destination = RouteDestination::PrefixList(list);
    let target = RouteTarget::Endpoint(endpoint.clone());
    set_route(inventory, table, Route { destination, target, is_blackhole: false });
    if let Some(endpoint) = inventory.endpoints.get_mut(endpoint) {
        endpoint.route_table_ids.push(table.clone());
    }
}

/// The saved list of an endpoint's service, with its blocks: an address outside of them does not take the endpoint's route,
/// as far as documents show. If the Region of the service is not known, the only saved list of S3.
fn saved_list(inventory: &Inventory, service_name: &str) -> Option<PrefixListId> {
    let named = |list: &&PrefixList| list.name.as_deref() == Some(service_name);
    let of_s3 = |list: &&PrefixList| list.is_of_s3();
    let saved = || inventory.prefix_lists.values().filter(|list| list.blocks.is_some());
    let is_unknown = Region::of_service_name(service_name).is_none();
    let only = || Some(saved().filter(of_s3)).filter(|_| is_unknown && saved().filter(of_s3).count() == 1);
    let found = saved().find(named).or_else(|| only()?.next());
    found.map(|list| list.id.clone())
}

fn new_endpoint(vpc: &VpcId, region: &str) -> Endpoint {
    Endpoint {
        id: EndpointId::new(NEW_ENDPOINT),
        service: Service::S3,
        service_name: format!("com.amazonaws.{region}.s3"),
        kind: EndpointKind::Gateway,
        state: "available".to_owned(),
        private_dns_enabled: Some(false),
        is_inbound_only: true,
        service_region: None,
        vpc_id: Some(vpc.clone()),
        interface_ids: Vec::new(),
        subnet_ids: Vec::new(),
        group_ids: Vec::new(),
        route_table_ids: Vec::new(),
        dns_names: Vec::new(),
        firewall: None,
        address_type: None,
        policy: None,
        created_at: None,
    }
}

fn change_vpc(vpcs: &mut BTreeMap<VpcId, Vpc>, id: &VpcId, change: impl FnOnce(&mut Vpc)) {
    if let Some(vpc) = vpcs.get_mut(id) {
        change(vpc);
    }
}
