//! The minutes of a task's interface that the logs do not cover, or not completely.

use std::collections::BTreeSet;

use crate::diagnose::case::{Case, bounded, minutes_expected, minutes_recorded};
use crate::model::time::Timestamp;
use crate::report::{CoverageGap, GapReason};

/// Largest number of coverage gaps of one task in a report.
const MAX_GAPS: usize = 100;

/// Returns the gaps between the task's creation and its stop, by time.
pub(super) fn gaps_of(case: &Case<'_>) -> Vec<CoverageGap> {
    let Some(interface) = &case.subject.interface_id else { return Vec::new() };
    let window = bounded(case.facts.reduced, case.subject.lived);
    let Some(expected) = minutes_expected(window) else { return Vec::new() };
    let (seen, lost) = minutes_recorded(case.facts.reduced, interface, window);
    let mut found: Vec<CoverageGap> = runs(&lost).map(|(a, b)| gap(a, b, GapReason::Skipdata)).collect();
    found.extend(gaps(&seen, expected).into_iter().map(|(a, b)| gap(a, b, GapReason::NoRecord)));
    found.sort_unstable();
    found.truncate(MAX_GAPS);
    found
}

fn gap(first: i64, last: i64, reason: GapReason) -> CoverageGap {
    let second = |minute: i64| Timestamp(minute.saturating_mul(60));
    CoverageGap { from: second(first), to: second(last.saturating_add(1)), reason }
}

/// Returns runs of consecutive minutes, each as its first and last minute.
fn runs(minutes: &BTreeSet<i64>) -> impl Iterator<Item = (i64, i64)> {
    let minutes: Vec<i64> = minutes.iter().copied().collect();
    let runs: Vec<(i64, i64)> =
        minutes.chunk_by(|a, b| a + 1 == *b).map(|run| (run[0], run[run.len() - 1])).collect();
    runs.into_iter()
}

/// Returns the runs of minutes between `first` and `last` that are not in `seen`.
fn gaps(seen: &BTreeSet<i64>, (first, last): (i64, i64)) -> Vec<(i64, i64)> {
    let mut gaps = Vec::new();
    let mut next = first;
    for (from, to) in runs(seen).filter(|&(from, to)| to >= first && from <= last) {
        if next < from {
            gaps.push((next, from - 1));
        }
        next = next.max(to + 1);
    }
    if next <= last {
        gaps.push((next, last));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_without_records_are_gaps() {
        let check = |seen: &[i64], expected: &[(i64, i64)]| {
            let seen = seen.iter().copied().collect();
            assert_eq!(gaps(&seen, (10, 15)), expected, "{seen:?}");
        };
        check(&[], &[(10, 15)]);
        check(&[10, 11, 12, 13, 14, 15], &[]);
        check(&[11, 14], &[(10, 10), (12, 13), (15, 15)]);
        check(&[9, 10, 16], &[(11, 15)]);
    }

    #[test]
    fn consecutive_minutes_are_one_run() {
        let minutes = [1, 2, 3, 7].into();
        assert_eq!(runs(&minutes).collect::<Vec<_>>(), [(1, 3), (7, 7)]);
    }
}
