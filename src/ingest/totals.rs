//! Counts over records, both retained and skipped.

use super::record::{Action, LogStatus, TimeSpan};

/// Counts over all records that were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Records of any log-status.
    pub records: u64,
    /// Records that are retained in the aggregate, without duplicates.
    pub retained: u64,
    /// Duplicates of retained records, for example because two flow logs cover one interface or a file was given twice.
    pub duplicates: u64,
    /// `OK` records that were accepted. This count and the following ones cover only the time that can matter.
    pub accepted: u64,
    /// `OK` records that were rejected.
    pub rejected: u64,
    /// `NODATA` records.
    pub nodata: u64,
    /// `SKIPDATA` records.
    pub skipdata: u64,
    /// The earliest `start` and the latest `end`, in Unix seconds; none if there are no records.
    pub span: Option<(u32, u32)>,
}

impl Totals {
    /// Counts one record. `can_matter` is whether its time touches the time of the cases.
    #[inline]
    pub fn count(&mut self, log_status: LogStatus, span: TimeSpan, can_matter: bool) {
        self.records += 1;
        self.span = widest(self.span, Some((span.start, span.end)));
        if !can_matter {
            return;
        }
        match log_status {
            LogStatus::Ok(Action::Accept) => self.accepted += 1,
            LogStatus::Ok(Action::Reject) => self.rejected += 1,
            LogStatus::NoData => self.nodata += 1,
            LogStatus::SkipData => self.skipdata += 1,
        }
    }

    /// Adds what an earlier run found: which traffic is logged, and until when. The numbers of read and retained
    /// records and the earliest time stay those of this run.
    pub(crate) fn continue_from(&mut self, earlier: &Self) {
        self.accepted += earlier.accepted;
        self.rejected += earlier.rejected;
        if let Some((_, latest)) = earlier.span {
            let (first, last) = self.span.unwrap_or((latest, latest));
            self.span = Some((first, last.max(latest)));
        }
    }

    /// Whether the action and log-status of every record are counted, that is, no record was outside the time that can
    /// matter.
    #[must_use]
    pub fn judges_all(&self) -> bool {
        self.accepted + self.rejected + self.nodata + self.skipdata >= self.records
    }

    /// Adds the counts of other records.
    pub fn merge(&mut self, other: &Self) {
        self.records += other.records;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.nodata += other.nodata;
        self.skipdata += other.skipdata;
        self.span = widest(self.span, other.span);
    }
}

#[inline]
fn widest(a: Option<(u32, u32)>, b: Option<(u32, u32)>) -> Option<(u32, u32)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}
