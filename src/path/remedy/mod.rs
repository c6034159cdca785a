//! The smallest set of changes that opens a path, tried on a copy of the configuration.
//!
//! Goes in: what [`evaluate`](crate::path::evaluate) takes. Comes out: changes, and whether the changed configuration
//! lets every request and every reply through. A change may uncover the next control in the way, so the loop goes on
//! until nothing denies any more or nothing more can be proposed; then every change that is not needed is dropped.
//! Where a document is missing nothing is verified, and what only people can decide is not proposed: a broken endpoint,
//! a peering connection, another VPC.

mod acls;
mod addresses;
mod extract;
mod groups;
mod private_dns;
mod ways;

use crate::inventory::Inventory;
use crate::path::change::Change;
use crate::path::evaluate::evaluate;
use crate::path::hop::{ConfiguredPath, Control, Hop, Passage, Request, Sender};
use crate::path::remedy::extract::extract;
use crate::path::scene::Scene;

pub use private_dns::remedy_with_private_dns;

/// More changes than any path has controls: a way that needs them is none to recommend.
const MOST_CHANGES: usize = 16;

/// What would open a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedy {
    /// The changes, in the order to make them; empty where nothing is in the way or nothing can be proposed.
    pub changes: Vec<Change>,
    /// Whether the changed configuration lets every request and its reply through, each control known.
    pub is_verified: bool,
    /// The denials that are left with the changes made: nothing is proposed for them.
    pub remaining: Vec<Hop>,
}

/// The changes that open every denied hop of these requests and of their replies.
#[must_use]
pub fn remedy(inventory: &Inventory, sender: &Sender, requests: &[Request]) -> Remedy {
    opened(inventory, sender, requests, &[])
}

/// The same, with changes that are to be made in any case.
fn opened(inventory: &Inventory, sender: &Sender, requests: &[Request], given: &[Change]) -> Remedy {
    let start = State { inventory: extract(inventory, sender, requests), sender: sender.clone() };
    let mut changes = given.to_vec();
    let mut state = start.after(&changes);
    while changes.len() < MOST_CHANGES
        && let Some(next) = next_change(&state, requests, &changes)
    {
        next.apply(&mut state.inventory, &mut state.sender);
        changes.push(next);
    }
    let changes = needed(&start, requests, given.len(), changes);
    let obstacles = start.after(&changes).obstacles(requests);
    Remedy {
        is_verified: !changes.is_empty() && !requests.is_empty() && obstacles.is_empty(),
        remaining: denials(obstacles),
        changes,
    }
}

/// A configuration, and the sender as it is in it.
#[derive(Clone)]
struct State {
    inventory: Inventory,
    sender: Sender,
}

impl State {
    /// A copy with some changes made.
    fn after(&self, changes: &[Change]) -> Self {
        let mut state = self.clone();
        changes.iter().for_each(|change| change.apply(&mut state.inventory, &mut state.sender));
        state
    }

    fn path(&self, request: &Request) -> ConfiguredPath {
        evaluate(&self.inventory, &self.sender, request)
    }

    /// Everything that keeps these requests from being known to pass.
    fn obstacles(&self, requests: &[Request]) -> Vec<Hop> {
        let hops = requests.iter().flat_map(|request| self.path(request).hops);
        hops.filter(|hop| hop.passage != Passage::Allowed).collect()
    }
}

/// Those that deny, each once.
fn denials(obstacles: Vec<Hop>) -> Vec<Hop> {
    let mut denials: Vec<Hop> = obstacles.into_iter().filter(|hop| hop.passage == Passage::Denied).collect();
    denials.sort();
    denials.dedup();
    denials
}

/// A change for the first denial that has one which was not made before.
fn next_change(state: &State, requests: &[Request], made: &[Change]) -> Option<Change> {
    requests.iter().find_map(|request| {
        let path = state.path(request);
        let scene = Scene::new(&state.inventory, &state.sender, request, "");
        path.denials().find_map(|hop| proposal(&scene, hop).filter(|change| !made.contains(change)))
    })
}

/// What would open one denied hop.
fn proposal(scene: &Scene<'_>, hop: &Hop) -> Option<Change> {
    match &hop.control {
        Control::SecurityGroups { ids, .. } => groups::proposal(scene, ids, hop.is_outbound),
        Control::NetworkAcl { id, .. } => acls::proposal(scene, hop, id.as_ref()?),
        Control::RouteTable { .. } | Control::NatGateway(_) => ways::proposal(scene, hop),
        Control::PublicAddress(_) => addresses::proposal(scene),
        Control::InternetGateway(_) | Control::Endpoint(_) | Control::Interface(_) | Control::Beyond(_) => {
            None
        }
    }
}

/// The changes without those that make no difference; the first ones are kept in any case.
fn needed(start: &State, requests: &[Request], kept: usize, mut changes: Vec<Change>) -> Vec<Change> {
    let obstacles = start.after(&changes).obstacles(requests);
    let mut at = kept;
    while at < changes.len() {
        let mut fewer = changes.clone();
        fewer.remove(at);
        if start.after(&fewer).obstacles(requests) == obstacles { changes = fewer } else { at += 1 }
    }
    changes
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
