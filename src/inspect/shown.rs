//! Coverage of time: minutes with records, minutes with lost records, and the gaps between.

use std::collections::BTreeMap;

use crate::inspect::interface::{InterfaceCensus, SILENCE};
use crate::inspect::stretches::Stretches;
use crate::model::time::Timestamp;
use crate::report::inspect::{Gap, Gaps, LogCoverage};

/// Limit of gaps that are listed; the others are counted.
const MOST_NAMED: usize = 20;
/// The largest distance of neighbouring records with intervals of ten minutes, minutes.
const SILENCE_OF_LONG_INTERVALS: u32 = 20;

/// An interface with its role and its counts.
pub(super) struct CountedInterface<'a> {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) census: &'a InterfaceCensus,
}

/// Determines the coverage of all interfaces. `has_long_intervals` means that records span more than a minute.
pub(super) fn shown(interfaces: &[CountedInterface<'_>], has_long_intervals: bool) -> LogCoverage {
    let silence = if has_long_intervals { SILENCE_OF_LONG_INTERVALS } else { SILENCE };
    let mut all = Stretches::with_silence(SILENCE);
    for one in interfaces {
        all.merge(&one.census.seen);
    }
    let missing: BTreeMap<u32, u32> = all.gaps().filter(|gap| is_gap(*gap, silence)).collect();
    let mut shown = LogCoverage { min_gap_minutes: u64::from(silence) + 1, ..LogCoverage::default() };
    for (&from, &to) in &missing {
        add(&mut shown.gaps, gap(None, (from, to)));
    }
    for one in interfaces {
        let lost = one.census.skipped.minutes();
        shown.minutes += one.census.seen.minutes();
        shown.skipdata_minutes += lost;
        shown.skipdata_interfaces += u64::from(lost > 0);
        let gaps = one.census.seen.gaps().filter(|gap| is_gap(*gap, silence) && !is_within(*gap, &missing));
        let before = shown.interface_gaps.count;
        gaps.for_each(|found| add(&mut shown.interface_gaps, gap(Some(one), found)));
        shown.interfaces_with_gaps += u64::from(shown.interface_gaps.count > before);
    }
    shown
}

fn is_gap((from, to): (u32, u32), silence: u32) -> bool {
    to - from > silence
}

/// Whether the gap of one interface is about the same as a gap of all interfaces; the edges differ as much as the windows of
/// the interfaces.
fn is_within((from, to): (u32, u32), missing: &BTreeMap<u32, u32>) -> bool {
    let reach = SILENCE_OF_LONG_INTERVALS;
    let near = missing.range(from..=from.saturating_add(reach)).next();
    near.is_some_and(|(_, &end)| to <= end.saturating_add(reach))
}

fn gap(of: Option<&CountedInterface<'_>>, (from, to): (u32, u32)) -> Gap {
    let interface = of.map(|one| (one.name.clone(), one.role.clone()));
    Gap { interface, from: at(from), to: at(to) }
}

fn at(minute: u32) -> Timestamp {
    Timestamp(i64::from(minute) * 60)
}

/// Counts a gap, and keeps it if it is one of the largest; among equal gaps the earliest are kept.
fn add(gaps: &mut Gaps, gap: Gap) {
    gaps.count += 1;
    gaps.minutes += gap.minutes();
    let key = |gap: &Gap| (std::cmp::Reverse(gap.minutes()), gap.from, gap.interface.clone());
    let place = gaps.largest.partition_point(|other| key(other) <= key(&gap));
    gaps.largest.insert(place, gap);
    gaps.largest.truncate(MOST_NAMED);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::record::{Action, LogStatus, TimeSpan};

    fn interface(minutes: &[u32]) -> InterfaceCensus {
        let mut census = InterfaceCensus::new(b"eni-1");
        for minute in minutes {
            let span = TimeSpan { start: minute * 60, end: minute * 60 + 30 };
            census.add(LogStatus::Ok(Action::Accept), span);
        }
        census
    }

    fn look(all: &[&[u32]], has_long_intervals: bool) -> LogCoverage {
        let interfaces: Vec<InterfaceCensus> = all.iter().map(|minutes| interface(minutes)).collect();
        let seen = (0..).zip(&interfaces).map(|(number, census): (u32, _)| CountedInterface {
            name: format!("eni-{number}"),
            role: "unknown".to_owned(),
            census,
        });
        shown(&seen.collect::<Vec<_>>(), has_long_intervals)
    }

    #[test]
    fn a_gap_of_all_interfaces_is_listed_once() {
        let shown = look(&[&[0, 1, 100, 101], &[0, 2, 99, 102]], false);
        assert_eq!((shown.gaps.count, shown.gaps.minutes), (1, 96));
        assert_eq!((shown.interface_gaps.count, shown.interfaces_with_gaps), (0, 0));
        assert_eq!(shown.gaps.largest[0].from, Timestamp(3 * 60));
        assert_eq!(shown.gaps.largest[0].to, Timestamp(99 * 60));
    }

    #[test]
    fn a_gap_of_one_interface_is_listed_for_it() {
        let every: Vec<u32> = (0..100).collect();
        let shown = look(&[&every, &[0, 50, 53, 60], &[0, 99]], false);
        assert_eq!(shown.gaps.count, 0);
        let largest: Vec<(String, u64)> = shown
            .interface_gaps
            .largest
            .iter()
            .map(|gap| (gap.interface.clone().expect("one").0, gap.minutes()))
            .collect();
        let expected = [("eni-2", 98), ("eni-1", 49), ("eni-1", 6)];
        assert_eq!(largest, expected.map(|(name, minutes)| (name.to_owned(), minutes)));
        assert_eq!(shown.interfaces_with_gaps, 2);
    }

    #[test]
    fn long_intervals_allow_long_silence() {
        let check = |minutes: &[u32], is_long, count| {
            assert_eq!(look(&[minutes], is_long).gaps.count, count, "{minutes:?}");
        };
        check(&[0, 3], false, 0);
        check(&[0, 4], false, 1);
        check(&[0, 21], true, 0);
        check(&[0, 22], true, 1);
    }
}
