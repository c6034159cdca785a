//! The smallest set of changes that opens a path, tried on a copy of the configuration.
//!
//! Input: the input of [`evaluate`](crate::path::evaluate()). Output: changes, and whether the changed configuration allows
//! every request and every reply. A change may uncover the next blocking control, so the loop continues until no control
//! denies or no change is left to propose; then every change that is not needed is dropped. If a document is missing, the
//! fix is not verified. Changes that need a person's decision are not proposed: a broken endpoint, a peering connection,
//! another VPC.

mod acls;
mod addresses;
mod extract;
mod groups;
mod private_dns;
mod routes;

use crate::finding::{Control, Hop, HopDecision, Side};
use crate::inventory::Inventory;
use crate::path::change::Change;
use crate::path::configured::{ConfiguredPath, Request, Sender};
use crate::path::evaluate::evaluate_query;
use crate::path::peer::Membership;
use crate::path::query::Query;
use crate::path::remedy::extract::extract;
use crate::path::scene::Scene;

pub use private_dns::{PrivateDns, private_dns, remedy_with_private_dns};

/// More changes than any path has controls: a fix that needs more is not recommended.
const MOST_CHANGES: usize = 16;

/// The changes that would open a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedy {
    /// The changes, in the order to make them; empty if no control is blocking or no change can be proposed.
    pub changes: Vec<Change>,
    /// Whether the changed configuration allows every request and its reply, with every control known.
    pub is_verified: bool,
    /// The denials that remain after the changes: no change is proposed for them.
    pub remaining: Vec<Hop>,
}

/// The changes that open every denied hop of these requests and of their replies.
#[must_use]
pub fn remedy(inventory: &Inventory, sender: &Sender, requests: &[Request]) -> Remedy {
    let queries: Vec<Query> = requests.iter().map(Query::from).collect();
    remedy_with(inventory, sender, &queries, &[])
}

/// The changes that open these paths, after some that are to be made in any case.
#[must_use]
pub fn remedy_with(inventory: &Inventory, sender: &Sender, queries: &[Query], given: &[Change]) -> Remedy {
    let start = Configuration { inventory: extract(inventory, sender, queries), sender: sender.clone() };
    let mut changes = given.to_vec();
    let mut configuration = start.after(&changes);
    while changes.len() < MOST_CHANGES
        && let Some(next) = next_change(&configuration, queries, &changes)
    {
        next.apply(&mut configuration.inventory, &mut configuration.sender);
        changes.push(next);
    }
    let changes = needed(&start, queries, given.len(), changes);
    let obstacles = start.after(&changes).obstacles(queries);
    Remedy {
        is_verified: !changes.is_empty() && !queries.is_empty() && obstacles.is_empty(),
        remaining: denials(obstacles),
        changes,
    }
}

/// The change that opens a control that denied a packet where records show it, whether or not the configured path leads
/// there. It is not tried.
#[must_use]
pub fn change_at(inventory: &Inventory, sender: &Sender, query: &Query, hop: &Hop) -> Option<Change> {
    let mut scene = Scene::new(inventory, sender, query);
    if scene.far.is_none() && scene.destination.is_inside != Some(true) {
        // Over a connection that no document describes, a rule that names the sender's group may match nothing.
        scene.source.membership = Membership::Unknown(String::new());
    }
    proposal(&scene, hop)
}

/// A configuration, and the sender as it is in it.
#[derive(Clone)]
struct Configuration {
    inventory: Inventory,
    sender: Sender,
}

impl Configuration {
    /// A copy with some changes made.
    fn after(&self, changes: &[Change]) -> Self {
        let mut configuration = self.clone();
        for change in changes {
            change.apply(&mut configuration.inventory, &mut configuration.sender);
        }
        configuration
    }

    fn path(&self, query: &Query) -> ConfiguredPath {
        evaluate_query(&self.inventory, &self.sender, query)
    }

    /// Every hop that is not known to allow these paths.
    fn obstacles(&self, queries: &[Query]) -> Vec<Hop> {
        let hops = queries.iter().flat_map(|query| self.path(query).hops);
        hops.filter(|hop| !hop.is_passed()).collect()
    }
}

/// The hops that deny, each once.
fn denials(obstacles: Vec<Hop>) -> Vec<Hop> {
    let mut denials: Vec<Hop> =
        obstacles.into_iter().filter(|hop| hop.decision == HopDecision::Denied).collect();
    denials.sort();
    denials.dedup();
    denials
}

/// A new change for the first denial that has one.
fn next_change(configuration: &Configuration, queries: &[Query], made: &[Change]) -> Option<Change> {
    queries.iter().find_map(|query| {
        let path = configuration.path(query);
        let scene = Scene::new(&configuration.inventory, &configuration.sender, query);
        // A device that forwards may use any of its ports, so each of them must be open.
        let is_closed = |hop: &&Hop| hop.denies() || hop.side == Side::Nat && hop.is_partly_open();
        let mut closed = path.hops.iter().filter(is_closed);
        closed.find_map(|hop| proposal(&scene, hop).filter(|change| !made.contains(change)))
    })
}

/// The change that would open one denied hop.
fn proposal(scene: &Scene<'_>, hop: &Hop) -> Option<Change> {
    match &hop.control {
        Control::SecurityGroups { ids, .. } => groups::proposal(scene, ids, hop),
        Control::NetworkAcl { id, .. } => acls::proposal(scene, hop, id.as_ref()?),
        Control::RouteTable { .. } | Control::NatGateway(_) => routes::proposal(scene, hop),
        Control::PublicAddress(_) if hop.side == Side::Task => addresses::proposal(scene),
        Control::SourceDestCheck(id) => Some(Change::DisableSourceDestCheck { interface_id: id.clone() }),
        Control::PublicAddress(_)
        | Control::InternetGateway(_)
        | Control::Endpoint(_)
        | Control::Interface(_)
        | Control::Appliance(_)
        | Control::TransitGateway(_)
        | Control::Firewall(_)
        | Control::External(_) => None,
    }
}

/// The changes without those that have no effect; the first ones are always kept.
fn needed(start: &Configuration, queries: &[Query], kept: usize, mut changes: Vec<Change>) -> Vec<Change> {
    let obstacles = start.after(&changes).obstacles(queries);
    let mut at = kept;
    while at < changes.len() {
        let mut fewer = changes.clone();
        fewer.remove(at);
        if start.after(&fewer).obstacles(queries) == obstacles { changes = fewer } else { at += 1 }
    }
    changes
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
