//! Open hash tables of groups with keys and sums in the slots: one table for IPv4, one for all addresses.

use std::hint::black_box;
use std::net::IpAddr;

/// The values that all records of a group share, without the addresses.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) interface: u32,
    pub(crate) service_port: u16,
    pub(crate) protocol: u8,
    pub(crate) is_reject: bool,
}

/// The key of a group in words; addresses are the first ones.
#[derive(Clone, Copy, Eq)]
struct Words<const N: usize>([u64; N]);

impl<const N: usize> PartialEq for Words<N> {
    /// Compares without a branch for each word, and without a call.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |differ, (one, other)| differ | one ^ other) == 0
    }
}

/// The sums of the records of a group.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sums {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// 0 only in an empty slot.
    pub(crate) records: u32,
    pub(crate) first_start: u32,
    pub(crate) last_end: u32,
    pub(crate) tcp_flags: u16,
}

impl Sums {
    #[inline]
    fn merge(&mut self, other: &Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.records += other.records;
        self.first_start = self.first_start.min(other.first_start);
        self.last_end = self.last_end.max(other.last_end);
        self.tcp_flags |= other.tcp_flags;
    }
}

/// Groups by key.
#[derive(Default)]
pub(crate) struct Groups {
    ipv4: Table<2>,
    any: Table<5>,
}

impl Groups {
    /// Adds one record.
    #[inline]
    pub(crate) fn add(&mut self, key: Key, sums: Sums) {
        let ports =
            u64::from(key.service_port) << 16 | u64::from(key.protocol) << 8 | u64::from(key.is_reject);
        let rest = u64::from(key.interface) << 32 | ports;
        match (key.src, key.dst) {
            (IpAddr::V4(src), IpAddr::V4(dst)) => {
                let addresses = u64::from(src.to_bits()) << 32 | u64::from(dst.to_bits());
                self.ipv4.add(Words([addresses, rest]), sums);
            }
            (src, dst) => {
                let [[a, b], [c, d]] = [src, dst].map(halves);
                self.any.add(Words([a, b, c, d, rest]), sums);
            }
        }
    }

    /// Adds the groups of another worker, whose interfaces have other numbers.
    pub(crate) fn merge(&mut self, mut other: Self, numbers: &[u32]) {
        other.flush();
        self.ipv4.merge(&other.ipv4, numbers);
        self.any.merge(&other.any, numbers);
    }

    /// Adds the records of the batch.
    pub(crate) fn flush(&mut self) {
        self.ipv4.flush();
        self.any.flush();
    }

    /// The sums of every group, in undefined order.
    pub(crate) fn sums(&self) -> impl Iterator<Item = &Sums> {
        self.ipv4.iter().map(|slot| &slot.1).chain(self.any.iter().map(|slot| &slot.1))
    }
}

/// An address of either kind; an IPv4 address as the IPv6 address mapped to it.
fn halves(address: IpAddr) -> [u64; 2] {
    let octets = match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    };
    let (words, _) = octets.as_chunks::<8>();
    [words[0], words[1]].map(u64::from_be_bytes)
}

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

type Slot<const N: usize> = (Words<N>, Sums);

/// The number of records that are added together, so that the memory of their slots is fetched together.
const BATCH: usize = 64;

/// Groups whose keys have this number of words. Records are kept in a batch until it is full or flushed.
#[derive(Default)]
struct Table<const N: usize> {
    /// A power of two slots, or no slot.
    slots: Vec<Slot<N>>,
    used: usize,
    waiting: Vec<(usize, Slot<N>)>,
}

impl<const N: usize> Table<N> {
    #[inline]
    fn add(&mut self, key: Words<N>, sums: Sums) {
        self.waiting.push((place(&key), (key, sums)));
        if self.waiting.len() == BATCH {
            self.flush();
        }
    }

    fn merge(&mut self, other: &Self, numbers: &[u32]) {
        for (key, sums) in other.iter() {
            let mut key = *key;
            let interface = usize::try_from(key.0[N - 1] >> 32).expect("a number of 32 bits");
            key.0[N - 1] = u64::from(numbers[interface]) << 32 | key.0[N - 1] & 0xffff_ffff;
            self.add(key, *sums);
        }
    }

    fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        // Makes room for a whole batch of new groups first, so that adding never has to check for it.
        if self.slots.len() / 4 * 3 < self.used + self.waiting.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        // A slot may cover two cache lines, so both ends are fetched.
        let mut fetched = 0;
        for (place, _) in &self.waiting {
            let (key, sums) = &self.slots[place & mask];
            fetched |= key.0[0] | u64::from(sums.tcp_flags);
        }
        black_box(fetched);
        for (place, (key, sums)) in self.waiting.drain(..) {
            self.used += usize::from(insert(&mut self.slots, mask, place, &key, &sums));
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Slot<N>> {
        self.slots.iter().filter(|(_, sums)| sums.records > 0)
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1 << 12);
        let mut slots = vec![(Words([0; N]), Sums::default()); size];
        for (key, sums) in self.iter() {
            insert(&mut slots, size - 1, place(key), key, sums);
        }
        self.slots = slots;
    }
}

/// The hash of a key, which is reduced to the size of the table to find its slot.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a part of the hash is all that is wanted")]
fn place<const N: usize>(key: &Words<N>) -> usize {
    let folded = key.0.iter().fold(0, |hash: u64, word| {
        let product = u128::from(hash ^ word) * u128::from(MIX);
        product as u64 ^ (product >> 64) as u64
    });
    folded as usize
}

/// Adds to the slot of the key, or to the next empty one. Returns whether it used an empty one. At least one slot is empty.
#[inline]
fn insert<const N: usize>(
    slots: &mut [Slot<N>],
    mask: usize,
    place: usize,
    key: &Words<N>,
    sums: &Sums,
) -> bool {
    let mut place = place & mask;
    loop {
        let slot = &mut slots[place];
        if slot.1.records == 0 {
            *slot = (*key, *sums);
            return true;
        }
        if slot.0 == *key {
            slot.1.merge(sums);
            return false;
        }
        place = (place + 1) & mask;
    }
}
