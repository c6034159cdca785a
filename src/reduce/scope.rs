//! What can matter: the service ports, and once cases are known their interfaces, addresses and times.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::model::ids::InterfaceId;
use crate::model::time::{Timestamp, Window};

/// Which records are kept.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Service ports: a record is kept only if one of its ports is among them.
    pub ports: Vec<u16>,
    /// The time asked for; records that do not touch it are dropped.
    pub window: Window,
    /// Whose records are kept.
    pub of: ScopeOf,
}

/// Whose records are kept.
#[derive(Clone, Debug)]
pub enum ScopeOf {
    /// Everyone's: no case is known yet.
    Everyone,
    /// Those of known cases.
    Cases {
        /// The cases' own interfaces and those they pass through, and when they lived.
        interfaces: BTreeMap<InterfaceId, Window>,
        /// The cases' addresses and when they were theirs, so that the far interfaces' records are found.
        addresses: BTreeMap<IpAddr, Window>,
        /// Interfaces whose coverage matters besides: endpoints, NAT gateways, DNS servers.
        watched: BTreeSet<InterfaceId>,
    },
}

impl Scope {
    /// Everything on these ports.
    #[must_use]
    pub fn everyone(ports: &[u16]) -> Self {
        Self { ports: ports.to_vec(), window: Window::ALWAYS, of: ScopeOf::Everyone }
    }

    pub(super) fn touches(&self, start: u32, end: u32) -> bool {
        self.window.touches(Timestamp(start.into()), Timestamp(end.into()))
    }

    /// The window in which records of an interface are kept; none if its name says nothing.
    pub(super) fn interface(&self, name: &str) -> Option<Window> {
        match &self.of {
            ScopeOf::Everyone => Some(Window::ALWAYS),
            ScopeOf::Cases { interfaces, .. } => interfaces.get(name).copied(),
        }
    }

    /// The window in which records with an address are kept.
    pub(super) fn address(&self, address: IpAddr) -> Option<Window> {
        match &self.of {
            ScopeOf::Everyone => None,
            ScopeOf::Cases { addresses, .. } => addresses.get(&address).copied(),
        }
    }

    /// Whether every sighting of the interface goes into the coverage.
    pub(super) fn watches(&self, name: &str) -> bool {
        match &self.of {
            ScopeOf::Everyone => true,
            ScopeOf::Cases { interfaces, watched, .. } => {
                interfaces.contains_key(name) || watched.contains(name)
            }
        }
    }
}
