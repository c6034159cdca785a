//! Fixes: changes that were tried on a copy of the configuration, and advice if no change of an existing resource helps.

use std::net::IpAddr;

use crate::attribution::endpoints::{Endpoints, can_cross_regions};
use crate::finding::{Control, Fix, Hop, Leg, Side};
use crate::inventory::Inventory;
use crate::model::endpoint::Endpoint;
use crate::model::ids::{InterfaceId, RouteTableId, SecurityGroupId, SubnetId, plain_id};
use crate::model::protocol::{HTTPS_PORT, Protocol};
use crate::model::service::Service;
use crate::path::{Change, Query, Remedy, Sender, evaluate_query, is_nat64};

/// How every command that creates an interface endpoint begins.
const CREATE_ENDPOINT: &str = "aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface";

/// A remedy as a fix. Its text has a sentence for each change, then `advice`. Its commands first show the current state, in
/// the order of `show_commands`, and then change it.
pub(crate) fn of_remedy(
    remedy: &Remedy,
    advice: impl Into<String>,
    show_commands: impl IntoIterator<Item = String>,
) -> Fix {
    let text: Vec<String> =
        sentences(remedy).into_iter().chain([advice.into()]).filter(|text| !text.is_empty()).collect();
    let mut all: Vec<String> = show_commands.into_iter().collect();
    // The state of a resource that changes twice is shown once.
    let able = remedy.changes.iter().filter(|change| change.command().is_some());
    for show_command in able.filter_map(Change::show_command) {
        if !all.contains(&show_command) {
            all.push(show_command);
        }
    }
    all.extend(commands(remedy));
    Fix { text: text.join(" "), commands: all, verified: remedy.is_verified }
}

/// A sentence for each change of a remedy.
pub(crate) fn sentences(remedy: &Remedy) -> Vec<String> {
    remedy.changes.iter().map(|change| format!("{}.", change.text())).collect()
}

/// A command for each change of a remedy that has one.
pub(crate) fn commands(remedy: &Remedy) -> Vec<String> {
    remedy.changes.iter().filter_map(Change::command).collect()
}

/// The advice for a hop that no change of an existing resource opens.
pub(crate) fn advice(hop: &Hop, service: &Service, is_on_internet: bool) -> Option<String> {
    let advice = match (&hop.control, hop.side) {
        (Control::NatGateway(id), _) => format!("Replace {id}."),
        (Control::RouteTable { id, .. }, _) if hop.leg == Leg::Reply => return_route(id.as_ref()),
        (_, Side::Nat) => "Give the NAT gateway's subnet a route to an internet gateway.".to_owned(),
        (Control::Endpoint(id), _) => endpoint_not_available(id),
        (Control::RouteTable { .. }, _) if is_on_internet => {
            "Give the subnet a route to the internet, for example through a NAT gateway: this host is not one of AWS's."
                .to_owned()
        }
        (Control::RouteTable { .. }, _) if *service == Service::S3 => {
            "Give the route table a gateway endpoint for S3.".to_owned()
        }
        (Control::RouteTable { .. }, _) => format!(
            "Create an interface endpoint for {service} with private DNS, or give the subnet a route to the internet."
        ),
        _ => return None,
    };
    Some(advice)
}

/// The advice for a service of another Region to which no route leads.
pub(crate) fn way_to_region(service: &Service, region: &str) -> String {
    let route = "ive the subnet a route to the internet, for example through a NAT gateway";
    if can_cross_regions(service) && *service != Service::S3 {
        format!("Create an interface endpoint with the service Region {region} for {service}, or g{route}.")
    } else {
        format!("G{route}: {service} is in {region}, where no endpoint of this VPC can lead.")
    }
}

/// The advice for an IPv6 address without a route; none for an IPv4 address.
pub(crate) fn route_of_v6(address: IpAddr) -> Option<&'static str> {
    if is_nat64(address) {
        return Some(
            "Add a route for 64:ff9b::/96 to a NAT gateway: it translates these addresses, which DNS64 makes of IPv4 \
             addresses.",
        );
    }
    address.is_ipv6().then_some(
        "Add a route for ::/0 to an egress-only internet gateway, or create VPC endpoints whose address type has IPv6.",
    )
}

/// The advice for a far side without a route back to the task.
pub(crate) fn return_route(table: Option<&RouteTableId>) -> String {
    let table = table.map_or("the route table of the far side".to_owned(), ToString::to_string);
    format!(
        "In {table}, add a route for the addresses of the task's VPC to the connection that its requests come over."
    )
}

/// The advice for an endpoint whose state is not `available`.
pub(crate) fn endpoint_not_available(endpoint: &impl ToString) -> String {
    format!("Wait until {} is `available`, or recreate it.", endpoint.to_string())
}

/// Whether a command creates an interface endpoint, which no evaluation of the saved configuration can try.
pub(crate) fn creates_endpoint(command: &str) -> bool {
    command.starts_with(CREATE_ENDPOINT)
}

/// The command that creates an interface endpoint for a service, modelled on another endpoint of the VPC: in its subnets, with
/// its security groups, so that a task that reaches the other endpoint also reaches the new one.
///
/// Without such an endpoint there is no command, because no document shows the name of the service in that Region.
pub(crate) fn create_endpoint(inventory: &Inventory, sender: &Sender, service: &Service) -> Option<String> {
    let vpc = sender.vpc_id.as_ref()?;
    let all: Vec<&Endpoint> = Endpoints::of(inventory, Some(vpc)).interface_endpoints().collect();
    let is_complete =
        |endpoint: &&&Endpoint| !endpoint.subnet_ids.is_empty() && !endpoint.group_ids.is_empty();
    let complete: Vec<&Endpoint> = all.iter().filter(is_complete).copied().collect();
    let reached = complete.iter().find(|endpoint| is_reached(inventory, sender, endpoint));
    let model = reached.or(complete.first()).or(all.first())?;
    let name = format!("{}{service}", model.service_name.strip_suffix(model.service.name())?);
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    if !is_plain || name.starts_with('-') {
        return None;
    }
    let own_subnet = || Some(plain_id(sender.subnet_id.as_ref()?.as_str())?.to_owned());
    let subnets = listed(model.subnet_ids.iter().map(SubnetId::as_str)).or_else(own_subnet)?;
    let groups = listed(model.group_ids.iter().map(SecurityGroupId::as_str))
        .unwrap_or_else(|| "SECURITY_GROUP".to_owned());
    Some(format!(
        "{CREATE_ENDPOINT} --vpc-id {} --service-name {name} --subnet-ids {subnets} --security-group-ids {groups} \
         --private-dns-enabled",
        plain_id(vpc.as_str())?
    ))
}

/// Ids as arguments of a command; none if the list is empty, or if one of them is not plain.
fn listed<'a>(ids: impl Iterator<Item = &'a str>) -> Option<String> {
    let plain: Vec<&str> = ids.map(plain_id).collect::<Option<_>>()?;
    (!plain.is_empty()).then(|| plain.join(" "))
}

/// Whether all interfaces of an endpoint are known, and the sender reaches each of them.
fn is_reached(inventory: &Inventory, sender: &Sender, endpoint: &Endpoint) -> bool {
    let is_open = |id: &InterfaceId| {
        let address = inventory.interface(id).and_then(|interface| interface.addresses.first().copied());
        address.is_some_and(|address| {
            let query = Query::to_address(address, endpoint.service.clone(), Protocol::TCP, HTTPS_PORT);
            evaluate_query(inventory, sender, &query).is_open()
        })
    };
    !endpoint.interface_ids.is_empty() && endpoint.interface_ids.iter().all(is_open)
}
