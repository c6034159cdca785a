//! One worker's way into the aggregate: what it has met before it knows by itself.

use std::net::{IpAddr, Ipv4Addr};

use rustc_hash::FxHashMap;

use super::BUCKET_SECONDS;
use super::coverage::CoverageTable;
use super::names::Names;
use super::scope::{Scope, ScopeOf};
use super::shared::{PARTITIONS, Shared};
use super::table::{BATCH, Flow, FlowKey, FlowSums};
use crate::ingest::sink::{
    Action, AddressId, DESCRIPTIVE, Description, DescriptionId, FlowRecord, NameId, Sighting, Sink, Span,
};
use crate::ingest::totals::Totals;
use crate::model::defect::Defects;
use crate::model::source::RowRef;
use crate::model::time::{Timestamp, Window};

/// Places for the IPv4 addresses met last: together half of a second-level cache's smallest kind.
const RECENT: usize = 1 << 14;

/// The place an address's bits give it.
#[inline]
fn recent_place(bits: u32) -> usize {
    (bits.wrapping_mul(0x9e37_79b1) >> 18) as usize
}

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
    shared: &'a Shared,
    keeps_everyone: bool,
    names: Names,
    /// By name; none for names this worker has not met.
    name_scope: Vec<Option<NameScope>>,
    ipv4: FxHashMap<u32, AddressId>,
    /// The IPv4 addresses met last, each in the one place its bits give it: most are met again soon.
    recent_ipv4: Vec<(u32, AddressId)>,
    ipv6: FxHashMap<u128, AddressId>,
    descriptions: FxHashMap<Box<[u8]>, DescriptionId>,
    /// The description without any value: the only one of the default format.
    no_description: Option<DescriptionId>,
    joined: Vec<u8>,
    /// Flows on their way to each partition.
    batches: Vec<Vec<(u64, Flow)>>,
    pub(super) coverage: CoverageTable,
    pub(super) totals: Totals,
    pub(super) defects: Defects,
}

impl<'a> Collector<'a> {
    pub(super) fn new(scope: &'a Scope, shared: &'a Shared) -> Self {
        Self {
            scope,
            shared,
            keeps_everyone: matches!(scope.of, ScopeOf::Everyone),
            names: Names::default(),
            name_scope: Vec::new(),
            ipv4: FxHashMap::default(),
            recent_ipv4: Vec::new(),
            ipv6: FxHashMap::default(),
            descriptions: FxHashMap::default(),
            no_description: None,
            joined: Vec::new(),
            batches: vec![Vec::new(); PARTITIONS],
            coverage: CoverageTable::default(),
            totals: Totals::default(),
            defects: Defects::default(),
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
        let touches_address = |address: &IpAddr| touches(self.scope.address(*address));
        touches(self.scope_of(record.interface).and_then(|scope| scope.kept))
            || addresses.iter().flatten().any(touches_address)
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

    #[inline]
    fn address(&mut self, address: IpAddr) -> AddressId {
        match address {
            IpAddr::V4(v4) => self.ipv4_address(v4),
            IpAddr::V6(v6) => match self.ipv6.get(&v6.to_bits()) {
                Some(&id) => id,
                None => self.meet_address(address),
            },
        }
    }

    #[inline]
    fn ipv4_address(&mut self, address: Ipv4Addr) -> AddressId {
        let bits = address.to_bits();
        let place = recent_place(bits);
        if let Some((recent, id)) = self.recent_ipv4.get(place)
            && *recent == bits
        {
            return *id;
        }
        let id = match self.ipv4.get(&bits) {
            Some(&id) => id,
            None => self.meet_address(address.into()),
        };
        if self.recent_ipv4.is_empty() {
            // Until a place is taken it holds this address, which is right wherever it is found.
            self.recent_ipv4 = vec![(bits, id); RECENT];
        }
        self.recent_ipv4[place] = (bits, id);
        id
    }

    #[cold]
    fn meet_address(&mut self, address: IpAddr) -> AddressId {
        let id = self.shared.address(address);
        match address {
            IpAddr::V4(v4) => self.ipv4.insert(v4.to_bits(), id),
            IpAddr::V6(v6) => self.ipv6.insert(v6.to_bits(), id),
        };
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

    fn add(&mut self, flow: Flow) {
        let hash = flow.key.hash();
        // The hash's best bits are its highest; the table uses those below.
        let partition = (hash >> 56) as usize % PARTITIONS;
        let batch = &mut self.batches[partition];
        batch.push((hash, flow));
        if batch.len() == BATCH {
            self.shared.add(partition, batch);
            batch.clear();
        }
    }

    /// Hands over what is still on its way.
    pub(super) fn flush(&mut self) {
        for (partition, batch) in self.batches.iter_mut().enumerate() {
            self.shared.add(partition, batch);
            batch.clear();
        }
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

    #[inline]
    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool {
        self.scope.ports.iter().any(|&port| port == src_port || port == dst_port)
    }

    #[inline]
    fn sighting(&mut self, interface: NameId, sighting: Sighting, span: Span, row: RowRef) {
        self.totals.count(sighting, span);
        if self.is_watched(interface) && self.scope.touches(span.start, span.end) {
            self.coverage.add(interface, sighting, span, row);
        }
    }

    #[inline]
    fn flow(&mut self, record: &FlowRecord) {
        if !self.keeps(record) {
            return;
        }
        if !self.is_watched(record.interface) {
            self.coverage.add(record.interface, Sighting::Ok(Action::Accept), record.span, record.row);
        }
        let key = FlowKey {
            interface: record.interface,
            src: self.address(record.src),
            dst: self.address(record.dst),
            src_port: record.src_port,
            dst_port: record.dst_port,
            protocol: record.protocol,
            action: record.action,
            direction: record.direction,
            pkt_src: record.pkt_src.map(|address| self.address(address)),
            pkt_dst: record.pkt_dst.map(|address| self.address(address)),
            bucket: record.span.start / BUCKET_SECONDS * BUCKET_SECONDS,
        };
        let sums = FlowSums {
            records: 1,
            packets: record.packets,
            bytes: record.bytes,
            tcp_flags: record.tcp_flags,
            first_start: record.span.start,
            last_end: record.span.end,
            description: record.description,
            sample: record.row,
        };
        self.add(Flow { key, sums });
    }
}
