//! A record packed into 64-bit words. The small form lets many records fit in memory and makes temporary files small.
//!
//! A record whose addresses are all IPv4 takes one cache line. A record with any IPv6 address takes the wider form.
//! Both forms keep every value in full.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::copies;
use super::flow::{BUCKET_SECONDS, FlowSums};
use crate::ingest::record::{Action, DescriptionId, Direction, FlowRecord, NameId, TimeSpan};
use crate::model::source::{RowRef, SourceId};

/// Words of a record whose addresses are all IPv4.
pub(super) const NARROW: usize = 8;
/// Words of any other record.
pub(super) const WIDE: usize = 14;

/// A record packed into words.
pub(super) trait PackedRecord: Copy {
    /// The values in which duplicate records agree; ordered by flow, then by start.
    type RecordIdentity: Ord + Copy;

    /// Unpacks the record.
    fn unpack(&self) -> FlowRecord;
    /// Returns the values that distinguish the record from others.
    fn identity(&self) -> Self::RecordIdentity;
    /// Returns a hash of the values that all records of one flow have, whatever the fields of their formats.
    fn flow_hash(&self) -> u64;
    /// Returns the number of further copies that this record only counts; none for an ordinary record.
    fn counted_copies(&self) -> Option<u64>;
    /// Returns a hash that is the same for both directions of a conversation at one interface.
    fn conversation_hash(&self) -> u64;
}

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
const MIX_AGAIN: u64 = 0xd6e8_feb8_6659_fd93;

#[inline]
fn end_hash(address: u64, port: u16) -> u64 {
    let word = (address ^ u64::from(port) << 40).wrapping_mul(MIX);
    word ^ word >> 29
}

/// The sum makes the hash the same for both orders of the ends.
#[inline]
fn joined_hash(interface: u32, one: u64, other: u64) -> u64 {
    let both = one.wrapping_add(other) ^ u64::from(interface) << 8;
    (both ^ both >> 31).wrapping_mul(MIX_AGAIN)
}

#[inline]
fn join(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the two halves of a word")]
fn halves(word: u64) -> (u32, u32) {
    ((word >> 32) as u32, word as u32)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the two halves of half a word")]
fn ports(half: u32) -> (u16, u16) {
    ((half >> 16) as u16, half as u16)
}

#[inline]
fn join_ports(src: u16, dst: u16) -> u32 {
    u32::from(src) << 16 | u32::from(dst)
}

/// Bits of the line number in the word of a row.
const LINE_BITS: u32 = 36;
/// Bits of the file number, above the line number. The two highest bits of the word are free.
const SOURCE_BITS: u32 = 26;

/// Packs the place of a row into one word. It holds 67 million files of 68 thousand million lines each; larger
/// numbers are stored as the largest one.
#[inline]
pub(super) fn pack_row(row: RowRef) -> u64 {
    let (most_files, most_lines) = ((1 << SOURCE_BITS) - 1, (1 << LINE_BITS) - 1);
    u64::from(row.source.0).min(most_files) << LINE_BITS | row.line.min(most_lines)
}

/// Unpacks the place of a row.
#[inline]
pub(super) fn unpack_row(word: u64) -> RowRef {
    let (source, _) = halves((word >> LINE_BITS & ((1 << SOURCE_BITS) - 1)) << 32);
    RowRef { source: SourceId(source), line: word & ((1 << LINE_BITS) - 1) }
}

/// Packs protocol, action, direction, flags, and one bit for each packet address that is present.
#[inline]
fn pack_kinds(record: &FlowRecord) -> u32 {
    let action = u32::from(record.action == Action::Reject);
    let direction = match record.direction {
        None => 0,
        Some(Direction::Ingress) => 1,
        Some(Direction::Egress) => 2,
    };
    let (has_flags, flags) = record.tcp_flags.map_or((0, 0), |flags| (1, u32::from(flags)));
    flags
        | u32::from(record.protocol) << 16
        | action << 24
        | direction << 25
        | has_flags << 27
        | u32::from(record.pkt_src.is_some()) << 28
        | u32::from(record.pkt_dst.is_some()) << 29
}

/// The result of [`pack_kinds`].
#[derive(Clone, Copy)]
struct Kinds(u32);

impl Kinds {
    fn has(self, bit: u32) -> bool {
        self.0 >> bit & 1 == 1
    }

    fn protocol(self) -> u8 {
        self.0.to_be_bytes()[1]
    }

    fn action(self) -> Action {
        if self.has(24) { Action::Reject } else { Action::Accept }
    }

    fn direction(self) -> Option<Direction> {
        match self.0 >> 25 & 3 {
            1 => Some(Direction::Ingress),
            2 => Some(Direction::Egress),
            _ => None,
        }
    }

    fn tcp_flags(self) -> Option<u16> {
        self.has(27).then_some(ports(self.0).1)
    }
}

/// Packs a record; none if it has an IPv6 address.
#[inline]
pub(super) fn pack_narrow(record: &FlowRecord) -> Option<[u64; NARROW]> {
    let (IpAddr::V4(src), IpAddr::V4(dst)) = (record.src, record.dst) else { return None };
    let bits = |packet: Option<IpAddr>| match packet {
        None => Some(0),
        Some(IpAddr::V4(address)) => Some(address.to_bits()),
        Some(IpAddr::V6(_)) => None,
    };
    let packet = join(bits(record.pkt_src)?, bits(record.pkt_dst)?);
    Some([
        join(record.interface.0, src.to_bits()),
        join(dst.to_bits(), join_ports(record.src_port, record.dst_port)),
        join(record.span.start, record.span.end),
        record.packets,
        // The packet addresses are stored between `packets` and `bytes` for speed: next to each other, the compiler would
        // load both as one value, and the processor would wait for the two separate stores just before.
        packet,
        record.bytes,
        join(record.description.0, pack_kinds(record)),
        pack_row(record.row),
    ])
}

/// Returns the bits of protocol and action.
#[inline]
fn identity_bits(word: u64) -> u64 {
    word & 0x01ff_0000
}

/// Returns the bucket, which all records of one flow have in common.
#[inline]
fn bucket_word(span: u64) -> u64 {
    u64::from(halves(span).0 / BUCKET_SECONDS)
}

#[inline]
fn mixed(words: &[u64]) -> u64 {
    words.iter().fold(0, |hash: u64, word| {
        let next = (hash ^ word).wrapping_mul(MIX);
        next ^ next >> 32
    })
}

impl PackedRecord for [u64; NARROW] {
    type RecordIdentity = [u64; 6];

    #[inline]
    fn identity(&self) -> [u64; 6] {
        [self[0], self[1], identity_bits(self[6]), self[2], self[3], self[5]]
    }

    #[inline]
    fn counted_copies(&self) -> Option<u64> {
        copies::counted(self)
    }

    #[inline]
    fn flow_hash(&self) -> u64 {
        mixed(&[self[0], self[1], identity_bits(self[6]) << 32 | bucket_word(self[2])])
    }

    #[inline]
    fn unpack(&self) -> FlowRecord {
        let [a, b, c, packets, packet, bytes, d, row] = *self;
        let ((interface, src), (dst, both_ports)) = (halves(a), halves(b));
        let ((start, end), (pkt_src, pkt_dst), (description, kinds)) = (halves(c), halves(packet), halves(d));
        let kinds = Kinds(kinds);
        let (src_port, dst_port) = ports(both_ports);
        let address = |bits: u32| IpAddr::V4(Ipv4Addr::from_bits(bits));
        FlowRecord {
            interface: NameId(interface),
            src: address(src),
            dst: address(dst),
            pkt_src: kinds.has(28).then(|| address(pkt_src)),
            pkt_dst: kinds.has(29).then(|| address(pkt_dst)),
            src_port,
            dst_port,
            protocol: kinds.protocol(),
            action: kinds.action(),
            direction: kinds.direction(),
            packets,
            bytes,
            tcp_flags: kinds.tcp_flags(),
            span: TimeSpan { start, end },
            description: DescriptionId(description),
            row: unpack_row(row),
        }
    }

    #[inline]
    fn conversation_hash(&self) -> u64 {
        let ((interface, src), (dst, both_ports)) = (halves(self[0]), halves(self[1]));
        let (src_port, dst_port) = ports(both_ports);
        joined_hash(interface, end_hash(src.into(), src_port), end_hash(dst.into(), dst_port))
    }
}

/// Packs an address; an IPv4 address becomes an IPv4-mapped one. The flag distinguishes it from an address that
/// really has this form.
fn pack_address(address: IpAddr) -> (u128, bool) {
    match address {
        IpAddr::V4(v4) => (v4.to_ipv6_mapped().to_bits(), true),
        IpAddr::V6(v6) => (v6.to_bits(), false),
    }
}

fn unpack_address(high: u64, low: u64, is_v4: bool) -> IpAddr {
    let bits = u128::from(high) << 64 | u128::from(low);
    match Ipv6Addr::from_bits(bits).to_ipv4_mapped().filter(|_| is_v4) {
        Some(v4) => IpAddr::V4(v4),
        None => IpAddr::V6(Ipv6Addr::from_bits(bits)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the two halves of an address")]
fn words(bits: u128) -> [u64; 2] {
    [(bits >> 64) as u64, bits as u64]
}

/// Position of two free bits of the packed kinds: they show whether the record's own addresses are IPv4. The two free
/// bits of the row's word show the same of the packet addresses.
const V4_BITS: u32 = 30;

/// Packs any record.
pub(super) fn pack_wide(record: &FlowRecord) -> [u64; WIDE] {
    let none = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    let all = [record.src, record.dst, record.pkt_src.unwrap_or(none), record.pkt_dst.unwrap_or(none)];
    let [(src, src_v4), (dst, dst_v4), (pkt_src, pkt_src_v4), (pkt_dst, pkt_dst_v4)] = all.map(pack_address);
    let families = [src_v4, dst_v4, pkt_src_v4, pkt_dst_v4];
    let [src, dst, pkt_src, pkt_dst] = [src, dst, pkt_src, pkt_dst].map(words);
    let family = |at: usize| u32::from(families[at]);
    [
        join(record.interface.0, join_ports(record.src_port, record.dst_port)),
        src[0],
        src[1],
        dst[0],
        dst[1],
        join(record.span.start, record.span.end),
        record.packets,
        record.bytes,
        pkt_src[0],
        pkt_src[1],
        pkt_dst[0],
        pkt_dst[1],
        join(record.description.0, pack_kinds(record) | family(0) << V4_BITS | family(1) << (V4_BITS + 1)),
        pack_row(record.row) | u64::from(family(2) | family(3) << 1) << 62,
    ]
}

impl PackedRecord for [u64; WIDE] {
    type RecordIdentity = [u64; 9];

    fn identity(&self) -> [u64; 9] {
        let own = self[12] & 0xc000_0000 | identity_bits(self[12]);
        [self[0], self[1], self[2], self[3], self[4], own, self[5], self[6], self[7]]
    }

    fn counted_copies(&self) -> Option<u64> {
        copies::counted(self)
    }

    fn flow_hash(&self) -> u64 {
        let kinds = identity_bits(self[12]) << 32 | bucket_word(self[5]);
        mixed(&[self[0], self[1], self[2], self[3], self[4], kinds])
    }

    fn unpack(&self) -> FlowRecord {
        let ((interface, both_ports), (start, end)) = (halves(self[0]), halves(self[5]));
        let (description, kinds) = halves(self[12]);
        let kinds = Kinds(kinds);
        let (src_port, dst_port) = ports(both_ports);
        let row = self[13];
        FlowRecord {
            interface: NameId(interface),
            src: unpack_address(self[1], self[2], kinds.has(V4_BITS)),
            dst: unpack_address(self[3], self[4], kinds.has(V4_BITS + 1)),
            pkt_src: kinds.has(28).then(|| unpack_address(self[8], self[9], row >> 62 & 1 == 1)),
            pkt_dst: kinds.has(29).then(|| unpack_address(self[10], self[11], row >> 63 & 1 == 1)),
            src_port,
            dst_port,
            protocol: kinds.protocol(),
            action: kinds.action(),
            direction: kinds.direction(),
            packets: self[6],
            bytes: self[7],
            tcp_flags: kinds.tcp_flags(),
            span: TimeSpan { start, end },
            description: DescriptionId(description),
            row: unpack_row(row),
        }
    }

    fn conversation_hash(&self) -> u64 {
        let (interface, both_ports) = halves(self[0]);
        let (src_port, dst_port) = ports(both_ports);
        let mixed_halves = |high: u64, low: u64| high.wrapping_mul(MIX_AGAIN).rotate_left(32) ^ low;
        let (src, dst) = (mixed_halves(self[1], self[2]), mixed_halves(self[3], self[4]));
        joined_hash(interface, end_hash(src, src_port), end_hash(dst, dst_port))
    }
}

/// Returns the sums of a flow that consists of this record alone.
pub(super) fn sums_of(record: &FlowRecord) -> FlowSums {
    FlowSums {
        records: 1,
        packets: record.packets,
        bytes: record.bytes,
        tcp_flags: record.tcp_flags,
        first_start: record.span.start,
        last_end: record.span.end,
        description: record.description,
        sample: record.row,
    }
}

/// Returns the bucket of a record, Unix seconds.
pub(super) fn bucket_of(record: &FlowRecord) -> u32 {
    record.span.start / BUCKET_SECONDS * BUCKET_SECONDS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address() -> impl Strategy<Value = IpAddr> {
        let mapped = any::<u32>().prop_map(|bits| IpAddr::V6(Ipv4Addr::from_bits(bits).to_ipv6_mapped()));
        prop_oneof![
            4 => any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
            1 => any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
            1 => mapped,
        ]
    }

    prop_compose! {
        fn record()(
            addresses in (address(), address(), prop::option::of(address()), prop::option::of(address())),
            numbers in any::<(u32, u16, u16, u8, bool, u64, u64, u32, u32, u32)>(),
            flags in any::<Option<u16>>(),
            direction in prop::option::of(prop_oneof![Just(Direction::Ingress), Just(Direction::Egress)]),
            source in 0_u32..(1 << 26),
            line in 1_u64..(1 << 36),
        ) -> FlowRecord {
            let (src, dst, pkt_src, pkt_dst) = addresses;
            let (interface, src_port, dst_port, protocol, rejected, packets, bytes, start, end, description) = numbers;
            FlowRecord {
                interface: NameId(interface), src, dst, pkt_src, pkt_dst, src_port, dst_port, protocol,
                action: if rejected { Action::Reject } else { Action::Accept },
                direction, packets, bytes, tcp_flags: flags, span: TimeSpan { start, end },
                description: DescriptionId(description), row: RowRef { source: SourceId(source), line },
            }
        }
    }

    fn reversed(record: FlowRecord) -> FlowRecord {
        let (src, dst, src_port, dst_port) = (record.dst, record.src, record.dst_port, record.src_port);
        FlowRecord { src, dst, src_port, dst_port, ..record }
    }

    proptest! {
        #[test]
        fn packing_keeps_every_value(record in record()) {
            prop_assert_eq!(pack_wide(&record).unpack(), record);
            if let Some(narrow) = pack_narrow(&record) {
                prop_assert_eq!(narrow.unpack(), record);
            }
        }

        #[test]
        fn both_directions_have_the_same_hash(record in record()) {
            let other = reversed(record);
            prop_assert_eq!(pack_wide(&record).conversation_hash(), pack_wide(&other).conversation_hash());
            if let (Some(one), Some(other)) = (pack_narrow(&record), pack_narrow(&other)) {
                prop_assert_eq!(one.conversation_hash(), other.conversation_hash());
            }
        }
    }
}
