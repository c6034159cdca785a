//! Positions of times on a timeline.

use crate::model::time::Timestamp;

/// Units of a timeline's width; bars are drawn in them.
pub(super) const WIDTH: i64 = 1000;
/// The largest number of ticks of a timeline.
const MAX_TICKS: i64 = 4;
/// Seconds between ticks.
const STEPS: [i64; 16] =
    [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800];

/// The span of time that a timeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    from: Timestamp,
    to: Timestamp,
}

impl Scale {
    /// Returns a scale that contains all of the times, with a margin on both sides; none without a time.
    pub(super) fn of(times: impl Iterator<Item = Timestamp> + Clone) -> Option<Self> {
        let (from, to) = (times.clone().min()?, times.max()?);
        let room = (to.seconds_since(from) / 25).max(5);
        Some(Self { from: from.plus(-room), to: to.plus(room) })
    }

    /// Returns the position of a time in units; times outside the scale are at its edge.
    pub(super) fn place(self, at: Timestamp) -> i64 {
        let length = i128::from(self.to.seconds_since(self.from)).max(1);
        let elapsed = i128::from(at.seconds_since(self.from)).clamp(0, length);
        i64::try_from(elapsed * i128::from(WIDTH) / length).unwrap_or(WIDTH)
    }

    /// Returns round times inside the scale, and their positions.
    pub(super) fn ticks(self) -> Vec<(i64, Timestamp)> {
        let length = self.to.seconds_since(self.from);
        let Some(step) = STEPS.into_iter().find(|step| length / step <= MAX_TICKS) else {
            return Vec::new();
        };
        let first = self.from.0.div_euclid(step) * step + step;
        let ticks = (0..=MAX_TICKS).map(|n| Timestamp(first.saturating_add(n * step)));
        ticks.filter(|tick| *tick < self.to).map(|tick| (self.place(tick), tick)).collect()
    }
}

/// Returns units as a percentage of the width, such as `12.5%`.
pub(super) fn percent(units: i64) -> String {
    format!("{}.{}%", units / 10, units % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(from: i64, to: i64) -> Scale {
        Scale::of([Timestamp(from), Timestamp(to)].into_iter()).expect("two times")
    }

    #[test]
    fn positions_are_inside() {
        let check = |at, place| assert_eq!(scale(1000, 1250).place(Timestamp(at)), place, "{at}");
        check(990, 0);
        check(1125, 500);
        check(1260, 1000);
        check(i64::MIN, 0);
        check(i64::MAX, 1000);
    }

    #[test]
    fn ticks_are_round_and_few() {
        let check = |from, to, expect: &[i64]| {
            let ticks: Vec<i64> = scale(from, to).ticks().into_iter().map(|(_, at)| at.0).collect();
            assert_eq!(ticks, expect, "{from}..{to}");
        };
        check(1_795_403_502, 1_795_403_708, &[1_795_403_520, 1_795_403_580, 1_795_403_640, 1_795_403_700]);
        check(100, 100, &[100]);
        check(0, i64::MAX, &[]);
    }

    #[test]
    fn any_times_have_a_scale() {
        for (from, to) in [(i64::MIN, i64::MAX), (0, 0), (i64::MAX, i64::MAX)] {
            let scale = scale(from, to);
            assert!((0..=WIDTH).contains(&scale.place(Timestamp(5))));
            assert!(scale.ticks().len() <= 5);
        }
        assert_eq!(Scale::of(std::iter::empty()), None);
    }

    #[test]
    fn percents_have_a_tenth() {
        assert_eq!([0, 7, 125, 1000].map(percent), ["0.0%", "0.7%", "12.5%", "100.0%"]);
    }
}
