//! Aggregates the records of one batch to flows: duplicates are counted once, all other records are summed up.
//!
//! A packet can be recorded twice, for example by two flow logs over one interface or in a file that is given twice.
//! Two records are duplicates if they agree in interface, addresses, ports, protocol, action, times, packets and
//! bytes, and do not contradict each other in the fields that only some formats have.

use std::cmp::Reverse;

use super::flow::{BUCKET_SECONDS, FlowSums};
use super::packed::{PackedRecord, bucket_of, sums_of};
use crate::ingest::record::{DescriptionId, FlowRecord};

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

    /// Returns whether the record belongs to this flow. The record must be of the same group as `self`.
    fn matches(&self, record: &FlowRecord) -> bool {
        optional(&self.record) == optional(record)
    }
}

/// Merges two descriptions field by field. The result does not depend on the order.
pub(super) trait DescriptionMerger {
    fn merge(&mut self, a: DescriptionId, b: DescriptionId) -> DescriptionId;
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
        let mut group = FlowGroup { open: Vec::new(), buffer: Vec::new(), duplicates: 0 };
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
        match self.open.iter_mut().find(|open| open.matches(record)) {
            Some(open) => open.sums.merge(&sums_of(record), &mut |a, b| descriptions.merge(a, b)),
            None => self.open.push(AggregatedFlow::of(record)),
        }
    }

    fn close(&mut self, emit: &mut impl FnMut(&AggregatedFlow)) {
        self.open.drain(..).for_each(|flow| emit(&flow));
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

/// Returns the fields of a flow that only some formats have.
fn optional(record: &FlowRecord) -> impl Ord + use<> {
    (record.direction, record.pkt_src, record.pkt_dst)
}

/// Removes the duplicates among records of one identity. A record stays if it contradicts every record that stays
/// before it; the records with the most fields come first.
fn drop_duplicates(records: &mut Vec<FlowRecord>, descriptions: &mut impl DescriptionMerger) -> u64 {
    records.sort_unstable_by_key(|record| {
        let known = [record.direction.is_some(), record.pkt_src.is_some(), record.pkt_dst.is_some()];
        let n_known = known.iter().filter(|known| **known).count() + usize::from(record.tcp_flags.is_some());
        (Reverse(n_known), optional(record), record.tcp_flags, record.row)
    });
    let before = records.len();
    let mut n_retained = 0;
    for at in 0..before {
        let record = records[at];
        if let Some(retained) = records[..n_retained].iter_mut().find(|retained| agrees(retained, &record)) {
            complete(retained, &record, descriptions);
        } else {
            records[n_retained] = record;
            n_retained += 1;
        }
    }
    records.truncate(n_retained);
    (before - n_retained) as u64
}

fn agrees(a: &FlowRecord, b: &FlowRecord) -> bool {
    fn agree<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
        a.is_none() || b.is_none() || a == b
    }
    agree(a.direction, b.direction)
        && agree(a.pkt_src, b.pkt_src)
        && agree(a.pkt_dst, b.pkt_dst)
        && agree(a.tcp_flags, b.tcp_flags)
}

/// Copies the fields that the record lacks from its duplicate.
fn complete(record: &mut FlowRecord, other: &FlowRecord, descriptions: &mut impl DescriptionMerger) {
    record.direction = record.direction.or(other.direction);
    record.pkt_src = record.pkt_src.or(other.pkt_src);
    record.pkt_dst = record.pkt_dst.or(other.pkt_dst);
    record.tcp_flags = record.tcp_flags.or(other.tcp_flags);
    record.row = record.row.min(other.row);
    if record.description != other.description {
        record.description = descriptions.merge(record.description, other.description);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;
    use crate::ingest::record::{Action, Direction, NameId, TimeSpan};
    use crate::model::source::{RowRef, SourceId};
    use crate::reduce::copies::folding;
    use crate::reduce::packed::{pack_narrow, pack_wide};

    /// Descriptions are sets of bits, so that merging does not depend on the order.
    struct Union;

    impl DescriptionMerger for Union {
        fn merge(&mut self, a: DescriptionId, b: DescriptionId) -> DescriptionId {
            DescriptionId(a.0 | b.0)
        }
    }

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
