//! Decides by time, interface and addresses whether a row can matter.

use super::batch::RowBatch;
use super::mapped_column::MappedColumn;
use super::projection::ADDRESSES;
use crate::ingest::prefilter::RecordBounds;
use crate::ingest::record::{Action, LogStatus, TimeSpan};
use crate::ingest::schema::address::parse_address;
use crate::ingest::totals::Totals;
use crate::model::field::Field;
use crate::model::time::{Timestamp, Window};

/// Whether a record of this time can matter.
#[inline]
pub(super) fn touches(window: &Window, span: TimeSpan) -> bool {
    window.touches(Timestamp(span.start.into()), Timestamp(span.end.into()))
}

/// Decides for each row whether it can matter. Each distinct value is looked up once.
pub(super) struct RowFilter {
    bounds: RecordBounds,
    /// Whether records without an interface can matter.
    includes_nameless: bool,
    interface: MappedColumn<bool>,
    addresses: [MappedColumn<bool>; ADDRESSES.len()],
}

impl RowFilter {
    pub(super) fn new(bounds: RecordBounds) -> Self {
        Self {
            includes_nameless: bounds.interfaces.contains("-"),
            bounds,
            interface: MappedColumn::new(),
            addresses: [(); ADDRESSES.len()].map(|()| MappedColumn::new()),
        }
    }

    /// Sets the next batch.
    pub(super) fn set(&mut self, batch: &RowBatch) {
        self.interface.set(batch.get(Field::InterfaceId));
        for (addresses, field) in self.addresses.iter_mut().zip(ADDRESSES) {
            addresses.set(batch.get(field));
        }
    }

    /// Whether the record's time touches the window.
    #[inline]
    pub(super) fn is_in_time(&self, span: TimeSpan) -> bool {
        touches(&self.bounds.window, span)
    }

    /// Whether the row's interface or one of its addresses is within the bounds.
    #[inline]
    pub(super) fn contains(&mut self, row: usize) -> bool {
        let Self { bounds, interface, addresses, includes_nameless } = self;
        let known =
            |text: &[u8]| Ok(std::str::from_utf8(text).is_ok_and(|id| bounds.interfaces.contains(id)));
        if interface.get(row, known).ok().flatten().unwrap_or(*includes_nameless) {
            return true;
        }
        // A text that is not an address is not within the bounds.
        let known = |text: &[u8]| Ok(parse_address(text).is_some_and(|it| bounds.addresses.contains(&it)));
        !bounds.addresses.is_empty()
            && addresses.iter_mut().any(|column| column.get(row, known).ok().flatten().unwrap_or(false))
    }
}

/// Counts over the skipped rows.
pub(super) struct SkippedRows {
    counts: Totals,
    /// The time of all of them.
    span: TimeSpan,
}

impl SkippedRows {
    pub(super) fn new() -> Self {
        Self { counts: Totals::default(), span: TimeSpan { start: u32::MAX, end: 0 } }
    }

    /// Counts a row outside the window by its time only, because nothing more is known of a row group that is not read.
    #[inline]
    pub(super) fn outside(&mut self, span: TimeSpan) {
        self.counts.records += 1;
        self.span = TimeSpan { start: self.span.start.min(span.start), end: self.span.end.max(span.end) };
    }

    /// Counts a row within the window.
    #[inline]
    pub(super) fn within(&mut self, log_status: LogStatus, span: TimeSpan) {
        self.outside(span);
        match log_status {
            LogStatus::Ok(Action::Accept) => self.counts.accepted += 1,
            LogStatus::Ok(Action::Reject) => self.counts.rejected += 1,
            LogStatus::NoData => self.counts.nodata += 1,
            LogStatus::SkipData => self.counts.skipdata += 1,
        }
    }

    /// The counts; none if no row was skipped.
    pub(super) fn totals(self) -> Option<Totals> {
        let span = Some((self.span.start, self.span.end));
        (self.counts.records > 0).then_some(Totals { span, ..self.counts })
    }
}
