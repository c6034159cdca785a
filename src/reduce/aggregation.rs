//! Aggregates the records of one batch to flows: duplicates are counted once, all other records are summed up.
//!
//! A packet can be recorded twice, for example by two flow logs over one interface or in a file that is given twice.
//! Two records are duplicates if they agree in interface, addresses, ports, protocol, action, times, packets and
//! bytes, and do not contradict each other in the fields that only some formats have.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;

use super::duplicates::{DescriptionMerger, drop_duplicates};
use super::flow::{BUCKET_SECONDS, FlowSums};
use super::packed::{PackedRecord, bucket_of, sums_of};
use crate::ingest::record::{Direction, FlowRecord};

/// A flow of the aggregate. Its addresses are not numbered yet.
#[derive(Clone, Copy, Debug)]
pub struct AggregatedFlow {
    /// One of the records of the flow. The fields that identify the flow are the same in all of its records.
    pub record: FlowRecord,
    /// The sums over the records.
    pub sums: FlowSums,
}

impl AggregatedFlow {
    fn of(record: &FlowRecord) -> Self {
        Self { record: *record, sums: sums_of(record) }
    }

    /// Returns `start` rounded down to ten minutes, Unix seconds.
    #[must_use]
    pub fn bucket(&self) -> u32 {
        bucket_of(&self.record)
    }
}

/// Bits of a record's position. They replace the lowest bits of its hash.
const PLACE_BITS: u32 = 24;

/// Calls `emit` with each flow of the records and returns the number of duplicates.
///
/// All records of a flow must be in `packed`; otherwise `emit` gets the flow in several parts, each with a part of
/// the sums.
pub(super) fn aggregate_records<E: PackedRecord>(
    packed: &[E],
    descriptions: &mut impl DescriptionMerger,
    mut emit: impl FnMut(&AggregatedFlow),
) -> u64 {
    let mut duplicates = 0;
    // A position has 24 bits, so a larger batch is processed in slices. The flows of different slices are not merged
    // here.
    for packed in packed.chunks(1 << PLACE_BITS) {
        let mut order: Vec<u64> = (0_u64..)
            .zip(packed)
            .map(|(place, record)| record.flow_hash() >> PLACE_BITS << PLACE_BITS | place)
            .collect();
        order.sort_unstable();
        let mut group =
            FlowGroup { open: Vec::new(), by_optional: HashMap::new(), buffer: Vec::new(), duplicates: 0 };
        for run in order.chunk_by_mut(|a, b| a >> PLACE_BITS == b >> PLACE_BITS) {
            group.run(packed, run, descriptions, &mut emit);
        }
        duplicates += group.duplicates;
    }
    duplicates
}

/// The flows that are being summed up.
struct FlowGroup {
    open: Vec<AggregatedFlow>,
    /// The index of each open flow, by its optional fields.
    by_optional: HashMap<OptionalFields, usize>,
    buffer: Vec<FlowRecord>,
    duplicates: u64,
}

fn place(word: u64) -> usize {
    usize::try_from(word & ((1 << PLACE_BITS) - 1)).expect("a place has 24 bits")
}

impl FlowGroup {
    /// Processes the records with one hash: nearly always the records of one flow.
    fn run<E: PackedRecord>(
        &mut self,
        packed: &[E],
        run: &mut [u64],
        descriptions: &mut impl DescriptionMerger,
        emit: &mut impl FnMut(&AggregatedFlow),
    ) {
        if let [one] = run
            && packed[place(*one)].counted_copies().is_none()
        {
            return emit(&AggregatedFlow::of(&packed[place(*one)].unpack()));
        }
        run.sort_unstable_by_key(|&word| packed[place(word)].identity());
        let same = |a: &u64, b: &u64| packed[place(*a)].identity() == packed[place(*b)].identity();
        for same_identity in run.chunk_by(same) {
            let mut records = std::mem::take(&mut self.buffer);
            records.clear();
            for one in same_identity.iter().map(|&word| &packed[place(word)]) {
                match one.counted_copies() {
                    Some(copies) => self.duplicates += copies,
                    None => records.push(one.unpack()),
                }
            }
            if records.len() > 1 {
                self.duplicates += drop_duplicates(&mut records, descriptions);
            }
            for record in &records {
                self.add(record, descriptions, emit);
            }
            self.buffer = records;
        }
        self.close(emit);
    }

    fn add(
        &mut self,
        record: &FlowRecord,
        descriptions: &mut impl DescriptionMerger,
        emit: &mut impl FnMut(&AggregatedFlow),
    ) {
        if self.open.first().is_some_and(|open| !is_same_group(&open.record, record)) {
            self.close(emit);
        }
        match self.place_of(record) {
            Some(at) => self.open[at].sums.merge(&sums_of(record), &mut |a, b| descriptions.merge(a, b)),
            None => self.open.push(AggregatedFlow::of(record)),
        }
    }

    /// The index of the open flow of a record; none if it has none, which is then expected to be added. One flow is the
    /// rule, so the index is filled when there are several.
    fn place_of(&mut self, record: &FlowRecord) -> Option<usize> {
        let first = self.open.first()?;
        if optional(&first.record) == optional(record) {
            return Some(0);
        }
        match self.by_optional.entry(optional(record)) {
            Entry::Occupied(entry) => Some(*entry.get()),
            Entry::Vacant(entry) => {
                entry.insert(self.open.len());
                None
            }
        }
    }

    fn close(&mut self, emit: &mut impl FnMut(&AggregatedFlow)) {
        self.open.drain(..).for_each(|flow| emit(&flow));
        self.by_optional.clear();
    }
}

fn is_same_group(a: &FlowRecord, b: &FlowRecord) -> bool {
    let key = |record: &FlowRecord| {
        let ports = (record.src_port, record.dst_port);
        let bucket = record.span.start / BUCKET_SECONDS;
        (record.interface, record.src, record.dst, ports, record.protocol, record.action, bucket)
    };
    key(a) == key(b)
}

/// The fields of a flow that only some formats have: direction, packet source and packet destination.
type OptionalFields = (Option<Direction>, Option<IpAddr>, Option<IpAddr>);

fn optional(record: &FlowRecord) -> OptionalFields {
    (record.direction, record.pkt_src, record.pkt_dst)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;
    use crate::ingest::record::{Action, DescriptionId, NameId, TimeSpan};
    use crate::model::source::{RowRef, SourceId};
    use crate::reduce::copies::folding;
    use crate::reduce::duplicates::Union;
    use crate::reduce::packed::{pack_narrow, pack_wide};

    prop_compose! {
        fn record()(
            optional in (prop::option::of(any::<bool>()), prop::option::of(0_u32..2), prop::option::of(0_u16..2)),
            numbers in (0_u32..2, 0_u32..2, 1_u32..4),
            line in 1_u64..99,
        ) -> FlowRecord {
            let (ingress, packet, tcp_flags) = optional;
            let (bytes, start, description) = numbers;
            let address = |bits: u32| IpAddr::V4(bits.into());
            FlowRecord {
                interface: NameId(7), src: address(1), dst: address(2), src_port: 1, dst_port: 443, protocol: 6,
                pkt_src: packet.map(address), pkt_dst: None, action: Action::Accept,
                direction: ingress.map(|is| if is { Direction::Ingress } else { Direction::Egress }),
                packets: 1, bytes: bytes.into(), tcp_flags, span: TimeSpan { start, end: 9 },
                description: DescriptionId(description), row: RowRef { source: SourceId(3), line },
            }
        }
    }

    /// The flows in order, and the number of duplicates.
    fn aggregated<E: PackedRecord>(packed: &[E]) -> (Vec<String>, u64) {
        let mut flows = Vec::new();
        let duplicates = aggregate_records(packed, &mut Union, |flow| {
            flows.push(format!("{:?} {:?}", optional_text(&flow.record), flow.sums));
        });
        flows.sort();
        (flows, duplicates)
    }

    fn optional_text(record: &FlowRecord) -> String {
        format!("{:?} {:?} {:?}", record.direction, record.pkt_src, record.pkt_dst)
    }

    proptest! {
        #[test]
        fn folding_copies_changes_neither_flows_nor_the_number_of_duplicates(
            distinct in prop::collection::vec(record(), 1..8),
            picks in prop::collection::vec((any::<prop::sample::Index>(), 1_u64..99), 0..60),
            folded in 0_usize..61,
        ) {
            let pick = |(index, line): &(prop::sample::Index, u64)| {
                let one = *index.get(&distinct);
                FlowRecord { row: RowRef { line: *line, ..one.row }, ..one }
            };
            let records: Vec<FlowRecord> = picks.iter().map(pick).collect();
            let at = folded.min(records.len());
            let narrow: Vec<_> = records.iter().map(|record| pack_narrow(record).unwrap()).collect();
            let mut some = narrow[..at].to_vec();
            (folding().fold)(&mut some);
            some.extend(&narrow[at..]);
            prop_assert_eq!(aggregated(&some), aggregated(&narrow));
            let six = |record: &FlowRecord| pack_wide(&FlowRecord { src: Ipv6Addr::LOCALHOST.into(), ..*record });
            let wide: Vec<_> = records.iter().map(six).collect();
            let mut some = wide.clone();
            (folding().fold)(&mut some);
            prop_assert_eq!(aggregated(&some), aggregated(&wide));
        }
    }
}
