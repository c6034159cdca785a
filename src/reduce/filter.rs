//! The filter of records: by service ports and, once the cases are known, by their interfaces, addresses and times.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::ingest::object_key::{ObjectTime, object_time};
use crate::ingest::prefilter::RecordBounds;
use crate::model::ids::InterfaceId;
use crate::model::time::{Timestamp, Window};

/// Determines which records are retained.
#[derive(Clone, Debug)]
pub struct RecordFilter {
    /// Service ports: a record is retained only if one of its ports is in this list.
    pub ports: Vec<u16>,
    /// The requested time. Records that do not touch it are dropped.
    pub window: Window,
    /// The time that can matter: the part of `window` in which there are cases.
    pub bounds: Window,
    /// The records that are retained within the window.
    pub of: RecordSet,
    /// Whether a file is skipped if its name shows that its records are of another time.
    pub trusts_file_names: bool,
}

/// A set of records.
#[derive(Clone, Debug)]
pub enum RecordSet {
    /// All records, because no case is known yet.
    All,
    /// The records of known cases.
    Cases {
        /// The interfaces of the cases and of the gateways on their paths, each with the window of its cases.
        interfaces: BTreeMap<InterfaceId, Window>,
        /// The addresses of the cases, each with the window in which the case had it. They select records of far
        /// interfaces.
        addresses: BTreeMap<IpAddr, Window>,
        /// More interfaces whose coverage matters: endpoints, NAT gateways, DNS servers.
        watched: BTreeSet<InterfaceId>,
    },
}

impl RecordFilter {
    /// Retains all records on these ports.
    #[must_use]
    pub fn unfiltered(ports: &[u16]) -> Self {
        Self::new(ports, Window::ALWAYS, RecordSet::All)
    }

    /// Retains the records of a set on these ports, if they touch the window.
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

    /// Returns the same filter, which also skips files whose names show that their records are of another time.
    #[must_use]
    pub fn trusting_file_names(self) -> Self {
        Self { trusts_file_names: true, ..self }
    }

    /// Returns whether the name of a file shows that its records are of another time.
    #[must_use]
    pub fn excludes_by_name(&self, name: &str) -> bool {
        object_time(name).is_some_and(|known| !self.overlaps(known.window))
    }

    /// Returns the time in the name of a file that is skipped; none for a file that must be read.
    #[must_use]
    pub fn skipped_file(&self, name: &str) -> Option<ObjectTime> {
        if !self.trusts_file_names {
            return None;
        }
        object_time(name).filter(|known| !self.overlaps(known.window))
    }

    /// Returns whether a window overlaps the time that can matter.
    pub(super) fn overlaps(&self, window: Window) -> bool {
        window.from < self.bounds.to && self.bounds.from < window.to
    }

    /// Returns the conditions by which readers may skip records; none if all records are retained.
    #[must_use]
    pub fn bounds(&self) -> Option<RecordBounds> {
        let RecordSet::Cases { interfaces, addresses, watched } = &self.of else { return None };
        Some(RecordBounds {
            window: self.bounds,
            interfaces: interfaces.keys().chain(watched).cloned().collect(),
            addresses: addresses.keys().copied().collect(),
        })
    }

    /// Returns whether a record's time can matter.
    #[inline]
    pub(super) fn is_in_bounds(&self, start: u32, end: u32) -> bool {
        self.bounds.touches(Timestamp(start.into()), Timestamp(end.into()))
    }

    #[inline]
    pub(super) fn touches(&self, start: u32, end: u32) -> bool {
        self.window.touches(Timestamp(start.into()), Timestamp(end.into()))
    }

    /// Returns the window in which the records of an interface are retained; none if its name alone retains nothing.
    pub(super) fn interface(&self, name: &str) -> Option<Window> {
        match &self.of {
            RecordSet::All => Some(Window::ALWAYS),
            RecordSet::Cases { interfaces, .. } => interfaces.get(name).copied(),
        }
    }

    /// Returns whether all records of the interface count for the coverage.
    pub(super) fn tracks_coverage(&self, name: &str) -> bool {
        match &self.of {
            RecordSet::All => true,
            RecordSet::Cases { interfaces, watched, .. } => {
                interfaces.contains_key(name) || watched.contains(name)
            }
        }
    }
}
