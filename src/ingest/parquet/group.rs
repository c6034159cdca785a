//! Reads the records of one row group: all records, or those that can matter.
//!
//! If only some records can matter, a row group is read in two steps: first the columns that decide it, then the other
//! columns of the selected records. See `docs/decisions/0008-two-steps-of-a-row-group.md`.

use arrow::array::{BooleanArray, BooleanBufferBuilder};

use super::batch::RowBatch;
use super::counts::rows;
use super::decoder::{Decoder, RowGroup, report_damage};
use super::pending::PendingRows;
use super::row::RowReader;
use super::row_filter::{RowFilter, SkippedRows, touches};
use super::statistics::time_of_group;
use crate::ingest::defects::{FileContext, Remains};
use crate::ingest::prefilter::RecordBounds;
use crate::ingest::schema::value::{BadValue, Strict};
use crate::ingest::sink::Sink;
use crate::ingest::totals::Totals;
use crate::model::defect::{DefectKind, Defects};
use crate::model::field::Field;

/// The most rows that may wait for the second step.
const MAX_WAITING: usize = 256 * 1024;

impl RowGroup<'_> {
    /// Reads the row group into the sink.
    pub(super) fn read<S: Sink>(self, file: &mut FileContext<'_>, sink: &mut S) {
        let Some(window) = sink.bounds().map(|bounds| bounds.window) else {
            return self.everyone(file, sink);
        };
        let group = self.footer.group(self.number);
        match self.footer.times.and_then(|times| time_of_group(group, times)) {
            Some(span) if !touches(&window, span) => {
                let (records, span) = (rows(group), Some((span.start, span.end)));
                sink.skipped(&Totals { records, span, ..Totals::default() });
            }
            _ => {
                if let Some(bounds) = sink.bounds().cloned() {
                    self.bounds(bounds, file, sink);
                }
            }
        }
    }

    fn everyone<S: Sink>(self, file: &mut FileContext<'_>, sink: &mut S) {
        let mut rows = self.rows(file, true);
        let mut decoder = self.decode(self.footer.layout.all_needed(self.footer.leaves(), S::NEEDS), None);
        while let Some(batch) = decoder.next(file) {
            all(&mut rows, &batch, file, sink);
        }
        self.finish(&decoder, file, sink);
    }

    /// Reports the rows that were not decoded, or that are not as many as the file states.
    fn finish<S: Sink>(self, decoder: &Decoder, file: &mut FileContext<'_>, sink: &mut S) {
        if decoder.is_sound() {
            self.check_rows(decoder, file, sink);
        } else {
            self.discard_rest(decoder, file, sink);
        }
    }

    fn bounds<S: Sink>(self, bounds: RecordBounds, file: &mut FileContext<'_>, sink: &mut S) {
        let by_address = !bounds.addresses.is_empty();
        let columns = self.footer.layout.deciding(self.footer.leaves(), by_address);
        let mut step = FirstStep {
            choice: RowFilter::new(bounds),
            rows: self.rows(file, false),
            skipped: SkippedRows::new(),
            waiting: PendingRows::default(),
        };
        // Both steps report defects in the order of rows, but their rows are interleaved.
        let mut later = Defects::default();
        let mut second = file.with(&mut later);
        let mut decoder = self.decode(columns, None);
        while let Some(batch) = decoder.next(file) {
            step.take(&batch, file, sink);
            if step.waiting.rows() >= MAX_WAITING {
                self.further(by_address, &mut step.waiting, &mut second, sink);
            }
        }
        self.further(by_address, &mut step.waiting, &mut second, sink);
        self.finish(&decoder, file, sink);
        file.defects.merge(later);
        if let Some(totals) = step.skipped.totals() {
            sink.skipped(&totals);
        }
    }

    /// The second step: reads the other columns of the pending rows.
    fn further<S: Sink>(
        self,
        by_address: bool,
        waiting: &mut PendingRows,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        let Some((selection, mut unread)) = waiting.take() else { return };
        let mut rows = self.rows(file, false);
        let Some(columns) = self.footer.layout.further(self.footer.leaves(), by_address, S::NEEDS) else {
            return unread.batches().iter().for_each(|batch| all(&mut rows, batch, file, sink));
        };
        let mut decoder = self.decode(columns, Some(selection));
        while let Some(number) = unread.first() {
            decoder.number = number;
            let Some(batch) = decoder.next(file) else { break };
            let mut at = 0;
            while let Some(joined) = unread.joined_with(&batch, at) {
                at += joined.rows;
                all(&mut rows, &joined, file, sink);
            }
        }
        if unread.first().is_some() {
            self.discard_rest(&decoder, file, sink);
        }
        // A decoder that failed has already reported its defect.
        if let Some(number) = unread.first().filter(|_| decoder.is_sound()) {
            report_damage("some columns end before others", number, file);
        }
    }

    fn rows(self, file: &FileContext<'_>, every_row: bool) -> RowReader {
        RowReader::new(file.source, self.footer.layout.has_status(), every_row)
    }
}

/// Passes on every record of a batch.
fn all<S: Sink>(rows: &mut RowReader, batch: &RowBatch, file: &mut FileContext<'_>, sink: &mut S) {
    rows.set(batch, S::NEEDS);
    each(batch, file, |row, number, file| {
        if rows.record(row, number, sink).is_err() {
            damaged_record(rows, row, number, file, sink);
        }
    });
}

/// Reads a record that has an invalid value. The record stays if only values are invalid that a record may lack.
#[cold]
fn damaged_record<S: Sink>(
    rows: &mut RowReader,
    row: usize,
    number: u64,
    file: &mut FileContext<'_>,
    sink: &mut S,
) {
    match rows.record_lenient(row, number, sink) {
        Ok(missing) => {
            // Without its interface, the record is used for no interface.
            if missing.iter().any(|bad| bad.field() == Field::InterfaceId) {
                file.discard(number, Remains { interface: None, span: rows.span(row).ok() }, sink);
            }
            for bad in &missing {
                file.defect(DefectKind::BadValue, Some(number), || bad.message_of_optional());
            }
        }
        Err(bad) => {
            let interface = rows.interface_text(row).map(<[u8]>::to_vec);
            let remains = Remains { interface: interface.as_deref(), span: rows.span(row).ok() };
            file.discard(number, remains, sink);
            file.defect(DefectKind::BadValue, Some(number), || bad.message());
        }
    }
}

/// Calls `read` with each row of a batch, its number and the file, and reports rows that are not records.
#[inline]
fn each(
    batch: &RowBatch,
    file: &mut FileContext<'_>,
    mut read: impl FnMut(usize, u64, &mut FileContext<'_>),
) {
    for row in 0..batch.rows {
        let number = batch.numbers.get(row);
        if !batch.non_records.is_empty()
            && let Some(instead) = batch.non_records.get(&row)
        {
            file.defect(DefectKind::BadValue, Some(number), || instead.clone());
        } else {
            read(row, number, file);
        }
    }
}

/// The first step: selects rows, and counts the others.
struct FirstStep {
    choice: RowFilter,
    rows: RowReader,
    skipped: SkippedRows,
    waiting: PendingRows,
}

impl FirstStep {
    fn take<S: Sink>(&mut self, batch: &RowBatch, file: &mut FileContext<'_>, sink: &mut S) {
        self.rows.set(batch, S::NEEDS);
        self.choice.set(batch);
        let mut mask = BooleanBufferBuilder::new(batch.rows);
        mask.append_n(batch.rows, false);
        // The second step reports what is invalid in a row.
        each(batch, file, |row, number, _| {
            if self.row(row, number, sink).unwrap_or(true) {
                mask.set_bit(row, true);
            }
        });
        self.waiting.add(batch, BooleanArray::new(mask.finish(), None));
    }

    /// Whether the other columns of the row are needed.
    #[inline]
    fn row<S: Sink>(&mut self, row: usize, number: u64, sink: &mut S) -> Result<bool, BadValue> {
        let span = self.rows.span(row)?;
        if !self.choice.is_in_time(span) {
            self.skipped.outside(span);
            Ok(false)
        } else if self.choice.contains(row) {
            self.rows.coverage(row, number, sink)
        } else {
            self.skipped.within(self.rows.log_status(row, &mut Strict)?, span);
            Ok(false)
        }
    }
}
