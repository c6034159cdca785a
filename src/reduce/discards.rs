//! The records that could not be read: by interface and time, as far as these could still be read.
//!
//! A record that could not be read is not a record that was never there. Conclusions from the absence of records depend
//! on them.

use std::collections::BTreeMap;

use crate::ingest::sink::Discarded;
use crate::model::ids::InterfaceId;
use crate::model::time::Window;

/// The most entries. Beyond that, first the times and then the interfaces are no longer distinguished. Because the number
/// of entries only grows while tables are merged, the result does not depend on the order.
const MAX_ENTRIES: usize = 4096;
/// Seconds in one entry. Records of an interface in the same ten minutes have one entry.
const SECONDS: i64 = super::flow::BUCKET_SECONDS as i64;

/// The interface, and the window rounded to ten minutes; none where they are unknown or not distinguished.
type InterfaceTime = (Option<Box<str>>, Option<(i64, i64)>);

/// The records that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discards {
    entries: BTreeMap<InterfaceTime, Unreadable>,
    coarseness: u8,
}

/// Some records that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Records of the interface, of those whose number is known.
    pub of_interface: u64,
    /// Records of an unknown interface, of those whose number is known.
    pub of_unknown: u64,
    /// Parts of files whose number of records is unknown.
    pub parts: u64,
    /// The time of the records.
    pub window: Window,
    /// The file and the position in it of the first of them; no position for a whole file.
    pub first: (Box<str>, Option<u64>),
}

impl Unreadable {
    fn of(discarded: &Discarded<'_>) -> Self {
        let (records, parts) = discarded.records.map_or((0, 1), |records| (records, 0));
        let is_known = discarded.interface.is_some();
        Self {
            of_interface: if is_known { records } else { 0 },
            of_unknown: if is_known { 0 } else { records },
            parts,
            window: discarded.window,
            first: (discarded.file.into(), discarded.line),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.of_interface += other.of_interface;
        self.of_unknown += other.of_unknown;
        self.parts += other.parts;
        self.window = self.window.union(other.window);
        if other.first < self.first {
            self.first = other.first.clone();
        }
    }

    /// The number of records, of those whose number is known.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.of_interface + self.of_unknown
    }
}

impl Discards {
    /// Adds records.
    pub(super) fn add(&mut self, discarded: &Discarded<'_>) {
        let interface = discarded.interface.map(|text| String::from_utf8_lossy(text).into());
        let window = discarded.window;
        let time = (window != Window::ALWAYS)
            .then(|| (window.from.0.div_euclid(SECONDS), window.to.plus(-1).0.div_euclid(SECONDS)));
        self.insert((interface, time), &Unreadable::of(discarded));
    }

    /// Adds the records of another table.
    pub(super) fn merge(&mut self, other: &Self) {
        while self.coarseness < other.coarseness {
            self.coarsen();
        }
        for (key, records) in &other.entries {
            self.insert(key.clone(), records);
        }
    }

    fn insert(&mut self, key: InterfaceTime, records: &Unreadable) {
        let mut records = records.clone();
        let key = coarser(key, &mut records, self.coarseness);
        match self.entries.get_mut(&key) {
            Some(known) => known.merge(&records),
            None => {
                self.entries.insert(key, records);
            }
        }
        while self.entries.len() > MAX_ENTRIES && self.coarseness < 2 {
            self.coarsen();
        }
    }

    #[cold]
    fn coarsen(&mut self) {
        self.coarseness += 1;
        for (key, records) in std::mem::take(&mut self.entries) {
            self.insert(key, &records);
        }
    }

    /// The records in a window of one interface or of an unknown one; of any interface if none is given. None if there are
    /// no such records.
    #[must_use]
    pub fn of(&self, interface: Option<&InterfaceId>, window: Window) -> Option<Unreadable> {
        let touches = |records: &Unreadable| {
            window.touches(records.window.from, records.window.to.plus(-1).max(records.window.from))
        };
        let is_its = |key: &InterfaceTime| {
            interface.is_none_or(|id| key.0.as_deref().is_none_or(|name| name == id.as_str()))
        };
        let matching = self.entries.iter().filter(|(key, records)| is_its(key) && touches(records));
        matching.map(|(_, records)| records.clone()).reduce(|mut all, next| {
            all.merge(&next);
            all
        })
    }
}

/// The key that a coarser table uses.
fn coarser((interface, time): InterfaceTime, records: &mut Unreadable, coarseness: u8) -> InterfaceTime {
    match coarseness {
        0 => (interface, time),
        1 => (interface, None),
        _ => {
            records.of_unknown += std::mem::take(&mut records.of_interface);
            (None, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Timestamp;

    fn discarded(interface: Option<&'static str>, from: i64, line: u64) -> Discarded<'static> {
        let window = Window { from: Timestamp(from), to: Timestamp(from + 60) };
        Discarded {
            records: Some(1),
            interface: interface.map(str::as_bytes),
            window: if from == 0 { Window::ALWAYS } else { window },
            file: "a.log",
            line: Some(line),
        }
    }

    #[test]
    fn records_of_the_interface_or_of_an_unknown_one_are_found_in_their_time() {
        let mut discards = Discards::default();
        discards.add(&discarded(Some("eni-1"), 6000, 2));
        discards.add(&discarded(Some("eni-2"), 6000, 3));
        discards.add(&discarded(None, 6060, 4));
        discards.add(&discarded(None, 0, 5));
        let window = |from, to| Window { from: Timestamp(from), to: Timestamp(to) };
        let check = |interface: Option<&str>, window: Window, expected: Option<(u64, u64)>| {
            let found = discards.of(interface.map(InterfaceId::new).as_ref(), window);
            assert_eq!(found.map(|found| (found.of_interface, found.of_unknown)), expected, "{interface:?}");
        };
        check(Some("eni-1"), window(5990, 6200), Some((1, 2)));
        check(Some("eni-1"), window(5990, 6050), Some((1, 1)));
        check(Some("eni-1"), window(9000, 9050), Some((0, 1)));
        check(None, window(5990, 6050), Some((2, 1)));
    }

    #[test]
    fn many_entries_become_coarser_in_any_order() {
        let all: Vec<_> = (1..6000).map(|at| discarded(Some("eni-1"), at * 600, at.unsigned_abs())).collect();
        let table = |some: &mut dyn Iterator<Item = &Discarded<'static>>| {
            let mut table = Discards::default();
            some.for_each(|one| table.add(one));
            table
        };
        let whole = table(&mut all.iter());
        let mut merged = table(&mut all[..5000].iter());
        merged.merge(&table(&mut all[5000..].iter()));
        let mut other = table(&mut all[5000..].iter());
        other.merge(&table(&mut all[..5000].iter()));
        assert_eq!(merged, whole);
        assert_eq!(other, whole);
        assert_eq!(whole.entries.len(), 1);
    }
}
