//! The descriptive columns of a batch: sets of values are numbered by their dictionary keys.
//!
//! Rows share few sets of keys, so that the text behind a set is looked at once for each set and not once a row. The keys
//! of a row are one number: each column counts in steps of what the columns before it can have, as digits do.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::Int32Type;
use rustc_hash::FxHashMap;

use super::super::number::is_missing;
use super::super::sink::{DESCRIPTIVE, Description, DescriptionId, Sink};
use super::batch::Batch;
use super::columns::{Numbers, Text};
use crate::model::field::Field;

enum Column {
    Text(Text),
    /// The one descriptive number, traffic-path, is a digit; with whether no row of the batch has one.
    Digit(Numbers, bool),
}

/// Traffic paths as text; 0 stands for none in re-saved files.
const DIGITS: [&[u8]; 9] = [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9"];

/// A column in which some row may have a value.
struct Varied {
    /// Its place in [`DESCRIPTIVE`].
    place: usize,
    column: Column,
    /// What its key is multiplied by; none if the number of all keys became too large to count.
    step: Option<u128>,
    /// The key of every row of this batch, where it is the same one.
    constant: Option<u32>,
}

/// The descriptive columns and the sets of values met in them.
#[derive(Default)]
pub(super) struct DescriptionColumns {
    columns: Vec<Varied>,
    dictionaries: Vec<Option<ArrayRef>>,
    known: FxHashMap<u128, DescriptionId>,
    last: Option<(u128, DescriptionId)>,
    /// What the columns with one key add to every row's; none if keys cannot be counted.
    base: Option<u128>,
}

impl DescriptionColumns {
    /// Takes the next batch's columns; what was known is kept while every dictionary stays the same.
    pub(super) fn set(&mut self, batch: &Batch) {
        let arrays: Vec<Option<&ArrayRef>> = DESCRIPTIVE.iter().map(|&field| batch.get(field)).collect();
        let dictionaries: Vec<Option<ArrayRef>> = arrays.iter().map(|array| dictionary(*array)).collect();
        if !is_same(&self.dictionaries, &dictionaries) {
            self.known.clear();
            self.last = None;
        }
        self.dictionaries = dictionaries;
        let mut step = Some(1);
        self.columns.clear();
        for ((place, field), array) in DESCRIPTIVE.into_iter().enumerate().zip(arrays) {
            let Some(column) = array.and_then(|array| Column::new(field, array)) else { continue };
            let constant = column.constant();
            let states = column.states();
            self.columns.push(Varied { place, column, step, constant });
            step = step.and_then(|step: u128| step.checked_mul(states));
        }
        let constants = self
            .columns
            .iter()
            .filter_map(|it| it.constant.map(|key| it.step.map(|step| step * u128::from(key))));
        self.base = constants.sum::<Option<u128>>().filter(|_| step.is_some());
    }

    /// The number of the row's set of values.
    #[inline]
    pub(super) fn get<S: Sink>(&mut self, row: usize, sink: &mut S) -> DescriptionId {
        let Some(base) = self.base else { return self.describe(row, sink) };
        let varying = self.columns.iter().filter(|it| it.constant.is_none());
        let keys =
            varying.fold(base, |keys, it| keys + it.step.unwrap_or(0) * u128::from(it.column.key(row)));
        if let Some((last, id)) = self.last
            && last == keys
        {
            return id;
        }
        let id = match self.known.get(&keys) {
            Some(&id) => id,
            None => self.meet(keys, row, sink),
        };
        self.last = Some((keys, id));
        id
    }

    #[cold]
    fn meet<S: Sink>(&mut self, keys: u128, row: usize, sink: &mut S) -> DescriptionId {
        let id = self.describe(row, sink);
        self.known.insert(keys, id);
        id
    }

    fn describe<S: Sink>(&self, row: usize, sink: &mut S) -> DescriptionId {
        let mut values: Description<'_> = [None; DESCRIPTIVE.len()];
        for it in &self.columns {
            values[it.place] = it.column.value(row);
        }
        sink.description(&values)
    }
}

impl Column {
    /// None if no row can have a value.
    fn new(field: Field, array: &ArrayRef) -> Option<Self> {
        let Some(text) = Text::of(array) else {
            return Some(Self::Digit(Numbers::new(field, Some(array)), array.null_count() == array.len()));
        };
        let has_value = (0..text.len()).any(|key| !is_missing(text.value(key)));
        has_value.then_some(Self::Text(text))
    }

    /// How many keys there can be; the same for every batch with this dictionary.
    fn states(&self) -> u128 {
        match self {
            Self::Text(text) => text.len() as u128 + 1,
            Self::Digit(..) => DIGITS.len() as u128 + 1,
        }
    }

    fn constant(&self) -> Option<u32> {
        match self {
            Self::Text(text) if text.len() == 1 && text.is_full() => Some(1),
            Self::Digit(_, true) => Some(0),
            _ => None,
        }
    }

    /// The key of the row's value plus one, or the number itself; 0 for none.
    #[inline]
    fn key(&self, row: usize) -> u32 {
        match self {
            Self::Text(text) => text.key(row).map_or(0, |key| u32::try_from(key).unwrap_or(u32::MAX - 1) + 1),
            Self::Digit(numbers, _) => match numbers.get(row) {
                Ok(Some(digit @ 1..=9)) => u32::try_from(digit).unwrap_or(0),
                _ => 0,
            },
        }
    }

    fn value(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Text(text) => text.get(row),
            Self::Digit(..) => DIGITS.get((self.key(row) as usize).checked_sub(1)?).copied(),
        }
    }
}

fn dictionary(array: Option<&ArrayRef>) -> Option<ArrayRef> {
    array?.as_dictionary_opt::<Int32Type>().map(|keys| keys.values().clone())
}

fn is_same(old: &[Option<ArrayRef>], new: &[Option<ArrayRef>]) -> bool {
    let same = |(old, new): (&Option<ArrayRef>, &Option<ArrayRef>)| match (old, new) {
        (Some(old), Some(new)) => Arc::ptr_eq(old, new),
        (None, None) => true,
        _ => false,
    };
    old.len() == new.len() && old.iter().zip(new).all(same)
}
