//! Rows between the two steps: selected by some columns, but not read completely.

use ::parquet::arrow::arrow_reader::RowSelection;
use arrow::array::BooleanArray;
use arrow::buffer::BooleanBuffer;

use super::batch::RowBatch;

/// Rows whose other columns are needed.
#[derive(Default)]
pub(super) struct PendingRows {
    batches: Vec<RowBatch>,
    rows: usize,
    /// For every row of the row group so far, whether it is pending.
    masks: Vec<BooleanArray>,
}

impl PendingRows {
    /// The number of pending rows.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds the next rows of the row group. Rows for which the mask is true become pending.
    pub(super) fn add(&mut self, batch: &RowBatch, mask: BooleanArray) {
        let count = mask.true_count();
        if count > 0 {
            self.batches.push(batch.filtered(&mask));
            self.rows += count;
        }
        self.masks.push(mask);
    }

    /// Takes out the pending rows, with their selection in the row group; none if no row is pending.
    pub(super) fn take(&mut self) -> Option<(RowSelection, SelectedRows)> {
        if self.rows == 0 {
            return None;
        }
        let selection = RowSelection::from_filters(&self.masks);
        for mask in &mut self.masks {
            *mask = BooleanArray::new(BooleanBuffer::new_unset(mask.len()), None);
        }
        self.rows = 0;
        let batches = std::mem::take(&mut self.batches);
        Some((selection, SelectedRows { batches, batch: 0, row: 0 }))
    }
}

/// Rows of the first step that still need their other columns.
pub(super) struct SelectedRows {
    batches: Vec<RowBatch>,
    batch: usize,
    row: usize,
}

impl SelectedRows {
    /// All of these rows.
    pub(super) fn batches(&self) -> &[RowBatch] {
        &self.batches
    }

    /// The next rows, with the columns of `further` from its row `at` on added; none at the end of either.
    pub(super) fn joined_with(&mut self, further: &RowBatch, at: usize) -> Option<RowBatch> {
        let batch = self.batches.get(self.batch).filter(|_| at < further.rows)?;
        let joined = batch.joined_with(self.row, further, at);
        self.row += joined.rows;
        if self.row == batch.rows {
            self.batch += 1;
            self.row = 0;
        }
        Some(joined)
    }

    /// The number of the first row that still needs its other columns.
    pub(super) fn first(&self) -> Option<u64> {
        Some(self.batches.get(self.batch)?.numbers.get(self.row))
    }
}
