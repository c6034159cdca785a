//! One worker's share of the aggregate, and how shares become one.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::coverage::CoverageTable;
use super::dictionary::Dictionary;
use super::run::Totals;
use super::scope::Scope;
use super::table::{Flow, FlowKey, FlowSums, FlowTable};
use super::{BUCKET_SECONDS, Reduced};
use crate::ingest::sink::{
    Action, AddressId, DESCRIPTIVE, Description, DescriptionId, FlowRecord, NameId, Sighting, Sink, Span,
};
use crate::model::defect::Defects;
use crate::model::source::RowRef;
use crate::model::time::{Timestamp, Window};

type Descriptions = Dictionary<[Option<NameId>; DESCRIPTIVE.len()]>;

/// Takes the records of some files in.
pub(super) struct Collector<'a> {
    scope: &'a Scope,
    names: Dictionary<Box<[u8]>>,
    /// By name: the window in which its records are kept, and whether its coverage is.
    name_scope: Vec<(Option<Window>, bool)>,
    addresses: Dictionary<IpAddr>,
    /// By address: the window in which its records are kept.
    address_scope: Vec<Option<Window>>,
    descriptions: Descriptions,
    /// Numbers of descriptions by their joined text, to spare a look-up of each part.
    described: FxHashMap<Box<[u8]>, DescriptionId>,
    joined: Vec<u8>,
    flows: FlowTable,
    coverage: CoverageTable,
    totals: Totals,
    pub(super) defects: Defects,
}

impl<'a> Collector<'a> {
    pub(super) fn new(scope: &'a Scope) -> Self {
        Self {
            scope,
            names: Dictionary::default(),
            name_scope: Vec::new(),
            addresses: Dictionary::default(),
            address_scope: Vec::new(),
            descriptions: Dictionary::default(),
            described: FxHashMap::default(),
            joined: Vec::new(),
            flows: FlowTable::default(),
            coverage: CoverageTable::default(),
            totals: Totals::default(),
            defects: Defects::default(),
        }
    }

    /// How many records came so far.
    pub(super) fn n_records(&self) -> u64 {
        self.totals.records
    }

    fn keeps(&self, record: &FlowRecord) -> bool {
        let (first, last) = (Timestamp(record.span.start.into()), Timestamp(record.span.end.into()));
        let touches = |window: Option<Window>| window.is_some_and(|window| window.touches(first, last));
        let by_address = |address: AddressId| touches(self.address_scope[address.0 as usize]);
        self.scope.touches(record.span.start, record.span.end)
            && (touches(self.name_scope[record.interface.0 as usize].0)
                || by_address(record.src)
                || by_address(record.dst)
                || record.pkt_src.is_some_and(by_address)
                || record.pkt_dst.is_some_and(by_address))
    }

    /// Takes in another worker's share.
    pub(super) fn merge(&mut self, other: Self) {
        let names: Vec<NameId> = other.names.values().iter().map(|name| self.name(name)).collect();
        let name = |id: NameId| names[id.0 as usize];
        let addresses: Vec<AddressId> =
            other.addresses.values().iter().map(|&address| self.address(address)).collect();
        let address = |id: AddressId| addresses[id.0 as usize];
        let descriptions: Vec<DescriptionId> = other
            .descriptions
            .values()
            .iter()
            .map(|values| {
                DescriptionId(self.descriptions.number(&values.map(|value| value.map(name)), |&v| v).0)
            })
            .collect();
        for Flow { key, sums } in other.flows.into_flows() {
            let key = key.renumbered(name, address);
            let sums = FlowSums { description: descriptions[sums.description.0 as usize], ..sums };
            self.add(key, &sums);
        }
        for row in other.coverage.into_rows() {
            self.coverage.merge(&super::CoverageRow { interface: name(row.interface), ..row });
        }
        self.totals.merge(&other.totals);
        self.defects.merge(other.defects);
    }

    fn add(&mut self, key: FlowKey, sums: &FlowSums) {
        let Self { flows, names, descriptions, .. } = self;
        flows.add(key, sums, |a, b| merge_descriptions(names, descriptions, a, b));
    }

    /// The aggregate, everything renumbered in the order of what it stands for and sorted.
    pub(super) fn finish(self) -> Reduced {
        let (names, new_names) = self.names.into_sorted();
        let (addresses, new_addresses) = self.addresses.into_sorted();
        let name = |id: NameId| NameId(new_names[id.0 as usize]);
        let address = |id: AddressId| AddressId(new_addresses[id.0 as usize]);
        let mut flows = self.flows.into_flows();
        for flow in &mut flows {
            flow.key = flow.key.renumbered(name, address);
        }
        rayon::slice::ParallelSliceMut::par_sort_unstable_by_key(&mut flows[..], |flow| flow.key);
        let mut coverage = self.coverage.into_rows();
        for row in &mut coverage {
            row.interface = name(row.interface);
        }
        coverage.sort_unstable_by_key(|row| (row.interface, row.bucket));
        Reduced {
            names: names.iter().map(|name| String::from_utf8_lossy(name).into()).collect(),
            addresses,
            descriptions: self
                .descriptions
                .values()
                .iter()
                .map(|values| values.map(|v| v.map(name)))
                .collect(),
            totals: Totals { kept: flows.iter().map(|flow| flow.sums.records).sum(), ..self.totals },
            flows,
            coverage,
            defects: self.defects,
        }
    }
}

/// Field by field the smaller text, so that merging ignores the order.
fn merge_descriptions(
    names: &Dictionary<Box<[u8]>>,
    descriptions: &mut Descriptions,
    a: DescriptionId,
    b: DescriptionId,
) -> DescriptionId {
    let values = descriptions.values();
    let (mut merged, other) = (values[a.0 as usize], values[b.0 as usize]);
    for (value, other) in merged.iter_mut().zip(other) {
        *value = (*value).into_iter().chain(other).min_by_key(|id| &names.values()[id.0 as usize]);
    }
    DescriptionId(descriptions.number(&merged, |&values| values).0)
}

impl FlowKey {
    fn renumbered(self, name: impl Fn(NameId) -> NameId, address: impl Fn(AddressId) -> AddressId) -> Self {
        Self {
            interface: name(self.interface),
            src: address(self.src),
            dst: address(self.dst),
            pkt_src: self.pkt_src.map(&address),
            pkt_dst: self.pkt_dst.map(&address),
            ..self
        }
    }
}

impl Sink for Collector<'_> {
    #[inline]
    fn name(&mut self, text: &[u8]) -> NameId {
        let (number, is_new) = self.names.number(text, |text| text.into());
        if is_new {
            let text = String::from_utf8_lossy(text);
            self.name_scope.push((self.scope.interface(&text), self.scope.watches(&text)));
        }
        NameId(number)
    }

    #[inline]
    fn address(&mut self, address: IpAddr) -> AddressId {
        let (number, is_new) = self.addresses.number(&address, |&address| address);
        if is_new {
            self.address_scope.push(self.scope.address(address));
        }
        AddressId(number)
    }

    fn description(&mut self, values: &Description<'_>) -> DescriptionId {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        for value in values {
            joined.extend_from_slice(value.unwrap_or_default());
            // No field holds a line end, so that two descriptions never join to the same bytes.
            joined.push(b'\n');
        }
        let id = if let Some(&id) = self.described.get(joined.as_slice()) {
            id
        } else {
            let numbers = values.map(|value| value.map(|text| self.name(text)));
            let id = DescriptionId(self.descriptions.number(&numbers, |&values| values).0);
            self.described.insert(joined.as_slice().into(), id);
            id
        };
        self.joined = joined;
        id
    }

    #[inline]
    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool {
        self.scope.ports.iter().any(|&port| port == src_port || port == dst_port)
    }

    #[inline]
    fn sighting(&mut self, interface: NameId, sighting: Sighting, span: Span, row: RowRef) {
        self.totals.count(sighting, span);
        if self.name_scope[interface.0 as usize].1 && self.scope.touches(span.start, span.end) {
            self.coverage.add(interface, sighting, span, row);
        }
    }

    #[inline]
    fn flow(&mut self, record: &FlowRecord) {
        if !self.keeps(record) {
            return;
        }
        if !self.name_scope[record.interface.0 as usize].1 {
            self.coverage.add(record.interface, Sighting::Ok(Action::Accept), record.span, record.row);
        }
        let key = FlowKey {
            interface: record.interface,
            src: record.src,
            dst: record.dst,
            src_port: record.src_port,
            dst_port: record.dst_port,
            protocol: record.protocol,
            action: record.action,
            direction: record.direction,
            pkt_src: record.pkt_src,
            pkt_dst: record.pkt_dst,
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
        self.add(key, &sums);
    }
}
