//! The minutes that records cover, as stretches.
//!
//! A stretch covers everything between two gaps, so memory grows with gaps and not with records. The stretches do not depend
//! on the order of the records.

use std::collections::BTreeMap;

/// Longest duration of a record, minutes: the rest of a broken record is not counted.
const LONGEST: u32 = 31;

/// Stretches of minutes since 1970, with gaps between them.
#[derive(Clone, Debug)]
pub(super) struct Stretches {
    /// Last minute by first minute.
    by_first: BTreeMap<u32, u32>,
    /// The stretch that was extended last, because neighbouring records mostly share it.
    present: (u32, u32),
    /// The largest distance, in minutes, at which two stretches are joined.
    reach: u32,
}

impl Stretches {
    /// No stretches yet. Silence of up to so many minutes does not separate two of them.
    pub(super) fn with_silence(minutes: u32) -> Self {
        // An empty stretch contains no minute.
        Self { by_first: BTreeMap::new(), present: (1, 0), reach: minutes + 1 }
    }

    /// Adds the minutes of a record with these seconds.
    #[inline]
    pub(super) fn add(&mut self, start: u32, end: u32) {
        let first = start / 60;
        let last = (end / 60).clamp(first, first + LONGEST);
        if self.present.0 > first || self.present.1 < last {
            self.insert(first, last);
        }
    }

    fn insert(&mut self, mut first: u32, mut last: u32) {
        // Only the latest stretch that begins early enough may be joined, because the others end before it begins.
        while let Some((&from, &to)) = self.by_first.range(..=last + self.reach).next_back() {
            if to + self.reach < first {
                break;
            }
            self.by_first.remove(&from);
            (first, last) = (first.min(from), last.max(to));
        }
        self.by_first.insert(first, last);
        self.present = (first, last);
    }

    /// Adds other stretches.
    pub(super) fn merge(&mut self, other: &Self) {
        other.iter().for_each(|(first, last)| self.insert(first, last));
    }

    /// First and last minute of each stretch, by time.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.by_first.iter().map(|(&first, &last)| (first, last))
    }

    /// Number of minutes in all stretches.
    pub(super) fn minutes(&self) -> u64 {
        self.iter().map(|(first, last)| u64::from(last - first) + 1).sum()
    }

    /// The gaps between stretches: the first minute of each, and the first minute after it.
    pub(super) fn gaps(&self) -> impl Iterator<Item = (u32, u32)> {
        self.iter().zip(self.iter().skip(1)).map(|((_, last), (next, _))| (last + 1, next))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn of(minutes: &[u32], silence: u32) -> Stretches {
        let mut stretches = Stretches::with_silence(silence);
        for minute in minutes {
            stretches.add(minute * 60 + 7, minute * 60 + 40);
        }
        stretches
    }

    #[test]
    fn short_silence_is_not_a_gap() {
        let check = |minutes: &[u32], gaps: &[(u32, u32)]| {
            assert_eq!(of(minutes, 2).gaps().collect::<Vec<_>>(), gaps, "{minutes:?}");
        };
        check(&[], &[]);
        check(&[5], &[]);
        check(&[5, 8], &[]);
        check(&[5, 9], &[(6, 9)]);
        check(&[9, 5, 20], &[(6, 9), (10, 20)]);
        check(&[9, 5, 7], &[]);
    }

    #[test]
    fn broken_records_cover_a_limited_time() {
        let mut stretches = Stretches::with_silence(0);
        stretches.add(600, 0);
        stretches.add(0, u32::MAX);
        stretches.add(u32::MAX, u32::MAX);
        let last = u32::MAX / 60;
        assert_eq!(stretches.iter().collect::<Vec<_>>(), [(0, LONGEST), (last, last)]);
        assert_eq!(stretches.minutes(), u64::from(LONGEST) + 2);
    }

    proptest! {
        #[test]
        fn they_are_what_a_set_of_minutes_says(
            minutes in prop::collection::vec(0_u32..120, 0..60),
            silence in 0_u32..4,
        ) {
            let set: BTreeSet<u32> = minutes.iter().copied().collect();
            let sorted: Vec<u32> = set.iter().copied().collect();
            let apart = |pair: &[u32]| (pair[1] - pair[0] > silence + 1).then(|| (pair[0] + 1, pair[1]));
            let gaps: Vec<(u32, u32)> = sorted.windows(2).filter_map(apart).collect();
            let stretches = of(&minutes, silence);
            prop_assert_eq!(stretches.gaps().collect::<Vec<_>>(), gaps);
            let (one, other) = minutes.split_at(minutes.len() / 2);
            let mut merged = of(one, silence);
            merged.merge(&of(other, silence));
            prop_assert_eq!(merged.iter().collect::<Vec<_>>(), stretches.iter().collect::<Vec<_>>());
        }
    }
}
