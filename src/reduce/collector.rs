//! The sink of one worker. It caches everything that the worker has seen before, so that the shared tables are rarely
//! locked.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::coverage::CoverageTable;
use super::discards::Discards;
use super::filter::{RecordFilter, RecordSet};
use super::names::Names;
use super::packed::{NARROW, PackedRecord, WIDE, pack_narrow, pack_wide};
use super::pending_discards::PendingDiscards;
use super::shared::Shared;
use crate::ingest::prefilter::Prefilter;
use crate::ingest::prefilter::RecordBounds;
use crate::ingest::record::{
    Action, DESCRIPTIVE, Description, DescriptionId, FlowRecord, LogStatus, NameId, TimeSpan,
};
use crate::ingest::sink::{Discarded, Sink};
use crate::ingest::totals::Totals;
use crate::model::defect::Defects;
use crate::model::source::RowRef;
use crate::model::time::{Timestamp, Window};
use crate::spill::{CHUNK, PARTITIONS, Spill, partition_of};

/// Rows of coverage that a worker holds before it adds them to the shared table.
const MAX_COVERAGE_ROWS: usize = 32 * 1024;

/// The filter as it applies to one name.
#[derive(Clone, Copy)]
struct NameFilter {
    /// The window in which records of this interface are retained.
    retained: Option<Window>,
    /// Whether all records of this interface count for the coverage.
    watched: bool,
}

/// Collects the retained records of some files.
pub(super) struct Collector<'a> {
    filter: &'a RecordFilter,
    bounds: Option<&'a RecordBounds>,
    prefilter: Option<Arc<Prefilter>>,
    shared: &'a Shared,
    retains_all: bool,
    names: Names,
    /// Filters by name; none for a name that this worker has not seen.
    name_filters: Vec<Option<NameFilter>>,
    /// The addresses of the cases, and the window in which the records of each are retained.
    case_addresses: FxHashMap<IpAddr, Window>,
    descriptions: FxHashMap<Box<[u8]>, DescriptionId>,
    /// The description without any value. It is the only one in the default format.
    no_description: Option<DescriptionId>,
    description_key: Vec<u8>,
    narrow: PartitionBuffers<NARROW>,
    wide: PartitionBuffers<WIDE>,
    coverage: CoverageTable,
    pub(super) totals: Totals,
    pub(super) defects: Defects,
    discards: PendingDiscards,
    /// The first error while a temporary file was written. The worker reports it at its end.
    failed: Option<io::Error>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(
        filter: &'a RecordFilter,
        bounds: Option<&'a RecordBounds>,
        shared: &'a Shared,
    ) -> Self {
        let case_addresses = match &filter.of {
            RecordSet::All => FxHashMap::default(),
            RecordSet::Cases { addresses, .. } => {
                addresses.iter().map(|(at, window)| (*at, *window)).collect()
            }
        };
        Self {
            filter,
            bounds,
            prefilter: bounds.map(|bounds| Arc::new(Prefilter::new(bounds))),
            shared,
            retains_all: matches!(filter.of, RecordSet::All),
            names: Names::default(),
            name_filters: Vec::new(),
            case_addresses,
            descriptions: FxHashMap::default(),
            no_description: None,
            description_key: Vec::new(),
            narrow: PartitionBuffers::new(),
            wide: PartitionBuffers::new(),
            coverage: CoverageTable::default(),
            totals: Totals::default(),
            defects: Defects::default(),
            discards: PendingDiscards::default(),
            failed: None,
        }
    }

    #[inline]
    fn retains(&self, record: &FlowRecord) -> bool {
        if !self.filter.touches(record.span.start, record.span.end) {
            return false;
        }
        self.retains_all || self.is_of_case(record)
    }

    fn is_of_case(&self, record: &FlowRecord) -> bool {
        let (first, last) = (Timestamp(record.span.start.into()), Timestamp(record.span.end.into()));
        let touches = |window: Option<Window>| window.is_some_and(|window| window.touches(first, last));
        let addresses = [Some(record.src), Some(record.dst), record.pkt_src, record.pkt_dst];
        touches(self.filter_of(record.interface).and_then(|filter| filter.retained))
            || addresses.iter().flatten().any(|address| touches(self.case_addresses.get(address).copied()))
    }

    #[inline]
    fn filter_of(&self, name: NameId) -> Option<NameFilter> {
        self.name_filters.get(name.0 as usize).copied().flatten()
    }

    #[inline]
    fn is_watched(&self, name: NameId) -> bool {
        self.filter_of(name).is_some_and(|filter| filter.watched)
    }

    #[cold]
    fn register_name(&mut self, text: &[u8]) -> NameId {
        let id = self.shared.name(text);
        self.names.insert(text, id);
        let place = id.0 as usize;
        if self.name_filters.len() <= place {
            self.name_filters.resize(place + 1, None);
        }
        let text = String::from_utf8_lossy(text);
        let filter = NameFilter {
            retained: self.filter.interface(&text),
            watched: self.filter.tracks_coverage(&text),
        };
        self.name_filters[place] = Some(filter);
        id
    }

    fn description_of_values(&mut self, values: &Description<'_>) -> DescriptionId {
        let mut description_key = std::mem::take(&mut self.description_key);
        description_key.clear();
        for value in values {
            description_key.extend_from_slice(value.unwrap_or_default());
            // No field contains a line end, so two different descriptions never have the same key.
            description_key.push(b'\n');
        }
        let id = if let Some(&id) = self.descriptions.get(description_key.as_slice()) {
            id
        } else {
            let id = self.shared.description(values.map(|value| value.map(|text| self.shared.name(text))));
            self.descriptions.insert(description_key.as_slice().into(), id);
            id
        };
        self.description_key = description_key;
        id
    }

    #[inline]
    fn add_coverage(&mut self, interface: NameId, log_status: LogStatus, span: TimeSpan, row: RowRef) {
        self.coverage.add(interface, log_status, span, row);
        if self.coverage.len() > MAX_COVERAGE_ROWS {
            self.flush_coverage();
        }
    }

    #[cold]
    fn flush_coverage(&mut self) {
        let outcome = self.shared.add_coverage(std::mem::take(&mut self.coverage));
        self.record_failure(outcome);
    }

    fn record_failure(&mut self, outcome: io::Result<()>) {
        if let Err(error) = outcome {
            self.failed.get_or_insert(error);
        }
    }

    /// Adds everything that is still buffered to the shared tables. Returns the defects, and the records that could not be
    /// read.
    pub(super) fn finish(mut self) -> io::Result<(Defects, Discards)> {
        self.flush_coverage();
        let outcome = self.narrow.finish(&self.shared.narrow).and(self.wide.finish(&self.shared.wide));
        self.record_failure(outcome);
        self.failed.map_or_else(|| Ok((self.defects, self.discards.finish())), Err)
    }
}

/// Buffers for each partition: a chunk is added to the partition when it is full.
struct PartitionBuffers<const N: usize> {
    open: Vec<Vec<[u64; N]>>,
}

impl<const N: usize> PartitionBuffers<N>
where
    [u64; N]: PackedRecord,
{
    fn new() -> Self {
        Self { open: vec![Vec::new(); PARTITIONS] }
    }

    #[inline]
    fn add(&mut self, packed: [u64; N], to: &Spill<N>) -> io::Result<()> {
        let partition = partition_of(packed.conversation_hash(), 0);
        let chunk = &mut self.open[partition];
        if chunk.capacity() == 0 {
            chunk.reserve_exact(CHUNK);
        }
        chunk.push(packed);
        if chunk.len() < CHUNK {
            return Ok(());
        }
        to.add_full(partition, chunk)
    }

    fn finish(&mut self, to: &Spill<N>) -> io::Result<()> {
        for (partition, chunk) in self.open.iter_mut().enumerate() {
            let mut chunk = std::mem::take(chunk);
            chunk.shrink_to_fit();
            to.add(partition, chunk)?;
        }
        Ok(())
    }
}

impl Sink for Collector<'_> {
    #[inline]
    fn name(&mut self, text: &[u8]) -> NameId {
        match self.names.get(text) {
            Some(id) => id,
            None => self.register_name(text),
        }
    }

    #[inline]
    fn description(&mut self, values: &Description<'_>) -> DescriptionId {
        if values.iter().any(Option::is_some) {
            return self.description_of_values(values);
        }
        *self.no_description.get_or_insert_with(|| self.shared.description([None; DESCRIPTIVE.len()]))
    }

    fn bounds(&self) -> Option<&RecordBounds> {
        self.bounds
    }

    fn prefilter(&self) -> Option<Arc<Prefilter>> {
        self.prefilter.clone()
    }

    fn skipped(&mut self, counts: &Totals) {
        self.totals.merge(counts);
    }

    #[inline]
    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool {
        self.filter.ports.iter().any(|&port| port == src_port || port == dst_port)
    }

    #[inline]
    fn coverage(&mut self, interface: NameId, log_status: LogStatus, span: TimeSpan, row: RowRef) {
        let can_matter = self.filter.is_in_bounds(span.start, span.end);
        self.totals.count(log_status, span, can_matter);
        if can_matter && self.is_watched(interface) {
            self.add_coverage(interface, log_status, span, row);
        }
    }

    #[cold]
    fn discarded(&mut self, records: &Discarded<'_>) {
        let of_other = |id: &[u8]| !self.filter.tracks_coverage(&String::from_utf8_lossy(id));
        if self.filter.overlaps(records.window) && !records.interface.is_some_and(of_other) {
            self.discards.add(records);
        }
    }

    #[inline]
    fn flow(&mut self, record: &FlowRecord) {
        if !self.retains(record) {
            return;
        }
        if !self.is_watched(record.interface) {
            self.add_coverage(record.interface, LogStatus::Ok(Action::Accept), record.span, record.row);
        }
        let outcome = match pack_narrow(record) {
            Some(packed) => self.narrow.add(packed, &self.shared.narrow),
            None => self.wide.add(pack_wide(record), &self.shared.wide),
        };
        self.record_failure(outcome);
    }
}
