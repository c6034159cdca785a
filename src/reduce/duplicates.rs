//! Removes the duplicates among records of one identity.
//!
//! Goes in: records that agree in interface, addresses, ports, protocol, action, times, packets and bytes. Comes out: those
//! that contradict each other in the fields that only some formats have. The time grows with the number of records, and
//! not with its square, also if all of them contradict each other.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::net::IpAddr;

use crate::ingest::record::{DescriptionId, Direction, FlowRecord};

/// Among so few records, each is compared with each.
const FEW: usize = 32;

/// Merges two descriptions field by field. The result does not depend on the order.
pub(super) trait DescriptionMerger {
    fn merge(&mut self, a: DescriptionId, b: DescriptionId) -> DescriptionId;
}

/// The fields that only some formats have: direction, packet source, packet destination and TCP flags.
type ComparedValues = (Option<Direction>, Option<IpAddr>, Option<IpAddr>, Option<u16>);

/// Which of these fields a record has: one bit each.
type FieldMask = u8;

/// Removes the duplicates among records of one identity. A record stays if it contradicts every record that stays
/// before it; the records with the most fields come first. Returns the number of removed records.
pub(super) fn drop_duplicates(
    records: &mut Vec<FlowRecord>,
    descriptions: &mut impl DescriptionMerger,
) -> u64 {
    records.sort_unstable_by_key(|record| {
        let optional = (record.direction, record.pkt_src, record.pkt_dst);
        (Reverse(mask(record).count_ones()), optional, record.tcp_flags, record.row)
    });
    let before = records.len();
    let mut index = (before > FEW).then(|| RetainedIndex::new(records));
    let mut n_retained = 0;
    for at in 0..before {
        let record = records[at];
        let retained = &mut records[..n_retained];
        let same = match &mut index {
            Some(index) => index.first(&record, retained),
            None => retained.iter().position(|retained| agrees(retained, &record)),
        };
        let changed = if let Some(place) = same {
            let before = mask(&retained[place]);
            complete(&mut retained[place], &record, descriptions);
            (mask(&retained[place]) != before).then_some(place)
        } else {
            records[n_retained] = record;
            n_retained += 1;
            Some(n_retained - 1)
        };
        if let (Some(index), Some(place)) = (&mut index, changed) {
            index.add(place, &records[place]);
        }
    }
    records.truncate(n_retained);
    (before - n_retained) as u64
}

/// Finds the records that stay by the values that another record can have in common with them.
struct RetainedIndex {
    /// The masks of all records.
    masks: BTreeSet<FieldMask>,
    /// The masks that records that stay had.
    retained_masks: BTreeSet<FieldMask>,
    /// The places of records that stay, by their mask and some of their values. A record that was completed since has
    /// another mask.
    places: HashMap<(FieldMask, ComparedValues), BinaryHeap<Reverse<usize>>>,
}

impl RetainedIndex {
    fn new(records: &[FlowRecord]) -> Self {
        let masks = records.iter().map(mask).collect();
        Self { masks, retained_masks: BTreeSet::new(), places: HashMap::new() }
    }

    /// Adds a record that stays, with the fields that it has now.
    fn add(&mut self, place: usize, record: &FlowRecord) {
        let own = mask(record);
        self.retained_masks.insert(own);
        let in_common: BTreeSet<FieldMask> = self.masks.iter().map(|other| own & other).collect();
        for fields in in_common {
            self.places.entry((own, values(record, fields))).or_default().push(Reverse(place));
        }
    }

    /// The place of the first record that stays and agrees with this one.
    fn first(&mut self, record: &FlowRecord, retained: &[FlowRecord]) -> Option<usize> {
        let own = mask(record);
        let places = &mut self.places;
        let first_of = |other: &FieldMask| {
            let places = places.get_mut(&(*other, values(record, own & other)))?;
            while let Some(Reverse(place)) = places.peek() {
                if mask(&retained[*place]) == *other {
                    return Some(*place);
                }
                places.pop();
            }
            None
        };
        self.retained_masks.iter().filter_map(first_of).min()
    }
}

fn mask(record: &FlowRecord) -> FieldMask {
    [
        record.direction.is_some(),
        record.pkt_src.is_some(),
        record.pkt_dst.is_some(),
        record.tcp_flags.is_some(),
    ]
    .iter()
    .fold(0, |mask, &is_known| mask << 1 | FieldMask::from(is_known))
}

/// The values of some of the optional fields.
fn values(record: &FlowRecord, fields: FieldMask) -> ComparedValues {
    let has = |bit: u32| fields >> bit & 1 == 1;
    (
        record.direction.filter(|_| has(3)),
        record.pkt_src.filter(|_| has(2)),
        record.pkt_dst.filter(|_| has(1)),
        record.tcp_flags.filter(|_| has(0)),
    )
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

/// Descriptions are sets of bits, so that merging does not depend on the order.
#[cfg(test)]
pub(super) struct Union;

#[cfg(test)]
impl DescriptionMerger for Union {
    fn merge(&mut self, a: DescriptionId, b: DescriptionId) -> DescriptionId {
        DescriptionId(a.0 | b.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::record::{Action, NameId, TimeSpan};
    use crate::model::source::{RowRef, SourceId};

    fn record(line: u64, optional: ComparedValues) -> FlowRecord {
        let address = |bits: u32| IpAddr::V4(bits.into());
        let (direction, pkt_src, pkt_dst, tcp_flags) = optional;
        FlowRecord {
            interface: NameId(7),
            src: address(1),
            dst: address(2),
            src_port: 1,
            dst_port: 443,
            protocol: 6,
            pkt_src,
            pkt_dst,
            action: Action::Accept,
            direction,
            packets: 1,
            bytes: 40,
            tcp_flags,
            span: TimeSpan { start: 3, end: 9 },
            description: DescriptionId(1 << (line % 8)),
            row: RowRef { source: SourceId(3), line },
        }
    }

    /// The same without an index: each record is compared with each.
    fn each_with_each(records: &[FlowRecord]) -> Vec<FlowRecord> {
        let mut sorted = records.to_vec();
        sorted.sort_unstable_by_key(|record| {
            let optional = (record.direction, record.pkt_src, record.pkt_dst);
            (Reverse(mask(record).count_ones()), optional, record.tcp_flags, record.row)
        });
        let mut retained: Vec<FlowRecord> = Vec::new();
        for record in &sorted {
            match retained.iter_mut().find(|retained| agrees(retained, record)) {
                Some(same) => complete(same, record, &mut Union),
                None => retained.push(*record),
            }
        }
        retained
    }

    fn optional() -> impl Strategy<Value = ComparedValues> {
        let direction = prop::option::of(any::<bool>())
            .prop_map(|is| is.map(|is| if is { Direction::Ingress } else { Direction::Egress }));
        let address = || prop::option::of((0_u32..5).prop_map(|bits| IpAddr::V4(bits.into())));
        (direction, address(), address(), prop::option::of(0_u16..3))
    }

    proptest! {
        #[test]
        fn an_index_gives_what_comparing_each_with_each_gives(
            optional in prop::collection::vec(optional(), FEW..200),
        ) {
            let records: Vec<FlowRecord> = (0..).zip(optional).map(|(line, one)| record(line, one)).collect();
            let expected = each_with_each(&records);
            let mut retained = records.clone();
            let dropped = drop_duplicates(&mut retained, &mut Union);
            prop_assert_eq!(dropped, (records.len() - expected.len()) as u64);
            prop_assert_eq!(format!("{retained:?}"), format!("{expected:?}"));
        }
    }

    /// With a comparison of each with each this takes minutes in a debug build.
    #[test]
    fn many_records_that_contradict_each_other_are_compared_in_little_time() {
        let contradicting = |line: u32| {
            let address = Some(IpAddr::V4(line.into()));
            record(line.into(), (None, address, address.filter(|_| line.is_multiple_of(2)), None))
        };
        let mut records: Vec<FlowRecord> = (0..50_000).map(contradicting).collect();
        assert_eq!(drop_duplicates(&mut records, &mut Union), 0);
        assert_eq!(records.len(), 50_000);
    }
}
