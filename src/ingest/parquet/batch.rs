//! Some rows of a file: the decoded columns by field, and which rows they are.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::filter;

use crate::model::field::Field;

/// The number of each row of a batch, from 1 through the file.
#[derive(Clone, Debug)]
pub(super) enum RowNumbers {
    /// Consecutive from this one.
    From(u64),
    /// Each by itself.
    Each(Vec<u64>),
}

impl Default for RowNumbers {
    fn default() -> Self {
        Self::From(1)
    }
}

impl RowNumbers {
    #[inline]
    pub(super) fn get(&self, row: usize) -> u64 {
        match self {
            Self::From(first) => first + row as u64,
            Self::Each(numbers) => numbers[row],
        }
    }
}

/// Some rows' columns by field.
#[derive(Clone, Debug, Default)]
pub(super) struct RowBatch {
    arrays: BTreeMap<Field, ArrayRef>,
    pub(super) rows: usize,
    pub(super) numbers: RowNumbers,
    /// Rows that are no flow-log records, and what they are instead.
    pub(super) aside: BTreeMap<usize, String>,
}

impl RowBatch {
    /// Consecutive rows from the given number on.
    pub(super) fn new(arrays: BTreeMap<Field, ArrayRef>, rows: usize, first: u64) -> Self {
        Self { arrays, rows, numbers: RowNumbers::From(first), aside: BTreeMap::new() }
    }

    /// The decoded columns of a flat file; `fields` says what they hold, in their order.
    pub(super) fn of_columns(decoded: &RecordBatch, fields: &[Field], first: u64) -> Self {
        let arrays = fields.iter().copied().zip(decoded.columns().iter().cloned()).collect();
        Self::new(arrays, decoded.num_rows(), first)
    }

    /// The columns, in the order of the fields.
    pub(super) fn arrays(&self) -> &BTreeMap<Field, ArrayRef> {
        &self.arrays
    }

    pub(super) fn get(&self, field: Field) -> Option<&ArrayRef> {
        self.arrays.get(&field)
    }

    /// The rows of which the mask is true.
    pub(super) fn keep(&self, mask: &BooleanArray) -> Self {
        let kept = |array| filter(array, mask).expect("a mask has a bit for each row");
        let arrays = self.arrays.iter().map(|(&field, array)| (field, kept(array))).collect();
        let rows = mask.values().set_indices().map(|row| self.numbers.get(row));
        let numbers = RowNumbers::Each(rows.collect());
        Self { arrays, rows: mask.true_count(), numbers, aside: BTreeMap::new() }
    }

    /// The rows from `first` on, and as many of them as `other` has from `at` on with other columns: both beside each other.
    pub(super) fn beside(&self, first: usize, other: &Self, at: usize) -> Self {
        let rows = (self.rows - first).min(other.rows - at);
        let own = self.arrays.iter().map(|(&field, array)| (field, array.slice(first, rows)));
        let others = other.arrays.iter().map(|(&field, array)| (field, array.slice(at, rows)));
        let numbers = (first..first + rows).map(|row| self.numbers.get(row)).collect();
        let numbers = RowNumbers::Each(numbers);
        Self { arrays: own.chain(others).collect(), rows, numbers, aside: BTreeMap::new() }
    }
}
