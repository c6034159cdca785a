//! Fixes of blocked paths: changes that are tried on a copy of the configuration, otherwise advice.

use crate::attribution::endpoints::other_region;
use crate::attribution::fix;
use crate::check::destinations::Destinations;
use crate::check::launch_targets::LaunchTarget;
use crate::finding::{Control, Fix, Hop, Leg, Side};
use crate::inventory::Inventory;
use crate::model::deployment::Need;
use crate::model::service::Service;
use crate::path::{Change, Query, Remedy, private_dns, remedy_with};
use crate::report::check::{CheckedService, Reachability};

/// Changes that are always needed, and the paths that must be open after them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) changes: Vec<Change>,
    pub(super) queries: Vec<Query>,
    /// Whether `queries` contains all destinations.
    pub(super) is_certain: bool,
    /// Whether no control is blocking after the changes.
    pub(super) is_opening: bool,
}

impl Plan {
    fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.queries.is_empty()
    }

    fn remedy(&self, inventory: &Inventory, target: &LaunchTarget) -> Remedy {
        if self.is_empty() {
            return Remedy::default();
        }
        let remedy = remedy_with(inventory, &target.sender, &self.queries, &self.changes);
        // A plan without paths to evaluate counts as open.
        let is_open = remedy.is_verified || self.queries.is_empty();
        Remedy { is_verified: is_open && self.is_certain, ..remedy }
    }

    /// The fix that consists of the changes of this plan.
    pub(super) fn fix(&mut self, inventory: &Inventory, target: &LaunchTarget) -> Fix {
        let remedy = self.remedy(inventory, target);
        self.is_opening = remedy.remaining.is_empty();
        let (text, commands) = (fix::sentences(&remedy).join(" "), fix::commands(&remedy));
        Fix { text, commands, verified: remedy.is_verified }
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

/// The paths to open for a service: those to its endpoint, if its name could lead there, otherwise those to its destinations.
pub(super) fn plan(
    inventory: &Inventory,
    target: &LaunchTarget,
    destinations: &Destinations<'_>,
    reachability: Reachability,
) -> Plan {
    if !reachability.is_blocked() {
        return Plan::default();
    }
    let unused = destinations.unused.as_ref();
    if let Some(dns) = unused.and_then(|unused| private_dns(inventory, &target.sender, &unused.endpoint.id)) {
        let (changes, queries) = (dns.changes, dns.queries);
        return Plan { changes, queries, is_certain: dns.is_certain, is_opening: false };
    }
    Plan {
        changes: Vec::new(),
        queries: destinations
            .list
            .iter()
            .flat_map(|one| std::iter::once(&one.query).chain(&one.from_all_ports))
            .cloned()
            .collect(),
        is_certain: destinations.missing.is_empty(),
        is_opening: false,
    }
}

/// The fix of one service, and whether no control is blocking after it.
pub(super) fn fix(inventory: &Inventory, target: &LaunchTarget, need: &Need, plan: &mut Plan) -> Fix {
    let remedy = plan.remedy(inventory, target);
    plan.is_opening = remedy.remaining.is_empty();
    let mut text = fix::sentences(&remedy);
    let mut commands = fix::commands(&remedy);
    if !plan.is_opening
        && let Some((sentence, command)) = advice(inventory, target, need, &remedy.remaining)
    {
        text.push(sentence);
        commands.extend(command);
    }
    Fix { text: text.join(" "), commands, verified: remedy.is_verified }
}

/// One fix for all services of a target: it contains a change once if several services need it. A service that no change can
/// open keeps its own advice, so that no change is proposed without effect.
pub(super) fn fix_all(
    inventory: &Inventory,
    target: &LaunchTarget,
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
    let remedy = all.remedy(inventory, target);
    let mut text = fix::sentences(&remedy);
    let mut commands = fix::commands(&remedy);
    for service in &closed {
        let name = service.host.as_deref().unwrap_or(service.service.name());
        let advice =
            if service.fix.text.is_empty() { "no change is known to open it" } else { &service.fix.text };
        text.push(format!("{name} stays blocked: {}.", advice.trim_end_matches('.')));
        commands
            .extend(service.fix.commands.iter().filter(|command| fix::creates_endpoint(command)).cloned());
    }
    Fix { text: text.join(" "), commands, verified: remedy.is_verified && closed.is_empty() }
}

/// The advice where no change of an existing resource helps, and a command where a new one helps.
fn advice(
    inventory: &Inventory,
    target: &LaunchTarget,
    need: &Need,
    remaining: &[Hop],
) -> Option<(String, Option<String>)> {
    let hop = remaining.first()?;
    let is_unrouted = matches!(hop.control, Control::RouteTable { .. }) && hop.side != Side::Nat;
    // An endpoint of the VPC's own Region does not lead to another Region.
    if is_unrouted
        && hop.leg == Leg::Request
        && let Some(region) = other_region(inventory, target.sender.vpc_id.as_ref(), need)
        && need.host.is_none()
    {
        return Some((fix::way_to_region(&need.service, region), None));
    }
    let sentence = fix::advice(hop, &need.service, need.host.is_some())?;
    let needs_endpoint = is_unrouted && need.host.is_none() && need.service != Service::S3;
    let command = || fix::create_endpoint(inventory, &target.sender, &need.service);
    Some((sentence, needs_endpoint.then(command).flatten()))
}
