//! What can matter: the service ports, and once cases are known their interfaces, addresses and times.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::ingest::sink::Wanted;
use crate::model::ids::InterfaceId;
use crate::model::time::{Timestamp, Window};

/// Which records are kept.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Service ports: a record is kept only if one of its ports is among them.
    pub ports: Vec<u16>,
    /// The time asked for; records that do not touch it are dropped.
    pub window: Window,
    /// The time that can matter: that asked for, within that of the cases.
    pub bounds: Window,
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
        Self::new(ports, Window::ALWAYS, ScopeOf::Everyone)
    }

    /// These records on these ports, if they touch the window.
    #[must_use]
    pub fn new(ports: &[u16], window: Window, of: ScopeOf) -> Self {
        let bounds = match &of {
            ScopeOf::Everyone => window,
            ScopeOf::Cases { interfaces, addresses, .. } => {
                let all = interfaces.values().chain(addresses.values()).copied();
                all.reduce(|a, b| a.union(b)).map_or(window, |cases| window.intersection(cases))
            }
        };
        Self { ports: ports.to_vec(), window, bounds, of }
    }

    /// What readers may leave out; none where everyone's records are kept.
    #[must_use]
    pub fn wanted(&self) -> Option<Wanted> {
        let ScopeOf::Cases { interfaces, addresses, watched } = &self.of else { return None };
        Some(Wanted {
            window: self.bounds,
            interfaces: interfaces.keys().chain(watched).cloned().collect(),
            addresses: addresses.keys().copied().collect(),
        })
    }

    /// Whether a record's time can matter.
    #[inline]
    pub(super) fn is_in_bounds(&self, start: u32, end: u32) -> bool {
        self.bounds.touches(Timestamp(start.into()), Timestamp(end.into()))
    }

    #[inline]
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
