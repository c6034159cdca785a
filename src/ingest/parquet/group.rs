//! One row group to records: of everyone, or of those that can matter.
//!
//! Where only some records can matter, a row group is read in two steps: first the columns that tell which, then the
//! other ones for these alone. See `docs/decisions/0008-two-steps-of-a-row-group.md`.

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use arrow::array::{BooleanArray, BooleanBufferBuilder, RecordBatch};
use arrow::buffer::BooleanBuffer;

use super::super::guard::guarded;
use super::super::record::BadValue;
use super::super::sink::{Sink, Span, Wanted};
use super::super::text::FileContext;
use super::super::totals::Totals;
use super::batch::Batch;
use super::chunks::{Chunks, Pages};
use super::footer::{Footer, rows};
use super::lake::Flattener;
use super::layout::{Columns, Projection};
use super::row::Rows;
use super::statistics::time_of_group;
use super::wanted::{Choice, LeftOut, touches};
use crate::model::defect::{DefectKind, Defects};

/// Rows decoded at a time.
const BATCH: usize = 16 * 1024;
/// Rows that may wait for the second step.
const MOST_WAITING: usize = 256 * 1024;

/// Reads one row group into the sink.
pub(super) struct GroupReader<'a> {
    pub(super) footer: &'a Footer,
    pub(super) group: usize,
    /// Opens the file: each decoder has its own place in it.
    pub(super) open: &'a dyn Fn() -> Result<Chunks, String>,
}

impl GroupReader<'_> {
    pub(super) fn read<S: Sink>(&self, file: &mut FileContext<'_>, sink: &mut S) {
        let Some(window) = sink.wanted().map(|wanted| wanted.window) else {
            return self.everyone(file, sink);
        };
        let group = self.footer.group(self.group);
        match self.footer.times.and_then(|times| time_of_group(group, times)) {
            Some(span) if !touches(&window, span) => {
                let mut left_out = LeftOut::default();
                left_out.outside(rows(group), span);
                sink.left_out(&left_out.0);
            }
            _ => {
                if let Some(wanted) = sink.wanted().cloned() {
                    self.wanted(wanted, file, sink);
                }
            }
        }
    }

    fn everyone<S: Sink>(&self, file: &mut FileContext<'_>, sink: &mut S) {
        let mut rows = self.rows(file);
        let schema = self.footer.metadata.metadata().file_metadata().schema_descr();
        let mut decoder = self.decode(self.footer.layout.everything(schema), None);
        while let Some(batch) = decoder.next(file) {
            all(&mut rows, &batch, file, sink);
        }
    }

    fn wanted<S: Sink>(&self, wanted: Wanted, file: &mut FileContext<'_>, sink: &mut S) {
        let schema = self.footer.metadata.metadata().file_metadata().schema_descr();
        let mut step = FirstStep {
            choice: Choice::new(wanted),
            rows: self.rows(file),
            left_out: LeftOut::default(),
            waiting: Waiting::default(),
        };
        // Both steps come to defects in the order of rows, but not one after the other.
        let mut later = Defects::default();
        let mut second = FileContext { defects: &mut later, ..*file };
        let mut decoder = self.decode(self.footer.layout.deciding(schema), None);
        while let Some(batch) = decoder.next(file) {
            step.take(&batch, file, sink);
            if step.waiting.rows >= MOST_WAITING {
                self.further(&mut step.waiting, &mut second, sink);
            }
        }
        self.further(&mut step.waiting, &mut second, sink);
        file.defects.merge(later);
        if step.left_out.0 != Totals::default() {
            sink.left_out(&step.left_out.0);
        }
    }

    /// The second step: the other columns of the rows that wait for them.
    fn further<S: Sink>(&self, waiting: &mut Waiting, file: &mut FileContext<'_>, sink: &mut S) {
        let Some(selection) = waiting.selection() else { return };
        let mut rows = self.rows(file);
        let mut unread = Unread { batches: std::mem::take(&mut waiting.batches), ..Unread::default() };
        waiting.rows = 0;
        let schema = self.footer.metadata.metadata().file_metadata().schema_descr();
        let Some(projection) = self.footer.layout.further(schema) else {
            return unread.batches.iter().for_each(|batch| all(&mut rows, batch, file, sink));
        };
        let mut decoder = self.decode(projection, Some(selection));
        while let Some(number) = unread.first() {
            decoder.number = number;
            let Some(batch) = decoder.next(file) else { break };
            let mut at = 0;
            while let Some(joined) = unread.beside(&batch, at) {
                at += joined.rows;
                all(&mut rows, &joined, file, sink);
            }
        }
        // A decoder that failed has told so.
        if let Some(number) = unread.first().filter(|_| decoder.batches.is_some()) {
            let says = || "some columns end before others do; other rows were used".to_owned();
            file.defect(DefectKind::DamagedParquet, Some(number), says);
        }
    }

    /// The number of the row group's first row.
    fn first(&self) -> u64 {
        self.footer.rows_before(self.group).saturating_add(1)
    }

    fn rows(&self, file: &FileContext<'_>) -> Rows {
        Rows::new(file.source, self.footer.layout.has_status())
    }

    fn decode(&self, projection: Projection, selection: Option<RowSelection>) -> Decoder {
        let mut batches = self.batches(projection.mask, selection);
        let error = batches.as_mut().err().map(std::mem::take);
        let flattener = Flattener::default();
        Decoder { batches: batches.ok(), error, columns: projection.columns, flattener, number: self.first() }
    }

    fn batches(
        &self,
        mask: ProjectionMask,
        selection: Option<RowSelection>,
    ) -> Result<ParquetRecordBatchReader, String> {
        let pages = Pages((self.open)()?);
        let metadata = self.footer.metadata.clone();
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(pages, metadata)
            .with_projection(mask)
            .with_row_groups(vec![self.group])
            .with_batch_size(BATCH);
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        guarded(|| builder.build())
    }
}

/// Hands over every record of a batch.
fn all<S: Sink>(rows: &mut Rows, batch: &Batch, file: &mut FileContext<'_>, sink: &mut S) {
    rows.set(batch);
    each(batch, file, |row, number| rows.record(row, number, sink));
}

/// Reads each row of a batch, and tells of those that are none or whose values cannot be.
#[inline]
fn each(batch: &Batch, file: &mut FileContext<'_>, mut read: impl FnMut(usize, u64) -> Result<(), BadValue>) {
    for row in 0..batch.rows {
        let number = batch.numbers.get(row);
        if !batch.aside.is_empty()
            && let Some(instead) = batch.aside.get(&row)
        {
            file.defect(DefectKind::BadValue, Some(number), || instead.clone());
        } else if let Err(bad) = read(row, number) {
            file.defect(DefectKind::BadValue, Some(number), || bad.says());
        }
    }
}

/// Some columns of a row group, batch by batch.
struct Decoder {
    batches: Option<ParquetRecordBatchReader>,
    /// Why there are no batches.
    error: Option<String>,
    columns: Columns,
    flattener: Flattener,
    /// The number of the next row.
    number: u64,
}

impl Decoder {
    /// The next rows. Where they cannot be decoded that is told, and there are no more.
    fn next(&mut self, file: &mut FileContext<'_>) -> Option<Batch> {
        let decoded = match (&mut self.batches, self.error.take()) {
            (Some(batches), None) => guarded(|| batches.next().transpose()),
            (_, error) => Err(error?),
        };
        match decoded {
            Ok(decoded) => decoded.map(|decoded| self.batch(&decoded)),
            Err(error) => {
                self.batches = None;
                let says = || format!("{error}; other rows were used");
                file.defect(DefectKind::DamagedParquet, Some(self.number), says);
                None
            }
        }
    }

    fn batch(&mut self, decoded: &RecordBatch) -> Batch {
        let first = self.number;
        self.number += decoded.num_rows() as u64;
        match &self.columns {
            Columns::Flat(fields) => Batch::of_columns(decoded, fields, first),
            Columns::Lake => self.flattener.flatten(decoded, first),
        }
    }
}

/// The first step: who matters, and what is counted of those who do not.
struct FirstStep {
    choice: Choice,
    rows: Rows,
    left_out: LeftOut,
    waiting: Waiting,
}

impl FirstStep {
    fn take<S: Sink>(&mut self, batch: &Batch, file: &mut FileContext<'_>, sink: &mut S) {
        self.rows.set(batch);
        self.choice.set(batch);
        let mut mask = BooleanBufferBuilder::new(batch.rows);
        mask.append_n(batch.rows, false);
        each(batch, file, |row, number| {
            mask.set_bit(row, self.row(row, number, sink)?);
            Ok(())
        });
        self.waiting.add(batch, BooleanArray::new(mask.finish(), None));
    }

    /// Whether more of the row is needed.
    #[inline]
    fn row<S: Sink>(&mut self, row: usize, number: u64, sink: &mut S) -> Result<bool, BadValue> {
        let span: Span = self.rows.span(row)?;
        if !self.choice.is_in_time(span) {
            self.left_out.outside(1, span);
            Ok(false)
        } else if self.choice.names(row) {
            self.rows.coverage(row, number, sink)
        } else {
            self.left_out.within(self.rows.sighting(row)?, span);
            Ok(false)
        }
    }
}

/// Rows whose other columns are needed.
#[derive(Default)]
struct Waiting {
    batches: Vec<Batch>,
    rows: usize,
    /// Of every row of the row group so far, whether it waits.
    masks: Vec<BooleanArray>,
}

impl Waiting {
    fn add(&mut self, batch: &Batch, mask: BooleanArray) {
        let count = mask.true_count();
        if count > 0 {
            self.batches.push(batch.keep(&mask));
            self.rows += count;
        }
        self.masks.push(mask);
    }

    /// Which rows of the row group wait; none if none does. Asked again, these do not wait any more.
    fn selection(&mut self) -> Option<RowSelection> {
        if self.rows == 0 {
            return None;
        }
        let selection = RowSelection::from_filters(&self.masks);
        for mask in &mut self.masks {
            *mask = BooleanArray::new(BooleanBuffer::new_unset(mask.len()), None);
        }
        Some(selection)
    }
}

/// Rows of the first step that have not got their other columns yet.
#[derive(Default)]
struct Unread {
    batches: Vec<Batch>,
    batch: usize,
    row: usize,
}

impl Unread {
    /// The next rows beside those of `further` from `at` on.
    fn beside(&mut self, further: &Batch, at: usize) -> Option<Batch> {
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
    fn first(&self) -> Option<u64> {
        Some(self.batches.get(self.batch)?.numbers.get(self.row))
    }
}
