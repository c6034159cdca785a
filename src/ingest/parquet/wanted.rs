//! Whether a row can matter: by its time, its interface and its addresses.

use super::super::number::parse_address;
use super::super::sink::{Sighting, Span, Wanted};
use super::super::totals::Totals;
use super::batch::Batch;
use super::columns::Turned;
use super::row::ADDRESSES;
use crate::model::field::Field;
use crate::model::time::{Timestamp, Window};

/// Whether a record of this time can matter.
#[inline]
pub(super) fn touches(window: &Window, span: Span) -> bool {
    window.touches(Timestamp(span.start.into()), Timestamp(span.end.into()))
}

/// Asks of each row whether it can matter; each distinct value is looked up once.
pub(super) struct Choice {
    wanted: Wanted,
    /// Whether records without an interface are wanted.
    nameless: bool,
    interface: Turned<bool>,
    addresses: [Turned<bool>; ADDRESSES.len()],
}

impl Choice {
    pub(super) fn new(wanted: Wanted) -> Self {
        Self {
            nameless: wanted.interfaces.contains("-"),
            wanted,
            interface: Turned::new(),
            addresses: [(); ADDRESSES.len()].map(|()| Turned::new()),
        }
    }

    /// Takes the next batch.
    pub(super) fn set(&mut self, batch: &Batch) {
        self.interface.set(batch.get(Field::InterfaceId));
        for (addresses, field) in self.addresses.iter_mut().zip(ADDRESSES) {
            addresses.set(batch.get(field));
        }
    }

    /// Whether its time touches the window.
    #[inline]
    pub(super) fn is_in_time(&self, span: Span) -> bool {
        touches(&self.wanted.window, span)
    }

    /// Whether the row's interface or one of its addresses is wanted.
    #[inline]
    pub(super) fn names(&mut self, row: usize) -> bool {
        let Self { wanted, interface, addresses, nameless } = self;
        let known =
            |text: &[u8]| Ok(std::str::from_utf8(text).is_ok_and(|id| wanted.interfaces.contains(id)));
        if interface.get(row, known).ok().flatten().unwrap_or(*nameless) {
            return true;
        }
        // What is no address is no wanted one.
        let known = |text: &[u8]| Ok(parse_address(text).is_some_and(|it| wanted.addresses.contains(&it)));
        addresses.iter_mut().any(|column| column.get(row, known).ok().flatten().unwrap_or(false))
    }
}

/// Counts over the rows that were left out.
#[derive(Default)]
pub(super) struct LeftOut(pub(super) Totals);

impl LeftOut {
    /// Rows outside the window: their number and span alone, because more is not known of a row group that is not read.
    #[inline]
    pub(super) fn outside(&mut self, rows: u64, span: Span) {
        self.0.merge(&Totals { records: rows, span: Some((span.start, span.end)), ..Totals::default() });
    }

    /// A row within it.
    #[inline]
    pub(super) fn within(&mut self, sighting: Sighting, span: Span) {
        self.0.count(sighting, span, true);
    }
}
