//! The stations of a path: the task, an endpoint or a gateway between, and the destination.

use crate::finding::{Control, Hop, Side};
use crate::model::interface::InterfaceRole;
use crate::render::html::text::{Text, fit};
use crate::report::{ObservedInterface, RecordedAction, TaskReport};

/// Characters of a line in a station.
const LINE: usize = 22;
/// Roles of interfaces between a task and a service.
const BETWEEN: [InterfaceRole; 2] = [InterfaceRole::NatGateway, InterfaceRole::Endpoint];

/// One station, from the task to the service.
#[derive(Debug)]
pub(in crate::render::html) struct Station {
    pub(in crate::render::html) title: Text,
    pub(in crate::render::html) lines: Vec<Text>,
    /// The side of its controls.
    pub(super) side: Side,
    /// The complete id of its interface.
    pub(super) interface_id: Option<String>,
    pub(super) role: InterfaceRole,
    /// The recorded actions of the request and of the reply; none if it has no recorded interface.
    pub(super) seen: Option<(RecordedAction, RecordedAction)>,
}

/// Returns the stations of a task's path; there are at least two.
pub(super) fn stations(task: &TaskReport) -> Vec<Station> {
    let verdict = &task.verdict;
    let interfaces: &[ObservedInterface] =
        verdict.observed.as_ref().map_or(&[], |observed| &observed.interfaces);
    let is_own = |observed: &&ObservedInterface| observed.role == InterfaceRole::Task;
    let mut stations = vec![own(task, interfaces.iter().find(is_own))];
    let far: Vec<&ObservedInterface> = interfaces.iter().filter(|observed| !is_own(observed)).collect();
    let is_between = |observed: &&&ObservedInterface| BETWEEN.contains(&observed.role);
    stations.extend(far.iter().filter(is_between).take(2).map(|observed| between(observed)));
    let has_gateway = stations.iter().any(|station| station.side == Side::Nat);
    if let Some(hop) =
        verdict.path.iter().find(|hop| matches!(hop.control, Control::NatGateway(_)) && !has_gateway)
    {
        stations.insert(1, gateway(hop));
    }
    stations.push(last(task, far.iter().find(|observed| !is_between(observed)).copied()));
    stations
}

fn own(task: &TaskReport, observed: Option<&ObservedInterface>) -> Station {
    let id = task.interface_id.as_ref();
    let address = task.address.map(|address| fit(address, LINE));
    Station {
        title: fit("Task", LINE),
        lines: id.map(|id| fit(id, LINE)).into_iter().chain(address).collect(),
        side: Side::Task,
        interface_id: id.map(ToString::to_string),
        role: InterfaceRole::Task,
        seen: observed.map(|observed| (observed.request, observed.reply)),
    }
}

fn between(observed: &ObservedInterface) -> Station {
    let is_gateway = observed.role == InterfaceRole::NatGateway;
    Station {
        title: fit(if is_gateway { "NAT gateway" } else { "Endpoint" }, LINE),
        lines: vec![fit(&observed.interface_id, LINE)],
        side: if is_gateway { Side::Nat } else { Side::Destination },
        interface_id: Some(observed.interface_id.to_string()),
        role: observed.role,
        seen: Some((observed.request, observed.reply)),
    }
}

/// Returns a NAT gateway that only the configuration shows.
fn gateway(hop: &Hop) -> Station {
    Station {
        title: fit("NAT gateway", LINE),
        lines: hop.control.ids().iter().take(1).map(|id| fit(id, LINE)).collect(),
        side: Side::Nat,
        interface_id: None,
        role: InterfaceRole::NatGateway,
        seen: None,
    }
}

/// Returns the service, with its interface if it has one in the VPC.
fn last(task: &TaskReport, observed: Option<&ObservedInterface>) -> Station {
    let verdict = &task.verdict;
    let service = verdict.service.as_ref().map_or("unknown", |service| service.name());
    let destination = verdict.observed.as_ref().map(|observed| fit(&observed.destination, LINE));
    let id = observed.map(|observed| observed.interface_id.to_string());
    Station {
        title: fit(if service == "unknown" { "Destination" } else { service }, LINE),
        lines: id.iter().map(|id| fit(id, LINE)).chain(destination).collect(),
        side: Side::Destination,
        interface_id: id,
        role: observed.map_or_else(InterfaceRole::default, |observed| observed.role),
        seen: observed.map(|observed| (observed.request, observed.reply)),
    }
}
