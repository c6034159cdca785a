//! The descriptive columns of a Parquet batch: sets of values are numbered by their dictionary keys.
//!
//! Rows share few sets of keys, so that the text behind a set is looked at once for each set and not once a row.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use rustc_hash::FxHashMap;

use super::parquet::column;
use super::parquet_columns::{Numbers, Text};
use super::sink::{DESCRIPTIVE, Description, DescriptionId, Sink};
use crate::model::field::Field;

/// By column: the key of its value plus one, or a number itself; 0 for none.
type Keys = [u32; DESCRIPTIVE.len()];

enum Column {
    Absent,
    Text(Text),
    /// The one descriptive number, traffic-path, is a digit.
    Digit(Numbers),
}

/// Traffic paths as text; 0 stands for none in re-saved files.
const DIGITS: [&[u8]; 9] = [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9"];

/// The descriptive columns and the sets of values met in them.
#[derive(Default)]
pub(super) struct DescriptionColumns {
    columns: Vec<Column>,
    dictionaries: Vec<Option<ArrayRef>>,
    known: FxHashMap<Keys, DescriptionId>,
}

impl DescriptionColumns {
    /// Takes the next batch's columns; what was known is kept while every dictionary stays the same.
    pub(super) fn set(&mut self, batch: &RecordBatch) {
        let arrays: Vec<Option<&ArrayRef>> = DESCRIPTIVE.iter().map(|&field| column(batch, field)).collect();
        let dictionaries: Vec<Option<ArrayRef>> = arrays.iter().map(|array| dictionary(*array)).collect();
        let is_same = |(old, new): (&Option<ArrayRef>, &Option<ArrayRef>)| match (old, new) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (None, None) => true,
            _ => false,
        };
        let same = self.dictionaries.len() == dictionaries.len()
            && self.dictionaries.iter().zip(&dictionaries).all(is_same);
        if !same {
            self.known.clear();
        }
        self.dictionaries = dictionaries;
        self.columns =
            arrays.into_iter().zip(DESCRIPTIVE).map(|(array, field)| Column::new(field, array)).collect();
    }

    /// The number of the row's set of values.
    #[inline]
    pub(super) fn get<S: Sink>(&mut self, row: usize, sink: &mut S) -> DescriptionId {
        let mut keys = [0; DESCRIPTIVE.len()];
        for (key, column) in keys.iter_mut().zip(&self.columns) {
            *key = column.key(row);
        }
        if let Some(&id) = self.known.get(&keys) {
            return id;
        }
        let mut values: Description<'_> = [None; DESCRIPTIVE.len()];
        for (value, column) in values.iter_mut().zip(&self.columns) {
            *value = column.value(row);
        }
        let id = sink.description(&values);
        self.known.insert(keys, id);
        id
    }
}

impl Column {
    fn new(field: Field, array: Option<&ArrayRef>) -> Self {
        match array.map(|array| (Text::of(array), array)) {
            None => Self::Absent,
            Some((Some(text), _)) => Self::Text(text),
            Some((None, array)) => Self::Digit(Numbers::new(field, Some(array))),
        }
    }

    #[inline]
    fn key(&self, row: usize) -> u32 {
        let key = match self {
            Self::Absent => None,
            Self::Text(text) => text.key(row).map(|key| key as u64 + 1),
            Self::Digit(numbers) => numbers.get(row).ok().flatten(),
        };
        key.and_then(|key| u32::try_from(key).ok()).unwrap_or(0)
    }

    fn value(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Absent => None,
            Self::Text(text) => text.get(row),
            Self::Digit(_) => DIGITS.get((self.key(row) as usize).checked_sub(1)?).copied(),
        }
    }
}

fn dictionary(array: Option<&ArrayRef>) -> Option<ArrayRef> {
    array?.as_dictionary_opt::<Int32Type>().map(|keys| keys.values().clone())
}
