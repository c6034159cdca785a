//! Some rows of a file: the decoded columns by field, and the numbers of the rows.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::filter;

use crate::model::field::Field;

/// The number of each row of a batch, counted from 1 through the file.
#[derive(Clone, Debug)]
pub(super) enum RowNumbers {
    /// Consecutive numbers from this one on.
    From(u64),
    /// One number per row.
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

/// The columns of some rows, by field.
#[derive(Clone, Debug, Default)]
pub(super) struct RowBatch {
    arrays: BTreeMap<Field, ArrayRef>,
    pub(super) rows: usize,
    pub(super) numbers: RowNumbers,
    /// Rows that are not flow-log records, with a description of each.
    pub(super) non_records: BTreeMap<usize, String>,
}

impl RowBatch {
    /// Consecutive rows from the given number on.
    pub(super) fn new(arrays: BTreeMap<Field, ArrayRef>, rows: usize, first: u64) -> Self {
        Self { arrays, rows, numbers: RowNumbers::From(first), non_records: BTreeMap::new() }
    }

    /// The decoded columns of a flat file. `fields` lists their fields in order.
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

    /// The rows for which the mask is true.
    pub(super) fn filtered(&self, mask: &BooleanArray) -> Self {
        let kept = |array| filter(array, mask).expect("a mask has a bit for each row");
        let arrays = self.arrays.iter().map(|(&field, array)| (field, kept(array))).collect();
        let rows = mask.values().set_indices().map(|row| self.numbers.get(row));
        let numbers = RowNumbers::Each(rows.collect());
        Self { arrays, rows: mask.true_count(), numbers, non_records: BTreeMap::new() }
    }

    /// The rows from `first` on, with the columns of `other` from its row `at` on added. The result has as many rows as
    /// both have left.
    pub(super) fn joined_with(&self, first: usize, other: &Self, at: usize) -> Self {
        let rows = (self.rows - first).min(other.rows - at);
        let own = self.arrays.iter().map(|(&field, array)| (field, array.slice(first, rows)));
        let others = other.arrays.iter().map(|(&field, array)| (field, array.slice(at, rows)));
        let numbers = (first..first + rows).map(|row| self.numbers.get(row)).collect();
        let numbers = RowNumbers::Each(numbers);
        Self { arrays: own.chain(others).collect(), rows, numbers, non_records: BTreeMap::new() }
    }
}
