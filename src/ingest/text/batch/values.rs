//! The values of some rows, read column by column, and the records made of them.

use std::net::{IpAddr, Ipv4Addr};

use fearless_simd::Level;

use super::addresses::ipv4;
use super::numbers::{numbers, times};
use super::table::{ColumnValues, LineTable, MAX_ROWS};
use crate::ingest::prefilter::Prefilter;
use crate::ingest::record::{Action, LogStatus, TimeSpan, UNKNOWN_SIZE};
use crate::ingest::schema::fields::Fields;
use crate::ingest::schema::value::Strict;
use crate::ingest::sink::Sink;
use crate::ingest::text::layout::{RecordHead, RecordLayout, RecordValues};
use crate::ingest::totals::Totals;
use crate::model::source::RowRef;

/// The numbers of all rows.
const ALL_ROWS: [u8; MAX_ROWS] = {
    let mut each = [0; MAX_ROWS];
    let mut row = 0;
    while row < each.len() {
        #[expect(clippy::cast_possible_truncation, reason = "64 rows")]
        let number = row as u8;
        each[row] = number;
        row += 1;
    }
    each
};

/// The values of some rows.
pub(in crate::ingest) struct BatchValues {
    level: Level,
    start: ColumnValues,
    end: ColumnValues,
    /// One bit for each row that cannot be read here.
    irregular: u64,
    src_port: ColumnValues,
    dst_port: ColumnValues,
    /// The rows whose ports matter, and their number.
    retained: [u8; MAX_ROWS],
    n_retained: usize,
    /// The index of the next retained row.
    next: usize,
    // Values by index among the retained rows.
    protocol: ColumnValues,
    packets: ColumnValues,
    bytes: ColumnValues,
    tcp_flags: ColumnValues,
    src: ColumnValues,
    dst: ColumnValues,
    /// One bit for each retained row with a number that cannot be read here.
    irregular_retained: u64,
    /// The same for TCP flags, which may be missing, and for addresses, which may be IPv6.
    irregular_flags: u64,
    irregular_src: u64,
    irregular_dst: u64,
}

impl Default for BatchValues {
    fn default() -> Self {
        let none = [0; MAX_ROWS];
        Self {
            level: Level::new(),
            start: none,
            end: none,
            irregular: 0,
            src_port: none,
            dst_port: none,
            retained: [0; MAX_ROWS],
            n_retained: 0,
            next: 0,
            protocol: none,
            packets: none,
            bytes: none,
            tcp_flags: none,
            src: none,
            dst: none,
            irregular_retained: 0,
            irregular_flags: 0,
            irregular_src: 0,
            irregular_dst: 0,
        }
    }
}

impl BatchValues {
    /// Reads the times of the rows.
    pub(in crate::ingest) fn read_times(&mut self, layout: &RecordLayout, table: LineTable<'_>) {
        let rows = &ALL_ROWS[..table.n_rows()];
        self.irregular = times(self.level, table.cells(layout.start, rows), &mut self.start)
            | times(self.level, table.cells(layout.end, rows), &mut self.end);
    }

    /// Reads the ports of all rows, and the other values of the rows whose ports matter.
    pub(in crate::ingest) fn read_values<S: Sink>(
        &mut self,
        layout: &RecordLayout,
        table: LineTable<'_>,
        sink: &S,
    ) {
        let (level, rows) = (self.level, &ALL_ROWS[..table.n_rows()]);
        self.irregular |= numbers(level, table.cells(layout.src_port, rows), &mut self.src_port)
            | numbers(level, table.cells(layout.dst_port, rows), &mut self.dst_port);
        (self.n_retained, self.next) = (0, 0);
        for &row in rows {
            let at = usize::from(row);
            let (src_port, dst_port) = (self.src_port[at], self.dst_port[at]);
            let ports = u16::try_from(src_port).ok().zip(u16::try_from(dst_port).ok());
            self.irregular |= u64::from(ports.is_none()) << at;
            let (src_port, dst_port) = ports.unwrap_or_default();
            self.retained[self.n_retained] = row;
            self.n_retained += usize::from(sink.wants_ports(src_port, dst_port));
        }
        let rows = &self.retained[..self.n_retained];
        self.irregular_retained = numbers(level, table.cells(layout.protocol, rows), &mut self.protocol);
        for (column, into) in [(layout.packets, &mut self.packets), (layout.bytes, &mut self.bytes)] {
            if let Some(column) = column {
                self.irregular_retained |= numbers(level, table.cells(column, rows), into);
            }
        }
        if let Some(column) = layout.tcp_flags {
            self.irregular_flags = numbers(level, table.cells(column, rows), &mut self.tcp_flags);
        }
        self.irregular_src = ipv4(level, table.cells(layout.src_addr, rows), &mut self.src);
        self.irregular_dst = ipv4(level, table.cells(layout.dst_addr, rows), &mut self.dst);
    }

    /// The time and action of the row; none if it cannot be read here.
    #[inline]
    fn regular(&self, layout: &RecordLayout, row: usize, fields: Fields<'_>) -> Option<(TimeSpan, Action)> {
        let is_ok = layout.log_status.is_some_and(|at| fields.is(at, b"OK"));
        if self.irregular >> row & 1 == 1 || !is_ok {
            return None;
        }
        Some((TimeSpan { start: self.start[row], end: self.end[row] }, layout.plain_action(fields)?))
    }

    /// Counts rows that cannot matter, beginning with `row`, until one may. Returns the number of that row.
    #[inline]
    pub(in crate::ingest) fn skip(
        &self,
        layout: &RecordLayout,
        table: LineTable<'_>,
        mut row: usize,
        prefilter: &Prefilter,
        skipped: &mut Totals,
    ) -> usize {
        let (begin, mut rejected, mut in_time) = (row, 0, 0);
        let mut widest = TimeSpan { start: u32::MAX, end: 0 };
        while row < table.n_rows() {
            let fields = table.fields(row);
            let Some((span, action)) = self.regular(layout, row, fields) else { break };
            let can_matter = prefilter.touches(span);
            if can_matter && layout.is_wanted(fields, LogStatus::Ok(action), prefilter) {
                break;
            }
            in_time += u64::from(can_matter);
            rejected += u64::from(can_matter && action == Action::Reject);
            widest = TimeSpan { start: widest.start.min(span.start), end: widest.end.max(span.end) };
            row += 1;
        }
        if row > begin {
            skipped.merge(&Totals {
                records: (row - begin) as u64,
                accepted: in_time - rejected,
                rejected,
                span: Some((widest.start, widest.end)),
                ..Totals::default()
            });
        }
        row
    }

    /// Passes rows to the sink, beginning with `row`, until one cannot be read here. Returns the number of that row.
    /// `first` is the position of the first row.
    #[inline]
    pub(in crate::ingest) fn hand_over<S: Sink>(
        &mut self,
        layout: &RecordLayout,
        table: LineTable<'_>,
        mut row: usize,
        first: RowRef,
        sink: &mut S,
    ) -> usize {
        while row < table.n_rows() {
            let fields = table.fields(row);
            let place = self.next;
            let is_retained = place < self.n_retained && usize::from(self.retained[place]) == row;
            self.next += usize::from(is_retained);
            let Some((span, action)) = self.regular(layout, row, fields) else { break };
            let known = RecordHead { span, action, row: RowRef { line: first.line + row as u64, ..first } };
            let outcome = if is_retained {
                self.hand_over_one(layout, fields, (row, place), known, sink)
            } else {
                layout.report_coverage(fields, known, &mut Strict, sink).ok()
            };
            if outcome.is_none() {
                break;
            }
            row += 1;
        }
        row
    }

    /// Passes on a row that matters; returns none if it cannot be read here. Records between IPv4 addresses, which are
    /// the most frequent, are built separately: a value that is written in small pieces and then copied as a whole
    /// stalls the processor.
    #[inline]
    fn hand_over_one<S: Sink>(
        &self,
        layout: &RecordLayout,
        fields: Fields<'_>,
        (row, place): (usize, usize),
        known: RecordHead,
        sink: &mut S,
    ) -> Option<()> {
        let has = |irregular: u64| irregular >> place & 1 == 1;
        if has(self.irregular_retained) {
            return None;
        }
        let tcp_flags = match layout.tcp_flags {
            Some(_) if !has(self.irregular_flags) => Some(u16::try_from(self.tcp_flags[place]).ok()?),
            _ => layout.tcp_flags(fields).ok()?,
        };
        let port = |port: u32| u16::try_from(port).ok();
        let none = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let values = RecordValues {
            src: none,
            dst: none,
            src_port: port(self.src_port[row])?,
            dst_port: port(self.dst_port[row])?,
            protocol: u8::try_from(self.protocol[place]).ok()?,
            packets: layout.packets.map_or(UNKNOWN_SIZE, |_| self.packets[place].into()),
            bytes: layout.bytes.map_or(UNKNOWN_SIZE, |_| self.bytes[place].into()),
            tcp_flags,
        };
        if !has(self.irregular_src | self.irregular_dst) {
            let [src, dst] =
                [self.src[place], self.dst[place]].map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)));
            return layout
                .hand_over(fields, known, RecordValues { src, dst, ..values }, &mut Strict, sink)
                .ok();
        }
        let (src, dst) = (fields.address(layout.src_addr)?, fields.address(layout.dst_addr)?);
        layout.hand_over(fields, known, RecordValues { src, dst, ..values }, &mut Strict, sink).ok()
    }
}
