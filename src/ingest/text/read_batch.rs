//! Reads lines whose fields are known, most of them in batches.

use super::TextReader;
use super::batch::{BatchValues, LineBatch, LineTable};
use super::mode::Mode;
use super::tiny_lines::LONGEST;
use crate::ingest::defects::FileContext;
use crate::ingest::schema::fields::Fields;
use crate::ingest::sink::Sink;
use crate::ingest::source::lines::{MAX_LINE, TextLine};
use crate::model::source::RowRef;

impl TextReader<'_> {
    /// Reads several lines, most of them together.
    pub(super) fn rows<S: Sink>(
        &mut self,
        number: u64,
        rows: LineBatch<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        let mut batch = self.batch.take().unwrap_or_default();
        let mut row = 0;
        while row < rows.count() {
            let first = RowRef { source: file.source, line: number + row as u64 };
            let line = rows.fields(row);
            if line.length() <= LONGEST && self.tiny_line(first.line, line.line()) {
                row += 1;
                continue;
            }
            let Some(table) = self.prepare(&mut batch, rows, row, sink) else {
                self.read_one(first.line, line, file, sink);
                row += 1;
                continue;
            };
            let n_mode_changes = self.n_mode_changes;
            let mut at = 0;
            // A header among the lines changes how the rest is read.
            while at < table.n_rows() && n_mode_changes == self.n_mode_changes {
                let read = self.read_together(&mut batch, table, at, first, sink);
                self.n_lines += (read - at) as u64;
                at = read;
                if at < table.n_rows() {
                    self.read_one(first.line + at as u64, rows.fields(row + at), file, sink);
                    at += 1;
                }
            }
            row += at;
        }
        self.batch = Some(batch);
    }

    /// Reads the columns of the lines from `first` on; none if they are not records.
    #[inline]
    fn prepare<'b, S: Sink>(
        &self,
        batch: &mut BatchValues,
        rows: LineBatch<'b>,
        first: usize,
        sink: &S,
    ) -> Option<LineTable<'b>> {
        let Mode::Records(order) = &self.mode else { return None };
        let table = rows.table(first, order.layout.count());
        if table.n_rows() == 0 {
            return None;
        }
        batch.read_times(&order.layout, table);
        if self.prefilter.is_none() {
            batch.read_values(&order.layout, table, sink);
        }
        Some(table)
    }

    /// Reads lines from `at` on until one is not in the usual form. Returns the number of that line.
    #[inline]
    fn read_together<S: Sink>(
        &mut self,
        batch: &mut BatchValues,
        table: LineTable<'_>,
        at: usize,
        first: RowRef,
        sink: &mut S,
    ) -> usize {
        let Mode::Records(order) = &self.mode else { return at };
        match &self.prefilter {
            Some(prefilter) => batch.skip(&order.layout, table, at, prefilter, &mut self.skipped),
            None => batch.hand_over(&order.layout, table, at, first, sink),
        }
    }

    /// Reads one line whose fields are known.
    fn read_one<S: Sink>(&mut self, number: u64, line: Fields<'_>, file: &mut FileContext<'_>, sink: &mut S) {
        // The first line may begin with a byte order mark.
        if number == 1 || line.length() > MAX_LINE {
            let text = line.line();
            let is_too_long = text.len() > MAX_LINE;
            return self.line(
                number,
                if is_too_long { TextLine::TooLong } else { TextLine::Text(text) },
                file,
                sink,
            );
        }
        self.split_line(number, line, file, sink);
    }
}
