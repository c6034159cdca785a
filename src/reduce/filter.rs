//! What can matter: the service ports, and once cases are known their interfaces, addresses and times.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::ingest::key::{Told, recorded_in};
use crate::ingest::sink::Wanted;
use crate::model::ids::InterfaceId;
use crate::model::time::{Timestamp, Window};

/// Which records are retained.
#[derive(Clone, Debug)]
pub struct RecordFilter {
    /// Service ports: a record is retained only if one of its ports is among them.
    pub ports: Vec<u16>,
    /// The time asked for; records that do not touch it are dropped.
    pub window: Window,
    /// The time that can matter: that asked for, within that of the cases.
    pub bounds: Window,
    /// Whose records are retained.
    pub of: RecordSet,
    /// Whether files are left unread whose names say that their records are of another time.
    pub trusts_file_names: bool,
}

/// Whose records are retained.
#[derive(Clone, Debug)]
pub enum RecordSet {
    /// All's: no case is known yet.
    All,
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

impl RecordFilter {
    /// Everything on these ports.
    #[must_use]
    pub fn unfiltered(ports: &[u16]) -> Self {
        Self::new(ports, Window::ALWAYS, RecordSet::All)
    }

    /// These records on these ports, if they touch the window.
    #[must_use]
    pub fn new(ports: &[u16], window: Window, of: RecordSet) -> Self {
        let bounds = match &of {
            RecordSet::All => window,
            RecordSet::Cases { interfaces, addresses, .. } => {
                let all = interfaces.values().chain(addresses.values()).copied();
                all.reduce(|a, b| a.union(b)).map_or(window, |cases| window.intersection(cases))
            }
        };
        Self { ports: ports.to_vec(), window, bounds, of, trusts_file_names: false }
    }

    /// The same, leaving files unread whose names say that their records are of another time.
    #[must_use]
    pub fn trusting_file_names(self) -> Self {
        Self { trusts_file_names: true, ..self }
    }

    /// Whether a file's name says that its records are of another time.
    #[must_use]
    pub fn excludes_by_name(&self, name: &str) -> bool {
        recorded_in(name).is_some_and(|known| !self.overlaps(known.window))
    }

    /// What the name of a file tells that is left unread.
    #[must_use]
    pub fn skipped_file(&self, name: &str) -> Option<Told> {
        if !self.trusts_file_names {
            return None;
        }
        recorded_in(name).filter(|known| !self.overlaps(known.window))
    }

    fn overlaps(&self, window: Window) -> bool {
        window.from < self.bounds.to && self.bounds.from < window.to
    }

    /// What readers may leave out; none where unfiltered's records are retained.
    #[must_use]
    pub fn wanted(&self) -> Option<Wanted> {
        let RecordSet::Cases { interfaces, addresses, watched } = &self.of else { return None };
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

    /// The window in which records of an interface are retained; none if its name says nothing.
    pub(super) fn interface(&self, name: &str) -> Option<Window> {
        match &self.of {
            RecordSet::All => Some(Window::ALWAYS),
            RecordSet::Cases { interfaces, .. } => interfaces.get(name).copied(),
        }
    }

    /// Whether every sighting of the interface goes into the coverage.
    pub(super) fn tracks_coverage(&self, name: &str) -> bool {
        match &self.of {
            RecordSet::All => true,
            RecordSet::Cases { interfaces, watched, .. } => {
                interfaces.contains_key(name) || watched.contains(name)
            }
        }
    }
}
