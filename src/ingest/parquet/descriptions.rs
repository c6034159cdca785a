//! The descriptive columns of a batch: sets of values are numbered by their dictionary keys.
//!
//! Most rows share a few sets of keys, so the text of a set is read once per set and not once per row. The keys of a
//! row are combined into one number like digits: each column is multiplied by the number of possible keys of the
//! columns before it.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::buffer::ScalarBuffer;
use rustc_hash::FxHashMap;

use super::batch::RowBatch;
use super::columns::{NumberColumn, TextColumn};
use crate::ingest::record::{DESCRIPTIVE, Description, DescriptionId};
use crate::ingest::schema::number::is_missing;
use crate::ingest::sink::Sink;
use crate::model::field::Field;

/// Traffic paths as text. In files saved by other programs, 0 stands for none.
const DIGITS: [&[u8]; 9] = [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9"];

/// The most sets of keys that are kept in a list instead of a map.
const MAX_LISTED: u64 = 1 << 16;

/// A column in which at least one row may have a value.
struct DescriptionColumn {
    /// Its index in [`DESCRIPTIVE`].
    place: usize,
    /// The keys by row. A negative key stands for none.
    keys: ScalarBuffer<i32>,
    /// None for traffic-path, which is the only number among these columns. Its key is the digit minus one.
    text: Option<TextColumn>,
}

/// The descriptive columns, and the sets of values that occurred in them.
#[derive(Default)]
pub(super) struct DescriptionColumns {
    columns: Vec<DescriptionColumn>,
    dictionaries: [Option<ArrayRef>; DESCRIPTIVE.len()],
    /// The keys of each row, combined into one number.
    sets: Vec<u64>,
    known: DescriptionCache,
    /// The description without values.
    none: Option<DescriptionId>,
    /// Numbers for sets of keys of some columns. They are used if the keys of all columns would not fit into one
    /// number.
    shortened: Vec<FxHashMap<u64, u64>>,
}

/// The descriptions of known sets of keys.
#[derive(Default)]
struct DescriptionCache {
    list: Vec<Option<DescriptionId>>,
    map: FxHashMap<u64, DescriptionId>,
}

impl DescriptionColumns {
    /// Sets the columns of the next batch. Known descriptions are kept as long as every dictionary stays the same.
    pub(super) fn set(&mut self, batch: &RowBatch) {
        self.columns.clear();
        let mut dictionaries = DESCRIPTIVE.map(|_| None);
        for (place, field) in DESCRIPTIVE.into_iter().enumerate() {
            let Some(array) = batch.get(field) else { continue };
            let column = DescriptionColumn::new(place, field, array);
            dictionaries[place] = column.text.as_ref().map(|text| text.dictionary().clone());
            if column.has_values() {
                self.columns.push(column);
            }
        }
        if !is_same(&self.dictionaries, &dictionaries) {
            self.known = DescriptionCache::default();
            self.shortened.clear();
        }
        self.dictionaries = dictionaries;
        self.number_sets(batch.rows);
    }

    /// Combines the keys of each row into one number.
    fn number_sets(&mut self, rows: usize) {
        self.sets.clear();
        self.sets.resize(if self.columns.is_empty() { 0 } else { rows }, 0);
        let (mut step, mut shortened) = (1_u64, 0);
        for column in &self.columns {
            let states = column.states();
            if step.checked_mul(states).is_none() {
                self.shortened.resize_with(self.shortened.len().max(shortened + 1), FxHashMap::default);
                let known = &mut self.shortened[shortened];
                for set in &mut self.sets {
                    let next = known.len() as u64;
                    *set = *known.entry(*set).or_insert(next);
                }
                // A row group has at most this many rows.
                step = 1 << 32;
                shortened += 1;
            }
            for (set, &key) in self.sets.iter_mut().zip(column.keys.iter()) {
                *set = set.wrapping_add(step.wrapping_mul(u64::from(key.wrapping_add(1).cast_unsigned())));
            }
            step = step.saturating_mul(states);
        }
        if step <= MAX_LISTED {
            let length = usize::try_from(step).unwrap_or(0);
            self.known.list.resize(length.max(self.known.list.len()), None);
        }
    }

    /// The number of the row's set of values.
    #[inline]
    pub(super) fn get<S: Sink>(&mut self, row: usize, sink: &mut S) -> DescriptionId {
        // Without any column, every row has the same set.
        let set = self.sets.get(row).copied().unwrap_or(0);
        match self.known.get(set) {
            Some(id) => id,
            None => self.meet(set, row, sink),
        }
    }

    /// The number of the empty set, for sinks that need no descriptions.
    #[inline]
    pub(super) fn none<S: Sink>(&mut self, sink: &mut S) -> DescriptionId {
        *self.none.get_or_insert_with(|| sink.description(&[None; DESCRIPTIVE.len()]))
    }

    #[cold]
    fn meet<S: Sink>(&mut self, set: u64, row: usize, sink: &mut S) -> DescriptionId {
        let mut values: Description<'_> = [None; DESCRIPTIVE.len()];
        for column in &self.columns {
            values[column.place] = column.value(row);
        }
        let id = sink.description(&values);
        self.known.put(set, id);
        id
    }
}

impl DescriptionCache {
    #[inline]
    fn get(&self, set: u64) -> Option<DescriptionId> {
        match usize::try_from(set).ok().and_then(|place| self.list.get(place)) {
            Some(id) => *id,
            None => self.map.get(&set).copied(),
        }
    }

    fn put(&mut self, set: u64, id: DescriptionId) {
        match usize::try_from(set).ok().and_then(|place| self.list.get_mut(place)) {
            Some(place) => *place = Some(id),
            None => {
                self.map.insert(set, id);
            }
        }
    }
}

impl DescriptionColumn {
    fn new(place: usize, field: Field, array: &ArrayRef) -> Self {
        let text = TextColumn::of(array);
        let keys = match &text {
            Some(text) => text.keys().clone(),
            None => digits(&NumberColumn::new(field, Some(array)), array.len()),
        };
        Self { place, keys, text }
    }

    /// Whether the dictionary contains any value. The result is the same for every batch with this dictionary.
    fn has_values(&self) -> bool {
        let Some(text) = &self.text else { return true };
        (0..text.len()).any(|key| !is_missing(text.value(key)))
    }

    /// The number of possible keys, including none.
    fn states(&self) -> u64 {
        self.text.as_ref().map_or(DIGITS.len(), TextColumn::len) as u64 + 1
    }

    fn value(&self, row: usize) -> Option<&[u8]> {
        match &self.text {
            Some(text) => text.get(row),
            None => DIGITS.get(usize::try_from(self.keys[row]).ok()?).copied(),
        }
    }
}

fn digits(numbers: &NumberColumn, rows: usize) -> ScalarBuffer<i32> {
    let key = |row| match numbers.get(row) {
        Ok(Some(digit @ 1..=9)) => i32::try_from(digit).unwrap_or(0) - 1,
        _ => -1,
    };
    (0..rows).map(key).collect()
}

fn is_same(old: &[Option<ArrayRef>], new: &[Option<ArrayRef>]) -> bool {
    let same = |(old, new): (&Option<ArrayRef>, &Option<ArrayRef>)| match (old, new) {
        (Some(old), Some(new)) => Arc::ptr_eq(old, new),
        (None, None) => true,
        _ => false,
    };
    old.iter().zip(new).all(same)
}
