//! What the readers hand over: one call for each record, with names as small numbers.
//!
//! The readers know formats and nothing of tasks; a [`Sink`] knows what matters and nothing of formats.
//! The port test is the sink's, but asked before anything else of a record is parsed.

use std::sync::Arc;

use super::prefilter::{Prefilter, RecordBounds};
use super::record::{Description, DescriptionId, FlowRecord, LogStatus, NameId, TimeSpan};
use super::totals::Totals;
use crate::model::field::Field;
use crate::model::source::RowRef;

/// Fields that a sink may do without: what nothing asks for is not read, and so not checked either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeededFields {
    /// `pkt-srcaddr` and `pkt-dstaddr`.
    pub packet_addresses: bool,
    /// `flow-direction`.
    pub direction: bool,
    /// The fields of [`DESCRIPTIVE`].
    pub descriptions: bool,
}

impl NeededFields {
    /// Every field.
    pub const ALL: Self = Self { packet_addresses: true, direction: true, descriptions: true };
    /// None of those above: what every record has.
    pub const LEAST: Self = Self { packet_addresses: false, direction: false, descriptions: false };
}

/// Takes records in. One sink a worker: no locks on the way.
pub trait Sink {
    /// What is read of a record that matters; the rest of a [`FlowRecord`] is none, and its description without values.
    const NEEDS: NeededFields = NeededFields::ALL;
    /// Takes note of columns that records of the file have: known fields in their order, and names that are no field's.
    fn columns(&mut self, _fields: &[Field], _unknown: &[String]) {}
    /// The number of a name.
    fn name(&mut self, text: &[u8]) -> NameId;
    /// The number of a set of descriptive values.
    fn description(&mut self, values: &Description<'_>) -> DescriptionId;
    /// What records can matter at all; none if everyone's may.
    fn bounds(&self) -> Option<&RecordBounds> {
        None
    }
    /// The same for records of text.
    fn prefilter(&self) -> Option<Arc<Prefilter>> {
        self.bounds().map(|bounds| Arc::new(Prefilter::new(bounds)))
    }
    /// Counts records that were left out by [`Sink::wanted`]: those outside its window by number and span alone,
    /// those within it by action and log-status too.
    fn skipped(&mut self, _counts: &Totals) {}
    /// Whether a record with these ports can matter.
    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool;
    /// Takes note that the interface was covered. Called for every record, before any port test.
    fn coverage(&mut self, interface: NameId, log_status: LogStatus, span: TimeSpan, row: RowRef);
    /// Takes a record whose ports matter.
    fn flow(&mut self, record: &FlowRecord);
}
