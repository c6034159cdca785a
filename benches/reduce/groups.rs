//! An open hash table of groups whose keys and sums lie in the slots themselves.

use std::hash::BuildHasher;
use std::hint::black_box;

use rustc_hash::FxBuildHasher;

/// What makes two records of the same group.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) src: [u64; 2],
    pub(crate) dst: [u64; 2],
    pub(crate) interface: u32,
    pub(crate) service_port: u16,
    pub(crate) protocol: u8,
    pub(crate) is_reject: bool,
}

/// What is summed up of a group's records.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sums {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// None in an empty slot, and nowhere else.
    pub(crate) records: u32,
    pub(crate) first_start: u32,
    pub(crate) last_end: u32,
    pub(crate) tcp_flags: u16,
}

impl Sums {
    fn merge(&mut self, other: &Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.records += other.records;
        self.first_start = self.first_start.min(other.first_start);
        self.last_end = self.last_end.max(other.last_end);
        self.tcp_flags |= other.tcp_flags;
    }
}

type Slot = (Key, Sums);

/// Records added at once: their slots' memory is fetched together.
const BATCH: usize = 64;

/// Groups by key. Records wait in a batch until it is full or flushed.
#[derive(Default)]
pub(crate) struct Groups {
    /// A power of two, or none.
    slots: Vec<Slot>,
    used: usize,
    waiting: Vec<(usize, Slot)>,
}

impl Groups {
    /// Adds one record, or a group of them.
    #[inline]
    pub(crate) fn add(&mut self, key: Key, sums: Sums) {
        self.waiting.push((place(&key), (key, sums)));
        if self.waiting.len() == BATCH {
            self.flush();
        }
    }

    /// Adds what waits.
    pub(crate) fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        // Room for a whole batch of new groups beforehand: adding never looks for it.
        if self.slots.len() / 2 < self.used + self.waiting.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut fetched = 0;
        for (place, _) in &self.waiting {
            fetched |= self.slots[place & mask].1.records;
        }
        black_box(fetched);
        for (place, (key, sums)) in self.waiting.drain(..) {
            self.used += usize::from(insert(&mut self.slots, mask, place, &key, &sums));
        }
    }

    /// Every group, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|(_, sums)| sums.records > 0)
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 4).max(1 << 12);
        let mut slots = vec![Slot::default(); size];
        for (key, sums) in self.iter() {
            insert(&mut slots, size - 1, place(key), key, sums);
        }
        self.slots = slots;
    }
}

/// Where a key's slot is looked for first, before it is cut to the table's size.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a part of the hash is all that is wanted")]
fn place(key: &Key) -> usize {
    FxBuildHasher.hash_one(key) as usize
}

/// Adds to the key's slot or takes the next empty one; whether it did the latter. One slot at least is empty.
#[inline]
fn insert(slots: &mut [Slot], mask: usize, place: usize, key: &Key, sums: &Sums) -> bool {
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
