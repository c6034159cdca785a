//! The interface between readers and the rest of the program: one call per record, with names as small numbers.
//!
//! Readers know formats and not tasks. A [`Sink`] knows which records matter and not in which format they were. The
//! sink decides about ports, and readers call it before they parse the rest of a record.

use std::sync::Arc;

use super::prefilter::{Prefilter, RecordBounds};
use super::record::{Description, DescriptionId, FlowRecord, LogStatus, NameId, TimeSpan};
use super::totals::Totals;
use crate::model::field::Field;
use crate::model::source::RowRef;
use crate::model::time::Window;

/// Optional fields that a sink needs. Fields that are not needed are not read, and therefore not validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeededFields {
    /// `pkt-srcaddr` and `pkt-dstaddr`.
    pub packet_addresses: bool,
    /// `flow-direction`.
    pub direction: bool,
    /// The fields of [`DESCRIPTIVE`](crate::ingest::record::DESCRIPTIVE).
    pub descriptions: bool,
}

impl NeededFields {
    /// Every field.
    pub const ALL: Self = Self { packet_addresses: true, direction: true, descriptions: true };
    /// No optional field: only what every record has.
    pub const LEAST: Self = Self { packet_addresses: false, direction: false, descriptions: false };
}

/// Records that could not be read, and what can still be read of them.
#[derive(Clone, Copy, Debug)]
pub struct Discarded<'a> {
    /// The number of records; none for a part of a file whose number of records is unknown.
    pub records: Option<u64>,
    /// `interface-id`; none if it cannot be read either.
    pub interface: Option<&'a [u8]>,
    /// The time of the records: their own, or that of their file according to its name; [`Window::ALWAYS`] if neither is
    /// known.
    pub window: Window,
    /// The name of the file.
    pub file: &'a str,
    /// The position of the first of the records in the file; none for a whole file.
    pub line: Option<u64>,
}

/// Receives records. Each worker has its own sink, so no locks are needed.
pub trait Sink {
    /// The fields that are read of a record that matters. The other fields of a [`FlowRecord`] are none, and its
    /// description has no values.
    const NEEDS: NeededFields = NeededFields::ALL;
    /// Receives the columns of the records in a file: the known fields in their order, and names that are not fields.
    fn columns(&mut self, _fields: &[Field], _unknown: &[String]) {}
    /// The number of a name.
    fn name(&mut self, text: &[u8]) -> NameId;
    /// The number of a set of descriptive values.
    fn description(&mut self, values: &Description<'_>) -> DescriptionId;
    /// The bounds of the records that can matter; none if all records can.
    fn bounds(&self) -> Option<&RecordBounds> {
        None
    }
    /// The bounds as a prefilter for text records.
    fn prefilter(&self) -> Option<Arc<Prefilter>> {
        self.bounds().map(|bounds| Arc::new(Prefilter::new(bounds)))
    }
    /// Receives the counts of records that were skipped because of [`Sink::bounds`]. Records outside the window are
    /// counted by number and time only; records within it are also counted by action and log-status.
    fn skipped(&mut self, _counts: &Totals) {}
    /// Whether a record with these ports can matter.
    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool;
    /// Receives the log-status of a record, which shows that the interface was covered. Called for every record, before
    /// its ports are examined.
    fn coverage(&mut self, interface: NameId, log_status: LogStatus, span: TimeSpan, row: RowRef);
    /// Receives what is known of records that could not be read, so that they do not count as absent.
    fn discarded(&mut self, _records: &Discarded<'_>) {}
    /// Receives a record whose ports matter.
    fn flow(&mut self, record: &FlowRecord);
}
