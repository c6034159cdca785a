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
        if let [one] = run {
            return emit(&AggregatedFlow::of(&packed[place(*one)].unpack()));
        }
        run.sort_unstable_by_key(|&word| packed[place(word)].identity());
        let same = |a: &u64, b: &u64| packed[place(*a)].identity() == packed[place(*b)].identity();
        for same_identity in run.chunk_by(same) {
            if let [one] = same_identity {
                self.add(&packed[place(*one)].unpack(), descriptions, emit);
                continue;
            }
            let mut records = std::mem::take(&mut self.buffer);
            records.clear();
            records.extend(same_identity.iter().map(|&word| packed[place(word)].unpack()));
            self.duplicates += drop_duplicates(&mut records, descriptions);
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
