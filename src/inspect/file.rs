//! The counts of one file.

use std::collections::BTreeSet;

use crate::ingest::record::{Action, DESCRIPTIVE, FlowRecord, LogStatus, TimeSpan};
use crate::inspect::identity::Identity;
use crate::model::field::Field;
use crate::model::time::Timestamp;
use crate::report::inspect::Counts;

/// The fields whose values are counted: a diagnosis does not require them, but they improve it.
pub(super) const COUNTED: [Field; 4 + DESCRIPTIVE.len()] = {
    let mut fields = [Field::TcpFlags; 4 + DESCRIPTIVE.len()];
    fields[1] = Field::FlowDirection;
    fields[2] = Field::PktSrcAddr;
    fields[3] = Field::PktDstAddr;
    let mut at = 0;
    while at < DESCRIPTIVE.len() {
        fields[4 + at] = DESCRIPTIVE[at];
        at += 1;
    }
    fields
};

/// Limit of field orders that are kept for one file; a normal file has one.
const MOST_LAYOUTS: usize = 16;

/// The content of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct FileCensus {
    /// Records by log-status and action, and their times; files, bytes and interfaces are not counted here.
    pub(super) counts: Counts,
    /// `OK` records with a value, for each field of [`COUNTED`].
    pub(super) records_with_value: [u64; COUNTED.len()],
    /// The sum of the identities of its records, which does not depend on their order.
    pub(super) digest: u128,
    /// `OK` records that span more than a minute.
    pub(super) long_records: u64,
    /// The longest of them, seconds.
    pub(super) longest_record: u64,
    /// The field orders.
    pub(super) field_orders: BTreeSet<Vec<Field>>,
    /// Names of columns that are not fields.
    pub(super) unknown_fields: BTreeSet<String>,
}

/// The longest interval of a flow log, with a margin for clocks, seconds; longer values come from broken records.
const LONGEST_INTERVAL: u64 = 900;

impl FileCensus {
    /// Counts any record.
    #[inline]
    pub(super) fn log_status(&mut self, log_status: LogStatus, span: TimeSpan) {
        let counts = &mut self.counts;
        counts.records += 1;
        match log_status {
            LogStatus::Ok(Action::Accept) => counts.accepted += 1,
            LogStatus::Ok(Action::Reject) => counts.rejected += 1,
            LogStatus::NoData => counts.nodata += 1,
            LogStatus::SkipData => counts.skipdata += 1,
        }
        let (start, end) = (Timestamp(span.start.into()), Timestamp(span.end.max(span.start).into()));
        counts.span = widest(counts.span, Some((start, end)));
        if matches!(log_status, LogStatus::Ok(_)) {
            let length = u64::from(span.end.saturating_sub(span.start));
            if length > 60 && length <= LONGEST_INTERVAL {
                self.long_records += 1;
            }
            if length <= LONGEST_INTERVAL {
                self.longest_record = self.longest_record.max(length);
            }
        }
    }

    /// Counts the values of an `OK` record.
    #[inline]
    pub(super) fn flow(&mut self, record: &FlowRecord) {
        let own = [
            record.tcp_flags.is_some(),
            record.direction.is_some(),
            record.pkt_src.is_some(),
            record.pkt_dst.is_some(),
        ];
        for (count, is_filled) in self.records_with_value.iter_mut().zip(own) {
            *count += u64::from(is_filled);
        }
        // This sink describes records by bits: see `Census::description`.
        for (place, count) in self.records_with_value[own.len()..].iter_mut().enumerate() {
            *count += u64::from(record.description.0 >> place & 1);
        }
    }

    /// Adds the identity of a record.
    #[inline]
    pub(super) fn identity(&mut self, [high, low]: Identity) {
        self.digest = self.digest.wrapping_add(u128::from(high) << 64 | u128::from(low));
    }

    /// Adds the columns of the records that follow.
    pub(super) fn layout(&mut self, fields: Vec<Field>, unknown: &[String]) {
        if self.field_orders.len() < MOST_LAYOUTS {
            self.field_orders.insert(fields);
        }
        for name in unknown {
            if self.unknown_fields.len() < MOST_LAYOUTS {
                self.unknown_fields.insert(name.clone());
            }
        }
    }

    /// Every field of its records: the fields of its columns, and the fields with values.
    pub(super) fn fields(&self) -> BTreeSet<Field> {
        let records_with_value = COUNTED.iter().zip(self.records_with_value).filter(|(_, count)| *count > 0);
        let records_with_value = records_with_value.map(|(field, _)| *field);
        self.field_orders.iter().flatten().copied().chain(records_with_value).collect()
    }
}

/// The smallest span that contains both.
pub(super) fn widest(
    a: Option<(Timestamp, Timestamp)>,
    b: Option<(Timestamp, Timestamp)>,
) -> Option<(Timestamp, Timestamp)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_records_show_the_interval() {
        let mut file = FileCensus::default();
        for (start, end) in [(100, 160), (100, 161), (100, 700), (100, 5000), (100, 40)] {
            file.log_status(LogStatus::Ok(Action::Accept), TimeSpan { start, end });
        }
        file.log_status(LogStatus::NoData, TimeSpan { start: 0, end: 600 });
        assert_eq!((file.long_records, file.longest_record), (2, 600));
        assert_eq!((file.counts.accepted, file.counts.nodata, file.counts.records), (5, 1, 6));
        assert_eq!(file.counts.span, Some((Timestamp(0), Timestamp(5000))));
    }

    #[test]
    fn the_digest_does_not_depend_on_the_order() {
        let digest = |identities: &[Identity]| {
            let mut file = FileCensus::default();
            for &identity in identities {
                file.identity(identity);
            }
            file.digest
        };
        assert_eq!(digest(&[[1, u64::MAX], [u64::MAX, 2]]), digest(&[[u64::MAX, 2], [1, u64::MAX]]));
        assert_ne!(digest(&[[1, 2]]), digest(&[[1, 2], [1, 2]]));
    }
}
