//! The counts of one log file.

use crate::ingest::key::Told;
use crate::ingest::totals::Totals;

/// What one file held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileTotals {
    /// RecordCounts over its records.
    pub totals: Totals,
    /// Whether it could not be opened or read to its end.
    pub is_unreadable: bool,
}

impl FileTotals {
    /// Of a file that was not read: it shows that records went on until then.
    pub(super) fn unread(known: Option<Told>) -> Self {
        let at = known.and_then(|known| u32::try_from(known.written_after.0).ok());
        let totals = Totals { span: at.map(|at| (at, at)), ..Totals::default() };
        Self { totals, is_unreadable: false }
    }

    pub(super) fn add(&mut self, part: &Self) {
        self.totals.merge(&part.totals);
        self.is_unreadable |= part.is_unreadable;
    }
}
