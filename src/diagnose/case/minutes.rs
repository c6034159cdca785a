//! The recorded minutes of one interface in a window, and what they allow about absent records.

use std::collections::BTreeSet;

use crate::ingest::record::NameId;
use crate::model::ids::InterfaceId;
use crate::model::source::RowRef;
use crate::model::time::{Timestamp, Window};
use crate::reduce::{CoverageRow, Reduced, Unreadable};

/// One interface's minutes within a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InterfaceVisibility {
    /// Minutes with any record.
    pub minutes_seen: u64,
    /// Minutes of the window.
    pub minutes_expected: u64,
    /// Minutes in which records were lost.
    pub skipdata_minutes: u64,
    /// Records that show the interface was covered, idle ones first.
    pub rows: Vec<RowRef>,
    /// Whether all of them state that nothing was sent or received.
    pub is_idle: bool,
    /// Records of the window that could not be read: of the interface, or of an unknown one.
    pub unreadable: Option<Unreadable>,
}

/// The conclusion that the recorded minutes of an interface allow about absent records.
///
/// This is the one rule for minutes without any record: docs/limits.md, the JSON page and the causes state it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Every minute of the window has a record, and no record was lost or unreadable: absence is proven.
    Proven,
    /// At least half of the minutes have a record, and no record was lost or unreadable: absence is likely.
    Likely,
    /// Absence proves nothing.
    Unknown,
}

impl InterfaceVisibility {
    /// Returns what the absence of a record of the interface in the window shows.
    #[must_use]
    pub fn absence(&self) -> Absence {
        if self.lost_records() || !self.is_covered() || 2 * self.minutes_seen < self.minutes_expected {
            Absence::Unknown
        } else if self.minutes_seen < self.minutes_expected {
            Absence::Likely
        } else {
            Absence::Proven
        }
    }

    /// Whether records were lost, or could not be read.
    #[must_use]
    pub fn lost_records(&self) -> bool {
        self.skipdata_minutes > 0 || self.unreadable.is_some()
    }

    /// Whether the interface was covered at all in the window.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.minutes_seen > 0
    }

    /// Reads one interface's coverage in a window.
    #[must_use]
    pub fn of(reduced: &Reduced, interface: &InterfaceId, window: Window) -> Self {
        let rows: Vec<&CoverageRow> = coverage_of(reduced, interface)
            .iter()
            .filter(|row| minutes(window, row.bucket, row.minutes).next().is_some())
            .collect();
        let count = |bits: fn(&CoverageRow) -> u32| {
            let touched: BTreeSet<i64> =
                rows.iter().flat_map(|row| minutes(window, row.bucket, bits(row))).collect();
            touched.len() as u64
        };
        let idle: Vec<RowRef> = rows.iter().filter_map(|row| row.nodata_sample).collect();
        Self {
            minutes_seen: count(|row| row.minutes),
            minutes_expected: minutes_of(window),
            skipdata_minutes: count(|row| row.skipped_minutes),
            is_idle: !idle.is_empty() && rows.iter().all(|row| row.ok == 0),
            rows: idle.into_iter().chain(rows.iter().map(|row| row.sample)).collect(),
            unreadable: reduced.discards.of(Some(interface), window),
        }
    }
}

/// The minutes of the clock that count in a window, with any record and with lost records, as minutes since 1970.
#[must_use]
pub fn minutes_recorded(
    reduced: &Reduced,
    interface: &InterfaceId,
    window: Window,
) -> (BTreeSet<i64>, BTreeSet<i64>) {
    let rows = coverage_of(reduced, interface);
    let of = |bits: fn(&CoverageRow) -> u32| {
        rows.iter().flat_map(|row| minutes(window, row.bucket, bits(row))).collect()
    };
    (of(|row| row.minutes), of(|row| row.skipped_minutes))
}

/// The first and the last minute of the clock that count in a window; none where none does.
#[must_use]
pub fn minutes_expected(window: Window) -> Option<(i64, i64)> {
    let (first, last) = (window.from.0.div_euclid(60), window.to.plus(-1).0.div_euclid(60));
    let first = if counts(window, first) { first } else { first.saturating_add(1) };
    let last = if counts(window, last) { last } else { last.saturating_sub(1) };
    (first <= last).then_some((first, last))
}

/// The coverage rows of one interface: they are sorted by it.
pub(super) fn coverage_of<'a>(reduced: &'a Reduced, interface: &InterfaceId) -> &'a [CoverageRow] {
    let name = |row: &CoverageRow| reduced.name(NameId(row.interface.0));
    let start = reduced.coverage.partition_point(|row| name(row) < interface.as_str());
    let rest = &reduced.coverage[start..];
    &rest[..rest.partition_point(|row| name(row) == interface.as_str())]
}

/// Seconds of a minute that a window must hold for the minute to count: at its edges a record may be just outside.
const LEAST_SECONDS: i64 = 30;

/// Whether a minute of the clock counts in a window: it holds half of it, or is itself shorter than a minute.
fn counts(window: Window, minute: i64) -> bool {
    let (from, to) = (window.from.0.max(minute * 60), window.to.0.min(minute * 60 + 60));
    let inside = to.saturating_sub(from);
    inside >= LEAST_SECONDS || inside > 0 && window.to.seconds_since(window.from) < 60
}

/// How many minutes of the clock count in a window.
fn minutes_of(window: Window) -> u64 {
    let (first, last) = (window.from.0.div_euclid(60), window.to.plus(-1).0.div_euclid(60));
    let edges = [first, last].into_iter().filter(|&minute| counts(window, minute)).count() as u64;
    let between = u64::try_from(last.saturating_sub(first).saturating_sub(1)).unwrap_or(0);
    if first < last { between + edges } else { edges.min(1) }
}

/// Those of a bucket's minutes that count in the window, as minutes since 1970.
fn minutes(window: Window, bucket: u32, bits: u32) -> impl Iterator<Item = i64> {
    let touched = (0..32).filter(move |bit| bits >> bit & 1 == 1);
    touched.map(move |bit| i64::from(bucket / 60) + bit).filter(move |&minute| counts(window, minute))
}

/// The window, its open ends closed by the first and the last record.
#[must_use]
pub fn bounded(reduced: &Reduced, window: Window) -> Window {
    let (first, last) = reduced.totals.span.unwrap_or((0, 0));
    let from = if window.from == Window::ALWAYS.from { Timestamp(first.into()) } else { window.from };
    let to = if window.to == Window::ALWAYS.to { Timestamp(last.into()).plus(1) } else { window.to };
    Window { from, to }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_counts_by_its_half() {
        let check = |from, to, expected, bits, seen| {
            let window = Window { from: Timestamp(from), to: Timestamp(to) };
            assert_eq!(minutes_of(window), expected, "{from}..{to}");
            assert_eq!(minutes(window, 600, bits).count(), seen, "{from}..{to}");
        };
        check(600, 780, 3, 0b111, 3);
        check(642, 849, 3, 0b1_1111, 3);
        check(610, 620, 1, 0b1, 1);
        check(655, 665, 2, 0b11, 2);
        check(600, 600, 0, 0b1, 0);
        check(600, 1800, 20, 0b1 << 19 | 0b1, 2);
    }
}
