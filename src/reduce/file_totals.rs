//! The counts of one log file.

use crate::ingest::object_key::ObjectTime;
use crate::ingest::totals::Totals;

/// The counts of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileTotals {
    /// Counts over the records of the file.
    pub totals: Totals,
    /// Whether the file could not be opened or read to its end.
    pub is_unreadable: bool,
}

impl FileTotals {
    /// Returns the totals of a file that was not read. The time in its name still shows that records were written
    /// until then.
    pub(super) fn unread(known: Option<ObjectTime>) -> Self {
        let at = known.and_then(|known| u32::try_from(known.written_after.0).ok());
        let totals = Totals { span: at.map(|at| (at, at)), ..Totals::default() };
        Self { totals, is_unreadable: false }
    }

    pub(super) fn add(&mut self, part: &Self) {
        self.totals.merge(&part.totals);
        self.is_unreadable |= part.is_unreadable;
    }
}
