//! Where a service's name leads in a VPC: to the interfaces of its endpoint, or to its public addresses.

use std::net::SocketAddr;

use ipnet::IpNet;

use crate::attribution::central::{NamedByZone, named_by_zone};
use crate::attribution::endpoints::{
    DnsSetting, NameTarget, UnusedEndpoint, can_cross_regions, other_region,
};
use crate::check::launch_targets::LaunchTarget;
use crate::finding::Hop;
use crate::inventory::{DocumentKind, Inventory};
use crate::model::deployment::Need;
use crate::model::endpoint::Endpoint;
use crate::model::ids::EndpointId;
use crate::model::interface::{InterfaceKind, NetworkInterface};
use crate::model::protocol::{HTTPS_PORT, NFS_PORT, Protocol};
use crate::model::service::Service;
use crate::model::traffic_rule::PortRange;
use crate::path::{Query, Region, Sender, evaluate_query};

/// One destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// `10.40.12.36 (eni-1 of vpce-1)`.
    pub(super) label: String,
    /// Its name in summaries.
    pub(super) name: String,
    pub(super) query: Query,
    /// The request from every port, if `query` is one from a port that is blocked while others pass.
    pub(super) from_all_ports: Option<Query>,
}

impl Destination {
    fn new(label: String, query: Query) -> Self {
        Self { name: label.clone(), label, query, from_all_ports: None }
    }
}

/// The destinations of a service, with notes and missing documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Destinations<'a> {
    pub(super) list: Vec<Destination>,
    /// Whether they are interfaces of the VPC; further destinations are then interfaces too.
    pub(super) are_interfaces: bool,
    /// The endpoint whose interfaces they are.
    pub(super) endpoint_id: Option<EndpointId>,
    /// An interface endpoint of the service that its name does not lead to.
    pub(super) unused: Option<UnusedEndpoint<'a>>,
    /// The documents without which not all destinations are known.
    pub(super) missing: Vec<String>,
    pub(super) notes: Vec<String>,
    /// The document that would show whether a hosted zone leads the name to these interfaces. Without such a record the name leads
    /// nowhere.
    pub(super) zone_records: Option<String>,
    /// Whether no document shows that the addresses are public: a private registry may be inside the network.
    pub(super) may_be_private: bool,
}

impl Destinations<'_> {
    /// Only the address that was called; none if the name leads to interfaces and this address is not among theirs.
    pub(super) fn at(self, address: SocketAddr, service: &Service) -> Option<Self> {
        let ip = address.ip();
        if self.are_interfaces && self.list.iter().all(|one| one.query.request.destination != ip) {
            return None;
        }
        let query = Query::to_address(ip, service.clone(), Protocol::TCP, address.port());
        let list = vec![Destination::new(address.to_string(), query)];
        Some(Self { list, missing: Vec::new(), may_be_private: false, ..self })
    }

    /// The same destinations, each with a request from a port whose replies are rejected, if only those to a part of the ports
    /// pass: Linux sends from any of 32768 to 60999, so some of the connections fail.
    pub(super) fn with_blocked_ports(mut self, inventory: &Inventory, sender: &Sender) -> Self {
        for destination in &mut self.list {
            let path = evaluate_query(inventory, sender, &destination.query);
            if !path.hops.iter().any(Hop::is_partly_open) {
                continue;
            }
            let PortRange { first, last } = destination.query.source_ports;
            let from = |port| Query { source_ports: PortRange::one(port), ..destination.query.clone() };
            let blocked = [first, last, first.midpoint(last)]
                .into_iter()
                .map(from)
                .find(|query| evaluate_query(inventory, sender, query).denials().next().is_some());
            if let Some(blocked) = blocked {
                destination.from_all_ports = Some(std::mem::replace(&mut destination.query, blocked));
            }
        }
        self
    }
}

/// The destinations of a needed service.
pub(super) fn of<'a>(inventory: &'a Inventory, target: &'a LaunchTarget, need: &'a Need) -> Destinations<'a> {
    if need.service == Service::Efs {
        return mount_targets(inventory, target, need);
    }
    if need.service == Service::Logs
        && need.region.as_deref().is_some_and(|region| Region::named(region).is_none())
    {
        return without_region();
    }
    if let Some(host) = &need.host {
        let may_be_private = !is_public_registry(host);
        return public(inventory, need, Destinations { may_be_private, ..Destinations::default() });
    }
    let mut found = Destinations::default();
    let is_listed = inventory.documents.contains(&DocumentKind::VpcEndpoints);
    if need.service != Service::S3 && !is_listed && !target.has_no_endpoints {
        found.missing.push("describe-vpc-endpoints".to_owned());
    }
    let endpoints = target.endpoints(inventory).in_region(need.region.as_deref());
    match endpoints.name_target(&need.service) {
        NameTarget::Endpoint(endpoint) => interfaces(inventory, target, endpoint, found),
        NameTarget::Public { unused: None } if central(inventory, target, need).is_some() => {
            by_zone(inventory, target, central(inventory, target, need), found)
        }
        NameTarget::Public { unused } => {
            let elsewhere = other_region(inventory, target.sender.vpc_id.as_ref(), need);
            let can_cross = can_cross_regions(&need.service) && need.service != Service::S3;
            let note = |region| {
                let more = if can_cross {
                    "; an interface endpoint for the service in that Region would lead there"
                } else {
                    ""
                };
                format!("It is in {region}, where no endpoint of this VPC leads{more}")
            };
            found.notes.extend(elsewhere.map(note));
            let unknown = unused.iter().filter(|unused| unused.setting == DnsSetting::PrivateDnsUnknown);
            found.missing.extend(unknown.map(|unused| {
                format!("describe-vpc-endpoints with the private DNS of {}", unused.endpoint.id)
            }));
            found
                .missing
                .extend(endpoints.unknown(Some(&need.service)).map(|one| unknown_endpoint(target, one)));
            public(inventory, need, Destinations { unused, ..found })
        }
    }
}

/// The endpoint of another VPC to which a hosted zone leads the name of the service.
fn central<'a>(inventory: &'a Inventory, target: &LaunchTarget, need: &Need) -> Option<NamedByZone<'a>> {
    named_by_zone(inventory, target.sender.vpc_id.as_ref(), &need.service, need.region.as_deref())
}

/// The interfaces of an endpoint of another VPC.
fn by_zone<'a>(
    inventory: &'a Inventory,
    target: &LaunchTarget,
    named: Option<NamedByZone<'a>>,
    found: Destinations<'a>,
) -> Destinations<'a> {
    let Some(NamedByZone { endpoint, zone, is_shown }) = named else { return found };
    let mut found = interfaces(inventory, target, endpoint, found);
    found
        .notes
        .push(format!("The hosted zone {} ({}) leads the name to {}", zone.id, zone.name, endpoint.id));
    found.zone_records = (!is_shown).then(|| format!("list-resource-record-sets of {}", zone.id));
    found
}

/// The document that would show whether the name of a service leads to an endpoint.
fn unknown_endpoint(target: &LaunchTarget, endpoint: &Endpoint) -> String {
    match target.sender.vpc_id {
        None => format!("describe-subnets of {}", target.subnet_id),
        Some(_) => format!("describe-vpc-endpoints with the service of {}", endpoint.id),
    }
}

/// A log driver whose Region is none: a URL, or an empty value. It has no endpoint, and no network helps.
fn without_region<'a>() -> Destinations<'a> {
    let note = "awslogs-region is not the name of a Region: the log driver finds no endpoint".to_owned();
    Destinations {
        missing: vec!["a task definition with the name of a Region in awslogs-region".to_owned()],
        notes: vec![note],
        ..Destinations::default()
    }
}

/// Registries that are known to have public addresses only.
const PUBLIC_REGISTRIES: [&str; 12] = [
    "docker.io",
    "ghcr.io",
    "quay.io",
    "public.ecr.aws",
    "gcr.io",
    "pkg.dev",
    "registry.k8s.io",
    "mcr.microsoft.com",
    "registry.gitlab.com",
    "docker.elastic.co",
    "registry.access.redhat.com",
    "nvcr.io",
];

fn is_public_registry(host: &str) -> bool {
    PUBLIC_REGISTRIES
        .iter()
        .any(|known| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

fn interfaces<'a>(
    inventory: &Inventory,
    target: &LaunchTarget,
    endpoint: &Endpoint,
    mut found: Destinations<'a>,
) -> Destinations<'a> {
    found.are_interfaces = true;
    found.endpoint_id = Some(endpoint.id.clone());
    if endpoint.interface_ids.is_empty() {
        found.missing.push(format!("describe-vpc-endpoints with the interfaces of {}", endpoint.id));
    }
    for id in &endpoint.interface_ids {
        let known = inventory.interface(id);
        let Some((interface, address)) = known.and_then(|known| Some((known, v4_first(known)?))) else {
            found.missing.push(format!("describe-network-interfaces of {id}"));
            continue;
        };
        let label = format!("{address} ({} of {})", interface.id, endpoint.id);
        let query = Query::to_address(address, endpoint.service.clone(), Protocol::TCP, HTTPS_PORT);
        found.list.push(Destination::new(label, query));
    }
    if target.has_own_name_servers(inventory) {
        found.notes.push(format!(
            "The VPC's own DNS servers must forward queries for this name to the Amazon resolver, or it does not lead to {}",
            endpoint.id
        ));
    }
    found
}

fn v4_first(interface: &NetworkInterface) -> Option<std::net::IpAddr> {
    let addresses = &interface.addresses;
    addresses.iter().find(|address| address.is_ipv4()).or_else(|| addresses.first()).copied()
}

fn public<'a>(inventory: &Inventory, need: &Need, mut found: Destinations<'a>) -> Destinations<'a> {
    let name = need.host.as_deref().unwrap_or(need.service.name());
    let label = format!("the public addresses of {name}");
    let blocks = if need.service == Service::S3 { blocks_of_s3(inventory) } else { Vec::new() };
    let query = Query::to_public(need.service.clone(), need.port(), blocks, label.clone());
    found.list.push(Destination::new(label, query));
    found
}

/// The addresses of S3 in the only Region whose list is known; none if there is no list, or several.
fn blocks_of_s3(inventory: &Inventory) -> Vec<IpNet> {
    let mut lists = inventory.prefix_lists.values().filter(|list| list.is_of_s3());
    match (lists.next(), lists.next()) {
        (Some(list), None) => {
            let blocks = list.blocks.iter().flat_map(|blocks| blocks.iter());
            let blocks = blocks.filter(|block| matches!(block, IpNet::V4(_)));
            blocks.copied().collect()
        }
        _ => Vec::new(),
    }
}

/// The interfaces that serve a file system, by their descriptions.
fn mount_targets<'a>(inventory: &Inventory, target: &LaunchTarget, need: &Need) -> Destinations<'a> {
    let file_system = need.reason.rsplit(' ').next().unwrap_or_default();
    let vpc = target.sender.vpc_id.as_ref();
    let targets = inventory.interfaces.values().filter(|interface| {
        interface.kind == InterfaceKind::EfsMountTarget
            && interface.vpc_id.as_ref() == vpc
            && interface.description.split(' ').any(|word| word == file_system)
    });
    let list: Vec<Destination> = targets
        .filter_map(|target| {
            let address = v4_first(target)?;
            let label = format!("{address} ({} of {file_system})", target.id);
            let query = Query::to_address(address, Service::Efs, Protocol::TCP, NFS_PORT);
            Some(Destination::new(label, query))
        })
        .collect();
    let missing = list
        .is_empty()
        .then(|| format!("describe-network-interfaces with the mount targets of {file_system}"));
    Destinations {
        list,
        are_interfaces: true,
        missing: missing.into_iter().collect(),
        ..Destinations::default()
    }
}
