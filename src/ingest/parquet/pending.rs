//! Rows between the two steps: chosen by some columns, and not yet told by the others.

use ::parquet::arrow::arrow_reader::RowSelection;
use arrow::array::BooleanArray;
use arrow::buffer::BooleanBuffer;

use super::batch::RowBatch;

/// Rows whose other columns are needed.
#[derive(Default)]
pub(super) struct PendingRows {
    batches: Vec<RowBatch>,
    rows: usize,
    /// Of every row of the row group so far, whether it waits.
    masks: Vec<BooleanArray>,
}

impl PendingRows {
    /// How many rows wait.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Takes the next rows of the row group; those wait of which the mask is true.
    pub(super) fn add(&mut self, batch: &RowBatch, mask: BooleanArray) {
        let count = mask.true_count();
        if count > 0 {
            self.batches.push(batch.keep(&mask));
            self.rows += count;
        }
        self.masks.push(mask);
    }

    /// The rows that wait, which then do not wait any more, and their places in the row group; none if there are none.
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

/// Rows of the first step that have not got their other columns yet.
pub(super) struct SelectedRows {
    batches: Vec<RowBatch>,
    batch: usize,
    row: usize,
}

impl SelectedRows {
    /// All of them.
    pub(super) fn batches(&self) -> &[RowBatch] {
        &self.batches
    }

    /// The next rows beside those of `further` from `at` on; none at the end of either.
    pub(super) fn beside(&mut self, further: &RowBatch, at: usize) -> Option<RowBatch> {
        let batch = self.batches.get(self.batch).filter(|_| at < further.rows)?;
        let joined = batch.beside(self.row, further, at);
        self.row += joined.rows;
        if self.row == batch.rows {
            self.batch += 1;
            self.row = 0;
        }
        Some(joined)
    }

    /// The number of the first row that has not.
    pub(super) fn first(&self) -> Option<u64> {
        Some(self.batches.get(self.batch)?.numbers.get(self.row))
    }
}
