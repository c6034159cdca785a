//! What would open what is blocked: changes that are tried on a copy of the configuration, else words.

use crate::check::destinations::Destinations;
use crate::check::places::Place;
use crate::finding::{Control, Fix, Hop, Side};
use crate::inventory::Inventory;
use crate::model::deployment::Need;
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::ids::{InterfaceId, plain_id};
use crate::model::protocol::Protocol;
use crate::model::service::Service;
use crate::path::{Change, Query, Remedy, evaluate_query, private_dns, remedy_with};
use crate::report::check::{CheckedService, Reach};

/// What is to be changed in any case, and what must be open then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) changes: Vec<Change>,
    pub(super) queries: Vec<Query>,
    /// Whether those are all the destinations.
    pub(super) is_certain: bool,
    /// Whether the changes leave nothing in the way.
    pub(super) is_opening: bool,
}

impl Plan {
    fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.queries.is_empty()
    }

    fn remedy(&self, inventory: &Inventory, place: &Place) -> Remedy {
        if self.is_empty() {
            return Remedy::default();
        }
        let remedy = remedy_with(inventory, &place.sender, &self.queries, &self.changes);
        // What is changed without a path to try stands on its own.
        let is_open = remedy.is_verified || self.queries.is_empty();
        Remedy { is_verified: is_open && self.is_certain, ..remedy }
    }

    /// The changes of this plan.
    pub(super) fn fix(&mut self, inventory: &Inventory, place: &Place) -> Fix {
        let remedy = self.remedy(inventory, place);
        self.is_opening = remedy.remaining.is_empty();
        let commands = remedy.changes.iter().filter_map(Change::command).collect();
        Fix { text: sentences(&remedy).join(" "), commands, verified: remedy.is_verified }
    }

    fn add(&mut self, other: Self) {
        self.is_certain &= other.is_certain;
        self.queries.extend(other.queries);
        for change in other.changes {
            if !self.changes.contains(&change) {
                self.changes.push(change);
            }
        }
    }
}

/// What is to be opened for a service: its endpoint, if its name could lead there, else its destinations.
pub(super) fn plan(inventory: &Inventory, place: &Place, destinations: &Destinations, reach: Reach) -> Plan {
    if !reach.is_blocked() {
        return Plan::default();
    }
    let unused = destinations.unused.as_ref();
    if let Some(dns) = unused.and_then(|(id, _)| private_dns(inventory, &place.sender, id)) {
        let (changes, queries) = (dns.changes, dns.queries);
        return Plan { changes, queries, is_certain: dns.is_certain, is_opening: false };
    }
    Plan {
        changes: Vec::new(),
        queries: destinations.list.iter().map(|destination| destination.query.clone()).collect(),
        is_certain: destinations.missing.is_empty(),
        is_opening: false,
    }
}

/// The fix of one service, and whether it leaves nothing in the way.
pub(super) fn fix(inventory: &Inventory, place: &Place, need: &Need, plan: &mut Plan) -> Fix {
    let remedy = plan.remedy(inventory, place);
    plan.is_opening = remedy.remaining.is_empty();
    let mut text = sentences(&remedy);
    let mut commands: Vec<String> = remedy.changes.iter().filter_map(Change::command).collect();
    if !plan.is_opening
        && let Some((words, command)) = words(inventory, place, need, &remedy.remaining)
    {
        text.push(words);
        commands.extend(command);
    }
    Fix { text: text.join(" "), commands, verified: remedy.is_verified }
}

/// One fix for everything at a place: changes that several services need are in it once. What no change opens keeps its
/// own words, so that nothing is allowed in vain.
pub(super) fn fix_all(
    inventory: &Inventory,
    place: &Place,
    services: &[CheckedService],
    plans: Vec<Plan>,
) -> Fix {
    let mut all = Plan { is_certain: true, ..Plan::default() };
    let mut closed = Vec::new();
    for (service, plan) in services.iter().zip(plans).filter(|(_, plan)| !plan.is_empty()) {
        if plan.is_opening {
            all.add(plan);
        } else {
            closed.push(service);
        }
    }
    let remedy = all.remedy(inventory, place);
    let mut text = sentences(&remedy);
    let mut commands: Vec<String> = remedy.changes.iter().filter_map(Change::command).collect();
    for service in &closed {
        let name = service.host.as_deref().unwrap_or(service.service.name());
        let words = if service.fix.text.is_empty() { "nothing here mends that" } else { &service.fix.text };
        text.push(format!("{name} stays blocked: {}.", words.trim_end_matches('.')));
        commands.extend(service.fix.commands.iter().filter(|command| is_creation(command)).cloned());
    }
    Fix { text: text.join(" "), commands, verified: remedy.is_verified && closed.is_empty() }
}

/// Whether a command makes something new, which nothing could be tried on.
fn is_creation(command: &str) -> bool {
    command.starts_with("aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface")
}

fn sentences(remedy: &Remedy) -> Vec<String> {
    remedy.changes.iter().map(|change| format!("{}.", change.text())).collect()
}

/// What to do where no change of what is there helps: words, and a command where something new helps.
fn words(
    inventory: &Inventory,
    place: &Place,
    need: &Need,
    remaining: &[Hop],
) -> Option<(String, Option<String>)> {
    let hop = remaining.first()?;
    let words = match (&hop.control, hop.side) {
        (Control::NatGateway(id), _) => format!("Replace {id}."),
        (_, Side::Nat) => "Give the NAT gateway's subnet a way out through an internet gateway.".to_owned(),
        (Control::Endpoint(id), _) => format!("Bring {id} to the state `available`, or make it anew."),
        (Control::RouteTable { .. }, _) if need.host.is_some() => {
            "Give the subnet a way out, such as a NAT gateway: this is on the internet.".to_owned()
        }
        (Control::RouteTable { .. }, _) if need.service == Service::S3 => {
            "Give the route table a gateway endpoint for S3.".to_owned()
        }
        (Control::RouteTable { .. }, _) => {
            let words = format!(
                "Make an interface endpoint for {} with private DNS, or give the subnet a way out.",
                need.service
            );
            return Some((words, create_endpoint(inventory, place, need)));
        }
        _ => return None,
    };
    Some((words, None))
}

/// An endpoint like another one of the VPC that the task can reach: in its subnets, with its groups.
fn create_endpoint(inventory: &Inventory, place: &Place, need: &Need) -> Option<String> {
    let vpc = place.sender.vpc_id.as_ref()?;
    let is_model = |endpoint: &&Endpoint| {
        endpoint.kind == EndpointKind::Interface
            && endpoint.vpc_id.as_ref() == Some(vpc)
            && !endpoint.subnet_ids.is_empty()
            && !endpoint.group_ids.is_empty()
    };
    let models: Vec<&Endpoint> = inventory.endpoints.values().filter(is_model).collect();
    let model = models.iter().find(|one| is_reached(inventory, place, one)).or(models.first())?;
    let prefix = model.service_name.strip_suffix(model.service.name())?;
    let name = format!("{prefix}{}", need.service);
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    if !is_plain || name.starts_with('-') {
        return None;
    }
    let subnets: Option<Vec<&str>> = model.subnet_ids.iter().map(|id| plain_id(id.as_str())).collect();
    let groups: Option<Vec<&str>> = model.group_ids.iter().map(|id| plain_id(id.as_str())).collect();
    Some(format!(
        "aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --vpc-id {} --service-name {name} --subnet-ids {} \
         --security-group-ids {} --private-dns-enabled",
        plain_id(vpc.as_str())?,
        subnets?.join(" "),
        groups?.join(" ")
    ))
}

/// Whether all interfaces of an endpoint are known and reached.
fn is_reached(inventory: &Inventory, place: &Place, endpoint: &Endpoint) -> bool {
    let is_open = |id: &InterfaceId| {
        let address = inventory.interface(id).and_then(|interface| interface.addresses.first().copied());
        address.is_some_and(|address| {
            let query = Query::to_address(address, endpoint.service.clone(), Protocol::TCP, 443);
            evaluate_query(inventory, &place.sender, &query).is_open()
        })
    };
    !endpoint.interface_ids.is_empty() && endpoint.interface_ids.iter().all(is_open)
}
