//! The stations of a path: the task, an endpoint or a gateway on the way, and where it leads.

use crate::finding::{Control, Hop, Side};
use crate::model::interface::Role;
use crate::render::html::text::{Text, fit};
use crate::report::{ObservedInterface, Seen, TaskReport};

/// Characters of a line in a station.
const LINE: usize = 22;
/// Roles of interfaces that stand between a task and a service.
const BETWEEN: [Role; 2] = [Role::NatGateway, Role::Endpoint];

/// One station, from the task to the service.
#[derive(Debug)]
pub(in crate::render::html) struct Station {
    pub(in crate::render::html) title: Text,
    pub(in crate::render::html) lines: Vec<Text>,
    /// Whose controls are here, as hops say it.
    pub(super) side: Side,
    /// Whole id of its interface.
    pub(super) interface_id: Option<String>,
    pub(super) role: Role,
    /// What its interface recorded of the request and of the reply; none where it has no interface that could.
    pub(super) seen: Option<(Seen, Seen)>,
}

/// The stations of a task's path, two at least.
pub(super) fn stations(task: &TaskReport) -> Vec<Station> {
    let verdict = &task.verdict;
    let interfaces: &[ObservedInterface] =
        verdict.observed.as_ref().map_or(&[], |observed| &observed.interfaces);
    let is_own = |sighting: &&ObservedInterface| sighting.role == Role::Task;
    let mut stations = vec![own(task, interfaces.iter().find(is_own))];
    let far: Vec<&ObservedInterface> = interfaces.iter().filter(|sighting| !is_own(sighting)).collect();
    let is_between = |sighting: &&&ObservedInterface| BETWEEN.contains(&sighting.role);
    stations.extend(far.iter().filter(is_between).take(2).map(|sighting| between(sighting)));
    let has_gateway = stations.iter().any(|station| station.side == Side::Nat);
    if let Some(hop) =
        verdict.path.iter().find(|hop| matches!(hop.control, Control::NatGateway(_)) && !has_gateway)
    {
        stations.insert(1, gateway(hop));
    }
    stations.push(last(task, far.iter().find(|sighting| !is_between(sighting)).copied()));
    stations
}

fn own(task: &TaskReport, sighting: Option<&ObservedInterface>) -> Station {
    let id = task.interface_id.as_ref();
    let address = task.address.map(|address| fit(address, LINE));
    Station {
        title: fit("Task", LINE),
        lines: id.map(|id| fit(id, LINE)).into_iter().chain(address).collect(),
        side: Side::Task,
        interface_id: id.map(ToString::to_string),
        role: Role::Task,
        seen: sighting.map(|sighting| (sighting.request, sighting.reply)),
    }
}

fn between(sighting: &ObservedInterface) -> Station {
    let is_gateway = sighting.role == Role::NatGateway;
    Station {
        title: fit(if is_gateway { "NAT gateway" } else { "Endpoint" }, LINE),
        lines: vec![fit(&sighting.interface_id, LINE)],
        side: if is_gateway { Side::Nat } else { Side::Destination },
        interface_id: Some(sighting.interface_id.to_string()),
        role: sighting.role,
        seen: Some((sighting.request, sighting.reply)),
    }
}

/// A NAT gateway that only the configuration shows.
fn gateway(hop: &Hop) -> Station {
    Station {
        title: fit("NAT gateway", LINE),
        lines: hop.control.ids().iter().take(1).map(|id| fit(id, LINE)).collect(),
        side: Side::Nat,
        interface_id: None,
        role: Role::NatGateway,
        seen: None,
    }
}

/// The service; its own interface where it has one in the VPC.
fn last(task: &TaskReport, sighting: Option<&ObservedInterface>) -> Station {
    let verdict = &task.verdict;
    let service = verdict.service.as_ref().map_or("unknown", |service| service.name());
    let destination = verdict.observed.as_ref().map(|observed| fit(&observed.destination, LINE));
    let id = sighting.map(|sighting| sighting.interface_id.to_string());
    Station {
        title: fit(if service == "unknown" { "Destination" } else { service }, LINE),
        lines: id.iter().map(|id| fit(id, LINE)).chain(destination).collect(),
        side: Side::Destination,
        interface_id: id,
        role: sighting.map_or_else(Role::default, |sighting| sighting.role),
        seen: sighting.map(|sighting| (sighting.request, sighting.reply)),
    }
}
