//! One worker's way into the aggregate: what it has met before it knows by itself.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::coverage::CoverageTable;
use super::entry::{NARROW, Packed, WIDE, pack_narrow, pack_wide};
use super::names::Names;
use super::scope::{Scope, ScopeOf};
use super::shared::Shared;
use crate::ingest::prefilter::Prefilter;
use crate::ingest::sink::{
    Action, DESCRIPTIVE, Description, DescriptionId, FlowRecord, NameId, Sighting, Sink, Span, Wanted,
};
use crate::ingest::totals::Totals;
use crate::model::defect::Defects;
use crate::model::source::RowRef;
use crate::model::time::{Timestamp, Window};
use crate::spill::{CHUNK, PARTS, Spill, part_of};

/// Rows of coverage that a worker keeps before it hands them over.
const MOST_COVERAGE: usize = 32 * 1024;

/// What the scope says of one name.
#[derive(Clone, Copy)]
struct NameScope {
    /// When its records are kept.
    kept: Option<Window>,
    /// Whether its coverage is.
    watched: bool,
}

/// Takes the records of some files in.
pub(super) struct Collector<'a> {
    scope: &'a Scope,
    wanted: Option<&'a Wanted>,
    prefilter: Option<Arc<Prefilter>>,
    shared: &'a Shared,
    keeps_everyone: bool,
    names: Names,
    /// By name; none for names this worker has not met.
    name_scope: Vec<Option<NameScope>>,
    /// The addresses of the cases, and when their records are kept.
    address_scope: FxHashMap<IpAddr, Window>,
    descriptions: FxHashMap<Box<[u8]>, DescriptionId>,
    /// The description without any value: the only one of the default format.
    no_description: Option<DescriptionId>,
    joined: Vec<u8>,
    narrow: Outbox<NARROW>,
    wide: Outbox<WIDE>,
    coverage: CoverageTable,
    pub(super) totals: Totals,
    pub(super) defects: Defects,
    /// Why the temporary files could not be written: nothing more is taken in.
    failed: Option<io::Error>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(scope: &'a Scope, wanted: Option<&'a Wanted>, shared: &'a Shared) -> Self {
        let address_scope = match &scope.of {
            ScopeOf::Everyone => FxHashMap::default(),
            ScopeOf::Cases { addresses, .. } => addresses.iter().map(|(at, window)| (*at, *window)).collect(),
        };
        Self {
            scope,
            wanted,
            prefilter: wanted.map(|wanted| Arc::new(Prefilter::new(wanted))),
            shared,
            keeps_everyone: matches!(scope.of, ScopeOf::Everyone),
            names: Names::default(),
            name_scope: Vec::new(),
            address_scope,
            descriptions: FxHashMap::default(),
            no_description: None,
            joined: Vec::new(),
            narrow: Outbox::new(),
            wide: Outbox::new(),
            coverage: CoverageTable::default(),
            totals: Totals::default(),
            defects: Defects::default(),
            failed: None,
        }
    }

    #[inline]
    fn keeps(&self, record: &FlowRecord) -> bool {
        if !self.scope.touches(record.span.start, record.span.end) {
            return false;
        }
        self.keeps_everyone || self.is_of_case(record)
    }

    fn is_of_case(&self, record: &FlowRecord) -> bool {
        let (first, last) = (Timestamp(record.span.start.into()), Timestamp(record.span.end.into()));
        let touches = |window: Option<Window>| window.is_some_and(|window| window.touches(first, last));
        let addresses = [Some(record.src), Some(record.dst), record.pkt_src, record.pkt_dst];
        touches(self.scope_of(record.interface).and_then(|scope| scope.kept))
            || addresses.iter().flatten().any(|address| touches(self.address_scope.get(address).copied()))
    }

    #[inline]
    fn scope_of(&self, name: NameId) -> Option<NameScope> {
        self.name_scope.get(name.0 as usize).copied().flatten()
    }

    #[inline]
    fn is_watched(&self, name: NameId) -> bool {
        self.scope_of(name).is_some_and(|scope| scope.watched)
    }

    #[cold]
    fn meet_name(&mut self, text: &[u8]) -> NameId {
        let id = self.shared.name(text);
        self.names.insert(text, id);
        let place = id.0 as usize;
        if self.name_scope.len() <= place {
            self.name_scope.resize(place + 1, None);
        }
        let text = String::from_utf8_lossy(text);
        let scope = NameScope { kept: self.scope.interface(&text), watched: self.scope.watches(&text) };
        self.name_scope[place] = Some(scope);
        id
    }

    fn some_description(&mut self, values: &Description<'_>) -> DescriptionId {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        for value in values {
            joined.extend_from_slice(value.unwrap_or_default());
            // No field holds a line end, so that two descriptions never join to the same bytes.
            joined.push(b'\n');
        }
        let id = if let Some(&id) = self.descriptions.get(joined.as_slice()) {
            id
        } else {
            let id = self.shared.description(values.map(|value| value.map(|text| self.shared.name(text))));
            self.descriptions.insert(joined.as_slice().into(), id);
            id
        };
        self.joined = joined;
        id
    }

    #[inline]
    fn cover(&mut self, interface: NameId, sighting: Sighting, span: Span, row: RowRef) {
        self.coverage.add(interface, sighting, span, row);
        if self.coverage.len() > MOST_COVERAGE {
            self.flush_coverage();
        }
    }

    #[cold]
    fn flush_coverage(&mut self) {
        let outcome = self.shared.add_coverage(std::mem::take(&mut self.coverage));
        self.note(outcome);
    }

    fn note(&mut self, outcome: io::Result<()>) {
        if let Err(error) = outcome {
            self.failed.get_or_insert(error);
        }
    }

    /// Hands over what is still on its way.
    pub(super) fn finish(mut self) -> io::Result<Defects> {
        self.flush_coverage();
        let outcome = self.narrow.finish(&self.shared.narrow).and(self.wide.finish(&self.shared.wide));
        self.note(outcome);
        self.failed.map_or(Ok(self.defects), Err)
    }
}

/// Entries on their way to each part.
struct Outbox<const N: usize> {
    open: Vec<Vec<[u64; N]>>,
}

impl<const N: usize> Outbox<N>
where
    [u64; N]: Packed,
{
    fn new() -> Self {
        Self { open: vec![Vec::new(); PARTS] }
    }

    #[inline]
    fn add(&mut self, entry: [u64; N], to: &Spill<N>) -> io::Result<()> {
        let part = part_of(entry.conversation_hash(), 0);
        let chunk = &mut self.open[part];
        if chunk.capacity() == 0 {
            chunk.reserve_exact(CHUNK);
        }
        chunk.push(entry);
        if chunk.len() < CHUNK {
            return Ok(());
        }
        to.add(part, std::mem::take(chunk))
    }

    fn finish(&mut self, to: &Spill<N>) -> io::Result<()> {
        for (part, chunk) in self.open.iter_mut().enumerate() {
            let mut chunk = std::mem::take(chunk);
            chunk.shrink_to_fit();
            to.add(part, chunk)?;
        }
        Ok(())
    }
}

impl Sink for Collector<'_> {
    #[inline]
    fn name(&mut self, text: &[u8]) -> NameId {
        match self.names.get(text) {
            Some(id) => id,
            None => self.meet_name(text),
        }
    }

    #[inline]
    fn description(&mut self, values: &Description<'_>) -> DescriptionId {
        if values.iter().any(Option::is_some) {
            return self.some_description(values);
        }
        *self.no_description.get_or_insert_with(|| self.shared.description([None; DESCRIPTIVE.len()]))
    }

    fn wanted(&self) -> Option<&Wanted> {
        self.wanted
    }

    fn prefilter(&self) -> Option<Arc<Prefilter>> {
        self.prefilter.clone()
    }

    fn left_out(&mut self, counts: &Totals) {
        self.totals.merge(counts);
    }

    #[inline]
    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool {
        self.scope.ports.iter().any(|&port| port == src_port || port == dst_port)
    }

    #[inline]
    fn sighting(&mut self, interface: NameId, sighting: Sighting, span: Span, row: RowRef) {
        let can_matter = self.scope.is_in_bounds(span.start, span.end);
        self.totals.count(sighting, span, can_matter);
        if can_matter && self.is_watched(interface) {
            self.cover(interface, sighting, span, row);
        }
    }

    #[inline]
    fn flow(&mut self, record: &FlowRecord) {
        if !self.keeps(record) {
            return;
        }
        if !self.is_watched(record.interface) {
            self.cover(record.interface, Sighting::Ok(Action::Accept), record.span, record.row);
        }
        let outcome = match pack_narrow(record) {
            Some(entry) => self.narrow.add(entry, &self.shared.narrow),
            None => self.wide.add(pack_wide(record), &self.shared.wide),
        };
        self.note(outcome);
    }
}
